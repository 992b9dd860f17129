"""Section 6: the tables of projects, their columns found by name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from seed.categories import NAME_COLUMN as CATEGORY
from seed.codes import ProjectCode, category_code, category_mention, narrow, project_code
from seed.effects import effects
from seed.findings import Findings
from seed.problems import ProblemCode
from seed.tables import Row, Table
from seed.values import MendRule, ProjectText

NUMBER: Final = "No."
DEPARTMENT: Final = "担当課"
GROUP: Final = "グループ"
TITLE: Final = "事業名称"
CONTENT: Final = "事業内容"
EFFECTS: Final = "期待される効果"
COLUMNS: Final = (NUMBER, DEPARTMENT, GROUP, CATEGORY, TITLE, CONTENT, EFFECTS)
_NO_GROUP: Final = "-"
_ENOUGH_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A row as far as it could be read; `project` is None where too little could be.

    `category_cell` is the category's code and name after mending, empty where it was not read.
    """

    line: int
    code: ProjectCode | None
    category: str | None
    category_cell: str = ""
    project: ProjectText | None = None


def _key(cell: str) -> str:
    return "".join(narrow(cell).split()).casefold().rstrip(".")


_NAMES: Final = {_key(name): name for name in COLUMNS}


def is_project_table(table: Table) -> bool:
    """Tell a table of projects from others by its header, or by its numbers if that is broken."""
    header = table.header.cells if table.header else ()
    return sum(_key(cell) in _NAMES for cell in header) >= _ENOUGH_COLUMNS or any(
        project_code(cell) for row in table.rows for cell in row.cells
    )


def read_projects(tables: Iterable[Table], findings: Findings) -> list[ProjectRow]:
    """Read all rows; a table whose header is unreadable is read by the one before it."""
    rows: list[ProjectRow] = []
    columns: Mapping[str, int] = {}
    width = 0
    for table in tables:
        header = table.header
        if header and header.whole and not header.has_code:
            columns, width = _read_header(header, findings), table.width
        elif table.width != width:
            columns = {}
        rows.extend(_read_row(row, columns, findings) for row in _rows(table, findings))
    return rows


def _rows(table: Table, findings: Findings) -> Iterator[Row]:
    if table.header and table.header.has_code:
        findings.report(table.line, ProblemCode.MISSING_HEADER)
        yield table.header
    yield from table.rows


def _read_header(header: Row, findings: Findings) -> dict[str, int]:
    """Return the index of each column that is there once; which of two is meant, nobody knows."""
    columns: dict[str, int] = {}
    doubled: set[str] = set()
    for index, cell in enumerate(header.cells):
        name = _NAMES.get(_key(cell))
        if name is None:
            known = "・".join(COLUMNS)
            findings.report(header.line, ProblemCode.UNKNOWN_COLUMN, column=cell, known=known)
        elif name in columns:
            findings.report(header.line, ProblemCode.DUPLICATE_COLUMN, column=name)
            doubled.add(name)
        else:
            columns[name] = index
            findings.mend(header.line, name, MendRule.NORMALISED, cell, name)
    for name in COLUMNS:
        if name not in columns:
            findings.report(header.line, ProblemCode.MISSING_COLUMN, column=name)
    return {name: index for name, index in columns.items() if name not in doubled}


def _read_row(row: Row, columns: Mapping[str, int], findings: Findings) -> ProjectRow:
    if not row.whole or NUMBER not in columns or CATEGORY not in columns:
        return _glimpse(row)
    cells = {name: row.cells[index] for name, index in columns.items()}
    empty = "」「".join(name for name, cell in cells.items() if not cell)
    if empty:
        findings.report(row.line, ProblemCode.EMPTY_CELL, where=f"「{empty}」")
    code = _read_code(row.line, cells[NUMBER], findings)
    known_as = str(code) if code else cells[NUMBER]
    for name, cell in cells.items():
        if name != NUMBER:
            cells[name] = findings.edited(row.line, known_as, name, cell)
    category, category_cell = _read_category(row.line, known_as, cells[CATEGORY], findings)
    return ProjectRow(
        line=row.line,
        code=code,
        category=category,
        category_cell=category_cell,
        project=_project(row, known_as, category, cells, findings),
    )


def _glimpse(row: Row) -> ProjectRow:
    """Take the codes that a broken row still shows, so that they are not missed elsewhere."""
    codes = (code for cell in row.cells if (code := project_code(cell)))
    mentions = (mention for cell in row.cells if (mention := category_mention(cell)))
    mention = next(mentions, None)
    category = category_code(mention[0]) if mention else None
    return ProjectRow(line=row.line, code=next(codes, None), category=category)


def _read_code(line: int, cell: str, findings: Findings) -> ProjectCode | None:
    code = project_code(cell)
    if code:
        findings.narrowed(line, f"{code} {NUMBER}", cell)
    elif cell:
        findings.report(line, ProblemCode.MALFORMED_CODE, where=NUMBER, found=cell, like="1_01")
    return code


def _read_category(
    line: int, known_as: str, cell: str, findings: Findings
) -> tuple[str | None, str]:
    where = f"{known_as} {CATEGORY}"
    mention = category_mention(cell)
    if mention:
        code = findings.narrowed(line, where, mention[0])
        return code, cell.replace(mention[0], code, 1)
    if cell:
        findings.report(line, ProblemCode.MALFORMED_CODE, where=where, found=cell, like="1-1")
    return None, ""


def _project(
    row: Row, known_as: str, category: str | None, cells: Mapping[str, str], findings: Findings
) -> ProjectText | None:
    group = _read_group(row.line, known_as, cells.get(GROUP, ""), findings)
    items = _read_effects(row.line, known_as, cells.get(EFFECTS, ""), findings)
    for name in (DEPARTMENT, GROUP, TITLE, CONTENT):
        findings.refuse_markup(row.line, f"{known_as} {name}", cells.get(name, ""))
    if category is None or len(cells) < len(COLUMNS):
        return None
    return ProjectText(
        code=known_as,
        department=cells[DEPARTMENT],
        group=group,
        category_code=category,
        title=cells[TITLE],
        content=cells[CONTENT],
        expected_effects=items,
        line=row.line,
        raw=row.raw,
    )


def _read_group(line: int, known_as: str, cell: str, findings: Findings) -> str | None:
    if narrow(cell) != _NO_GROUP:
        return cell
    findings.mend(line, f"{known_as} {GROUP}", MendRule.NO_GROUP, cell, "")
    return None


def _read_effects(line: int, known_as: str, cell: str, findings: Findings) -> tuple[str, ...]:
    where = f"{known_as} {EFFECTS}"
    items, rule = effects(cell)
    if rule:
        findings.mend(line, where, rule, cell, "\n".join(items))
    if cell and not items:
        findings.report(line, ProblemCode.EMPTY_CELL, where=f"「{EFFECTS}」")
    findings.refuse_markup(line, where, " ".join(items))
    return items
