"""Asks the schema in-process, by the same path as the server's transports."""

import datetime as dt
from typing import Any, Final
from uuid import uuid4

from schema.api import SCHEMA
from schema.context import Context
from server.graphql_errors import RequestError
from server.graphql_execution import Execution
from server.graphql_request import Parameters
from tests.town import Town

Answer = dict[str, Any]
EXECUTION: Final[Execution[Context]] = Execution(SCHEMA, max_tokens=20_000)


def context(town: Town, who: str | None = None, now: dt.datetime | None = None) -> Context:
    """Return the context of one operation of somebody; None reads anonymously."""
    person_id = town.people[who] if who else None
    made = {"municipality_id": town.id, "person_id": person_id, "request_id": "test"}
    return Context(**made, **({"now": now} if now else {}))  # type: ignore[arg-type]


async def execute(asked: Context, document: str, variables: Answer) -> tuple[Answer, list[Answer]]:
    """Execute one operation and return its data and its errors."""
    parameters = Parameters(document, None, variables, {})
    try:
        operation = EXECUTION.operation(parameters)
        executor = EXECUTION.executor(operation, parameters, asked)
    except RequestError as refused:
        return {}, list(map(dict, refused.errors))
    payload = await EXECUTION.answer(executor, "test")
    return payload["data"] or {}, list(map(dict, payload.get("errors", [])))


async def ask(
    town: Town,
    document: str,
    who: str | None = None,
    now: dt.datetime | None = None,
    **variables: object,
) -> Answer:
    """Return the data of an operation that has no errors."""
    data, errors = await execute(context(town, who, now), document, variables)
    assert not errors, errors
    return data


async def error_codes(
    town: Town, document: str, who: str | None = None, **variables: object
) -> list[str]:
    """Return the codes of an operation's errors, all of which must be typed: a bug fails."""
    _, errors = await execute(context(town, who), document, variables)
    codes = [str(error["extensions"]["code"]) for error in errors]
    assert "INTERNAL_ERROR" not in codes, document
    return codes


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid4())
