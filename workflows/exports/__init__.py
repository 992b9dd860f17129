"""Copies of the record (写し): taken by an act, then made when they are fetched, always the same."""

from workflows.exports.asked import CopyAsked, CopyFormat, Part
from workflows.exports.fetching import (
    Unavailable,
    UnavailableCode,
    available,
    content,
    entry_count,
    expires_at,
    file_name,
    known_count,
    outdated,
)
from workflows.exports.kept import LASTS, KeptCopies, MissingCopyError
from workflows.exports.taking import export_of, take_copy

__all__ = [
    "LASTS",
    "CopyAsked",
    "CopyFormat",
    "KeptCopies",
    "MissingCopyError",
    "Part",
    "Unavailable",
    "UnavailableCode",
    "available",
    "content",
    "entry_count",
    "expires_at",
    "export_of",
    "file_name",
    "known_count",
    "outdated",
    "take_copy",
]
