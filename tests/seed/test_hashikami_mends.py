"""What is mended in the town's own text, all of it listed."""

import pytest

from seed.reader import HASHIKAMI, Mend, MendRule, Mends, PlanText, PlanTextError, ProblemCode, read
from tests.seed.plans import COLUMNS
from tests.seed.test_hashikami import RAW
from tests.seed.test_variants import check_nothing_is_mended_silently


@pytest.fixture(scope="module")
def plan() -> PlanText:
    """The town's plan."""
    return read(RAW)


def test_every_editorial_mend(plan: PlanText) -> None:
    """All that the town's file knows, each found once."""
    sentence = "職員にとっても事務処理の軽減など大幅な事務の効率化が図られる。"
    assert [
        (each.line, each.where, each.before, each.after)
        for each in plan.mended
        if each.rule is MendRule.EDITORIAL
    ] == [
        (52, "1-5 分類", "デバйд", "デバイド"),
        (89, "1_11 期待される効果", sentence * 2, sentence),
        (92, "1_14 事業内容", "etc...）。を", "etc...）を"),
        (95, "1_17 分類", "デバイス", "デバイド"),
        (100, "1_19 事業内容", "推進する。 具体的には", "推進する。具体的には"),
        (103, "2_03 期待される効果", "休暇取得状況等など", "休暇取得状況など"),
        (113, "2_13 期待される効果", "巡回回", "巡回"),
        (122, "2_19 事業内容", "管理等行う", "管理等を行う"),
        (126, "2_23 事業名称", "Policy Marking", "Policy Making"),
    ]
    assert len(HASHIKAMI.entries) == 9


def test_every_mechanical_mend(plan: PlanText) -> None:
    """17 lists, 29 rows of bullets, one group that is none; before and after of each."""
    mechanical = [each for each in plan.mended if each.rule is not MendRule.EDITORIAL]
    codes = [each.code for each in plan.projects]
    listed = codes[codes.index("1_18") : codes.index("2_15") + 1]
    expected = [
        (f"{code} 期待される効果", MendRule.LIST_MARKUP if code in listed else MendRule.BULLETS)
        for code in codes
    ]
    expected.insert(codes.index("2_17"), ("2_17 グループ", MendRule.NO_GROUP))
    assert len(listed) == 17
    assert [(each.where, each.rule) for each in mechanical] == expected
    by_where = {each.where: (each.before, each.after) for each in mechanical}
    assert by_where["2_17 グループ"] == ("-", "")
    assert by_where["1_13 期待される効果"] == (
        "・利便性の向上 ・学びの保障",
        "利便性の向上\n学びの保障",
    )
    assert by_where["2_09 期待される効果"] == (
        '<ul style="list-style-type: none"> 常に最新の情報を閲覧できる。 マッピング情報を共有できる。',
        "常に最新の情報を閲覧できる。\nマッピング情報を共有できる。",
    )


def test_every_mend_is_explained(plan: PlanText) -> None:
    """In both languages."""
    assert all(each.note_ja and each.note_en for each in plan.mended)


def test_nothing_is_mended_silently(plan: PlanText) -> None:
    """Replaying the list of mends over the raw cells gives the values of all 46 rows."""
    for project in plan.projects:
        check_nothing_is_mended_silently(project, COLUMNS, plan)


def test_raw_rows_are_kept(plan: PlanText) -> None:
    """Each project has its line exactly as received."""
    lines = RAW.decode().split("\n")
    assert all(each.raw == lines[each.line - 1] for each in plan.projects)
    by_code = {each.code: each.name_in_source for each in plan.categories}
    assert by_code["1-5"] == "デジタルデバйд対策"


def test_names_of_1_5(plan: PlanText) -> None:
    """Both misspellings become デジタルデバイド対策."""
    assert next(each.name for each in plan.categories if each.code == "1-5") == (
        "デジタルデバイド対策"
    )


def test_without_its_mends_the_text_is_refused() -> None:
    """The Cyrillic letters are found by a check that knows nothing of the town."""
    with pytest.raises(PlanTextError) as refused:
        read(RAW, Mends())
    (found,) = refused.value.problems
    assert (found.line, found.code) == (52, ProblemCode.MIXED_SCRIPT)
    assert "U+0439 U+0434" in found.message_en


def test_another_spelling_of_a_category_is_followed_by_its_code() -> None:
    """A row whose category is named otherwise is listed, not refused."""
    others = Mends(tuple(each for each in HASHIKAMI.entries if each.code != "1_17"))
    found = [each for each in read(RAW, others).mended if each.rule is MendRule.CATEGORY_NAME]
    assert [(each.line, each.where, each.before, each.after) for each in found] == [
        (95, "1_17 分類", "1-5 デジタルデバイス対策", "1-5 デジタルデバイド対策")
    ]


@pytest.mark.parametrize("mend", HASHIKAMI.entries, ids=lambda mend: f"{mend.code} {mend.column}")
def test_a_corrected_text_needs_no_mend(mend: Mend) -> None:
    """Once the town corrects a misprint, its mend does nothing, and nobody is bothered."""
    corrected = read(RAW.replace(mend.before.encode(), mend.after.encode()))
    listed = [each.before for each in corrected.mended if each.rule is MendRule.EDITORIAL]
    assert mend.before not in listed
    assert len(listed) == len(HASHIKAMI.entries) - 1


def test_a_mend_is_applied_once() -> None:
    """Only the first place where it is found in its cell, and only in that cell."""
    mend = Mend(
        code="1_13", column="事業内容", before="授業", after="学習", note_ja="例", note_en="example"
    )
    found = read(RAW, Mends((*HASHIKAMI.entries, mend)))
    contents = {each.code: each.content for each in found.projects}
    assert contents["1_13"].startswith("学校における、オンライン学習を実施する。")
    assert "授業を行うことができ" in contents["1_13"]
    assert "授業" in contents["1_14"]
