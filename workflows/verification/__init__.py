"""Verification: whether a record is still what it was, and the tables what it gives."""

from workflows.verification.faults import MEANINGS, MOST, Fault, FaultName, Report
from workflows.verification.reading import UnreadableError, read
from workflows.verification.running import Given, Pause, verify
from workflows.verification.signatures import Kept
from workflows.verification.standing import Standing, Standings, last_checkpoint

__all__ = [
    "MEANINGS",
    "MOST",
    "Fault",
    "FaultName",
    "Given",
    "Kept",
    "Pause",
    "Report",
    "Standing",
    "Standings",
    "UnreadableError",
    "last_checkpoint",
    "read",
    "verify",
]
