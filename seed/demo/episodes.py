"""What happens beside the years of the projects: transfers, rollouts, corrections, amendments."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from seed.demo.cast import Cast, Owner, Owners
from seed.demo.content import SEED, Content
from seed.demo.deeds import Deed, WritePlan
from seed.demo.office_hours import OPENS, at, moment, opening_of
from seed.demo.town_deeds import AmendPlan, AnswerOffer, Correct, Offer, TransferTo
from seed.demo.year import Act
from workflows.fiscal import day_of, fiscal_year_of

_WEEKS = dt.timedelta(weeks=3)
"""After which a department that accepted an offer has written its plan."""


class Episodes:
    """The episodes as acts, told until a moment."""

    def __init__(
        self, content: Content, cast: Cast, owners: Owners, until: dt.datetime, last_year: int
    ) -> None:
        self.told, self.projects = content.episodes, content.projects
        self.cast, self.owners = cast, owners
        self.present, self.last_year = fiscal_year_of(day_of(until)), last_year
        self.dice = Random(f"{SEED}/episodes")  # noqa: S311 - the same each time

    def acts(self) -> Iterator[Act]:
        """Yield every episode's acts."""
        for told in self.told["transfers"]:
            yield self._transfer(told)
        for told in self.told["rollouts"]:
            yield from self._rollout(told)
        for told in self.told["corrections"]:
            yield self._correction(told)
        for told in self.told["amendments"]:
            yield self._amendment(told)

    def _transfer(self, told: dict[str, Any]) -> Act:
        """Return a transfer, as the office opens: what follows that day is the new owner's."""
        deed = TransferTo(
            code=told["code"],
            department=told["department"],
            group=told["group"],
            effective_on=told["on"],
            reason=told["reason"],
        )
        name, when = f"{told['code']}/transfer", at(told["on"], OPENS)
        return Act(name=name, at=when, by=self._office(told["on"]), deed=deed)

    def _rollout(self, told: dict[str, Any]) -> Iterator[Act]:
        code, department = told["code"], told["department"]
        name = f"{code}/rollout/{department}"
        offer = Offer(
            code=code,
            fiscal_year=told["year"],
            department=department,
            message=told["message"],
        )
        yield self._act(name, told["on"], self._office(told["on"]), offer)
        if "answer" in told:
            yield from self._answer(name, code, department, told["answer"])

    def _answer(
        self, name: str, code: str, department: str, answer: dict[str, Any]
    ) -> Iterator[Act]:
        answered = self._answered(answer)
        if answered is None:
            return
        lead = self.cast.lead(Owner(department, None), answered.date())
        deed = AnswerOffer(
            code=code,
            department=department,
            accept=answer["accept"],
            answer=answer["text"],
            title=answer.get("title"),
        )
        yield Act(name=f"{name}/answer", at=answered, by=lead, deed=deed)
        if answer["accept"]:
            yield self._first_plan(answer["new_code"], department, answered)

    def _answered(self, answer: dict[str, Any]) -> dt.datetime | None:
        """Return when an offer is answered; None where it is too late for that.

        An accepted one opens a cycle in the fiscal year in which it is recorded: so it is
        accepted in that year, and never once the plan is over.
        """
        on: dt.date = answer["on"]
        if not answer["accept"] or self.present <= fiscal_year_of(on):
            return self._moment(on)
        if self.present > self.last_year:
            return None
        return opening_of(self.present) + dt.timedelta(hours=1)

    def _first_plan(self, code: str, department: str, answered: dt.datetime) -> Act:
        text = self.projects[code][0]
        day = answered.date() + _WEEKS
        when = moment(self.dice, day, day + dt.timedelta(days=6), answered)
        fiscal_year = fiscal_year_of(answered.date())
        deed = WritePlan(
            code=code,
            fiscal_year=fiscal_year,
            values={"goal": text.goal, "schedule": text.schedule, "budget_yen": text.budget_yen},
            measures=text.measures,
        )
        lead = self.cast.lead(Owner(department, None), when.date())
        return Act(name=f"{code}/{fiscal_year}/PLAN", at=when, by=lead, deed=deed)

    def _correction(self, told: dict[str, Any]) -> Act:
        code, on, spent_yen = told["of"].split("/")[0], told["on"], told.get("spent_yen")
        lead = self.cast.lead(self.owners.of(code, on), on)
        deed = Correct(
            of=told["of"],
            statement=told["statement"],
            reason=told["reason"],
            spent_yen=spent_yen,
        )
        by = lead if spent_yen is None else self._office(on)
        return self._act(f"{told['of']}/correction", on, by, deed)

    def _amendment(self, told: dict[str, Any]) -> Act:
        deed = AmendPlan(
            code=told["code"],
            effective_on=told["on"],
            summary=told["summary"],
            reason=told["reason"],
            content=told["content"],
        )
        return self._act(f"{told['code']}/amendment", told["on"], self._office(told["on"]), deed)

    def _act(self, name: str, on: dt.date, by: str, deed: Deed) -> Act:
        return Act(name=name, at=self._moment(on), by=by, deed=deed)

    def _moment(self, on: dt.date) -> dt.datetime:
        return moment(self.dice, on, on, at(on - dt.timedelta(days=1), OPENS))

    def _office(self, day: dt.date) -> str:
        return self.dice.choice(self.cast.office(day))
