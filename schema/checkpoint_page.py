"""Pages of the record's checkpoints."""

from typing import Final

import strawberry

from schema.context import Info
from schema.history_page import AFTER, FIRST
from schema.nodes import plain
from schema.pages import PageInfo, listed, number_in, page
from schema.proofs import Checkpoint
from workflows import records

_LIST: Final = "checkpoints"
_LARGEST: Final = 2**63 - 1


@strawberry.type(description="A checkpoint and its cursor.")
class CheckpointEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: Checkpoint = plain("The checkpoint.")


async def _total(_parent: strawberry.Parent["CheckpointConnection"], info: Info) -> int:
    rows = info.context.loaders.rows(records.Checkpoint)
    return await info.context.loaders.once("how many checkpoints", rows.count)


@strawberry.type(description="A page of checkpoints.")
class CheckpointConnection:
    """Relay's connection over checkpoints."""

    edges: list[CheckpointEdge] = plain("The items with their cursors.")
    nodes: list[Checkpoint] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    total_count: int = strawberry.field(
        resolver=_total, description="How many checkpoints there are in all pages."
    )


async def checkpoints(info: Info, first: FIRST = None, after: AFTER = None) -> CheckpointConnection:
    """Return a page of checkpoints, the latest first."""
    wanted = page(_LIST, first, after, None, None)
    before = None if wanted.key is None else number_in(wanted.key, _LARGEST)
    found = await info.context.loaders.checkpoints(wanted.size + 1, before)
    rows, cursors, info_of_page = listed(_LIST, found, wanted, "size")
    return CheckpointConnection(
        edges=[CheckpointEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],
        nodes=rows,
        page_info=info_of_page,
    )
