"""What a redaction takes away, gathered while it is decided and written at once."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from tortoise.fields import JSONField

from workflows.changes import RECORDED, Change, Json, to_json
from workflows.entries import Draft, search_text
from workflows.folding import fold
from workflows.records import Event, Row
from workflows.redaction.sealed import Place, SealedField, fields_of, openings_of
from workflows.sealing import REMOVED, SALT, Commitment, commitment, words
from workflows.values import invalid

BATCH: Final = 200
"""Entries that are read at once."""
MOST_ENTRIES: Final = 1_000
"""From so many entries one redaction removes at most: more is a slip rather than a wish."""
MOST_READ: Final = 10_000
"""So many entries that hold a text somewhere are looked at for each, while nobody else can act."""
MOST_LEFT: Final = 1_000
"""Entries of which it is told where they still hold a removed text within another."""
_LONGEST: Final = 500
"""Characters that entries are first looked for by: databases take no pattern of any length."""
_UNIQUE: Final = frozenset(
    {("people", "staff_number"), ("departments", "name"), ("department_groups", "name")}
)
"""Columns in which no two rows may say the same."""
_EMPTY: Final = frozenset({("plans", "mended")})
"""Lists of what is no text: they become empty."""


@dataclass(slots=True)
class Removal:
    """Which sealed values go from which entries of a municipality."""

    municipality_id: UUID
    events: dict[int, Event] = field(default_factory=dict)
    gone: dict[int, set[str]] = field(default_factory=dict)
    """Commitments by the sequence of the entry that they stand in."""
    places: dict[Place, list[SealedField]] = field(default_factory=dict)
    """Where values that go may still stand in a table."""
    texts: set[str] = field(default_factory=set)
    """The texts that go."""
    left: dict[int, list[str]] = field(default_factory=dict)
    """Where, by sequence, other values still hold one of them within a longer text."""

    def first_left(self) -> list[tuple[int, list[str]]]:
        """Return what is told of `left`, by sequence."""
        return sorted(self.left.items())[:MOST_LEFT]

    def add(self, event: Event, fields: Iterable[SealedField]) -> None:
        """Have values of an entry go.

        Raises:
            Refuse: that would be too many entries.
        """
        for one in fields:
            if one.is_removed:
                continue
            self.events[event.sequence] = event
            self.gone.setdefault(event.sequence, set()).add(one.commitment)
            self.texts |= {_plain(text) for text in _words(one.value)} - {"", REMOVED}
            if one.place is not None:
                self.places.setdefault(one.place, []).append(one)
        if len(self.gone) > MOST_ENTRIES:
            raise invalid(
                "everywhere",
                f"同じ値が{MOST_ENTRIES}件を超える記録にあります。"
                f"一度に消去できるのは{MOST_ENTRIES}件までです。",
                f"More than {MOST_ENTRIES} entries say the same; one redaction takes no more.",
            )

    async def spread(self) -> None:
        """Have all other values go that say the same, or have an item that does.

        Where a text stands within a longer one it stays, and `left` says where.

        Raises:
            Refuse: that would be too many entries, or too many hold such a text somewhere.
        """
        wanted = frozenset(self.texts)
        for text in sorted(wanted):
            await self._spread(text, wanted)
        self.texts = set(wanted)

    async def _spread(self, text: str, wanted: frozenset[str]) -> None:
        """Look at every entry that holds a text, some at a time."""
        holding = Event.of(self.municipality_id).filter(search_text__contains=fold(text)[:_LONGEST])
        read, at = 0, 0
        while batch := await holding.filter(sequence__gt=at).order_by("sequence").limit(BATCH):
            read, at = read + len(batch), batch[-1].sequence
            if read > MOST_READ:
                raise invalid(
                    "everywhere",
                    f"同じ文字列を含む記録が{MOST_READ}件を超えます。項目を指定して消去してください。",
                    f"More than {MOST_READ} entries hold such a text: name the values that are to go.",
                )
            for event in batch:
                self._look_at(event, text, wanted)

    def _look_at(self, event: Event, text: str, wanted: frozenset[str]) -> None:
        chosen = self.gone.get(event.sequence, set())
        for one in fields_of(event):
            if one.is_removed or one.commitment in chosen:
                continue
            said = set(map(_plain, _words(one.value)))
            if wanted & said:
                self.add(event, [one])
            elif any(fold(text) in fold(word) for word in said):
                paths = self.left.setdefault(event.sequence, [])
                paths += [] if one.path in paths else [one.path]

    async def draft_tables(self, draft: Draft) -> list[str]:
        """Draft ［消去］ for each column that still holds a value that goes.

        Returns:
            the commitments that stand as `before` of these changes.
        """
        rows: dict[tuple[str, UUID], list[SealedField]] = {}
        for place, fields in self.places.items():
            rows.setdefault((place.table, place.row_id), []).extend(fields)
        found = await self._rows(rows)
        for (table, row_id), fields in rows.items():
            row = found.get((table, row_id))
            held = {f.place.column: f for f in fields if row and f.place and _holds(row, f)}
            if row is None or not held:
                continue
            after = {c: _instead(row, c, draft) for c in held}
            before: dict[str, Json] = {c: Commitment(f.commitment) for c, f in held.items()}
            draft.changes.append(Change(table, row_id, after, before))
        return [str(c) for change in draft.changes for c in (change.before or {}).values()]

    async def _rows(self, wanted: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Row]:
        """Return the rows that are there, by table and id; many are read at once."""
        ids: dict[str, list[UUID]] = {}
        for table, row_id in wanted:
            ids.setdefault(table, []).append(row_id)
        found: dict[tuple[str, UUID], Row] = {}
        for table, all_ids in ids.items():
            for at in range(0, len(all_ids), BATCH):
                some = (
                    RECORDED[table].of(self.municipality_id).filter(id__in=all_ids[at : at + BATCH])
                )
                found |= {(table, row.id): row for row in await some}
        return found

    async def write(self) -> None:
        """Take the openings away: nothing may be refused after this."""
        for sequence, gone in self.gone.items():
            left = [o for o in openings_of(self.events[sequence]) if commitment(o) not in gone]
            await (
                Event.of(self.municipality_id)
                .filter(sequence=sequence)
                .update(
                    openings=orjson.dumps(left).decode(),
                    search_text=search_text(left),
                    request_sha256=None,  # of input that somebody could guess
                )
            )


def _words(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    return words(["." * SALT + orjson.dumps(value).decode()])


def _plain(text: str) -> str:
    """Return a text as it is compared: what was typed, and what was kept of it, are the same."""
    return unicodedata.normalize("NFC", text).strip()


def _holds(row: Row, one: SealedField) -> bool:
    """Return whether the table still says what is sealed here."""
    return one.place is not None and to_json(getattr(row, one.place.column)) == one.value


def _instead(row: Row, column: str, draft: Draft) -> Json:
    """Return what takes a value's place in a table."""
    meta = row._meta  # noqa: SLF001 - Tortoise's documented way
    where = (str(meta.db_table), column)
    if where in _EMPTY:
        return []
    if where in _UNIQUE:
        return f"{REMOVED}{draft.sequence}-{len(draft.changes) + 1}"
    return [str(REMOVED)] if isinstance(meta.fields_map[column], JSONField) else str(REMOVED)
