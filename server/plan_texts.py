"""Plan texts that come through the API: the seed reads them, the API shows what it says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from typing_extensions import override

from schema.blockers import api_path
from schema.planned_text import (
    MOST_MENDS,
    MOST_PROBLEMS,
    MOST_PROJECTS,
    PlannedHeading,
    PlannedProject,
    PlanObstacle,
    PlanPreview,
    PlanTextChange,
    PlanTextProblem,
    PlanTexts,
    PlanTextSummary,
)
from schema.plans import Mended
from seed.preview import Difference
from seed.reader import PlanText, Problem, ProjectText
from seed.renewal import Previewed, preview, renew
from workflows.ledger import Outcome
from workflows.records import Ownership, Project
from workflows.refusals import Refusal
from workflows.unit import Request


class SeedTexts(PlanTexts):
    """Reads them as `meguru seed` does."""

    @override
    async def preview(self, asked: Request, text: str) -> PlanPreview | Refusal:
        found = await preview(asked, _source(text))
        return await _told(asked, found) if isinstance(found, Previewed) else found

    @override
    async def take_over(
        self, asked: Request, text: str, expected: str
    ) -> tuple[Outcome, PlanPreview | None]:
        outcome, found = await renew(asked, _source(text), expected)
        return outcome, await _told(asked, found) if found else None


def _source(text: str) -> bytes:
    """Return a text as bytes; half a character, which no file can hold, becomes a question mark."""
    return text.encode(errors="replace")


async def _told(asked: Request, found: Previewed) -> PlanPreview:
    planned, text = found.planned, found.text
    of_text = {p.code: p for p in text.projects} if text else {}
    unlike = {one.code: one.differences for one in planned.changed}
    return PlanPreview(
        summary=_summary(text) if text else None,
        problems=[_problem(one) for one in found.problems[:MOST_PROBLEMS]],
        problem_count=len(found.problems),
        mended=[Mended(**asdict(one)) for one in text.mended[:MOST_MENDS]] if text else [],
        mended_count=len(text.mended) if text else 0,
        is_unchanged=planned.same_text,
        added=[_added(of_text[code]) for code in planned.added[:MOST_PROJECTS]],
        added_count=len(planned.added),
        changed=[
            _added(of_text[code], _changes(unlike[code])) for code in [*unlike][:MOST_PROJECTS]
        ],
        changed_count=len(planned.changed),
        missing=await _missing(asked, planned.missing[:MOST_PROJECTS]),
        missing_count=len(planned.missing),
        headings=[
            PlannedHeading(code=one.code, name=one.name, changes=_changes(one.differences))
            for one in planned.headings
        ],
        new_units=list(planned.units),
        blocked_by=[
            PlanObstacle(
                kind=str(one.code),
                about=list(one.about),
                message_ja=one.message_ja,
                message_en=one.message_en,
            )
            for one in planned.obstacles
        ],
        sha256=found.sha256() if found.can_be_loaded else None,
    )


def _summary(text: PlanText) -> PlanTextSummary:
    return PlanTextSummary(
        title=text.title,
        published=text.published,
        municipality_name=text.municipality_name,
        last_fiscal_year=text.last_fiscal_year,
        policy_count=len(text.policies),
        category_count=len(text.categories),
        project_count=len(text.projects),
        department_count=len(text.departments),
    )


def _problem(one: Problem) -> PlanTextProblem:
    return PlanTextProblem(
        line=one.line, kind=str(one.code), message_ja=one.message_ja, message_en=one.message_en
    )


def _changes(found: Iterable[Difference]) -> list[PlanTextChange]:
    return [
        PlanTextChange(
            name=api_path(one.column), before=_items(one.before), after=_items(one.after)
        )
        for one in found
    ]


def _items(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _owner(department: str, group: str | None) -> str:
    return f"{department} {group}" if group else department


def _added(text: ProjectText, changes: Sequence[PlanTextChange] = ()) -> PlannedProject:
    owner = _owner(text.department, text.group)
    return PlannedProject(code=text.code, title=text.title, owner=owner, changes=list(changes))


async def _missing(asked: Request, codes: Sequence[str]) -> list[PlannedProject]:
    mid = asked.municipality_id
    projects = await Project.of(mid).filter(code__in=list(codes)).order_by("code")
    owned = Ownership.of(mid).filter(ends_on__isnull=True, project_id__in=[p.id for p in projects])
    owners = {
        o.project_id: _owner(o.department.name, o.group.name if o.group else None)
        for o in await owned.select_related("department", "group")
    }
    return [
        PlannedProject(code=p.code, title=p.title, owner=owners.get(p.id, ""), changes=[])
        for p in projects
    ]
