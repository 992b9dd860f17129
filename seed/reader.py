"""Reads the text of a municipality's DX action plan into values.

The text is what a conversion of the printed plan gives: a cover, numbered sections, and tables
between bars. Nothing depends on where a line stands: sections are found by their names, columns by
their headers, and there may be any number of policies, categories, tables and rows.
"""

from collections.abc import Iterable

from seed.categories import read_classification
from seed.characters import check_scripts, decode
from seed.consistency import check_consistency
from seed.findings import Findings
from seed.mends import HASHIKAMI, Mend, Mends
from seed.outline import find_sections, read_cover, read_last_fiscal_year
from seed.problems import PlanTextError, Problem, ProblemCode
from seed.projects import is_project_table, read_projects
from seed.tables import Table, read_tables
from seed.values import (
    CategoryText,
    DepartmentText,
    Mended,
    MendRule,
    PlanText,
    PolicyText,
    ProjectText,
)

__all__ = [
    "HASHIKAMI",
    "CategoryText",
    "DepartmentText",
    "Mend",
    "MendRule",
    "Mended",
    "Mends",
    "PlanText",
    "PlanTextError",
    "PolicyText",
    "Problem",
    "ProblemCode",
    "ProjectText",
    "read",
]


def read(raw: bytes, mends: Mends = HASHIKAMI) -> PlanText:
    """Read a whole plan, or none of it.

    `raw` is UTF-8, with or without a byte order mark, with either kind of line end. `mends` are
    the editorial mends of the town's text; they do nothing where the misprint is not found.
    Whatever differs between the text and the values is in `PlanText.mended`.

    Raises:
        PlanTextError: with everything that is wrong with the text.
    """
    findings = Findings(mends=mends)
    lines = decode(raw, findings)
    if lines is None:
        raise PlanTextError(findings.problems)
    cover = read_cover(lines, findings)
    sections = find_sections(lines, findings)
    last_fiscal_year = read_last_fiscal_year(lines, sections.period, findings)
    tables = read_tables(lines, findings)
    of_projects, others = _parted(tables, sections.projects.start)
    classification = read_classification(lines, sections.policies, others, findings)
    rows = read_projects(of_projects, findings)
    if not rows:
        findings.report(min(sections.projects.start + 1, len(lines)), ProblemCode.NO_PROJECTS)
    check_consistency(rows, classification, findings)
    check_scripts(lines, findings)
    if findings.problems or last_fiscal_year is None:
        raise PlanTextError(findings.problems)
    projects = tuple(row.project for row in rows if row.project)
    return PlanText(
        title=cover.title,
        prefecture=cover.prefecture,
        municipality_name=cover.municipality_name,
        published=cover.published,
        last_fiscal_year=last_fiscal_year,
        policies=tuple(classification.policies.values()),
        categories=tuple(sorted(classification.categories.values(), key=_number)),
        departments=_departments(projects),
        projects=projects,
        mended=tuple(sorted(findings.mended, key=lambda each: each.line)),
    )


def _parted(tables: Iterable[Table], start: int) -> tuple[list[Table], list[Table]]:
    """Part the tables of projects, which stand after their heading or look like them, from others."""
    of_projects: list[Table] = []
    others: list[Table] = []
    for table in tables:
        listed = table.line > start or is_project_table(table)
        (of_projects if listed else others).append(table)
    return of_projects, others


def _number(category: CategoryText) -> tuple[int, ...]:
    return tuple(int(part) for part in category.code.split("-"))


def _departments(projects: Iterable[ProjectText]) -> tuple[DepartmentText, ...]:
    groups: dict[str, dict[str, None]] = {}
    for project in projects:
        of_department = groups.setdefault(project.department, {})
        if project.group:
            of_department[project.group] = None
    return tuple(
        DepartmentText(name=name, groups=tuple(of_department))
        for name, of_department in groups.items()
    )
