"""Loading a plan's text into a municipality: all or nothing, and once.

It goes through the ledger like every other act, so the record tells of the plan and of each
project. Loading the same text again does nothing. A later text adds projects and changes what the
earlier one said; taking a project out of the plan is an act of the office, not of a text.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID, uuid4

from seed.preview import columns_of, cover_differences, differences, plan_load, renamed, sha256_of
from seed.town import Town
from seed.values import PlanText, ProjectText
from workflows.authority import Capacity
from workflows.changes import to_json
from workflows.fiscal import first_day
from workflows.founding import found
from workflows.ledger import Outcome, perform
from workflows.opening import NewProject, add_project
from workflows.records import (
    Category,
    Department,
    EventKind,
    Grade,
    Group,
    Plan,
    Policy,
    Project,
    Row,
)
from workflows.unit import Request, Unit

Progress = Callable[[ProjectText], None]


async def load(
    text: PlanText,
    source: bytes,
    town: Town,
    *,
    sample: bool = False,
    effective_at: dt.datetime | None = None,
    idempotency_key: UUID | None = None,
    progress: Progress = lambda _: None,
) -> Outcome | None:
    """Load a text in one transaction; None where this very text was loaded before.

    `effective_at` is when the first cycles open, where that was before now. `progress` is told
    each project as it is drafted.

    Raises:
        ValueError: the text cannot be loaded here; the message says why.
    """
    planned = await plan_load(text, source, town, sample=sample)
    if planned.blocked_by:
        raise ValueError(planned.blocked_by)
    if planned.same_text:
        return None
    municipality = await found(town.code, text.municipality_name, text.prefecture or "")
    request = Request(
        municipality_id=municipality.id,
        act="loadPlan",
        at_console=True,
        effective_at=effective_at,
        idempotency_key=idempotency_key,
    )

    async def decide(unit: Unit) -> None:
        loading = Loading(unit, text, sha256_of(source), progress=progress)
        await (loading.first(town, sample=sample) if planned.is_new else loading.again())

    return await perform(request, decide)


class Loading:
    """One text on its way into the record, within its unit of work."""

    def __init__(
        self,
        unit: Unit,
        text: PlanText,
        sha256: str,
        *,
        capacity: Capacity | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        self.unit, self.text, self.sha256 = unit, text, sha256
        self.capacity, self.progress = capacity, progress
        self.draft = unit.draft(EventKind.PLAN_IMPORTED, capacity=capacity)
        self.draft.details = {
            "title": text.title,
            "published": text.published,
            "sha256": sha256,
            "projects": len(text.projects),
        }

    async def first(self, town: Town, *, sample: bool) -> None:
        """Draft the plan and all that is in it."""
        plan = Plan(
            id=uuid4(),
            municipality_id=self.unit.municipality_id,
            title=self.text.title,
            published=self.text.published,
            first_fiscal_year=town.first_fiscal_year,
            last_fiscal_year=self.text.last_fiscal_year,
            is_sample=sample,
            source_sha256=self.sha256,
            mended=[to_json(asdict(m)) for m in self.text.mended],
        )
        self.draft.insert(plan)
        categories = self._classification(plan)
        departments, groups = self._departments({}, {})
        self._grades(town)
        for position, project in enumerate(self.text.projects):
            self._add(project, position, plan, categories, departments, groups)

    async def again(self) -> None:
        """Draft what a later text adds and changes."""
        mid = self.unit.municipality_id
        plan = await Plan.of(mid).get()
        known = {p.code: p for p in await Project.of(mid)}
        categories = {c.code: c.id for c in await Category.of(mid)}
        stored = await Department.of(mid)
        names = {d.id: d.name for d in stored}
        departments, groups = self._departments(
            {d.name: d.id for d in stored},
            {(names[g.department_id], g.name): g.id for g in await Group.of(mid)},
        )
        for row, unlike in await renamed(self.text, plan):
            self.draft.update(row, **columns_of(unlike))
        self.draft.update(
            plan,
            **columns_of(cover_differences(plan, self.text)),
            source_sha256=self.sha256,
            mended=[to_json(asdict(m)) for m in self.text.mended],
        )
        for position, text in enumerate(self.text.projects):
            if text.code in known:
                self._change(known[text.code], text)
            else:
                self._add(text, position, plan, categories, departments, groups)

    def _change(self, project: Project, text: ProjectText) -> None:
        new = columns_of(differences(project, text))
        if new:
            self.progress(text)
            revision = project.revision + 1
            draft = self.unit.draft(
                EventKind.PROJECT_CHANGED,
                capacity=self.capacity,
                project_id=project.id,
                revision=revision,
            )
            draft.update(project, **new, revision=revision)

    def _classification(self, plan: Plan) -> dict[str, UUID]:
        policies = {
            policy.code: self._insert(
                Policy, plan_id=plan.id, code=policy.code, name=policy.name, position=position
            )
            for position, policy in enumerate(self.text.policies)
        }
        return {
            category.code: self._insert(
                Category,
                policy_id=policies[category.policy_code],
                code=category.code,
                name=category.name,
                name_in_source=category.name_in_source,
                position=position,
            )
            for position, category in enumerate(self.text.categories)
        }

    def _departments(
        self, departments: dict[str, UUID], groups: dict[tuple[str, str], UUID]
    ) -> tuple[dict[str, UUID], dict[tuple[str, str], UUID]]:
        """Draft the departments and groups that there are not yet; return all by name."""
        for one in self.text.departments:
            if one.name not in departments:
                position = len(departments)
                departments[one.name] = self._insert(Department, name=one.name, position=position)
            for position, name in enumerate(one.groups):
                if (one.name, name) not in groups:
                    groups[one.name, name] = self._insert(
                        Group, department_id=departments[one.name], name=name, position=position
                    )
        return departments, groups

    def _grades(self, town: Town) -> None:
        for position, step in enumerate(town.grades):
            _ = self._insert(Grade, position=position, **asdict(step))

    def _insert(self, model: type[Row], **values: object) -> UUID:
        row = model(id=uuid4(), municipality_id=self.unit.municipality_id, **values)
        self.draft.insert(row)
        return row.id

    def _add(
        self,
        text: ProjectText,
        position: int,
        plan: Plan,
        categories: dict[str, UUID],
        departments: dict[str, UUID],
        groups: dict[tuple[str, str], UUID],
    ) -> None:
        self.progress(text)
        new = NewProject(
            plan_id=plan.id,
            category_id=categories[text.category_code],
            code=text.code,
            title=text.title,
            content=text.content,
            expected_effects=text.expected_effects,
            department_id=departments[text.department],
            group_id=groups[text.department, text.group] if text.group else None,
            position=position,
            fiscal_year=plan.first_fiscal_year,
            owned_from=min(self.unit.today, first_day(plan.first_fiscal_year)),
            source_text=text.raw,
        )
        add_project(self.unit, new, self.capacity)
