"""The facts of a fiscal year, read in the order of the record, past the sight of whoever asks.

Within the year these are all entries that some question asks of; before and after it, those about
the year's own cycles, which begin before April and end after March.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from workflows.fiscal import TOKYO, first_day
from workflows.records import Cycle, Event, EventKind
from workflows.replay import BEYOND, first_since
from workflows.scrutiny.facts import Fact, YearCycle
from workflows.scrutiny.report import Report, Scrutiny
from workflows.sight import Sight
from workflows.stages import SheetPart

BATCH: Final = 250
"""Entries read at once."""
_YEARS: Final = range(1900, 9_999)
_COLUMNS: Final = (
    *("sequence", "kind", "recorded_at", "effective_at", "actor_id", "on_behalf_of_id"),
    *("project_id", "cycle_id", "trigger", "source", "target"),
)
_OF_CYCLES: Final = (
    EventKind.TRANSITION,
    EventKind.SHEET_EDITED,
    EventKind.REFUSAL,
    EventKind.CORRECTED,
)
_ASKED: Final = Q(
    Q(kind__in=_OF_CYCLES),
    Q(on_behalf_of_id__isnull=False),
    Q(effective_at__isnull=False),
    join_type=Q.OR,
)


async def scrutinise(
    municipality_id: UUID, sight: Sight, fiscal_year: int, now: dt.datetime
) -> Report:
    """Return what stands out in a fiscal year, of the entries that a sight covers."""
    cycles = sight.among(Cycle.of(municipality_id)).filter(fiscal_year=fiscal_year)
    ordered = cycles.order_by("project__position")
    known = [YearCycle(*row) async for row in _rows(ordered, "id", "project_id", "opened_at")]
    scrutiny = Scrutiny(fiscal_year, known)
    async for fact in _facts(municipality_id, sight, fiscal_year, [cycle.id for cycle in known]):
        scrutiny.take(fact)
    return scrutiny.report(now)


async def _rows(rows: QuerySet[Any], *columns: str) -> AsyncIterator[tuple[Any, ...]]:
    for row in await rows.values_list(*columns):
        yield tuple(row)


async def _facts(
    municipality_id: UUID, sight: Sight, fiscal_year: int, cycles: Sequence[UUID]
) -> AsyncIterator[Fact]:
    """Yield the facts: those of the year in order; before and after it, in each cycle's order."""
    if fiscal_year not in _YEARS:
        return
    seen = sight.among(Event.of(municipality_id))
    first, beyond = await _extent(municipality_id, fiscal_year)
    for cycle in cycles:
        async for fact in _in_order(seen.filter(cycle_id=cycle, kind__in=_OF_CYCLES), 1, first):
            yield fact
    of_year = seen.filter(_ASKED)
    async for fact in _in_order(of_year, first, beyond, frozenset(cycles)):
        yield fact
    for cycle in cycles if beyond < BEYOND else ():
        async for fact in _in_order(
            seen.filter(cycle_id=cycle, kind__in=_OF_CYCLES), beyond, BEYOND
        ):
            yield fact


async def _extent(municipality_id: UUID, fiscal_year: int) -> tuple[int, int]:
    """Return the sequence that a fiscal year begins with, and that which the next begins with."""
    begins = (
        dt.datetime.combine(first_day(year), dt.time(), TOKYO)
        for year in (fiscal_year, fiscal_year + 1)
    )
    first, beyond = [await first_since(municipality_id, moment) for moment in begins]
    return first, beyond


async def _in_order(
    events: QuerySet[Event], start: int, end: int, of_year: frozenset[UUID] | None = None
) -> AsyncIterator[Fact]:
    """Yield the facts of entries from one sequence up to another; `of_year` are the year's cycles.

    Without these, all entries are about one of them, and none is of the year.
    """
    while start < end:
        batch = events.filter(sequence__gte=start, sequence__lt=end).order_by("sequence")
        rows = [row async for row in _rows(batch.limit(BATCH), *_COLUMNS)]
        if not rows:
            return
        edits = [
            row[0]
            for row in rows
            if row[1] is EventKind.SHEET_EDITED and (of_year is None or row[7] in of_year)
        ]
        parts = await _parts(events, edits[0], edits[-1]) if edits else {}
        for row in rows:
            given = dict(zip(_COLUMNS, row, strict=True))
            yield Fact(**given, part=parts.get(row[0]), in_year=of_year is not None)
        await asyncio.sleep(0)
        start = row[0] + 1 if len(rows) == BATCH else end


async def _parts(events: QuerySet[Event], first: int, last: int) -> dict[int, SheetPart]:
    """Return which part of the sheet each edit changed: it stands in their bodies only."""
    edits = events.filter(kind=EventKind.SHEET_EDITED, sequence__gte=first, sequence__lte=last)
    bodies = _rows(edits, "sequence", "body")
    return {s: SheetPart(orjson.loads(body)["details"]["part"]) async for s, body in bodies}
