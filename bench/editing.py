"""Legitimate edits without end: what makes a record of any length.

Each turns one field of a sheet's open part from one text to another and raises the cycle's
revision, as `editSheet` would. The entry is written once by `workflows.entries` for each cycle and
text; of the others only the numbers differ.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

from bench.stamping import Stamped, columns_of
from workflows.authority import Capacity
from workflows.changes import Change, instant
from workflows.entries import Draft, event_of
from workflows.records import (
    Appointment,
    Cycle,
    Event,
    EventHead,
    EventKind,
    Ownership,
    Project,
    Sheet,
)
from workflows.stages import EDITABLE, ProjectStatus, Role, SheetPart, Stage

TEXTS: Final = ("令和の取組として進める。", "町民の声を聞きながら進める。")
_FIELD: Final = {
    SheetPart.PLAN: "goal",
    SheetPart.RESULTS: "activities",
    SheetPart.EVALUATION: "issues",
    SheetPart.IMPROVEMENT: "improvement",
}
_APART: Final = dt.timedelta(microseconds=10)
"""Between two edits: two million of them take twenty seconds."""
_SEQUENCE: Final = 900_000_000_000_001
_BEFORE, _AFTER = 1_900_000_001, 1_900_000_002
_MOMENT: Final = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_MARKS: Final = (str(_SEQUENCE), str(_BEFORE), str(_AFTER), instant(_MOMENT))
"""What stands for the numbers in an entry that is written once."""
_FILLED: Final = ("id", "sequence", "recorded_at", "revision", "body")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry with everything but its numbers."""

    id: str
    values: list[Any]
    places: list[int]
    """Where what differs stands among the values."""
    pieces: list[str]
    """The body, cut at its numbers; every second piece is one."""

    @classmethod
    def of(cls, event: Event) -> "_Entry":
        """Cut an entry."""
        meta = Event._meta  # noqa: SLF001 - Tortoise's documented way
        values = [
            meta.fields_map[name].to_db_value(getattr(event, name), event)
            for name in meta.fields_db_projection
        ]
        marks = "|".join(map(re.escape, (str(event.id), *_MARKS)))
        places = [columns_of(Event).index(name) for name in _FILLED]
        return cls(str(event.id), values, places, re.split(f"({marks})", event.body))

    def filled(self, event_id: str, sequence: int, moment: dt.datetime, revision: int) -> list[Any]:
        """Return the row of an entry with these numbers."""
        numbers = {
            self.id: event_id,
            _MARKS[0]: str(sequence),
            _MARKS[1]: str(revision - 1),
            _MARKS[2]: str(revision),
            _MARKS[3]: instant(moment),
        }
        pieces = self.pieces.copy()
        pieces[1::2] = [numbers[piece] for piece in pieces[1::2]]
        values = self.values.copy()
        filled = (event_id, sequence, moment, revision, "".join(pieces))
        for at, value in zip(self.places, filled, strict=True):
            values[at] = value
        return values


class Editing:
    """Edits of one stamped municipality's open sheets, in turn."""

    def __init__(self, stamped: Stamped, count: int) -> None:
        self.count = count
        self._head = next(stamped.rows(EventHead))
        self._stamped = stamped
        self._cycles = {row["id"]: row for row in stamped.rows(Cycle)}
        self._sheets = {row["cycle_id"]: row for row in stamped.rows(Sheet)}
        self._open = self._editable()
        self._first = {row["id"]: row["revision"] for row in self._open}
        self._entries = [self._entries_of(cycle) for cycle in self._open]
        self._settle()

    def _editable(self) -> list[dict[str, Any]]:
        active = [
            p["current_cycle_id"]
            for p in self._stamped.rows(Project)
            if p["status"] == ProjectStatus.ACTIVE
        ]
        cycles = [self._cycles[cycle_id] for cycle_id in active]
        return [cycle for cycle in cycles if Stage(cycle["stage"]) in EDITABLE]

    def _entries_of(self, cycle: Mapping[str, Any]) -> list[_Entry]:
        """Return the entries that turn the present text into the first, and each into the other."""
        part = EDITABLE[Stage(cycle["stage"])]
        present = self._sheets[cycle["id"]][_FIELD[part]]
        turns = ((present, TEXTS[0]), (TEXTS[0], TEXTS[1]), (TEXTS[1], TEXTS[0]))
        return [self._entry(cycle, part, before, after) for before, after in turns]

    def _entry(self, cycle: Mapping[str, Any], part: SheetPart, before: str, after: str) -> _Entry:
        owner = next(
            o for o in self._stamped.rows(Ownership) if o["project_id"] == cycle["project_id"]
        )["department_id"]
        lead = next(
            a
            for a in self._stamped.rows(Appointment)
            if a["role"] == Role.LEAD and a["department_id"] == owner
        )
        sheet_id, field = self._sheets[cycle["id"]]["id"], _FIELD[part]
        draft = Draft(
            kind=EventKind.SHEET_EDITED,
            sequence=_SEQUENCE,
            capacity=Capacity(Role.LEAD, UUID(owner), lead["starts_on"], None),
            project_id=UUID(cycle["project_id"]),
            cycle_id=UUID(cycle["id"]),
            owner_id=UUID(owner),
            revision=_AFTER,
            details={"part": str(part), "fiscalYear": cycle["fiscal_year"]},
            changes=[
                Change("sheets", UUID(sheet_id), {field: after}, {field: before}),
                Change("cycles", UUID(cycle["id"]), {"revision": _AFTER}, {"revision": _BEFORE}),
            ],
        )
        return _Entry.of(
            event_of(
                draft,
                municipality_id=UUID(cycle["municipality_id"]),
                recorded_at=_MOMENT,
                effective_at=None,
                actor_id=UUID(lead["person_id"]),
            )
        )

    def _settle(self) -> None:
        """Make the tables what the edits will leave."""
        for at, cycle in enumerate(self._open):
            edits = len(range(at, self.count, len(self._open)))
            if edits:
                cycle["revision"] += edits
                field = _FIELD[EDITABLE[Stage(cycle["stage"])]]
                self._sheets[cycle["id"]][field] = TEXTS[(edits - 1) % 2]
        self._stamped.replace(Cycle, list(self._cycles.values()))
        self._stamped.replace(Sheet, list(self._sheets.values()))
        self._stamped.set(
            EventHead,
            size=self._head["size"] + self.count,
            last_recorded_at=self._head["last_recorded_at"] + self.count * _APART,
        )

    def events(self, dice: Random) -> Iterator[list[Any]]:
        """Yield the edits' entries, in order."""
        size, moment = self._head["size"], self._head["last_recorded_at"]
        for n in range(self.count):
            turn, at = divmod(n, len(self._open))
            entry = self._entries[at][0 if turn == 0 else 2 - turn % 2]
            event_id = str(UUID(int=dice.getrandbits(128), version=4))
            revision = self._first[self._open[at]["id"]] + turn + 1
            yield entry.filled(event_id, size + n + 1, moment + (n + 1) * _APART, revision)
