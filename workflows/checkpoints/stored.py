"""The checkpoints that were issued."""

from uuid import UUID

from workflows.records import Checkpoint


async def latest_checkpoint(municipality_id: UUID) -> Checkpoint | None:
    """Return the checkpoint of the longest record; None before the first."""
    return await Checkpoint.of(municipality_id).order_by("-size").first()


async def checkpoint_of_size(municipality_id: UUID, size: int) -> Checkpoint | None:
    """Return the checkpoint of a record of exactly so many entries."""
    return await Checkpoint.of(municipality_id).get_or_none(size=size)


async def covering_checkpoint(municipality_id: UUID, size: int) -> Checkpoint | None:
    """Return the smallest checkpoint that covers so many entries."""
    larger = Checkpoint.of(municipality_id).filter(size__gte=size)
    return await larger.order_by("size").first()
