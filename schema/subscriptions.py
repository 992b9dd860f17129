"""Live: the record, replayed after a sequence and then as it is written."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import strawberry

from schema.context import Info
from schema.errors import ClientError
from schema.history import HistoryEntry
from schema.history_page import WHERE, matches
from workflows.feed import FEED
from workflows.records import EventHead


async def _history(
    info: Info,
    after_sequence: Annotated[
        int | None, strawberry.argument(description="Only new entries where none is given.")
    ] = None,
    where: WHERE = None,
) -> AsyncGenerator[Any, None]:
    municipality_id = info.context.municipality_id
    head = await EventHead.of(municipality_id).get()
    if after_sequence is None:
        after_sequence = head.size
    if not 0 <= after_sequence <= head.size:
        raise ClientError(
            "BAD_SEQUENCE",
            f"afterSequence は0から{head.size}までです。記録が別のものに替わった可能性があります。 / "
            f"afterSequence must be from 0 to {head.size}. The record may be another one.",
        )
    async for event in FEED.follow(municipality_id, after_sequence):
        if matches(event, where):
            info.context.read_anew()
            yield event


@strawberry.type(description="What can be followed.")
class Subscription:
    """Live answers."""

    history = strawberry.subscription(
        resolver=_history,
        graphql_type=HistoryEntry,
        description="Every entry after a sequence, then each new one: no gap, no duplicate. After "
        "a lost connection, go on from the last sequence you saw.",
    )
