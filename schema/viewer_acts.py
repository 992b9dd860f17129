"""What the viewer may do with a project beside its moves, so that a page need not offer the rest."""

from typing import Any, Final
from uuid import UUID

import strawberry

from schema.available import capacities_of_viewer
from schema.context import Info
from schema.ids import optional_uuid_of
from schema.nodes import field
from schema.on_behalf import ON_BEHALF_OF
from workflows import records
from workflows.authority import ROLES, Act, Capacity, may
from workflows.stages import RolloutStatus, Stage

_EVALUATED: Final = {Stage.ACTION, Stage.CLOSED}


def _may(info: Info, act: Act, owner_id: UUID | None, principal: strawberry.ID | None) -> bool:
    if info.context.person_id is None:
        return False
    held = capacities_of_viewer(info, optional_uuid_of(principal, records.Person))
    return isinstance(may(ROLES[act], held, info.context.today, owner_id), Capacity)


def on_project(act: Act, description: str) -> Any:  # noqa: ANN401 - as strawberry.field
    """Declare a project's field that tells whether the viewer may do something with it."""

    async def can(
        parent: strawberry.Parent[records.Project], info: Info, on_behalf_of: ON_BEHALF_OF = None
    ) -> bool:
        owner = await info.context.loaders.owner(parent.id)
        return _may(info, act, owner.department_id, on_behalf_of)

    return field(can, bool, description)


async def viewer_can_propose_rollout(
    parent: strawberry.Parent[records.Cycle], info: Info, on_behalf_of: ON_BEHALF_OF = None
) -> bool:
    """Return whether the viewer may offer a cycle's result: it is evaluated, and well enough."""
    if parent.stage not in _EVALUATED:
        return False
    if not _may(info, Act.PROPOSE_ROLLOUT, None, on_behalf_of):
        return False
    sheet = await info.context.loaders.sheet(parent.id)
    grades = await info.context.loaders.grades()
    return any(grade.code == sheet.grade and grade.rolls_out for grade in grades)


async def viewer_can_answer_rollout(
    parent: strawberry.Parent[records.Rollout], info: Info, on_behalf_of: ON_BEHALF_OF = None
) -> bool:
    """Return whether the viewer may answer an offer, which nobody has answered yet."""
    if parent.status is not RolloutStatus.PROPOSED:
        return False
    return _may(info, Act.ANSWER_ROLLOUT, parent.department_id, on_behalf_of)
