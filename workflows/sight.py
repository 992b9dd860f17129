"""Who may see what: one table, and one pure question over it. Deny by default.

Whatever is read for somebody goes past a `Sight`: rows that it does not cover are not there, and
of those that are, `shown` keeps what it covers. "The own department" is, for drafts, the one that owns the project
today; for entries of the record, the one that owned it then or owns it today.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, TypeVar
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from workflows import records
from workflows.authority import Capacity, Credential
from workflows.records import Event, EventKind, Row
from workflows.stages import SCOPED_ROLES, Role

R = TypeVar("R", bound=Row)


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
    REFUSALS = "REFUSALS"
    PERSONNEL = "PERSONNEL"
    ACCOUNTS = "ACCOUNTS"
    COPIES = "COPIES"
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
    Reading.REFUSALS: Audience(anywhere=_KEEPERS, own_department=SCOPED_ROLES, own=True),
    Reading.PERSONNEL: Audience(anywhere=_KEEPERS, own=True),
    Reading.ACCOUNTS: Audience(anywhere=frozenset({Role.AUDITOR, Role.ADMIN}), own=True),
    Reading.COPIES: Audience(anywhere=_KEEPERS, own=True),
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
    records.Export: Reading.COPIES,
}
"""Whose rows of each table are to see. Events have `ENTRIES`; what is in neither, nobody sees."""
_OWN: Final[dict[type[Row], tuple[str, ...]]] = {
    records.Person: ("id",),
    records.Appointment: ("person_id",),
    records.Delegation: ("principal_id", "delegate_id"),
    records.Evidence: ("attached_by_id",),
    records.Finding: ("raised_by_id", "answered_by_id"),
    records.Export: ("person_id",),
    Event: ("actor_id", "on_behalf_of_id"),
}
"""The columns by which a row is somebody's own."""
_DEPARTMENT: Final[dict[type[Row], str]] = {
    records.Finding: "department_id",
    Event: "owner_id",
}
"""The columns by which a row is a department's."""
OF_PROJECTS: Final = frozenset({records.Evidence, records.Finding, Event})
"""What is also seen by whoever works where the project that it is about is owned today."""
_NOTHING: Final = Q(id__isnull=True)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one person, or somebody who is not signed in, may see on one day."""

    person_id: UUID | None
    capacities: tuple[Capacity, ...] = ()
    """Those that hold on the day and count for reading."""
    public: bool = True
    """Whether what the town publishes is read by anybody."""
    projects: frozenset[UUID] = frozenset()
    """Those that an own department owns today; counts for entries of the record, see `at_work`."""

    @classmethod
    def of(
        cls,
        person_id: UUID | None,
        capacities: Iterable[Capacity],
        credential: Credential,
        today: dt.date,
        *,
        public: bool = True,
    ) -> "Sight":
        """Return what somebody sees by their appointments, as far as the credential goes."""
        counted = credential.sees_as
        held = tuple(c for c in capacities if c.role in counted and c.holds(today))
        return cls(person_id=person_id, capacities=held if person_id else (), public=public)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that are held, wherever."""
        return frozenset(c.role for c in self.capacities)

    def at_work(self, projects: Iterable[UUID]) -> "Sight":
        """Return this sight with the projects that its departments own today."""
        return replace(self, projects=frozenset(projects))

    @cached_property
    def own_departments(self) -> frozenset[UUID]:
        """The departments whose projects are the own ones; empty where nothing depends on it."""
        scoped = [what for what in Reading if READINGS[what].own_department]
        hidden = (what for what in scoped if not self.sees(what))
        return frozenset().union(*map(self.departments, hidden))

    def departments(self, what: Reading) -> frozenset[UUID]:
        """Return the departments for which something may be seen as their own."""
        roles = READINGS[what].own_department
        held = (c for c in self.capacities if c.role in roles)
        return frozenset(c.department_id for c in held if c.department_id is not None)

    def sees(self, what: Reading, owner_id: UUID | None = None, *, own: bool = False) -> bool:
        """Return whether something may be seen: the one decision of all reading.

        `owner_id` is the department that is meant, if any; `own` whether it is the person's own.
        """
        audience = READINGS[what]
        return (
            (audience.anybody and (self.public or self.person_id is not None))
            or bool(audience.anywhere & self.roles)
            or (owner_id is not None and owner_id in self.departments(what))
            or (audience.own and own and self.person_id is not None)
        )

    def sees_of(self, event: Event, what: Reading) -> bool:
        """Return whether something of an entry may be seen."""
        own = self.person_id is not None and self.person_id in {
            event.actor_id,
            event.on_behalf_of_id,
        }
        if self.sees(what, event.owner_id, own=own):
            return True
        return event.project_id in self.projects and bool(self.departments(what))

    def sees_entry(self, event: Event) -> bool:
        """Return whether there is such an entry, for this sight."""
        what = ENTRIES.get(event.kind)
        return what is not None and self.sees_of(event, what)

    def among(self, rows: QuerySet[R]) -> QuerySet[R]:
        """Return those of the rows that may be seen."""
        if rows.model is Event:
            return rows.filter(self.entries)
        what = ROWS.get(rows.model)
        return rows.filter(_NOTHING if what is None else self._those(rows.model, what))

    @cached_property
    def entries(self) -> Q:
        """The condition that an entry may be seen; empty where all may."""
        kinds: dict[Reading, list[EventKind]] = {}
        for kind, what in ENTRIES.items():
            kinds.setdefault(what, []).append(kind)
        everywhere = [kind for kind, what in ENTRIES.items() if self.sees(what)]
        if len(everywhere) == len(EventKind):
            return Q()
        some = [Q(self._those(Event, w), kind__in=k) for w, k in kinds.items() if not self.sees(w)]
        return Q(Q(kind__in=everywhere), *some, join_type=Q.OR)

    @cached_property
    def names(self) -> Q:
        """The condition that the names of an entry may be seen; empty where all may."""
        return self._those(Event, Reading.NAMES)

    def _those(self, model: type[Row], what: Reading) -> Q:
        """Return the condition that something of a row may be seen, as `sees` decides."""
        if self.sees(what):
            return Q()
        some = []
        if departments := self.departments(what):
            if column := _DEPARTMENT.get(model):
                among: dict[str, Any] = {f"{column}__in": sorted(departments)}
                some.append(Q(**among))
            if model in OF_PROJECTS and self.projects:
                some.append(Q(project_id__in=sorted(self.projects)))
        if READINGS[what].own and self.person_id is not None:
            me: dict[str, Any] = dict.fromkeys(_OWN.get(model, ()), self.person_id)
            some += [Q(**{column: value}) for column, value in me.items()]
        return Q(*some, join_type=Q.OR) if some else _NOTHING
