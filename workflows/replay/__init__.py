"""Replaying the record: events give the state, and the state is held against the tables."""

from workflows.replay.comparing import TableCheck, against_head
from workflows.replay.reading import BEYOND, audit, events_of, first_since, fold, since
from workflows.replay.state import Mismatch, State

__all__ = [
    "BEYOND",
    "Mismatch",
    "State",
    "TableCheck",
    "against_head",
    "audit",
    "events_of",
    "first_since",
    "fold",
    "since",
]
