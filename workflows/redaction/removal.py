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

BATCH: Final = 200
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

    def add(self, event: Event, fields: Iterable[SealedField]) -> None:
        """Have values of an entry go."""
        for one in fields:
            if one.is_removed:
                continue
            self.events[event.sequence] = event
            self.gone.setdefault(event.sequence, set()).add(one.commitment)
            self.texts |= {_plain(text) for text in _words(one.value)} - {"", REMOVED}
            if one.place is not None:
                self.places.setdefault(one.place, []).append(one)

    async def spread(self) -> None:
        """Have the same texts go from all other entries, also where they stand within others."""
        wanted = frozenset(self.texts)
        for text in sorted(wanted):
            folded = fold(text)[:_LONGEST]
            found = Event.of(self.municipality_id).filter(search_text__contains=folded)
            for sequence in await found.order_by("sequence").values_list("sequence", flat=True):
                event = await Event.of(self.municipality_id).get(sequence=sequence)
                same = (f for f in fields_of(event) if not f.is_removed)
                self.add(event, [f for f in same if wanted & set(map(_plain, _words(f.value)))])
        self.texts = set(wanted)

    async def draft_tables(self, draft: Draft) -> list[str]:
        """Draft ［消去］ for each column that still holds a value that goes.

        Returns:
            the commitments that stand as `before` of these changes.
        """
        rows: dict[tuple[str, UUID], list[SealedField]] = {}
        for place, fields in self.places.items():
            rows.setdefault((place.table, place.row_id), []).extend(fields)
        for (table, row_id), fields in rows.items():
            row = await RECORDED[table].of(self.municipality_id).get_or_none(id=row_id)
            held = {f.place.column: f for f in fields if row and f.place and _holds(row, f)}
            if row is None or not held:
                continue
            after = {c: _instead(row, c, draft) for c in held}
            before: dict[str, Json] = {c: Commitment(f.commitment) for c, f in held.items()}
            draft.changes.append(Change(table, row_id, after, before))
        return [str(c) for change in draft.changes for c in (change.before or {}).values()]

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
