"""A cycle with all that a move of it depends on, read in a fixed number of statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tortoise.expressions import Q

from workflows.guards import Facts, IndicatorFacts, LastMove
from workflows.records import Cycle, Indicator, Ownership, Plan, Project, Sheet
from workflows.refusals import NotFound, Refuse, RevisionConflict
from workflows.stages import RUNNING
from workflows.unit import Unit


@dataclass(slots=True, kw_only=True)
class Case:
    """A cycle, its project and what surrounds it."""

    cycle: Cycle
    project: Project
    plan: Plan
    owner: Ownership
    """On the day that was asked about."""
    sheet: Sheet
    indicators: list[Indicator]
    other_cycles: list[Cycle]
    """Of the project's other fiscal years."""

    @property
    def next_cycle(self) -> Cycle | None:
        """The next fiscal year's cycle, where it is open."""
        following = self.cycle.fiscal_year + 1
        return next((c for c in self.other_cycles if c.fiscal_year == following), None)

    def facts(
        self,
        actor_id: UUID | None,
        *,
        on_behalf_of_id: UUID | None = None,
        reason: str = "",
        report: str = "",
        plan_changed: bool = False,
    ) -> Facts:
        """Return what the guards look at."""
        cycle, sheet = self.cycle, self.sheet
        return Facts(
            stage=cycle.stage,
            status=self.project.status,
            fiscal_year=cycle.fiscal_year,
            plan_first_year=self.plan.first_fiscal_year,
            plan_last_year=self.plan.last_fiscal_year,
            actor_id=actor_id,
            on_behalf_of_id=on_behalf_of_id,
            indicators=tuple(_indicator_facts(i) for i in self.indicators),
            schedule=sheet.schedule,
            grade=sheet.grade,
            issues=sheet.issues,
            direction=sheet.direction,
            improvement=sheet.improvement,
            evaluator_id=cycle.evaluator_id,
            evaluated_for_id=cycle.evaluated_for_id,
            last_move=last_move(cycle),
            next_is_open=self.next_cycle is not None,
            another_runs=any(c.stage in RUNNING for c in self.other_cycles),
            reason=reason,
            report=report,
            plan_changed=plan_changed,
        )


def last_move(cycle: Cycle) -> LastMove | None:
    """Return the move that brought a cycle to its stage, where there was one."""
    if cycle.last_trigger is None or cycle.last_source is None:
        return None
    return LastMove(
        trigger=cycle.last_trigger,
        source=cycle.last_source,
        is_last_event=cycle.last_move_revision == cycle.revision,
    )


def _indicator_facts(indicator: Indicator) -> IndicatorFacts:
    return IndicatorFacts(
        id=indicator.id,
        baseline=indicator.baseline,
        target=indicator.target,
        qualitative_goal=indicator.qualitative_goal,
        reason_no_number=indicator.reason_no_number,
        actual=indicator.actual,
        result=indicator.result,
        reason_not_measured=indicator.reason_not_measured,
    )


def owned_on(day: dt.date) -> Q:
    """Return the condition that an ownership covers a day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


async def owner_on(municipality_id: UUID, project_id: UUID, day: dt.date) -> Ownership:
    """Return who owns a project on a day; every project has an owner on every day of its life."""
    return await Ownership.of(municipality_id).filter(owned_on(day), project_id=project_id).get()


async def load_cases(
    municipality_id: UUID, cycle_ids: Iterable[UUID], day: dt.date
) -> dict[UUID, Case]:
    """Return the cases of cycles, by cycle; what is not in the municipality is left out."""
    cycles = await (
        Cycle.of(municipality_id)
        .filter(id__in=list(cycle_ids))
        .select_related("project", "project__plan")
    )
    ids = [c.id for c in cycles]
    projects = {c.project_id for c in cycles}
    ownerships = await Ownership.of(municipality_id).filter(
        owned_on(day), project_id__in=list(projects)
    )
    owners = {o.project_id: o for o in ownerships}
    sheets = {s.cycle_id: s for s in await Sheet.of(municipality_id).filter(cycle_id__in=ids)}
    of_project = defaultdict(list)
    for cycle in await Cycle.of(municipality_id).filter(project_id__in=list(projects)):
        of_project[cycle.project_id].append(cycle)
    indicators = defaultdict(list)
    for indicator in await live_indicators(municipality_id, ids):
        indicators[indicator.cycle_id].append(indicator)
    return {
        c.id: Case(
            cycle=c,
            project=c.project,
            plan=c.project.plan,
            owner=owners[c.project_id],
            sheet=sheets[c.id],
            indicators=indicators[c.id],
            other_cycles=[other for other in of_project[c.project_id] if other.id != c.id],
        )
        for c in cycles
    }


async def live_indicators(municipality_id: UUID, cycle_ids: list[UUID]) -> list[Indicator]:
    """Return the indicators on the sheets of cycles, in their order; withdrawn ones left out."""
    return (
        await Indicator.of(municipality_id)
        .filter(cycle_id__in=cycle_ids, withdrawn=False)
        .order_by("position")
    )


async def case_of(unit: Unit, cycle_id: UUID, path: str = "cycle") -> Case:
    """Return one case, noted as what the act is about; refuse where there is no such cycle."""
    case = (await load_cases(unit.municipality_id, [cycle_id], unit.today)).get(cycle_id)
    if case is None:
        raise Refuse(NotFound(path))
    unit.about |= {
        "project_id": case.project.id,
        "cycle_id": case.cycle.id,
        "owner_id": case.owner.department_id,
    }
    return case


async def project_of(unit: Unit, project_id: UUID, path: str = "project") -> Project:
    """Return a project, noted as what the act is about; refuse where there is none."""
    project = await Project.of(unit.municipality_id).get_or_none(id=project_id)
    if project is None:
        raise Refuse(NotFound(path))
    owner = await owner_on(unit.municipality_id, project_id, unit.today)
    unit.about |= {"project_id": project.id, "owner_id": owner.department_id}
    return project


def expect_cycle(cycle: Cycle, revision: int) -> None:
    """Refuse where a cycle has changed since the caller read it."""
    if cycle.revision != revision:
        raise Refuse(RevisionConflict(revision, cycle.revision, cycle.project_id, cycle.id))


def expect_project(project: Project, revision: int) -> None:
    """Refuse where a project has changed since the caller read it."""
    if project.revision != revision:
        raise Refuse(RevisionConflict(revision, project.revision, project.id))
