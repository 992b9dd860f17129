"""The keys that checkpoints are signed with: public ones in the record, private ones elsewhere."""

from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tortoise.expressions import Q

from workflows.ledger import Outcome, perform
from workflows.notes import VerifierKey
from workflows.records import EventKind, RecordKey
from workflows.refusals import Forbidden, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid


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


async def change_key(request: Request, key: VerifierKey, *, replaces: str | None) -> Outcome:
    """Introduce a key, from its own entry on; done already, nothing is.

    Only at the console. `replaces` is the id of the key that is current, None before the first:
    where another one is, somebody else was faster, and the act is refused.
    """

    async def decide(unit: Unit) -> None:
        if not request.at_console:
            raise Refuse(Forbidden(frozenset()))
        current = await current_key(unit.municipality_id)
        if current is not None and verifier_key(current) == key:
            return
        _check(current, key, replaces)
        draft = unit.draft(EventKind.KEY_CHANGED, details={"key": str(key)})
        if current is not None:
            draft.update(current, last_sequence=draft.sequence)
        draft.insert(
            RecordKey(
                id=uuid4(),
                municipality_id=unit.municipality_id,
                origin=key.name,
                key_id=key.id.hex(),
                public_key=b64encode(key.public).decode(),
                first_sequence=draft.sequence,
            )
        )

    return await perform(request, decide)


def _check(current: RecordKey | None, key: VerifierKey, replaces: str | None) -> None:
    if (current.key_id if current else None) != replaces:
        raise invalid(
            "key",
            "ほかの処理が先に署名鍵を変更しました。meguru key show で確かめてください。",
            "Another key was introduced meanwhile. See meguru key show.",
        )
    if current is not None and current.origin != key.name:
        raise invalid(
            "key",
            f"記録の名前は {current.origin} のまま変えられません。",
            f"The record's origin stays {current.origin}.",
        )
