"""Correcting an earlier entry (訂正): it stays, and the new one points at it."""

from typing import Any

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from workflows.ledger import Outcome, Refused, Validated
from workflows.records import Event, EventKind, Sheet
from workflows.refusals import Forbidden, InvalidInput, NotFound, RevisionConflict
from workflows.replay import audit
from workflows.revise.corrections import CorrectionAsked, correct
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.sheets import EvaluationEdit, PlanEdit, ResultsEdit
from workflows.stages import Stage, Trigger


async def correction(town: Town, sequence: int, *, who: str = "lead", **values: Any) -> Outcome:  # noqa: ANN401 - CorrectionAsked's own fields
    """Say what an entry should have said."""
    asked = {"statement": "正しくは5月から", "reason": "誤記", **values}
    return await correct(town.by(who), CorrectionAsked(sequence=sequence, **asked))


async def test_a_correction_points_at_what_it_corrects(town: Town) -> None:
    """The earlier entry is as it was; the later one says what it should have said, and why."""
    applied(await town.fill_in(Stage.PLAN))
    earlier = applied(await town.fire("lead", Trigger.START))
    stored = await Event.of(town.id).get(id=earlier.id)
    before = await town.cycle()
    event = applied(await correction(town, earlier.sequence, statement=" 正しくは5月から "))
    assert (event.kind, event.refers_to) == (EventKind.CORRECTED, earlier.sequence)
    assert (event.project_id, event.cycle_id) == (earlier.project_id, earlier.cycle_id)
    assert event.owner_id == town.departments["町民生活課"]
    assert event.document["details"] == {"statement": "正しくは5月から"}
    assert event.document["reason"] == "誤記"
    assert event.document["changes"] == []
    assert (await Event.of(town.id).get(id=earlier.id)).body == stored.body
    assert (await town.cycle()).revision == before.revision
    again = applied(await correction(town, event.sequence, who="office"))
    assert again.refers_to == event.sequence
    assert await audit(town.id) == []


async def test_the_office_puts_a_sheet_right_at_any_stage(town: Town) -> None:
    """Even of a closed cycle: with values, the cycle's revision, and the label of the grade."""
    closed = await town.bring_to(Stage.CLOSED)
    entry = await Event.of(town.id).get(cycle_id=closed.id, trigger=Trigger.EVALUATE)
    edit = EvaluationEdit(values={"grade": "C"})
    revision = {"edit": edit, "expected_revision": closed.revision}
    assert isinstance(
        refused(await correction(town, entry.sequence, who="lead", **revision)), Forbidden
    )
    event = applied(await correction(town, entry.sequence, who="office", **revision))
    sheet = await Sheet.of(town.id).get(cycle_id=closed.id)
    assert (sheet.grade, sheet.grade_label_ja) == ("C", "目標を下回った")
    assert event.revision == closed.revision + 1
    await closed.refresh_from_db()
    assert (closed.stage, closed.revision) == (Stage.CLOSED, event.revision)
    old = await correction(town, entry.sequence, who="office", **revision)
    assert refused(old) == RevisionConflict(
        event.revision - 1, event.revision, closed.project_id, closed.id
    )
    same = {"edit": edit, "expected_revision": closed.revision}
    assert blocker_codes(await correction(town, entry.sequence, who="office", **same)) == [
        "NO_CHANGE"
    ]
    wrong = {"edit": ResultsEdit(values={"grade": "A"}), "expected_revision": closed.revision}
    refusal = refused(await correction(town, entry.sequence, who="office", **wrong))
    assert isinstance(refusal, InvalidInput)
    assert await audit(town.id) == []


async def test_what_a_correction_asks_for(town: Town) -> None:
    """An entry about a project, a statement, a reason; with values, a cycle and its revision."""
    applied(await town.fill_in(Stage.PLAN))
    entry = await town.last_event()
    imported = await Event.of(town.id).get(kind=EventKind.PLAN_IMPORTED)
    for sequence in (0, -1, entry.sequence + 100, imported.sequence):
        assert refused(await correction(town, sequence)) == NotFound("entry")
    assert blocker_codes(await correction(town, entry.sequence, reason=" ")) == ["NO_REASON"]
    refusal = refused(await correction(town, entry.sequence, statement=" "))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "statement"
    edit = PlanEdit(values={"goal": "x"})
    refusal = refused(await correction(town, entry.sequence, who="office", edit=edit))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "expectedRevision"
    assert await audit(town.id) == []


async def test_who_corrects(town: Town) -> None:
    """The owner's lead and the office; not staff, auditors or admins."""
    entry = applied(await town.fill_in(Stage.PLAN))
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        asked = CorrectionAsked(sequence=entry.sequence, statement="x", reason="x")
        expected = Validated if who in {"lead", "office", "office_lead"} else Refused
        assert (who, type(await correct(request, asked))) == (who, expected)


async def test_the_owner_of_the_day_corrects(town: Town) -> None:
    """After a transfer the new owner answers for the project's record, and the old one does not."""
    entry = applied(await town.fill_in(Stage.PLAN))
    project = await town.project()
    asked = Transfer(
        project_id=project.id,
        expected_revision=1,
        department_id=town.departments["税務課"],
        group_id=None,
        effective_on=entry.recorded_at.date(),
        reason="機構改革",
    )
    applied(await transfer_ownership(town.by("office"), asked))
    assert isinstance(refused(await correction(town, entry.sequence)), Forbidden)
    event = applied(await correction(town, entry.sequence, who="other_lead"))
    assert event.owner_id == town.departments["税務課"]
    assert await audit(town.id) == []
