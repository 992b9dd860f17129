"""What can be asked."""

from typing import Annotated

import strawberry

from schema.by_id import node, nodes
from schema.checkpoint_page import CheckpointConnection, checkpoints
from schema.context import Info
from schema.copy_page import CopyConnection, copies
from schema.errors import ClientError
from schema.findings import FindingConnection, findings
from schema.history import HistoryEntry
from schema.history_page import HistoryConnection, history
from schema.ids import is_code, uuid_of
from schema.installation import Installation, installation
from schema.integrity import Integrity, integrity
from schema.nodes import Node, field
from schema.past import PlanSnapshot, as_of, diff
from schema.past_difference import PlanDifference
from schema.people import Department, Person
from schema.plan_import import PreviewPlanAnswer, preview_plan
from schema.plans import Category, Municipality, Plan, municipality
from schema.progress import Progress, progress
from schema.project_page import ProjectConnection, projects
from schema.projects import Project
from schema.proofs import (
    Checkpoint,
    ConsistencyProof,
    RecordKey,
    checkpoint,
    consistency,
    record_keys,
)
from schema.redaction_preview import PreviewRedactionAnswer, preview_redaction
from schema.redactions import SealedField, redactable
from schema.reshuffle import PreviewAnswer, preview_appointments
from schema.scrutiny import Scrutiny, scrutiny
from schema.signing_in import OneTimeLink, link
from schema.viewers import Viewer, viewer
from schema.workflow import Workflow, workflow
from workflows import records


@strawberry.input(one_of=True, description="A project, by its id or its code.")
class ProjectRef:
    """Exactly one of them."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The project's id."
    )
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="The project's code, for instance 1_05."
    )


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


async def _entry(
    info: Info,
    sequence: Annotated[int, strawberry.argument(description="Its number, from 1.")],
) -> records.Event | None:
    return await info.context.loaders.event(sequence)


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
    entry = field(
        _entry,
        HistoryEntry | None,
        "An entry of the record by its number; null where there is none for the viewer.",
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
        as_of,
        PlanSnapshot | None,
        "The plan as it stood at a moment that is over, as the record tells; null with an error where "
        "there is no such moment.",
    )
    diff = field(
        diff,
        PlanDifference | None,
        "What changed between two moments, as far as the viewer sees edits; null with an error where "
        "there is no such moment.",
    )
    preview_appointments = field(
        preview_appointments,
        PreviewAnswer,
        "What a list of appointments (人事異動の一覧) would lead to, and everything wrong with it; "
        "for admins. See `applyAppointments`.",
    )
    preview_plan = field(
        preview_plan,
        PreviewPlanAnswer,
        "What a later text of the plan would change, what is mended in it and everything wrong with "
        "it; for the office. See `importPlan`.",
    )
    installation = field(
        installation,
        Installation | None,
        "How this installation is set up and how it fares, for admins; null for others.",
    )
    checkpoint = field(
        checkpoint,
        Checkpoint | None,
        "The record's latest checkpoint, or the smallest that covers so many entries; null where "
        "there is none.",
    )
    checkpoints: CheckpointConnection = strawberry.field(
        resolver=checkpoints, description="Checkpoints, the latest first, a page at a time."
    )
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
    copies: CopyConnection = strawberry.field(
        resolver=copies,
        description="The viewer's own copies of the record that can be fetched: the latest first, a "
        "page at a time.",
    )
    redactable = field(
        redactable,
        list[SealedField] | None,
        "What could be removed from an entry, for admins and auditors; null for others, and where "
        "there is no such entry. See `redact`.",
    )
    preview_redaction = field(
        preview_redaction, PreviewRedactionAnswer, "What `redact` would do and leave; for admins."
    )
    workflow: Workflow = strawberry.field(
        resolver=workflow, description="The workflow: two state machines, as data."
    )
