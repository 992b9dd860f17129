"""The whole sample as a list of acts, in the order in which they took effect.

It depends on the content, the plan's text and the moment until which it is told, on nothing else:
two runs give the same acts under the same names, and that is how a run goes on where another
stopped.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from seed.demo.audits import Audits
from seed.demo.cast import Cast, Owner, Owners
from seed.demo.content import SEED, Content, Person
from seed.demo.episodes import Episodes
from seed.demo.office_hours import CLOSES, at, opening_of
from seed.demo.talks import Talks
from seed.demo.town_deeds import Appoint, EndAppointment, Lend, Register
from seed.demo.year import Act, Year
from seed.values import PlanText
from workflows.fiscal import day_of, first_day, fiscal_year_of
from workflows.stages import Role

_APPOINTED_FROM: Final = 1
"""Fiscal years before the sample begins, for those who were there already."""
_LENT: Final = dt.timedelta(days=364)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a script is told from."""

    content: Content
    text: PlanText
    first_fiscal_year: int
    until: dt.datetime
    """Nothing takes effect later."""


def script(telling: Telling) -> list[Act]:
    """Return every act up to `until`, in order; the last auditor's appointment comes last."""
    teller = _Teller(telling)
    acts = [act for act in teller.acts() if act.at <= telling.until]
    acts.sort(key=lambda act: act.at)
    if not acts:
        return []
    latest = acts[-1].at
    return [*acts, *teller.leave(latest), *teller.arrival(teller.last, latest)]


class _Teller:
    def __init__(self, telling: Telling) -> None:
        self.telling, self.content = telling, telling.content
        self.opening = opening_of(telling.first_fiscal_year)
        self.cast = Cast(self.content.people)
        owners = {p.code: Owner(p.department, p.group) for p in telling.text.projects}
        self.owners = Owners(owners, self.content.episodes["transfers"])
        *_, self.last = (p for p in self.content.people if Role.AUDITOR in p.roles)
        self.admin = next(p for p in self.content.people if Role.ADMIN in p.roles)

    def acts(self) -> Iterator[Act]:
        for person in self.content.people:
            if person is not self.last:
                came = opening_of(fiscal_year_of(person.since)) if person.since else self.opening
                yield from self.arrival(person, came)
            yield from self._departure(person)
        for project in self.telling.text.projects:
            yield from self._project(project.code)
        last = self.telling.text.last_fiscal_year
        until = self.telling.until
        yield from Episodes(self.content, self.cast, self.owners, until, last).acts()
        yield from Audits(self.content, self.cast, self.owners, until).acts()
        yield from Talks(self.content, self.cast, self.owners).acts()

    def arrival(self, person: Person, came: dt.datetime) -> Iterator[Act]:
        """Yield a person's registration and appointments."""
        by = None if person is self.admin else self.admin.number
        before = first_day(self.telling.first_fiscal_year - _APPOINTED_FROM)
        name = f"people/{person.number}"
        register = Register(number=person.number, name=person.name)
        yield Act(name=name, at=came, by=by, deed=register)
        for role in person.roles:
            deed = Appoint(
                number=person.number,
                role=role,
                department=person.department,
                starts_on=person.since or before,
            )
            yield Act(name=f"{name}/{role}", at=came, by=by, deed=deed)

    def leave(self, given: dt.datetime) -> Iterator[Act]:
        """Yield leave to decide for others (代決), which holds as long as it can once all is told."""
        starts_on = day_of(self.telling.until)
        for told in self.content.episodes["delegations"]:
            deed = Lend(**told, starts_on=starts_on, ends_on=starts_on + _LENT)
            name = f"people/{told['principal']}/delegate"
            yield Act(name=name, at=given, by=self.admin.number, deed=deed)

    def _departure(self, person: Person) -> Iterator[Act]:
        if person.until:
            deed = EndAppointment(number=person.number, ends_on=person.until)
            name, left = f"people/{person.number}/until", at(person.until, CLOSES)
            yield Act(name=name, at=left, by=self.admin.number, deed=deed)

    def _project(self, code: str) -> Iterator[Act]:
        opened, years = self.opening, self.content.projects[code]
        last = self.telling.text.last_fiscal_year
        for nth, text in enumerate(years):
            fiscal_year = self.telling.first_fiscal_year + nth
            year = Year(
                code=code,
                fiscal_year=fiscal_year,
                text=text,
                cast=self.cast,
                owner_on=lambda day: self.owners.of(code, day),
                dice=Random(f"{SEED}/{code}/{fiscal_year}"),  # noqa: S311 - the same each time
                at=opened,
                goes_on=nth + 1 < len(years) and fiscal_year < last,
            )
            yield from year.acts()
            if year.next_opened_at is None or not year.goes_on:
                return
            opened = year.next_opened_at
