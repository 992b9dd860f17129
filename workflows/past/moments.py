"""Moments that are over, and the point of the record that each of them means.

What a time means is settled before it is told: every later entry will have a later time, also one
that is being written now, and also where the clock is set back. Where the record has not given out
a later time by itself, an act without entries has it give one out. A process writes no more than
one a second for that, whoever asks: it takes the present time, and a time that is asked about has to be
SETTLES old.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from workflows import ledger
from workflows.fiscal import TOKYO, day_of, first_day, fiscal_year_of, label_en, label_ja, last_day
from workflows.records import Event, EventHead
from workflows.refusals import Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid

SETTLES: Final = dt.timedelta(seconds=1)
"""So much later than a time it can be asked about."""
_FIRST_YEAR: Final = 1970
_TRIES: Final = 2
"""Times that a time is given out, since who joins another's may have come after it."""
_GIVING: Final[dict[UUID, asyncio.Task[None]]] = {}
"""One at a time, however many ask."""


@dataclass(frozen=True, slots=True)
class AtTime:
    """What was recorded up to a time, that time included."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class AtEntry:
    """Just after an entry; 0 is before the first."""

    sequence: int


@dataclass(frozen=True, slots=True)
class AtYearEnd:
    """The last instant of a fiscal year: the end of 31 March in Japan."""

    fiscal_year: int


Moment = AtTime | AtEntry | AtYearEnd


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a record, and the day for which owners and due days are told there."""

    sequence: int
    """Of the last entry that counts; 0 where none does."""
    entry_id: UUID | None
    recorded_at: dt.datetime | None
    """Of that entry."""
    day: dt.date

    @property
    def mark(self) -> str:
        """What tells a thing as it was at this point from the same thing at any other."""
        return f"{self.sequence}.{self.day:%Y%m%d}"


async def point_of(municipality_id: UUID, moment: Moment, now: dt.datetime) -> Point:
    """Return the point of the record that a moment means.

    Raises:
        Refuse: InvalidInput, where the moment is not over.
    """
    entries = Event.of(municipality_id)
    match moment:
        case AtTime(at):
            if at > now - SETTLES:
                raise _not_yet()
            await _settle(municipality_id, at)
            return await _last(_until(entries, at), day_of(at))
        case AtEntry(sequence):
            await _check_sequence(municipality_id, sequence)
            return await _last(entries.filter(sequence=sequence), None)
        case AtYearEnd(year):
            _check_year(year, fiscal_year_of(day_of(now)))
            over = dt.datetime.combine(first_day(year + 1), dt.time(), TOKYO)
            last = over - dt.timedelta(microseconds=1)
            await _settle(municipality_id, last)
            return await _last(_until(entries, last), last_day(year))


async def _settle(municipality_id: UUID, at: dt.datetime) -> None:
    """Have every later entry be later than a time.

    Raises:
        Refuse: InvalidInput, where the record's clock is not past it.
    """
    for _ in range(_TRIES):
        if await _is_settled(municipality_id, at):
            return
        giving = _GIVING.get(municipality_id)
        if giving is None or giving.done():
            giving = asyncio.create_task(_give_out(municipality_id, at))
            _GIVING[municipality_id] = giving
        await asyncio.shield(giving)
    if not await _is_settled(municipality_id, at):
        raise _not_yet()


async def _give_out(municipality_id: UUID, at: dt.datetime) -> None:
    """Have the record give out the present time, to an act without entries."""
    if await _is_settled(municipality_id, at):
        return  # meanwhile, by the one before

    async def decide(_unit: Unit) -> None:
        """Draft nothing: that the act is done is all there is to it."""

    asked = Request(municipality_id=municipality_id, act="asOf", at_console=True)
    await ledger.perform(asked, decide)


async def _is_settled(municipality_id: UUID, at: dt.datetime) -> bool:
    return bool(at <= (await EventHead.of(municipality_id).get()).last_recorded_at)


def _until(entries: QuerySet[Event], at: dt.datetime) -> QuerySet[Event]:
    # SQLite compares times as text, so that both have to be of one zone.
    return entries.filter(recorded_at__lte=at.astimezone(dt.UTC)).order_by(
        "-recorded_at", "-sequence"
    )


async def _last(entries: QuerySet[Event], day: dt.date | None) -> Point:
    """Return the point of the first of some entries, told for a day, or else for the entry's."""
    found = await entries.limit(1).values_list("sequence", "id", "recorded_at")
    if not found:
        return Point(0, None, None, day or dt.date.min)
    sequence, entry_id, recorded_at = found[0]
    return Point(sequence, entry_id, recorded_at, day or day_of(recorded_at))


async def _check_sequence(municipality_id: UUID, sequence: int) -> None:
    size = (await EventHead.of(municipality_id).get()).size
    if not 0 <= sequence <= size:
        raise invalid(
            "sequence",
            f"記録は{size}番までです。0から{size}までの番号を指定してください。",
            f"The record has {size} entries; give a sequence from 0 to {size}.",
        )


def _check_year(year: int, present: int) -> None:
    if year >= present:
        ended = present - 1
        raise invalid(
            "fiscalYearEnd",
            f"{year}年度はまだ終わっていません。{label_ja(ended)}以前の年度か、現在より前の日時を"
            "指定してください。",
            f"Fiscal year {year} is not over; give {label_en(ended)} or an earlier one, or a time "
            "before now.",
        )
    if year < _FIRST_YEAR:
        raise invalid(
            "fiscalYearEnd",
            f"{_FIRST_YEAR}年度以後の年度を指定してください。",
            f"Give a fiscal year from {_FIRST_YEAR} on.",
        )


def _not_yet() -> Refuse:
    return invalid(
        "at",
        "まだ過ぎていない時点です。1秒以上前の日時を指定してください。今の状態は plan と project で"
        "分かります。",
        "That moment is not over; give a time at least a second ago. `plan` and `project` tell how "
        "things are.",
    )
