"""One fiscal year of one project: who does what, step by step, at a pace of its own."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from seed.demo.cast import Cast, Owner
from seed.demo.content import Attempt, Attempter, Pace, YearText
from seed.demo.deeds import ChangeStatus, Deed
from seed.demo.office_hours import Window, moment
from seed.demo.pace import window_in, window_of
from seed.demo.pages import Pages
from workflows.stages import ENDS_PROJECT, Stage, StatusTrigger, Trigger

_BEFORE: Final = dt.timedelta(minutes=40)
"""How long before a step somebody tries in vain."""
_HEADS_SHARE: Final = 0.35
"""Of evaluations, those that the head of the department makes."""

Who = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One deed of the sample: by whom, when it took effect, and whether it is to be refused."""

    name: str
    """Unique, the same in every run: its idempotency key follows from it."""
    at: dt.datetime
    by: str | None
    """A staff number; None is the operator at the console."""
    deed: Deed
    is_refused: bool = False


@dataclass(slots=True, kw_only=True)
class Year:
    """A project's fiscal year while its acts are written down."""

    code: str
    fiscal_year: int
    text: YearText
    cast: Cast
    owner_on: Callable[[dt.date], Owner]
    dice: Random
    at: dt.datetime
    """The last act so far; at first when the cycle was opened."""
    goes_on: bool
    """The sample has another year of this project."""
    next_opened_at: dt.datetime | None = field(default=None, init=False)
    _pages: Pages = field(init=False)
    _evaluates: Who = field(init=False)

    def __post_init__(self) -> None:
        self._pages = Pages(
            code=self.code,
            fiscal_year=self.fiscal_year,
            text=self.text,
            spent=self.dice.uniform(0.88, 0.995),
            so_far=self.dice.choice((0.35, 0.4, 0.45, 0.5, 0.55)),
        )
        tried = any(a.by is Attempter.EVALUATOR for a in self.text.attempts)
        by_head = self.dice.random() < _HEADS_SHARE and not tried
        self._evaluates = self._head if by_head else self._lead

    def acts(self) -> Iterator[Act]:
        """Yield the year's acts, each on a later day than the one before, but for attempts."""
        yield from self._planning()
        yield from self._doing()
        if self.text.suspended and not self.text.resumed:
            return
        yield from self._submitting()
        yield from self._evaluating()
        yield from self._closing()

    def _planning(self) -> Iterator[Act]:
        yield from self._step("PLAN", self._staff, self._pages.plan())
        yield from self._step("START", self._lead, self._pages.pull(Trigger.START))
        if returned := self._returned_from(Stage.DO, "RETURN_PLAN"):
            yield from returned
            yield from self._step("PLAN_AGAIN", self._staff, self._pages.plan(again=True))
            yield from self._step("START_AGAIN", self._lead, self._pages.pull(Trigger.START))

    def _doing(self) -> Iterator[Act]:
        text = self.text
        if text.suspended and text.resumed:
            yield from self._pause(StatusTrigger.SUSPEND)
            yield from self._pause(StatusTrigger.RESUME)
        if text.pace is not Pace.LATE_PLAN:
            author = self.dice.choice((self._staff, self._lead))
            yield from self._step("REPORT_INTERIM", author, self._pages.report())
        if text.revised:
            deed = self._pages.pull(Trigger.REVISE_PLAN, text.revised.reason)
            yield from self._step("REVISE_PLAN", self._lead, deed)
        if text.suspended and not text.resumed:
            yield from self._pause(StatusTrigger.SUSPEND)

    def _submitting(self) -> Iterator[Act]:
        pages = self._pages
        submit = pages.pull(Trigger.SUBMIT_RESULTS)
        yield from self._step("RESULTS", self._staff, pages.results())
        if self.text.rescinded:
            rescind = pages.pull(Trigger.RESCIND, self.text.rescinded)
            yield from self._step("SUBMIT_TOO_EARLY", self._lead, submit)
            yield from self._step("RESCIND", self._office, rescind)
        yield from self._step("SUBMIT_RESULTS", self._lead, submit)
        if returned := self._returned_from(Stage.CHECK, "RETURN_RESULTS"):
            yield from returned
            yield from self._step("RESULTS_AGAIN", self._staff, pages.results(again=True))
            yield from self._step("SUBMIT_AGAIN", self._lead, submit)
        elif self.goes_on and self.text.direction not in ENDS_PROJECT:
            yield from self._step("OPEN_NEXT", self._office, pages.pull(Trigger.OPEN_NEXT))
            self.next_opened_at = self.at

    def _evaluating(self) -> Iterator[Act]:
        pages = self._pages
        evaluate = pages.pull(Trigger.EVALUATE)
        yield from self._step("EVALUATION", self._staff, pages.evaluation())
        yield from self._step("EVALUATE", self._evaluates, evaluate)
        if returned := self._returned_from(Stage.ACTION, "RETURN_EVALUATION"):
            yield from returned
            yield from self._step("EVALUATION_AGAIN", self._staff, pages.evaluation(again=True))
            yield from self._step("EVALUATE_AGAIN", self._evaluates, evaluate)

    def _closing(self) -> Iterator[Act]:
        number = f"見本第{self.dice.randint(101, 980)}号"
        close = self._pages.pull(Trigger.CLOSE, number=number)
        yield from self._step("IMPROVEMENT", self._lead, self._pages.improvement())
        yield from self._step("CLOSE", self._office, close)
        self.next_opened_at = self.next_opened_at or self.at

    def _step(self, name: str, who: Who, deed: Deed, window: Window | None = None) -> list[Act]:
        """Return the attempts before a step, and the step."""
        days = (window or window_of(name, self.text.pace)).days(self.fiscal_year)
        self.at = moment(self.dice, *days, self.at)
        attempts = [self._attempt(a) for a in self.text.attempts if a.before == name]
        return [*attempts, Act(name=self._name(name), at=self.at, by=who(), deed=deed)]

    def _attempt(self, attempt: Attempt) -> Act:
        who: dict[Attempter, Who] = {
            Attempter.LEAD: self._lead,
            Attempter.STAFF: self._staff,
            Attempter.OFFICE: self._office,
            Attempter.OTHER_LEAD: self._other_lead,
            Attempter.EVALUATOR: self._evaluates,
        }
        return Act(
            name=self._name(f"{attempt.before}_IN_VAIN"),
            at=self.at - _BEFORE,
            by=who[attempt.by](),
            deed=self._pages.pull(attempt.trigger),
            is_refused=True,
        )

    def _returned_from(self, stage: Stage, step: str) -> list[Act]:
        returned = self.text.returned
        if returned is None or returned.source is not stage:
            return []
        return self._step(step, self._office, self._pages.pull(Trigger.SEND_BACK, returned.reason))

    def _pause(self, trigger: StatusTrigger) -> list[Act]:
        is_suspend = trigger is StatusTrigger.SUSPEND
        pause = self.text.suspended if is_suspend else self.text.resumed
        if pause is None:
            return []
        deed = ChangeStatus(code=self.code, trigger=trigger, reason=pause.reason)
        return self._step(trigger, self._office, deed, window_in(pause.month))

    def _name(self, step: str) -> str:
        return f"{self.code}/{self.fiscal_year}/{step}"

    def _owner(self) -> Owner:
        return self.owner_on(self.at.date())

    def _staff(self) -> str:
        return self.cast.staff(self._owner(), self.at.date())

    def _lead(self) -> str:
        return self.cast.lead(self._owner(), self.at.date())

    def _head(self) -> str:
        return self.cast.head(self._owner(), self.at.date())

    def _other_lead(self) -> str:
        return self.cast.other_lead(self._owner(), self.at.date())

    def _office(self) -> str:
        return self.dice.choice(self.cast.office(self.at.date()))
