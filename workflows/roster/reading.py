"""A list's text, taken apart into lines."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

from workflows.folding import fold
from workflows.roster.columns import HEADERS, Column, Fault, Reading, Wanted
from workflows.roster.lines import Line
from workflows.values import invalid

MAX_LINES: Final = 2_000
"""People's lines in one list; the largest of small towns have some hundreds."""
MAX_CHARACTERS: Final = 400_000


_OPTIONAL: Final = frozenset({Column.STARTS_ON, Column.ENDS_ON})
_REMARKS: Final = frozenset({"備考", "remarks"})
"""A column that is left aside."""
_KEPT_AS_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)


def decode(data: bytes) -> str:
    """Return a file's text: UTF-8 with or without its mark, or else CP932.

    Raises:
        Refuse: it is neither.
    """
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise invalid(
        "csv",
        "文字コードを読み取れません。「CSV UTF-8」形式で保存してください。",
        "The file is neither UTF-8 nor CP932; save it as CSV UTF-8.",
    )


def read(text: str) -> Reading:
    """Read a list of appointments, its first line being its headers."""
    if len(text) > MAX_CHARACTERS:
        return _unreadable(
            f"一覧は{MAX_CHARACTERS}文字までです。", f"It can have {MAX_CHARACTERS} characters."
        )
    try:
        rows = list(_rows(text))
    except _BrokenError as broken:
        return _unreadable(
            'ここから先をCSVとして読み取れません。引用符(")の対応を確かめてください。',
            f"From here on it cannot be read as CSV: {broken.__cause__}.",
            broken.line,
        )
    if not rows:
        return _unreadable(
            "一覧が空です。1行目に見出しが必要です。", "It is empty; the first line has headers."
        )
    (header_line, headers), *body = rows
    places, faults = _places(header_line, headers)
    if len(body) > MAX_LINES:
        faults.append(Fault(f"一覧は{MAX_LINES}行までです。", f"It can have {MAX_LINES} lines."))
    if faults:
        return Reading((), tuple(faults))
    return _read_body(body, places, len(headers))


def _read_body(
    body: list[tuple[int, list[str]]], places: Mapping[Column, int], width: int
) -> Reading:
    lines: list[Wanted] = []
    broken: list[Wanted] = []
    faults: list[Fault] = []
    for number, cells in body:
        one = Line(number, cells, places)
        if len(cells) > width:
            one.fault(None, "見出しより列が多い行です。", "The line has more columns than headers.")
        wanted = one.wanted()
        (broken if one.faults else lines).append(wanted)
        faults += one.faults
    return Reading(tuple(lines), tuple(faults), tuple(broken))


def _unreadable(japanese: str, english: str, line: int | None = None) -> Reading:
    return Reading((), (Fault(japanese, english, line),))


class _BrokenError(Exception):
    """What begins on a line is no CSV."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line: int = line


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield what is not empty, with the line that it begins on."""
    source = text.removeprefix("\ufeff")
    first = next((one for one in source.splitlines() if one.strip()), "")
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            plain = [_cell(cell) for cell in cells]
            while plain and not plain[-1]:
                plain.pop()
            if plain:
                yield begins, plain
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _BrokenError(begins) from error


def _cell(cell: str) -> str:
    stripped = cell.strip()
    kept = _KEPT_AS_TEXT.fullmatch(stripped)
    return kept[1].strip() if kept else stripped


_COLUMNS: Final = {
    fold(name): column for column, names in HEADERS.items() for name in (*names, column)
}


def _places(number: int, headers: list[str]) -> tuple[dict[Column, int], list[Fault]]:
    """Return where each column stands, and what is wrong with the headers."""
    places: dict[Column, int] = {}
    faults: list[Fault] = []
    for place, header in enumerate(headers):
        column = _COLUMNS.get(fold(header))
        if column is None and header and fold(header) not in _REMARKS:
            faults.append(
                Fault(
                    f"「{header[:50]}」という列は使いません。見出しを直すか、列を削除してください。",
                    f"There is no column {header[:50]}; mend its header, or take it out.",
                    number,
                )
            )
        elif column in places:
            ja, en = HEADERS[column]
            faults.append(
                Fault(
                    f"「{ja}」の列が2つあります。", f"There are two columns {en}.", number, column
                )
            )
        elif column is not None:
            places[column] = place
    for column in Column:
        if column not in places and column not in _OPTIONAL:
            ja, en = HEADERS[column]
            faults.append(
                Fault(f"「{ja}」の列がありません。", f"The column {en} is missing.", number, column)
            )
    return places, faults
