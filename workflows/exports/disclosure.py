"""What a copy for disclosure (情報公開) says of an entry: words that are published, and no others.

Bodies of other entries stay away, and so do those that speak plainly of a draft; each entry's place
and hash are there all the same, so that the record can be verified.
"""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from workflows.exports.snapshot import digest_of
from workflows.readings import ENTRIES, Reading
from workflows.records import Event
from workflows.sealing import SALT, commitment, commitments
from workflows.shown import DETAILS, settled
from workflows.stages import SHEET_FIELDS, SheetPart, Stage

_SEALED: Final = 2
"""The first form of an entry's body in which names and texts are sealed."""
_TABLES: Final = frozenset(
    {"plans", "policies", "categories", "projects", "departments", "department_groups", "grades"}
)
"""Tables whose every word is published."""
_COLUMNS: Final = frozenset({("plan_revisions", "summary")})
_SHEETS: Final = frozenset({"sheets", "indicators"})


class Published:
    """What may be disclosed, by what is published when the copy is taken.

    Args:
        digests: of the values on sheets that anybody may read (`snapshot.digest_of`).
    """

    def __init__(self, digests: set[bytes]) -> None:
        self.digests = digests

    def told(self, event: Event) -> dict[str, Any]:
        """Return an entry's line."""
        line: dict[str, Any] = {
            "type": "entry",
            "sequence": event.sequence,
            "leaf": event.leaf_hash,
        }
        if ENTRIES[event.kind] is not Reading.PUBLISHED:
            return line
        body = orjson.loads(event.body)
        if body["format"] < _SEALED or self._tells_drafts(event, body):
            return line
        openings: list[str] = orjson.loads(event.openings or "[]")
        values = {commitment(one): orjson.loads(one[SALT:]) for one in openings}
        public = set(self._public(event, body, values))
        return line | {
            "body": event.body,
            "openings": [one for one in openings if commitment(one) in public],
        }

    def _public(self, event: Event, body: dict[str, Any], values: dict[str, Any]) -> Iterator[str]:
        """Yield the commitments whose values are published."""
        for name, value in body["details"].items():
            if DETAILS.get(name) is Reading.PUBLISHED:
                yield from commitments(value)
        for value in _published_words(body):
            yield from commitments(value)
        for row_id, column, value in _on_sheets(event, body):
            for sealed in commitments(value):
                if digest_of(row_id, column, values.get(sealed)) in self.digests:
                    yield sealed

    def _tells_drafts(self, event: Event, body: dict[str, Any]) -> bool:
        """Return whether a body has figures of a sheet's part that was never published."""
        for row_id, column, value in _on_sheets(event, body):
            part = _PARTS.get(column)
            if part is None or value in (None, "") or commitments(value):
                continue
            stages = [Stage(one) for one in (event.source, event.target) if one is not None]
            was_published = any(settled(part, stage) for stage in stages)
            if not was_published and digest_of(row_id, column, value) not in self.digests:
                return True
        return False


_PARTS: Final = {name: part for part in SheetPart for name in SHEET_FIELDS[part]}


def _published_words(body: dict[str, Any]) -> Iterator[Any]:
    """Yield what an entry wrote into columns that anybody may read."""
    for change in body["changes"]:
        for column, value in _columns(change):
            if change["table"] in _TABLES or (change["table"], column) in _COLUMNS:
                yield value


def _columns(change: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from change["after"].items()
    yield from (change.get("before") or {}).items()


def _on_sheets(event: Event, body: dict[str, Any]) -> Iterator[tuple[object, str, Any]]:
    """Yield what an entry says of sheets: whose, which column, and the value as the body has it."""
    for change in body["changes"]:
        if change["table"] in _SHEETS:
            for column, value in _columns(change):
                yield change["id"], column, value
    sheet = body["details"].get("sheet") or {}
    for column, value in sheet.items():
        if column != "indicators":
            yield event.cycle_id, column, value
    for indicator in sheet.get("indicators", ()):
        for column, value in indicator.items():
            yield indicator["id"], column, value
