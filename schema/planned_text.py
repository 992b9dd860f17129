"""What is said of a plan's text before it is taken over, and who reads such texts."""

from typing import Any, Final, Protocol

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import field, plain
from schema.plans import Mended
from schema.projects import Project
from workflows.ledger import Outcome
from workflows.refusals import Refusal
from workflows.unit import Request

MOST_PROBLEMS: Final = 500
MOST_MENDS: Final = 1_000
MOST_PROJECTS: Final = 300
"""So many of each are told; the counts tell of all."""


def _problem(parent: strawberry.Parent["PlanTextProblem"], lang: LANG = Lang.JA) -> str:
    return parent.message_ja if lang is Lang.JA else parent.message_en


def _obstacle(parent: strawberry.Parent["PlanObstacle"], lang: LANG = Lang.JA) -> str:
    return parent.message_ja if lang is Lang.JA else parent.message_en


@strawberry.type(description="Something wrong with a plan's text, or that is missing in it.")
class PlanTextProblem:
    """Where to mend it, and how."""

    line: int = plain("The line where it is to be mended, from 1.")
    kind: str = plain("For programs, for instance NUMBER_GAP or WRONG_COUNT.")
    message_ja: strawberry.Private[str]
    message_en: strawberry.Private[str]
    message = field(_problem, str, "What to do about it.")


@strawberry.type(description="Something that a text asks and that no text can bring about.")
class PlanObstacle:
    """Do it otherwise, or correct the text."""

    kind: str = plain("For programs, for instance OTHER_OWNER.")
    about: list[str] = plain("Codes of projects or categories, a town's name or a year.")
    message_ja: strawberry.Private[str]
    message_en: strawberry.Private[str]
    message = field(_obstacle, str, "What to do about it.")


@strawberry.type(description="A field in which a text differs from what the plan says now.")
class PlanTextChange:
    """Before and after; a list's items each in its own element."""

    name: str = plain("Which field, for instance content or expectedEffects.")
    before: list[str] = plain("As it is.")
    after: list[str] = plain("As it would be.")


async def _project(parent: strawberry.Parent["PlannedProject"], info: Info) -> Any:  # noqa: ANN401 - the record
    return await info.context.loaders.project(parent.code)


@strawberry.type(description="A project that a text adds, changes, or does not have any more.")
class PlannedProject:
    """What becomes of it."""

    code: str = plain("As printed, for instance 1_05.")
    title: str = plain("As the text says; of one that the text does not have, as the plan says.")
    owner: str = plain("The department, and the group if there is one, as the text says it.")
    project = field(_project, Project | None, "The project; null for one that is added.")
    changes: list[PlanTextChange] = plain("What changes of it; empty for others.")


@strawberry.type(description="What changes of the plan's cover, of a policy or of a category.")
class PlannedHeading:
    """Named by its code."""

    code: str = plain("Of a category (1-2) or a policy (1); empty for the plan itself.")
    name: str = plain("What it is called now.")
    changes: list[PlanTextChange] = plain("What changes of it.")


@strawberry.type(description="How much a text that can be read says.")
class PlanTextSummary:
    """Its cover, and counts."""

    title: str = plain("The plan's title.")
    published: str = plain("As printed, for instance 令和8年3月.")
    municipality_name: str = plain("Whose plan it is, as printed.")
    last_fiscal_year: int = plain("The last fiscal year of the period.")
    policy_count: int = plain("基本方針.")
    category_count: int = plain("分類.")
    project_count: int = plain("取組事業.")
    department_count: int = plain("担当課.")


@strawberry.type(description="What is said of a text before it is taken over. Nothing was written.")
class PlanPreview:
    """Everything at once."""

    summary: PlanTextSummary | None = plain("What it says; null while there are problems.")
    problems: list[PlanTextProblem] = plain("What is wrong, by line; the first 500.")
    problem_count: int = plain("How many problems there are.")
    mended: list[Mended] = plain("What is mended when it is read, by line; the first 1,000.")
    mended_count: int = plain("How many places are mended.")
    is_unchanged: bool = plain("Whether this very text is the one that was loaded last.")
    added: list[PlannedProject] = plain("Projects to add; the first 300.")
    added_count: int = plain("How many are added.")
    changed: list[PlannedProject] = plain("Projects to change; the first 300.")
    changed_count: int = plain("How many are changed.")
    missing: list[PlannedProject] = plain(
        "Projects of the plan that the text does not have; they stay as they are, until the office "
        "withdraws them. The first 300."
    )
    missing_count: int = plain("How many the text does not have.")
    headings: list[PlannedHeading] = plain("What changes of the cover, policies and categories.")
    new_units: list[str] = plain("Departments and groups that are added.")
    blocked_by: list[PlanObstacle] = plain("Why it cannot be taken over; empty where it can.")
    sha256: str | None = plain(
        "To give back as expectedPreview; null where it cannot be taken over, or nothing would be "
        "done."
    )


class PlanTexts(Protocol):
    """Reads plan texts: what only the process can have."""

    async def preview(self, asked: Request, text: str) -> PlanPreview | Refusal:
        """Tell everything about a text, to whoever may load one; write nothing."""

    async def take_over(
        self, asked: Request, text: str, expected: str
    ) -> tuple[Outcome, PlanPreview | None]:
        """Take over a text that was previewed; tell of it where it was looked at."""
