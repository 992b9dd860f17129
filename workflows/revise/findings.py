"""Findings (指摘): an auditor points something out, the department answers, the auditor closes it.

The words stand in the finding's row alone, and so once in each entry: among its changes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tortoise.expressions import Q

from workflows.authority import ROLES, Act
from workflows.cases import owner_on, project_of
from workflows.changes import Json
from workflows.entries import Draft
from workflows.ledger import Outcome, perform
from workflows.readings import Reading
from workflows.records import Department, Event, EventKind, Finding
from workflows.refusals import FindingChanged, NotFound, Refuse
from workflows.stages import FindingStatus
from workflows.unit import Request, Unit
from workflows.values import invalid, text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """What is pointed out, and about what: an entry, a project, or a department."""

    text: str
    entry_id: UUID | None = None
    project_id: UUID | None = None
    department_id: UUID | None = None
    """Which has to answer, where neither a project nor an entry about one is meant: its owner has."""
    answer_due_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAnswer:
    """What the department says, and by when it will have done what it says."""

    finding_id: UUID
    text: str
    expected_status: FindingStatus
    """As the caller read it."""
    follow_up_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the auditor makes of it in the end."""

    finding_id: UUID
    text: str
    """Also where it was unfounded: then that."""
    expected_status: FindingStatus
    """As the caller read it."""


async def raise_finding(request: Request, new: NewFinding) -> Outcome:
    """Point something out, as an auditor."""

    async def decide(unit: Unit) -> None:
        unit.authorise_person(ROLES[Act.RAISE_FINDING])
        entry = await _entry(unit, new.entry_id)
        department_id, project_id = await _meant(unit, new, entry)
        unit.about |= {"owner_id": department_id}
        finding = Finding(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            number=await Finding.of(unit.municipality_id).count() + 1,
            department_id=department_id,
            project_id=project_id,
            entry_sequence=entry.sequence if entry else None,
            text=text("text", new.text, required=True),
            answer_due_on=_ahead(unit, "answerDueOn", new.answer_due_on),
            raised_by_id=unit.request.actor_id,
            raised_at=unit.now,
            status=FindingStatus.OPEN,
        )
        draft = unit.draft(EventKind.FINDING_RAISED, **unit.about, details=_details(finding))
        draft.refers_to = finding.entry_sequence
        draft.insert(finding)

    return await perform(request, decide)


async def answer_finding(request: Request, answer: FindingAnswer) -> Outcome:
    """Answer, as the lead of the department that has to; anew until the finding is closed."""

    async def decide(unit: Unit) -> None:
        finding = await _finding(unit, answer.finding_id)
        unit.authorise_person(ROLES[Act.ANSWER_FINDING], unit.about["owner_id"])
        _expect(finding, answer.expected_status)
        draft = await _about(unit, EventKind.FINDING_ANSWERED, finding)
        draft.update(
            finding,
            status=FindingStatus.ANSWERED,
            answer=text("text", answer.text, required=True),
            answered_by_id=unit.request.actor_id,
            answered_at=unit.now,
            follow_up_on=_ahead(unit, "followUpOn", answer.follow_up_on),
        )

    return await perform(request, decide)


async def close_finding(request: Request, conclusion: Conclusion) -> Outcome:
    """Close a finding for good, as an auditor: answered, or withdrawn without an answer."""

    async def decide(unit: Unit) -> None:
        unit.authorise_person(ROLES[Act.RAISE_FINDING])
        finding = await _finding(unit, conclusion.finding_id)
        _expect(finding, conclusion.expected_status)
        draft = await _about(unit, EventKind.FINDING_CLOSED, finding)
        draft.update(
            finding,
            status=FindingStatus.CLOSED,
            conclusion=text("text", conclusion.text, required=True),
            closed_by_id=unit.request.actor_id,
            closed_at=unit.now,
        )

    return await perform(request, decide)


def is_overdue(finding: Finding, today: dt.date) -> bool:
    """Return whether the day is past by which it should be answered, or followed up."""
    due = {
        FindingStatus.OPEN: finding.answer_due_on,
        FindingStatus.ANSWERED: finding.follow_up_on,
        FindingStatus.CLOSED: None,
    }[finding.status]
    return due is not None and due < today


def overdue_on(today: dt.date) -> Q:
    """Return the condition that `is_overdue` holds; it can be negated, as it is never unknown."""
    days = {FindingStatus.OPEN: "answer_due_on", FindingStatus.ANSWERED: "follow_up_on"}
    late: list[dict[str, Any]] = [
        {"status": status, f"{day}__isnull": False, f"{day}__lt": today}
        for status, day in days.items()
    ]
    return Q(*(Q(**one) for one in late), join_type=Q.OR)


async def _entry(unit: Unit, entry_id: UUID | None) -> Event | None:
    if entry_id is None:
        return None
    entry = await Event.of(unit.municipality_id).get_or_none(id=entry_id)
    if entry is None or not unit.sight.sees_entry(entry):
        raise Refuse(NotFound("entry"))
    return entry


async def _meant(unit: Unit, new: NewFinding, entry: Event | None) -> tuple[UUID, UUID | None]:
    """Return the department that has to answer, and the project that is meant, if one is."""
    if entry is not None and new.project_id is not None:
        raise invalid(
            "project",
            "記録か取組事業のどちらか一方を指定してください。",
            "Name an entry or a project, not both.",
        )
    project_id = entry.project_id if entry else new.project_id
    if project_id is None:
        return await _department(unit, new.department_id), None
    _ = await project_of(unit, project_id)
    if new.department_id is not None:
        raise invalid(
            "department",
            "取組事業の所管課が回答します。課は指定しないでください。",
            "The department that owns the project answers: name none.",
        )
    return unit.about["owner_id"], project_id


async def _department(unit: Unit, department_id: UUID | None) -> UUID:
    if department_id is None:
        raise invalid(
            "department",
            "回答する課を指定してください。",
            "Name the department that has to answer.",
        )
    if not await Department.of(unit.municipality_id).filter(id=department_id).exists():
        raise Refuse(NotFound("department"))
    return department_id


async def _finding(unit: Unit, finding_id: UUID) -> Finding:
    """Return a finding, noted as what the act is about; refuse, as if none, one that is not seen."""
    finding = await Finding.of(unit.municipality_id).get_or_none(id=finding_id)
    if finding is None:
        raise Refuse(NotFound("finding"))
    owner_id = finding.department_id
    if finding.project_id is not None:
        owner = await owner_on(unit.municipality_id, finding.project_id, unit.today)
        owner_id = owner.department_id
    is_own = unit.request.actor_id in {finding.raised_by_id, finding.answered_by_id}
    departments = (finding.department_id, owner_id)
    if not any(unit.sight.sees(Reading.FINDINGS, one, own=is_own) for one in departments):
        raise Refuse(NotFound("finding"))
    unit.about |= {"project_id": finding.project_id, "owner_id": owner_id}
    return finding


def _expect(finding: Finding, status: FindingStatus) -> None:
    """Refuse where a finding has changed since the caller read it, or is closed."""
    if finding.status is FindingStatus.CLOSED or finding.status is not status:
        raise Refuse(FindingChanged(finding.id, status, finding.status))


async def _about(unit: Unit, kind: EventKind, finding: Finding) -> Draft:
    """Draft an entry that points at the one by which the finding was raised."""
    raised = await Event.of(unit.municipality_id).get(
        kind=EventKind.FINDING_RAISED, recorded_at=finding.raised_at
    )
    draft = unit.draft(kind, **unit.about, details=_details(finding))
    draft.refers_to = raised.sequence
    return draft


def _details(finding: Finding) -> dict[str, Json]:
    return {"finding": str(finding.id), "number": finding.number}


def _ahead(unit: Unit, path: str, day: dt.date | None) -> dt.date | None:
    """Refuse a day that is over."""
    if day is not None and day < unit.today:
        raise invalid(
            path,
            f"今日({unit.today})以後の日付を指定してください。",
            f"Give today ({unit.today}) or a later day.",
        )
    return day
