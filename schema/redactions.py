"""Redaction (墨消し): what could be removed from an entry, and removing it."""

from typing import Annotated, Any, Final

import orjson
import strawberry

from schema.acts import REPLAYED
from schema.answers import respond
from schema.context import Info
from schema.costs import ACT
from schema.history import HistoryEntry
from schema.ids import uuid_of
from schema.inputs import ActInput, given_or_none, optional, request
from schema.nodes import plain
from schema.results import result
from workflows import records, redaction
from workflows.records import Event
from workflows.stages import Role

_TOLD: Final = frozenset({Role.ADMIN, Role.AUDITOR})


@strawberry.type(description="A sealed value of an entry: a name or a text that can be removed.")
class SealedField:
    """What stays for ever is its commitment."""

    field: str = plain("Where it stands in the entry's body, for instance `changes.0.after.goal`.")
    commitment: str = plain("What it is known by: the SHA-256 of its opening, in hexadecimal.")
    value: str | None = plain(
        "The value, as JSON where it is no text; null where it was removed, and for who may not see it."
    )
    removed: bool = plain("Whether it was removed already.")
    table: str | None = plain("The table whose row it was written to; null where it is in none.")


@strawberry.input(description="A value to be removed.")
class RedactionTargetInput:
    """One value, or all below a path."""

    entry: strawberry.ID = plain("From which entry.")
    field: str = plain("Its path, as `redactable` tells it, a part of that, or its commitment.")


@strawberry.input(description="Values to be removed from the record for good.")
class RedactInput(ActInput):
    """It cannot be undone. Hashes stay, and so does what was removed by whom and why."""

    targets: list[RedactionTargetInput] = plain("Which values; up to 100.")
    everywhere: bool = strawberry.field(
        default=False,
        description="Also wherever else in the record the same text stands; from 1,000 entries at "
        "most.",
    )
    evidence: list[strawberry.ID] | None = optional(
        "Evidence whose files are to be deleted, with their names and notes. Their hashes stay."
    )
    reason: str = plain("Why; up to 10,000 characters. Never the text itself.")
    basis: str | None = optional("The law, ordinance or decision that asks for it.")


@strawberry.type(description="The values were removed.")
class Redacted:
    """In tables that still held them ［消去］ stands now."""

    entry: HistoryEntry = plain("The entry in the record, which lists what was removed.")
    replayed: bool = plain(REPLAYED)


RedactResult = result("RedactResult", Redacted)


async def redact(
    info: Info,
    input: Annotated[RedactInput, strawberry.argument(description="Which, and why.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Remove values from the record."""
    asked = redaction.Redact(
        targets=[
            redaction.Target(entry_id=uuid_of(one.entry, records.Event), field=one.field)
            for one in input.targets
        ],
        reason=input.reason,
        basis=given_or_none(input.basis) or "",
        everywhere=input.everywhere,
        evidence=[uuid_of(one, records.Evidence) for one in given_or_none(input.evidence) or ()],
    )
    outcome = await redaction.redact(request(info, "redact", input), asked)

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of `respond`
        entry: Any = event
        return Redacted(entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


async def redactable(
    info: Info,
    entry: Annotated[strawberry.ID, strawberry.argument(description="Which entry.")],
) -> list[SealedField] | None:
    """Return an entry's sealed values, as far as the viewer may see them."""
    sight = info.context.sight
    if not sight.roles & _TOLD:
        return None
    info.context.charge(ACT)
    event = await info.context.loaders.whole_entry(uuid_of(entry, records.Event))
    if event is None:
        return None
    return [_shown(one) for one in redaction.seen_fields(sight, event)]


def _shown(one: redaction.SealedField) -> SealedField:
    value = None if one.is_removed or one.value is None else one.value
    return SealedField(
        field=one.path,
        commitment=one.commitment,
        value=value if isinstance(value, str | None) else orjson.dumps(value).decode(),
        removed=one.is_removed,
        table=one.place.table if one.place else None,
    )
