"""The past: what was there at a moment, as the record tells, and what changed between two.

A moment is resolved to a point of the record (`moments`); the tables at a point are folded from the
entries up to it, and remembered (`states`); what of them somebody may see is asked of `view`.
"""

from workflows.past.differing import Differences, differences
from workflows.past.moments import AtEntry, AtTime, AtYearEnd, Moment, Point, point_of
from workflows.past.states import (
    UnfinishedError,
    entries_to_fold,
    last_redaction,
    tables_at,
)
from workflows.past.tables import PastTables
from workflows.past.view import PastView

__all__ = [
    "AtEntry",
    "AtTime",
    "AtYearEnd",
    "Differences",
    "Moment",
    "PastTables",
    "PastView",
    "Point",
    "UnfinishedError",
    "differences",
    "entries_to_fold",
    "last_redaction",
    "point_of",
    "tables_at",
]
