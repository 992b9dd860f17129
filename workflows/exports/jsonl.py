"""A copy as JSON lines, as docs/record.md specifies it: it can be verified without us."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final

import orjson

from workflows import shown
from workflows.exports.asked import CopyAsked
from workflows.exports.disclosure import Published
from workflows.exports.kept import KeptCopies
from workflows.exports.snapshot import CHECKPOINT, PUBLISHED, ROW, json_line, sees_all
from workflows.notes import Note
from workflows.readings import ENTRIES
from workflows.records import Event, Export
from workflows.sight import Sight
from workflows.tree import inclusion_proofs

FORMAT: Final = "meguru-copy/1"
BATCH: Final = 100
"""Entries in memory at once."""


async def batches(export: Export, asked: CopyAsked) -> AsyncIterator[list[Event]]:
    """Yield the entries of a copy in order."""
    after = 0
    while (
        events := await Event.of(export.municipality_id)
        .filter(asked.part.condition, sequence__gt=after, sequence__lte=export.size)
        .order_by("sequence")
        .limit(BATCH)
    ):
        yield events
        after = events[-1].sequence
        await asyncio.sleep(0)


async def jsonl(
    export: Export, asked: CopyAsked, sight: Sight, note: str, kept: KeptCopies
) -> AsyncIterator[bytes]:
    """Yield the lines of a copy, many at a time, the last one alone."""
    running, counted = hashlib.sha256(), {"entry": 0, "row": 0}
    async for kind, lines in _lines(export, asked, sight, note, kept):
        counted[kind] = counted.get(kind, 0) + len(lines)
        part = b"".join(lines)
        running.update(part)
        yield part
    counts = {"entries": counted["entry"], "rows": counted["row"]}
    yield json_line({"type": "end"} | counts | {"sha256": running.hexdigest()})


async def _lines(
    export: Export, asked: CopyAsked, sight: Sight, note: str, kept: KeptCopies
) -> AsyncIterator[tuple[str, list[bytes]]]:
    yield "header", [json_line(_header(export, asked, sight, note))]
    async for lines in _kept(export, kept, CHECKPOINT):
        yield "checkpoint", lines
    published = await _published(export, kept) if asked.disclosure else None
    async for events in batches(export, asked):
        if asked.part.is_all:
            told = (
                _whole(sight, one) if published is None else published.told(one) for one in events
            )
            yield "entry", [json_line(one) for one in told]
        else:
            yield "entry", await _proved(export, sight, events)
    async for lines in _kept(export, kept, ROW):
        yield "row", lines


def _header(export: Export, asked: CopyAsked, sight: Sight, note: str) -> dict[str, Any]:
    own = _own_note(note)
    complete = asked.part.is_all
    return {
        "type": "header",
        "format": FORMAT,
        "municipality": export.asked["town"],
        "origin": own.partition("\n")[0],
        "size": export.size,
        "checkpoint": own,
        "complete": complete,
        "state": complete and not asked.disclosure and sees_all(sight),
        "part": asked.part.as_json(),
    }


def _own_note(note: str) -> str:
    """Return a note with the record's own signatures alone: witnesses may add theirs any time."""
    parsed = Note.parse(note)
    origin = parsed.text.partition("\n")[0]
    own = "".join(str(one) for one in parsed.signatures if one.name == origin)
    return f"{parsed.text}\n{own}"


async def _published(export: Export, kept: KeptCopies) -> Published:
    digests = {bytes.fromhex(line.decode()) async for line in kept.lines(export, PUBLISHED)}
    return Published(digests)


def _whole(sight: Sight, event: Event) -> dict[str, Any]:
    """Return an entry's line; its place and hash alone where it may not be seen whole."""
    line: dict[str, Any] = {"type": "entry", "sequence": event.sequence, "leaf": event.leaf_hash}
    if not _is_seen(sight, event):
        return line
    return line | {"body": event.body, "openings": orjson.loads(event.openings or "[]")}


def _is_seen(sight: Sight, event: Event) -> bool:
    return sight.sees_of(event, shown.RAW[ENTRIES[event.kind]])


async def _proved(export: Export, sight: Sight, events: list[Event]) -> list[bytes]:
    """Return the lines of those entries that may be seen whole, each with its proof."""
    seen = [event for event in events if _is_seen(sight, event)]
    sequences = [event.sequence for event in seen]
    paths = await inclusion_proofs(export.municipality_id, sequences, export.size)
    return [
        json_line(_whole(sight, event) | {"path": [one.hex() for one in path]})
        for event, path in zip(seen, paths, strict=True)
    ]


async def _kept(export: Export, kept: KeptCopies, mark: bytes) -> AsyncIterator[list[bytes]]:
    lines: list[bytes] = []
    async for line in kept.lines(export, mark):
        lines.append(line)
        if len(lines) == BATCH:
            yield lines
            lines = []
    yield lines
