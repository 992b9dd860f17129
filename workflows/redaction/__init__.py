"""Redaction (墨消し): names and texts are taken out of the record for good, and that is recorded.

What goes are openings. Bodies, hashes and the tree stay as they were, so that whoever verifies the
record sees that nothing else changed, and which values are gone by whose decision.
"""

from workflows.redaction.act import MOST_ENTRIES, Redact, Target, redact
from workflows.redaction.evidence import files_to_delete
from workflows.redaction.sealed import SealedField, seen_fields

__all__ = [
    "MOST_ENTRIES",
    "Redact",
    "SealedField",
    "Target",
    "files_to_delete",
    "redact",
    "seen_fields",
]
