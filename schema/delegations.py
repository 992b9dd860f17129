"""Leave to decide on another person's behalf (代決)."""

import datetime as dt

import strawberry

from schema.context import Info
from schema.nodes import Node, backed_by, field, later, plain
from workflows import records

Parent = strawberry.Parent[records.Delegation]


async def _principal(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.principal_id)


async def _delegate(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.delegate_id)


@strawberry.type(
    description="Leave for one person to decide on behalf of another, from a day to a day (代決)."
)
class Delegation(Node):
    """What may be decided by it: what the principal is appointed to as staff, lead or office."""

    is_type_of = backed_by(records.Delegation, "Delegation")
    principal = field(
        _principal,
        later("Person", "schema.people") | None,
        "Whose decisions they are; null for who may not see them.",
    )
    delegate = field(
        _delegate,
        later("Person", "schema.people") | None,
        "Who makes them; null for who may not see them.",
    )
    starts_on: dt.date = plain("The first day.")
    ends_on: dt.date = plain(
        "The last day, included; before the first where it was taken back in time."
    )
    reason: str = plain("Why.")
