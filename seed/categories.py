"""Section 5: the policies, and the categories of each with their numbers of projects."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from seed.codes import category_code, project_count
from seed.findings import Findings
from seed.outline import POLICIES
from seed.problems import ProblemCode
from seed.tables import Row, Table
from seed.values import CategoryText, PolicyText

NAME_COLUMN: Final = "分類"
COUNT_COLUMN: Final = "事業数"
_PARTS: Final = ("番号", "名称", "事業数")
_ENTRY: Final = len(_PARTS)
_POLICY = re.compile(r"基本方針\s{0,4}([0-9０-９]{1,3})[\s:：.．、]\s{0,4}(\S.*)")


@dataclass(slots=True)
class Classification:
    """What section 5 says.

    `lines` tells where each code stands first, also one whose entry is faulty otherwise; `doubtful`
    counts entries whose code itself is in doubt: a code that a project uses may be meant by one.
    """

    policies: dict[str, PolicyText] = field(default_factory=dict)
    categories: dict[str, CategoryText] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: its line, the heading above it and the policy read from that.

    `headed` is false in a section without any heading, which is reported once and not here.
    """

    line: int
    policy: PolicyText | None
    heading: str
    headed: bool


def read_classification(
    lines: Sequence[str], section: range, tables: Iterable[Table], findings: Findings
) -> Classification:
    """Read headings and tables in their order: a table belongs to the policy above it."""
    result = Classification()
    tables_at = {table.line: table for table in tables}
    policy: PolicyText | None = None
    heading, heading_line, has_table = "", 0, True
    headed = any(_is_heading(lines[index].strip()) for index in section)
    for line in (index + 1 for index in section):
        text = lines[line - 1].strip()
        if _is_heading(text):
            _require_table(policy, heading_line, has_table=has_table, findings=findings)
            policy = _read_policy(line, text, result, findings)
            heading, heading_line, has_table = text, line, False
        elif line in tables_at and (heading or _has_codes(tables_at[line])):
            has_table = True
            for row in _rows(tables_at[line], findings):
                place = _Place(row.line, policy, heading, headed)
                _read_row(row, place, result, findings)
    _require_table(policy, heading_line, has_table=has_table, findings=findings)
    if not headed:
        findings.report(section.start + 1, ProblemCode.NO_POLICIES)
    return result


def _has_codes(table: Table) -> bool:
    return any(row.has_code for row in table.rows)


def _is_heading(text: str) -> bool:
    """Also one whose number cannot be read, but no sentence about the policies."""
    return text.startswith(POLICIES) and (not text.endswith("。") or bool(_POLICY.fullmatch(text)))


def _require_table(
    policy: PolicyText | None, line: int, *, has_table: bool, findings: Findings
) -> None:
    if policy and not has_table:
        findings.report(line, ProblemCode.NO_CATEGORIES, policy=policy.code)


def _read_policy(
    line: int, text: str, result: Classification, findings: Findings
) -> PolicyText | None:
    match = _POLICY.fullmatch(text)
    number = findings.narrowed(line, POLICIES, match[1]) if match else ""
    if match is None or number.startswith("0"):
        findings.report(line, ProblemCode.MALFORMED_POLICY, found=text)
        return None
    policy = PolicyText(code=number, name=match[2], line=line)
    findings.refuse_markup(line, f"{POLICIES}{number}", policy.name)
    first = result.policies.setdefault(number, policy)
    if first is not policy:
        findings.report(line, ProblemCode.DUPLICATE_POLICY, policy=number, first=first.line)
    return policy


def _rows(table: Table, findings: Findings) -> Iterator[Row]:
    """Yield the rows, whole only if they can be parted in threes; a header may be a row itself."""
    if table.width % _ENTRY:
        findings.report(table.line, ProblemCode.CATEGORY_TABLE_SHAPE, width=table.width)
    if table.header and table.header.has_code:
        yield table.header
    yield from table.rows


def _read_row(row: Row, place: _Place, result: Classification, findings: Findings) -> None:
    if not row.whole or len(row.cells) % _ENTRY:
        codes = [code for cell in row.cells if (code := category_code(cell))]
        for code in codes:
            result.lines.setdefault(code, row.line)
        counts = sum(project_count(cell) is not None for cell in row.cells)
        result.doubtful += max(0, counts - len(codes))
        return
    for start in range(0, len(row.cells), _ENTRY):
        cells = row.cells[start : start + _ENTRY]
        if any(cells):
            _read_entry(cells, place, result, findings)


def _read_entry(
    cells: tuple[str, ...], place: _Place, result: Classification, findings: Findings
) -> None:
    raw_code, raw_name, raw_count = cells
    code, line = category_code(raw_code), place.line
    if not all(cells):
        empty = "・".join(part for part, cell in zip(_PARTS, cells, strict=True) if not cell)
        findings.report(line, ProblemCode.EMPTY_CELL, where=f"{NAME_COLUMN} {empty}")
    if code is None:
        result.doubtful += 1
        if raw_code:
            findings.report(
                line, ProblemCode.MALFORMED_CODE, where=NAME_COLUMN, found=raw_code, like="1-1"
            )
        return
    findings.narrowed(line, f"{code} {NAME_COLUMN}", raw_code)
    count = _read_count(raw_count, code, line, findings)
    result.doubtful += _misplaced(code, place, result, findings)
    result.lines.setdefault(code, line)
    if count is None or not raw_name:
        return
    name = findings.edited(line, code, NAME_COLUMN, raw_name)
    findings.refuse_markup(line, f"{code} {NAME_COLUMN}", name)
    category = CategoryText(
        code=code,
        policy_code=code.partition("-")[0],
        name=name,
        name_in_source=raw_name,
        project_count=count,
        line=line,
    )
    result.categories.setdefault(code, category)


def _read_count(cell: str, code: str, line: int, findings: Findings) -> int | None:
    where = f"{code} {COUNT_COLUMN}"
    count = project_count(cell)
    if count is not None:
        findings.narrowed(line, where, cell)
    elif cell:
        findings.report(line, ProblemCode.MALFORMED_COUNT, where=where, found=cell)
    return count


def _misplaced(code: str, place: _Place, result: Classification, findings: Findings) -> bool:
    """Report a code that stands there already, or below another policy's heading."""
    first = result.lines.get(code)
    if first:
        findings.report(place.line, ProblemCode.DUPLICATE_CATEGORY, category=code, first=first)
    outside = place.headed and not place.heading
    if place.policy:
        outside = place.policy.code != code.partition("-")[0]
    if outside:
        findings.report(
            place.line,
            ProblemCode.CATEGORY_OUTSIDE_POLICY,
            category=code,
            policy=place.heading,
        )
    return outside or first is not None
