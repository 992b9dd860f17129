"""The cover and the sections of a plan: what stands outside its tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seed.codes import narrow
from seed.findings import Findings
from seed.problems import ProblemCode
from seed.values import MendRule
from workflows.fiscal import parse_fiscal_year

PERIOD: Final = "計画の期間"
POLICIES: Final = "基本方針"
PROJECTS: Final = "取組事業"
_CONTENTS: Final = "目次"
_HEADING = re.compile(r"[0-9０-９]{1,2}[.．、\s]\s{0,4}([^\s。|][^。|]{0,40})")
_DATE = re.compile(r"(?:[一-龥]{2}(?:元|[0-9]{1,2})|[0-9]{4})年[0-9]{1,2}月(?:[0-9]{1,2}日)?")
_MUNICIPALITY = re.compile(r"(北海道|東京都|京都府|大阪府|..県|...県)?(\S{1,30}[市区町村])")
_UNTIL = re.compile(r"(?:[一-龥]{2})?(?:元|[0-9０-９]{1,4})年度(?=まで)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the cover says; empty where a fault was reported."""

    title: str
    prefecture: str | None
    municipality_name: str
    published: str


@dataclass(frozen=True, slots=True)
class Sections:
    """Where the three sections that hold values begin and end (indices into the lines).

    Of those that are missing, the policies are looked for in all of the text before the projects;
    the others are empty.
    """

    period: range
    policies: range
    projects: range


def read_cover(lines: Sequence[str], findings: Findings) -> Cover:
    """Read title, municipality and date, in whatever order they stand before the contents."""
    title = municipality = published = ""
    prefecture: str | None = None
    for line, text in _cover_lines(lines):
        date = narrow("".join(text.split()))
        place = _MUNICIPALITY.fullmatch(text)
        if _DATE.fullmatch(date):
            if not published:
                published = date
                findings.mend(line, "表紙", MendRule.NORMALISED, text, date)
        elif place and (place[1] or not municipality):
            prefecture, municipality = place[1], place[2]
        elif not title:
            title = text
    for value, code in (
        (title, ProblemCode.MISSING_TITLE),
        (municipality, ProblemCode.MISSING_MUNICIPALITY),
        (published, ProblemCode.MISSING_DATE),
    ):
        if not value:
            findings.report(1, code)
    return Cover(
        title=title, prefecture=prefecture, municipality_name=municipality, published=published
    )


def _cover_lines(lines: Sequence[str]) -> list[tuple[int, str]]:
    cover: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text == _CONTENTS or text.startswith("|") or _heading(line):
            break
        if text:
            cover.append((number, text))
    return cover


def _heading(line: str) -> str | None:
    match = _HEADING.fullmatch(line.strip())
    return "".join(match[1].split()) if match else None


def find_sections(lines: Sequence[str], findings: Findings) -> Sections:
    """Find the sections by their names, whatever their numbers; report those that are missing."""
    headings = [(index, name) for index, line in enumerate(lines) if (name := _heading(line))]
    places = {name: index for index, name in headings}
    expected_before = len(lines)
    for name in (PROJECTS, POLICIES, PERIOD):
        if name not in places:
            findings.report(expected_before, ProblemCode.MISSING_SECTION, section=name)
        expected_before = places.get(name, expected_before - 1) + 1
    projects = places.get(PROJECTS, len(lines))
    period = places.get(PERIOD, len(lines))
    period_end = next((index for index, _ in headings if index > period), len(lines))
    return Sections(
        period=range(period, period_end),
        policies=range(places.get(POLICIES, 0), projects),
        projects=range(projects, len(lines)),
    )


def read_last_fiscal_year(lines: Sequence[str], section: range, findings: Findings) -> int | None:
    """Read 「令和9年度まで」 as 2027; None where a fault was reported."""
    for index in section:
        match = _UNTIL.search("".join(lines[index].split()))
        if match is None:
            continue
        year = parse_fiscal_year(findings.narrowed(index + 1, PERIOD, match[0]))
        if year is None:
            findings.report(index + 1, ProblemCode.MISSING_PERIOD)
        return year
    if section:
        findings.report(section.start + 1, ProblemCode.MISSING_PERIOD)
    return None
