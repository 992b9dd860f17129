"""Rows as JSON, and changes of rows: what an event holds, what is written, what is replayed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from tortoise.fields import DateField, DatetimeField, UUIDField
from tortoise.fields.base import Field
from tortoise.fields.data import CharEnumFieldInstance

from workflows.folding import fold
from workflows.records import (
    Appointment,
    Category,
    Comment,
    Cycle,
    Delegation,
    Department,
    Evidence,
    Finding,
    Grade,
    Group,
    Indicator,
    Ownership,
    Person,
    Plan,
    PlanRevision,
    Policy,
    Project,
    RecordKey,
    Rollout,
    Row,
    Sheet,
)

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

RECORDED: Final[dict[str, type[Row]]] = {
    str(model._meta.db_table): model  # noqa: SLF001 - Tortoise's documented way to the table
    for model in (
        Appointment,
        Category,
        Comment,
        Cycle,
        Delegation,
        Department,
        Evidence,
        Finding,
        Grade,
        Group,
        Indicator,
        Ownership,
        Person,
        Plan,
        PlanRevision,
        Policy,
        Project,
        RecordKey,
        Rollout,
        Sheet,
    )
}
"""Every table that follows from the events alone. Accounts do not: secrets stay out of the record."""

_UNRECORDED: Final = frozenset({"id", "municipality_id", "search_text"})
"""What a change names otherwise, or what follows from other columns (`derived`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after. A new row has no `before`; rows are never deleted."""

    table: str
    id: UUID
    after: Mapping[str, Json]
    before: Mapping[str, Json] | None = field(default=None)

    def as_json(self) -> dict[str, Json]:
        """Return the change as it stands in an event's body."""
        body: dict[str, Json] = {
            "table": self.table,
            "id": str(self.id),
            "after": dict(self.after),
        }
        if self.before is not None:
            body["before"] = dict(self.before)
        return body


def instant(moment: dt.datetime) -> str:
    """Return a moment as RFC 3339 in UTC with microseconds, always of the same length."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_json(value: object) -> Json:  # noqa: PLR0911 - one line a type
    """Return a column's value as the record spells it."""
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case dt.datetime():
            return instant(value)
        case dt.date():
            return value.isoformat()
        case list() | tuple():
            return [to_json(item) for item in value]
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case UUID():
            return str(value)
        case _:
            raise TypeError(f"the record has no form for {type(value).__name__}")


def from_json(column: Field[Any], value: Json) -> object:
    """Return a value of the record as the column holds it."""
    if not isinstance(value, str):
        return value
    match column:
        case UUIDField():
            return UUID(value)
        case DatetimeField():
            return dt.datetime.fromisoformat(value)
        case CharEnumFieldInstance():
            return column.enum_type(value)
        case DateField():
            return dt.date.fromisoformat(value)
        case _:
            return value


def row_as_json(row: Row) -> dict[str, Json]:
    """Return a row's recorded columns, as a change's `after` would have them."""
    columns = row._meta.fields_db_projection  # noqa: SLF001 - Tortoise's documented way
    return {name: to_json(getattr(row, name)) for name in columns if name not in _UNRECORDED}


def derived(row: Row) -> dict[str, str]:
    """Return the columns that follow from a row's others."""
    if not isinstance(row, Project):
        return {}
    words = (row.code, row.title, row.content, *row.expected_effects)
    return {"search_text": fold("\n".join(words))}


def typed(table: str, values: Mapping[str, Json]) -> dict[str, Any]:
    """Return a change's values as the columns hold them."""
    columns = RECORDED[table]._meta.fields_map  # noqa: SLF001 - Tortoise's documented way
    return {name: from_json(columns[name], value) for name, value in values.items()}


def row_from_json(change: Change, municipality_id: UUID) -> Row:
    """Return the row that a change adds, not yet written."""
    values = typed(change.table, change.after)
    row = RECORDED[change.table](id=change.id, municipality_id=municipality_id, **values)
    return row.update_from_dict(derived(row))


async def write(municipality_id: UUID, changes: Iterable[Change]) -> None:
    """Write changes to their tables, in order; neighbouring inserts of a table go together."""
    for (table, is_new), group in groupby(changes, lambda c: (c.table, c.before is None)):
        if is_new:
            rows = [row_from_json(change, municipality_id) for change in group]
            await RECORDED[table].bulk_create(rows)
            continue
        for change in group:
            await _update(municipality_id, change)


async def _update(municipality_id: UUID, change: Change) -> None:
    values = typed(change.table, change.after)
    if change.table == "projects" and values.keys() & {"title", "content", "expected_effects"}:
        project = await Project.of(municipality_id).get(id=change.id)
        values |= derived(project.update_from_dict(values))
    await RECORDED[change.table].of(municipality_id).filter(id=change.id).update(**values)
