"""Triggers that refuse every UPDATE, DELETE and TRUNCATE of events, on both databases.

A redaction alone takes openings away, the words that were found by them, and the fingerprint of what
was asked for: these three columns may be written again, and the Merkle tree does not cover them.
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
}
_POSTGRES_BODY: Final = """
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - '{openings,search_text,request_sha256}'::text[]
                = to_jsonb(OLD) - '{openings,search_text,request_sha256}'::text[]
                THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'the record is append-only';
    END """
POSTGRES_FUNCTION: Final = f"""
    CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_POSTGRES_BODY}$$"""
POSTGRES: Final = {
    "events_refuse_change": """
        CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION events_refuse()""",
    "events_refuse_truncate": """
        CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events
        FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()""",
}


def _is_sqlite(client: BaseDBAsyncClient) -> bool:
    return client.capabilities.dialect == "sqlite"


async def create_triggers(client: BaseDBAsyncClient) -> None:
    """Create the triggers; each is one statement, whatever it holds."""
    if _is_sqlite(client):
        statements = list(SQLITE.values())
    else:
        statements = [POSTGRES_FUNCTION, *POSTGRES.values()]
    for statement in statements:
        await client.execute_query(statement)


async def drop_triggers(client: BaseDBAsyncClient) -> None:
    """Drop the triggers, for a migration that writes to events; it creates them again."""
    on = "" if _is_sqlite(client) else " ON events"
    for name in SQLITE if _is_sqlite(client) else POSTGRES:
        await client.execute_query(f"DROP TRIGGER IF EXISTS {name}{on}")
    if not _is_sqlite(client):
        await client.execute_query("DROP FUNCTION IF EXISTS events_refuse()")


async def missing_triggers(client: BaseDBAsyncClient) -> set[str]:
    """Return the names of triggers that should be there as they were made, enabled, and are not."""
    return await (_missing_sqlite(client) if _is_sqlite(client) else _missing_postgres(client))


async def _missing_sqlite(client: BaseDBAsyncClient) -> set[str]:
    rows = await client.execute_query_dict(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
    )
    found = {row["name"]: row["sql"].split() for row in rows}
    return {name for name, sql in SQLITE.items() if found.get(name) != sql.split()}


async def _missing_postgres(client: BaseDBAsyncClient) -> set[str]:
    # tgtype: for each row 1, before 2, delete 8, update 16, truncate 32 (pg_trigger.h).
    rows = await client.execute_query_dict(
        "SELECT t.tgname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = 'events'::regclass AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL"
    )
    found = {(row["tgname"], row["tgtype"], row["prosrc"]) for row in rows}
    wanted = {"events_refuse_change": 1 + 2 + 8 + 16, "events_refuse_truncate": 2 + 32}
    return {name for name, kind in wanted.items() if (name, kind, _POSTGRES_BODY) not in found}
