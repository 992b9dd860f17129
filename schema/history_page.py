"""Pages of the record."""

from collections.abc import Sequence
from typing import Annotated, Final

import strawberry
from tortoise.expressions import Q

from schema.context import Info
from schema.history import HistoryEntry
from schema.history_where import HistoryWhere, condition, cost_of
from schema.nodes import plain
from schema.pages import Page, PageInfo, encode, number_in, page, page_info
from workflows import records
from workflows.records import Event

_LAST_SEQUENCE: Final = 2**63 - 1


@strawberry.type(description="An entry and its cursor.")
class HistoryEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: HistoryEntry = plain("The entry.")


async def _total(parent: strawberry.Parent["HistoryConnection"], info: Info) -> int:
    if parent.total is not None:
        return parent.total
    return await info.context.loaders.count(parent.condition)


@strawberry.type(description="A page of the record.")
class HistoryConnection:
    """Relay's connection over entries."""

    edges: list[HistoryEdge] = plain("The items with their cursors.")
    nodes: list[HistoryEntry] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    condition: strawberry.Private[Q]
    total: strawberry.Private[int | None]
    """Where it was read along with the page."""
    total_count: int = strawberry.field(
        resolver=_total, description="How many entries there are in all pages, for this viewer."
    )


async def read_page(info: Info, asked: Q, wanted: Page, *, newest_first: bool) -> HistoryConnection:
    """Return one page of the entries that a condition allows."""
    rows = await info.context.loaders.page(
        asked,
        descending=newest_first != wanted.backwards,
        bound=None if wanted.key is None else number_in(wanted.key, _LAST_SEQUENCE),
        size=wanted.size + 1,
    )
    return connection(rows, wanted, asked, newest_first=newest_first)


def _list_name(*, newest_first: bool) -> str:
    return "history-" if newest_first else "history+"


def connection(
    found: Sequence[Event], wanted: Page, asked: Q, total: int | None = None, *, newest_first: bool
) -> HistoryConnection:
    """Return what was found, one entry more than wanted where there is more, as a page."""
    name = _list_name(newest_first=newest_first)
    more, rows = len(found) > wanted.size, list(found[: wanted.size])
    if wanted.backwards:
        rows.reverse()
    cursors = [encode(name, (row.sequence,)) for row in rows]
    return HistoryConnection(
        edges=[HistoryEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],  # type: ignore[arg-type] # a record is what a type shows
        nodes=rows,  # type: ignore[arg-type] # a record is what a type shows
        page_info=page_info(cursors, wanted, more=more),
        condition=asked,
        total=total,
    )


FIRST = Annotated[
    int | None, strawberry.argument(description="At most so many from the start, 1–100; 50.")
]
AFTER = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
LAST = Annotated[int | None, strawberry.argument(description="At most so many from the end.")]
BEFORE = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]
WHERE = Annotated[HistoryWhere | None, strawberry.argument(description="Which entries.")]


async def history(
    info: Info,
    where: WHERE = None,
    newest_first: Annotated[
        bool, strawberry.argument(description="Whether the latest entry comes first.")
    ] = True,
    first: FIRST = None,
    after: AFTER = None,
    last: LAST = None,
    before: BEFORE = None,
) -> HistoryConnection:
    """Return a page of the whole record."""
    wanted = page(_list_name(newest_first=newest_first), first, after, last, before)
    info.context.charge(cost_of(where))
    asked = await condition(info.context.loaders, where)
    return await read_page(info, asked, wanted, newest_first=newest_first)


async def history_of_project(
    parent: strawberry.Parent[records.Project],
    info: Info,
    where: WHERE = None,
    first: FIRST = None,
    after: AFTER = None,
) -> HistoryConnection:
    """Return a page of what the record tells of a project, latest first."""
    wanted = page(_list_name(newest_first=True), first, after, None, None)
    info.context.charge(cost_of(where))
    asked = await condition(info.context.loaders, where)
    found, total = await info.context.loaders.pages(
        asked,
        repr(where),
        parent.id,
        bound=None if wanted.key is None else number_in(wanted.key, _LAST_SEQUENCE),
        size=wanted.size + 1,
    )
    return connection(found, wanted, asked, total, newest_first=True)
