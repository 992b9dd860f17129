"""Departments, groups, people and what they are appointed to."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.accounts import Account, account_of_person
from schema.context import Info
from schema.nodes import Node, backed_by, field, later, many, plain
from schema.progress import Progress, progress_of_department
from workflows import records
from workflows.stages import Role

_ON = Annotated[dt.date | None, strawberry.argument(description="Today where none is given.")]


async def _department_of(
    parent: strawberry.Parent[records.Group], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


async def _groups(parent: strawberry.Parent[records.Department], info: Info) -> list[records.Group]:
    return await info.context.loaders.groups(parent.id)


async def _projects(
    parent: strawberry.Parent[records.Department], info: Info, on: _ON = None
) -> list[records.Project]:
    owned = await info.context.loaders.owned(on or info.context.today)
    return [ownership.project for ownership in owned if ownership.department_id == parent.id]


async def _projects_of_group(
    parent: strawberry.Parent[records.Group], info: Info, on: _ON = None
) -> list[records.Project]:
    owned = await info.context.loaders.owned(on or info.context.today)
    return [ownership.project for ownership in owned if ownership.group_id == parent.id]


async def _offers(
    parent: strawberry.Parent[records.Department], info: Info
) -> list[records.Rollout]:
    return await info.context.loaders.offers(parent.id)


async def _findings(
    parent: strawberry.Parent[records.Department], info: Info
) -> list[records.Finding]:
    return await info.context.loaders.findings_of_department(parent.id)


def _held(appointments: list[records.Appointment], day: dt.date) -> list[records.Appointment]:
    return [
        a for a in appointments if a.starts_on <= day and (a.ends_on is None or day <= a.ends_on)
    ]


async def _appointments_in(
    parent: strawberry.Parent[records.Department], info: Info, on: _ON = None
) -> list[records.Appointment]:
    return _held(await info.context.loaders.appointments_in(parent.id), on or info.context.today)


async def _appointments_of(
    parent: strawberry.Parent[records.Person], info: Info, on: _ON = None
) -> list[records.Appointment]:
    return _held(await info.context.loaders.appointments_of(parent.id), on or info.context.today)


async def _career(
    parent: strawberry.Parent[records.Person], info: Info
) -> list[records.Appointment]:
    return await info.context.loaders.appointments_of(parent.id)


async def _delegations(
    parent: strawberry.Parent[records.Person], info: Info
) -> list[records.Delegation]:
    return await info.context.loaders.delegations_of(parent.id)


async def _person(
    parent: strawberry.Parent[records.Appointment], info: Info
) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.person_id)


async def _appointed_in(
    parent: strawberry.Parent[records.Appointment], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


@strawberry.type(description="A department (課).")
class Department(Node):
    """Who owns projects."""

    is_type_of = backed_by(records.Department, "Department")
    name: str = plain("For instance 総務課.")
    groups = field(_groups, many(later("Group", "schema.people")), "Its groups.")
    projects = field(
        _projects,
        many(later("Project", "schema.projects")),
        "The projects it owns on a day, in the plan's order.",
    )
    appointments = field(
        _appointments_in,
        many(later("Appointment", "schema.people")),
        "Who is appointed in it on a day.",
    )
    offers = field(
        _offers,
        many(later("Rollout", "schema.projects")),
        "Results of others that were offered to it; its lead answers them.",
    )
    findings = field(
        _findings,
        many(later("Finding", "schema.findings")),
        "What auditors point out (指摘) and it has to answer today, earliest first, as far as the viewer "
        "sees it.",
    )
    progress = field(progress_of_department, Progress, "How its projects stand in a fiscal year.")


@strawberry.type(description="A group (グループ) in a department.")
class Group(Node):
    """Part of a department."""

    is_type_of = backed_by(records.Group, "Group")
    name: str = plain("For instance 行政防災G.")
    department = field(_department_of, Department, "The department it is in.")
    projects = field(
        _projects_of_group,
        many(later("Project", "schema.projects")),
        "The projects it owns on a day, in the plan's order.",
    )


@strawberry.type(description="A person (職員) who may be appointed.")
class Person(Node):
    """Somebody who acts."""

    is_type_of = backed_by(records.Person, "Person")
    name: str = plain("The person's name.")
    staff_number: str = plain("職員番号: tells two of the same name apart.")
    appointments = field(
        _appointments_of,
        many(later("Appointment", "schema.people")),
        "What the person is appointed to on a day.",
    )
    career = field(
        _career,
        many(later("Appointment", "schema.people")),
        "Every appointment of the person, past and to come, earliest first. One whose last day is "
        "before its first was taken back.",
    )
    delegations = field(
        _delegations,
        many(later("Delegation", "schema.delegations")),
        "Who may decide on the person's behalf (代決), past and future leave included, earliest first.",
    )
    account = field(
        account_of_person,
        Account | None,
        "How the person signs in, for admins, auditors and the person; null where there is none.",
    )


@strawberry.type(description="A role held in a department from a day to a day (任命).")
class Appointment(Node):
    """An appointment."""

    is_type_of = backed_by(records.Appointment, "Appointment")
    role: Role = plain("The role.")
    starts_on: dt.date = plain("The first day.")
    ends_on: dt.date | None = plain("The last day, included; null while no end is known.")
    person = field(_person, Person, "Who is appointed.")
    department = field(
        _appointed_in, Department | None, "In which department; null where the role needs none."
    )
