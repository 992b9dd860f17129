"""Replaying the record: events give the state, and the state is held against the tables."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

from workflows.changes import RECORDED, Change, Json, row_as_json
from workflows.entries import changes_of
from workflows.feed import BATCH, events_after
from workflows.records import Event, EventHead, EventKind
from workflows.stages import MOVES, Stage

Rows = dict[UUID, dict[str, Json]]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that the record and the tables, or the record itself, do not agree on."""

    where: str
    message: str


@dataclass(slots=True)
class State:
    """Every recorded table as the events up to a sequence leave it."""

    tables: dict[str, Rows] = field(default_factory=lambda: {name: {} for name in RECORDED})
    sequence: int = 0
    recorded_at: dt.datetime | None = None

    def apply(self, event: Event) -> list[Mismatch]:
        """Fold one event in, and return what is wrong with it."""
        wrong = list(self._order(event))
        for change in changes_of(event):
            wrong += self._change(event, change)
        self.sequence, self.recorded_at = event.sequence, event.recorded_at
        return wrong

    def _order(self, event: Event) -> list[Mismatch]:
        where, wrong = f"event {event.sequence}", []
        if event.sequence != self.sequence + 1:
            wrong.append(Mismatch(where, f"follows {self.sequence}"))
        if self.recorded_at is not None and event.recorded_at < self.recorded_at:
            wrong.append(Mismatch(where, "is recorded before the entry before it"))
        if event.kind is EventKind.TRANSITION and not self._is_move(event):
            wrong.append(Mismatch(where, f"{event.trigger} does not start at this stage"))
        return wrong

    def _is_move(self, event: Event) -> bool:
        """Return whether the move starts where the cycle was, and is in the table."""
        at = self.tables["cycles"].get(event.cycle_id or event.id, {}).get("stage")
        opens = event.trigger is not None and at is None and event.target is Stage.PLAN
        return any(
            m.trigger is event.trigger
            and m.source is event.source
            and m.target is event.target
            and (opens if m.opens_cycle else m.source == at)
            for m in MOVES
        )

    def _change(self, event: Event, change: Change) -> list[Mismatch]:
        where = f"event {event.sequence}: {change.table} {change.id}"
        rows = self.tables[change.table]
        if change.before is None:
            known = change.id in rows
            rows[change.id] = dict(change.after)
            return [Mismatch(where, "is added twice")] if known else []
        row = rows.setdefault(change.id, {})
        stale = [name for name, value in change.before.items() if row.get(name) != value]
        row.update(change.after)
        return [Mismatch(where, f"was not as it says: {', '.join(stale)}")] if stale else []


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


async def audit(municipality_id: UUID) -> list[Mismatch]:
    """Replay the whole record, hold it against the tables, and return all that does not agree.

    Checks that sequences have no gap, that times never run backwards, that every move is in the
    table and starts where the cycle was, that every change finds what it says was there, and that
    the tables are what the events give.
    """
    state, wrong = State(), []
    async for event in events_of(municipality_id):
        wrong += state.apply(event)
    head = await EventHead.of(municipality_id).get()
    if head.size != state.sequence:
        wrong.append(Mismatch("head", f"says {head.size} events; there are {state.sequence}"))
    for name, expected in state.tables.items():
        rows = {row.id: row_as_json(row) for row in await RECORDED[name].of(municipality_id)}
        for row_id in expected.keys() | rows.keys():
            if expected.get(row_id) != rows.get(row_id):
                wrong.append(Mismatch(f"{name} {row_id}", _difference(expected, rows, row_id)))
    return wrong


def _difference(expected: Rows, rows: Rows, row_id: UUID) -> str:
    if row_id not in rows:
        return "is missing from the table"
    if row_id not in expected:
        return "is in the table, and no event tells of it"
    names = (n for n, value in rows[row_id].items() if expected[row_id].get(n) != value)
    return f"differs from the events: {', '.join(sorted(names))}"
