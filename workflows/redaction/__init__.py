"""Redaction (墨消し): names and texts are taken out of the record for good, and that is recorded.

What goes are openings. Bodies, hashes and the tree stay as they were, so that whoever verifies the
record sees that nothing else changed, and which values are gone by whose decision.
"""

from workflows.redaction.act import Redact, Target, redact
from workflows.redaction.evidence import files_to_delete
from workflows.redaction.preview import InEntry, InRow, Preview, preview_redaction
from workflows.redaction.removal import MOST_ENTRIES
from workflows.redaction.sealed import SealedField, seen_fields

__all__ = [
    "MOST_ENTRIES",
    "InEntry",
    "InRow",
    "Preview",
    "Redact",
    "SealedField",
    "Target",
    "files_to_delete",
    "preview_redaction",
    "redact",
    "seen_fields",
]
