"""Comments (コメント): what people say about a project, and to each other."""

import datetime as dt

import strawberry

from schema.available import capacities_of_viewer
from schema.context import Info
from schema.nodes import Node, backed_by, field, later, plain
from schema.people import Person
from workflows import records
from workflows.authority import ROLES, Act, Capacity, may

Parent = strawberry.Parent[records.Comment]
OfProject = strawberry.Parent[records.Project]


async def _may(info: Info, act: Act, project_id: object) -> bool:
    context = info.context
    if context.person_id is None:
        return False
    owner = await context.loaders.owner(project_id)  # type: ignore[arg-type] # a record's own
    held = capacities_of_viewer(info, None)
    return isinstance(may(ROLES[act], held, context.today, owner.department_id), Capacity)


async def _project(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _cycle(parent: Parent, info: Info) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _reply_to(parent: Parent, info: Info) -> records.Comment | None:
    return await info.context.loaders.row(records.Comment, parent.reply_to_id)


async def _written_by(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.written_by_id)


async def _viewer_can_withdraw(parent: Parent, info: Info) -> bool:
    if parent.withdrawn:
        return False
    is_own = parent.written_by_id == info.context.person_id
    act = Act.COMMENT if is_own else Act.WITHDRAW_COMMENT
    return await _may(info, act, parent.project_id)


@strawberry.type(description="What somebody says about a project (コメント), beside its sheets.")
class Comment(Node):
    """Seen by auditors, the office, the department that owns the project, and who wrote it."""

    is_type_of = backed_by(records.Comment, "Comment")
    project = field(_project, later("Project", "schema.projects"), "What it is about.")
    cycle = field(
        _cycle,
        later("Cycle", "schema.cycles") | None,
        "The cycle that is meant; null where the project as such is.",
    )
    reply_to = field(
        _reply_to,
        later("Comment", "schema.comments") | None,
        "The comment that it answers; null where it answers none, and for who may not see that one.",
    )
    text: str = plain("What is said.")
    written_by = field(_written_by, Person | None, "Who wrote it; null for who may not see people.")
    written_at: dt.datetime = plain("When it was written.")
    withdrawn: bool = plain("Whether it was withdrawn: it stays, and is not to count.")
    withdrawal_reason: str = plain("Why it was withdrawn; empty until then.")
    viewer_can_withdraw = field(
        _viewer_can_withdraw,
        bool,
        "Whether this viewer may withdraw it: who wrote it, or the office.",
    )


async def comments_of_project(parent: OfProject, info: Info) -> list[records.Comment]:
    """Return what is said about a project, the earliest first."""
    return await info.context.loaders.many(
        records.Comment, "project_id", parent.id, "written_at", "id"
    )


async def viewer_can_comment(parent: OfProject, info: Info) -> bool:
    """Return whether the viewer may comment on a project."""
    return await _may(info, Act.COMMENT, parent.id)
