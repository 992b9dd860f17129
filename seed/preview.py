"""What loading a text would change, told before anything is written."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import NamedTuple

from seed.obstacles import Obstacle, ObstacleCode
from seed.town import Town
from seed.values import PlanText, ProjectText
from workflows.records import (
    Category,
    Department,
    Group,
    Municipality,
    Ownership,
    Plan,
    Policy,
    Project,
)


def sha256_of(source: bytes) -> str:
    """Return the fingerprint by which a text is known again."""
    return hashlib.sha256(source).hexdigest()


Value = str | tuple[str, ...]


class Difference(NamedTuple):
    """A column in which a text differs from what is stored."""

    column: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """What a text changes of a project, or of the plan and its parts."""

    code: str
    """Of the project, the category (1-2) or the policy (1); empty for the plan itself."""
    name: str
    """What it is called until then."""
    revision: int | None = None
    """Of the project, as it was looked at."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLoad:
    """What loading a text would do."""

    is_new: bool = False
    """There is no plan yet."""
    same_text: bool = False
    """This very text was loaded before."""
    added: tuple[str, ...] = ()
    """Codes of projects to add."""
    changed: tuple[PlannedChange, ...] = ()
    """Projects to change."""
    headings: tuple[PlannedChange, ...] = ()
    """What changes of the plan's cover, its policies and its categories."""
    units: tuple[str, ...] = ()
    """Departments and groups to add, as in 総務課 or 総務課 行政防災G."""
    missing: tuple[str, ...] = ()
    """Codes of projects that the text no longer has; they stay, until the office withdraws them."""
    obstacles: tuple[Obstacle, ...] = ()
    """Why it cannot be loaded."""

    @property
    def blocked_by(self) -> str:
        """Why it cannot be loaded, in English; empty where it can."""
        return "; ".join(one.message_en for one in self.obstacles)

    def sha256(self, source: bytes) -> str:
        """Return the fingerprint of all that loading a source would do."""
        told = json.dumps([sha256_of(source), asdict(self)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


async def plan_load(text: PlanText, source: bytes, town: Town, *, sample: bool) -> PlannedLoad:
    """Tell what loading a text would do, and write nothing."""
    municipality = await Municipality.get_or_none(code=town.code)
    plan = await Plan.of(municipality.id).first() if municipality else None
    if municipality is None or plan is None:
        return PlannedLoad(is_new=True, added=tuple(p.code for p in text.projects))
    if plan.is_sample != sample:
        code = ObstacleCode.SAMPLE_DATA if plan.is_sample else ObstacleCode.REAL_DATA
        return PlannedLoad(obstacles=(Obstacle(code),))
    return await plan_renewal(text, source, municipality, plan)


async def plan_renewal(
    text: PlanText, source: bytes, municipality: Municipality, plan: Plan
) -> PlannedLoad:
    """Tell what a later text of a town would change of its plan."""
    if plan.source_sha256 == sha256_of(source):
        return PlannedLoad(same_text=True)
    known = {p.code: p for p in await Project.of(municipality.id).select_related("category")}
    both = [(known[p.code], p) for p in text.projects if p.code in known]
    return PlannedLoad(
        added=tuple(p.code for p in text.projects if p.code not in known),
        changed=tuple(
            PlannedChange(
                code=project.code,
                name=project.title,
                revision=project.revision,
                differences=tuple(found),
            )
            for project, its in both
            if (found := list(differences(project, its)))
        ),
        headings=await _headings(text, plan),
        units=await _new_units(text, municipality),
        missing=tuple(sorted(set(known) - {p.code for p in text.projects})),
        obstacles=tuple([one async for one in _obstacles(text, municipality, plan, both)]),
    )


Both = list[tuple[Project, ProjectText]]


async def _obstacles(
    text: PlanText, municipality: Municipality, plan: Plan, both: Both
) -> AsyncIterator[Obstacle]:
    """Yield what a text asks that is an act of the office, not of a text."""
    mid = municipality.id
    if text.municipality_name != municipality.name:
        yield Obstacle(ObstacleCode.OTHER_TOWN, (text.municipality_name,))
    if text.last_fiscal_year != plan.last_fiscal_year:
        yield Obstacle(ObstacleCode.OTHER_PERIOD, (str(text.last_fiscal_year),))
    categories = {c.code for c in await Category.of(mid)}
    owned = Ownership.of(mid).filter(ends_on__isnull=True).select_related("department", "group")
    owners = {
        o.project_id: (o.department.name, o.group.name if o.group else None) for o in await owned
    }
    for code, about in (
        (ObstacleCode.NEW_CATEGORIES, sorted({c.code for c in text.categories} - categories)),
        (
            ObstacleCode.OTHER_CATEGORY,
            [its.code for project, its in both if project.category.code != its.category_code],
        ),
        (
            ObstacleCode.OTHER_OWNER,
            [p.code for project, p in both if owners[project.id] != (p.department, p.group)],
        ),
    ):
        if about:
            yield Obstacle(code, tuple(about))


def differences(project: Project, text: ProjectText) -> Iterator[Difference]:
    """Yield each column in which a text differs from a project."""
    old = tuple(project.expected_effects)
    return _unlike(
        ("title", project.title, text.title),
        ("content", project.content, text.content),
        ("expected_effects", old, text.expected_effects),
        ("source_text", project.source_text, text.raw),
    )


def cover_differences(plan: Plan, text: PlanText) -> Iterator[Difference]:
    """Yield each column in which a text's cover differs from the plan."""
    return _unlike(("title", plan.title, text.title), ("published", plan.published, text.published))


def heading_differences(row: Policy | Category, name: str, printed: str) -> Iterator[Difference]:
    """Yield each column in which a text names a policy or a category otherwise."""
    if isinstance(row, Category):
        return _unlike(("name", row.name, name), ("name_in_source", row.name_in_source, printed))
    return _unlike(("name", row.name, name))


def _unlike(*pairs: tuple[str, Value, Value]) -> Iterator[Difference]:
    return (Difference(*pair) for pair in pairs if pair[1] != pair[2])


def columns_of(found: Iterable[Difference]) -> dict[str, str | list[str]]:
    """Return the new values by column, as rows keep them."""
    return {
        one.column: list(one.after) if isinstance(one.after, tuple) else one.after for one in found
    }


Renamed = tuple[Policy | Category, tuple[Difference, ...]]


async def renamed(text: PlanText, plan: Plan) -> list[Renamed]:
    """Return the policies and categories that a text names otherwise, and how."""
    mid = plan.municipality_id
    policies = {p.code: p for p in await Policy.of(mid)}
    categories = {c.code: c for c in await Category.of(mid)}
    pairs: Iterable[tuple[Policy | Category, str, str]] = (
        *((policies[p.code], p.name, p.name) for p in text.policies if p.code in policies),
        *(
            (categories[c.code], c.name, c.name_in_source)
            for c in text.categories
            if c.code in categories
        ),
    )
    found = ((row, tuple(heading_differences(row, name, as_is))) for row, name, as_is in pairs)
    return [(row, unlike) for row, unlike in found if unlike]


async def _headings(text: PlanText, plan: Plan) -> tuple[PlannedChange, ...]:
    cover = tuple(cover_differences(plan, text))
    changes = [PlannedChange(code="", name=plan.title, differences=cover)] if cover else []
    changes += [
        PlannedChange(code=row.code, name=row.name, differences=unlike)
        for row, unlike in await renamed(text, plan)
    ]
    return tuple(changes)


async def _new_units(text: PlanText, municipality: Municipality) -> tuple[str, ...]:
    departments = {d.id: d.name for d in await Department.of(municipality.id)}
    groups = {(departments[g.department_id], g.name) for g in await Group.of(municipality.id)}
    known = set(departments.values())
    return tuple(
        f"{one.name} {group}" if group else one.name
        for one in text.departments
        for group in (None, *one.groups)
        if (one.name not in known if group is None else (one.name, group) not in groups)
    )
