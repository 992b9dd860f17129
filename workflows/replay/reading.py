"""Reading the record in order: all of it, up to an entry, or from a moment or a revision on."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from workflows.entries import changes_of
from workflows.feed import BATCH, events_after
from workflows.records import Event, EventHead, EventKind
from workflows.refusals import RevisionConflict
from workflows.replay.comparing import TableCheck, against_head
from workflows.replay.state import Mismatch, State

BEYOND: Final = 2**63 - 1
"""A sequence that no entry will have."""


async def events_of(municipality_id: UUID, until: int | None = None) -> AsyncIterator[Event]:
    """Yield a municipality's events in order, up to a sequence, a batch in memory at a time."""
    after = 0
    while events := await events_after(municipality_id, after, BATCH):
        for event in events:
            if until is not None and event.sequence > until:
                return
            yield event
        after = events[-1].sequence


async def fold(municipality_id: UUID, until: int | None = None) -> State:
    """Return the state that the events up to a sequence give (all of them without one)."""
    state = State()
    async for event in events_of(municipality_id, until):
        state.apply(event)
    return state


async def first_since(municipality_id: UUID, moment: dt.datetime) -> int:
    """Return the sequence of the first entry that was recorded at a moment or later.

    Later entries have later times, so that this parts the record; beyond the last entry, it is a
    number that none will have.
    """
    # In UTC, as the column has it: SQLite compares text.
    later = Event.of(municipality_id).filter(recorded_at__gte=moment.astimezone(dt.UTC))
    found: Any = await later.order_by("recorded_at", "sequence").limit(1).values_list("sequence")
    return int(found[0][0]) if found else BEYOND


async def since(municipality_id: UUID, conflict: RevisionConflict) -> list[Event]:
    """Return what happened to a project since the revision that a caller had read, in order.

    The last 100 entries at most; refused attempts are left out.
    """
    row_id = conflict.cycle_id or conflict.project_id
    happened: list[Event] = []
    entries = Event.of(municipality_id).filter(project_id=conflict.project_id)
    told = entries.exclude(kind=EventKind.REFUSAL)
    for event in await told.order_by("-sequence").limit(BATCH):
        if any(
            c.id == row_id and c.after.get("revision") == conflict.expected
            for c in changes_of(event)
        ):
            break
        happened.insert(0, event)
    return happened


async def audit(municipality_id: UUID) -> list[Mismatch]:
    """Replay the whole record, hold it against the tables, and return all that does not agree.

    What `workflows.verification` finds without keys, hashes and files, and while nobody writes: the
    same folds and comparisons.
    """
    state, wrong = State(), []
    async for event in events_of(municipality_id):
        wrong += state.apply(event)
    wrong += against_head(state, await EventHead.of(municipality_id).get())
    for name in state.tables:
        table = TableCheck(municipality_id, state, name)
        while table.is_unfinished:
            wrong += table.held_against(await table.next_rows())
    return wrong
