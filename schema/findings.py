"""Findings (指摘): what auditors point out, and what the departments make of it."""

import datetime as dt
from typing import Annotated

import strawberry
from tortoise.expressions import Q, Subquery

from schema.available import capacities_of_viewer
from schema.context import Info
from schema.enums import LANG, Lang
from schema.history import HistoryEntry
from schema.history_page import AFTER, FIRST
from schema.ids import optional_uuid_of, uuid_of
from schema.nodes import Node, backed_by, field, later, plain
from schema.on_behalf import ON_BEHALF_OF
from schema.pages import PageInfo, listed, number_in, page
from schema.people import Department, Person
from workflows import records
from workflows.authority import ROLES, Act, Capacity, may
from workflows.cases import owned_on
from workflows.labels import label
from workflows.revise.findings import is_overdue, overdue_on
from workflows.stages import FindingStatus

Parent = strawberry.Parent[records.Finding]
_LIST = "findings"
_LAST_NUMBER = 2**31 - 1


def _status_label(parent: Parent, lang: LANG = Lang.JA) -> str:
    return label(parent.status, japanese=lang is Lang.JA)


async def _department(parent: Parent, info: Info) -> records.Department | None:
    department_id = parent.department_id
    if parent.project_id is not None:
        department_id = (await info.context.loaders.owner(parent.project_id)).department_id
    return await info.context.loaders.row(records.Department, department_id)


async def _project(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _entry(parent: Parent, info: Info) -> records.Event | None:
    return await info.context.loaders.event(parent.entry_sequence)


async def _raised_by(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.raised_by_id)


async def _answered_by(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.answered_by_id)


async def _closed_by(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.closed_by_id)


def _overdue(parent: Parent, info: Info) -> bool:
    return is_overdue(parent, info.context.today)


async def _history(parent: Parent, info: Info) -> list[records.Event]:
    return await info.context.loaders.entries_of_finding(parent)


async def _viewer_can_answer(parent: Parent, info: Info, on_behalf_of: ON_BEHALF_OF = None) -> bool:
    if parent.status is FindingStatus.CLOSED or info.context.person_id is None:
        return False
    department = await _department(parent, info)
    held = capacities_of_viewer(info, optional_uuid_of(on_behalf_of, records.Person))
    owner_id = department.id if department else None
    answer = may(ROLES[Act.ANSWER_FINDING], held, info.context.today, owner_id)
    return isinstance(answer, Capacity)


@strawberry.type(description="What an auditor points out (指摘), and what came of it.")
class Finding(Node):
    """Seen by auditors, the office, the department that has to answer, and who wrote in it."""

    is_type_of = backed_by(records.Finding, "Finding")
    number: int = plain("1, 2, 3, … within the municipality.")
    department = field(
        _department,
        Department,
        "Which has to answer: the project's owner today, where it is about a project.",
    )
    project = field(
        _project,
        later("Project", "schema.projects") | None,
        "The project that it is about, if any.",
    )
    entry = field(
        _entry,
        HistoryEntry | None,
        "The entry that it is about, if any; null for who may not see that.",
    )
    entry_sequence: int | None = plain("The number of the entry that it is about, if any.")
    text: str = plain("What is pointed out.")
    answer_due_on: dt.date | None = plain("By when an answer is asked for, if by any day.")
    raised_by = field(_raised_by, Person | None, "Who raised it; null for who may not see people.")
    raised_at: dt.datetime = plain("When it was raised.")
    status: FindingStatus = plain("How far it has come.")
    status_label = field(_status_label, str, "What the page calls it.")
    answer: str = plain("The department's last answer; empty until there is one.")
    answered_by = field(
        _answered_by,
        Person | None,
        "Who gave that answer; null until there is one, and for who may not see people.",
    )
    answered_at: dt.datetime | None = plain("When that answer was given.")
    follow_up_on: dt.date | None = plain(
        "By when the department says that it will have done what it answered."
    )
    overdue = field(
        _overdue,
        bool,
        "Whether the day is past: while there is no answer, answerDueOn; after it, followUpOn.",
    )
    conclusion: str = plain("What the auditor made of it in the end; empty until it is closed.")
    closed_by = field(
        _closed_by,
        Person | None,
        "Who closed it; null until then, and for who may not see people.",
    )
    closed_at: dt.datetime | None = plain("When it was closed.")
    history = field(
        _history, list[HistoryEntry], "The entries that tell of it, as far as the viewer sees them."
    )
    viewer_can_answer = field(
        _viewer_can_answer, bool, "Whether this viewer may answer it, for the first time or anew."
    )


@strawberry.input(description="Which findings are wanted; all conditions hold together.")
class FindingWhere:
    """Conditions on findings."""

    status: list[FindingStatus] | None = plain("Any of these.")
    department: strawberry.ID | None = plain("Which this department has to answer today.")
    project: strawberry.ID | None = plain("About this project.")
    overdue: bool | None = plain(
        "Whether the day for the answer, or for what it promised, is past."
    )


@strawberry.type(description="A finding and its cursor.")
class FindingEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: Finding = plain("The finding.")


async def _total(parent: strawberry.Parent["FindingConnection"], info: Info) -> int:
    found = (await info.context.loaders.rows_at_work(records.Finding)).filter(parent.condition)
    return await info.context.loaders.once(object(), found.count)


@strawberry.type(description="A page of findings.")
class FindingConnection:
    """Relay's connection over findings."""

    edges: list[FindingEdge] = plain("The items with their cursors.")
    nodes: list[Finding] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    condition: strawberry.Private[Q]
    total_count: int = strawberry.field(
        resolver=_total, description="How many findings there are in all pages, for this viewer."
    )


def _condition(info: Info, where: FindingWhere | None) -> Q:
    asked = Q()
    if where is None:
        return asked
    if where.status is not None:
        asked &= Q(status__in=list(dict.fromkeys(where.status)))
    if where.project is not None:
        asked &= Q(project_id=uuid_of(where.project, records.Project))
    if where.department is not None:
        department_id = uuid_of(where.department, records.Department)
        owned = info.context.loaders.rows(records.Ownership).filter(
            owned_on(info.context.today), department_id=department_id
        )
        theirs = Q(project_id__in=Subquery(owned.values("project_id")))
        asked &= theirs | Q(project_id__isnull=True, department_id=department_id)
    if where.overdue is not None:
        overdue = overdue_on(info.context.today)
        asked &= overdue if where.overdue else ~overdue
    return asked


async def findings(
    info: Info,
    where: Annotated[
        FindingWhere | None, strawberry.argument(description="Which findings.")
    ] = None,
    first: FIRST = None,
    after: AFTER = None,
) -> FindingConnection:
    """Return a page of findings, the latest first."""
    wanted = page(_LIST, first, after, None, None)
    condition = _condition(info, where)
    query = (await info.context.loaders.rows_at_work(records.Finding)).filter(condition)
    if wanted.key is not None:
        query = query.filter(number__lt=number_in(wanted.key, _LAST_NUMBER))
    ordered = query.order_by("-number").limit(wanted.size + 1)
    found = await info.context.loaders.once(object(), lambda: ordered)
    rows, cursors, info_of_page = listed(_LIST, found, wanted, "number")
    return FindingConnection(
        edges=[FindingEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],
        nodes=rows,
        page_info=info_of_page,
        condition=condition,
    )
