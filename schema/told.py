"""Batched reading of the record past the viewer's sight: entries, pages of them, how many."""

import datetime as dt
from functools import cached_property
from itertools import chain
from uuid import UUID

from tortoise.expressions import Q

from schema.seen import SeenRows
from workflows import shown
from workflows.checkpoints import covering_checkpoint, latest_checkpoint
from workflows.readings import ROWS
from workflows.records import Checkpoint, Event, EventHead, EventKind, RecordKey
from workflows.refusals import RevisionConflict
from workflows.replay import first_since, since
from workflows.tree import TreeReader

Told = tuple[list[Event], int]
"""Entries of a page, one more than wanted where there is more, and how many there are in all."""


def _restricts(condition: Q) -> bool:
    return bool(condition.filters or condition.children)


class ToldEntries(SeenRows):
    """What one operation reads of the record."""

    async def entry(self, event: Event) -> Event | None:
        """Return what the viewer sees of an entry; None where it is not there for them."""
        sight = await self.sight_of(Event)
        return shown.entry(sight, event) if sight.sees_entry(event) else None

    async def whole_entry(self, entry_id: UUID) -> Event | None:
        """Return an entry as it is kept, past the sight: for who may know all that it consists of.

        What of it they may see is left to whoever asks.
        """
        return await Event.of(self.municipality_id).get_or_none(id=entry_id)

    async def transitions(self, cycle_id: UUID) -> list[Event]:
        """Return a cycle's transitions, the earliest first."""
        return await self.many(Event, "cycle_id", cycle_id, "sequence", kind=EventKind.TRANSITION)

    async def event(self, sequence: int | None) -> Event | None:
        """Return an entry by its sequence."""
        if sequence is None:
            return None
        events = await self.many(Event, "sequence", sequence, "sequence")
        return events[0] if events else None

    async def referring(self, sequence: int) -> list[Event]:
        """Return the entries that rescind or correct an entry."""
        return await self.many(Event, "refers_to", sequence, "sequence")

    async def since(self, conflict: RevisionConflict) -> list[Event]:
        """Return what happened to a project since a revision, as far as the viewer sees it."""
        happened = await self.once(object(), lambda: since(self.municipality_id, conflict))
        return shown.entries(await self.sight_of(Event), happened)

    async def page(
        self, asked: Q, *, descending: bool, bound: int | None, size: int
    ) -> list[Event]:
        """Return the next entries beyond a sequence that a condition allows."""
        sight = await self.sight_of(Event)
        events = sight.among(Event.of(self.municipality_id)).filter(asked)
        if bound is not None:
            events = events.filter(**{"sequence__lt" if descending else "sequence__gt": bound})
        ordered = events.order_by("-sequence" if descending else "sequence").limit(size)
        return shown.entries(sight, await self.once(object(), lambda: ordered))

    async def size(self) -> int:
        """Return how many entries the record has, seen or not."""
        return int((await self.once("head", EventHead.of(self.municipality_id).get)).size)

    async def checkpoint(self, covering: int | None) -> Checkpoint | None:
        """Return the smallest checkpoint that covers so many entries; the latest for None."""
        if not self.sight.sees(ROWS[Checkpoint]):
            return None

        async def read() -> Checkpoint | None:
            if covering is None:
                return await latest_checkpoint(self.municipality_id)
            return await covering_checkpoint(self.municipality_id, covering)

        return await self.once(("checkpoint", covering), read)

    async def checkpoints(self, last: int, before: int | None) -> list[Checkpoint]:
        """Return the last checkpoints, of fewer entries than `before` if given, latest first."""
        rows = self.rows(Checkpoint)
        earlier = rows if before is None else rows.filter(size__lt=before)
        ordered = earlier.order_by("-size").limit(last)
        return await self.once(("checkpoints", last, before), lambda: ordered)

    async def record_keys(self) -> list[RecordKey]:
        """Return the keys that checkpoints are signed with, the current one first."""
        keys = self.rows(RecordKey).order_by("-first_sequence")
        return await self.once("record keys", lambda: keys)

    @cached_property
    def tree(self) -> TreeReader:
        """What proofs are made from: what several of them share is read once."""
        return TreeReader(self.municipality_id)

    async def inclusion(self, sequence: int, size: int) -> list[bytes]:
        """Return the proof that an entry is in the tree of a size."""

        async def read(sequences: list[int]) -> dict[int, list[bytes]]:
            proofs = await self.tree.inclusion_proofs(sequences, size)
            return dict(zip(sequences, proofs, strict=True))

        path: list[bytes] = await self.load(("inclusion", size), sequence, read, None)
        return path

    async def consistency(self, earlier: int, later: int) -> list[bytes]:
        """Return the proof that the tree of one size begins with that of another."""
        return await self.once(
            ("consistency", earlier, later), lambda: self.tree.consistency_proof(earlier, later)
        )

    async def first_since(self, moment: dt.datetime) -> int:
        """Return the sequence of the first entry that was recorded at a moment or later."""
        return await self.once(
            ("first since", moment), lambda: first_since(self.municipality_id, moment)
        )

    async def count(self, asked: Q) -> int:
        """Return how many entries there are that a condition allows."""
        sight = await self.sight_of(Event)
        if _restricts(asked) or _restricts(sight.entries):
            found = sight.among(Event.of(self.municipality_id)).filter(asked)
            return await self.once(object(), found.count)
        return await self.size()

    async def pages(
        self, asked: Q, name: str, project_id: UUID, *, bound: int | None, size: int
    ) -> Told:
        """Return the last entries about a project, before a sequence.

        The same page of many projects is read at once: first which entries there are, then those
        of the pages. A project has tens of them, at most some hundreds.
        """
        sight = await self.sight_of(Event)

        async def read(projects: list[UUID]) -> dict[UUID, Told]:
            events = sight.among(Event.of(self.municipality_id))
            told = events.filter(asked, project_id__in=projects).order_by("-sequence")
            of_project: dict[UUID, list[int]] = {project: [] for project in projects}
            for project, sequence in await told.values_list("project_id", "sequence"):
                of_project[project].append(sequence)
            pages = {
                project: [s for s in sequences if bound is None or s < bound][:size]
                for project, sequences in of_project.items()
            }
            wanted = list(chain.from_iterable(pages.values()))
            rows = await events.filter(sequence__in=wanted)
            by_sequence = {row.sequence: row for row in shown.entries(sight, rows)}
            return {
                project: ([by_sequence[s] for s in sequences], len(of_project[project]))
                for project, sequences in pages.items()
            }

        key = ("history", name, size, bound)
        told: Told = await self.load(key, project_id, read, None)
        return told
