"""What the entry of a redaction (墨消し) tells beside what it removed."""

from typing import Final

import strawberry

from schema.context import Info
from schema.history import HistoryEntry, Parent
from schema.nodes import field, plain
from workflows import records
from workflows.records import Event
from workflows.revise.evidence_upkeep import ids_in

LEFT: Final = (
    "Where values stay that hold a removed text within a longer one, of up to 1,000 entries; looked "
    "for with `everywhere`. A later redaction can name them."
)


async def _entry(parent: strawberry.Parent["RedactionPart"], info: Info) -> Event | None:
    return await info.context.loaders.event(parent.sequence)


@strawberry.type(description="Values of one entry that a redaction is about.")
class RedactionPart:
    """Which, by the paths that `redactable` tells."""

    sequence: int = plain("Which entry, by its number.")
    fields: list[str] = plain("Which of its values, for instance `changes.0.after.goal`.")
    entry = field(_entry, HistoryEntry | None, "That entry; null for who may not see it.")


def left_by(redaction: Parent) -> list[RedactionPart]:
    """Return what a redaction told of values that it left, though they hold a removed text."""
    return [RedactionPart(**each) for each in redaction.document["details"].get("left", ())]


def left_count_of(redaction: Parent) -> int:
    """Return in how many entries it left such values."""
    return int(redaction.document["details"].get("left_count", 0))


def basis_of(redaction: Parent) -> str | None:
    """Return by which rule it was done, where that was told."""
    return redaction.document["details"].get("basis") or None


async def evidence_of(redaction: Parent, info: Info) -> list[records.Evidence]:
    """Return the evidence whose files it removed, as far as the viewer sees it."""
    rows = [await info.context.loaders.row(records.Evidence, one) for one in ids_in(redaction)]
    return [row for row in rows if row is not None]
