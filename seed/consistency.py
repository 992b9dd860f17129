"""What must agree between the categories of section 5 and the projects of section 6.

A fault that is merely what another, reported one leads to is passed over: a row whose number cannot
be read is no gap in the numbering, and explains one project too few.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from seed.categories import NAME_COLUMN, Classification
from seed.codes import ProjectCode
from seed.findings import Findings
from seed.problems import ProblemCode
from seed.projects import ProjectRow
from seed.values import CategoryText, MendRule


def check_consistency(
    rows: Sequence[ProjectRow], classification: Classification, findings: Findings
) -> None:
    """Report doubled and missing numbers, unknown categories, and counts that are not true."""
    _check_duplicates(rows, findings)
    _check_gaps(rows, findings)
    unknown = _check_known(rows, classification, findings)
    found: Counter[str] = Counter()
    unsettled: list[ProjectRow] = []
    for row in rows:
        category = None if row.category in unknown else row.category
        if category and _is_inside_policy(row, category, findings):
            found[category] += 1
            _name_by_code(row, classification, findings)
        else:
            unsettled.append(row)
    if rows:
        _check_counts(found, unsettled, classification, findings)


def _check_duplicates(rows: Iterable[ProjectRow], findings: Findings) -> None:
    lines: dict[ProjectCode, int] = {}
    for row in rows:
        if row.code and lines.setdefault(row.code, row.line) != row.line:
            findings.report(
                row.line,
                ProblemCode.DUPLICATE_PROJECT,
                project=row.code,
                first=lines[row.code],
            )


def _check_gaps(rows: Sequence[ProjectRow], findings: Findings) -> None:
    """Report each run of missing numbers at the row that should have followed it."""
    numbers: dict[int, dict[int, int]] = defaultdict(dict)
    unread_before: dict[int, int] = {}
    unread = 0
    for row in sorted(rows, key=lambda each: each.line):
        if row.code is None:
            unread += 1
            continue
        numbers[row.code.policy].setdefault(row.code.number, row.line)
        unread_before[row.line] = unread
        unread = 0
    for policy, lines in numbers.items():
        for first, last in _gaps(sorted(lines)):
            line = lines[last + 1]
            if unread_before[line] < last - first + 1:
                start, end = ProjectCode(policy, first), ProjectCode(policy, last)
                missing = f"{start}" if start == end else f"{start}–{end}"
                findings.report(line, ProblemCode.NUMBER_GAP, missing=missing)


def _gaps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    expected = 1
    for number in numbers:
        if number > expected:
            yield expected, number - 1
        expected = number + 1


def _check_known(
    rows: Iterable[ProjectRow], classification: Classification, findings: Findings
) -> set[str]:
    """Report categories that section 5 lacks, unless its own faults explain as many of them."""
    lines = [
        (row.line, row.category)
        for row in rows
        if row.category and row.category not in classification.lines
    ]
    unknown = {category for _, category in lines}
    if classification.lines and len(unknown) > classification.doubtful:
        for line, category in lines:
            findings.report(line, ProblemCode.UNKNOWN_CATEGORY, category=category)
    return unknown


def _is_inside_policy(row: ProjectRow, category: str, findings: Findings) -> bool:
    if row.code is None or str(row.code.policy) == category.partition("-")[0]:
        return True
    findings.report(
        row.line, ProblemCode.PROJECT_OUTSIDE_POLICY, project=row.code, category=category
    )
    return False


def _name_by_code(row: ProjectRow, classification: Classification, findings: Findings) -> None:
    category = classification.categories.get(row.category or "")
    if category is None or not row.category_cell:
        return
    name = row.category_cell.removeprefix(category.code).strip()
    if name != category.name:
        findings.mend(
            row.line,
            f"{row.code} {NAME_COLUMN}",
            MendRule.CATEGORY_NAME,
            row.category_cell,
            f"{category.code} {category.name}",
        )


def _check_counts(
    found: Counter[str],
    unsettled: Iterable[ProjectRow],
    classification: Classification,
    findings: Findings,
) -> None:
    wrong = [
        (category, found[category.code] - category.project_count)
        for category in classification.categories.values()
        if found[category.code] != category.project_count
    ]
    short = _unexplained(wrong, unsettled)
    for category, difference in wrong:
        if difference > 0 or category.policy_code in short:
            findings.report(
                category.line,
                ProblemCode.WRONG_COUNT,
                category=category.code,
                said=category.project_count,
                found=found[category.code],
            )


def _unexplained(
    wrong: Iterable[tuple[CategoryText, int]], unsettled: Iterable[ProjectRow]
) -> set[str]:
    """Return the policies that lack more projects than rows of unsettled category can explain.

    Such a row may explain one in its number's policy, or in any if its number is in doubt too.
    """
    missing: Counter[str] = Counter()
    for category, difference in wrong:
        missing[category.policy_code] += max(0, -difference)
    of_any_policy = 0
    for row in unsettled:
        if row.code and missing[str(row.code.policy)] > 0:
            missing[str(row.code.policy)] -= 1
        else:
            of_any_policy += 1
    return set(+missing) if missing.total() > of_any_policy else set()
