"""The facts of a fiscal year, read in the order of the record, past the sight of whoever asks.

Within the year these are all entries that some question asks of; before and after it, those about
the year's own cycles, which begin before April and end after March.
"""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from workflows.fiscal import TOKYO, first_day
from workflows.records import Cycle, Event, EventKind
from workflows.scrutiny.facts import Fact, YearCycle
from workflows.scrutiny.report import Report, Scrutiny
from workflows.sight import Sight
from workflows.stages import SheetPart

BATCH: Final = 1_000
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
    if fiscal_year not in _YEARS:
        return
    seen = sight.among(Event.of(municipality_id))
    first, beyond = await _extent(municipality_id, fiscal_year)
    of_cycles = seen.filter(kind__in=_OF_CYCLES, cycle_id__in=cycles)
    parts: tuple[tuple[QuerySet[Event], bool], ...] = (
        (of_cycles.filter(sequence__lt=first), False),
        (seen.filter(_ASKED, sequence__gte=first, sequence__lt=beyond), True),
        (of_cycles.filter(sequence__gte=beyond), False),
    )
    for events, in_year in parts:
        if in_year or cycles:
            async for fact in _in_order(events, frozenset(cycles), in_year=in_year):
                yield fact


async def _extent(municipality_id: UUID, fiscal_year: int) -> tuple[int, int]:
    """Return the sequence that a fiscal year begins with, and that which the next begins with.

    Later entries have later times, so that these two part the record.
    """
    return (
        await _first_since(municipality_id, fiscal_year),
        await _first_since(municipality_id, fiscal_year + 1),
    )


async def _first_since(municipality_id: UUID, fiscal_year: int) -> int:
    # In UTC, as the column has it: SQLite compares text.
    begins = dt.datetime.combine(first_day(fiscal_year), dt.time(), TOKYO).astimezone(dt.UTC)
    later = Event.of(municipality_id).filter(recorded_at__gte=begins)
    found: Any = await later.order_by("recorded_at", "sequence").limit(1).values_list("sequence")
    return int(found[0][0]) if found else 2**63 - 1


async def _in_order(
    events: QuerySet[Event], cycles: frozenset[UUID], *, in_year: bool
) -> AsyncIterator[Fact]:
    after = 0
    while True:
        batch = events.filter(sequence__gt=after).order_by("sequence").limit(BATCH)
        rows = [dict(zip(_COLUMNS, row, strict=True)) async for row in _rows(batch, *_COLUMNS)]
        edits = [
            row["sequence"]
            for row in rows
            if row["kind"] is EventKind.SHEET_EDITED and row["cycle_id"] in cycles
        ]
        parts = await _parts(events, edits) if edits else {}
        for row in rows:
            yield Fact(**row, part=parts.get(row["sequence"]), in_year=in_year)
        if len(rows) < BATCH:
            return
        after = rows[-1]["sequence"]


async def _parts(events: QuerySet[Event], sequences: list[int]) -> dict[int, SheetPart]:
    """Return which part of the sheet each edit changed: it stands in their bodies only."""
    edits = events.filter(sequence__in=sequences)
    bodies = _rows(edits, "sequence", "body")
    return {s: SheetPart(orjson.loads(body)["details"]["part"]) async for s, body in bodies}
