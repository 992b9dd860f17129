"""Leave to decide on another person's behalf (代決): set up for a period, and ended.

What may be decided with it is `workflows.standing`'s to say.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.changes import Json
from workflows.ledger import Outcome, perform
from workflows.records import Delegation, EventKind, Person
from workflows.refusals import NotFound, Refuse, blocked
from workflows.revise.people import check_period
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid, text

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelegation:
    """Whose decisions, who makes them, and from when to when; `ends_on` is included."""

    principal_id: UUID
    delegate_id: UUID
    starts_on: dt.date
    ends_on: dt.date
    """At most a year on."""
    reason: str


async def delegate(request: Request, new: NewDelegation) -> Outcome:
    """Let one person decide on behalf of another, for a period of at most a year."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.DELEGATE])
        reason = text("reason", new.reason)
        await _check(unit, new)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=(Role.ADMIN,)))
        delegation = Delegation(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            principal_id=new.principal_id,
            delegate_id=new.delegate_id,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            reason=reason,
        )
        draft = unit.draft(EventKind.DELEGATED, capacity=capacity, reason=reason)
        draft.details = _details(delegation)
        draft.insert(delegation)

    return await perform(request, decide)


async def end_delegation(request: Request, delegation_id: UUID, ends_on: dt.date) -> Outcome:
    """Set an earlier last day: yesterday ends it at once, the day before the first takes it back."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.DELEGATE])
        delegation = await Delegation.of(unit.municipality_id).get_or_none(id=delegation_id)
        if delegation is None:
            raise Refuse(NotFound("delegation"))
        _check_end(delegation, ends_on, unit.today)
        draft = unit.draft(EventKind.DELEGATION_ENDED, capacity=capacity)
        draft.details = _details(delegation)
        draft.update(delegation, ends_on=ends_on)
        if not draft.changes:
            raise Refuse(blocked(BlockerCode.NO_CHANGE, "endsOn", by=(Role.ADMIN,)))

    return await perform(request, decide)


async def _check(unit: Unit, new: NewDelegation) -> None:
    people = Person.of(unit.municipality_id)
    for path, person_id in (("principal", new.principal_id), ("delegate", new.delegate_id)):
        if not await people.filter(id=person_id).exists():
            raise Refuse(NotFound(path))
    if new.principal_id == new.delegate_id:
        raise invalid(
            "delegate",
            "本人とは別の職員を指定してください。",
            "Name somebody other than the principal.",
        )
    check_period(new.starts_on, new.ends_on)
    if new.ends_on > _latest_end(new.starts_on):
        raise invalid(
            "endsOn",
            f"代決の期間は1年までです。{_latest_end(new.starts_on)}以前の日付を指定してください。",
            f"It can last a year: give {_latest_end(new.starts_on)} or an earlier day.",
        )
    same = Delegation.of(unit.municipality_id).filter(
        principal_id=new.principal_id, delegate_id=new.delegate_id
    )
    if await same.filter(starts_on__lte=new.ends_on, ends_on__gte=new.starts_on).exists():
        raise invalid(
            "startsOn",
            "この2人には、重なる期間の代決が既に設定されています。",
            "There is leave for these two in that period already.",
        )


def _latest_end(starts_on: dt.date) -> dt.date:
    """Return the last day of the year that begins on a day."""
    if starts_on.year == dt.MAXYEAR:
        return dt.date.max
    if (starts_on.month, starts_on.day) == (2, 29):
        return dt.date(starts_on.year + 1, 2, 28)
    return starts_on.replace(year=starts_on.year + 1) - _DAY


def _check_end(delegation: Delegation, ends_on: dt.date, today: dt.date) -> None:
    """Refuse to lengthen it, and to end it on a day on which somebody may have acted with it."""
    earliest = max(delegation.starts_on, today) - _DAY
    if ends_on > delegation.ends_on:
        raise invalid(
            "endsOn",
            f"終了日({delegation.ends_on})より後にはできません。新しい代決を設定してください。",
            f"It ends on {delegation.ends_on}; for a later day set up another.",
        )
    if ends_on < earliest and ends_on != delegation.ends_on:
        raise invalid(
            "endsOn",
            f"{earliest}以後の日付を指定してください。",
            f"Give {earliest} or a later day.",
        )


def _details(delegation: Delegation) -> dict[str, Json]:
    return {
        "delegation": str(delegation.id),
        "principal": str(delegation.principal_id),
        "delegate": str(delegation.delegate_id),
    }
