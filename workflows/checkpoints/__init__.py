"""Checkpoints: signed statements of how long the record was, and of its root (docs/record.md)."""

from workflows.checkpoints.changing import UnsignedError, change_key
from workflows.checkpoints.cosigning import add_cosignature
from workflows.checkpoints.issuing import (
    Issue,
    Outgrown,
    is_diverged,
    is_due,
    issue,
    issue_of_size,
)
from workflows.checkpoints.keys import (
    UNSIGNED,
    KeyRing,
    Signing,
    current_key,
    known_keys,
    verifier_key,
)
from workflows.checkpoints.signing import Issued, KeyMissing, NothingToSign, sign_at_end
from workflows.checkpoints.stored import checkpoint_of_size, covering_checkpoint, latest_checkpoint

__all__ = [
    "UNSIGNED",
    "Issue",
    "Issued",
    "KeyMissing",
    "KeyRing",
    "NothingToSign",
    "Outgrown",
    "Signing",
    "UnsignedError",
    "add_cosignature",
    "change_key",
    "checkpoint_of_size",
    "covering_checkpoint",
    "current_key",
    "is_diverged",
    "is_due",
    "issue",
    "issue_of_size",
    "known_keys",
    "latest_checkpoint",
    "sign_at_end",
    "verifier_key",
]
