"""The tables of a text: rows of cells between bars, a separator below each header."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seed.codes import looks_like_code
from seed.findings import Findings
from seed.problems import ProblemCode

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")
_MANY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table's row; `whole` is false where it was reported as broken."""

    line: int
    raw: str
    cells: tuple[str, ...]
    closed: bool
    whole: bool = True

    @property
    def is_separator(self) -> bool:
        """Whether at least half of the cells are dashes; a single dash means none elsewhere."""
        dashes = sum(1 for cell in self.cells if _RULE.fullmatch(cell))
        filled = sum(1 for cell in self.cells if cell)
        return dashes > filled * _MANY

    @property
    def has_code(self) -> bool:
        """Whether it is a row of projects or categories, and so no header."""
        return any(looks_like_code(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of `width` cells a row; `header` is None where its absence was reported."""

    line: int
    width: int
    header: Row | None
    rows: tuple[Row, ...]


def read_tables(lines: Sequence[str], findings: Findings) -> list[Table]:
    """Return all tables in their order; report what is broken in them.

    A row with too few or too many cells is kept, marked as not whole, for the codes it still shows.
    """
    return [_table(part, findings) for block in _blocks(lines) for part in _parts(block, findings)]


def _blocks(lines: Sequence[str]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for index, raw in enumerate(lines):
        if _belongs(lines, index):
            block.append(_row(index + 1, raw))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _begins_with_bar(lines: Sequence[str], index: int) -> bool:
    return 0 <= index < len(lines) and lines[index].lstrip().startswith("|")


def _belongs(lines: Sequence[str], index: int) -> bool:
    """Whether a line is a row: also one that has lost its first bar, or was broken in two."""
    if _begins_with_bar(lines, index):
        return True
    above, below = _begins_with_bar(lines, index - 1), _begins_with_bar(lines, index + 1)
    if _BAR.search(lines[index]):
        return above or below
    new_table = index + 2 < len(lines) and _row(0, lines[index + 2]).is_separator
    return bool(lines[index].strip()) and above and below and not new_table


def _row(line: int, raw: str) -> Row:
    cells = [cell.strip() for cell in _BAR.split(raw.strip())]
    opened, closed = len(cells) > 1 and not cells[0], len(cells) > 1 and not cells[-1]
    inner = tuple(cells[1 if opened else 0 : -1 if closed else None])
    return Row(line=line, raw=raw, cells=inner, closed=opened and closed)


def _parts(block: list[Row], findings: Findings) -> Iterator[list[Row]]:
    """Part a block where a header with its separator stands amid the rows."""
    part: list[Row] = []
    for row in block:
        if row.is_separator and len(part) > 1:
            above = part[-1]
            if above.has_code or above.is_separator:
                findings.report(row.line, ProblemCode.STRAY_SEPARATOR)
                continue
            yield part[:-1]
            part = [above]
        part.append(row)
    yield part


def _table(rows: list[Row], findings: Findings) -> Table:
    width = _width(rows)
    checked = list(_checked(rows, width, findings))
    first, rest = checked[0], checked[1:]
    header: Row | None = first
    if first.is_separator:
        findings.report(first.line, ProblemCode.MISSING_HEADER)
        header = None
    elif rest and rest[0].is_separator:
        rest = rest[1:]
    elif first.has_code:
        findings.report(first.line, ProblemCode.MISSING_HEADER)
        header, rest = None, checked
    else:
        findings.report(first.line, ProblemCode.MISSING_SEPARATOR)
    return Table(line=rows[0].line, width=width, header=header, rows=tuple(rest))


def _width(rows: Sequence[Row]) -> int:
    """Header and separator say how many cells a row has; where they differ, most rows do."""
    widths = [len(row.cells) for row in rows]
    agreed = len(rows) > 1 and rows[1].is_separator and widths[0] == widths[1]
    return widths[0] if agreed else Counter(widths).most_common(1)[0][0]


def _checked(rows: Iterable[Row], width: int, findings: Findings) -> Iterator[Row]:
    for row in rows:
        whole = row.closed and len(row.cells) == width
        if row.is_separator:
            whole = whole and all(_RULE.fullmatch(cell) for cell in row.cells)
        if not whole:
            found = len(row.cells)
            findings.report(row.line, ProblemCode.BROKEN_ROW, found=found, width=width)
        yield Row(line=row.line, raw=row.raw, cells=row.cells, closed=row.closed, whole=whole)
