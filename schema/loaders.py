"""Batched reading for one operation: each relation costs one statement, however often it is asked.

Everything goes through `Row.of`, so an operation reaches one municipality and no other.
"""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import TypeVar, cast
from uuid import UUID

from schema.batches import Batches
from workflows.cases import Case, load_cases, owned_on
from workflows.records import (
    Appointment,
    Category,
    Cycle,
    Event,
    EventKind,
    Grade,
    Group,
    Indicator,
    Municipality,
    Ownership,
    Plan,
    PlanRevision,
    Policy,
    Project,
    Rollout,
    Row,
    Sheet,
)

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Loaders(Batches):
    """The loaders of one operation in one municipality."""

    def __init__(self, municipality_id: UUID, today: dt.date) -> None:
        super().__init__()
        self.municipality_id = municipality_id
        self.today = today

    async def row(self, model: type[R], row_id: UUID | None) -> R | None:
        """Return a row by id; None where there is none in this municipality."""
        if row_id is None:
            return None
        return cast("R | None", await self.load(model, row_id, self._by_id(model), None))

    def prime(self, rows: Iterable[Row]) -> None:
        """Remember rows that were read already."""
        for row in rows:
            self.know(type(row), row.id, row)

    def _by_id(self, model: type[Row]) -> Callable[[list[UUID]], Awaitable[dict[UUID, Row]]]:
        async def load(ids: list[UUID]) -> dict[UUID, Row]:
            return {r.id: r for r in await model.of(self.municipality_id).filter(id__in=ids)}

        return load

    async def once(self, name: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """Return what `read` gives, read once an operation however often it is asked.

        `read` may not ask the loaders: it is one of the statements that they wait for.
        """

        async def load(_keys: list[None]) -> dict[None, T]:
            return {None: await read()}

        return cast("T", await self.load(name, None, load, None))

    async def _many(
        self, model: type[R], column: str, key: Hashable, *order: str, **where: object
    ) -> list[R]:
        """Return the rows whose column has a value, in order."""

        async def load(keys: list[Hashable]) -> dict[Hashable, list[R]]:
            rows = model.of(self.municipality_id).filter(**{f"{column}__in": keys}, **where)
            grouped: defaultdict[Hashable, list[R]] = defaultdict(list)
            for row in await rows.order_by(*order):
                grouped[getattr(row, column)].append(row)
            return grouped

        name = (model, column, *order, *where)
        return cast("list[R]", await self.load(name, key, load, []))

    async def owner(self, project_id: UUID) -> Ownership:
        """Return who owns a project today."""

        async def load(ids: list[UUID]) -> dict[UUID, Ownership]:
            owned = Ownership.of(self.municipality_id).filter(owned_on(self.today))
            return {o.project_id: o for o in await owned.filter(project_id__in=ids)}

        return cast("Ownership", await self.load("owner", project_id, load, None))

    async def case(self, cycle_id: UUID) -> Case:
        """Return a cycle with all that its moves depend on, as of today."""

        async def load(ids: list[UUID]) -> dict[UUID, Case]:
            return await load_cases(self.municipality_id, ids, self.today)

        return cast("Case", await self.load("case", cycle_id, load, None))

    async def cases(self, cycle_ids: list[UUID]) -> None:
        """Read the cases of many cycles at once; each is then at hand."""
        await asyncio.gather(*(self.case(cycle_id) for cycle_id in cycle_ids))

    async def cycle_of_year(self, project_id: UUID, fiscal_year: int) -> Cycle | None:
        """Return a project's cycle of a fiscal year."""
        cycles = await self.cycles(project_id)
        return next((c for c in cycles if c.fiscal_year == fiscal_year), None)

    async def project(self, code: str) -> Project | None:
        """Return a project by its code."""
        projects = await self._many(Project, "code", code, "id")
        return projects[0] if projects else None

    async def cycles(self, project_id: UUID) -> list[Cycle]:
        """Return a project's cycles, the earliest first."""
        return await self._many(Cycle, "project_id", project_id, "fiscal_year")

    async def ownerships(self, project_id: UUID) -> list[Ownership]:
        """Return who owned a project, the earliest first."""
        return await self._many(Ownership, "project_id", project_id, "starts_on")

    async def rollouts(self, project_id: UUID) -> list[Rollout]:
        """Return the rollouts proposed of a project's results."""
        return await self._many(Rollout, "project_id", project_id, "id")

    async def offers(self, department_id: UUID) -> list[Rollout]:
        """Return the rollouts that were offered to a department."""
        return await self._many(Rollout, "department_id", department_id, "id")

    async def municipality(self) -> Municipality:
        """Return the municipality."""
        municipality = Municipality.get(id=self.municipality_id)
        return await self.once("municipality", lambda: municipality)

    async def grades(self) -> list[Grade]:
        """Return the scale of grades, best first."""
        grades = Grade.of(self.municipality_id).order_by("position")
        return await self.once("grades", lambda: grades)

    async def plan(self) -> Plan | None:
        """Return the municipality's plan; None where none has been loaded."""
        plan = Plan.of(self.municipality_id).first()
        return await self.once("plan", lambda: plan)

    async def policies(self, plan_id: UUID) -> list[Policy]:
        """Return the policies of a plan, in its order."""
        return await self._many(Policy, "plan_id", plan_id, "position")

    async def revisions(self, plan_id: UUID) -> list[PlanRevision]:
        """Return the revisions of a plan, the earliest first."""
        return await self._many(PlanRevision, "plan_id", plan_id, "number")

    async def categories(self, policy_id: UUID) -> list[Category]:
        """Return the categories of a policy, in the plan's order."""
        return await self._many(Category, "policy_id", policy_id, "position")

    async def projects_of_category(self, category_id: UUID) -> list[Project]:
        """Return the projects of a category, in the plan's order."""
        return await self._many(Project, "category_id", category_id, "position")

    async def groups(self, department_id: UUID) -> list[Group]:
        """Return the groups of a department."""
        return await self._many(Group, "department_id", department_id, "position")

    async def appointments_of(self, person_id: UUID) -> list[Appointment]:
        """Return a person's appointments, the earliest first."""
        return await self._many(Appointment, "person_id", person_id, "starts_on", "id")

    async def appointments_in(self, department_id: UUID) -> list[Appointment]:
        """Return the appointments in a department, the earliest first."""
        return await self._many(Appointment, "department_id", department_id, "starts_on", "id")

    async def appointments_today(self) -> list[Appointment]:
        """Return every appointment that holds today, with its person."""
        rows = Appointment.of(self.municipality_id).filter(owned_on(self.today))
        held = rows.order_by("person__staff_number").select_related("person")
        return await self.once("appointments today", lambda: held)

    async def owned(self, day: dt.date) -> list[Ownership]:
        """Return who owns what on a day, with the projects, in the plan's order."""
        rows = Ownership.of(self.municipality_id).filter(owned_on(day))
        owned = rows.order_by("project__position").select_related("project")
        return await self.once(("owned", day), lambda: owned)

    async def sheet(self, cycle_id: UUID) -> Sheet:
        """Return a cycle's sheet."""
        return (await self._many(Sheet, "cycle_id", cycle_id))[0]

    async def indicators(self, cycle_id: UUID) -> list[Indicator]:
        """Return the indicators on a cycle's sheet, in order."""
        return await self._many(Indicator, "cycle_id", cycle_id, "position", withdrawn=False)

    async def transitions(self, cycle_id: UUID) -> list[Event]:
        """Return a cycle's transitions, the earliest first."""
        return await self._many(Event, "cycle_id", cycle_id, "sequence", kind=EventKind.TRANSITION)

    async def event(self, sequence: int | None) -> Event | None:
        """Return an entry by its sequence."""
        if sequence is None:
            return None
        events = await self._many(Event, "sequence", sequence, "sequence")
        return events[0] if events else None

    async def referring(self, sequence: int) -> list[Event]:
        """Return the entries that rescind or correct an entry."""
        return await self._many(Event, "refers_to", sequence, "sequence")
