"""Entries that tell of the record itself: its keys, copies of it, and what was removed from it."""

from typing import Final

import strawberry

from schema.context import Info
from schema.copied_part import CopiedPart, copied_part
from schema.evidence import Evidence
from schema.history import HistoryEntry, Parent, detail, told_by
from schema.nodes import field, plain
from schema.proofs import sha256
from schema.redaction_told import (
    LEFT,
    RedactionPart,
    basis_of,
    evidence_of,
    left_by,
    left_count_of,
)
from schema.scalars import Hash
from workflows.exports import CopyFormat, Part
from workflows.records import Event, EventKind


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


def _format(parent: Parent) -> CopyFormat:
    return CopyFormat(parent.document["details"]["format"])


def _copied_part(parent: Parent) -> CopiedPart:
    return copied_part(Part.from_json(parent.document["details"]["part"]))


@strawberry.type(description="A copy of the record was taken.")
class CopyTaken(HistoryEntry):
    """By whom stands in `actor`."""

    is_type_of = told_by("CopyTaken", EventKind.EXPORTED)
    tree_size = field(_size, int, "Up to which entry the copy goes: this one.")
    format = field(_format, CopyFormat, "How it is written.")
    copied_part = field(_copied_part, CopiedPart, "Which part of the record it holds.")
    disclosure = field(
        detail("disclosure"), bool, "Whether it holds published words alone (情報公開用)."
    )


async def _entry(parent: strawberry.Parent["RemovedFrom"], info: Info) -> Event | None:
    return await info.context.loaders.event(parent.sequence)


@strawberry.type(description="What was removed from one entry.")
class RemovedFrom:
    """Its body and its hashes stay as they were."""

    sequence: int = plain("From which entry, by its number.")
    commitments: list[Hash] = plain(
        "Which sealed values: the SHA-256 of each opening, which the body has in its place."
    )
    entry = field(_entry, HistoryEntry | None, "That entry; null for who may not see it.")


def _removed(parent: Parent) -> list[RemovedFrom]:
    return [
        RemovedFrom(
            sequence=each["sequence"], commitments=[sha256(one) for one in each["commitments"]]
        )
        for each in parent.document["details"]["removed"]
    ]


@strawberry.type(
    description="Values were removed from earlier entries (墨消し); their hashes stay."
)
class Redaction(HistoryEntry):
    """Why stands in `reason`."""

    is_type_of = told_by("Redaction", EventKind.REDACTED)
    removed = field(_removed, list[RemovedFrom], "What was removed, and from which entries.")
    basis = field(basis_of, str | None, "The law, ordinance or decision; null where none is told.")
    removed_evidence = field(
        evidence_of, list[Evidence], "Evidence that lost its file, as far as the viewer sees it."
    )
    left = field(left_by, list[RedactionPart], LEFT)
    left_count = field(left_count_of, int, "In how many entries there are such values.")


ENTRIES_OF_RECORD: Final = [KeyChange, CopyTaken, Redaction]
