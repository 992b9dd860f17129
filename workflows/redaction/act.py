"""The act of redaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.changes import Json
from workflows.ledger import Outcome, perform
from workflows.records import Event, EventKind
from workflows.redaction.evidence import chosen_evidence, fields_about
from workflows.redaction.removal import Removal
from workflows.redaction.sealed import SealedField, fields_of, is_within
from workflows.refusals import NotFound, Refuse, blocked
from workflows.sealing import REMOVED
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid, text

MOST_TARGETS: Final = 100
_SHORTEST: Final = 2
"""Characters of a text that is looked for everywhere."""
_TEXTS: Final = ("reason", "basis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A value of an entry, by its path or its commitment; a path may lead to several."""

    entry_id: UUID
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact:
    """What is to be taken out, why, and by which rule."""

    targets: Sequence[Target] = ()
    reason: str = ""
    basis: str = ""
    """The law, ordinance or decision that asks for it."""
    everywhere: bool = False
    """Also every other value of the record that says the same, or has an item that does."""
    evidence: Sequence[UUID] = ()
    """Files to be deleted, with their names and notes."""


async def redact(request: Request, asked: Redact) -> Outcome:
    """Take values out of the record, and of the tables where they still stand; all or none.

    Its entry tells what it removed, and under `left` which values still hold a removed text within
    a longer one. Once it is durable, `files_to_delete` tells which files are to go, and copies of
    the record that were kept are to be deleted.
    """

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise_person(ROLES[Act.REDACT])
        reason, basis = text("reason", asked.reason), text("basis", asked.basis, limit=500)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=(Role.ADMIN,)))
        removal = await gathered(unit, asked)
        _check(removal, reason, basis)
        draft = unit.draft(EventKind.REDACTED, capacity=capacity, reason=reason)
        own = await removal.draft_tables(draft)
        draft.details = _details(removal, asked, basis, {draft.sequence: own} if own else {})
        await removal.write()

    # What was typed may hold what is to go, and a refused attempt is an entry as well.
    given = {name: value for name, value in request.given.items() if name not in _TEXTS}
    return await perform(replace(request, given=given), decide)


async def gathered(unit: Unit, asked: Redact) -> Removal:
    """Return what is asked to be removed; nothing is written."""
    removal = Removal(unit.municipality_id)
    most = max(len(asked.targets), len(asked.evidence))
    if not (asked.targets or asked.evidence) or most > MOST_TARGETS:
        raise invalid(
            "targets",
            f"消去する項目を1件以上、{MOST_TARGETS}件以内で指定してください。",
            f"Name between 1 and {MOST_TARGETS} values to be removed.",
        )
    wanted = sorted({target.entry_id for target in asked.targets})
    rows = await Event.of(unit.municipality_id).filter(id__in=wanted) if wanted else ()
    events = {event.id: event for event in rows}
    for position, target in enumerate(asked.targets):
        path = f"targets.{position}"
        event = events.get(target.entry_id)
        if event is None:
            raise Refuse(NotFound(f"{path}.entry"))
        removal.add(event, _chosen(event, target.field, f"{path}.field"))
    for evidence in await chosen_evidence(unit.municipality_id, asked.evidence):
        for about, fields in await fields_about(evidence):
            removal.add(about, fields)
    if asked.everywhere:
        _check_length(removal)
        await removal.spread()
    return removal


def _chosen(event: Event, field: str, path: str) -> list[SealedField]:
    """Return the values that are meant; refuse where there are none, or they are gone already."""
    chosen = [f for f in fields_of(event) if field == f.commitment or is_within(f.path, field)]
    if not chosen:
        raise invalid(
            path,
            "この記録のその項目には、消去できる値がありません。redactable で確かめてください。",
            "The entry has no value there that could be removed; see `redactable`.",
        )
    if all(f.is_removed or f.value == REMOVED for f in chosen):
        raise invalid(path, "すでに消去されています。", "It was removed already.")
    return chosen


def _check_length(removal: Removal) -> None:
    if min(map(len, removal.texts), default=_SHORTEST) < _SHORTEST:
        raise invalid(
            "everywhere",
            f"{_SHORTEST}文字未満の値は、記録全体からは消去できません。項目を指定してください。",
            f"A value of fewer than {_SHORTEST} characters cannot be removed everywhere.",
        )


def _check(removal: Removal, reason: str, basis: str) -> None:
    """Refuse what would write the value down again."""
    for path, written in (("reason", reason), ("basis", basis)):
        if any(len(gone) >= _SHORTEST and gone in written for gone in removal.texts):
            raise invalid(
                path,
                "消去する文字列そのものは書かないでください。記録に残ってしまいます。",
                "Do not write the removed text itself here: it would be in the record again.",
            )


def _details(
    removal: Removal, asked: Redact, basis: str, own: dict[int, list[str]]
) -> dict[str, Json]:
    gone = {sequence: sorted(found) for sequence, found in sorted(removal.gone.items())} | own
    removed: list[Json] = [{"sequence": n, "commitments": [*found]} for n, found in gone.items()]
    details: dict[str, Json] = {"removed": removed, "basis": basis}
    if asked.evidence:
        details["evidence"] = [str(one) for one in dict.fromkeys(asked.evidence)]
    if removal.left:
        left: list[Json] = [{"sequence": n, "fields": [*f]} for n, f in removal.first_left()]
        details |= {"left": left, "left_count": len(removal.left)}
    return details
