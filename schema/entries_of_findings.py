"""Entries that tell of findings (指摘), of evidence (証拠書類) and of comments (コメント)."""

from typing import Final

import strawberry

from schema.comments import Comment
from schema.evidence import Evidence, bare_type
from schema.findings import Finding
from schema.history import HistoryEntry, Parent, detail, row_of, told_by
from schema.nodes import field, plain
from schema.proofs import sha256
from schema.scalars import Hash
from workflows import records
from workflows.records import EventKind

_NOW: Final = "What it is about, as it is now; null for who may not see it any more."


@strawberry.type(description="A finding (指摘) was raised, answered or closed.")
class FindingEntry(HistoryEntry):
    """See `changes` for the words."""

    is_type_of = told_by(
        "FindingEntry",
        EventKind.FINDING_RAISED,
        EventKind.FINDING_ANSWERED,
        EventKind.FINDING_CLOSED,
    )
    kind: EventKind = plain("Which of them.")
    number = field(detail("number"), int, "The finding's number.")
    finding = field(row_of(records.Finding, "finding"), Finding | None, _NOW)


def _sha256(parent: Parent) -> Hash:
    return sha256(parent.document["details"]["sha256"])


def _media_type(parent: Parent) -> str:
    return bare_type(parent.document["details"]["media_type"])


@strawberry.type(description="Evidence (証拠書類) was attached or withdrawn.")
class EvidenceEntry(HistoryEntry):
    """The file is bound to the record by its hash."""

    is_type_of = told_by("EvidenceEntry", EventKind.EVIDENCE_ATTACHED, EventKind.EVIDENCE_WITHDRAWN)
    kind: EventKind = plain("Which of them.")
    evidence = field(row_of(records.Evidence, "evidence"), Evidence | None, _NOW)
    sha256 = field(_sha256, Hash, "Of the file.")
    size = field(detail("size"), int, "Of the file, in bytes.")
    media_type = field(_media_type, str, "What the file is, by its content.")


@strawberry.type(description="A comment (コメント) was written or withdrawn.")
class CommentEntry(HistoryEntry):
    """See `changes` for the words."""

    is_type_of = told_by("CommentEntry", EventKind.COMMENTED, EventKind.COMMENT_WITHDRAWN)
    kind: EventKind = plain("Which of them.")
    comment = field(row_of(records.Comment, "comment"), Comment | None, _NOW)


ENTRIES_OF_FINDINGS: Final = [FindingEntry, EvidenceEntry, CommentEntry]
