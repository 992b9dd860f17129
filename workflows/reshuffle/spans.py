"""Spans of days, and what is left of some when others are taken away."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

FOREVER = dt.date.max.toordinal()


class Span(NamedTuple):
    """From a day to a day, both included, as ordinals: a day more is one more, and none is too far."""

    first: int
    last: int

    @classmethod
    def of(cls, starts_on: dt.date, ends_on: dt.date | None) -> "Span":
        """Return the span of an appointment; one without an end lasts for ever."""
        return cls(starts_on.toordinal(), FOREVER if ends_on is None else ends_on.toordinal())

    def meets(self, other: "Span") -> bool:
        """Return whether both have a day in common."""
        return self.first <= other.last and other.first <= self.last

    @property
    def starts_on(self) -> dt.date:
        """The first day."""
        return dt.date.fromordinal(self.first)

    @property
    def ends_on(self) -> dt.date | None:
        """The last day; None where it lasts for ever."""
        return None if self.last >= FOREVER else dt.date.fromordinal(self.last)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same days in as few spans as possible, in order; empty spans have none."""
    result: list[Span] = []
    for span in sorted(s for s in spans if s.first <= s.last):
        if result and span.first <= result[-1].last + 1:
            result[-1] = Span(result[-1].first, max(result[-1].last, span.last))
        else:
            result.append(span)
    return result


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return the days of some spans that others do not have."""
    left = merged(spans)
    for cut in merged(taken):
        pieces = [
            piece
            for span in left
            for piece in (
                Span(span.first, min(span.last, cut.first - 1)),
                Span(max(span.first, cut.last + 1), span.last),
            )
        ]
        left = [piece for piece in pieces if piece.first <= piece.last]
    return left
