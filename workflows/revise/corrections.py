"""Correcting an earlier entry (訂正): a new entry that points at it; the earlier one stays."""

from dataclasses import dataclass

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import case_of, expect_cycle, project_of
from workflows.ledger import Outcome, perform
from workflows.records import Event, EventKind
from workflows.refusals import NotFound, Refuse, blocked
from workflows.revise.sheets import draft_edit
from workflows.sheets import SheetEdit
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid, text


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked:
    """What an earlier entry should have said, and why."""

    sequence: int
    """The entry that is corrected."""
    statement: str
    reason: str
    edit: SheetEdit | None = None
    """The office only: values of the entry's sheet to put right, whatever the cycle's stage."""
    expected_revision: int | None = None
    """Of the cycle; needed with `edit`."""


async def correct(request: Request, asked: CorrectionAsked) -> Outcome:
    """Correct an entry about a project, as its owner today; with an edit, the sheet as well."""

    async def decide(unit: Unit) -> None:
        earlier = await Event.of(unit.municipality_id).get_or_none(sequence=asked.sequence)
        if earlier is None or earlier.project_id is None:
            raise Refuse(NotFound("entry"))
        project = await project_of(unit, earlier.project_id)
        _check_seen(unit, earlier)
        unit.about |= {"project_id": project.id, "cycle_id": earlier.cycle_id}
        roles = ROLES[Act.CORRECT] if asked.edit is None else frozenset({Role.OFFICE})
        unit.authorise_person(roles, unit.about["owner_id"])
        reason = text("reason", asked.reason)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=roles))
        await _draft(unit, asked, earlier, reason)

    return await perform(request, decide)


def _check_seen(unit: Unit, earlier: Event) -> None:
    """Refuse, as if there were none, an entry that whoever asks may not see."""
    is_own = unit.about["owner_id"] in unit.sight.own_departments
    sight = unit.sight.at_work({unit.about["project_id"]} if is_own else ())
    if not sight.sees_entry(earlier):
        unit.about.clear()
        raise Refuse(NotFound("entry"))


async def _draft(unit: Unit, asked: CorrectionAsked, earlier: Event, reason: str) -> None:
    statement = text("statement", asked.statement, required=True)
    draft = unit.draft(EventKind.CORRECTED, reason=reason, **unit.about)
    draft.refers_to, draft.details = earlier.sequence, {"statement": statement}
    if asked.edit is None:
        return
    if earlier.cycle_id is None or asked.expected_revision is None:
        raise invalid(
            "expectedRevision",
            "シートを訂正するには、サイクルの記録とその版番号を指定してください。",
            "To correct a sheet, name an entry of a cycle, and the cycle's revision.",
        )
    case = await case_of(unit, earlier.cycle_id, "entry")
    expect_cycle(case.cycle, asked.expected_revision)
    await draft_edit(draft, case, asked.edit)
    if not draft.changes:
        raise Refuse(blocked(BlockerCode.NO_CHANGE))
    draft.revision = case.cycle.revision + 1
    draft.update(case.cycle, revision=draft.revision)
