"""What changed between two moments that are over, project by project."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import strawberry

from schema.context import Info
from schema.field_changes import FieldChange, field_changes
from schema.nodes import field, later, plain
from workflows import records
from workflows.past import Differences, PastTables, Point

MOST: Final = 1_000
"""Changed fields that one answer tells of."""
_SLICE: Final = 100
"""Rows that are looked at in a row."""


async def _project(
    parent: strawberry.Parent["ProjectDifference"], info: Info
) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


@strawberry.type(description="What is different about one project, or about none in particular.")
class ProjectDifference:
    """A project's fields, and those of its cycles, sheets and indicators."""

    code: str | None = plain("The project's code; null for what belongs to no project.")
    title: str | None = plain("Its title at the later moment; null for what belongs to none.")
    changes: list[FieldChange] = plain(
        "Each field with its value at either moment; what came to be the same again is left out."
    )
    project_id: strawberry.Private[UUID | None]
    project = field(
        _project,
        later("Project", "schema.projects") | None,
        "The project as it is today; null for what belongs to no project.",
    )


@strawberry.type(description="What changed between two moments, as far as the viewer sees edits.")
class PlanDifference:
    """The first value before, and the last one after."""

    from_sequence: int = plain("The last entry of the record at the earlier moment; 0 for none.")
    to_sequence: int = plain("The last entry of the record at the later moment.")
    entry_count: int = plain("How many entries between them the viewer sees.")
    total_count: int = plain("How many fields are different.")
    projects: list[ProjectDifference] = plain(
        f"Up to {MOST:,} changed fields, by project in the plan's order, then what belongs to none. "
        "Where `totalCount` is higher, ask for a shorter time."
    )


async def plan_difference(
    tables: PastTables, earlier: Point, later_: Point, told: Differences
) -> PlanDifference:
    """Return differences by project; `tables` are those of the later point."""
    fields: defaultdict[UUID | None, list[FieldChange]] = defaultdict(list)
    for number, change in enumerate(told.changes()):
        project_id = tables.project_of(change["table"], UUID(change["id"]))
        fields[project_id] += field_changes([change])
        if number % _SLICE == 0:
            await asyncio.sleep(0)  # others are served too
    return PlanDifference(
        from_sequence=earlier.sequence,
        to_sequence=later_.sequence,
        entry_count=told.entries,
        total_count=sum(map(len, fields.values())),
        projects=list(_bounded(tables, fields)),
    )


def _bounded(
    tables: PastTables, fields: dict[UUID | None, list[FieldChange]]
) -> Iterable[ProjectDifference]:
    """Give what is told, in the plan's order, until it is as much as an answer may have."""
    projects = sorted(tables.rows(records.Project), key=lambda p: (p.position, p.code))
    room = MOST
    for project in (*projects, None):
        project_id = project.id if project else None
        changes = fields.get(project_id, [])[:room]
        room -= len(changes)
        if changes:
            yield ProjectDifference(
                code=project.code if project else None,
                title=project.title if project else None,
                changes=changes,
                project_id=project_id,
            )
