"""One entry after another held against what the record keeps beside it: hashes, openings, tiles."""

import re
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
import rfc8785

from workflows.changes import Change
from workflows.entries import changes_of, grade_of, search_text
from workflows.folding import fold
from workflows.merkle import Frontier, leaf_hash
from workflows.notes import NoteError, VerifierKey
from workflows.records import Event, EventKind, RecordTile
from workflows.replay import State
from workflows.sealing import commitment, commitments, texts
from workflows.tree import grown
from workflows.verification.faults import FaultName, Report
from workflows.verification.reading import read
from workflows.verification.signatures import Signatures

_HASH: Final = re.compile("[0-9a-f]{64}")
_SEALED: Final = 2
"""Since this format, names and texts are sealed."""


class Entries:
    """All that entries give when they are read in order, and what is wrong with them."""

    def __init__(self, municipality_id: UUID, report: Report, signatures: Signatures) -> None:
        self.municipality_id = municipality_id
        self.report = report
        self.signatures = signatures
        self.state, self.frontier = State(), Frontier()
        self.files: list[tuple[int, Change]] = []
        """Files of evidence, by the entry that attached each."""
        self._missing: dict[str, int] = {}
        self._removed: set[str] = set()
        self.given_up: set[str] = set()
        """Evidence, by id, whose files redactions took away."""

    async def read(self, event: Event) -> None:
        """Check the next entry."""
        self.report.checked += 1
        for wrong in self.state.apply(event):
            about = f"{wrong.where} {wrong.message}"
            self.report.add(FaultName(wrong.fault), event.sequence, about)
        if event.recorded_at < self.signatures.earliest:
            self.report.add(FaultName.TIME_OF_CHECKPOINT, event.sequence)
        await self._hashed(event)
        try:
            self._sealed(event)
            self._derived(event)
            self._told(event)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            # The fold has told that the body cannot be read.
            return

    async def _hashed(self, event: Event) -> None:
        leaf = leaf_hash(event.body.encode()).hex()
        if event.leaf_hash != leaf:
            self.report.add(FaultName.ENTRY_CHANGED, event.sequence)
        elif not _is_canonical(event.body):
            self.report.add(FaultName.NOT_CANONICAL, event.sequence)
        kept = event.leaf_hash if _HASH.fullmatch(event.leaf_hash or "") else leaf
        self.frontier, tiles = grown(self.municipality_id, self.frontier, [str(kept)])
        for tile in tiles:
            place = {"level": tile.level, "position": tile.position}
            rows = RecordTile.of(self.municipality_id)
            stored = await read("record_tiles", partial(rows.get_or_none, **place))
            if stored is None or stored.sha256 != tile.sha256:
                about = f"record_tiles {tile.level} {tile.position}"
                self.report.add(FaultName.ROOT_DIFFERS, event.sequence, about)

    def _sealed(self, event: Event) -> None:
        openings = {commitment(opening) for opening in orjson.loads(event.openings or "[]")}
        sealed = commitments(orjson.loads(event.body))
        if openings - set(sealed):
            self.report.add(FaultName.OPENING_FALSE, event.sequence)
        for one in set(sealed) - openings:
            self._missing.setdefault(one, event.sequence)

    def _derived(self, event: Event) -> None:
        """Check the columns that entries are found by."""
        document = event.document
        if document["format"] >= _SEALED:
            found = search_text(orjson.loads(event.openings or "[]"))
        else:
            found = fold("\n".join(texts([document["reason"], document["details"]])))
        if event.search_text != found:
            self.report.add(FaultName.STATE_DIFFERS, event.sequence, "events.search_text")
        if event.grade != grade_of(event.kind, document["details"]):
            self.report.add(FaultName.STATE_DIFFERS, event.sequence, "events.grade")

    def _told(self, event: Event) -> None:
        """Take note of keys, removals and files that an entry tells of."""
        details = event.document["details"]
        match event.kind:
            case EventKind.KEY_CHANGED:
                self._key(event.sequence, str(details["key"]))
            case EventKind.REDACTED:
                listed = (one["commitments"] for one in details["removed"])
                self._removed.update(str(found) for some in listed for found in some)
                self.given_up.update(map(str, details.get("evidence") or ()))
            case EventKind.EVIDENCE_ATTACHED:
                added = (c for c in changes_of(event) if c.table == "evidence" and not c.before)
                self.files += [(event.sequence, change) for change in added]
            case _:
                pass

    def _key(self, sequence: int, text: str) -> None:
        try:
            self.signatures.introduce(sequence, VerifierKey.parse(text))
        except NoteError:
            self.report.add(FaultName.UNKNOWN_KEY, sequence)

    def finish(self) -> None:
        """Tell of what is gone, once all entries were read."""
        for one, sequence in self._missing.items():
            if one not in self._removed:
                self.report.add(FaultName.REMOVED_SILENTLY, sequence)


def _is_canonical(body: str) -> bool:
    """Return whether a body is in the form of RFC 8785; one that cannot be read is told otherwise."""
    try:
        return rfc8785.dumps(orjson.loads(body)) == body.encode()
    except (ValueError, RecursionError):
        return True


def fault_of_file(folder: Path, sha256: str, size: object) -> FaultName | None:
    """Return what is wrong with a file of evidence, kept under its hash; it reads the disk."""
    path = folder / sha256
    try:
        with path.open("rb") as file:
            same = file_digest(file, "sha256").hexdigest() == sha256
            return None if same and path.stat().st_size == size else FaultName.EVIDENCE_CHANGED
    except OSError:
        return FaultName.EVIDENCE_MISSING
