"""Changing the key that checkpoints are signed with, which is an entry of the record."""

from base64 import b64encode
from collections.abc import Collection
from uuid import uuid4

from workflows.checkpoints.keys import KeyRing, current_key, verifier_key
from workflows.checkpoints.signing import Issued, KeyMissing, NothingToSign, sign_at_end
from workflows.ledger import Outcome, perform
from workflows.notes import VerifierKey
from workflows.records import EventKind, RecordKey
from workflows.refusals import Forbidden, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid


class UnsignedError(Exception):
    """A private key is not where it should be, so nobody would vouch for the next one."""

    def __init__(self, missing: KeyMissing) -> None:
        super().__init__(missing.key_id)
        self.missing = missing


async def change_key(
    request: Request,
    key: VerifierKey,
    *,
    replaces: str | None,
    ring: KeyRing | None = None,
    lost: Collection[str] = (),
) -> Outcome:
    """Introduce a key, from its own entry on; done already, nothing is.

    Only at the console. `replaces` is the id of the key that is current, None before the first:
    where another one is, somebody else was faster, and the act is refused. With a ring, the tree of
    the entry's size is signed in the same transaction, by both keys but those that are `lost`.

    Raises:
        UnsignedError: a key is missing in the ring; nothing was done.
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
        draft.insert(_row(unit, key, draft.sequence))
        if ring is not None:
            await sign_at_end(unit, ring, _demand, lost=lost)

    return await perform(request, decide)


def _row(unit: Unit, key: VerifierKey, sequence: int) -> RecordKey:
    return RecordKey(
        id=uuid4(),
        municipality_id=unit.municipality_id,
        origin=key.name,
        key_id=key.id.hex(),
        public_key=b64encode(key.public).decode(),
        first_sequence=sequence,
    )


def _demand(signed: Issued | NothingToSign | KeyMissing) -> None:
    if isinstance(signed, KeyMissing):
        raise UnsignedError(signed)


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
