"""One pure question over who may see what (`workflows.readings`).

Whatever is read for somebody goes past a `Sight`: rows that it does not cover are not there, and
of those that are, `shown` keeps what it covers. "The own department" is, for drafts, the one that owns the project
today; for entries of the record, the one that owned it then or owns it today.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from workflows import records
from workflows.authority import Capacity, Credential
from workflows.readings import ENTRIES, READINGS, ROWS, Reading
from workflows.records import Event, EventKind, Row
from workflows.stages import Role

R = TypeVar("R", bound=Row)


_OWN: Final[dict[type[Row], tuple[str, ...]]] = {
    records.Person: ("id",),
    records.Appointment: ("person_id",),
    records.Delegation: ("principal_id", "delegate_id"),
    records.Evidence: ("attached_by_id",),
    records.Finding: ("raised_by_id", "answered_by_id"),
    records.Comment: ("written_by_id",),
    records.Export: ("person_id",),
    Event: ("actor_id", "on_behalf_of_id"),
}
"""The columns by which a row is somebody's own."""
_DEPARTMENT: Final[dict[type[Row], str]] = {
    records.Finding: "department_id",
    Event: "owner_id",
}
"""The columns by which a row is a department's."""
OF_PROJECTS: Final = frozenset({records.Comment, records.Evidence, records.Finding, Event})
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

    def entries_with(self, what: Reading) -> Q:
        """Return the condition that something of an entry may be seen; empty where of all it may."""
        return self._those(Event, what)

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
