"""The private keys that checkpoints are signed with: files, never in the database.

One file for each municipality (`024465.pem`), and while a key is being replaced the next one beside
it. Whoever can read them can sign in the town's name: they are their owner's only.
"""

import os
from pathlib import Path
from uuid import uuid4

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from workflows.checkpoints import (
    Issue,
    KeyMissing,
    Outgrown,
    UnsignedError,
    change_key,
    current_key,
    issue_of_size,
    known_keys,
    verifier_key,
)
from workflows.ledger import Applied, Outcome, Refused
from workflows.notes import VerifierKey
from workflows.records import Municipality, RecordKey
from workflows.unit import Request

log = structlog.get_logger(__name__)


class KeyFolder:
    """A folder with private keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, code: str, *, upcoming: bool = False) -> Path:
        """Return the file of a municipality's key, or of the one that replaces it."""
        return self.folder / f"{code}{'.next' if upcoming else ''}.pem"

    def private_key(self, code: str, public: bytes) -> Ed25519PrivateKey | None:
        """Return the private key that belongs to a public one; None where it is not there."""
        for upcoming in (False, True):
            key = self._read(self.path(code, upcoming=upcoming))
            if key is not None and key.public_key().public_bytes_raw() == public:
                return key
        return None

    def make(self, code: str, *, upcoming: bool = False) -> Ed25519PrivateKey:
        """Return the key in a municipality's file, made where there is none.

        Of several processes that make it at once, all get the same.

        Raises:
            OSError: it can be neither read nor made.
        """
        path = self.path(code, upcoming=upcoming)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            self._write(path, Ed25519PrivateKey.generate())
        key = self._read(path)
        if key is None:
            raise OSError(f"{path} holds no Ed25519 key")
        return key

    def promote(self, code: str) -> None:
        """Put the next key into the place of the one before, which is gone then."""
        self.path(code, upcoming=True).replace(self.path(code))

    def _write(self, path: Path, key: Ed25519PrivateKey) -> None:
        """Write a key to a file that is not there yet; leave one that is there meanwhile alone."""
        draft = path.with_name(f".{path.name}.{uuid4().hex}")
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(descriptor)
            # Whole from the first moment on, and never over another process's.
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink()

    def _read(self, path: Path) -> Ed25519PrivateKey | None:
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            log.error("record.key_unreadable", path=str(path), reason=str(error))  # noqa: TRY400 - a traceback might show the key
            return None
        return key if isinstance(key, Ed25519PrivateKey) else None


def _console(municipality: Municipality) -> Request:
    return Request(municipality_id=municipality.id, act="changeKey", at_console=True)


async def introduce(municipality: Municipality, folder: KeyFolder, origin: str) -> bool:
    """Give a municipality its first key where it has none; return whether its key is at hand.

    Raises:
        OSError: the key can be neither read nor made.
    """
    current = await current_key(municipality.id)
    if current is None:
        key = VerifierKey.of(origin, folder.make(municipality.code))
        # Refused where another process with another folder was faster: its key is not here then.
        _ = await change_key(_console(municipality), key, replaces=None)
        current = await current_key(municipality.id)
    return current is not None and is_at_hand(municipality, folder, current)


def is_at_hand(municipality: Municipality, folder: KeyFolder, key: RecordKey) -> bool:
    """Return whether the private part of a key is in the folder."""
    return folder.private_key(municipality.code, verifier_key(key).public) is not None


async def rotate(
    municipality: Municipality, folder: KeyFolder, origin: str, *, lost: bool = False
) -> RecordKey | KeyMissing | Refused:
    """Replace a municipality's key; a rotation that was interrupted is finished instead.

    The checkpoint of exactly the entry's size is signed by both keys, unless the earlier one is
    `lost`; then its file is deleted.

    Raises:
        OSError: the next key can be neither read nor made.
    """
    current = await current_key(municipality.id)
    code = municipality.code
    if current is not None and not lost and not is_at_hand(municipality, folder, current):
        return KeyMissing(current.key_id)
    upcoming = folder.make(code, upcoming=True)
    key = VerifierKey.of(current.origin if current else origin, upcoming)
    signed = await _change(municipality, folder, key, current, lost=lost)
    if isinstance(signed, KeyMissing | Refused):
        return signed
    folder.promote(code)
    new, *_ = await known_keys(municipality.id)
    return new


async def _change(
    municipality: Municipality,
    folder: KeyFolder,
    key: VerifierKey,
    current: RecordKey | None,
    *,
    lost: bool,
) -> Outcome | Issue | Outgrown:
    """Introduce a key, vouched for by the one before it unless that is lost."""
    known = await known_keys(municipality.id)
    gone = [one.key_id for one in known if lost and not is_at_hand(municipality, folder, one)]
    replaces = current.key_id if current else None
    request = _console(municipality)
    try:
        changed = await change_key(request, key, replaces=replaces, ring=folder, lost=gone)
    except UnsignedError as error:
        return error.missing
    if not isinstance(changed, Applied) or changed.events:
        return changed
    # Introduced before, by a rotation that was interrupted.
    new, *_ = await known_keys(municipality.id)
    return await issue_of_size(municipality.id, new.first_sequence, folder, lost=gone)
