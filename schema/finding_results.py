"""How an act on a finding is refused because it changed."""

from uuid import UUID

import strawberry

from schema.context import Info
from schema.findings import Finding
from schema.nodes import field
from schema.results import UserError
from workflows import records


async def _finding(
    parent: strawberry.Parent["FindingChanged"], info: Info
) -> records.Finding | None:
    return await info.context.loaders.row(records.Finding, parent.finding_id)


@strawberry.type(description="The finding was answered since the viewer read it, or it is closed.")
class FindingChanged(UserError):
    """Look at what became of it."""

    finding_id: strawberry.Private[UUID]
    finding = field(
        _finding, Finding, "The finding as it is now: its status, and who answered or closed it."
    )
