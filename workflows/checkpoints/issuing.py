"""Issuing checkpoints: the record is signed under its lock, as the act that asks for it leaves it.

A checkpoint is no entry. But the time that it says is given out once: every later entry is later,
so what is signed afterwards could not say truly when it was. A size is signed then, or never.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from workflows.authority import ROLES, Act
from workflows.checkpoints.keys import KeyRing
from workflows.checkpoints.signing import Issued, KeyMissing, NothingToSign, sign_at_end
from workflows.checkpoints.stored import checkpoint_of_size, latest_checkpoint
from workflows.ledger import Applied, Refused, Validated, now, perform
from workflows.records import Event
from workflows.refusals import RecordDiverged
from workflows.stages import Trigger
from workflows.unit import Request, Unit


@dataclass(frozen=True, slots=True)
class Outgrown:
    """The record is longer by now, and was not signed while it had this size."""


Issue = Issued | NothingToSign | KeyMissing | Refused | Validated


async def issue(request: Request, ring: KeyRing, *, lost: Collection[str] = ()) -> Issue:
    """Sign the record as it stands; where it has not grown, return what was signed before.

    Needs Act.ISSUE_CHECKPOINT, or the console. Refused as RecordDiverged where the record does not
    begin with what its last checkpoint says. `lost` are ids of keys that need not sign.
    """
    told: list[Issued | NothingToSign | KeyMissing] = []

    async def decide(unit: Unit) -> None:
        _ = unit.authorise(ROLES[Act.ISSUE_CHECKPOINT])
        await sign_at_end(unit, ring, told.append, lost=lost)

    outcome = await perform(request, decide)
    return told[0] if isinstance(outcome, Applied) else outcome


async def issue_of_size(
    municipality_id: UUID, size: int, ring: KeyRing, *, lost: Collection[str] = ()
) -> Issue | Outgrown:
    """Return the checkpoint of a size; sign it where there is none and the record still has it."""
    earlier = await checkpoint_of_size(municipality_id, size)
    if earlier is not None:
        return Issued(earlier)
    request = Request(municipality_id=municipality_id, act="issueCheckpoint", at_console=True)
    told: list[Issued | NothingToSign | KeyMissing] = []

    async def decide(unit: Unit) -> None:
        if unit.size == size:
            await sign_at_end(unit, ring, told.append, lost=lost)

    outcome = await perform(request, decide)
    if not isinstance(outcome, Applied):
        return outcome
    if told:
        return told[0]
    is_past = await Event.of(municipality_id).filter(sequence=size).exists()
    return Outgrown() if is_past else NothingToSign()


def is_diverged(issued: object) -> bool:
    """Return whether nothing was signed since the record is not what was signed before."""
    return isinstance(issued, Refused) and isinstance(issued.refusal, RecordDiverged)


async def is_due(municipality_id: UUID, every: dt.timedelta) -> bool:
    """Return whether the record grew since the last checkpoint, and it is time for another.

    It is where there is none, where the last one is so old, and where a cycle was closed since.
    """
    latest = await latest_checkpoint(municipality_id)
    since = Event.of(municipality_id).filter(sequence__gt=latest.size if latest else 0)
    if not await since.exists():
        return False
    if latest is None or not dt.timedelta() <= now() - latest.signed_at < every:
        return True
    return await since.filter(trigger=Trigger.CLOSE).exists()
