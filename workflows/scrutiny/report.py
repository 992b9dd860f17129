"""All questions of a scrutiny, asked of one fiscal year at once. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from workflows.scrutiny.facts import Fact, Found, YearCycle
from workflows.scrutiny.questions import (
    ActedFor,
    Bulk,
    Course,
    EditedAfterApproval,
    InBulk,
    OutsideHours,
    ProjectYear,
    RecordedLate,
)


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who acted for whom, and in which entries."""

    person_id: UUID | None
    principal_id: UUID
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answers."""

    fiscal_year: int
    projects: Sequence[ProjectYear] = ()
    """In the order of the cycles that were given."""
    deputies: Sequence[Deputy] = ()
    """The pair that did most comes first."""
    outside_hours: Found
    bulk: Sequence[Bulk] = ()
    bulk_total: int = 0
    edited_after_approval: Found
    recorded_late: Found


class Scrutiny:
    """Takes the facts of a fiscal year in the order of the record, then reports."""

    def __init__(self, fiscal_year: int, cycles: Iterable[YearCycle]) -> None:
        known = list(cycles)
        self._fiscal_year = fiscal_year
        self._course, self._edited = Course(known), EditedAfterApproval(known)
        self._acted_for, self._outside = ActedFor(), OutsideHours()
        self._late, self._bulk = RecordedLate(), InBulk()

    def take(self, fact: Fact) -> None:
        """Fold one fact in."""
        self._course.take(fact)
        self._edited.take(fact)
        self._acted_for.take(fact)
        self._outside.take(fact)
        self._late.take(fact)
        self._bulk.take(fact)

    def report(self, now: dt.datetime) -> Report:
        """Return the answers, once: cycles that are under way are at their stage up to now."""
        pairs = sorted(self._acted_for.pairs.items(), key=lambda pair: -pair[1].total)
        return Report(
            fiscal_year=self._fiscal_year,
            projects=self._course.until(now),
            deputies=[Deputy(*who, found) for who, found in pairs],
            outside_hours=self._outside.found,
            bulk=self._bulk.groups,
            bulk_total=self._bulk.total,
            edited_after_approval=self._edited.found,
            recorded_late=self._late.found,
        )
