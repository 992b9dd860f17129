"""Live: the record, replayed after a sequence and then as it is written."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import strawberry

from schema.context import Info
from schema.errors import ClientError
from schema.history import HistoryEntry
from schema.history_page import WHERE
from schema.history_where import condition, holds, on_columns
from schema.loaders import NOT_PUBLIC
from workflows.feed import FEED
from workflows.readings import Reading


async def _history(
    info: Info,
    after_sequence: Annotated[
        int | None, strawberry.argument(description="Only new entries where none is given.")
    ] = None,
    where: WHERE = None,
) -> AsyncGenerator[Any, None]:
    context = info.context
    if not context.sight.sees(Reading.PUBLISHED):
        raise ClientError("UNAUTHENTICATED", NOT_PUBLIC)
    size = await context.loaders.size()
    if after_sequence is None:
        after_sequence = size
    if not 0 <= after_sequence <= size:
        raise ClientError(
            "BAD_SEQUENCE",
            f"afterSequence は0から{size}までです。記録が別のものに替わった可能性があります。 / "
            f"afterSequence must be from 0 to {size}. The record may be another one.",
        )
    async for event in FEED.follow(context.municipality_id, after_sequence):
        if where is not None and not holds(event, on_columns(where)):
            continue
        # Whoever follows for long may see more or less than when they began.
        context = await context.renewed()
        context.read_anew()
        seen = await context.loaders.entry(event)
        if seen is not None and holds(event, await condition(context.loaders, where)):
            yield seen


@strawberry.type(description="What can be followed.")
class Subscription:
    """Live answers."""

    history = strawberry.subscription(
        resolver=_history,
        graphql_type=HistoryEntry,
        description="Every entry after a sequence, then each new one: no gap, no duplicate, but for "
        "those that the viewer may not see. After a lost connection, go on from the last sequence "
        "you saw.",
    )
