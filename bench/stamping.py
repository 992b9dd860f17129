"""One municipality's rows, stamped out again and again with ids of their own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final
from uuid import UUID

from tortoise.fields import UUIDField
from tortoise.models import Model

from workflows.changes import RECORDED
from workflows.records import Event, EventHead, Municipality

TABLES: Final[tuple[type[Model], ...]] = (
    Municipality,
    EventHead,
    *(RECORDED[name] for name in (
        "plans", "plan_revisions", "policies", "categories", "grades", "departments",
        "department_groups", "people", "appointments", "projects", "ownerships", "cycles",
        "sheets", "indicators", "rollouts",
    )),
    Event,
)  # fmt: skip
"""Every table that a municipality's rows are in, each after those that it refers to."""
Values = list[Any]
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def columns_of(model: type[Model]) -> list[str]:
    """Return the columns of a table, in the order of its rows here."""
    return list(model._meta.fields_db_projection.values())  # noqa: SLF001 - Tortoise's documented way


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's values, and where an id stands in them, alone or in text."""

    values: Values
    ids: tuple[tuple[int, str], ...]
    text: int | None
    """Which column is an entry's body."""
    pieces: tuple[str, ...]
    """The body, cut at its ids; every second piece is one."""

    def stamped(self, new: Mapping[str, str]) -> Values:
        values = self.values.copy()
        for column, old in self.ids:
            values[column] = new[old]
        if self.text is not None:
            pieces = list(self.pieces)
            pieces[1::2] = [new.get(piece, piece) for piece in pieces[1::2]]
            values[self.text] = "".join(pieces)
        return values


class Template:
    """The rows of one municipality, read from the database that is connected."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[_Row]] = {}
        self._ids: list[str] = []

    @classmethod
    async def read(cls) -> "Template":
        """Read the only municipality that there is."""
        template = cls()
        for model in TABLES:
            rows = await model.all().order_by("sequence" if model is Event else "id")
            template._ids += [str(row.pk) for row in rows]
            template._rows[model] = [_cut(model, row) for row in rows]
        return template

    def stamp(self, dice: Random) -> "Stamped":
        """Return the rows once more, with new ids."""
        new = {old: str(UUID(int=dice.getrandbits(128), version=4)) for old in self._ids}
        return Stamped({m: [r.stamped(new) for r in rows] for m, rows in self._rows.items()})


def _cut(model: type[Model], row: Model) -> _Row:
    meta = model._meta  # noqa: SLF001 - Tortoise's documented way
    values = [getattr(row, name) for name in meta.fields_db_projection]
    fields = [meta.fields_map[name] for name in meta.fields_db_projection]
    written = [f.to_db_value(v, row) for f, v in zip(fields, values, strict=True)]
    ids = tuple(
        (at, written[at])
        for at, field in enumerate(fields)
        if isinstance(field, UUIDField) and written[at] is not None
    )
    if model is not Event:
        return _Row(written, ids, None, ())
    text = columns_of(model).index("body")
    return _Row(written, ids, text, tuple(re.split(f"({_UUID.pattern})", written[text])))


@dataclass(slots=True)
class Stamped:
    """A municipality's rows, ready to be written."""

    tables: dict[type[Model], list[Values]]

    def set(self, model: type[Model], **values: object) -> None:
        """Set columns of the only row of a table."""
        (row,) = self.tables[model]
        for name, value in values.items():
            row[columns_of(model).index(name)] = value

    def rows(self, model: type[Model]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table, by column."""
        columns = columns_of(model)
        return (dict(zip(columns, row, strict=True)) for row in self.tables[model])

    def replace(self, model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
        """Put rows by column in the place of a table's."""
        columns = columns_of(model)
        self.tables[model] = [[row[name] for name in columns] for row in rows]
