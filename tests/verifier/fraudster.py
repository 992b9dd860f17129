"""Somebody with full write access to the database, who drops the triggers first.

They know how the record is made, and mend as much as they like of what follows from what they changed.
"""

import datetime as dt
import json
from base64 import b64encode
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import orjson
import rfc8785
from tortoise.exceptions import IntegrityError

from workflows.changes import RECORDED, Change, instant, typed, write
from workflows.entries import search_text
from workflows.merkle import Frontier, leaf_hash
from workflows.notes import VerifierKey
from workflows.records import Checkpoint, Event, EventHead, EventKind, RecordTile
from workflows.records.append_only import create_triggers, drop_triggers
from workflows.replay import State
from workflows.sealing import Sealer, commitment
from workflows.tree import grown

Body = dict[str, Any]


class Fraudster:
    """Changes the record of a municipality; the triggers are back when it is done."""

    def __init__(self, municipality_id: UUID) -> None:
        self.municipality_id = municipality_id

    async def __aenter__(self) -> Self:
        """Drop the triggers."""
        await drop_triggers(EventHead._meta.db)  # noqa: SLF001 - Tortoise's documented way
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        """Put the triggers back, so that nobody sees that they were gone."""
        await create_triggers(EventHead._meta.db)  # noqa: SLF001 - Tortoise's documented way

    async def entries(self) -> list[Event]:
        """Return every entry, in order."""
        return await Event.of(self.municipality_id).order_by("sequence")

    async def edit(self, sequence: int, spoil: Callable[[Body], object], **columns: Any) -> None:  # noqa: ANN401 - an event's columns
        """Change a body, and the columns that say the same."""
        event = await Event.of(self.municipality_id).get(sequence=sequence)
        body = json.loads(event.body)
        spoil(body)
        values = {"body": rfc8785.dumps(body).decode(), **columns}
        await Event.filter(id=event.id).update(**values)

    async def reword(self, sequence: int, reason: str) -> None:
        """Put another reason into an entry, sealed as it should be."""
        event, sealer = await Event.of(self.municipality_id).get(sequence=sequence), Sealer()
        sealed = sealer.value("reason", reason)
        old = json.loads(event.body)["reason"]
        kept = [o for o in orjson.loads(event.openings or "[]") if {"sealed": commitment(o)} != old]
        openings = [*sealer.openings, *kept]
        await self.edit(
            sequence,
            lambda body: body.update(reason=sealed),
            openings=orjson.dumps(openings).decode(),
            search_text=search_text(openings),
        )

    async def date(self, sequence: int, moment: dt.datetime) -> None:
        """Give an entry another time."""
        told = instant(moment)
        await self.edit(sequence, lambda body: body.update(recordedAt=told), recorded_at=moment)

    async def move(self, sequence: int, to: int, *, says_so: bool) -> None:
        """Give an entry another number; its body `says_so` or not."""
        event = await Event.of(self.municipality_id).get(sequence=sequence)
        await Event.filter(id=event.id).update(sequence=to)
        if says_so:
            await self.edit(to, lambda body: body.update(sequence=to))

    async def delete(self, sequence: int, *, close_gap: bool = False) -> None:
        """Take an entry out, and close the gap that it leaves."""
        await Event.of(self.municipality_id).filter(sequence=sequence).delete()
        later = [e.sequence for e in await self.entries() if e.sequence > sequence]
        for number in later if close_gap else ():
            await self.move(number, number - 1, says_so=True)

    async def cut(self, size: int) -> None:
        """Take everything after an entry away."""
        await Event.of(self.municipality_id).filter(sequence__gt=size).delete()

    async def append(self, like: int) -> int:
        """Add an entry that looks like an earlier one, and changes nothing; return its number."""
        model = await Event.of(self.municipality_id).get(sequence=like)
        number = (await self.entries())[-1].sequence + 1
        told = {"sequence": number, "id": str(uuid4()), "details": {}, "changes": [], "reason": ""}
        body = json.loads(model.body) | told
        model.id, model.sequence, model.idempotency_key = UUID(body["id"]), number, None
        model.openings, model.search_text = "[]", ""
        model.recorded_at = dt.datetime.fromisoformat(body["recordedAt"])
        model.body = rfc8785.dumps(body).decode()
        await Event.bulk_create([model])
        return number

    async def rehash(self) -> None:
        """Compute every hash anew: leaves, tiles, and what the head remembers."""
        events, frontier = await self.entries(), Frontier()
        for event in events:
            event.leaf_hash = leaf_hash(event.body.encode()).hex()
            await Event.filter(id=event.id).update(leaf_hash=event.leaf_hash)
        leaves = (str(event.leaf_hash) for event in events)
        frontier, tiles = grown(self.municipality_id, frontier, leaves)
        await RecordTile.of(self.municipality_id).delete()
        await RecordTile.bulk_create(tiles)
        await EventHead.of(self.municipality_id).update(
            size=frontier.size,
            peaks=[peak.hex() for peak in frontier.peaks],
            last_recorded_at=events[-1].recorded_at,
        )

    async def replace_keys(self, make: Callable[[], VerifierKey]) -> None:
        """Let each entry that introduced a key introduce one of one's own instead."""
        for event in await Event.of(self.municipality_id).filter(kind=EventKind.KEY_CHANGED):
            mine, sealer = make(), Sealer()
            body = json.loads(event.body) | {"details": sealer.members({"key": str(mine)})}
            for change in body["changes"]:
                if "before" not in change:
                    public = b64encode(mine.public).decode()
                    change["after"] |= {"key_id": mine.id.hex(), "public_key": public}
            values = {"body": rfc8785.dumps(body).decode()}
            values["openings"] = orjson.dumps(sealer.openings).decode()
            values["search_text"] = search_text(sealer.openings)
            await Event.filter(id=event.id).update(**values)

    async def sealed_entry(self) -> Event:
        """Return some entry that has a sealed value."""
        return next(e for e in await self.entries() if '"sealed"' in e.body)

    async def forget_checkpoints(self) -> None:
        """Take all checkpoints away."""
        await Checkpoint.of(self.municipality_id).delete()

    async def mend_tables(self) -> None:
        """Make the tables what the entries give."""
        state = State()
        for event in await self.entries():
            state.apply(event)
        for table, rows in state.tables.items():
            there = {row.id for row in await RECORDED[table].of(self.municipality_id)}
            for row_id in rows.keys() & there:
                values = typed(table, rows[row_id])
                await RECORDED[table].filter(id=row_id).update(**values)
            added = [Change(table, row_id, rows[row_id]) for row_id in rows.keys() - there]
            await write(self.municipality_id, added)
        await self._remove_rows(state)

    async def _remove_rows(self, state: State) -> None:
        """Remove the rows that no entry tells of, whatever refers to them first."""
        left = list(RECORDED)
        for _ in range(len(RECORDED) ** 2):
            if not left:
                return
            table = left.pop(0)
            rows = RECORDED[table].of(self.municipality_id)
            try:
                await rows.exclude(id__in=list(state.tables[table]) or [uuid4()]).delete()
            except IntegrityError:
                left.append(table)
