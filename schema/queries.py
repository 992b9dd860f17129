"""What can be asked."""

import asyncio
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
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
from schema.workflow import Workflow, workflow
from workflows import records
from workflows.records import Row

_BY_PREFIX: Final[dict[str, type[Row]]] = {
    model.prefix: model
    for model in (
        records.Appointment,
        records.Category,
        records.Cycle,
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
        mine = row_id == info.context.municipality_id
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


@strawberry.type(description="Who asks.")
class Viewer:
    """The signed-in person."""

    person: Person = plain("The person.")
    appointments = field(_appointments, list[Appointment], "What the person may act as today.")


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
    departments = records.Department.of(info.context.municipality_id).order_by("position")
    return await info.context.loaders.once("departments", lambda: departments)


async def _people(info: Info) -> list[records.Person]:
    people = records.Person.of(info.context.municipality_id).order_by("staff_number")
    return await info.context.loaders.once("people", lambda: people)


async def _categories(info: Info) -> list[records.Category]:
    rows = records.Category.of(info.context.municipality_id)
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

    node = field(node, Node | None, "Whatever has this id; null where there is none.")
    nodes = field(nodes, list[Node | None], "Whatever has these ids, in their order.")
    viewer = field(_viewer, Viewer | None, "Who asks; null for anonymous reading.")
    municipality = field(municipality, Municipality, "The town that is asked about.")
    plan = field(_plan, Plan, "The action plan.")
    departments = field(_departments, list[Department], "Every department.")
    people = field(_people, list[Person], "Everybody who is registered, by staff number.")
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
    workflow: Workflow = strawberry.field(
        resolver=workflow, description="The workflow: two state machines, as data."
    )
