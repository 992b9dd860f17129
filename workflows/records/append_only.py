"""Triggers that refuse every UPDATE, DELETE and TRUNCATE of the record, on both databases.

Events: a redaction alone takes openings away, the words that were found by them, and the fingerprint
of what was asked for: these three columns may be written again, and the Merkle tree does not cover
them. Checkpoints: witnesses' lines are added at a note's end. Tiles never change.
"""

from typing import Final

from tortoise import BaseDBAsyncClient

SQLITE: Final = {
    "events_refuse_update": """
        CREATE TRIGGER events_refuse_update BEFORE UPDATE OF
        id, municipality_id, sequence, kind, recorded_at, effective_at, actor_id, on_behalf_of_id,
        actor_role, actor_department_id, project_id, cycle_id, owner_id, "trigger", source, target,
        revision, refers_to, idempotency_key, grade, body, leaf_hash ON events
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "events_refuse_delete": """
        CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    # INSERT OR REPLACE removes what is in its way, and no delete trigger is asked.
    "events_refuse_replace": """
        CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
        WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM events
            WHERE municipality_id = NEW.municipality_id AND sequence = NEW.sequence)
        OR EXISTS (SELECT 1 FROM events WHERE municipality_id = NEW.municipality_id
            AND actor_id = NEW.actor_id AND idempotency_key = NEW.idempotency_key)
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "checkpoints_refuse_update": """
        CREATE TRIGGER checkpoints_refuse_update BEFORE UPDATE ON checkpoints
        WHEN NEW.id IS NOT OLD.id OR NEW.municipality_id IS NOT OLD.municipality_id
        OR NEW.size IS NOT OLD.size OR NEW.root IS NOT OLD.root
        OR NEW.signed_at IS NOT OLD.signed_at
        OR substr(NEW.note, 1, length(OLD.note)) IS NOT OLD.note
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "checkpoints_refuse_delete": """
        CREATE TRIGGER checkpoints_refuse_delete BEFORE DELETE ON checkpoints
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "checkpoints_refuse_replace": """
        CREATE TRIGGER checkpoints_refuse_replace BEFORE INSERT ON checkpoints
        WHEN EXISTS (SELECT 1 FROM checkpoints WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM checkpoints
            WHERE municipality_id = NEW.municipality_id AND size = NEW.size)
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "record_tiles_refuse_update": """
        CREATE TRIGGER record_tiles_refuse_update BEFORE UPDATE ON record_tiles
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "record_tiles_refuse_delete": """
        CREATE TRIGGER record_tiles_refuse_delete BEFORE DELETE ON record_tiles
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "record_tiles_refuse_replace": """
        CREATE TRIGGER record_tiles_refuse_replace BEFORE INSERT ON record_tiles
        WHEN EXISTS (SELECT 1 FROM record_tiles WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM record_tiles WHERE municipality_id = NEW.municipality_id
            AND level = NEW.level AND position = NEW.position)
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
}
_EVENTS_BODY: Final = """
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - '{openings,search_text,request_sha256}'::text[]
                = to_jsonb(OLD) - '{openings,search_text,request_sha256}'::text[]
                THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'the record is append-only';
    END """
_CHECKPOINTS_BODY: Final = """
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'
                AND left(NEW.note, length(OLD.note)) = OLD.note
                THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'the record is append-only';
    END """
_TILES_BODY: Final = """
    BEGIN
        RAISE EXCEPTION 'the record is append-only';
    END """
_BODIES: Final = {
    "events": _EVENTS_BODY,
    "checkpoints": _CHECKPOINTS_BODY,
    "record_tiles": _TILES_BODY,
}
"""What is asked on PostgreSQL before something of a table is changed."""
POSTGRES_FUNCTIONS: Final = [
    f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    for table, body in _BODIES.items()
]
POSTGRES: Final = {
    f"{table}_refuse_{name}": f"CREATE TRIGGER {table}_refuse_{name} BEFORE {what} ON {table} "
    f"FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
    for table in _BODIES
    for name, what, each in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    )
}


def _is_sqlite(client: BaseDBAsyncClient) -> bool:
    return client.capabilities.dialect == "sqlite"


async def create_triggers(client: BaseDBAsyncClient) -> None:
    """Create the triggers; each is one statement, whatever it holds."""
    if _is_sqlite(client):
        statements = list(SQLITE.values())
    else:
        statements = [*POSTGRES_FUNCTIONS, *POSTGRES.values()]
    for statement in statements:
        await client.execute_query(statement)


async def drop_triggers(client: BaseDBAsyncClient) -> None:
    """Drop the triggers, for a migration that writes to the record; it creates them again."""
    if _is_sqlite(client):
        statements = [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE]
    else:
        statements = [
            f"DROP TRIGGER IF EXISTS {name} ON {name.partition('_refuse_')[0]}" for name in POSTGRES
        ]
        statements += [f"DROP FUNCTION IF EXISTS {table}_refuse()" for table in _BODIES]
    for statement in statements:
        await client.execute_query(statement)


async def missing_triggers(client: BaseDBAsyncClient) -> set[str]:
    """Return the names of triggers that should be there as they were made, enabled, and are not."""
    return await (_missing_sqlite(client) if _is_sqlite(client) else _missing_postgres(client))


async def _missing_sqlite(client: BaseDBAsyncClient) -> set[str]:
    rows = await client.execute_query_dict(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    found = {row["name"]: row["sql"].split() for row in rows}
    return {name for name, sql in SQLITE.items() if found.get(name) != sql.split()}


async def _missing_postgres(client: BaseDBAsyncClient) -> set[str]:
    # tgtype: for each row 1, before 2, delete 8, update 16, truncate 32 (pg_trigger.h).
    rows = await client.execute_query_dict(
        "SELECT t.tgname, t.tgtype, t.tgrelid::regclass::text AS tgtable, p.prosrc "
        "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL"
    )
    found = {(row["tgname"], row["tgtype"], row["tgtable"], row["prosrc"]) for row in rows}
    kinds = {"change": 1 + 2 + 8 + 16, "truncate": 2 + 32}
    wanted = {
        (f"{table}_refuse_{when}", kind, table, body)
        for table, body in _BODIES.items()
        for when, kind in kinds.items()
    }
    return {name for name, *_ in wanted - found}
