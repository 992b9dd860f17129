"""Fiscal years, the eras they are named after, and the codes of municipalities."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.fiscal import (
    day_of,
    first_day,
    fiscal_year_of,
    label_en,
    label_ja,
    last_day,
    parse_fiscal_year,
)
from workflows.municipal_code import is_municipal_code
from workflows.opening import due_on
from workflows.stages import Stage


@pytest.mark.parametrize(
    ("year", "japanese", "english"),
    [
        (2026, "令和8年度", "FY2026 (Reiwa 8)"),
        (2027, "令和9年度", "FY2027 (Reiwa 9)"),
        (2019, "令和元年度", "FY2019 (Reiwa 1)"),
        (2018, "平成30年度", "FY2018 (Heisei 30)"),
        (1989, "平成元年度", "FY1989 (Heisei 1)"),
        (1988, "昭和63年度", "FY1988 (Showa 63)"),
        (1925, "1925年度", "FY1925"),
    ],
)
def test_a_fiscal_year_is_named_after_its_era(year: int, japanese: str, english: str) -> None:
    """The first year of an era is 元年度; what no era here covers keeps its number."""
    assert label_ja(year) == japanese
    assert label_en(year) == english


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和9年度", 2027),
        ("令和９年度", 2027),
        (" 令和 9 年度 ", 2027),
        ("令和元年度", 2019),
        ("令和1年度", 2019),
        ("平成31年度", 2019),
        ("昭和64年度", 1989),
        ("令和0年度", None),
        ("令和00年度", None),
        ("令和年度", None),
        ("令和9年", None),
        ("大正9年度", None),
        ("令和9年度まで", None),
        ("2027年度", None),
        ("", None),
    ],
)
def test_a_fiscal_year_is_read_from_text(text: str, year: int | None) -> None:
    """Era and number and 年度, at any width; nothing else, and no year 0."""
    assert parse_fiscal_year(text) == year


@given(st.integers(1926, 2117))
def test_a_label_reads_back_as_its_year(year: int) -> None:
    """What is written is what is read."""
    assert parse_fiscal_year(label_ja(year)) == year


@given(st.dates(dt.date(1, 4, 1), dt.date(9998, 12, 31)))
def test_every_day_is_in_the_fiscal_year_between_its_ends(day: dt.date) -> None:
    """1 April to 31 March, and the next day is the next year's first."""
    year = fiscal_year_of(day)
    assert first_day(year) <= day <= last_day(year)
    assert last_day(year) + dt.timedelta(days=1) == first_day(year + 1)


def test_the_day_is_japans() -> None:
    """Fifteen hours UTC is midnight in Japan."""
    before = dt.datetime(2027, 3, 31, 14, 59, 59, tzinfo=dt.UTC)
    assert day_of(before) == dt.date(2027, 3, 31)
    assert day_of(before + dt.timedelta(seconds=1)) == dt.date(2027, 4, 1)


def test_a_stage_is_due_in_its_season() -> None:
    """The plan in May, the work by the year's end, the check in May after, the action in June."""
    assert [due_on(2026, stage) for stage in Stage] == [
        dt.date(2026, 5, 31),
        dt.date(2027, 3, 31),
        dt.date(2027, 5, 31),
        dt.date(2027, 6, 30),
        None,
    ]


@pytest.mark.parametrize("code", ["024465", "011002", "131016", "472018", "023019", "024422"])
def test_a_real_code_has_the_right_check_digit(code: str) -> None:
    """階上町, 札幌市, 千代田区, 那覇市, 平内町, 五戸町."""
    assert is_municipal_code(code)


@pytest.mark.parametrize("code", ["024465", "011002", "131016", "472018"])
def test_any_other_last_digit_is_wrong(code: str) -> None:
    """Nine of ten typing errors in the check digit are found, and all single ones before it."""
    for position in range(6):
        others = [code[:position] + str(d) + code[position + 1 :] for d in range(10)]
        right = [other for other in others if is_municipal_code(other)]
        assert right == [code]


@pytest.mark.parametrize(
    "code", ["", "02446", "0244650", "02446a", "０２４４６５", " 024465", "024465\n"]
)
def test_what_is_no_six_digits_is_no_code(code: str) -> None:
    """Six half-width digits, and nothing around them."""
    assert not is_municipal_code(code)
