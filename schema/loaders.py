"""Batched reading for one operation: each relation costs one statement, however often it is asked.

Everything goes through `Row.of`, so an operation reaches one municipality and no other, and past
the viewer's sight.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Final, cast
from uuid import UUID

from tortoise.expressions import Q

from schema.errors import ClientError
from schema.told import ToldEntries
from workflows import shown
from workflows.cases import Case, load_cases, owned_on
from workflows.readings import Reading
from workflows.records import (
    Appointment,
    Category,
    Cycle,
    Delegation,
    Department,
    Event,
    EventKind,
    Evidence,
    Finding,
    Grade,
    Group,
    Indicator,
    Municipality,
    Ownership,
    Person,
    Plan,
    PlanRevision,
    Policy,
    Project,
    Rollout,
    Sheet,
)
from workflows.stages import SheetPart
from workflows.standing import delegations_on

NOT_PUBLIC: Final = "サインインしてください。 / Sign in first."


class Loaders(ToldEntries):
    """The loaders of one operation in one municipality, for one viewer."""

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
        projects = await self.many(Project, "code", code, "id")
        return projects[0] if projects else None

    async def cycles(self, project_id: UUID) -> list[Cycle]:
        """Return a project's cycles, the earliest first."""
        return await self.many(Cycle, "project_id", project_id, "fiscal_year")

    async def ownerships(self, project_id: UUID) -> list[Ownership]:
        """Return who owned a project, the earliest first."""
        return await self.many(Ownership, "project_id", project_id, "starts_on")

    async def rollouts(self, project_id: UUID) -> list[Rollout]:
        """Return the rollouts proposed of a project's results."""
        return await self.many(Rollout, "project_id", project_id, "id")

    async def offers(self, department_id: UUID) -> list[Rollout]:
        """Return the rollouts that were offered to a department."""
        return await self.many(Rollout, "department_id", department_id, "id")

    async def evidence(self, cycle_id: UUID) -> list[Evidence]:
        """Return the evidence of a cycle, the earliest first."""
        return await self.many(Evidence, "cycle_id", cycle_id, "attached_at", "id")

    async def findings_of_project(self, project_id: UUID) -> list[Finding]:
        """Return the findings about a project, the earliest first."""
        return await self.many(Finding, "project_id", project_id, "number")

    async def findings_of_department(self, department_id: UUID) -> list[Finding]:
        """Return the findings that a department has to answer today, the earliest first."""
        seen = await self.rows_at_work(Finding)

        async def load(ids: list[UUID]) -> dict[UUID, list[Finding]]:
            owned = self.rows(Ownership).filter(owned_on(self.today), department_id__in=ids)
            owners = {one.project_id: one.department_id for one in await owned}
            theirs = Q(project_id__isnull=True, department_id__in=ids)
            found = seen.filter(theirs | Q(project_id__in=list(owners))).order_by("number")
            of_department: dict[UUID, list[Finding]] = {one: [] for one in ids}
            for finding in await found:
                asked = finding.project_id and owners[finding.project_id]
                of_department[asked or finding.department_id].append(finding)
            return of_department

        return cast("list[Finding]", await self.load("findings", department_id, load, []))

    async def entries_of_finding(self, finding: Finding) -> list[Event]:
        """Return the entries that tell of a finding, the earliest first."""
        raised = await self.many(
            Event, "recorded_at", finding.raised_at, "sequence", kind=EventKind.FINDING_RAISED
        )
        answers = [one for first in raised for one in await self.referring(first.sequence)]
        return raised + [one for one in answers if one.document["details"].get("finding")]

    async def municipality(self) -> Municipality:
        """Return the municipality."""
        if not self.sight.sees(Reading.PUBLISHED):
            raise ClientError("UNAUTHENTICATED", NOT_PUBLIC)
        return await self._town()

    async def town_name(self) -> str:
        """Return the municipality's name, which is also told where nothing is published."""
        return (await self._town()).name

    async def _town(self) -> Municipality:
        municipality = Municipality.get(id=self.municipality_id)
        return await self.once("municipality", lambda: municipality)

    async def grades(self) -> list[Grade]:
        """Return the scale of grades, best first."""
        grades = self.rows(Grade).order_by("position")
        return await self.once("grades", lambda: grades)

    async def plan(self) -> Plan | None:
        """Return the municipality's plan; None where none has been loaded."""
        plan = self.rows(Plan).first()
        return await self.once("plan", lambda: plan)

    async def policies(self, plan_id: UUID) -> list[Policy]:
        """Return the policies of a plan, in its order."""
        return await self.many(Policy, "plan_id", plan_id, "position")

    async def revisions(self, plan_id: UUID) -> list[PlanRevision]:
        """Return the revisions of a plan, the earliest first."""
        return await self.many(PlanRevision, "plan_id", plan_id, "number")

    async def categories(self, policy_id: UUID) -> list[Category]:
        """Return the categories of a policy, in the plan's order."""
        return await self.many(Category, "policy_id", policy_id, "position")

    async def projects_of_category(self, category_id: UUID) -> list[Project]:
        """Return the projects of a category, in the plan's order."""
        return await self.many(Project, "category_id", category_id, "position")

    async def groups(self, department_id: UUID) -> list[Group]:
        """Return the groups of a department."""
        return await self.many(Group, "department_id", department_id, "position")

    async def appointments_of(self, person_id: UUID) -> list[Appointment]:
        """Return a person's appointments, the earliest first."""
        return await self.many(Appointment, "person_id", person_id, "starts_on", "id")

    async def appointments_in(self, department_id: UUID) -> list[Appointment]:
        """Return the appointments in a department, the earliest first."""
        return await self.many(Appointment, "department_id", department_id, "starts_on", "id")

    async def appointments_today(self) -> list[Appointment]:
        """Return every appointment that holds today, with its person."""
        rows = self.rows(Appointment).filter(owned_on(self.today))
        held = rows.order_by("person__staff_number").select_related("person")
        return await self.once("appointments today", lambda: held)

    async def delegations_of(self, person_id: UUID) -> list[Delegation]:
        """Return who may, might or may have decided on a person's behalf, the earliest first."""
        return await self.many(Delegation, "principal_id", person_id, "starts_on", "id")

    async def acts_for(self, person_id: UUID) -> list[Delegation]:
        """Return by which leave a person may decide for others today."""
        held = delegations_on(self.municipality_id, person_id, self.today)
        seen = self.sight.among(held).order_by("starts_on", "id")
        return await self.once(("acts for", person_id), lambda: seen)

    async def owned(self, day: dt.date) -> list[Ownership]:
        """Return who owns what on a day, with the projects, in the plan's order."""
        rows = self.rows(Ownership).filter(owned_on(day))
        owned = rows.order_by("project__position").select_related("project")
        return await self.once(("owned", day), lambda: owned)

    async def departments(self) -> list[Department]:
        """Return every department, in the plan's order."""
        departments = self.rows(Department).order_by("position")
        return await self.once("departments", lambda: departments)

    async def people(self) -> list[Person]:
        """Return everybody whom the viewer sees, by staff number."""
        people = self.rows(Person).order_by("staff_number")
        return await self.once("people", lambda: people)

    async def graded(self, owners: Mapping[UUID, UUID]) -> dict[UUID, str]:
        """Return the grades that the viewer sees, by cycle; `owners` are those of the projects.

        Asks the database at once: it is for a `read`, which may not wait for others.
        """
        graded = self.sight.among(Sheet.of(self.municipality_id)).filter(grade__isnull=False)
        rows = graded.values_list("cycle_id", "grade", "cycle__stage", "cycle__project_id")
        return {
            cycle_id: grade
            for cycle_id, grade, stage, project_id in await rows
            if shown.sees_part(self.sight, SheetPart.EVALUATION, stage, owners.get(project_id))
        }

    async def sheet(self, cycle_id: UUID) -> Sheet:
        """Return a cycle's sheet."""
        return (await self.many(Sheet, "cycle_id", cycle_id))[0]

    async def indicators(self, cycle_id: UUID) -> list[Indicator]:
        """Return the indicators on a cycle's sheet, in order."""
        return await self.many(Indicator, "cycle_id", cycle_id, "position", withdrawn=False)
