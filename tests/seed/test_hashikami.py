"""The town's own text, as received."""

import dataclasses
import itertools
from collections import Counter
from importlib import resources

import pytest

from seed.reader import (
    PlanText,
    ProjectText,
    read,
)
from tests.seed.plans import COLUMNS

RAW = (resources.files("seed") / "hashikami" / "plan.txt").read_bytes()


@pytest.fixture(scope="module")
def plan() -> PlanText:
    """The town's plan."""
    return read(RAW)


def test_the_cover(plan: PlanText) -> None:
    """Title, town, date and period are those printed."""
    assert plan.title == "階上町DX推進計画アクションプラン"
    assert (plan.prefecture, plan.municipality_name) == ("青森県", "階上町")
    assert (plan.published, plan.last_fiscal_year) == ("令和8年3月", 2027)


def test_a_motto_is_no_town() -> None:
    """A line that ends like a town's name gives way to one with its prefecture."""
    title = "階上町DX推進計画アクションプラン\n"
    found = read(RAW.decode().replace(title, f"{title}心豊かな町\n").encode())
    assert (found.prefecture, found.municipality_name) == ("青森県", "階上町")


def test_the_first_date_on_the_cover_counts() -> None:
    """A later one may tell of a revision."""
    text = RAW.decode().replace("令和8年3月\n", "令和8年3月\n令和9年1月\n")
    assert read(text.encode()).published == "令和8年3月"


def test_the_numbers(plan: PlanText) -> None:
    """Three policies, fifteen categories, nine departments, ten groups, 46 projects."""
    assert [(policy.code, policy.name) for policy in plan.policies] == [
        ("1", "デジタル化による町民サービスの向上"),
        ("2", "デジタル化による行政事務効率化"),
        ("3", "徹底的な安全性の確保"),
    ]
    assert len(plan.categories) == 15
    assert len(plan.departments) == 9
    assert sum(len(each.groups) for each in plan.departments) == 10
    assert len(plan.projects) == 46


def test_the_counts_of_each_category(plan: PlanText) -> None:
    """Section 5 and the tables agree: 2 1 2 11 1 1 1 / 1 1 18 1 1 2 / 2 1."""
    found = Counter(project.category_code for project in plan.projects)
    expected = {
        1: (2, 1, 2, 11, 1, 1, 1),
        2: (1, 1, 18, 1, 1, 2),
        3: (2, 1),
    }
    counts = {
        f"{policy}-{number}": count
        for policy, row in expected.items()
        for number, count in enumerate(row, 1)
    }
    assert [(each.code, each.project_count) for each in plan.categories] == list(counts.items())
    assert found == counts


def test_the_projects_are_numbered_within_their_policies(plan: PlanText) -> None:
    """19, 24 and 3 projects, in the order of their numbers."""
    last = {1: 19, 2: 24, 3: 3}
    assert [each.code for each in plan.projects] == [
        f"{policy}_{number:02d}" for policy, end in last.items() for number in range(1, end + 1)
    ]


def test_departments_and_groups(plan: PlanText) -> None:
    """In the order of their first project; 議会事務局 has no group."""
    assert {each.name: each.groups for each in plan.departments} == {
        "総務課": ("行政防災G", "庶務G"),
        "町民生活課": ("戸籍住民G",),
        "税務課": ("収納G", "賦課G"),
        "会計課": ("会計G",),
        "教育課": ("学校教育G",),
        "産業振興課": ("農林G",),
        "議会事務局": (),
        "介護福祉課": ("介護G",),
        "建設課": ("土木監理G",),
    }
    owners = Counter(each.department for each in plan.projects)
    groups = Counter(each.group for each in plan.projects)
    assert (owners["総務課"], groups["行政防災G"]) == (27, 25)
    assert [each.code for each in plan.projects if each.group is None] == ["2_17"]


def test_how_many_effects_each_project_has(plan: PlanText) -> None:
    """Counted by eye in the printed tables."""
    counts = "".join(str(len(each.expected_effects)) for each in plan.projects)
    assert counts == "2112221111132322121" + "213132232111111211221122" + "111"


def test_the_effects_are_the_cells_without_their_marks(plan: PlanText) -> None:
    """Joined again, the items are the cell as received without markup, bullets and spaces."""
    as_mended = {"等など": "など", "巡回回": "巡回"}
    for each in plan.projects:
        cell = each.raw.split("|")[-2].strip().removeprefix('<ul style="list-style-type: none"> ')
        expected = cell.removeprefix("・").replace(" ・", "").replace(" ", "")
        for before, after in as_mended.items():
            expected = expected.replace(before, after)
        if each.code == "1_11":
            expected = expected.removesuffix(
                "職員にとっても事務処理の軽減など大幅な事務の効率化が図られる。"
            )
        assert "".join(each.expected_effects) == expected


def test_effects_of_both_styles(plan: PlanText) -> None:
    """Bullets inside words stay; items under <ul> may begin with Latin letters."""
    effects = {each.code: each.expected_effects for each in plan.projects}
    assert effects["1_12"] == (
        "支払手段の充実による住民利便性向上",
        "釣銭の間違いが無くなる。",
        "集計が自動計算されるため、ミスが無くなる。",
    )
    assert effects["1_09"][0].startswith("夜間・休日も取得可能となり、")
    assert effects["2_05"] == (
        "対面、内線等に掛かる時間が削減される。",
        "PC版・スマホ版アプリを活用することにより、迅速な情報伝達が可能となる。",
        "個人の電話番号やLINEを用いる必要がなくなる。",
    )
    assert effects["2_07"] == (
        "LAN配線工事等に係る費用削減。",
        "会議や打合せでのペーパーレスの推進。",
    )
    assert effects["2_08"] == ("事務効率の向上", "印刷費の抑制", "ペーパーレスの推進")


def test_no_value_holds_what_only_the_conversion_put_there(plan: PlanText) -> None:
    """No markup, no leading bullets, no spaces between sentences."""
    for each in plan.projects:
        for text in (each.title, each.content, *each.expected_effects):
            assert "<" not in text
            assert "。 " not in text
            assert text == text.strip("・ ")


def test_a_category_row_may_stand_in_the_header(plan: PlanText) -> None:
    """Some conversions take a table's first row for its header."""
    lines = RAW.decode().split("\n")
    for index, line in enumerate(lines):
        if line.startswith("| | | | | | |"):
            lines[index : index + 3] = ["", lines[index + 2], lines[index + 1]]
    found = read("\n".join(lines).encode())
    assert [(each.code, each.name, each.project_count) for each in found.categories] == [
        (each.code, each.name, each.project_count) for each in plan.categories
    ]


def test_the_columns_may_stand_in_any_order(plan: PlanText) -> None:
    """The same values, with the columns of each table turned round by one more."""
    turn = itertools.count()
    by = 0
    lines = []
    for line in RAW.decode().split("\n"):
        cells = line.split("|")[1:-1]
        by = next(turn) if line.startswith("| No.") else by
        shift = by % len(COLUMNS)
        turned = cells[shift:] + cells[:shift]
        lines.append(f"|{'|'.join(turned)}|" if len(cells) == len(COLUMNS) else line)
    turned_plan = read("\n".join(lines).encode())
    assert [_values(each) for each in turned_plan.projects] == [
        _values(each) for each in plan.projects
    ]
    assert sorted(map(repr, turned_plan.mended)) == sorted(map(repr, plan.mended))


def _values(project: ProjectText) -> ProjectText:
    return dataclasses.replace(project, raw="")
