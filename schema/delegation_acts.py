"""Giving leave to decide on another person's behalf (代決), and ending it."""

import datetime as dt
from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import about, respond
from schema.context import Info
from schema.dated import DatedActInput
from schema.delegations import Delegation
from schema.history import HistoryEntry
from schema.ids import uuid_of
from schema.inputs import request
from schema.nodes import plain
from schema.results import result
from workflows import records
from workflows.revise import delegation


@strawberry.input(description="Leave for one person to decide on behalf of another (代決).")
class DelegateInput(DatedActInput):
    """Whose decisions, who makes them, from when to when, and why."""

    principal: strawberry.ID = plain("Whose decisions they are.")
    delegate: strawberry.ID = plain("Who makes them; somebody else.")
    starts_on: dt.date = plain("The first day; it may lie ahead.")
    ends_on: dt.date = plain("The last day, included; at most a year on.")
    reason: str = plain("Why; up to 10,000 characters.")


@strawberry.input(description="An earlier end of such leave.")
class EndDelegationInput(DatedActInput):
    """Which, and when."""

    delegation: strawberry.ID = plain("Which leave.")
    ends_on: dt.date = plain(
        "The last day, included, earlier than the present one: yesterday ends it at once, the day "
        "before its first takes it back."
    )


@strawberry.type(description="The leave was given, or given an earlier end.")
class DelegationChanged:
    """The leave, and the entry."""

    delegation: Delegation = plain("The leave as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


DelegateResult = result("DelegateResult", DelegationChanged)
EndDelegationResult = result("EndDelegationResult", DelegationChanged)


async def delegate(
    info: Info,
    input: Annotated[DelegateInput, strawberry.argument(description="The leave.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Let one person decide on behalf of another."""
    outcome = await delegation.delegate(
        request(info, "delegate", input),
        delegation.NewDelegation(
            principal_id=uuid_of(input.principal, records.Person),
            delegate_id=uuid_of(input.delegate, records.Person),
            starts_on=input.starts_on,
            ends_on=input.ends_on,
            reason=input.reason,
        ),
    )
    return await respond(
        info, input, outcome, about(info, records.Delegation, "delegation", DelegationChanged)
    )


async def end_delegation(
    info: Info,
    input: Annotated[EndDelegationInput, strawberry.argument(description="The end.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Give such leave an earlier end."""
    outcome = await delegation.end_delegation(
        request(info, "endDelegation", input),
        uuid_of(input.delegation, records.Delegation),
        input.ends_on,
    )
    return await respond(
        info, input, outcome, about(info, records.Delegation, "delegation", DelegationChanged)
    )
