"""Copies of the record (写し): taken by an act, then made when they are fetched, always the same."""

from workflows.exports.asked import CopyAsked, CopyFormat, Part
from workflows.exports.fetching import (
    Unavailable,
    UnavailableCode,
    available,
    content,
    expires_at,
    file_name,
    outdated,
)
from workflows.exports.kept import KeptCopies, MissingCopyError
from workflows.exports.taking import export_of, take_copy

__all__ = [
    "CopyAsked",
    "CopyFormat",
    "KeptCopies",
    "MissingCopyError",
    "Part",
    "Unavailable",
    "UnavailableCode",
    "available",
    "content",
    "expires_at",
    "export_of",
    "file_name",
    "outdated",
    "take_copy",
]
