"""The keys that checkpoints are signed with: public ones in the record, private ones elsewhere."""

from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tortoise.expressions import Q

from workflows.notes import VerifierKey
from workflows.records import RecordKey


class KeyRing(Protocol):
    """Where the private keys are: outside the database."""

    def private_key(self, code: str, public: bytes) -> Ed25519PrivateKey | None:
        """Return the private key of a municipality (by code) that belongs to a public one.

        It may wait for a disk. None where it is not there.
        """


@dataclass(frozen=True, slots=True)
class Signing:
    """What an installation signs with, and whose cosignatures it takes."""

    ring: KeyRing
    witnesses: Collection[VerifierKey] = field(default=())


class _NoKeys:
    def private_key(self, code: str, public: bytes) -> None:
        """Return None: nothing is signed here."""


UNSIGNED: Final = Signing(_NoKeys())
"""What there is to sign with where nothing is to be signed."""


def verifier_key(row: RecordKey) -> VerifierKey:
    """Return a key as it is handed out."""
    return VerifierKey(row.origin, b64decode(row.public_key))


async def known_keys(municipality_id: UUID) -> list[RecordKey]:
    """Return every key that the record knows, the current one first."""
    return await RecordKey.of(municipality_id).order_by("-first_sequence")


async def current_key(municipality_id: UUID) -> RecordKey | None:
    """Return the key that checkpoints are signed with now; None before the first."""
    current = RecordKey.of(municipality_id).filter(last_sequence__isnull=True)
    return await current.order_by("-first_sequence").first()


async def keys_for(municipality_id: UUID, size: int) -> list[RecordKey]:
    """Return the keys that sign the tree of a size, the newest first.

    At the size of an entry that changed the key they are two: the old one vouches for the new one.
    """
    not_retired = Q(last_sequence__isnull=True) | Q(last_sequence__gte=size)
    begun = RecordKey.of(municipality_id).filter(not_retired, first_sequence__lte=size)
    return await begun.order_by("-first_sequence")
