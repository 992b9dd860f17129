"""In which capacities somebody acts: their own, or those of the person they decide for (代決).

There are no chains: whoever decides for somebody has what that person is appointed to, and nothing
that was delegated to that person in turn.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from workflows.authority import Capacity, Credential
from workflows.records import Appointment, Delegation, Person
from workflows.stages import Role

DELEGABLE: Final = frozenset({Role.STAFF, Role.LEAD, Role.OFFICE})
"""Roles whose decisions another person may make; an admin's and an auditor's are their own."""


def capacities(appointments: Iterable[Appointment]) -> tuple[Capacity, ...]:
    """Return appointments as what `authority.may` looks at, whenever they hold."""
    return tuple(Capacity(a.role, a.department_id, a.starts_on, a.ends_on) for a in appointments)


async def own_capacities(
    municipality_id: UUID, person_id: UUID, credential: Credential
) -> tuple[Capacity, ...] | None:
    """Return what a person may act as; None where the municipality does not know them."""
    held = await Appointment.of(municipality_id).filter(person_id=person_id)
    if not held and not await Person.of(municipality_id).filter(id=person_id).exists():
        return None
    return tuple(c for c in capacities(held) if c.role in credential.acts_in)


async def delegated_capacities(
    municipality_id: UUID,
    delegate_id: UUID,
    principal_id: UUID,
    day: dt.date,
    credential: Credential,
) -> tuple[Capacity, ...]:
    """Return what a person may act as on behalf of another: nothing without leave on that day."""
    leave = delegations_on(municipality_id, delegate_id, day)
    if not await leave.filter(principal_id=principal_id).exists():
        return ()
    held = await Appointment.of(municipality_id).filter(person_id=principal_id)
    roles = DELEGABLE & credential.acts_in
    return tuple(c for c in capacities(held) if c.role in roles)


async def known_capacities(municipality_id: UUID, person_id: UUID) -> tuple[Capacity, ...]:
    """Return all that a person may act as at any time, on others' behalf included.

    That is what they are, were or will be appointed to, and what others are for whom they may
    decide, as far as that leave goes; the latter say whose they are.

    Costs one statement, and another for who has leave.
    """
    leave = Delegation.of(municipality_id).filter(delegate_id=person_id)
    principals = Subquery(leave.values("principal_id"))
    held = await Appointment.of(municipality_id).filter(
        Q(Q(person_id=person_id), Q(person_id__in=principals), join_type=Q.OR)
    )
    own = [a for a in held if a.person_id == person_id]
    if len(own) == len(held):
        return capacities(own)
    others = [a for a in held if a.person_id != person_id and a.role in DELEGABLE]
    lent = (_lent(a, d) for d in await leave for a in others if a.person_id == d.principal_id)
    return capacities(own) + tuple(c for c in lent if c.ends_on and c.starts_on <= c.ends_on)


def _lent(appointment: Appointment, leave: Delegation) -> Capacity:
    """Return an appointment as far as the leave to decide by it goes."""
    return Capacity(
        appointment.role,
        appointment.department_id,
        max(appointment.starts_on, leave.starts_on),
        min(appointment.ends_on or leave.ends_on, leave.ends_on),
        leave.principal_id,
    )


def delegations_on(municipality_id: UUID, delegate_id: UUID, day: dt.date) -> QuerySet[Delegation]:
    """Return the query for the delegations by which a person may decide for others on a day."""
    return Delegation.of(municipality_id).filter(
        starts_on__lte=day, ends_on__gte=day, delegate_id=delegate_id
    )
