"""What can be asked."""

from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.errors import ClientError
from schema.history_page import HistoryConnection, history
from schema.ids import parse, uuid_of
from schema.nodes import Node, field
from schema.pages import MAX_PAGE
from schema.people import Appointment, Department, Person
from schema.plans import Category, Municipality, Plan
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
        return await records.Municipality.get(id=row_id) if mine else None
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
    if len(ids) > MAX_PAGE:
        raise ClientError(
            "BAD_PAGE", f"IDは{MAX_PAGE}個までです。 / There can be at most {MAX_PAGE} ids."
        )
    return [await _node(info, one) for one in ids]


async def _person(parent: strawberry.Parent["Viewer"], info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.person_id)


async def _appointments(
    parent: strawberry.Parent["Viewer"], info: Info
) -> list[records.Appointment]:
    held = await info.context.loaders.appointments_today()
    return [a for a in held if a.person_id == parent.person_id]


@strawberry.type(description="Who asks.")
class Viewer:
    """The signed-in person."""

    person_id: strawberry.Private[Any]
    person = field(_person, Person, "The person.")
    appointments = field(_appointments, list[Appointment], "What the person may act as today.")


def _viewer(info: Info) -> Viewer | None:
    person_id = info.context.person_id
    return Viewer(person_id=person_id) if person_id else None


async def _plan(info: Info) -> records.Plan:
    plan = await records.Plan.of(info.context.municipality_id).first()
    if plan is None:
        raise ClientError(
            "NO_PLAN", "計画がまだ取り込まれていません。 / No plan has been loaded yet."
        )
    return plan


async def _municipality(info: Info) -> records.Municipality:
    return await records.Municipality.get(id=info.context.municipality_id)


async def _departments(info: Info) -> list[records.Department]:
    return await records.Department.of(info.context.municipality_id).order_by("position")


async def _categories(info: Info) -> list[records.Category]:
    categories = records.Category.of(info.context.municipality_id)
    return await categories.order_by("policy__position", "position")


async def _project(
    info: Info, ref: Annotated[ProjectRef, strawberry.argument(description="Which project.")]
) -> records.Project | None:
    if ref.id:
        return await info.context.loaders.row(records.Project, uuid_of(ref.id, records.Project))
    return await records.Project.of(info.context.municipality_id).get_or_none(code=ref.code)


@strawberry.type(description="Everything that can be asked.")
class Query:
    """The entry points."""

    node = field(node, Node | None, "Whatever has this id; null where there is none.")
    nodes = field(nodes, list[Node | None], "Whatever has these ids, in their order.")
    viewer = field(_viewer, Viewer | None, "Who asks; null for anonymous reading.")
    municipality = field(_municipality, Municipality, "The town that is asked about.")
    plan = field(_plan, Plan, "The action plan.")
    departments = field(_departments, list[Department], "Every department.")
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
