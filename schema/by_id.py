"""Whatever has an id, by it."""

import asyncio
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.ids import parse
from schema.pages import check_count
from workflows import records
from workflows.readings import Reading
from workflows.records import Row

BY_PREFIX: Final[dict[str, type[Row]]] = {
    model.prefix: model
    for model in (
        records.Appointment,
        records.Category,
        records.Checkpoint,
        records.Comment,
        records.Cycle,
        records.Delegation,
        records.Department,
        records.Event,
        records.Evidence,
        records.Export,
        records.Finding,
        records.Grade,
        records.Group,
        records.Indicator,
        records.Ownership,
        records.Person,
        records.Plan,
        records.PlanRevision,
        records.Policy,
        records.Project,
        records.RecordKey,
        records.Rollout,
        records.Sheet,
    )
}


async def _node(info: Info, public: str) -> object | None:
    parsed = parse(public)
    if parsed is None:
        return None
    prefix, row_id = parsed
    if prefix == "mun":
        mine = row_id == info.context.municipality_id and info.context.sight.sees(Reading.PUBLISHED)
        return await info.context.loaders.municipality() if mine else None
    model = BY_PREFIX.get(prefix)
    found = await info.context.loaders.row(model, row_id) if model else None
    if isinstance(found, records.Export) and found.person_id != info.context.person_id:
        return None  # a copy is nobody's but its taker's, whoever may see that it was taken
    return found


async def node(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="Any node's id.")],
) -> Any:  # noqa: ANN401 - any node
    """Return whatever has an id."""
    return await _node(info, id)


async def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids.")],
) -> list[Any]:
    """Return what has the ids, in their order."""
    check_count(len(ids))
    return await asyncio.gather(*(_node(info, one) for one in ids))
