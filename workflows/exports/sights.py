"""What whoever took a copy saw then, kept with it; and what they see today."""

import datetime as dt
from typing import Any
from uuid import UUID

from workflows.authority import Capacity
from workflows.cases import owned_on
from workflows.records import Export, Ownership
from workflows.sight import Sight
from workflows.stages import Role


async def at_work(municipality_id: UUID, sight: Sight, day: dt.date) -> Sight:
    """Return a sight with the projects that its departments own on a day."""
    if not (departments := sight.own_departments):
        return sight
    owned = Ownership.of(municipality_id).filter(
        owned_on(day), department_id__in=sorted(departments)
    )
    return sight.at_work(one.project_id for one in await owned)


def sight_as_json(sight: Sight) -> dict[str, Any]:
    """Return by what somebody saw what they saw, so that a copy stays the same."""
    return {
        "capacities": [[*one] for one in sorted(_held(sight))],
        "projects": sorted(map(str, sight.projects)),
    }


def sight_of(export: Export) -> Sight:
    """Return what whoever took a copy saw then."""
    told = export.asked["sight"]
    held = tuple(
        Capacity(Role(role), UUID(department) if department else None)
        for role, department in told["capacities"]
    )
    return Sight(
        person_id=export.person_id, capacities=held, projects=frozenset(map(UUID, told["projects"]))
    )


async def sees_as_much(sight: Sight, export: Export, day: dt.date) -> bool:
    """Return whether somebody still sees, on a day, whatever they saw when they took a copy.

    A project that their department gave away is seen no more, though no capacity ended.
    """
    then, now = sight_of(export), await at_work(export.municipality_id, sight, day)
    return _held(then) <= _held(now) and then.projects <= now.projects


def _held(sight: Sight) -> set[tuple[str, str]]:
    return {(str(c.role), str(c.department_id or "")) for c in sight.capacities}
