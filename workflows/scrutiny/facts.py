"""What a scrutiny knows of an entry and of a cycle, and how it tells of entries. Pure."""

import datetime as dt
from bisect import insort
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from workflows.records import EventKind
from workflows.stages import SheetPart, Stage, Trigger

MOST: Final = 100
"""Entries that are named in one answer; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An entry, as far as a scrutiny asks."""

    sequence: int
    kind: EventKind
    recorded_at: dt.datetime
    effective_at: dt.datetime | None = None
    actor_id: UUID | None = None
    on_behalf_of_id: UUID | None = None
    project_id: UUID | None = None
    cycle_id: UUID | None = None
    trigger: Trigger | None = None
    source: Stage | None = None
    target: Stage | None = None
    part: SheetPart | None = None
    """Which part of the sheet was edited."""
    in_year: bool = True
    """Whether it was recorded within the fiscal year; others are about one of its cycles."""

    @property
    def took_effect_at(self) -> dt.datetime:
        """When it took effect."""
        return self.effective_at or self.recorded_at

    @property
    def is_move(self) -> bool:
        """Whether it tells that a cycle moved."""
        return self.kind is EventKind.TRANSITION


@dataclass(frozen=True, slots=True)
class YearCycle:
    """A cycle of the fiscal year."""

    id: UUID
    project_id: UUID
    opened_at: dt.datetime


@dataclass(slots=True)
class Found:
    """Entries that were found: how many, and the first of them."""

    total: int = 0
    sequences: list[int] = field(default_factory=list)

    def add(self, sequence: int) -> None:
        """Count one more, in whatever order they come."""
        self.total += 1
        if len(self.sequences) < MOST or sequence < self.sequences[-1]:
            insort(self.sequences, sequence)
            del self.sequences[MOST:]
