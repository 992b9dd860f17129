"""Projects, who owns them, and rollouts of their results."""

import datetime as dt
from typing import Annotated

import strawberry

from schema.comments import Comment, comments_of_project, viewer_can_comment
from schema.context import Info
from schema.cycles import Cycle
from schema.findings import Finding
from schema.history_page import HistoryConnection, history_of_project
from schema.nodes import Node, backed_by, field, later, many, plain
from schema.past import project_as_of
from schema.past_projects import ProjectSnapshot
from schema.people import Department, Group
from schema.plans import Category, Mended, Plan, Policy
from schema.viewer_acts import on_project, viewer_can_answer_rollout
from workflows import records
from workflows.authority import Act
from workflows.stages import ProjectStatus, RolloutStatus, Stage

Parent = strawberry.Parent[records.Project]


@strawberry.type(description="A project's row in the plan's text, exactly as received.")
class SourceText:
    """The row, and what was mended of it."""

    text: str = plain("The row as received; empty for a project that the text does not have.")
    mended: list[Mended] = plain("What was mended in this row.")


async def _plan(parent: Parent, info: Info) -> records.Plan | None:
    return await info.context.loaders.row(records.Plan, parent.plan_id)


async def _category(parent: Parent, info: Info) -> records.Category | None:
    return await info.context.loaders.row(records.Category, parent.category_id)


async def _policy(parent: Parent, info: Info) -> records.Policy | None:
    category = await _category(parent, info)
    policy_id = category.policy_id if category else None
    return await info.context.loaders.row(records.Policy, policy_id)


async def _department(parent: Parent, info: Info) -> records.Department | None:
    owner = await info.context.loaders.owner(parent.id)
    return await info.context.loaders.row(records.Department, owner.department_id)


async def _group(parent: Parent, info: Info) -> records.Group | None:
    owner = await info.context.loaders.owner(parent.id)
    return await info.context.loaders.row(records.Group, owner.group_id)


async def _current_cycle(parent: Parent, info: Info) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.current_cycle_id)


async def _stage(parent: Parent, info: Info) -> Stage | None:
    cycle = await _current_cycle(parent, info)
    return cycle.stage if cycle else None


async def _cycle(
    parent: Parent,
    info: Info,
    fiscal_year: Annotated[int, strawberry.argument(description="2026 is 令和8年度.")],
) -> records.Cycle | None:
    return await info.context.loaders.cycle_of_year(parent.id, fiscal_year)


async def _cycles(parent: Parent, info: Info) -> list[records.Cycle]:
    return await info.context.loaders.cycles(parent.id)


async def _ownerships(parent: Parent, info: Info) -> list[records.Ownership]:
    return await info.context.loaders.ownerships(parent.id)


async def _rolled_out_from(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.rolled_out_from_id)


async def _rollouts(parent: Parent, info: Info) -> list[records.Rollout]:
    return await info.context.loaders.rollouts(parent.id)


async def _findings(parent: Parent, info: Info) -> list[records.Finding]:
    return await info.context.loaders.findings_of_project(parent.id)


async def _source(parent: Parent, info: Info) -> SourceText:
    plan = await info.context.loaders.row(records.Plan, parent.plan_id)
    mended = plan.mended if plan else []
    mine = [Mended(**m) for m in mended if str(m["where"]).split(" ")[0] == parent.code]  # type: ignore[arg-type]
    return SourceText(text=parent.source_text, mended=mine)


@strawberry.type(description="A project (取組事業) of the plan.")
class Project(Node):
    """What the town does, turned through PDCA every fiscal year."""

    is_type_of = backed_by(records.Project, "Project")
    code: str = plain("As printed: 1_01 … 3_03. Never changes.")
    title: str = plain("事業名称.")
    content: str = plain("事業内容.")
    expected_effects: list[str] = plain("期待される効果.")
    status: ProjectStatus = plain("Whether it is being worked on.")
    revision: int = plain("Counts changes of the project itself; give it back when you change it.")
    source = field(_source, SourceText, "The plan's own words, and what was mended.")
    plan = field(_plan, Plan, "The plan it is in.")
    category = field(_category, Category, "The category it is under.")
    policy = field(_policy, Policy, "The policy it is under.")
    department = field(_department, Department, "Who owns it today.")
    group = field(_group, Group | None, "Which group owns it today; null where there is none.")
    ownerships = field(
        _ownerships, many(later("Ownership", "schema.projects")), "Every owner, earliest first."
    )
    stage = field(_stage, Stage, "The current cycle's stage.")
    current_cycle = field(
        _current_cycle, Cycle, "The cycle opened last, or the one that ended the project."
    )
    cycle = field(_cycle, Cycle | None, "The cycle of a fiscal year; null where there is none.")
    cycles = field(_cycles, list[Cycle], "Every cycle, earliest first.")
    rolled_out_from = field(
        _rolled_out_from,
        later("Project", "schema.projects") | None,
        "The project whose result this one took over (横展開); null for others.",
    )
    rollouts = field(
        _rollouts,
        many(later("Rollout", "schema.projects")),
        "Offers of its results to other departments.",
    )
    as_of = field(
        project_as_of,
        ProjectSnapshot | None,
        "The project as it stood at a moment that is over; null where there was none yet.",
    )
    findings = field(
        _findings,
        list[Finding],
        "What auditors point out about it (指摘), earliest first, as far as the viewer sees it.",
    )
    comments = field(
        comments_of_project,
        list[Comment],
        "What people say about it (コメント), earliest first, as far as the viewer sees it.",
    )
    viewer_can_comment = field(viewer_can_comment, bool, "Whether this viewer may comment on it.")
    history: HistoryConnection = strawberry.field(
        resolver=history_of_project, description="What the record tells of it, latest first."
    )
    viewer_can_change_status = on_project(
        Act.CHANGE_STATUS,
        "Whether this viewer may suspend, resume, complete, abolish or reopen it, by its status.",
    )
    viewer_can_transfer = on_project(
        Act.TRANSFER_OWNERSHIP, "Whether this viewer may give it another owner."
    )
    viewer_can_correct = on_project(
        Act.CORRECT, "Whether this viewer may correct what the record says of it."
    )
    viewer_can_revise = on_project(
        Act.REVISE_PLAN, "Whether this viewer may revise what the plan says of it."
    )


async def _owner(
    parent: strawberry.Parent[records.Ownership], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


async def _owner_group(
    parent: strawberry.Parent[records.Ownership], info: Info
) -> records.Group | None:
    return await info.context.loaders.row(records.Group, parent.group_id)


async def _owned(
    parent: strawberry.Parent[records.Ownership], info: Info
) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


@strawberry.type(description="Which department and group own a project (所管), from when to when.")
class Ownership(Node):
    """A period of ownership."""

    is_type_of = backed_by(records.Ownership, "Ownership")
    starts_on: dt.date = plain("The first day.")
    ends_on: dt.date | None = plain("The last day, included; null while no end is known.")
    project = field(_owned, Project, "What is owned.")
    department = field(_owner, Department, "The owner.")
    group = field(_owner_group, Group | None, "The group; null where there is none.")


async def _rollout_project(
    parent: strawberry.Parent[records.Rollout], info: Info
) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _rollout_cycle(
    parent: strawberry.Parent[records.Rollout], info: Info
) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _rollout_department(
    parent: strawberry.Parent[records.Rollout], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


async def _new_project(
    parent: strawberry.Parent[records.Rollout], info: Info
) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.new_project_id)


@strawberry.type(description="A well-graded result offered to another department (横展開).")
class Rollout(Node):
    """An offer and its answer."""

    is_type_of = backed_by(records.Rollout, "Rollout")
    message: str = plain("What the office writes to the department.")
    status: RolloutStatus = plain("How it stands.")
    answer: str = plain("The department's answer; empty until there is one.")
    project = field(_rollout_project, Project, "The project whose result is offered.")
    cycle = field(_rollout_cycle, Cycle, "The cycle whose result is offered.")
    department = field(_rollout_department, Department, "To whom it is offered.")
    new_project = field(
        _new_project, Project | None, "The project that came of it; null unless accepted."
    )
    viewer_can_answer = field(
        viewer_can_answer_rollout, bool, "Whether this viewer may accept or decline it."
    )
