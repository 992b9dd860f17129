"""Who plays which part in the sample, on which day."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from seed.demo.content import Person
from workflows.stages import Role


class Owner(NamedTuple):
    """The department and group that own a project."""

    department: str
    group: str | None


class Cast:
    """The people of the sample, found by what they do."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people

    def lead(self, owner: Owner, day: dt.date) -> str:
        """Return the group's leader, or else the head of the department."""
        return self._first(Role.LEAD, owner.department, (owner.group, None), day)

    def head(self, owner: Owner, day: dt.date) -> str:
        """Return the head of the department (課長)."""
        return self._first(Role.LEAD, owner.department, (None,), day)

    def staff(self, owner: Owner, day: dt.date) -> str:
        """Return who fills in the sheet: the group's staff, or else its lead."""
        for person in self._holding(Role.STAFF, owner.department, day):
            if person.group == owner.group:
                return person.number
        return self.lead(owner, day)

    def other_lead(self, owner: Owner, day: dt.date) -> str:
        """Return a lead whom the project does not concern."""
        return next(
            p.number
            for p in self._holding(Role.LEAD, None, day)
            if p.department != owner.department and Role.OFFICE not in p.roles
        )

    def office(self, day: dt.date) -> list[str]:
        """Return the people of the office who evaluate nothing themselves."""
        holding = self._holding(Role.OFFICE, None, day)
        return [p.number for p in holding if Role.LEAD not in p.roles]

    def auditor(self, day: dt.date) -> str:
        """Return an auditor (監査委員)."""
        return next(self._holding(Role.AUDITOR, None, day)).number

    def _first(
        self, role: Role, department: str, groups: tuple[str | None, ...], day: dt.date
    ) -> str:
        holding = list(self._holding(role, department, day))
        return next(p.number for group in groups for p in holding if p.group == group)

    def _holding(self, role: Role, department: str | None, day: dt.date) -> Iterator[Person]:
        for person in self.people:
            begun = person.since is None or person.since <= day
            over = person.until is not None and person.until < day
            fits = department is None or person.department == department
            if role in person.roles and begun and not over and fits:
                yield person


class Owners:
    """Who owns each project on a day, transfers considered."""

    def __init__(self, first: Mapping[str, Owner], transfers: Sequence[Mapping[str, Any]]) -> None:
        self._first, self._transfers = first, transfers

    def of(self, code: str, day: dt.date) -> Owner:
        """Return the owner of a project on a day."""
        owner = self._first[code]
        for transfer in self._transfers:
            if transfer["code"] == code and transfer["on"] <= day:
                owner = Owner(transfer["department"], transfer["group"])
        return owner
