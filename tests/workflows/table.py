"""The tables of moves, typed anew from docs/domain.md: what the code is held against."""

CYCLE = """
START           PLAN    DO      LEAD
REPORT_INTERIM  DO      DO      LEAD STAFF
REVISE_PLAN     DO      DO      LEAD
SUBMIT_RESULTS  DO      CHECK   LEAD
EVALUATE        CHECK   ACTION  LEAD
CLOSE           ACTION  CLOSED  OFFICE
SEND_BACK       DO      PLAN    OFFICE
SEND_BACK       CHECK   DO      OFFICE
SEND_BACK       ACTION  CHECK   OFFICE
OPEN_NEXT       CHECK   PLAN    OFFICE
OPEN_NEXT       ACTION  PLAN    OFFICE
OPEN_NEXT       CLOSED  PLAN    OFFICE
"""
RESCINDED = """
START           DO      PLAN
SUBMIT_RESULTS  CHECK   DO
EVALUATE        ACTION  CHECK
SEND_BACK       PLAN    DO
SEND_BACK       DO      CHECK
SEND_BACK       CHECK   ACTION
"""
"""The last move, where the cycle is now, and where RESCIND takes it back to."""
PROJECT = """
SUSPEND   ACTIVE     SUSPENDED
RESUME    SUSPENDED  ACTIVE
COMPLETE  ACTIVE     COMPLETED
ABOLISH   ACTIVE     ABOLISHED
ABOLISH   SUSPENDED  ABOLISHED
REOPEN    COMPLETED  ACTIVE
REOPEN    ABOLISHED  ACTIVE
"""


def rows_of(table: str) -> list[list[str]]:
    """Return a table's cells."""
    return [line.split() for line in table.strip().splitlines()]


ROWS = {(trigger, source): (target, roles) for trigger, source, target, *roles in rows_of(CYCLE)}
BACK = {(trigger, source): target for trigger, source, target in rows_of(RESCINDED)}


def roles_of(trigger: str) -> set[str]:
    """Return who may pull a trigger."""
    if trigger == "RESCIND":
        return {"OFFICE"}
    return {role for (name, _), (_, roles) in ROWS.items() if name == trigger for role in roles}
