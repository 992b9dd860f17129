"""What people of the sample say to each other about its projects."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from seed.demo.cast import Cast, Owners
from seed.demo.content import SEED, Content
from seed.demo.deeds import Deed, Given
from seed.demo.desk import Desk
from seed.demo.office_hours import OPENS, at, moment
from seed.demo.year import Act
from workflows.ledger import Outcome
from workflows.revise.comments import NewComment, comment, withdraw_comment
from workflows.unit import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Given):
    """Comments on a project's cycle, or answers a comment."""

    act: ClassVar[str] = "comment"
    code: str
    fiscal_year: int
    text: str
    answers: str | None
    """The act of the comment that is answered."""

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Say it."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        asked = None if self.answers is None else await desk.named_by(self.answers, "comment")
        return await comment(
            request, NewComment(cycle_id=cycle.id, text=self.text, reply_to_id=asked)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Given):
    """Withdraws a comment."""

    act: ClassVar[str] = "withdrawComment"
    said: str
    """The act of the comment."""
    reason: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Withdraw it."""
        comment_id = await desk.named_by(self.said, "comment")
        return await withdraw_comment(request, comment_id, self.reason)


class Talks:
    """Comments and their answers as acts."""

    def __init__(self, content: Content, cast: Cast, owners: Owners) -> None:
        self.told, self.cast, self.owners = content.episodes["comments"], cast, owners
        self.dice = Random(f"{SEED}/talks")  # noqa: S311 - the same each time

    def acts(self) -> Iterator[Act]:
        """Yield what is said, then what is answered or taken back."""
        for told in self.told:
            name = f"{told['code']}/comment/{told['on']}"
            yield self._said(name, told, told, None)
            for answer in told.get("answers", ()):
                yield self._said(f"{name}/answer/{answer['on']}", told, answer, name)
            if gone := told.get("withdrawn"):
                deed = TakeBack(said=name, reason=gone["reason"])
                by = self._person(told, told["by"], gone["on"])
                yield self._act(f"{name}/withdrawn", gone["on"], by, deed)

    def _said(self, name: str, told: dict[str, Any], one: dict[str, Any], to: str | None) -> Act:
        deed = Say(code=told["code"], fiscal_year=told["year"], text=one["text"], answers=to)
        return self._act(name, one["on"], self._person(told, one["by"], one["on"]), deed)

    def _person(self, told: dict[str, Any], who: str, on: dt.date) -> str:
        if who == "office":
            return self.cast.office(on)[0]
        owner = self.owners.of(told["code"], on)
        return self.cast.lead(owner, on) if who == "lead" else self.cast.staff(owner, on)

    def _act(self, name: str, on: dt.date, by: str, deed: Deed) -> Act:
        when = moment(self.dice, on, on, at(on - dt.timedelta(days=1), OPENS))
        return Act(name=name, at=when, by=by, deed=deed)
