"""Verifying a whole record where it stands, in one pass, while others may go on writing to it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from workflows.feed import events_after
from workflows.merkle import Frontier
from workflows.notes import NoteError, VerifierKey
from workflows.records import Checkpoint, Event, EventHead
from workflows.replay import Mismatch, held_against_table
from workflows.sealing import REMOVED
from workflows.tree import frontier_of
from workflows.verification.entries import Entries, fault_of_file
from workflows.verification.faults import FaultName, Report
from workflows.verification.signatures import Kept, Signatures

Pause = Callable[[int, int], Awaitable[None]]
"""Awaited between slices of work, with how many entries were checked, of how many."""

UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)
"""What reading a row raises that no act has written."""
_SLICE: Final = 20
"""Entries between two pauses: some milliseconds."""
_TRIES: Final = 20
"""Times that the tables are read while others write; then they are left for the next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What whoever verifies has from elsewhere."""

    checkpoints: Sequence[Kept] = ()
    keys: Sequence[VerifierKey] = ()
    evidence: Path | None = None
    """The folder where files of evidence are kept; they are not looked at without."""


async def _at_once(_done: int, _total: int) -> None:
    """Pause not at all."""


async def verify(
    municipality_id: UUID, given: Given | None = None, *, pause: Pause = _at_once
) -> Report:
    """Check everything that docs/record.md lists, and return what is wrong."""
    run = _Run(municipality_id, given or Given(), pause)
    try:
        return await run.through()
    except UNREADABLE as error:
        # Whoever spoils a row so that nothing can read it is not to escape by that.
        run.report.add(FaultName.ENTRY_CHANGED, None, f"cannot be read: {error}")
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

    @property
    def _size(self) -> int:
        return self.entries.state.sequence

    async def through(self) -> Report:
        """Read on until the tables were held against the entries, and tell what is wrong."""
        for _ in range(_TRIES):
            await self._read_on()
            if (wrong := await self._tables()) is not None:
                self.report.tables_match = not wrong
                for one in wrong:
                    self.report.add(FaultName(one.fault), None, f"{one.where} {one.message}")
                break
        await self._beyond()
        self.entries.finish()
        await self._files()
        self.signatures.finish()
        return self.report

    async def _read_on(self) -> None:
        """Read the entries that are there."""
        after = self._size
        while events := await events_after(self.municipality_id, after):
            head = await EventHead.of(self.municipality_id).get()
            stored = await self._stored(after, events[-1].sequence)
            for event in events:
                await self._read(event, stored)
                if event.sequence % _SLICE == 0:
                    await self.pause(event.sequence, max(head.size, event.sequence))
            after = events[-1].sequence

    async def _read(self, event: Event, stored: dict[int, Checkpoint]) -> None:
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
        return {row.size: row for row in await rows}

    def _parsed(self, row: Checkpoint) -> Kept | None:
        """Return a stored checkpoint; None, and a fault, where its columns are not its note's."""
        about = f"checkpoints {row.size}"
        try:
            kept = Kept.parse(row.note, about)
        except NoteError:
            self.report.add(FaultName.BAD_SIGNATURE, row.size, about)
            return None
        told = kept.told
        if (told.size, told.root.hex(), told.at) != (row.size, row.root, row.signed_at):
            self.report.add(FaultName.STATE_DIFFERS, row.size, about)
        return kept

    async def _tables(self) -> list[Mismatch] | None:
        """Hold the tables against the entries; None where the record grew meanwhile."""
        head = await EventHead.of(self.municipality_id).get()
        if head.size > self._size and await events_after(self.municipality_id, self._size, 1):
            return None
        wrong: list[Mismatch] = []
        for name in self.entries.state.tables:
            wrong += await held_against_table(self.municipality_id, self.entries.state, name)
            await self.pause(self._size, head.size)
        later = await EventHead.of(self.municipality_id).get()
        if later.size != head.size:
            return None
        return wrong + self._head(later)

    def _head(self, head: EventHead) -> list[Mismatch]:
        wrong, recorded_at = [], self.entries.state.recorded_at
        if head.size != self._size:
            name = FaultName.RECORD_CUT if head.size > self._size else FaultName.STATE_DIFFERS
            told = f"says {head.size} events; there are {self._size}"
            wrong.append(Mismatch("head", told, name))
        elif _peaks(head) != self.entries.frontier:
            told = "remembers another tree than that of the entries"
            wrong.append(Mismatch("head", told, FaultName.ROOT_DIFFERS))
        if recorded_at is not None and recorded_at > head.last_recorded_at:
            wrong.append(Mismatch("head", "has an earlier time than the last entry"))
        return wrong

    async def _beyond(self) -> None:
        """Tell of checkpoints of more entries than there are."""
        later = Checkpoint.of(self.municipality_id).filter(size__gt=self._size)
        grown = await EventHead.of(self.municipality_id).filter(size__gt=self._size).exists()
        is_longer = grown and await events_after(self.municipality_id, self._size, 1)
        for row in [] if is_longer else await later.order_by("size"):
            self.report.add(FaultName.RECORD_CUT, row.size, f"checkpoints {row.size}")
        for size in sorted(size for size in self._kept if size > self._size):
            for kept in self._kept[size]:
                self.report.add(FaultName.RECORD_CUT, size, kept.about)

    async def _files(self) -> None:
        """Check the files of evidence, those apart whose names were removed with them."""
        rows, folder = self.entries.state.tables.get("evidence", {}), self.given.evidence
        if folder is None:
            return
        for sequence, change in self.entries.files:
            row = rows.get(change.id, dict(change.after))
            asked = folder, str(row.get("sha256")), row.get("size")
            found = await asyncio.to_thread(fault_of_file, *asked)
            was_removed = str(row.get("name")).startswith(REMOVED[:-1])
            if found and not (found is FaultName.EVIDENCE_MISSING and was_removed):
                self.report.add(found, sequence, str(row.get("sha256")))
            await self.pause(self._size, self._size)


def _peaks(head: EventHead) -> Frontier | None:
    """Return what the head remembers; None where no tree of its size is like that."""
    try:
        return frontier_of(head)
    except ValueError:
        return None
