"""Fiscal years (April to March) and the eras they are named after.

A fiscal year is an integer everywhere: 2026 is 令和8年度, April 2026 to March 2027.
"""

import datetime as dt
import re
import unicodedata
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

TOKYO: Final = ZoneInfo("Asia/Tokyo")


class Era(NamedTuple):
    """An era and the calendar year that is its first (元年)."""

    name: str
    romaji: str
    first_year: int


ERAS: Final = (Era("令和", "Reiwa", 2019), Era("平成", "Heisei", 1989), Era("昭和", "Showa", 1926))
_LETTERS: Final = {"R": "令和", "H": "平成", "S": "昭和"}
_DAY: Final = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[RHS])\s*(?P<number>元|0?[1-9]|[1-9][0-9])|(?P<year>[0-9]{4}))"
    r"\s*[年./-]\s*(?P<month>[0-9]{1,2})\s*[月./-]\s*(?P<day>[0-9]{1,2})\s*日?"
    r"(?:\s+0{1,2}:00(?::00)?)?",
    re.IGNORECASE,
)
_FISCAL_YEAR = re.compile(r"\s*(令和|平成|昭和)\s*(元|[1-9][0-9]?)\s*年度\s*")


def fiscal_year_of(day: dt.date) -> int:
    """Return the fiscal year that a day belongs to."""
    return day.year if day.month >= 4 else day.year - 1  # noqa: PLR2004 - April


def first_day(fiscal_year: int) -> dt.date:
    """Return 1 April, on which a fiscal year begins."""
    return dt.date(fiscal_year, 4, 1)


def last_day(fiscal_year: int) -> dt.date:
    """Return 31 March, on which a fiscal year ends."""
    return dt.date(fiscal_year + 1, 3, 31)


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in Japan on which a moment falls."""
    return moment.astimezone(TOKYO).date()


def label_ja(fiscal_year: int) -> str:
    """Return for instance 令和8年度; the first year of an era is 元年度, older ones are 1900年度."""
    era = _era_of(fiscal_year)
    if era is None:
        return f"{fiscal_year}年度"
    number = fiscal_year - era.first_year + 1
    return f"{era.name}{'元' if number == 1 else number}年度"


def label_en(fiscal_year: int) -> str:
    """Return for instance "FY2026 (Reiwa 8)"; "FY1900" before the eras that are known here."""
    era = _era_of(fiscal_year)
    if era is None:
        return f"FY{fiscal_year}"
    return f"FY{fiscal_year} ({era.romaji} {fiscal_year - era.first_year + 1})"


def _era_of(fiscal_year: int) -> Era | None:
    return next((era for era in ERAS if fiscal_year >= era.first_year), None)


def parse_fiscal_year(text: str) -> int | None:
    """Read "令和9年度" (also 元年度, also full-width digits) as 2027; None where it is none."""
    match = _FISCAL_YEAR.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    era = next(era for era in ERAS if era.name == match[1])
    return era.first_year + (1 if match[2] == "元" else int(match[2])) - 1


def parse_day(text: str) -> dt.date | None:
    """Read a day as people and spreadsheets write it; None where it is none.

    So 2027-04-01, 2027/4/1, 2027年4月1日, 令和9年4月1日, R9.4.1 and h31/4/30, in any width; midnight
    may stand after it.
    """
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    if match["year"]:
        year = int(match["year"])
    else:
        name = _LETTERS.get(match["era"].upper(), match["era"])
        first = next(era.first_year for era in ERAS if era.name == name)
        year = first + (1 if match["number"] == "元" else int(match["number"])) - 1
    try:
        return dt.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
