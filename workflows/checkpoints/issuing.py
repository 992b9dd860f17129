"""Issuing checkpoints: the record's size, root and time are read under its lock, and signed after.

A checkpoint is no entry. But the time that it says is given out once: every later entry is later.
"""

import asyncio
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tortoise.exceptions import IntegrityError

from workflows import notes
from workflows.authority import ROLES, Act
from workflows.checkpoints.keys import KeyRing, keys_for, verifier_key
from workflows.checkpoints.stored import checkpoint_of_size, latest_checkpoint
from workflows.ledger import Applied, Refused, Validated, now, perform
from workflows.records import Checkpoint, Event, Municipality, RecordKey
from workflows.stages import Trigger
from workflows.tree import root_at
from workflows.unit import Request, Unit


@dataclass(frozen=True, slots=True)
class Issued:
    """There is a checkpoint of the record as it stands."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class NothingToSign:
    """The record has no such size, or no entry yet."""


@dataclass(frozen=True, slots=True)
class KeyMissing:
    """A private key is not where it should be, so nothing was signed."""

    key_id: str | None
    """Of the key, in hexadecimal; None where the record knows none yet."""


Issue = Issued | NothingToSign | KeyMissing | Refused | Validated


async def issue(request: Request, ring: KeyRing) -> Issue:
    """Sign the record as it stands; where it has not grown, return what was signed before.

    Needs Act.ISSUE_CHECKPOINT, or the console.
    """
    found: list[notes.Checkpoint] = []

    async def decide(unit: Unit) -> None:
        _ = unit.authorise(ROLES[Act.ISSUE_CHECKPOINT])
        # Whoever is next to write is later than `now`, also where the clock is set back meanwhile.
        found.append(notes.Checkpoint("", unit.size, unit.frontier.root, unit.now))

    outcome = await perform(request, decide)
    if not isinstance(outcome, Applied):
        return outcome
    return await _sign(request.municipality_id, found[0], ring)


async def issue_of_size(
    municipality_id: UUID, size: int, ring: KeyRing, *, lost: Collection[str] = ()
) -> Issue:
    """Sign the record as it was when it had so many entries, unless that was done already.

    The time is that of the last of these entries. `lost` are ids of keys that need not sign.
    """
    last = await Event.of(municipality_id).get_or_none(sequence=size)
    if last is None:
        return NothingToSign()
    root = await root_at(municipality_id, size)
    found = notes.Checkpoint("", size, root, last.recorded_at)
    return await _sign(municipality_id, found, ring, lost)


async def _sign(
    municipality_id: UUID, found: notes.Checkpoint, ring: KeyRing, lost: Collection[str] = ()
) -> Issue:
    """Sign and store a checkpoint that lacks only its origin."""
    if not found.size:
        return NothingToSign()
    earlier = await checkpoint_of_size(municipality_id, found.size)
    if earlier is not None:
        return Issued(earlier)
    keys = [k for k in await keys_for(municipality_id, found.size) if k.key_id not in lost]
    if not keys:
        return KeyMissing(None)
    town = await Municipality.get(id=municipality_id)
    private = await asyncio.to_thread(_private_keys, ring, town.code, keys)
    if isinstance(private, KeyMissing):
        return private
    complete = notes.Checkpoint(keys[0].origin, found.size, found.root, found.at)
    named = ((key.origin, one) for key, one in zip(keys, private, strict=True))
    row = Checkpoint(
        municipality_id=municipality_id,
        size=found.size,
        root=found.root.hex(),
        signed_at=found.at,
        note=str(notes.signed(complete.text, named)),
    )
    try:
        await row.save(force_create=True)
    except IntegrityError:  # somebody else was faster; what they signed is what counts
        row = await Checkpoint.of(municipality_id).get(size=found.size)
    return Issued(row)


def _private_keys(
    ring: KeyRing, code: str, keys: list[RecordKey]
) -> list[Ed25519PrivateKey] | KeyMissing:
    found = []
    for key in keys:
        private = ring.private_key(code, verifier_key(key).public)
        if private is None:
            return KeyMissing(key.key_id)
        found.append(private)
    return found


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
