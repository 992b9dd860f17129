"""The questions of a scrutiny: each a fold that takes the facts in the order of the record. Pure."""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from workflows.office_hours import is_outside
from workflows.records import EventKind
from workflows.scrutiny.facts import MOST, Fact, Found, YearCycle
from workflows.stages import EDITABLE, Stage, Trigger

LATE: Final = dt.timedelta(days=30)
"""What is recorded longer after it took effect stands out."""
BULK: Final = 5
"""So many moves of one person within WITHIN stand out."""
WITHIN: Final = dt.timedelta(seconds=60)
_ORDER: Final = list(Stage)
_STAGE_OF: Final = {part: stage for stage, part in EDITABLE.items()}


@dataclass(slots=True)
class ProjectYear:
    """How a project went through its cycle of the year."""

    project_id: UUID
    seconds: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(Stage, 0))
    """How long it was at each stage, by effect, up to now where it still is there."""
    returns: int = 0
    rescinds: int = 0
    refusals: int = 0
    plan_revisions: int = 0


@dataclass(slots=True)
class _Stay:
    """Where a cycle is, and since when."""

    stage: Stage
    since: dt.datetime


class Course:
    """How each cycle of the year went: time at each stage, and how often it did not go straight."""

    def __init__(self, cycles: Iterable[YearCycle]) -> None:
        known = list(cycles)
        self.of_cycle = {c.id: ProjectYear(c.project_id) for c in known}
        self._of_project = {c.project_id: self.of_cycle[c.id] for c in known}
        self._stays = {c.id: _Stay(Stage.PLAN, c.opened_at) for c in known}

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        year = self.of_cycle.get(fact.cycle_id) if fact.cycle_id else None
        if fact.kind is EventKind.REFUSAL:
            if fact.cycle_id is None and fact.in_year and fact.project_id is not None:
                year = self._of_project.get(fact.project_id)
            if year is not None:
                year.refusals += 1
        elif year is not None and fact.is_move and fact.cycle_id is not None:
            year.returns += fact.trigger is Trigger.SEND_BACK
            year.rescinds += fact.trigger is Trigger.RESCIND
            year.plan_revisions += fact.trigger is Trigger.REVISE_PLAN
            self._move(year, self._stays[fact.cycle_id], fact)

    def _move(self, year: ProjectYear, stay: _Stay, fact: Fact) -> None:
        if fact.trigger is Trigger.OPEN_NEXT:
            stay.since = fact.took_effect_at
        elif fact.target is not None and fact.target is not fact.source:
            self._leave(year, stay, fact.took_effect_at)
            stay.stage, stay.since = fact.target, fact.took_effect_at

    @staticmethod
    def _leave(year: ProjectYear, stay: _Stay, at: dt.datetime) -> None:
        year.seconds[stay.stage] += max(int((at - stay.since).total_seconds()), 0)

    def until(self, now: dt.datetime) -> list[ProjectYear]:
        """Return how the cycles went, those that are still at a stage up to now."""
        for cycle_id, stay in self._stays.items():
            if stay.stage is not Stage.CLOSED:
                self._leave(self.of_cycle[cycle_id], stay, now)
        return list(self.of_cycle.values())


class EditedAfterApproval:
    """Sheets of the year's cycles that changed once a stage was left that they are filled in at."""

    def __init__(self, cycles: Iterable[YearCycle]) -> None:
        self.found = Found()
        self._left: dict[UUID, set[Stage]] = {cycle.id: set() for cycle in cycles}

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        left = self._left.get(fact.cycle_id) if fact.cycle_id else None
        if left is None:
            if fact.kind is EventKind.CORRECTED and fact.cycle_id is None and fact.in_year:
                self.found.add(fact.sequence)
            return
        if self._is_late(fact, left):
            self.found.add(fact.sequence)
        if fact.is_move and fact.source and fact.target and _goes_on(fact.source, fact.target):
            left.add(fact.source)

    @staticmethod
    def _is_late(fact: Fact, left: set[Stage]) -> bool:
        if fact.kind is EventKind.SHEET_EDITED:
            return fact.part is not None and _STAGE_OF[fact.part] in left
        return fact.kind is EventKind.CORRECTED or fact.trigger is Trigger.REVISE_PLAN


def _goes_on(source: Stage, target: Stage) -> bool:
    return _ORDER.index(target) > _ORDER.index(source)


class ActedFor:
    """Who acted for whom (代決) in the year."""

    def __init__(self) -> None:
        self.pairs: defaultdict[tuple[UUID | None, UUID], Found] = defaultdict(Found)
        """By who acted, and for whom."""

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        if fact.in_year and fact.on_behalf_of_id is not None:
            self.pairs[fact.actor_id, fact.on_behalf_of_id].add(fact.sequence)


class OutsideHours:
    """Moves of the year that were recorded outside office hours."""

    def __init__(self) -> None:
        self.found = Found()

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        if fact.in_year and fact.is_move and is_outside(fact.recorded_at):
            self.found.add(fact.sequence)


class RecordedLate:
    """Entries of the year that were recorded long after they took effect."""

    def __init__(self) -> None:
        self.found = Found()

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        if fact.in_year and fact.recorded_at - fact.took_effect_at > LATE:
            self.found.add(fact.sequence)


@dataclass(slots=True)
class Bulk:
    """Moves of one person, of which any BULK that follow each other lie within WITHIN."""

    person_id: UUID | None
    """None for the operator at the console."""
    started_at: dt.datetime
    ended_at: dt.datetime
    found: Found = field(default_factory=Found)
    last: int = 0
    """The last one's sequence."""

    def add(self, moves: Iterable[Fact]) -> None:
        """Take more moves in; those that it has already stay."""
        for move in moves:
            if move.sequence > self.last:
                self.found.add(move.sequence)
                self.last, self.ended_at = move.sequence, move.recorded_at


class InBulk:
    """Moves of the year that one person made in a row, faster than anybody reads."""

    def __init__(self) -> None:
        self.total = 0
        self.groups: list[Bulk] = []
        self._recent: defaultdict[UUID | None, deque[Fact]] = defaultdict(
            lambda: deque(maxlen=BULK)
        )
        self._last: dict[UUID | None, Bulk] = {}

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        if not (fact.in_year and fact.is_move):
            return
        recent = self._recent[fact.actor_id]
        if recent and recent[-1].recorded_at == fact.recorded_at:
            return  # the same act: only acts of their own have times of their own
        recent.append(fact)
        if len(recent) == BULK and fact.recorded_at - recent[0].recorded_at <= WITHIN:
            self._group(fact.actor_id, recent[0]).add(recent)

    def _group(self, person_id: UUID | None, first: Fact) -> Bulk:
        """Return the group that a move belongs to, or a new one."""
        last = self._last.get(person_id)
        if last is not None and last.last >= first.sequence:
            return last
        group = Bulk(person_id, first.recorded_at, first.recorded_at)
        self._last[person_id] = group
        self.total += 1
        if len(self.groups) < MOST:
            self.groups.append(group)
        return group
