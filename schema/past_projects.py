"""Projects, their owners and where they stood in the plan, at a moment that is over."""

from typing import Any

import strawberry

from schema.context import Info
from schema.nodes import field, later, many, plain
from schema.past_cycles import CycleSnapshot, cycle_snapshot, past_id
from workflows import records
from workflows.past import PastView
from workflows.stages import ProjectStatus, Stage

OfProject = strawberry.Parent["ProjectSnapshot"]


@strawberry.type(description="A group (グループ) as it was called at a moment that is over.")
class GroupSnapshot:
    """Part of a department, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    name: str = plain("Its name then.")


def _groups(parent: strawberry.Parent["DepartmentSnapshot"]) -> list[GroupSnapshot]:
    groups = parent.view.tables.rows(records.Group)
    mine = [one for one in groups if one.department_id == parent.row.id]
    return [_group_snapshot(parent.view, one) for one in sorted(mine, key=lambda g: g.position)]


def _group_snapshot(view: PastView, row: records.Group) -> GroupSnapshot:
    return GroupSnapshot(id=past_id(view, row), name=row.name)


def _owned(parent: strawberry.Parent["DepartmentSnapshot"]) -> list["ProjectSnapshot"]:
    owner = parent.view.tables.owner
    return [
        one
        for one in project_snapshots(parent.view)
        if getattr(owner(one.row.id), "department_id", None) == parent.row.id
    ]


@strawberry.type(description="A department (課) as it was called at a moment that is over.")
class DepartmentSnapshot:
    """Who owned projects, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    name: str = plain("Its name then.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Department]
    groups = field(_groups, list[GroupSnapshot], "The groups that it had, in order.")
    projects = field(
        _owned,
        many(later("ProjectSnapshot", "schema.past_projects")),
        "The projects that it owned on that day, in the plan's order.",
    )


def department_snapshot(view: PastView, row: records.Department) -> DepartmentSnapshot:
    """Return a department as it was called."""
    return DepartmentSnapshot(id=past_id(view, row), name=row.name, view=view, row=row)


def _department(parent: OfProject) -> DepartmentSnapshot | None:
    owner = parent.view.tables.owner(parent.row.id)
    found = parent.view.tables.row(records.Department, owner.department_id) if owner else None
    return department_snapshot(parent.view, found) if found else None


def _group(parent: OfProject) -> GroupSnapshot | None:
    owner = parent.view.tables.owner(parent.row.id)
    found = parent.view.tables.row(records.Group, owner.group_id) if owner else None
    return _group_snapshot(parent.view, found) if found else None


def _category(parent: OfProject) -> "CategorySnapshot | None":
    found = parent.view.tables.row(records.Category, parent.row.category_id)
    return category_snapshot(parent.view, found) if found else None


def _policy_of_project(parent: OfProject) -> "PolicySnapshot | None":
    policy_id = parent.view.policies.get(parent.row.category_id)
    found = parent.view.tables.row(records.Policy, policy_id)
    return policy_snapshot(parent.view, found) if found else None


def _cycles(parent: OfProject) -> list[CycleSnapshot]:
    return [cycle_snapshot(parent.view, one) for one in parent.view.tables.cycles(parent.row.id)]


def _current(parent: OfProject) -> CycleSnapshot | None:
    found = parent.view.tables.row(records.Cycle, parent.row.current_cycle_id)
    return cycle_snapshot(parent.view, found) if found else None


def _stage(parent: OfProject) -> Stage | None:
    found = parent.view.tables.row(records.Cycle, parent.row.current_cycle_id)
    return found.stage if found else None


async def _today(parent: OfProject, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.row.id)


@strawberry.type(description="A project (取組事業) as it stood at a moment that is over.")
class ProjectSnapshot:
    """What the plan said of it, who owned it and how far it was."""

    id: strawberry.ID = plain("The snapshot's own id.")
    code: str = plain("As printed.")
    title: str = plain("事業名称, as it read.")
    content: str = plain("事業内容, as it read.")
    expected_effects: list[str] = plain("期待される効果, as they read.")
    status: ProjectStatus = plain("Whether it was being worked on.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Project]
    project = field(_today, later("Project", "schema.projects"), "The project as it is today.")
    category = field(
        _category, later("CategorySnapshot", "schema.past_projects"), "The category it was under."
    )
    policy = field(
        _policy_of_project,
        later("PolicySnapshot", "schema.past_projects"),
        "The policy it was under.",
    )
    department = field(
        _department,
        DepartmentSnapshot | None,
        "Who owned it on that day; null where nobody did yet.",
    )
    group = field(
        _group, GroupSnapshot | None, "Which group owned it on that day; null where none did."
    )
    stage = field(_stage, Stage, "The stage of the cycle that was the current one.")
    current_cycle = field(
        _current, CycleSnapshot, "The cycle that had been opened last, or that ended the project."
    )
    cycles = field(_cycles, list[CycleSnapshot], "Every cycle that it had, earliest first.")


def project_snapshot(view: PastView, row: records.Project) -> ProjectSnapshot:
    """Return a project as it stood."""
    return ProjectSnapshot(
        id=past_id(view, row),
        code=row.code,
        title=row.title,
        content=row.content,
        expected_effects=row.expected_effects,
        status=row.status,
        view=view,
        row=row,
    )


def project_snapshots(view: PastView) -> list[ProjectSnapshot]:
    """Return every project that there was, in the plan's order."""
    rows = sorted(view.tables.rows(records.Project), key=lambda p: (p.position, p.code))
    return [project_snapshot(view, row) for row in rows]


def _of_category(parent: strawberry.Parent["CategorySnapshot"]) -> list[ProjectSnapshot]:
    mine = parent.row.id
    return [one for one in project_snapshots(parent.view) if one.row.category_id == mine]


@strawberry.type(description="A category (分類) as it was called at a moment that is over.")
class CategorySnapshot:
    """Projects that belonged together, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    code: str = plain("For instance 1-5.")
    name: str = plain("Its name then.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Category]
    projects = field(_of_category, list[ProjectSnapshot], "In the plan's order.")


def category_snapshot(view: PastView, row: records.Category) -> CategorySnapshot:
    """Return a category as it was called."""
    return CategorySnapshot(id=past_id(view, row), code=row.code, name=row.name, view=view, row=row)


def _of_policy(parent: strawberry.Parent["PolicySnapshot"]) -> list[CategorySnapshot]:
    rows: Any = parent.view.tables.rows(records.Category)
    mine = [row for row in rows if row.policy_id == parent.row.id]
    return [category_snapshot(parent.view, one) for one in sorted(mine, key=lambda c: c.position)]


@strawberry.type(description="A basic policy (基本方針) as it was called at a moment that is over.")
class PolicySnapshot:
    """Categories that belonged together, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    code: str = plain("For instance 1.")
    name: str = plain("Its name then.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Policy]
    categories = field(_of_policy, list[CategorySnapshot], "In the plan's order.")


def policy_snapshot(view: PastView, row: records.Policy) -> PolicySnapshot:
    """Return a policy as it was called."""
    return PolicySnapshot(id=past_id(view, row), code=row.code, name=row.name, view=view, row=row)
