"""News (お知らせ): what others did that concerns the viewer."""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from schema.account_results import account_result
from schema.answers import error_of
from schema.context import Info
from schema.history import HistoryEntry
from schema.history_page import AFTER, FIRST
from schema.nodes import field, plain
from schema.pages import PageInfo, listed, number_in, page
from workflows.news import MOST, REACH, News, NewsReason, mark_seen, news_of, seen_through
from workflows.news import concerns_of as concerns
from workflows.records import Event
from workflows.refusals import NotSignedIn, Refuse

_LIST: Final = "news"
_LAST_SEQUENCE: Final = 2**63 - 1


@strawberry.type(description="An entry of the record that concerns the viewer.")
class NewsItem:
    """Done by somebody else."""

    entry: HistoryEntry = plain("The entry.")
    reason: NewsReason = plain("Why it concerns the viewer.")
    seen: bool = plain("Whether the viewer has seen it: see `markNewsSeen`.")
    sequence: strawberry.Private[int]


@strawberry.type(description="An item of news and its cursor.")
class NewsEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: NewsItem = plain("The item.")


@strawberry.type(description="A page of news, the latest first.")
class NewsConnection:
    """Relay's connection over news."""

    edges: list[NewsEdge] = plain("The items with their cursors.")
    nodes: list[NewsItem] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    total_count: int = plain(f"How many there are; {MOST} at most.")
    unseen: int = plain("How many of them the viewer has not seen.")


async def _told(info: Info, person_id: UUID) -> tuple[list[News], int]:
    """Return what concerns the viewer, and up to which entry they have seen it."""
    context = info.context

    async def read() -> tuple[list[News], int]:
        mine = await concerns(context.municipality_id, person_id, context.sight, context.today)
        found = await news_of(context.municipality_id, mine, context.sight)
        return found, await seen_through(context.municipality_id, person_id)

    return await context.loaders.once("news", read)


async def news(info: Info, first: FIRST = None, after: AFTER = None) -> NewsConnection:
    """Return a page of what others did that concerns the viewer."""
    wanted = page(_LIST, first, after, None, None)
    person_id = info.context.person_id
    told, seen = await _told(info, person_id) if person_id else ([], 0)
    bound = _LAST_SEQUENCE if wanted.key is None else number_in(wanted.key, _LAST_SEQUENCE)
    rest = [one for one in told if one.sequence < bound][: wanted.size + 1]
    items = await asyncio.gather(*(_item(info, one, seen) for one in rest))
    rows, cursors, info_of_page = listed(_LIST, [i for i in items if i], wanted, "sequence")
    return NewsConnection(
        edges=[NewsEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],
        nodes=rows,
        page_info=info_of_page,
        total_count=len(told),
        unseen=sum(one.sequence > seen for one in told),
    )


async def _item(info: Info, told: News, seen: int) -> NewsItem | None:
    entry: Event | None = await info.context.loaders.event(told.sequence)
    if entry is None:
        return None
    shown: Any = entry
    return NewsItem(
        entry=shown, reason=told.reason, seen=told.sequence <= seen, sequence=told.sequence
    )


NEWS = field(
    news,
    NewsConnection,
    "What others did that concerns the viewer (お知らせ), the latest first: on projects that their "
    "departments own or are offered, what waits for the office, and answers to findings. Derived "
    f"from the last {REACH:,} entries of the record, {MOST} at most; what is older stands in `history`.",
)


@strawberry.type(description="The news were marked as seen.")
class NewsSeen:
    """What was seen stays seen."""

    through: int = plain("The last entry that the viewer has seen.")


MarkNewsSeenResult = account_result("MarkNewsSeenResult", NewsSeen)


async def mark_news_seen(
    info: Info,
    through: Annotated[
        int, strawberry.argument(description="The sequence of the last entry that was seen.")
    ],
) -> Any:  # noqa: ANN401 - the union's members
    """Remember up to which entry the viewer has seen their news; the record does not tell of it."""
    context = info.context
    if context.person_id is None:
        return error_of(NotSignedIn(), None)
    try:
        seen = await mark_seen(context.municipality_id, context.person_id, through)
    except Refuse as refused:
        return error_of(refused.refusal, None)
    return NewsSeen(through=seen)
