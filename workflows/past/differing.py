"""What changed between two points of the record, row by row, as far as somebody sees the changes."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from tortoise.queryset import QuerySet

from workflows import shown
from workflows.changes import Json
from workflows.past.moments import Point
from workflows.past.states import NO_CHANGES
from workflows.records import Event
from workflows.sight import Sight
from workflows.values import invalid

MOST_ENTRIES: Final = 20_000
"""Entries that one answer may be made of."""
_BATCH: Final = 100
_READ: Final = (
    *("id", "municipality_id", "sequence", "kind", "actor_id", "on_behalf_of_id"),
    *("project_id", "owner_id", "body", "openings"),
)


@dataclass(slots=True)
class RowDifference:
    """One row: its columns before and after all that happened between."""

    table: str
    id: UUID
    is_new: bool
    before: dict[str, Json] = field(default_factory=dict)
    after: dict[str, Json] = field(default_factory=dict)

    def add(self, change: Mapping[str, Any]) -> None:
        """Go on to a later change of the row."""
        earlier = change.get("before", {})
        for name, value in change["after"].items():
            self.before.setdefault(name, earlier.get(name))
            self.after[name] = value

    def as_change(self) -> dict[str, Any] | None:
        """Return it as an entry's `changes` would have it; None where all is as it was."""
        names = [n for n, v in self.after.items() if self.is_new or v != self.before[n]]
        if not names:
            return None
        told: dict[str, Any] = {"table": self.table, "id": str(self.id)}
        told["after"] = {name: self.after[name] for name in names}
        return told if self.is_new else told | {"before": {n: self.before[n] for n in names}}


@dataclass(slots=True)
class Differences:
    """What changed, and by how many entries that the viewer sees."""

    entries: int = 0
    rows: dict[tuple[str, UUID], RowDifference] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Go on to a later entry, of which only what may be seen is there."""
        for change in event.document["changes"]:
            key = change["table"], UUID(change["id"])
            known = self.rows.get(key)
            if known is None:
                known = self.rows[key] = RowDifference(*key, is_new="before" not in change)
            known.add(change)

    def changes(self) -> Iterator[dict[str, Any]]:
        """Yield the rows that differ, in the order in which they first changed."""
        for row in self.rows.values():
            if (change := row.as_change()) is not None:
                yield change


async def differences(
    municipality_id: UUID,
    earlier: Point,
    later: Point,
    sight: Sight,
    begin: Callable[[int], None] = lambda _entries: None,
) -> Differences:
    """Return what changed between two points, as far as a sight goes.

    `begin` is told of how many entries that is made, before they are read; what it raises ends it.

    Raises:
        Refuse: InvalidInput, where they are the wrong way round, or too far apart.
    """
    if earlier.sequence > later.sequence:
        raise invalid(
            "from",
            "from は to より前の時点にしてください。",
            "`from` must not be after `to`.",
        )
    between = Event.of(municipality_id).filter(
        sequence__gt=earlier.sequence, sequence__lte=later.sequence
    )
    seen = sight.among(between)
    told = Differences(entries=await seen.count())
    telling = seen.exclude(kind__in=NO_CHANGES)
    count = await telling.count()
    if count > MOST_ENTRIES:
        raise invalid(
            "to",
            f"一度に比べられるのは記録{MOST_ENTRIES:,}件分までです。期間を短くしてください。",
            f"At most {MOST_ENTRIES:,} entries can be compared at once; choose a shorter time.",
        )
    begin(count)
    await _tell(told, telling, earlier.sequence, sight)
    return told


async def _tell(told: Differences, telling: QuerySet[Event], after: int, sight: Sight) -> None:
    """Take in the entries after a sequence, a batch at a time; others have their turn in between."""
    while (
        found := await telling.filter(sequence__gt=after)
        .order_by("sequence")
        .only(*_READ)
        .limit(_BATCH)
    ):
        for event in shown.entries(sight, found):
            told.add(event)
        after = found[-1].sequence
        await asyncio.sleep(0)
