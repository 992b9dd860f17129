"""What this process last found of each record, for whoever asks in the meantime."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from workflows.checkpoints import known_keys, latest_checkpoint, verifier_key
from workflows.notes import NoteError
from workflows.records import Event
from workflows.tree import root_at
from workflows.verification.faults import Fault, FaultName, Report
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

    def of(self, municipality_id: UUID) -> Standing:
        """Return what is known of a municipality's record."""
        return self._known.get(municipality_id, UNKNOWN)

    def put(self, municipality_id: UUID, standing: Standing) -> None:
        """Remember what was found."""
        self._known[municipality_id] = standing
        self.version += 1

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong with any record."""
        return any(one.verified is False for one in self._known.values())


async def last_checkpoint(municipality_id: UUID) -> Report:
    """Check the last checkpoint alone: its signature, and its root by the tree as it is kept."""
    report, row = Report(), await latest_checkpoint(municipality_id)
    if row is None:
        return report
    about = f"checkpoints {row.size}"
    event = await Event.of(municipality_id).get_or_none(sequence=row.size)
    if event is None:
        report.add(FaultName.RECORD_CUT, row.size, about)
        return report
    signatures = Signatures(report)
    for key in reversed(await known_keys(municipality_id)):
        if key.first_sequence <= row.size:
            signatures.introduce(key.first_sequence, verifier_key(key))
    try:
        kept = Kept.parse(row.note, about)
    except NoteError:
        report.add(FaultName.BAD_SIGNATURE, row.size, about)
        return report
    if kept.told.size != row.size:
        report.add(FaultName.STATE_DIFFERS, row.size, about)
        return report
    try:
        root = await root_at(municipality_id, row.size)
    except (ValueError, TypeError):  # a hash that is none
        root = b""
    signatures.hold(kept, root, event.recorded_at)
    signatures.finish()
    return report
