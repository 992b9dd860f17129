"""Asks the schema in-process, by the same path as the server's transports."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID, uuid4

from typing_extensions import override

from schema.api import SCHEMA
from schema.context import Context
from server.graphql_errors import RequestError
from server.graphql_execution import Execution
from server.graphql_limits import Bounds, DocumentLimits
from server.graphql_request import Parameters
from server.plan_texts import SeedTexts
from tests.town import Town
from workflows import ledger
from workflows.authority import UNLIMITED, Capacity, Credential
from workflows.exports import KeptCopies
from workflows.standing import known_capacities

Answer = dict[str, Any]


@dataclass(kw_only=True)
class Asked(Context):
    """One operation of somebody who may be appointed, or lose it, while they follow the record."""

    @override
    async def renewed(self) -> "Asked":
        """Return a context of the same person, with what they are appointed to now."""
        return replace(
            self,
            now=ledger.now(),
            capacities=await _capacities(self.municipality_id, self.person_id),
        )


async def _renewed(asked: Context) -> Context:
    return await asked.renewed()


_WIDE: Final = DocumentLimits(tokens=20_000, depth=30, aliases=1_000, directives=100, fields=20_000)
EXECUTION: Final[Execution[Context]] = Execution(
    SCHEMA, renew=_renewed, bounds=Bounds(document=_WIDE, errors=1_000, seconds=60)
)

_FOLDER: Final = TemporaryDirectory()
_COPIES: Final = KeptCopies(Path(_FOLDER.name))
_TEXTS: Final = SeedTexts()


async def _capacities(municipality_id: UUID, person_id: UUID | None) -> tuple[Capacity, ...]:
    return await known_capacities(municipality_id, person_id) if person_id else ()


async def context(
    town: Town,
    who: str | None = None,
    now: dt.datetime | None = None,
    credential: Credential = UNLIMITED,
    *,
    public: bool = True,
) -> Context:
    """Return the context of one operation of somebody; None reads anonymously."""
    person_id = town.people[who] if who else None
    return Asked(
        municipality_id=town.id,
        person_id=person_id,
        request_id="test",
        credential=credential,
        capacities=await _capacities(town.id, person_id),
        public=public,
        copies=_COPIES,
        plan_texts=_TEXTS,
        now=now or ledger.now(),
    )


async def execute(asked: Context, document: str, variables: Answer) -> tuple[Answer, list[Answer]]:
    """Execute one operation and return its data and its errors."""
    parameters = Parameters(document, None, variables, {})
    try:
        operation = EXECUTION.operation(parameters, asked)
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
    data, errors = await execute(await context(town, who, now), document, variables)
    assert not errors, errors
    return data


async def error_codes(
    town: Town, document: str, who: str | None = None, **variables: object
) -> list[str]:
    """Return the codes of an operation's errors, all of which must be typed: a bug fails."""
    _, errors = await execute(await context(town, who), document, variables)
    codes = [str(error["extensions"]["code"]) for error in errors]
    assert "INTERNAL_ERROR" not in codes, document
    return codes


def key() -> str:
    """Return a new idempotency key."""
    return str(uuid4())
