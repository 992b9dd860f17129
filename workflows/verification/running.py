"""Verifying a whole record where it stands, in one pass, while others may go on writing to it."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from workflows import ledger
from workflows.merkle import Frontier
from workflows.notes import NoteError, VerifierKey
from workflows.records import Checkpoint, Event, EventHead, RecordTile, Row
from workflows.replay import Mismatch, TableCheck, against_head
from workflows.tree import frontier_of
from workflows.verification.entries import Entries, fault_of_file
from workflows.verification.faults import FaultName, Report
from workflows.verification.reading import SPOILT, UnreadableError, head_of, next_events, read
from workflows.verification.signatures import Kept, Signatures

Pause = Callable[[int, int], Awaitable[None]]
"""Awaited between slices of work, with how many entries were checked, of how many."""

_SLICE: Final = 20
"""Entries between two pauses: some milliseconds."""
_TRIES: Final = 20
"""Times that rows are read while others write; then the tables are left for the next time."""
_FAST: Final = dt.timedelta(days=1)
"""So far a clock may have been set back since a time was given out, and nobody has done wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What whoever verifies has from elsewhere."""

    checkpoints: Sequence[Kept] = ()
    keys: Sequence[VerifierKey] = ()
    evidence: Path | None = None
    """The folder where files of evidence are kept; they are not looked at without."""
    signed: Collection[int] = ()
    """Sizes of which the database had a checkpoint when it was looked at before."""


async def _at_once(_done: int, _total: int) -> None:
    """Pause not at all."""


async def _nothing() -> list[Row]:
    """Read no rows."""
    return []


async def verify(
    municipality_id: UUID, given: Given | None = None, *, pause: Pause = _at_once
) -> Report:
    """Check everything that docs/record.md lists, and return what is wrong.

    Whoever spoils a row so that nothing can read it does not escape by that: it is a fault, and
    what comes after it is not looked at. Raises what the driver raises where the database does not
    answer, which is no fault.
    """
    run = _Run(municipality_id, given or Given(), pause)
    try:
        await run.through()
    except UnreadableError as error:
        run.report.add(FaultName.UNREADABLE, error.sequence, str(error))
    except SPOILT as error:
        run.report.add(FaultName.UNREADABLE, None, f"{run.reads} {type(error).__name__}: {error}")
    return run.report


class _Run:
    def __init__(self, municipality_id: UUID, given: Given, pause: Pause) -> None:
        self.municipality_id = municipality_id
        self.given, self.pause = given, pause
        self.report = Report()
        self.signatures = Signatures(self.report, given.keys)
        self.entries = Entries(municipality_id, self.report, self.signatures)
        self._kept: defaultdict[int, list[Kept]] = defaultdict(list)
        for kept in given.checkpoints:
            self._kept[kept.told.size].append(kept)
        self._signed_at: dt.datetime | None = None
        self.reads = "events"
        """What is being looked at."""

    @property
    def _size(self) -> int:
        return self.entries.state.sequence

    async def through(self) -> None:
        """Read on until the tables were held against the entries, and tell what is wrong."""
        await self._read_on()
        if (wrong := await self._tables()) is not None:
            self.report.tables_match = not wrong
            for one in wrong:
                self.report.add(FaultName(one.fault), None, f"{one.where} {one.message}")
        await self._beyond()
        self.entries.finish()
        await self._files()
        self.signatures.finish()

    async def _read_on(self) -> None:
        """Read the entries that are there."""
        after = self._size
        while events := await next_events(self.municipality_id, after):
            head = await head_of(self.municipality_id)
            stored = await self._stored(after, events[-1].sequence)
            for event in events:
                await self._read(event, stored)
                if event.sequence % _SLICE == 0:
                    await self.pause(event.sequence, max(head.size, event.sequence))
            after = events[-1].sequence

    async def _read(self, event: Event, stored: dict[int, Checkpoint]) -> None:
        self.reads = f"events {event.sequence}"
        await self.entries.read(event)
        kept = list(self._kept.pop(event.sequence, ()))
        if (row := stored.get(event.sequence)) and (own := self._parsed(row)):
            kept.append(own)
        # Where an entry is missing, no root can be computed any more, and that was told.
        if self.entries.frontier.size != event.sequence:
            return
        for one in kept:
            self.signatures.hold(one, self.entries.frontier.root, event.recorded_at)

    async def _stored(self, after: int, until: int) -> dict[int, Checkpoint]:
        rows = Checkpoint.of(self.municipality_id).filter(size__gt=after, size__lte=until)
        found = {row.size: row for row in await read("checkpoints", lambda: _all(rows))}
        self.report.signed |= set(found)
        return found

    def _parsed(self, row: Checkpoint) -> Kept | None:
        """Return a stored checkpoint; None, and a fault, where its columns are not its note's."""
        self.reads = about = f"checkpoints {row.size}"
        try:
            kept = Kept.parse(row.note, about)
        except NoteError:
            self.report.add(FaultName.BAD_SIGNATURE, row.size, about)
            return None
        self._signed_at = max(self._signed_at or row.signed_at, row.signed_at)
        told = kept.told
        if (told.size, told.root.hex(), told.at) != (row.size, row.root, row.signed_at):
            self.report.add(FaultName.STATE_DIFFERS, row.size, about)
        return kept

    async def _tables(self) -> list[Mismatch] | None:
        """Hold the tables against the entries; None where the record grew too fast for that."""
        wrong: list[Mismatch] = []
        for name in list(self.entries.state.tables):
            self.reads = name
            table = TableCheck(self.municipality_id, self.entries.state, name)
            while table.is_unfinished:
                now = await self._as_of_now(name, table.next_rows)
                if now is None:
                    return None
                wrong += table.held_against(now[0])
                await self.pause(self._size, now[1].size)
        if (now := await self._as_of_now("events", _nothing)) is None:
            return None
        return wrong + self._head(now[1])

    async def _as_of_now(
        self, name: str, rows: Callable[[], Awaitable[list[Row]]]
    ) -> tuple[list[Row], EventHead] | None:
        """Return rows and the head as they stood when the entries had been read up to the end."""
        for _ in range(_TRIES):
            await self._read_on()
            found = await read(name, rows)
            head = await head_of(self.municipality_id)
            # Where the head says more than there is, its entries are gone, and that is a fault.
            if head.size <= self._size or not await next_events(
                self.municipality_id, self._size, 1
            ):
                return found, head
        return None

    def _head(self, head: EventHead) -> list[Mismatch]:
        wrong = against_head(self.entries.state, head)
        if head.size == self._size and _peaks(head) != self.entries.frontier:
            told = "remembers another tree than that of the entries"
            wrong.append(Mismatch("head", told, FaultName.ROOT_DIFFERS))
        if self._signed_at is not None and self._signed_at > head.last_recorded_at:
            wrong.append(Mismatch("head", "has an earlier time than the last checkpoint"))
        # Whoever moves it forward has all that comes after bear a wrong time, and that is signed.
        given = (ledger.now() + _FAST, self.entries.state.recorded_at, self._signed_at)
        if head.last_recorded_at > max(moment for moment in given if moment is not None):
            wrong.append(Mismatch("head", "has a time that is yet to come"))
        return wrong

    async def _beyond(self) -> None:
        """Tell of checkpoints of more entries than there are, and of those that are gone."""
        self.reads = "checkpoints"
        later = Checkpoint.of(self.municipality_id).filter(size__gt=self._size).order_by("size")
        grown = (await head_of(self.municipality_id)).size > self._size
        is_longer = grown and await next_events(self.municipality_id, self._size, 1)
        for row in await read("checkpoints", lambda: _all(later)):
            self.report.signed.add(row.size)
            if not is_longer:
                self.report.add(FaultName.RECORD_CUT, row.size, f"checkpoints {row.size}")
        # A short record has no tiles: that their table is there shows as soon as it is read.
        _ = await read("record_tiles", RecordTile.of(self.municipality_id).count)
        for size in sorted(set(self.given.signed) - self.report.signed):
            self.report.add(FaultName.STATE_DIFFERS, size, f"checkpoints {size} was there before")
        for size in sorted(size for size in self._kept if size > self._size):
            for kept in self._kept[size]:
                self.report.add(FaultName.RECORD_CUT, size, kept.about)

    async def _files(self) -> None:
        """Check the files of evidence, those apart that a redaction took away."""
        rows, folder = self.entries.state.tables.get("evidence", {}), self.given.evidence
        if folder is None:
            return
        for sequence, change in self.entries.files:
            row = rows.get(change.id, dict(change.after))
            asked = folder, str(row.get("sha256")), row.get("size")
            found = await asyncio.to_thread(fault_of_file, *asked)
            was_removed = str(change.id) in self.entries.given_up
            if found and not (found is FaultName.EVIDENCE_MISSING and was_removed):
                self.report.add(found, sequence, str(row.get("sha256")))
            await self.pause(self._size, self._size)


async def _all(rows: QuerySet[Checkpoint]) -> list[Checkpoint]:
    return list(await rows)


def _peaks(head: EventHead) -> Frontier | None:
    """Return what the head remembers; None where no tree of its size is like that."""
    try:
        return frontier_of(head)
    except ValueError:
        return None
