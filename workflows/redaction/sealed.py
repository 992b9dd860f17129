"""The sealed values of one entry: where each stands, and what it is as long as it can be opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from workflows import shown
from workflows.records import Event
from workflows.sealing import PEOPLE, REMOVED, SALT, Removed, commitment
from workflows.sight import Sight

_TOLD: Final = ("reason", "details", "changes")
_IN_A_CHANGE: Final = 4
"""Parts of a path such as `changes.0.after.goal`."""


@dataclass(frozen=True, slots=True)
class Place:
    """The column of a row that a value was written to, or stood in before."""

    table: str
    row_id: UUID
    column: str


@dataclass(frozen=True, slots=True)
class SealedField:
    """A sealed value of an entry."""

    path: str
    """From the body's top, for instance `details.sheet.goal` or `changes.0.after.name`."""
    commitment: str
    value: Any
    """The value as JSON; `REMOVED` where its opening is gone, and None where it may not be seen."""
    place: Place | None = None

    @property
    def is_removed(self) -> bool:
        """Whether the value was taken out already."""
        return isinstance(self.value, Removed)


def openings_of(event: Event) -> list[str]:
    """Return the openings that are left of an entry's."""
    openings: list[str] = orjson.loads(event.openings or "[]")
    return openings


def fields_of(event: Event) -> list[SealedField]:
    """Return the sealed values of an entry, in the order of its body."""
    body = orjson.loads(event.body)
    values = {commitment(one): orjson.loads(one[SALT:]) for one in openings_of(event)}
    return [
        SealedField(path, sealed, values.get(sealed, REMOVED), _place(body, path))
        for name in _TOLD
        for path, sealed in _sealed(name, body[name])
    ]


def seen_fields(sight: Sight, event: Event) -> list[SealedField]:
    """Return the sealed values of an entry, each with its value only where the sight covers it.

    Of an entry that may not be seen itself, there is none: an order to remove it may still come.
    """
    document = shown.entry(sight, event).document if sight.sees_entry(event) else {}
    return [
        one
        if one.is_removed or _at(document, one.path) == one.value
        else SealedField(one.path, one.commitment, None, one.place)
        for one in fields_of(event)
    ]


def is_within(path: str, asked: str) -> bool:
    """Return whether a path is the one that is asked for, or leads to a part of it."""
    return path == asked or path.startswith(f"{asked}.")


def _sealed(path: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    match value:
        case {"sealed": str(sealed)} if len(value) == 1:
            yield path, sealed
        case dict():
            for name, item in value.items():
                if name not in PEOPLE:  # whoever it was, it was somebody: only names go
                    yield from _sealed(f"{path}.{name}", item)
        case list():
            for position, item in enumerate(value):
                yield from _sealed(f"{path}.{position}", item)
        case _:
            return


def _place(body: dict[str, Any], path: str) -> Place | None:
    parts = path.split(".")
    if parts[0] != "changes" or len(parts) != _IN_A_CHANGE:
        return None
    change = body["changes"][int(parts[1])]
    return Place(change["table"], UUID(change["id"]), parts[3])


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path; None where nothing does."""
    for part in path.split("."):
        match value:
            case dict():
                value = value.get(part)
            case list():
                value = value[int(part)] if int(part) < len(value) else None
            case _:
                return None
    return value
