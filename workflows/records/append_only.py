"""Triggers that refuse every UPDATE, DELETE and TRUNCATE of events, on both databases."""

from typing import Final

from tortoise import BaseDBAsyncClient

SQLITE: Final = {
    "events_refuse_update": """
        CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    "events_refuse_delete": """
        CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
}
POSTGRES_FUNCTION: Final = """
    CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$"""
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


async def missing_triggers(client: BaseDBAsyncClient) -> set[str]:
    """Return the names of triggers that should be there, enabled, and are not."""
    if _is_sqlite(client):
        wanted = set(SQLITE)
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
    else:
        wanted = set(POSTGRES)
        query = (
            "SELECT tgname AS name FROM pg_trigger "
            "WHERE tgrelid = 'events'::regclass AND tgenabled IN ('O', 'A')"
        )
    rows = await client.execute_query_dict(query)
    return wanted - {row["name"] for row in rows}
