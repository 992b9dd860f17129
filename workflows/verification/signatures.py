"""Checkpoints held against the record: by whom they are signed, and whether its tree is theirs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.notes import LOG, Checkpoint, Note, VerifierKey, is_signed_by
from workflows.verification.faults import FaultName, Report

_EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as somebody kept it."""

    note: Note
    told: Checkpoint
    about: str = ""

    @classmethod
    def parse(cls, text: str, about: str = "") -> "Kept":
        """Return the checkpoint that a text spells.

        Raises:
            NoteError: it spells none.
        """
        note = Note.parse(text)
        return cls(note, Checkpoint.parse(note.text), about)


@dataclass(slots=True)
class Signatures:
    """The keys of a record as its entries introduce them, and what its checkpoints show of them."""

    report: Report
    given: Sequence[VerifierKey] = ()
    """The keys that are trusted; none where the record's own word has to do."""
    introduced: list[tuple[int, VerifierKey]] = field(default_factory=list)
    earliest: dt.datetime = _EVER
    """The latest time that a checkpoint before the present entry says."""
    _unknown: list[tuple[int, bytes, str]] = field(default_factory=list)
    _vouched: set[tuple[int, bytes]] = field(default_factory=set)

    def introduce(self, sequence: int, key: VerifierKey) -> None:
        """Take note of a key that an entry introduces."""
        self.introduced.append((sequence, key))

    def hold(self, kept: Kept, root: bytes, latest: dt.datetime) -> None:
        """Hold a checkpoint against the record up to its size: its root, and its latest time."""
        size = kept.told.size
        if kept.told.root != root:
            self.report.add(FaultName.ROOT_DIFFERS, size, kept.about)
        if latest > kept.told.at:
            self.report.add(FaultName.TIME_OF_CHECKPOINT, size, kept.about)
        self.earliest = max(self.earliest, kept.told.at)
        self._signed(kept)

    def _signed(self, kept: Kept) -> None:
        size, origin = kept.told.size, kept.told.origin
        keys = {key.id: key for _, key in self.introduced} | {key.id: key for key in self.given}
        lines = [one for one in kept.note.signatures if one.name == origin]
        if not lines:
            self.report.add(FaultName.UNKNOWN_KEY, size, kept.about)
        for line in lines:
            key = keys.get(line.key_id)
            if key is None:
                self._unknown.append((size, line.key_id, kept.about))
            elif not is_signed_by(kept.note, key):
                self.report.add(FaultName.BAD_SIGNATURE, size, kept.about)
            elif not self._in_use(key, size):
                self.report.add(FaultName.RETIRED_KEY, size, kept.about)
            else:
                self._vouched.add((size, key.id))
        if any(key.name != origin for key in keys.values() if key.kind == LOG):
            self.report.add(FaultName.WRONG_RECORD, size, kept.about)

    def _in_use(self, key: VerifierKey, size: int) -> bool:
        """Return whether a key signs trees of a size, up to which the entries were read."""
        until = [later for (_, one), (later, _) in pairwise(self.introduced) if one == key]
        return not until or size <= until[-1]

    def finish(self) -> None:
        """Tell of the keys that nothing vouches for, once all entries were read."""
        trusted, known = self._trusted(), {key.id for _, key in self.introduced}
        for size, key_id, about in self._unknown:
            name = FaultName.RETIRED_KEY if key_id in known else FaultName.UNKNOWN_KEY
            self.report.add(name, size, about)
        for size, key in self.introduced:
            if key.id not in trusted:
                self.report.add(FaultName.UNKNOWN_KEY, size, str(key))

    def _trusted(self) -> set[bytes]:
        """Return the ids of the keys that those given vouch for, as docs/record.md says."""
        chain = [key.id for _, key in self.introduced]
        if not self.given:
            return set(chain)
        trusted = {key.id for key in self.given}
        known = [place for place, key_id in enumerate(chain) if key_id in trusted]
        trusted.update(chain[: max(known, default=0)])
        for (size, key), before in zip(self.introduced[1:], chain, strict=False):
            if before in trusted and {(size, before), (size, key.id)} <= self._vouched:
                trusted.add(key.id)
        return trusted
