"""What can be asked."""

import asyncio
from typing import Annotated, Any, Final

import strawberry

from schema.accounts import Account, Session, Token, own_account, own_sessions, own_tokens
from schema.budgets import Budget
from schema.context import Info
from schema.delegations import Delegation
from schema.errors import ClientError
from schema.history_page import HistoryConnection, history
from schema.ids import is_code, parse, uuid_of
from schema.nodes import Node, field, plain
from schema.pages import check_count
from schema.people import Appointment, Department, Person
from schema.plans import Category, Municipality, Plan, municipality
from schema.progress import Progress, progress
from schema.project_page import ProjectConnection, projects
from schema.projects import Project
from schema.reshuffle import PreviewAnswer, preview_appointments
from schema.signing_in import OneTimeLink, link
from schema.workflow import Workflow, workflow
from workflows import records
from workflows.records import Row
from workflows.sight import Reading
from workflows.stages import Role

_BY_PREFIX: Final[dict[str, type[Row]]] = {
    model.prefix: model
    for model in (
        records.Appointment,
        records.Category,
        records.Cycle,
        records.Delegation,
        records.Department,
        records.Event,
        records.Grade,
        records.Group,
        records.Indicator,
        records.Ownership,
        records.Person,
        records.Plan,
        records.PlanRevision,
        records.Policy,
        records.Project,
        records.Rollout,
        records.Sheet,
    )
}


@strawberry.input(one_of=True, description="A project, by its id or its code.")
class ProjectRef:
    """Exactly one of them."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The project's id."
    )
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="The project's code, for instance 1_05."
    )


async def _node(info: Info, public: str) -> object | None:
    parsed = parse(public)
    if parsed is None:
        return None
    prefix, row_id = parsed
    if prefix == "mun":
        mine = row_id == info.context.municipality_id and info.context.sight.sees(Reading.PUBLISHED)
        return await info.context.loaders.municipality() if mine else None
    model = _BY_PREFIX.get(prefix)
    return await info.context.loaders.row(model, row_id) if model else None


async def node(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Any node's id.")],
) -> Any:  # noqa: ANN401 - any node
    """Return whatever has an id."""
    return await _node(info, id)


async def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids.")],
) -> list[Any]:
    """Return what has the ids, in their order."""
    check_count(len(ids))
    return await asyncio.gather(*(_node(info, one) for one in ids))


async def _appointments(info: Info) -> list[records.Appointment]:
    held = await info.context.loaders.appointments_today()
    return [a for a in held if a.person_id == info.context.person_id]


def _second_factor_missing_for(info: Info) -> list[Role]:
    asked = info.context
    own = (c for c in asked.capacities if c.principal_id is None and c.holds(asked.today))
    held = {c.role for c in own}
    return sorted(held & asked.credential.barred)


def _budget(info: Info) -> Budget | None:
    return info.context.budget()


@strawberry.type(description="Somebody on whose behalf the viewer may decide today (代決).")
class Principal:
    """Give the person back as `onBehalfOf`."""

    person: Person = plain("Whose decisions they are.")
    delegation: Delegation = plain("By which leave.")


async def _acts_for(info: Info) -> list[Principal]:
    loaders, person_id = info.context.loaders, info.context.person_id
    held: list[Any] = await loaders.acts_for(person_id) if person_id else []
    people: list[Any] = await asyncio.gather(
        *(loaders.row(records.Person, one.principal_id) for one in held)
    )
    return [
        Principal(person=person, delegation=one)
        for person, one in zip(people, held, strict=True)
        if person is not None
    ]


@strawberry.type(description="Who asks.")
class Viewer:
    """The signed-in person."""

    person: Person = plain("The person.")
    appointments = field(_appointments, list[Appointment], "What the person may act as today.")
    acts_for = field(
        _acts_for, list[Principal], "On whose behalf the person may decide today (代決)."
    )
    account = field(own_account, Account | None, "How the person signs in; null without account.")
    sessions = field(own_sessions, list[Session], "Where the person is signed in, latest first.")
    tokens = field(own_tokens, list[Token], "The person's tokens that hold.")
    budget = field(
        _budget,
        Budget | None,
        "What the viewer's operations may still cost; null where that is not limited.",
    )
    second_factor_missing_for = field(
        _second_factor_missing_for,
        list[Role],
        "Roles that the person holds, but that do not count before a second factor is shown.",
    )


async def _viewer(info: Info) -> Viewer | None:
    person: Any = await info.context.loaders.row(records.Person, info.context.person_id)
    return Viewer(person=person) if person else None


async def _plan(info: Info) -> records.Plan:
    plan = await info.context.loaders.plan()
    if plan is None:
        raise ClientError(
            "NO_PLAN", "計画がまだ取り込まれていません。 / No plan has been loaded yet."
        )
    return plan


async def _departments(info: Info) -> list[records.Department]:
    return await info.context.loaders.departments()


async def _people(info: Info) -> list[records.Person]:
    return await info.context.loaders.people()


async def _categories(info: Info) -> list[records.Category]:
    rows = info.context.loaders.rows(records.Category)
    categories = rows.order_by("policy__position", "position")
    return await info.context.loaders.once("categories", lambda: categories)


async def _project(
    info: Info, ref: Annotated[ProjectRef, strawberry.argument(description="Which project.")]
) -> records.Project | None:
    if isinstance(ref.id, str):
        return await info.context.loaders.row(records.Project, uuid_of(ref.id, records.Project))
    is_one = isinstance(ref.code, str) and is_code(ref.code)
    return await info.context.loaders.project(str(ref.code)) if is_one else None


@strawberry.type(description="Everything that can be asked.")
class Query:
    """The entry points."""

    link = field(
        link, OneTimeLink | None, "A one-time link; null unless it works. See `acceptLink`."
    )
    node = field(node, Node | None, "Whatever has this id; null where there is none.")
    nodes = field(nodes, list[Node | None], "Whatever has these ids, in their order.")
    viewer = field(_viewer, Viewer | None, "Who asks; null for anonymous reading.")
    municipality = field(municipality, Municipality, "The town that is asked about.")
    plan = field(_plan, Plan, "The action plan.")
    departments = field(_departments, list[Department], "Every department.")
    people = field(
        _people,
        list[Person],
        "Everybody who is registered, as far as the viewer sees them, by staff number.",
    )
    categories = field(_categories, list[Category], "Every category, in the plan's order.")
    project = field(_project, Project | None, "A project; null where there is none.")
    projects: ProjectConnection = strawberry.field(
        resolver=projects, description="Projects: filtered, ordered, a page at a time."
    )
    history: HistoryConnection = strawberry.field(
        resolver=history, description="The record: filtered, a page at a time."
    )
    progress: list[Progress] = strawberry.field(
        resolver=progress, description="How many projects stand where in a fiscal year."
    )
    preview_appointments = field(
        preview_appointments,
        PreviewAnswer,
        "What a list of appointments (人事異動の一覧) would lead to, and everything wrong with it; "
        "for admins. See `applyAppointments`.",
    )
    workflow: Workflow = strawberry.field(
        resolver=workflow, description="The workflow: two state machines, as data."
    )
