"""Who may see what, as tables: readings by role, entries by kind, rows by table. Deny by default."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflows import records
from workflows.records import EventKind, Row
from workflows.stages import SCOPED_ROLES, Role


class Reading(StrEnum):
    """What can be seen, by whom it may be."""

    PUBLISHED = "PUBLISHED"
    DRAFT = "DRAFT"
    STAFF_DIRECTORY = "STAFF_DIRECTORY"
    NAMES = "NAMES"
    COMMENTS = "COMMENTS"
    COOPERATION = "COOPERATION"
    EDITS = "EDITS"
    EVIDENCE = "EVIDENCE"
    FINDINGS = "FINDINGS"
    DISCUSSION = "DISCUSSION"
    REFUSALS = "REFUSALS"
    PERSONNEL = "PERSONNEL"
    ACCOUNTS = "ACCOUNTS"
    COPIES = "COPIES"
    INSTALLATION = "INSTALLATION"
    RAW_WORK = "RAW_WORK"
    RAW_REFUSALS = "RAW_REFUSALS"
    RAW_PEOPLE = "RAW_PEOPLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may see something; any one of these is enough."""

    anybody: bool = False
    """Also who is not signed in, where the town lets what it publishes be read by anybody."""
    anywhere: frozenset[Role] = frozenset()
    """Whoever holds one of these roles, wherever."""
    own_department: frozenset[Role] = frozenset()
    """Whoever holds one of these roles in the department that is meant."""
    own: bool = False
    """Whoever did it, in whose name it was done, or whom it is."""


_ALL: Final = frozenset(Role)
_OVERSEERS: Final = frozenset({Role.OFFICE, Role.AUDITOR})
_KEEPERS: Final = _OVERSEERS | {Role.ADMIN}

READINGS: Final[dict[Reading, Audience]] = {
    Reading.PUBLISHED: Audience(anybody=True),
    Reading.DRAFT: Audience(anywhere=_OVERSEERS, own_department=SCOPED_ROLES),
    Reading.STAFF_DIRECTORY: Audience(anywhere=_ALL, own=True),
    Reading.NAMES: Audience(anywhere=_KEEPERS, own_department=SCOPED_ROLES, own=True),
    Reading.COMMENTS: Audience(anywhere=_ALL),
    Reading.COOPERATION: Audience(anywhere=_ALL, own=True),
    Reading.EDITS: Audience(anywhere=_OVERSEERS, own_department=SCOPED_ROLES, own=True),
    Reading.EVIDENCE: Audience(anywhere=_OVERSEERS, own_department=SCOPED_ROLES, own=True),
    Reading.FINDINGS: Audience(anywhere=_OVERSEERS, own_department=SCOPED_ROLES, own=True),
    Reading.DISCUSSION: Audience(anywhere=_OVERSEERS, own_department=SCOPED_ROLES, own=True),
    Reading.REFUSALS: Audience(anywhere=_KEEPERS, own_department=SCOPED_ROLES, own=True),
    Reading.PERSONNEL: Audience(anywhere=_KEEPERS, own=True),
    Reading.ACCOUNTS: Audience(anywhere=frozenset({Role.AUDITOR, Role.ADMIN}), own=True),
    Reading.COPIES: Audience(anywhere=_KEEPERS, own=True),
    Reading.INSTALLATION: Audience(anywhere=frozenset({Role.ADMIN})),
    Reading.RAW_WORK: Audience(anywhere=_OVERSEERS),
    Reading.RAW_REFUSALS: Audience(anywhere=frozenset({Role.AUDITOR})),
    Reading.RAW_PEOPLE: Audience(anywhere=frozenset({Role.AUDITOR, Role.ADMIN})),
}
"""The matrix of reading. What is in no row is seen by nobody."""

_K = EventKind
ENTRIES: Final[dict[EventKind, Reading]] = {
    **dict.fromkeys(
        (
            *(_K.TRANSITION, _K.STATUS_CHANGED, _K.OWNERSHIP_TRANSFERRED, _K.PLAN_IMPORTED),
            *(_K.PLAN_REVISED, _K.PROJECT_ADDED, _K.PROJECT_CHANGED, _K.KEY_CHANGED),
        ),
        Reading.PUBLISHED,
    ),
    **dict.fromkeys(
        (_K.CORRECTED, _K.ROLLOUT_PROPOSED, _K.ROLLOUT_ANSWERED, _K.REDACTED), Reading.COOPERATION
    ),
    **dict.fromkeys((_K.EVIDENCE_ATTACHED, _K.EVIDENCE_WITHDRAWN), Reading.EVIDENCE),
    **dict.fromkeys((_K.FINDING_RAISED, _K.FINDING_ANSWERED, _K.FINDING_CLOSED), Reading.FINDINGS),
    **dict.fromkeys((_K.COMMENTED, _K.COMMENT_WITHDRAWN), Reading.DISCUSSION),
    _K.EXPORTED: Reading.COPIES,
    _K.SHEET_EDITED: Reading.EDITS,
    _K.REFUSAL: Reading.REFUSALS,
    **dict.fromkeys(
        (
            *(_K.PERSON_REGISTERED, _K.APPOINTED, _K.APPOINTMENT_ENDED),
            *(_K.DELEGATED, _K.DELEGATION_ENDED),
        ),
        Reading.PERSONNEL,
    ),
    **dict.fromkeys(
        (
            *(_K.TOKEN_ISSUED, _K.TOKEN_REVOKED, _K.SIGNED_IN, _K.SIGN_IN_FAILED, _K.LOCKED_OUT),
            *(_K.SIGNED_OUT, _K.SESSION_REVOKED, _K.LINK_ISSUED, _K.PASSWORD_SET),
            *(_K.SECOND_FACTOR_CHANGED, _K.ACCOUNT_CHANGED),
        ),
        Reading.ACCOUNTS,
    ),
}
"""Whose entries of each kind are to see; a kind that is not here is seen by nobody."""

ROWS: Final[dict[type[Row], Reading]] = {
    **dict.fromkeys(
        (
            *(records.Category, records.Cycle, records.Department, records.Grade, records.Group),
            *(records.Indicator, records.Ownership, records.Plan, records.PlanRevision),
            *(records.Policy, records.Project, records.Sheet, records.RecordKey),
            records.Checkpoint,
        ),
        Reading.PUBLISHED,
    ),
    **dict.fromkeys(
        (records.Person, records.Appointment, records.Delegation), Reading.STAFF_DIRECTORY
    ),
    records.Rollout: Reading.COOPERATION,
    records.Evidence: Reading.EVIDENCE,
    records.Finding: Reading.FINDINGS,
    records.Comment: Reading.DISCUSSION,
    records.Export: Reading.COPIES,
}
"""Whose rows of each table are to see. Events have `ENTRIES`; what is in neither, nobody sees."""
