"""Who may do what: one pure function over appointments. Deny by default.

Moves of a cycle name their roles in `stages.MOVES`; every other act has a row here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from workflows.refusals import Forbidden
from workflows.stages import SCOPED_ROLES, Role, SheetPart


class Act(StrEnum):
    """Every deed that is not a move of a cycle."""

    EDIT_SHEET = "EDIT_SHEET"
    EDIT_IMPROVEMENT = "EDIT_IMPROVEMENT"
    CHANGE_STATUS = "CHANGE_STATUS"
    TRANSFER_OWNERSHIP = "TRANSFER_OWNERSHIP"
    REVISE_PLAN = "REVISE_PLAN"
    LOAD_PLAN = "LOAD_PLAN"
    CORRECT = "CORRECT"
    PROPOSE_ROLLOUT = "PROPOSE_ROLLOUT"
    ANSWER_ROLLOUT = "ANSWER_ROLLOUT"
    REGISTER_PERSON = "REGISTER_PERSON"
    APPOINT = "APPOINT"
    DELEGATE = "DELEGATE"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"
    ATTACH_EVIDENCE = "ATTACH_EVIDENCE"
    RAISE_FINDING = "RAISE_FINDING"
    ANSWER_FINDING = "ANSWER_FINDING"
    COMMENT = "COMMENT"
    WITHDRAW_COMMENT = "WITHDRAW_COMMENT"
    TAKE_COPY = "TAKE_COPY"
    ISSUE_CHECKPOINT = "ISSUE_CHECKPOINT"
    REDACT = "REDACT"


ROLES: Final[dict[Act, frozenset[Role]]] = {
    Act.EDIT_SHEET: frozenset({Role.STAFF, Role.LEAD}),
    Act.EDIT_IMPROVEMENT: frozenset({Role.STAFF, Role.LEAD, Role.OFFICE}),
    Act.CHANGE_STATUS: frozenset({Role.OFFICE}),
    Act.TRANSFER_OWNERSHIP: frozenset({Role.OFFICE}),
    Act.REVISE_PLAN: frozenset({Role.OFFICE}),
    Act.LOAD_PLAN: frozenset({Role.OFFICE}),
    Act.CORRECT: frozenset({Role.LEAD, Role.OFFICE}),
    Act.PROPOSE_ROLLOUT: frozenset({Role.OFFICE}),
    Act.ANSWER_ROLLOUT: frozenset({Role.LEAD}),
    Act.REGISTER_PERSON: frozenset({Role.ADMIN}),
    Act.APPOINT: frozenset({Role.ADMIN}),
    Act.DELEGATE: frozenset({Role.ADMIN}),
    Act.MANAGE_ACCOUNTS: frozenset({Role.ADMIN}),
    Act.ATTACH_EVIDENCE: frozenset({Role.STAFF, Role.LEAD}),
    Act.RAISE_FINDING: frozenset({Role.AUDITOR}),
    Act.ANSWER_FINDING: frozenset({Role.LEAD}),
    Act.COMMENT: frozenset({Role.STAFF, Role.LEAD, Role.OFFICE}),
    Act.WITHDRAW_COMMENT: frozenset({Role.OFFICE}),
    Act.TAKE_COPY: frozenset(Role),
    Act.ISSUE_CHECKPOINT: frozenset({Role.OFFICE, Role.AUDITOR, Role.ADMIN}),
    Act.REDACT: frozenset({Role.ADMIN}),
}


class Scope(StrEnum):
    """How far a token goes. Each lets its bearer read as well."""

    READ = "READ"
    WRITE = "WRITE"
    AUDIT = "AUDIT"
    ADMIN = "ADMIN"


_READERS: Final = frozenset({Role.STAFF, Role.LEAD, Role.OFFICE})
_OPENS: Final[dict[Scope, frozenset[Role]]] = {
    Scope.READ: frozenset(),
    Scope.WRITE: _READERS,
    Scope.AUDIT: frozenset({Role.AUDITOR}),
    Scope.ADMIN: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What somebody showed to be known by, and how far it lets them go: never beyond who they are."""

    scopes: frozenset[Scope] = frozenset(Scope)
    barred: frozenset[Role] = frozenset()
    """Roles that ask for a second factor, where none was shown."""
    is_session: bool = False
    """Whether it is a session that the person signed in to; only that manages the own account."""

    @property
    def acts_in(self) -> frozenset[Role]:
        """Return the roles that count when something is done."""
        return frozenset().union(*(_OPENS[scope] for scope in self.scopes)) - self.barred

    @property
    def sees_as(self) -> frozenset[Role]:
        """Return the roles that count when something is read."""
        return (self.acts_in | _READERS) - self.barred if self.scopes else frozenset()


# Recorded in this order where several would do: the office acts as the owner where it is one.
_PREFERENCE: Final = (Role.LEAD, Role.STAFF, Role.OFFICE, Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Capacity:
    """An appointment in which a person acts: a role, and the department it is held in."""

    role: Role
    department_id: UUID | None
    starts_on: dt.date = dt.date.min
    ends_on: dt.date | None = None
    """The last day, included; None while no end is known."""
    principal_id: UUID | None = None
    """Whose it is, where it is somebody's for whom the person may decide (代決)."""

    def holds(self, day: dt.date) -> bool:
        """Return whether the appointment covers a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


UNLIMITED: Final = Credential()
"""As far as the person's appointments go."""


def edit_act(part: SheetPart) -> Act:
    """Return the act of editing one part: the office may also write the decision's part."""
    return Act.EDIT_IMPROVEMENT if part is SheetPart.IMPROVEMENT else Act.EDIT_SHEET


def may(
    roles: frozenset[Role],
    capacities: Iterable[Capacity],
    day: dt.date,
    owner_id: UUID | None,
) -> Capacity | Forbidden:
    """Return the capacity in which a person may act on that day, or what it would take.

    STAFF and LEAD count only in the department that owns the project (`owner_id`).
    """
    fitting = [
        c
        for c in capacities
        if c.role in roles
        and c.holds(day)
        and (c.role not in SCOPED_ROLES or (owner_id is not None and c.department_id == owner_id))
    ]
    if not fitting:
        return Forbidden(roles, owner_id if roles & SCOPED_ROLES else None)
    return min(fitting, key=lambda c: _PREFERENCE.index(c.role))
