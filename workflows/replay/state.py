"""The state that events give, and what is wrong with an event on the way there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from workflows.changes import RECORDED, Change, Json
from workflows.entries import changes_of, columns_as_json
from workflows.records import Event, EventKind
from workflows.sealing import Removed
from workflows.stages import MOVES, STATUS_MOVES, Stage

Rows = dict[UUID, dict[str, Json]]

_STATUS_CHANGES: Final = {(str(m.source), str(m.target)) for m in STATUS_MOVES}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that the record and the tables, or the record itself, do not agree on."""

    where: str
    message: str
    fault: str = "STATE_DIFFERS"
    """Its name in docs/record.md."""


@dataclass(slots=True)
class State:
    """Every recorded table as the events up to a sequence leave it."""

    tables: dict[str, Rows] = field(default_factory=lambda: {name: {} for name in RECORDED})
    sequence: int = 0
    recorded_at: dt.datetime | None = None

    def apply(self, event: Event) -> list[Mismatch]:
        """Fold one event in, and return what is wrong with it."""
        where, wrong = f"event {event.sequence}", self._order(event)
        try:
            body, changes = event.document, changes_of(event)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return [*wrong, Mismatch(where, "has a body that cannot be read", "ENTRY_CHANGED")]
        columns = columns_as_json(event)
        del columns["format"]  # entries keep that of their own time
        if names := [name for name, value in columns.items() if body.get(name) != value]:
            told = f"has columns unlike its body: {', '.join(names)}"
            moved = "ENTRY_MOVED" if "sequence" in names else "STATE_DIFFERS"
            wrong.append(Mismatch(where, told, moved))
        if not (self._stages_move(event, changes) and _status_moves(event, changes)):
            told = f"{event.trigger or event.kind} is no move of the table"
            wrong.append(Mismatch(where, told, "CHANGE_UNFOUNDED"))
        for change in changes:
            wrong += self._change(event, change)
        return wrong

    def _order(self, event: Event) -> list[Mismatch]:
        where, wrong = f"event {event.sequence}", []
        if event.sequence != self.sequence + 1:
            name = "ENTRY_MISSING" if event.sequence > self.sequence else "ENTRY_MOVED"
            wrong.append(Mismatch(where, f"follows {self.sequence}", name))
        if self.recorded_at is not None and event.recorded_at < self.recorded_at:
            told = "is recorded before the entry before it"
            wrong.append(Mismatch(where, told, "TIME_BACKWARDS"))
        self.sequence, self.recorded_at = event.sequence, event.recorded_at
        return wrong

    def _stages_move(self, event: Event, changes: Sequence[Change]) -> bool:
        """Return whether stages change as the event's move says, and otherwise only begin."""
        seen = [
            (c.id, None if c.before is None else c.before.get("stage", ""), c.after["stage"])
            for c in changes
            if c.table == "cycles" and "stage" in c.after
        ]
        if event.kind is not EventKind.TRANSITION:
            return all(before is None and after == Stage.PLAN for _, before, after in seen)
        said = (event.trigger, event.source, event.target)
        move = next((m for m in MOVES if (m.trigger, m.source, m.target) == said), None)
        if move is None or event.cycle_id is None:
            return False
        if move.opens_cycle:
            return self._stage_before(changes) == move.source and seen == [
                (event.cycle_id, None, move.target)
            ]
        if move.source is move.target:
            return not seen and self._stage(event.cycle_id) == move.source
        return seen == [(event.cycle_id, move.source, move.target)]

    def _stage(self, cycle_id: object) -> Json:
        cycle = self.tables["cycles"].get(UUID(str(cycle_id))) if cycle_id else None
        return cycle.get("stage") if cycle else None

    def _stage_before(self, changes: Sequence[Change]) -> Json:
        """Return the stage of the cycle that a new one follows."""
        return next(
            (
                self._stage(c.after.get("previous_cycle_id"))
                for c in changes
                if c.table == "cycles" and c.before is None
            ),
            None,
        )

    def _change(self, event: Event, change: Change) -> list[Mismatch]:
        where = f"event {event.sequence}: {change.table} {change.id}"
        rows = self.tables.setdefault(change.table, {})
        if change.before is None:
            known = change.id in rows
            rows[change.id] = dict(change.after)
            return [Mismatch(where, "is added twice", "CHANGE_UNFOUNDED")] if known else []
        row = rows.setdefault(change.id, {})
        stale = [name for name, value in change.before.items() if not _same(row.get(name), value)]
        row.update(change.after)
        told = f"was not as it says: {', '.join(stale)}"
        return [Mismatch(where, told, "CHANGE_UNFOUNDED")] if stale else []


def _same(one: Json, other: Json) -> bool:
    """Return whether two values agree, as far as anybody can tell who no longer has one of them."""
    return one == other or isinstance(one, Removed) or isinstance(other, Removed)


def _status_moves(event: Event, changes: Sequence[Change]) -> bool:
    """Return whether projects' statuses change only along their table, and only where said."""
    seen = [
        (c.before["status"], c.after["status"])
        for c in changes
        if c.table == "projects" and c.before is not None and "status" in c.before
    ]
    return not seen or (
        event.kind is EventKind.STATUS_CHANGED and all(s in _STATUS_CHANGES for s in seen)
    )
