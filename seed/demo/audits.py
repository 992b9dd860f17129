"""What happens when the sample is audited: evidence is attached, and findings are raised."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from seed.demo.audit_deeds import AnswerFinding, Attach, CloseFinding, PointOut, Withdraw
from seed.demo.cast import Cast, Owners
from seed.demo.content import SEED, Content
from seed.demo.deeds import Deed
from seed.demo.office_hours import OPENS, at, moment
from seed.demo.year import Act
from workflows.fiscal import day_of


class Audits:
    """The audits as acts, told until a moment."""

    def __init__(self, content: Content, cast: Cast, owners: Owners, until: dt.datetime) -> None:
        self.told, self.cast, self.owners = content.episodes, cast, owners
        self.today = day_of(until)
        self.dice = Random(f"{SEED}/audits")  # noqa: S311 - the same each time

    def acts(self) -> Iterator[Act]:
        """Yield everything that is shown to auditors, and then what they make of it."""
        for told in self.told["evidence"]:
            yield from self._evidence(told)
        for told in self.told["findings"]:
            yield from self._finding(told)

    def _evidence(self, told: dict[str, Any]) -> Iterator[Act]:
        code, on = told["code"], told["on"]
        owner = self.owners.of(code, on)
        name = f"{code}/{told['year']}/evidence/{on}"
        attach = Attach(
            code=code,
            fiscal_year=told["year"],
            name=told["name"],
            note=told["note"],
            lines=tuple(told["lines"]),
        )
        yield self._act(name, on, self.cast.staff(owner, on), attach)
        if withdrawn := told.get("withdrawn"):
            deed = Withdraw(attached=name, reason=withdrawn["reason"])
            by = self.cast.lead(owner, withdrawn["on"])
            yield self._act(f"{name}/withdrawn", withdrawn["on"], by, deed)

    def _finding(self, told: dict[str, Any]) -> Iterator[Act]:
        code, on, name = told["code"], told["on"], f"finding/{told['code']}/{told['on']}"
        raised = PointOut(
            code=code,
            about=told.get("of"),
            text=told["text"],
            answer_due_on=self._ahead(told.get("answer_in_days")),
        )
        yield self._act(name, on, self.cast.auditor(on), raised)
        if answer := told.get("answer"):
            deed = AnswerFinding(
                raised=name,
                text=answer["text"],
                follow_up_on=self._ahead(answer.get("done_in_days")),
            )
            by = self.cast.lead(self.owners.of(code, answer["on"]), answer["on"])
            yield self._act(f"{name}/answer", answer["on"], by, deed)
        if conclusion := told.get("conclusion"):
            closed = CloseFinding(raised=name, text=conclusion["text"])
            by = self.cast.auditor(conclusion["on"])
            yield self._act(f"{name}/conclusion", conclusion["on"], by, closed)

    def _ahead(self, days: int | None) -> dt.date | None:
        """Return a day that is still to come when the sample is told: only such are taken."""
        return None if days is None else self.today + dt.timedelta(days=days)

    def _act(self, name: str, on: dt.date, by: str, deed: Deed) -> Act:
        when = moment(self.dice, on, on, at(on - dt.timedelta(days=1), OPENS))
        return Act(name=name, at=when, by=by, deed=deed)
