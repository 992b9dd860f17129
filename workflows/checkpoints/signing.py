"""Signing the record as an act leaves it, in the act's own transaction."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflows import notes
from workflows.checkpoints.keys import KeyRing, keys_for, verifier_key
from workflows.checkpoints.stored import checkpoint_of_size, latest_checkpoint
from workflows.merkle import Frontier
from workflows.records import Checkpoint, Municipality, RecordKey
from workflows.refusals import RecordDiverged, Refuse
from workflows.tree import root_at
from workflows.unit import Unit

_UNREADABLE: Final = (ValueError, TypeError, IndexError)
"""What a root raises of hashes that are missing, or are none."""


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


Tell = Callable[[Issued | NothingToSign | KeyMissing], None]


async def sign_at_end(unit: Unit, ring: KeyRing, tell: Tell, *, lost: Collection[str] = ()) -> None:
    """Have the record signed as the act leaves it; `tell` is called with what came of it.

    What `tell` raises undoes the act. `lost` are ids of keys that need not sign.

    Raises:
        Refuse: the record is not what was signed before.
    """
    await _check(unit)

    async def sign(frontier: Frontier) -> None:
        tell(await _signed(unit, frontier, ring, lost))

    unit.sign = sign


async def _check(unit: Unit) -> None:
    """Refuse to vouch for a record that does not begin with what its last checkpoint says."""
    latest = await latest_checkpoint(unit.municipality_id)
    if not await _is_grown(unit, latest):
        raise Refuse(RecordDiverged(latest.size if latest else None))


async def _is_grown(unit: Unit, latest: Checkpoint | None) -> bool:
    mid = unit.municipality_id
    try:
        if latest is not None:
            told = await _said(latest)
            if unit.size < latest.size or told != (latest.size, await root_at(mid, latest.size)):
                return False
        return await root_at(mid, unit.size) == unit.frontier.root
    except _UNREADABLE:
        return False


async def _said(checkpoint: Checkpoint) -> tuple[int, bytes] | None:
    """Return the size and root of a note; None where no key of the record has signed it."""
    note = notes.Note.parse(checkpoint.note)
    told = notes.Checkpoint.parse(note.text)
    keys = await keys_for(checkpoint.municipality_id, checkpoint.size)
    is_ours = any(notes.is_signed_by(note, verifier_key(key)) for key in keys)
    return (told.size, told.root) if is_ours else None


async def _signed(
    unit: Unit, frontier: Frontier, ring: KeyRing, lost: Collection[str]
) -> Issued | NothingToSign | KeyMissing:
    """Return the checkpoint of a tree, signed now unless it was before."""
    mid, size, root = unit.municipality_id, frontier.size, frontier.root
    if not size:
        return NothingToSign()
    earlier = await checkpoint_of_size(mid, size)
    if earlier is not None:
        return Issued(earlier)
    keys = [key for key in await keys_for(mid, size) if key.key_id not in lost]
    if not keys:
        return KeyMissing(None)
    town = await Municipality.get(id=mid)
    private = await asyncio.to_thread(_private_keys, ring, town.code, keys)
    if isinstance(private, KeyMissing):
        return private
    text = notes.Checkpoint(keys[0].origin, size, root, unit.now).text
    named = ((key.origin, one) for key, one in zip(keys, private, strict=True))
    row = Checkpoint(
        municipality_id=mid,
        size=size,
        root=root.hex(),
        signed_at=unit.now,
        note=str(notes.signed(text, named)),
    )
    await row.save(force_create=True)
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
