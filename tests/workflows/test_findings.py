"""Findings (指摘): pointed out by auditors, answered by the department, closed by auditors."""

from typing import Any

from tests.town import PEOPLE, Town, applied, refused
from tests.workflows.delegating import DAY, let, today
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import Event, EventKind, Finding
from workflows.refusals import FindingChanged, Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.revise.findings import (
    Conclusion,
    FindingAnswer,
    NewFinding,
    answer_finding,
    close_finding,
    is_overdue,
    overdue_on,
    raise_finding,
)
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.stages import FindingStatus, Stage
from workflows.unit import Request

OURS, THEIRS = "町民生活課", "税務課"


async def point_out(town: Town, *, who: str = "auditor", **values: Any) -> Outcome:  # noqa: ANN401 - NewFinding's own
    """Point something out about the own project, or whatever differs."""
    asked: dict[str, Any] = {"text": "根拠の書類がありません", **values}
    if not asked.keys() & {"entry_id", "project_id", "department_id"}:
        asked["project_id"] = (await town.project()).id
    return await raise_finding(town.by(who), NewFinding(**asked))


async def answer(
    town: Town,
    *,
    by: Request | None = None,
    finding_id: Any = None,  # noqa: ANN401 - an id
    **values: Any,  # noqa: ANN401 - FindingAnswer's own
) -> Outcome:
    """Answer the last finding as the lead, or whatever differs."""
    last = await Finding.of(town.id).order_by("-number").first()
    assert last
    asked: dict[str, Any] = {"text": "整えます", "expected_status": last.status, **values}
    asked["finding_id"] = finding_id or last.id
    return await answer_finding(by or town.by("lead"), FindingAnswer(**asked))


async def close(town: Town, *, who: str = "auditor", **values: Any) -> Outcome:  # noqa: ANN401 - Conclusion's own
    """Close the last finding, or whatever differs."""
    last = await Finding.of(town.id).order_by("-number").first()
    assert last
    asked = {"finding_id": last.id, "text": "確認した", "expected_status": last.status, **values}
    return await close_finding(town.by(who), Conclusion(**asked))


async def test_a_finding_is_raised_answered_anew_and_closed(town: Town) -> None:
    """Each step is an entry; all of them point at the first, whose words only the row holds."""
    due = today() + 30 * DAY
    raised = applied(await point_out(town, answer_due_on=due))
    finding = await Finding.of(town.id).get()
    assert (finding.number, finding.status, finding.answer_due_on) == (1, FindingStatus.OPEN, due)
    assert (finding.department_id, finding.raised_by_id) == (
        town.departments[OURS],
        town.people["auditor"],
    )
    assert finding.raised_at == raised.recorded_at
    assert (raised.kind, raised.owner_id) == (EventKind.FINDING_RAISED, town.departments[OURS])
    assert raised.document["details"] == {"finding": str(finding.id), "number": 1}
    answers = [applied(await answer(town, text=text, follow_up_on=due)) for text in ("一", "二")]
    closed = applied(await close(town))
    assert [e.refers_to for e in (*answers, closed)] == [raised.sequence] * 3
    await finding.refresh_from_db()
    assert (finding.answer, finding.answered_by_id) == ("二", town.people["lead"])
    assert (finding.conclusion, finding.closed_by_id) == ("確認した", town.people["auditor"])
    assert (finding.follow_up_on, finding.closed_at) == (due, closed.recorded_at)
    bodies = "".join(e.body for e in await Event.of(town.id))
    assert not [word for word in ("根拠", "確認した", "二") if word in bodies]
    assert await audit(town.id) == []


async def test_a_finding_is_about_a_project_an_entry_or_a_department(town: Town) -> None:
    """A project's owner answers; where no project is meant, the department that is named."""
    await town.bring_to(Stage.DO)
    moved = await Event.of(town.id).get(kind=EventKind.TRANSITION)
    opened = await Event.of(town.id).filter(kind=EventKind.APPOINTED).first()
    assert opened
    theirs = town.departments[THEIRS]
    applied(await point_out(town, entry_id=moved.id))
    applied(await point_out(town, entry_id=opened.id, department_id=theirs))
    applied(await point_out(town, department_id=theirs))
    told = await Finding.of(town.id).order_by("number")
    assert [f.number for f in told] == [1, 2, 3]
    assert [f.entry_sequence for f in told] == [moved.sequence, opened.sequence, None]
    assert [f.department_id for f in told] == [town.departments[OURS], theirs, theirs]
    assert [f.project_id for f in told] == [moved.project_id, None, None]
    raised = await Event.of(town.id).filter(kind=EventKind.FINDING_RAISED).order_by("sequence")
    assert [e.refers_to for e in raised] == [moved.sequence, opened.sequence, None]
    assert await audit(town.id) == []


async def test_what_a_finding_asks_for(town: Town) -> None:
    """Words, one thing that there is, and days that are not over."""
    project = await town.project()
    added = await Event.of(town.id).get(kind=EventKind.PROJECT_ADDED, project_id=project.id)
    person = await Event.of(town.id).filter(kind=EventKind.PERSON_REGISTERED).first()
    assert person
    theirs, nobody = town.departments[THEIRS], town.people["nobody"]
    for path, values in (
        ("text", {"text": " \u200b"}),
        ("answerDueOn", {"answer_due_on": today() - DAY}),
        ("project", {"entry_id": added.id, "project_id": project.id}),
        ("department", {"project_id": project.id, "department_id": theirs}),
        ("department", {"entry_id": added.id, "department_id": theirs}),
        ("department", {"entry_id": person.id}),
        ("department", {"department_id": None}),
    ):
        refusal = refused(await point_out(town, **values))
        assert isinstance(refusal, InvalidInput), values
        assert refusal.path == path
    for path in ("entry", "project", "department"):
        assert refused(await point_out(town, **{f"{path}_id": nobody})) == NotFound(path)
    applied(await point_out(town))
    for path, given in (("text", {"text": ""}), ("followUpOn", {"follow_up_on": today() - DAY})):
        refusal = refused(await answer(town, **given))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == path
    assert refused(await answer(town, finding_id=nobody)) == NotFound("finding")
    assert refused(await close(town, finding_id=nobody)) == NotFound("finding")
    assert isinstance(refused(await close(town, text="")), InvalidInput)
    assert (await Finding.of(town.id).get()).status is FindingStatus.OPEN


async def test_who_points_out_who_answers_who_closes(town: Town) -> None:
    """Auditors, and the lead of the department; to others who may not see it, there is none."""
    applied(await point_out(town))
    finding = await Finding.of(town.id).get()
    project = await town.project()
    told = FindingAnswer(finding_id=finding.id, text="答", expected_status=FindingStatus.OPEN)
    end = Conclusion(finding_id=finding.id, text="了", expected_status=FindingStatus.OPEN)
    sees = {"lead", "staff", "office", "office_lead", "auditor"}
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        raised = await raise_finding(request, NewFinding(text="指摘", project_id=project.id))
        closed = await close_finding(request, end)
        answered = await answer_finding(request, told)
        for outcome, may in ((raised, "auditor"), (closed, "auditor"), (answered, "lead")):
            assert isinstance(outcome, Validated if who == may else Refused), (who, outcome)
        for outcome in (raised, closed):
            assert who == "auditor" or isinstance(refused(outcome), Forbidden)
        if who != "lead":
            unseen = NotFound("finding")
            assert (refused(answered) == unseen) == (who not in sees), who


async def test_a_closed_finding_stays_closed_and_a_changed_one_is_told(town: Town) -> None:
    """Whoever closes what was answered meanwhile has to look first; closed is for good."""
    applied(await point_out(town))
    finding = await Finding.of(town.id).get()
    applied(await answer(town))
    of = FindingStatus
    assert refused(await close(town, expected_status=of.OPEN)) == FindingChanged(
        finding.id, of.OPEN, of.ANSWERED
    )
    assert refused(await answer(town, expected_status=of.OPEN)) == FindingChanged(
        finding.id, of.OPEN, of.ANSWERED
    )
    applied(await close(town))
    for status in of:
        expected = FindingChanged(finding.id, status, of.CLOSED)
        assert refused(await close(town, expected_status=status)) == expected
        assert refused(await answer(town, expected_status=status)) == expected
    refusals = await Event.of(town.id).filter(kind=EventKind.REFUSAL)
    assert {e.owner_id for e in refusals} == {town.departments[OURS]}


async def test_an_unfounded_finding_is_withdrawn_unanswered(town: Town) -> None:
    """It is closed with a conclusion that says so."""
    applied(await point_out(town))
    applied(await close(town, text="当方の誤解であった。取り下げる。"))
    finding = await Finding.of(town.id).get()
    assert (finding.status, finding.answer) == ("CLOSED", "")


async def test_after_a_transfer_the_new_owner_answers(town: Town) -> None:
    """The old owner still sees it, and may not answer any more."""
    applied(await point_out(town))
    project = await town.project()
    moved = Transfer(
        project_id=project.id,
        department_id=town.departments[THEIRS],
        group_id=None,
        effective_on=today(),
        expected_revision=project.revision,
        reason="機構改革",
    )
    applied(await transfer_ownership(town.by("office"), moved))
    assert isinstance(refused(await answer(town)), Forbidden)
    event = applied(await answer(town, by=town.by("other_lead")))
    assert event.owner_id == town.departments[THEIRS]


async def test_a_lead_may_be_stood_in_for_and_an_auditor_not(town: Town) -> None:
    """代決: by leave, as for other acts; an auditor's word is their own."""
    for who in ("lead", "auditor"):
        applied(await let(town, "other_staff", who))
    applied(await point_out(town))
    behalf = town.by("other_staff", on_behalf_of_id=town.people["lead"])
    event = applied(await answer(town, by=behalf))
    assert (event.actor_id, event.on_behalf_of_id) == (
        town.people["other_staff"],
        town.people["lead"],
    )
    new = NewFinding(text="指摘", project_id=(await town.project()).id)
    instead = town.by("other_staff", on_behalf_of_id=town.people["auditor"])
    assert isinstance(refused(await raise_finding(instead, new)), Forbidden)


async def test_a_key_raises_one_finding(town: Town) -> None:
    """Asked again with its key, the same one."""
    request = town.by("auditor", idempotency_key=town.id)
    new = NewFinding(text="指摘", project_id=(await town.project()).id)
    outcomes = [await raise_finding(request, new) for _ in range(2)]
    assert [isinstance(o, Applied) and o.replayed for o in outcomes] == [False, True]
    assert await Finding.of(town.id).count() == 1


async def test_overdue_is_by_the_day(town: Town) -> None:
    """Of the answer while there is none, then of what it promised; never once it is closed."""
    due = today()
    applied(await point_out(town, answer_due_on=due))
    expected = {
        FindingStatus.OPEN: [False, True],
        FindingStatus.ANSWERED: [False, True],
        FindingStatus.CLOSED: [False, False],
    }
    acts: dict[FindingStatus, Any] = {
        FindingStatus.ANSWERED: lambda: answer(town, follow_up_on=due),
        FindingStatus.CLOSED: lambda: close(town),
    }
    for status, wanted in expected.items():
        if status in acts:
            applied(await acts[status]())
        finding = await Finding.of(town.id).get()
        assert finding.status is status
        for day, is_late in zip((due, due + DAY), wanted, strict=True):
            assert is_overdue(finding, day) is is_late
            assert await Finding.of(town.id).filter(overdue_on(day)).exists() is is_late
