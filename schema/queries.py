"""What can be asked."""

import asyncio
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.copies import Copy, copies
from schema.errors import ClientError
from schema.findings import FindingConnection, findings
from schema.history_page import HistoryConnection, history
from schema.ids import is_code, parse, uuid_of
from schema.integrity import Integrity, integrity
from schema.nodes import Node, field
from schema.pages import check_count
from schema.past import PlanSnapshot, as_of, diff
from schema.past_difference import PlanDifference
from schema.people import Department, Person
from schema.plans import Category, Municipality, Plan, municipality
from schema.progress import Progress, progress
from schema.project_page import ProjectConnection, projects
from schema.projects import Project
from schema.proofs import (
    Checkpoint,
    ConsistencyProof,
    RecordKey,
    checkpoint,
    checkpoints,
    consistency,
    record_keys,
)
from schema.redactions import SealedField, redactable
from schema.reshuffle import PreviewAnswer, preview_appointments
from schema.scrutiny import Scrutiny, scrutiny
from schema.signing_in import OneTimeLink, link
from schema.viewers import Viewer, viewer
from schema.workflow import Workflow, workflow
from workflows import records
from workflows.readings import Reading
from workflows.records import Row

_BY_PREFIX: Final[dict[str, type[Row]]] = {
    model.prefix: model
    for model in (
        records.Appointment,
        records.Category,
        records.Checkpoint,
        records.Cycle,
        records.Delegation,
        records.Department,
        records.Event,
        records.Evidence,
        records.Finding,
        records.Grade,
        records.Group,
        records.Indicator,
        records.Ownership,
        records.Person,
        records.Plan,
        records.PlanRevision,
        records.Policy,
        records.Project,
        records.RecordKey,
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
    viewer = field(viewer, Viewer | None, "Who asks; null for anonymous reading.")
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
    findings: FindingConnection = strawberry.field(
        resolver=findings,
        description="What auditors point out (指摘): filtered, the latest first, a page at a time.",
    )
    scrutiny = field(
        scrutiny,
        Scrutiny | None,
        "What stands out in a fiscal year, for auditors and the office; null for others.",
    )
    progress: list[Progress] = strawberry.field(
        resolver=progress, description="How many projects stand where in a fiscal year."
    )
    as_of = field(
        as_of, PlanSnapshot, "The plan as it stood at a moment that is over, as the record tells."
    )
    diff = field(
        diff, PlanDifference, "What changed between two moments, as far as the viewer sees edits."
    )
    preview_appointments = field(
        preview_appointments,
        PreviewAnswer,
        "What a list of appointments (人事異動の一覧) would lead to, and everything wrong with it; "
        "for admins. See `applyAppointments`.",
    )
    checkpoint = field(
        checkpoint,
        Checkpoint | None,
        "The record's latest checkpoint, or the smallest that covers so many entries; null where "
        "there is none.",
    )
    checkpoints = field(checkpoints, list[Checkpoint], "Checkpoints, the latest first.")
    integrity = field(
        integrity, Integrity, "What the server found when it last verified its own record."
    )
    consistency = field(
        consistency,
        ConsistencyProof | None,
        "That the record only grew from one number of entries to a later checkpoint; null where "
        "there are none such.",
    )
    record_keys = field(
        record_keys, list[RecordKey], "The keys of the record's checkpoints, the current one first."
    )
    copies = field(
        copies,
        list[Copy],
        "The viewer's own copies of the record that can be fetched, latest first.",
    )
    redactable = field(
        redactable,
        list[SealedField] | None,
        "What could be removed from an entry, for admins and auditors; null for others, and where "
        "there is no such entry. See `redact`.",
    )
    workflow: Workflow = strawberry.field(
        resolver=workflow, description="The workflow: two state machines, as data."
    )
