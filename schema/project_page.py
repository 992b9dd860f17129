"""Pages of projects: composable filters, orders, search over Japanese text."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.enums import OrderDirection, ProjectOrderField
from schema.history_page import AFTER, BEFORE, FIRST, LAST
from schema.nodes import plain
from schema.pages import Key, Page, PageInfo, bad_cursor, check_count, encode, page
from schema.project_matching import Item, facts_of, items_of, test_of
from schema.project_where import ProjectWhere, size_of
from schema.projects import Project
from workflows import records
from workflows.changes import instant, to_json
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


Order = tuple[ProjectOrderField, bool]
"""What to order by, and whether the largest comes first."""

_SMALLEST: Final = ""
_LARGEST: Final = "\U0010ffff"
_KEYS: Final[dict[ProjectOrderField, Callable[[records.Project, records.Cycle], object]]] = {
    ProjectOrderField.POSITION: lambda project, _: project.position,
    ProjectOrderField.CODE: lambda project, _: project.code,
    ProjectOrderField.TITLE: lambda project, _: project.title,
    ProjectOrderField.STAGE: lambda _, cycle: list(Stage).index(cycle.stage),
    ProjectOrderField.DUE_ON: lambda _, cycle: to_json(cycle.due_on),
    ProjectOrderField.ENTERED_STAGE_AT: lambda _, cycle: instant(cycle.entered_stage_at),
}


def _key(item: Item, order: Order) -> Any:  # noqa: ANN401 - a number or text, of one type an order
    """Return what an item is ordered by; one without a value comes last either way."""
    field, down = order
    value = _KEYS[field](*item)
    return (_SMALLEST if down else _LARGEST) if value is None else value


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
    check_count(len(order_by or ()))
    orders = _each_once(order_by or ())
    name = "projects:" + ",".join(f"{field}{'-' if down else '+'}" for field, down in orders)
    wanted = page(name, first, after, last, before)
    rows = await _read(info, fiscal_year, where)
    return _connection(rows, orders, wanted, name)


def _each_once(order_by: Sequence[ProjectOrder]) -> list[Order]:
    """Return an order without what no longer decides anything, and with the plan's at its end."""
    orders: dict[ProjectOrderField, bool] = {}
    for one in order_by:
        orders.setdefault(one.by, one.direction is OrderDirection.DESC)
    orders.setdefault(ProjectOrderField.POSITION, False)
    return list(orders.items())


def _connection(
    rows: list[Item], orders: list[Order], wanted: Page, name: str
) -> ProjectConnection:
    """Return one page of the rows in order; `name` is that of the list and its order."""
    for order in reversed(orders):
        rows.sort(key=partial(_key, order=order), reverse=order[1])
    keys = [(*(_key(row, order) for order in orders), row[0].id.hex) for row in rows]
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


async def _read(info: Info, fiscal_year: int | None, where: ProjectWhere | None) -> list[Item]:
    """Return the projects that are wanted, by id, each with the cycle that is looked at.

    They are ordered here too, so that an order may mix what stands in several tables.
    """
    if where is None:
        return list(await items_of(info, fiscal_year))
    size = size_of(where)
    info.context.charge(size.cost)
    facts, items = await asyncio.gather(
        facts_of(info, fiscal_year, size.given), items_of(info, fiscal_year)
    )
    return list(filter(test_of(where, facts), items))


def _slice(keys: list[Key], descending: list[bool], wanted: Page) -> tuple[int, int]:
    """Return where a page begins and ends in the ordered list."""
    if wanted.key is None:
        start, end = 0, len(keys)
    else:
        cursor = wanted.key
        if len(cursor) != len(descending) + 1 or (keys and _shape(cursor) != _shape(keys[0])):
            raise bad_cursor()
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
