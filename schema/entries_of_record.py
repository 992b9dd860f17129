"""Entries that tell of the record itself: its keys, copies of it, and what was removed from it."""

from typing import Final

import strawberry

from schema.history import HistoryEntry, Parent, told_by
from schema.nodes import field, plain
from workflows.records import EventKind


def _key(parent: Parent) -> str:
    return str(parent.document["details"]["key"])


@strawberry.type(
    description="A key that checkpoints are signed with came, or took the last one's place."
)
class KeyChange(HistoryEntry):
    """Larger trees are signed with it."""

    is_type_of = told_by("KeyChange", EventKind.KEY_CHANGED)
    key = field(_key, str, "The public key as a C2SP verifier key: name+id+base64.")


def _size(parent: Parent) -> int:
    return int(parent.document["details"]["size"])


@strawberry.type(description="A copy of the record was taken.")
class CopyTaken(HistoryEntry):
    """By whom stands in `actor`."""

    is_type_of = told_by("CopyTaken", EventKind.EXPORTED)
    size = field(_size, int, "Up to which entry the copy goes: this one.")


@strawberry.type(description="What was removed from one entry.")
class RemovedFrom:
    """Its body and its hashes stay as they were."""

    sequence: int = plain("From which entry.")
    commitments: list[str] = plain(
        "Which sealed values: the SHA-256 of each opening, in hexadecimal, as the body has them."
    )


def _removed(parent: Parent) -> list[RemovedFrom]:
    return [RemovedFrom(**each) for each in parent.document["details"]["removed"]]


@strawberry.type(
    description="Values were removed from earlier entries (墨消し); their hashes stay."
)
class Redaction(HistoryEntry):
    """Why stands in `reason`."""

    is_type_of = told_by("Redaction", EventKind.REDACTED)
    removed = field(_removed, list[RemovedFrom], "What was removed, and from which entries.")


ENTRIES_OF_RECORD: Final = [KeyChange, CopyTaken, Redaction]
