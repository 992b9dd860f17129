"""Which files of evidence (証拠書類) are needed, and taking away those that are not.

Files are shared: evidence of several parts, and of several towns, may be one file. So one is taken
away under the locks of all records, and attaching asks under one of them that it is still there.
"""

import asyncio
import math
import time
from collections.abc import Collection, Iterable, Iterator
from typing import Final
from uuid import UUID

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from workflows.evidence_files import DAY, EvidenceFiles
from workflows.records import Event, EventHead, EventKind, Evidence, Municipality
from workflows.sealing import REMOVED

_BATCH: Final = 500
"""Files that are looked at, or taken away, at once."""
_RUNNING: Final[set[asyncio.Task[set[str]]]] = set()


async def removed_evidence(municipality_id: UUID) -> set[UUID]:
    """Return the evidence whose file was removed for good, as redactions of the record tell.

    Its name went with it; but a name may have gone alone, and its file is still had.
    """
    nameless = await Evidence.of(municipality_id).filter(name=REMOVED).values_list("id", flat=True)
    if not nameless:
        return set()
    redactions = Event.of(municipality_id).filter(kind=EventKind.REDACTED)
    told: set[UUID] = set()
    async for event in redactions:
        told |= set(ids_in(event))
    return told & set(nameless)


async def is_removed(evidence: Evidence) -> bool:
    """Tell whether the file of a piece of evidence was removed for good."""
    if evidence.name != REMOVED:
        return False
    return evidence.id in await removed_evidence(evidence.municipality_id)


def ids_in(redaction: Event) -> Iterable[UUID]:
    """Return the evidence that a redaction's entry names."""
    return map(UUID, redaction.document["details"].get("evidence", ()))


async def needed_files(
    hashes: Collection[str], without: Collection[UUID] = frozenset()
) -> set[str]:
    """Return those of the files that any town's evidence needs, withdrawn evidence too.

    `without` is evidence that is about to be removed.
    """
    # Of all towns, as files are shared between them: nothing of any of them is told to anybody.
    rows = await Evidence.filter(sha256__in=sorted(hashes))
    gone = set(without)
    for municipality_id in {row.municipality_id for row in rows}:
        gone |= await removed_evidence(municipality_id)
    return {row.sha256 for row in rows if row.id not in gone}


async def take_away(
    files: EvidenceFiles, hashes: Iterable[str], before: float = math.inf
) -> set[str]:
    """Remove those of the files that no evidence needs and that came before a moment; return them.

    Whoever is cancelled stops waiting, but what was begun is finished.
    """
    gone: set[str] = set()
    for some in _batches(await asyncio.to_thread(files.there, list(hashes), before)):
        task = asyncio.create_task(_take_away(files, some, before))
        _RUNNING.add(task)
        task.add_done_callback(_RUNNING.discard)
        gone |= await asyncio.shield(task)
    return gone


async def finish_taking_away() -> None:
    """Wait until what was begun is finished: part of a clean stop."""
    while _RUNNING:
        await asyncio.wait(set(_RUNNING))


async def sweep_files(files: EvidenceFiles) -> int:
    """Remove files that no evidence of any municipality speaks of for a day; return how many."""
    unneeded: set[str] = set()
    for some in _batches(await asyncio.to_thread(files.old)):
        unneeded |= set(some) - await needed_files(some)
    return len(await take_away(files, unneeded, time.time() - DAY))


async def _take_away(files: EvidenceFiles, hashes: list[str], before: float) -> set[str]:
    towns = await Municipality.all().order_by("id").values_list("id", flat=True)
    async with in_transaction():
        for town_id in towns:  # always in this order: so no two of these wait for each other
            await EventHead.filter(municipality_id=town_id).update(size=F("size"))
        unneeded = set(hashes) - await needed_files(hashes)
        return {one for one in unneeded if await asyncio.to_thread(files.discard, one, before)}


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield names in order, some at a time."""
    waiting = sorted(set(names))
    for at in range(0, len(waiting), _BATCH):
        yield waiting[at : at + _BATCH]
