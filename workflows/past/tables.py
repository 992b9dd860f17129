"""The rows of a town at a point of its record, as records that belong to whoever asked for them."""

from collections import defaultdict
from copy import deepcopy
from functools import cached_property
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from tortoise.fields import JSONField

from workflows.changes import RECORDED, Change, Json, row_from_json
from workflows.past.moments import Point
from workflows.past.states import Tables
from workflows.records import Cycle, Indicator, Ownership, Row, Sheet
from workflows.sealing import Removed

R = TypeVar("R", bound=Row)

_NAMES: Final = {model: name for name, model in RECORDED.items()}


class PastTables:
    """What stood in the tables at a point. Rows are made anew for each of these, when asked for."""

    def __init__(self, municipality_id: UUID, point: Point, tables: Tables) -> None:
        self.municipality_id = municipality_id
        self.point = point
        self._tables = tables
        self._made: dict[type[Row], dict[UUID, Row]] = {}

    def rows(self, model: type[R]) -> list[R]:
        """Return the rows of a table, in no order."""
        return list(self._by_id(model).values())

    def row(self, model: type[R], row_id: UUID | None) -> R | None:
        """Return a row by id; None where there was none."""
        return self._by_id(model).get(row_id) if row_id else None

    def _by_id(self, model: type[R]) -> dict[UUID, R]:
        if model not in self._made:
            name = _NAMES[model]
            self._made[model] = {
                row_id: self._row(name, row_id, values)
                for row_id, values in self._tables[name].items()
            }
        return cast("dict[UUID, R]", self._made[model])

    def _row(self, table: str, row_id: UUID, values: Any) -> Row:  # noqa: ANN401 - JSON
        columns = RECORDED[table]._meta.fields_map  # noqa: SLF001 - Tortoise's documented way
        whole = {k: _fitting(table, columns[k], v) for k, v in values.items()}
        return row_from_json(Change(table, row_id, whole), self.municipality_id)

    def owner(self, project_id: UUID) -> Ownership | None:
        """Return who owned a project on the point's day."""
        return self._owners.get(project_id)

    @cached_property
    def _owners(self) -> dict[UUID, Ownership]:
        day = self.point.day
        return {
            one.project_id: one
            for one in self.rows(Ownership)
            if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
        }

    def cycles(self, project_id: UUID) -> list[Cycle]:
        """Return a project's cycles, the earliest first."""
        return self._cycles[project_id]

    @cached_property
    def _cycles(self) -> defaultdict[UUID, list[Cycle]]:
        grouped: defaultdict[UUID, list[Cycle]] = defaultdict(list)
        for cycle in sorted(self.rows(Cycle), key=lambda c: c.fiscal_year):
            grouped[cycle.project_id].append(cycle)
        return grouped

    def sheet(self, cycle_id: UUID) -> Sheet:
        """Return a cycle's sheet; each cycle begins with one."""
        return self._sheets[cycle_id]

    @cached_property
    def _sheets(self) -> dict[UUID, Sheet]:
        return {sheet.cycle_id: sheet for sheet in self.rows(Sheet)}

    def indicators(self, cycle_id: UUID) -> list[Indicator]:
        """Return the indicators that stood on a cycle's sheet, in their order."""
        return self._indicators[cycle_id]

    @cached_property
    def _indicators(self) -> defaultdict[UUID, list[Indicator]]:
        grouped: defaultdict[UUID, list[Indicator]] = defaultdict(list)
        for one in sorted(self.rows(Indicator), key=lambda i: i.position):
            if not one.withdrawn:
                grouped[one.cycle_id].append(one)
        return grouped

    def project_of(self, table: str, row_id: UUID) -> UUID | None:
        """Return the project that a row belonged to; None for what belongs to none, or to all."""
        if table == "projects":
            return row_id
        row = self._tables[table].get(row_id, {})
        if "project_id" in row:
            return _uuid(row["project_id"])
        cycle_id = _uuid(row.get("cycle_id"))
        cycle = self._tables["cycles"].get(cycle_id, {}) if cycle_id else {}
        return _uuid(cycle.get("project_id"))


def _uuid(value: Json) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None


def _fitting(table: str, column: object, value: Json) -> Json:
    """Return a value as its column can hold it, and whoever gets it may change it.

    A list that was removed is still a list.
    """
    if not isinstance(column, JSONField):
        return value
    if isinstance(value, Removed):
        return [] if table == "plans" else [value]
    return deepcopy(value)
