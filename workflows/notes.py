"""Signed notes, checkpoints and cosignatures, as C2SP writes them (docs/record.md). Pure.

What is read is read strictly: a text that would be written otherwise is none.
"""

import datetime as dt
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from typing_extensions import override

LOG: Final = 1
"""The kind of key that signs a note's text (C2SP signed-note)."""
WITNESS: Final = 4
"""The kind that signs the text and a time (C2SP tlog-cosignature, cosignature/v1)."""
_KINDS: Final = frozenset({LOG, WITNESS})
_DASH: Final = "— "
_PUBLIC, _SIGNATURE, _TIME, _ID, _HASH = 32, 64, 8, 4, 32
_LATEST: Final = 253402300799
"""Seconds of the last moment that has a four-digit year."""
_INSTANT: Final = "time %Y-%m-%dT%H:%M:%S.%fZ"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_KEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class NoteError(ValueError):
    """A text is no note, checkpoint, key or signature."""


def is_key_name(name: str) -> bool:
    """Return whether a name can be a key's, and so a log's origin."""
    return bool(name) and name.isprintable() and not any(c.isspace() or c == "+" for c in name)


def _decoded(text: str, length: int | None = None) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise NoteError("this is no base64") from None
    if b64encode(data).decode() != text or length not in {None, len(data)}:
        raise NoteError("this is not the base64 of what should be there")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name of whose it is; as text `name+id+base64`."""

    name: str
    public: bytes
    kind: int = LOG

    def __post_init__(self) -> None:
        """Refuse what could not be written as text."""
        if not is_key_name(self.name) or self.kind not in _KINDS or len(self.public) != _PUBLIC:
            raise NoteError(f"there is no such key: {self.name!r}")

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey, kind: int = LOG) -> "VerifierKey":
        """Return the public key of a private one."""
        return cls(name, private.public_key().public_bytes_raw(), kind)

    @property
    def id(self) -> bytes:
        """The four bytes that signatures name the key by."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID]

    @override
    def __str__(self) -> str:
        material = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Return the key that a text spells.

        Raises:
            NoteError: it spells none.
        """
        match = _KEY.fullmatch(text)
        if match is None:
            raise NoteError("a key is name+id+base64")
        material = _decoded(match[3], 1 + _PUBLIC)
        key = cls(match[1], material[1:], material[0])
        if str(key) != text:
            raise NoteError("the key's id is not that of its name and key")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note's text."""

    name: str
    key_id: bytes
    data: bytes

    @override
    def __str__(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.data).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Return the signature, of whatever kind, that a line without its end spells.

        Raises:
            NoteError: it spells none.
        """
        name, _, data = line.removeprefix(_DASH).rpartition(" ")
        if not line.startswith(_DASH) or not is_key_name(name):
            raise NoteError("a signature is — name base64")
        decoded = _decoded(data)
        if len(decoded) <= _ID:
            raise NoteError("a signature is longer than its key's id")
        return cls(name, decoded[:_ID], decoded[_ID:])

    def is_by(self, key: VerifierKey) -> bool:
        """Return whether it says that it is a key's; that is not yet that it holds."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    @override
    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> "Note":
        """Return the note that a text spells.

        Raises:
            NoteError: it spells none.
        """
        body, separator, lines = text.rpartition("\n\n")
        if not separator or not lines.endswith("\n") or not _is_plain(text):
            raise NoteError("a note is a text, an empty line, and signatures")
        signatures = tuple(Signature.parse(line) for line in lines[:-1].split("\n"))
        return cls(f"{body}\n", signatures)

    def with_signature(self, signature: Signature) -> "Note":
        """Return the note with one more line at its end."""
        return Note(self.text, (*self.signatures, signature))


def _is_plain(text: str) -> bool:
    return all(c == "\n" or c >= " " for c in text)


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """Return a log's signature of a note's text."""
    return Signature(name, VerifierKey.of(name, private).id, private.sign(text.encode()))


def signed(text: str, keys: Iterable[tuple[str, Ed25519PrivateKey]]) -> Note:
    """Return a note with a signature by each of the named keys."""
    return Note(text, tuple(sign(text, name, private) for name, private in keys))


def _holds(public: bytes, data: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(data, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed_by(note: Note, key: VerifierKey) -> bool:
    """Return whether a log's key signed a note: each signature that says so holds."""
    own = [one for one in note.signatures if one.is_by(key)]
    message = note.text.encode()
    return key.kind == LOG and bool(own) and all(_holds(key.public, s.data, message) for s in own)


def cosign(text: str, name: str, private: Ed25519PrivateKey, seconds: int) -> Signature:
    """Return a witness's signature of a checkpoint's text, at a time in Unix seconds."""
    key = VerifierKey.of(name, private, WITNESS)
    data = private.sign(_cosigned(text, seconds))
    return Signature(name, key.id, seconds.to_bytes(_TIME, "big") + data)


def cosigned_at(text: str, signature: Signature, key: VerifierKey) -> dt.datetime | None:
    """Return when a witness signed a checkpoint's text; None where it did not."""
    if key.kind != WITNESS or not signature.is_by(key):
        return None
    seconds = int.from_bytes(signature.data[:_TIME], "big")
    data, message = signature.data[_TIME:], _cosigned(text, seconds)
    if len(data) != _SIGNATURE or seconds > _LATEST or not _holds(key.public, data, message):
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a record was at a time, and its tree's root."""

    origin: str
    size: int
    root: bytes
    at: dt.datetime

    @property
    def text(self) -> str:
        """What is signed."""
        root = b64encode(self.root).decode()
        at = self.at.astimezone(dt.UTC).strftime(_INSTANT)
        return f"{self.origin}\n{self.size}\n{root}\n{at}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Return the checkpoint that a note's text spells.

        Raises:
            NoteError: it spells none, or not as it is written here.
        """
        lines = text.split("\n")
        if len(lines) != 5 or not is_key_name(lines[0]) or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004 - four lines, each ended
            raise NoteError("a checkpoint is origin, size, root and time")
        try:
            at = dt.datetime.strptime(lines[3], _INSTANT).replace(tzinfo=dt.UTC)
        except ValueError:
            raise NoteError("this is no time of a checkpoint") from None
        found = cls(lines[0], int(lines[1]), _decoded(lines[2], _HASH), at)
        if found.text != text:
            raise NoteError("a checkpoint is written otherwise")
        return found
