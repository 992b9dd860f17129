"""Batched reading of rows past the viewer's sight: the API's only way to the tables.

A row that the viewer may not see is not there; of others, what the viewer may not see is taken out.
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from tortoise.queryset import QuerySet

from schema.batches import Batches
from workflows import shown
from workflows.cases import owned_on
from workflows.readings import Reading
from workflows.records import Cycle, Event, Indicator, Ownership, PlanRevision, Row, Sheet
from workflows.sight import OF_PROJECTS, Sight
from workflows.stages import Stage

R = TypeVar("R", bound=Row)
T = TypeVar("T")

_SHOWN: Final = (Event, Indicator, PlanRevision, Sheet)
"""Rows of which something may have to be taken out: no query of theirs leaves this package."""


class SeenRows(Batches):
    """What one operation reads of one municipality, for one sight."""

    def __init__(self, municipality_id: UUID, today: dt.date, sight: Sight) -> None:
        super().__init__()
        self.municipality_id = municipality_id
        self.today = today
        self.sight = sight

    def rows(self, model: type[R]) -> QuerySet[R]:
        """Return the rows of a table that the viewer sees, all of each.

        Raises:
            TypeError: of some, something may have to be taken out.
        """
        if model in _SHOWN:
            raise TypeError(f"rows of {model.__name__} are read one by one, past the sight")
        return self.sight.among(model.of(self.municipality_id))

    async def sight_of(self, model: type[Row]) -> Sight:
        """Return the sight for rows of a table: where it counts, with the departments' projects."""
        departments = self.sight.own_departments
        if model not in OF_PROJECTS or not departments:
            return self.sight
        owned = self.rows(Ownership).filter(
            owned_on(self.today), department_id__in=sorted(departments)
        )
        found: Any = await self.once("own projects", lambda: owned)
        return self.sight.at_work(one.project_id for one in found)

    async def rows_at_work(self, model: type[R]) -> QuerySet[R]:
        """Return the rows of a table that the viewer sees, those of own projects included.

        Raises:
            TypeError: of some, something may have to be taken out.
        """
        if model in _SHOWN:
            raise TypeError(f"rows of {model.__name__} are read one by one, past the sight")
        return (await self.sight_of(model)).among(model.of(self.municipality_id))

    async def row(self, model: type[R], row_id: UUID | None) -> R | None:
        """Return a row by id; None where there is none in this municipality, for the viewer."""
        if row_id is None:
            return None
        sight = await self.sight_of(model)

        async def load(ids: list[UUID]) -> dict[UUID, R]:
            rows = sight.among(model.of(self.municipality_id))
            return {row.id: row for row in await rows.filter(id__in=ids)}

        found = await self.load(model, row_id, load, None)
        return cast("R | None", await self._shown(found))

    def prime(self, rows: Iterable[Row]) -> None:
        """Remember rows that were read already, past the sight."""
        for row in rows:
            self.know(type(row), row.id, row)

    async def once(self, name: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Return what `read` gives, read once an operation however often it is asked.

        `read` may not ask the loaders: it is one of the statements that they wait for.
        """

        async def load(_keys: list[None]) -> dict[None, T]:
            return {None: await read()}

        return cast("T", await self.load(name, None, load, None))

    async def many(
        self, model: type[R], column: str, key: Hashable, *order: str, **where: object
    ) -> list[R]:
        """Return the rows whose column has a value, in order."""
        sight = await self.sight_of(model)

        async def load(keys: list[Hashable]) -> dict[Hashable, list[R]]:
            rows = sight.among(model.of(self.municipality_id))
            rows = rows.filter(**{f"{column}__in": keys}, **where)
            grouped: defaultdict[Hashable, list[R]] = defaultdict(list)
            found = await rows.order_by(*order)
            for row in found:
                grouped[getattr(row, column)].append(row)
            self.prime(found)
            return grouped

        name = (model, column, *order, *where)
        found = cast("list[R]", await self.load(name, key, load, []))
        if model not in _SHOWN:
            return found
        kept = await asyncio.gather(*map(self._shown, found))
        return [row for row in kept if row is not None]

    async def owner(self, project_id: UUID) -> Ownership:
        """Return who owns a project today."""

        async def load(ids: list[UUID]) -> dict[UUID, Ownership]:
            owned = self.rows(Ownership).filter(owned_on(self.today))
            return {o.project_id: o for o in await owned.filter(project_id__in=ids)}

        return cast("Ownership", await self.load("owner", project_id, load, None))

    async def _shown(self, row: Any) -> Any:  # noqa: ANN401 - of the same type
        """Return what the viewer sees of a row that is there for them."""
        match row:
            case Event():
                return shown.entry(await self.sight_of(Event), row)
            case PlanRevision():
                return shown.revision(self.sight, row)
            case Sheet():
                return shown.sheet(self.sight, row, *await self._standing(row.cycle_id))
            case Indicator():
                return shown.indicator(self.sight, row, *await self._standing(row.cycle_id))
            case _:
                return row

    async def _standing(self, cycle_id: UUID) -> tuple[Stage, UUID | None]:
        """Return the stage of a cycle, and the owner where drafts depend on it."""
        if self.sight.sees(Reading.DRAFT):
            return Stage.PLAN, None
        cycle = await self.row(Cycle, cycle_id)
        stage = cycle.stage if cycle else Stage.PLAN
        if cycle is None or not self.sight.departments(Reading.DRAFT):
            return stage, None
        return stage, (await self.owner(cycle.project_id)).department_id
