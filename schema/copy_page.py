"""Pages of the viewer's own copies (写し)."""

import datetime as dt
from typing import Final

import strawberry
from tortoise.queryset import QuerySet

from schema.context import Info
from schema.copies import Copy
from schema.history_page import AFTER, FIRST
from schema.nodes import plain
from schema.pages import PageInfo, listed, number_in, page
from workflows.exports import LASTS
from workflows.records import Export

_LIST: Final = "copies"
_LARGEST: Final = 2**63 - 1


@strawberry.type(description="A copy and its cursor.")
class CopyEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: Copy = plain("The copy.")


def _fetchable(info: Info) -> QuerySet[Export]:
    """Return the viewer's own copies that have not expired."""
    week_ago = info.context.now - dt.timedelta(seconds=LASTS)
    rows = info.context.loaders.rows(Export)
    return rows.filter(person_id=info.context.person_id, created_at__gt=week_ago)


async def _total(_parent: strawberry.Parent["CopyConnection"], info: Info) -> int:
    return await info.context.loaders.once("how many copies", _fetchable(info).count)


@strawberry.type(description="A page of copies.")
class CopyConnection:
    """Relay's connection over the viewer's own copies."""

    edges: list[CopyEdge] = plain("The items with their cursors.")
    nodes: list[Copy] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    total_count: int = strawberry.field(
        resolver=_total, description="How many copies there are in all pages."
    )


async def copies(info: Info, first: FIRST = None, after: AFTER = None) -> CopyConnection:
    """Return a page of the viewer's own copies that can be fetched, the latest first."""
    wanted = page(_LIST, first, after, None, None)
    mine = _fetchable(info)
    if wanted.key is not None:
        mine = mine.filter(size__lt=number_in(wanted.key, _LARGEST))
    ordered = mine.order_by("-size").limit(wanted.size + 1)
    found = await info.context.loaders.once(object(), lambda: ordered)
    rows, cursors, info_of_page = listed(_LIST, found, wanted, "size")
    return CopyConnection(
        edges=[CopyEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],
        nodes=rows,
        page_info=info_of_page,
    )
