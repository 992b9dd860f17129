"""The tables and the head, as they stand, held against the state that the events give."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from workflows.changes import RECORDED, Json, derived, row_as_json
from workflows.records import EventHead, Row
from workflows.replay.state import Mismatch, Rows, State

PAGE: Final = 100
"""Rows of a table that are compared at once."""


def against_head(state: State, head: EventHead) -> list[Mismatch]:
    """Return where the head does not say what the events do."""
    wrong = []
    if head.size != state.sequence:
        fault = "RECORD_CUT" if head.size > state.sequence else "STATE_DIFFERS"
        told = f"says {head.size} events; there are {state.sequence}"
        wrong.append(Mismatch("head", told, fault))
    if state.recorded_at is not None and state.recorded_at > head.last_recorded_at:
        wrong.append(Mismatch("head", "has an earlier time than the last entry"))
    return wrong


class TableCheck:
    """Holds one table against what the events give, some rows at a time, in the order of ids.

    Rows have to be held against the state as they were read: where the record grew meanwhile, the
    state is folded on, and the same rows are read again.
    """

    def __init__(self, municipality_id: UUID, state: State, name: str) -> None:
        self._rows = RECORDED[name].of(municipality_id) if name in RECORDED else None
        self._state, self._name = state, name
        self._ids: list[UUID] = []
        self._after: UUID | None = None
        self.is_unfinished = True

    async def next_rows(self) -> list[Row]:
        """Return the next rows as they stand in the table; none beyond the last."""
        if self._rows is None:
            return []
        beyond = self._rows if self._after is None else self._rows.filter(id__gt=self._after)
        return list(await beyond.order_by("id").limit(PAGE))

    def held_against(self, stored: Sequence[Row]) -> list[Mismatch]:
        """Return where the next rows are not what the events give, and go on beyond them."""
        last = stored[-1].id if len(stored) == PAGE else None
        expected = self._expected(last)
        self._after, self.is_unfinished = last, last is not None
        return _compare(self._name, expected, stored)

    def _expected(self, last: UUID | None) -> Rows:
        """Return what the events give beyond the last rows, up to an id, or to the end."""
        rows = self._state.tables[self._name]
        if len(self._ids) != len(rows):  # none is ever taken away
            self._ids = sorted(rows, key=_number)
        start = 0 if self._after is None else bisect_right(self._ids, self._after.int, key=_number)
        end = None if last is None else bisect_right(self._ids, last.int, key=_number)
        return {row_id: rows[row_id] for row_id in self._ids[start:end]}


def _number(row_id: UUID) -> int:
    return row_id.int


def _compare(name: str, expected: Rows, stored: Sequence[Row]) -> list[Mismatch]:
    wrong = [
        Mismatch(f"{name} {row.id}", "has derived columns that do not follow from the others")
        for row in stored
        if any(getattr(row, column) != value for column, value in derived(row).items())
    ]
    told = {row_id: _known(row) for row_id, row in expected.items()}
    rows = {row.id: _known(row_as_json(row)) for row in stored}
    return wrong + [
        Mismatch(f"{name} {row_id}", _difference(told, rows, row_id))
        for row_id in told.keys() | rows.keys()
        if told.get(row_id) != rows.get(row_id)
    ]


def _known(row: dict[str, Json]) -> dict[str, Json]:
    """Return what is not null: a column may be younger than the entry that added its row."""
    return {name: value for name, value in row.items() if value is not None}


def _difference(expected: Rows, rows: Rows, row_id: UUID) -> str:
    if row_id not in rows:
        return "is missing from the table"
    if row_id not in expected:
        return "is in the table, and no event tells of it"
    told, row = expected[row_id], rows[row_id]
    names = (n for n in told.keys() | row.keys() if told.get(n) != row.get(n))
    return f"differs from the events: {', '.join(sorted(names))}"
