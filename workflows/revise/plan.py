"""Revising the plan within its period: projects are added, changed or withdrawn (plan section 3)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act, Capacity
from workflows.blockers import BlockerCode
from workflows.cases import expect_project, project_of
from workflows.entries import Draft
from workflows.fiscal import fiscal_year_of
from workflows.ledger import Outcome, perform
from workflows.machine import after_status
from workflows.opening import NewProject, add_project
from workflows.records import Category, EventKind, Plan, PlanRevision, Project
from workflows.refusals import Blocked, NotFound, Refuse, blocked
from workflows.revise.ownership import check_owner
from workflows.stages import Role, StatusTrigger
from workflows.unit import Request, Unit
from workflows.values import invalid, line, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A project to add."""

    category_id: UUID
    department_id: UUID
    group_id: UUID | None
    title: str
    content: str
    expected_effects: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is to change of a project; None leaves it as it is."""

    project_id: UUID
    expected_revision: int
    title: str | None = None
    content: str | None = None
    expected_effects: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A project to take out of the plan: it is abolished, and its history stays."""

    project_id: UUID
    expected_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision of the plan, all of it or none."""

    summary: str
    reason: str
    effective_on: dt.date
    additions: Sequence[Addition] = ()
    amendments: Sequence[Amendment] = ()
    withdrawals: Sequence[Withdrawal] = ()


async def revise_plan(request: Request, asked: Revision) -> Outcome:
    """Revise the plan; one entry for the revision, and one for each project it touches."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise_person(ROLES[Act.REVISE_PLAN])
        plan = await Plan.of(unit.municipality_id).first()
        if plan is None:
            raise Refuse(NotFound("plan"))
        reason = text("reason", asked.reason)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=(Role.OFFICE,)))
        _check_scope(plan, asked)
        await _Revising(unit, plan, capacity, reason).run(asked)

    return await perform(request, decide)


def _check_scope(plan: Plan, asked: Revision) -> None:
    """Refuse a revision of nothing, outside the plan's period, or of one project twice."""
    if not (asked.additions or asked.amendments or asked.withdrawals):
        raise Refuse(blocked(BlockerCode.NO_CHANGE, by=(Role.OFFICE,)))
    year = fiscal_year_of(asked.effective_on)
    if not plan.first_fiscal_year <= year <= plan.last_fiscal_year:
        raise Refuse(blocked(BlockerCode.YEAR_OUTSIDE_PLAN, "effectiveOn", by=(Role.OFFICE,)))
    named: set[UUID] = set()
    for name in ("amendments", "withdrawals"):
        for position, item in enumerate(getattr(asked, name)):
            if item.project_id in named:
                raise invalid(
                    f"{name}.{position}.project",
                    "1回の計画見直しで、同じ取組事業を2度指定することはできません。",
                    "One revision cannot name the same project twice.",
                )
            named.add(item.project_id)


class _Revising:
    """One revision of the plan, within its unit of work."""

    def __init__(self, unit: Unit, plan: Plan, capacity: Capacity, reason: str) -> None:
        self.unit, self.plan, self.capacity, self.reason = unit, plan, capacity, reason
        self.codes: list[str] = []

    async def run(self, asked: Revision) -> None:
        mid = self.unit.municipality_id
        number = 1 + await PlanRevision.of(mid).filter(plan_id=self.plan.id).count()
        draft = self.unit.draft(
            EventKind.PLAN_REVISED,
            capacity=self.capacity,
            reason=self.reason,
            details={
                "number": number,
                "added": len(asked.additions),
                "changed": len(asked.amendments),
                "withdrawn": len(asked.withdrawals),
            },
        )
        draft.insert(
            PlanRevision(
                id=uuid4(),
                municipality_id=mid,
                plan_id=self.plan.id,
                number=number,
                summary=text("summary", asked.summary, required=True),
                reason=self.reason,
                effective_on=asked.effective_on,
            )
        )
        for position, addition in enumerate(asked.additions):
            await self._add(addition, f"additions.{position}", asked.effective_on)
        for position, amendment in enumerate(asked.amendments):
            await self._amend(amendment, f"amendments.{position}")
        for position, withdrawal in enumerate(asked.withdrawals):
            await self._withdraw(withdrawal, f"withdrawals.{position}")

    async def _add(self, new: Addition, path: str, effective_on: dt.date) -> None:
        mid = self.unit.municipality_id
        category = await Category.of(mid).get_or_none(id=new.category_id).select_related("policy")
        if category is None:
            raise Refuse(NotFound(f"{path}.category"))
        await check_owner(mid, new.department_id, new.group_id, f"{path}.")
        code, position = await next_code(self.plan, category, self.codes)
        self.codes.append(code)
        add_project(
            self.unit,
            NewProject(
                plan_id=self.plan.id,
                category_id=category.id,
                code=code,
                title=line(f"{path}.title", new.title, limit=300),
                content=text(f"{path}.content", new.content, required=True),
                expected_effects=_effects(f"{path}.expectedEffects", new.expected_effects),
                department_id=new.department_id,
                group_id=new.group_id,
                position=position,
                fiscal_year=first_cycle_year(self.plan, effective_on),
                owned_from=min(self.unit.today, effective_on),
            ),
            self.capacity,
            self.reason,
        )

    async def _amend(self, asked: Amendment, path: str) -> None:
        project = await self._project(asked.project_id, asked.expected_revision, path)
        draft = self._project_draft(project)
        if asked.title is not None:
            draft.update(project, title=line(f"{path}.title", asked.title, limit=300))
        if asked.content is not None:
            draft.update(project, content=text(f"{path}.content", asked.content, required=True))
        if asked.expected_effects is not None:
            effects = _effects(f"{path}.expectedEffects", asked.expected_effects)
            draft.update(project, expected_effects=list(effects))
        if not draft.changes:
            raise Refuse(blocked(BlockerCode.NO_CHANGE, path))
        draft.update(project, revision=project.revision + 1)

    async def _withdraw(self, asked: Withdrawal, path: str) -> None:
        project = await self._project(asked.project_id, asked.expected_revision, path)
        status = after_status(project.status, StatusTrigger.ABOLISH)
        if isinstance(status, Blocked):
            raise Refuse(status)
        draft = self._project_draft(project)
        draft.kind = EventKind.STATUS_CHANGED
        draft.details = {"trigger": str(StatusTrigger.ABOLISH)}
        draft.update(project, status=status, revision=project.revision + 1)

    async def _project(self, project_id: UUID, revision: int, path: str) -> Project:
        project = await project_of(self.unit, project_id, f"{path}.project")
        expect_project(project, revision)
        return project

    def _project_draft(self, project: Project) -> Draft:
        return self.unit.draft(
            EventKind.PROJECT_CHANGED,
            capacity=self.capacity,
            project_id=project.id,
            owner_id=self.unit.about["owner_id"],
            reason=self.reason,
            revision=project.revision + 1,
        )


def _effects(path: str, effects: Sequence[str]) -> tuple[str, ...]:
    if not effects:
        raise invalid(
            path,
            "期待される効果を1つ以上記入してください。",
            "Write at least one expected effect.",
        )
    return tuple(line(f"{path}.{i}", effect, limit=1000) for i, effect in enumerate(effects))


def first_cycle_year(plan: Plan, day: dt.date) -> int:
    """Return the fiscal year of a new project's first cycle; refuse once the plan is over."""
    year = max(fiscal_year_of(day), plan.first_fiscal_year)
    if year > plan.last_fiscal_year:
        raise Refuse(blocked(BlockerCode.YEAR_OUTSIDE_PLAN, "effectiveOn", by=(Role.OFFICE,)))
    return year


async def next_code(plan: Plan, category: Category, drafted: Sequence[str] = ()) -> tuple[str, int]:
    """Return the next free project code under a category's policy (`1_20`), and a position last.

    `drafted` are the codes that the same act has given before.
    """
    projects = Project.of(plan.municipality_id).filter(plan_id=plan.id)
    rows = await projects.values_list("code", "position")
    prefix = f"{category.policy.code}_"
    codes = [*(str(code) for code, _ in rows), *drafted]
    numbers = [int(code.removeprefix(prefix)) for code in codes if code.startswith(prefix)]
    last = max((int(position) for _, position in rows), default=-1)
    return f"{prefix}{max(numbers, default=0) + 1:02}", last + len(drafted) + 1
