"""What loading a text would change, told before anything is written."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from seed.town import Town
from seed.values import PlanText, ProjectText
from workflows.records import Category, Municipality, Ownership, Plan, Project


def sha256_of(source: bytes) -> str:
    """Return the fingerprint by which a text is known again."""
    return hashlib.sha256(source).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLoad:
    """What loading a text would do."""

    is_new: bool = False
    """There is no plan yet."""
    same_text: bool = False
    """This very text was loaded before."""
    added: tuple[str, ...] = ()
    """Codes of projects to add."""
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of projects to change, and which columns."""
    missing: tuple[str, ...] = ()
    """Codes of projects that the text no longer has; they stay, until the office withdraws them."""
    blocked_by: str = ""
    """Why it cannot be loaded; empty where it can."""


async def plan_load(text: PlanText, source: bytes, town: Town, *, sample: bool) -> PlannedLoad:
    """Tell what loading a text would do, and write nothing."""
    municipality = await Municipality.get_or_none(code=town.code)
    plan = await Plan.of(municipality.id).first() if municipality else None
    if municipality is None or plan is None:
        return PlannedLoad(is_new=True, added=tuple(p.code for p in text.projects))
    if plan.is_sample != sample:
        kind = "sample" if plan.is_sample else "real"
        return PlannedLoad(blocked_by=f"this database holds {kind} data already")
    if plan.source_sha256 == sha256_of(source):
        return PlannedLoad(same_text=True)
    known = {p.code: p for p in await Project.of(municipality.id).select_related("category")}
    changed = {
        p.code: tuple(name for name, _, _ in differences(known[p.code], p))
        for p in text.projects
        if p.code in known
    }
    blocked_by = await _blocked_by(text, known)
    return PlannedLoad(
        added=tuple(p.code for p in text.projects if p.code not in known),
        changed={code: names for code, names in changed.items() if names},
        missing=tuple(sorted(set(known) - {p.code for p in text.projects})),
        blocked_by=blocked_by,
    )


async def _blocked_by(text: PlanText, known: dict[str, Project]) -> str:
    """Return what a text asks that is an act of the office, not of a text."""
    mid = next(iter(known.values())).municipality_id
    categories = {c.code for c in await Category.of(mid)}
    owned = Ownership.of(mid).filter(ends_on__isnull=True).select_related("department", "group")
    owners = {
        o.project_id: (o.department.name, o.group.name if o.group else None) for o in await owned
    }
    unknown = sorted({c.code for c in text.categories} - categories)
    both = [(known[p.code], p) for p in text.projects if p.code in known]
    moved = [p.code for project, p in both if project.category.code != p.category_code]
    transferred = [p.code for project, p in both if owners[project.id] != (p.department, p.group)]
    reasons = {
        "there are new categories": unknown,
        "projects stand under another category": moved,
        "projects have another owner (use transferOwnership)": transferred,
    }
    return "; ".join(f"{why}: {', '.join(codes)}" for why, codes in reasons.items() if codes)


def differences(project: Project, text: ProjectText) -> Iterator[tuple[str, object, object]]:
    """Yield each column in which a text differs from a project: name, old value, new value."""
    pairs = (
        ("title", project.title, text.title),
        ("content", project.content, text.content),
        ("expected_effects", list(project.expected_effects), list(text.expected_effects)),
        ("source_text", project.source_text, text.raw),
    )
    return ((name, old, new) for name, old, new in pairs if old != new)
