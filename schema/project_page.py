"""Pages of projects: composable filters, orders, search over Japanese text."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import strawberry
from tortoise.expressions import Q

from schema.context import Info
from schema.enums import OrderDirection, ProjectOrderField
from schema.errors import ClientError
from schema.history_page import AFTER, BEFORE, FIRST, LAST
from schema.nodes import plain
from schema.pages import Key, Page, PageInfo, encode, page
from schema.project_where import Conditions, ProjectWhere
from schema.projects import Project
from workflows import records
from workflows.stages import Stage


@strawberry.input(description="What to order by, and which end comes first.")
class ProjectOrder:
    """One key of an order; ties go to the next, and at last to the plan's order."""

    by: ProjectOrderField = plain("What to order by.", name="field")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which end comes first."
    )


@strawberry.type(description="A project and its cursor.")
class ProjectEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: Project = plain("The project.")


@strawberry.type(description="A page of projects.")
class ProjectConnection:
    """Relay's connection over projects."""

    edges: list[ProjectEdge] = plain("The items with their cursors.")
    nodes: list[Project] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    total_count: int = plain("How many projects there are in all pages.")


_LAST: Final = "\U0010ffff"
_KEYS: Final[dict[ProjectOrderField, Callable[[records.Project, records.Cycle], str | int]]] = {
    ProjectOrderField.POSITION: lambda project, _: project.position,
    ProjectOrderField.CODE: lambda project, _: project.code,
    ProjectOrderField.TITLE: lambda project, _: project.title,
    ProjectOrderField.STAGE: lambda _, cycle: list(Stage).index(cycle.stage),
    ProjectOrderField.DUE_ON: lambda _, cycle: cycle.due_on.isoformat() if cycle.due_on else _LAST,
    ProjectOrderField.ENTERED_STAGE_AT: lambda _, cycle: cycle.entered_stage_at.isoformat(),
}


async def projects(
    info: Info,
    fiscal_year: Annotated[
        int | None,
        strawberry.argument(
            description="Look at the cycle of this fiscal year, and leave out projects without "
            "one; the current cycle where none is given."
        ),
    ] = None,
    where: Annotated[
        ProjectWhere | None, strawberry.argument(description="Which projects.")
    ] = None,
    order_by: Annotated[
        list[ProjectOrder] | None, strawberry.argument(description="The plan's order if none.")
    ] = None,
    first: FIRST = None,
    after: AFTER = None,
    last: LAST = None,
    before: BEFORE = None,
) -> ProjectConnection:
    """Return a page of projects."""
    orders = [(o.by, o.direction is OrderDirection.DESC) for o in order_by or ()]
    orders.append((ProjectOrderField.POSITION, False))
    name = "projects:" + ",".join(f"{field}{'-' if down else '+'}" for field, down in orders)
    wanted = page(name, first, after, last, before)
    rows = await _read(info, fiscal_year, where)
    for field, down in reversed(orders):
        read = _KEYS[field]
        rows.sort(key=lambda row, read=read: read(*row), reverse=down)  # type: ignore[misc] # bound
    keys = [(*(_KEYS[f](*row) for f, _ in orders), row[0].id.hex) for row in rows]
    start, end = _slice(keys, [down for _, down in orders], wanted)
    cursors = [encode(name, key) for key in keys[start:end]]
    nodes: list[Any] = [project for project, _ in rows[start:end]]
    return ProjectConnection(
        edges=[ProjectEdge(cursor=c, node=n) for c, n in zip(cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=end < len(rows),
            has_previous_page=start > 0,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        total_count=len(rows),
    )


async def _read(
    info: Info, fiscal_year: int | None, where: ProjectWhere | None
) -> list[tuple[records.Project, records.Cycle]]:
    """Return the projects that are wanted, each with the cycle that is looked at.

    A municipality has tens of projects, at most some hundreds: they are ordered here, so that an
    order may mix what stands in several tables.
    """
    mid = info.context.municipality_id
    conditions = Conditions(info, fiscal_year)
    asked = await conditions.of(where) if where else Q()
    if fiscal_year is not None:
        asked &= conditions.cycle_condition(Q())
    found = await records.Project.of(mid).filter(asked)
    cycles = records.Cycle.of(mid)
    if fiscal_year is None:
        wanted = await cycles.filter(id__in=[p.current_cycle_id for p in found])
        by_project = {c.project_id: c for c in wanted}
    else:
        in_year = cycles.filter(fiscal_year=fiscal_year, project_id__in=[p.id for p in found])
        by_project = {c.project_id: c for c in await in_year}
    info.context.loaders.prime(list(by_project.values()))
    return [(p, by_project[p.id]) for p in found if p.id in by_project]


def _slice(keys: list[Key], descending: list[bool], wanted: Page) -> tuple[int, int]:
    """Return where a page begins and ends in the ordered list."""
    if wanted.key is None:
        start, end = 0, len(keys)
    else:
        cursor = wanted.key
        if len(cursor) != len(descending) + 1 or (keys and _shape(cursor) != _shape(keys[0])):
            raise ClientError(
                "BAD_CURSOR", "カーソルが正しくありません。 / This is no cursor of this list."
            )
        before = [k for k in keys if _is_before(k, cursor, descending)]
        at = 1 if cursor in keys else 0
        start, end = (0, len(before)) if wanted.backwards else (len(before) + at, len(keys))
    if wanted.backwards:
        return max(start, end - wanted.size), end
    return start, min(end, start + wanted.size)


def _shape(key: Key) -> list[type]:
    return [type(value) for value in key]


def _is_before(key: Key, cursor: Key, descending: list[bool]) -> bool:
    for mine, theirs, down in zip(key, cursor, [*descending, False], strict=True):
        if mine != theirs:
            return bool((mine > theirs) if down else (mine < theirs))
    return False
