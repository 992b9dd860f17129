"""Who asks, and what is theirs."""

import asyncio
from typing import Any

import strawberry

from schema.accounts import Account, Session, Token, own_account, own_sessions, own_tokens
from schema.budgets import Budget
from schema.context import Info
from schema.delegations import Delegation
from schema.news import NEWS
from schema.nodes import field, plain
from schema.people import Appointment, Person
from workflows import records
from workflows.stages import Role


async def _appointments(info: Info) -> list[records.Appointment]:
    held = await info.context.loaders.appointments_today()
    return [a for a in held if a.person_id == info.context.person_id]


def _second_factor_missing_for(info: Info) -> list[Role]:
    asked = info.context
    own = (c for c in asked.capacities if c.principal_id is None and c.holds(asked.today))
    held = {c.role for c in own}
    return sorted(held & asked.credential.barred)


def _budget(info: Info) -> Budget | None:
    return info.context.budget()


@strawberry.type(description="Somebody on whose behalf the viewer may decide today (代決).")
class Principal:
    """Give the person back as `onBehalfOf`."""

    person: Person = plain("Whose decisions they are.")
    delegation: Delegation = plain("By which leave.")


async def _acts_for(info: Info) -> list[Principal]:
    loaders, person_id = info.context.loaders, info.context.person_id
    held: list[Any] = await loaders.acts_for(person_id) if person_id else []
    people: list[Any] = await asyncio.gather(
        *(loaders.row(records.Person, one.principal_id) for one in held)
    )
    return [
        Principal(person=person, delegation=one)
        for person, one in zip(people, held, strict=True)
        if person is not None
    ]


@strawberry.type(description="Who asks.")
class Viewer:
    """The signed-in person."""

    person: Person = plain("The person.")
    appointments = field(_appointments, list[Appointment], "What the person may act as today.")
    acts_for = field(
        _acts_for, list[Principal], "On whose behalf the person may decide today (代決)."
    )
    account = field(own_account, Account | None, "How the person signs in; null without account.")
    sessions = field(own_sessions, list[Session], "Where the person is signed in, latest first.")
    tokens = field(own_tokens, list[Token], "The person's tokens that hold.")
    budget = field(
        _budget,
        Budget | None,
        "What the viewer's operations may still cost; null where that is not limited.",
    )
    news = NEWS
    second_factor_missing_for = field(
        _second_factor_missing_for,
        list[Role],
        "Roles that the person holds, but that do not count before a second factor is shown.",
    )


async def viewer(info: Info) -> Viewer | None:
    """Return who asks."""
    person: Any = await info.context.loaders.row(records.Person, info.context.person_id)
    return Viewer(person=person) if person else None
