"""The plan: its municipality, policies, categories, scale of grades and revisions."""

import datetime as dt
from typing import Any

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import Node, backed_by, field, later, many, plain
from schema.progress import Progress, progress_of_category, progress_of_policy
from workflows import records
from workflows.fiscal import label_en, label_ja


def _grade_label(parent: strawberry.Parent[records.Grade], lang: LANG = Lang.JA) -> str:
    return parent.label_ja if lang is Lang.JA else parent.label_en


def _note(parent: strawberry.Parent["Mended"], lang: LANG = Lang.JA) -> str:
    return parent.note_ja if lang is Lang.JA else parent.note_en


def _year_label(parent: strawberry.Parent["FiscalYear"], lang: LANG = Lang.JA) -> str:
    return label_ja(parent.year) if lang is Lang.JA else label_en(parent.year)


async def _plan_of_revision(
    parent: strawberry.Parent[records.PlanRevision], info: Info
) -> records.Plan | None:
    return await info.context.loaders.row(records.Plan, parent.plan_id)


@strawberry.type(description="A town (地方公共団体) with its own record.")
class Municipality(Node):
    """Whose plan it is."""

    is_type_of = backed_by(records.Municipality, "Municipality")
    code: str = plain("全国地方公共団体コード: five digits and a check digit.")
    name: str = plain("For instance 階上町.")
    prefecture: str = plain("For instance 青森県.")


@strawberry.type(description="A revision of the plan within its period.")
class PlanRevision(Node):
    """What was revised, and why."""

    is_type_of = backed_by(records.PlanRevision, "PlanRevision")
    number: int = plain("1 is the first revision.")
    summary: str = plain("What was revised.")
    reason: str | None = plain("Why; null for who may not read comments.")
    effective_on: dt.date = plain("From when on it holds.")
    plan = field(_plan_of_revision, later("Plan", "schema.plans"), "The plan that was revised.")


@strawberry.type(description="One step of the scale of grades (達成度), best first.")
class GradeStep(Node):
    """A grade that an evaluation may give."""

    is_type_of = backed_by(records.Grade, "GradeStep")
    code: str = plain("For instance A.")
    rolls_out: bool = plain("Whether such a result may be offered to other departments (横展開).")
    label = field(_grade_label, str, "What the grade means.")


@strawberry.type(description="Something in the plan's text that was mended when it was loaded.")
class Mended:
    """The text as received, and what was made of it."""

    line: int = plain("The line of the text, from 1.")
    where: str = plain("What it is about: a code and a column.")
    rule: str = plain("Which rule applied.")
    before: str = plain("As received.")
    after: str = plain("As mended.")
    note_ja: strawberry.Private[str]
    note_en: strawberry.Private[str]
    note = field(_note, str, "Why it was mended.")


async def municipality(info: Info) -> records.Municipality:
    """Return the town that is asked about."""
    return await info.context.loaders.municipality()


async def _policies(parent: strawberry.Parent[records.Plan], info: Info) -> list[records.Policy]:
    return await info.context.loaders.policies(parent.id)


async def _revisions(
    parent: strawberry.Parent[records.Plan], info: Info
) -> list[records.PlanRevision]:
    return await info.context.loaders.revisions(parent.id)


async def _grades(info: Info) -> list[records.Grade]:
    return await info.context.loaders.grades()


async def _plan_of_policy(
    parent: strawberry.Parent[records.Policy], info: Info
) -> records.Plan | None:
    return await info.context.loaders.row(records.Plan, parent.plan_id)


def _mended(parent: strawberry.Parent[records.Plan]) -> list[Mended]:
    rows: list[dict[str, Any]] = parent.mended
    return [Mended(**row) for row in rows]


async def _categories(
    parent: strawberry.Parent[records.Policy], info: Info
) -> list[records.Category]:
    return await info.context.loaders.categories(parent.id)


async def _policy(parent: strawberry.Parent[records.Category], info: Info) -> records.Policy | None:
    return await info.context.loaders.row(records.Policy, parent.policy_id)


async def _projects(
    parent: strawberry.Parent[records.Category], info: Info
) -> list[records.Project]:
    return await info.context.loaders.projects_of_category(parent.id)


def _fiscal_years(parent: strawberry.Parent[records.Plan]) -> list["FiscalYear"]:
    return [
        FiscalYear(year=year)
        for year in range(parent.first_fiscal_year, parent.last_fiscal_year + 1)
    ]


@strawberry.type(description="A fiscal year (年度): April to March.")
class FiscalYear:
    """An integer, and what it is called."""

    year: int = plain("2026 is 令和8年度, April 2026 to March 2027.")
    label = field(_year_label, str, "For instance 令和8年度.")


@strawberry.type(description="The action plan (計画) of a municipality.")
class Plan(Node):
    """The plan, as printed and since revised."""

    is_type_of = backed_by(records.Plan, "Plan")
    title: str = plain("As printed.")
    published: str = plain("As printed, for instance 令和8年3月.")
    first_fiscal_year: int = plain("2026 is 令和8年度.")
    last_fiscal_year: int = plain("The last fiscal year of the plan's period.")
    is_sample: bool = plain("Whether all of this is sample data (見本), not the town's own.")
    source_sha256: str = plain(
        "SHA-256 of the text it was loaded from, in hexadecimal.", name="sourceSha256"
    )
    fiscal_years = field(_fiscal_years, list[FiscalYear], "Every fiscal year of the period.")
    municipality = field(municipality, Municipality, "Whose plan it is.")
    policies = field(_policies, many(later("Policy", "schema.plans")), "In the plan's order.")
    grades = field(_grades, list[GradeStep], "The scale of grades, best first.")
    revisions = field(_revisions, list[PlanRevision], "Revisions within the period.")
    mended = field(_mended, list[Mended], "Everything that was mended in the text.")


@strawberry.type(description="A basic policy (基本方針).")
class Policy(Node):
    """1, 2, 3."""

    is_type_of = backed_by(records.Policy, "Policy")
    code: str = plain("For instance 1.")
    name: str = plain("As printed.")
    plan = field(_plan_of_policy, Plan, "The plan it is of.")
    categories = field(_categories, many(later("Category", "schema.plans")), "In the plan's order.")
    progress = field(progress_of_policy, Progress, "How its projects stand in a fiscal year.")


@strawberry.type(description="A category (分類) under a policy.")
class Category(Node):
    """Numbered 1-1, 1-2 and so on."""

    is_type_of = backed_by(records.Category, "Category")
    code: str = plain("For instance 1-5.")
    name: str = plain("As meant.")
    name_in_source: str = plain("As printed in section 5 of the plan.")
    policy = field(_policy, Policy, "The policy it is under.")
    projects = field(_projects, many(later("Project", "schema.projects")), "In the plan's order.")
    progress = field(progress_of_category, Progress, "How its projects stand in a fiscal year.")
