"""Long copies, generated: entries as a town's people write them, all in order and signed."""

import datetime as dt
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflows.changes import instant
from workflows.merkle import Frontier, leaf_hash
from workflows.notes import LOG, Checkpoint, VerifierKey, signed
from workflows.sealing import Sealer

ORIGIN = "meguru/024465"
BEGIN = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
_TOWN = str(UUID(int=1))
_ROWS = 500


def _entry(sequence: int) -> tuple[str, list[str]]:
    """Return an entry that edits one of some hundred sheets, and its openings."""
    sealer, row = Sealer(), str(UUID(int=sequence % _ROWS))
    round_, first = divmod(sequence, _ROWS), sequence <= _ROWS
    after = {
        "activities": f"{round_[0]}回目の説明会を開き、参加者に利用方法を説明した",
        "revision": sequence,
    }
    change: dict[str, Any] = {"table": "sheets", "id": row, "after": sealer.members(after)}
    if not first:
        before = {"revision": sequence - _ROWS}
        change["before"] = before
    body = {
        "format": 2,
        "id": str(UUID(int=sequence)),
        "municipality": _TOWN,
        "sequence": sequence,
        "kind": "SHEET_EDITED",
        "recordedAt": instant(BEGIN + dt.timedelta(seconds=sequence)),
        "effectiveAt": None,
        "actor": {"person": str(UUID(int=7)), "role": "STAFF", "department": str(UUID(int=8))},
        "project": str(UUID(int=9)),
        "cycle": str(UUID(int=10)),
        "owner": str(UUID(int=8)),
        "trigger": None,
        "from": None,
        "to": None,
        "revision": sequence,
        "refersTo": None,
        "reason": sealer.value("reason", "年度当初の計画に合わせて見直した"),
        "details": {"part": "RESULTS", "sheet": str(UUID(int=11))},
        "changes": [change],
    }
    return rfc8785.dumps(body).decode(), sealer.openings


def write_long(folder: Path, entries: int) -> tuple[Path, Path]:
    """Write a copy with so many entries; return it and its verifier key."""
    private = Ed25519PrivateKey.generate()
    copy, key = folder / "long.jsonl", folder / "key.txt"
    key.write_text(f"{VerifierKey.of(ORIGIN, private, LOG)}\n", "utf-8")
    frontier, told, state = Frontier(), [], dict[str, dict[str, Any]]()
    for sequence in range(1, entries + 1):
        body, openings = _entry(sequence)
        leaf = leaf_hash(body.encode())
        frontier, _ = frontier.add(leaf)
        entry = {"type": "entry", "sequence": sequence, "leaf": leaf.hex()}
        told.append(entry | {"body": body, "openings": openings})
        opened = {"activities": orjson.loads(openings[0][22:]), "revision": sequence}
        state[str(UUID(int=sequence % _ROWS))] = opened
    at = BEGIN + dt.timedelta(seconds=entries)
    text = Checkpoint(ORIGIN, entries, frontier.root, at).text
    header = {
        "type": "header",
        "format": "meguru-copy/1",
        "municipality": {"id": _TOWN, "code": "024465", "name": "階上町"},
        "origin": ORIGIN,
        "size": entries,
        "checkpoint": str(signed(text, [(ORIGIN, private)])),
        "complete": True,
        "state": True,
        "part": None,
    }
    rows = [{"type": "row", "table": "sheets", "id": i, "values": v} for i, v in state.items()]
    data = b"".join(orjson.dumps(line) + b"\n" for line in [header, *told, *rows])
    end = {"type": "end", "entries": entries, "rows": len(rows)}
    copy.write_bytes(data + orjson.dumps(end | {"sha256": sha256(data).hexdigest()}) + b"\n")
    return copy, key
