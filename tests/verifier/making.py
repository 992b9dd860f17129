"""Copies of a town's record, written as docs/record.md says from the tables alone; keys of our own."""

import datetime as dt
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.town import Town
from workflows import notes
from workflows.changes import RECORDED, row_as_json
from workflows.checkpoints import (
    Issued,
    change_key,
    current_key,
    issue,
    issue_of_size,
    verifier_key,
)
from workflows.checkpoints.keys import keys_for
from workflows.ledger import Applied
from workflows.merkle import Frontier, inclusion, root_of
from workflows.notes import VerifierKey
from workflows.records import Checkpoint, Event, EventHead, Municipality

ORIGIN = "meguru/024465"


class Ring:
    """Private keys, in memory."""

    def __init__(self) -> None:
        self.keys: dict[bytes, Ed25519PrivateKey] = {}

    def make(self) -> Ed25519PrivateKey:
        """Return a new key, which stays."""
        key = Ed25519PrivateKey.generate()
        self.keys[key.public_key().public_bytes_raw()] = key
        return key

    def private_key(self, _code: str, public: bytes) -> Ed25519PrivateKey | None:
        """Return the private key that belongs to a public one."""
        return self.keys.get(public)


async def introduce(town: Town, ring: Ring) -> VerifierKey:
    """Give the record its first key, or its next one; return it."""
    current = await current_key(town.id)
    key = VerifierKey.of(ORIGIN, ring.make())
    replaces = current.key_id if current else None
    outcome = await change_key(town.console(), key, replaces=replaces)
    assert isinstance(outcome, Applied)
    if current:
        await checkpoint(town, ring, outcome.events[0].sequence)
    return key


async def keys(town: Town) -> str:
    """Return the verifier key of the record, as it is handed out."""
    current = await current_key(town.id)
    assert current is not None
    return f"{verifier_key(current)}\n"


async def checkpoint(town: Town, ring: Ring, size: int | None = None) -> str:
    """Return the checkpoint of the record as it stands, or as it was at a size."""
    issued = await (issue_of_size(town.id, size, ring) if size else issue(town.console(), ring))
    assert isinstance(issued, Issued), issued
    return issued.checkpoint.note


async def signed_anyway(town: Town, ring: Ring) -> str:
    """Return a checkpoint as whoever has the keys signs it, whatever the record has become."""
    head = await EventHead.of(town.id).get()
    root = Frontier(head.size, tuple(bytes.fromhex(peak) for peak in head.peaks or ())).root
    private = [
        (key.origin, ring.private_key("", verifier_key(key).public))
        for key in await keys_for(town.id, head.size)
    ]
    moment = max(dt.datetime.now(dt.UTC), head.last_recorded_at)
    note = notes.Checkpoint(ORIGIN, head.size, root, moment)
    return str(notes.signed(note.text, [(name, one) for name, one in private if one]))


class _File:
    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def add(self, **line: Any) -> None:  # noqa: ANN401 - JSON
        self.lines.append(orjson.dumps(line) + b"\n")

    def end(self, entries: int, rows: int) -> bytes:
        digest = sha256(b"".join(self.lines)).hexdigest()
        self.add(type="end", entries=entries, rows=rows, sha256=digest)
        return b"".join(self.lines)


async def copy_of(
    town: Town,
    ring: Ring,
    *,
    part: Collection[int] | None = None,
    withheld: Collection[int] = (),
    note: str | None = None,
) -> bytes:
    """Return a copy of the whole record, or of a part of its entries with their proofs."""
    note = note or await checkpoint(town, ring)
    municipality = await Municipality.get(id=town.id)
    size = (await EventHead.of(town.id).get()).size
    events = await Event.of(town.id).order_by("sequence")
    whole, file = part is None, _File()
    file.add(
        type="header",
        format="meguru-copy/1",
        municipality={"id": str(town.id), "code": municipality.code, "name": municipality.name},
        origin=note.partition("\n")[0],
        size=size,
        checkpoint=note,
        complete=whole,
        state=whole and not withheld,
        part=None if whole else {"entries": sorted(part or ())},
    )
    earlier = await Checkpoint.of(town.id).filter(size__lt=size).order_by("size") if whole else []
    for one in earlier:
        file.add(type="checkpoint", note=one.note)
    leaves = [bytes.fromhex(str(event.leaf_hash)) for event in events]
    told = [event for event in events if part is None or event.sequence in part]
    for event in told:
        line: dict[str, Any] = {"sequence": event.sequence, "leaf": event.leaf_hash}
        if event.sequence not in withheld:
            line |= {"body": event.body, "openings": orjson.loads(event.openings or "[]")}
        if not whole:
            ranges = inclusion(event.sequence - 1, size)
            line["path"] = [root_of(leaves[start:end]).hex() for start, end in ranges]
        file.add(type="entry", **line)
    rows = await _rows(town, file) if whole and not withheld else 0
    return file.end(len(told), rows)


async def _rows(town: Town, file: _File) -> int:
    count = 0
    for table, model in RECORDED.items():
        for row in await model.of(town.id).order_by("id"):
            file.add(type="row", table=table, id=str(row.id), values=row_as_json(row))
            count += 1
    return count


def ended_anew(copy: bytes) -> bytes:
    """Return a copy with the end that its lines ask for, as whoever forges one would write it."""
    *lines, end = copy.splitlines(keepends=True)
    told = orjson.loads(end) | {"sha256": sha256(b"".join(lines)).hexdigest()}
    return b"".join([*lines, orjson.dumps(told), b"\n"])


def saved(folder: Path, **files: bytes | str) -> dict[str, Path]:
    """Write files, and return where they are."""
    paths = {name: folder / name for name in files}
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        paths[name].write_bytes(data)
    return paths
