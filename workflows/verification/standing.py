"""What this process last found of each record, for whoever asks in the meantime."""

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from workflows.checkpoints import known_keys, latest_checkpoint, verifier_key
from workflows.notes import NoteError
from workflows.records import Checkpoint, Event
from workflows.tree import root_at
from workflows.verification.faults import Fault, FaultName, Report
from workflows.verification.reading import SPOILT, UnreadableError, read
from workflows.verification.signatures import Kept, Signatures


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found of a record, and when."""

    verified: bool | None = None
    """Whether nothing is wrong; None before all of it was checked once."""
    checked: int = 0
    """How many entries were checked."""
    checked_at: dt.datetime | None = None
    tables_match: bool | None = None
    """Whether the tables are what the entries give; None where that was not found out."""
    faults: tuple[Fault, ...] = ()
    """The first of them."""


UNKNOWN = Standing()


@dataclass(slots=True)
class Standings:
    """The standing of every record that a process serves."""

    version: int = 0
    """Another one after each change."""
    _known: dict[UUID, Standing] = field(default_factory=dict)
    _every: Standing | None = None

    def of(self, municipality_id: UUID) -> Standing:
        """Return what is known of a municipality's record."""
        return self._every or self._known.get(municipality_id, UNKNOWN)

    def put(self, municipality_id: UUID, standing: Standing) -> None:
        """Remember what was found."""
        self._known[municipality_id] = standing
        self.version += 1

    def put_every(self, standing: Standing | None) -> None:
        """Remember what holds for every record, whatever is known of each; None where nothing does."""
        self._every = standing
        self.version += 1

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong with any record."""
        known = [*self._known.values(), self._every or UNKNOWN]
        return any(one.verified is False for one in known)


async def last_checkpoint(municipality_id: UUID) -> Report:
    """Check the last checkpoint alone: its signature, and its root by the tree as it is kept.

    What cannot be read is a fault; raises what the driver raises where the database does not answer.
    """
    report = Report()
    try:
        row = await read("checkpoints", partial(latest_checkpoint, municipality_id))
        if row is not None:
            await _hold(row, report)
    except UnreadableError as error:
        report.add(FaultName.UNREADABLE, error.sequence, str(error))
    except SPOILT as error:
        report.add(FaultName.UNREADABLE, None, f"checkpoints {type(error).__name__}: {error}")
    return report


async def _hold(row: Checkpoint, report: Report) -> None:
    mid, about = row.municipality_id, f"checkpoints {row.size}"
    rows = Event.of(mid)
    event = await read("events", partial(rows.get_or_none, sequence=row.size))
    if event is None:
        report.add(FaultName.RECORD_CUT, row.size, about)
        return
    signatures = Signatures(report)
    for key in reversed(await read("record_keys", partial(known_keys, mid))):
        if key.first_sequence <= row.size:
            signatures.introduce(key.first_sequence, verifier_key(key))
    try:
        kept = Kept.parse(row.note, about)
    except NoteError:
        report.add(FaultName.BAD_SIGNATURE, row.size, about)
        return
    if kept.told.size != row.size:
        report.add(FaultName.STATE_DIFFERS, row.size, about)
        return
    root = await read("record_tiles", partial(_root, mid, row.size))
    signatures.hold(kept, root, event.recorded_at)
    signatures.finish()


async def _root(municipality_id: UUID, size: int) -> bytes:
    try:
        return await root_at(municipality_id, size)
    except (ValueError, TypeError, IndexError):  # a hash that is none, or is missing
        return b""
