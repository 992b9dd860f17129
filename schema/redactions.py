"""Redaction (墨消し): what could be removed from an entry, and removing it."""

from dataclasses import replace
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
from schema.proofs import sha256
from schema.redaction_told import LEFT, RedactionPart, left_by, left_count_of
from schema.results import result
from schema.scalars import Hash
from workflows import records, redaction
from workflows.records import Event
from workflows.stages import Role

_TOLD: Final = frozenset({Role.ADMIN, Role.AUDITOR})


@strawberry.type(description="A sealed value of an entry: a name or a text that can be removed.")
class SealedField:
    """What stays for ever is its commitment."""

    field: str = plain("Where it stands in the entry's body, for instance `changes.0.after.goal`.")
    commitment: Hash = plain("What it is known by: the SHA-256 of its opening.")
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


EVERYWHERE: Final = (
    "Also every other value of the record that says the same, or is a list with an item that does; "
    "from 1,000 entries at most. Where the text stands within a longer one that value stays, and "
    "`left` tells where."
)
TARGETS: Final = "Which values; up to 100. May be left out where there is evidence."
FILES: Final = (
    "Evidence whose files are to be deleted, with their names and notes; up to 100. Their hashes "
    "stay."
)


@strawberry.input(description="Values to be removed from the record for good.")
class RedactInput(ActInput):
    """It cannot be undone. Hashes stay, and so does what was removed by whom and why."""

    targets: list[RedactionTargetInput] | None = optional(TARGETS)
    everywhere: bool = strawberry.field(default=False, description=EVERYWHERE)
    evidence: list[strawberry.ID] | None = optional(FILES)
    reason: str = plain("Why; up to 10,000 characters. Never the text itself.")
    basis: str | None = optional("The law, ordinance or decision that asks for it.")


@strawberry.type(description="The values were removed.")
class Redacted:
    """In tables that still held them ［消去］ stands now."""

    entry: HistoryEntry = plain("The entry in the record, which lists what was removed.")
    entry_count: int = plain("From how many earlier entries something was removed.")
    value_count: int = plain("How many values of theirs were.")
    row_count: int = plain("How many rows of tables held any of them.")
    evidence_count: int = plain("How many pieces of evidence lost their file, name and note.")
    left: list[RedactionPart] = plain(LEFT)
    left_count: int = plain("In how many entries there are such values.")
    replayed: bool = plain(REPLAYED)


RedactResult = result("RedactResult", Redacted)


async def redact(
    info: Info,
    input: Annotated[RedactInput, strawberry.argument(description="Which, and why.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Remove values from the record."""
    asked = asked_of(input.targets, input.evidence, everywhere=input.everywhere)
    asked = replace(asked, reason=input.reason, basis=given_or_none(input.basis) or "")
    wake = info.context.redacted
    act = replace(request(info, "redact", input), told=lambda _events: wake())
    return await respond(info, input, await redaction.redact(act, asked), _redacted)


def asked_of(
    targets: list[RedactionTargetInput] | None,
    evidence: list[strawberry.ID] | None,
    *,
    everywhere: bool,
) -> redaction.Redact:
    """Return what is asked to be removed, by the inputs that name it."""
    return redaction.Redact(
        targets=[
            redaction.Target(
                entry_id=uuid_of(one.entry, records.Event), field=one.field.removeprefix("sha256:")
            )
            for one in given_or_none(targets) or ()
        ],
        everywhere=everywhere,
        evidence=[uuid_of(one, records.Evidence) for one in given_or_none(evidence) or ()],
    )


async def _redacted(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of `respond`
    entry: Any = event
    details = event.document["details"]
    earlier = [one for one in details["removed"] if one["sequence"] != event.sequence]
    return Redacted(
        entry=entry,
        entry_count=len(earlier),
        value_count=sum(len(one["commitments"]) for one in earlier),
        row_count=len(event.document["changes"]),
        evidence_count=len(details.get("evidence", ())),
        left=left_by(event),
        left_count=left_count_of(event),
        replayed=replayed,
    )


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
        commitment=sha256(one.commitment),
        value=value if isinstance(value, str | None) else orjson.dumps(value).decode(),
        removed=one.is_removed,
        table=one.place.table if one.place else None,
    )
