"""Every kind of fault, planted in the town's text: refused, with the line of each."""

from importlib import resources
from typing import NamedTuple

import pytest

from seed.problems import ProblemCode as Code
from seed.reader import PlanTextError, read

TEXT = (resources.files("seed") / "hashikami" / "plan.txt").read_text(encoding="utf-8")
HEADER = "| No. | 担当課 | グループ | 分類 | 事業名称 | 事業内容 | 期待される効果 |"
CATEGORY_ROW = "| 2-1 | 情報システムの標準化・共通化 | 1事業 | 2-5 | テレワークの推進 | 1事業 |"


class Fault(NamedTuple):
    """A passage, what takes its place, and what is reported on the lines that hold a text."""

    before: str
    after: str
    expected: tuple[tuple[str, Code], ...]


def _line(text: str) -> str:
    return next(line for line in TEXT.split("\n") if text in line)


FAULTS = {
    "no title": Fault(
        "階上町DX推進計画アクションプラン\n", "", (("1", Code.MISSING_TITLE),)
    ),
    "no town": Fault("青森県階上町\n", "", (("1", Code.MISSING_MUNICIPALITY),)),
    "no date": Fault("令和8年3月\n", "", (("1", Code.MISSING_DATE),)),
    "no section on the period": Fault(
        "3 計画の期間\n", "\n", (("5 基本方針", Code.MISSING_SECTION),)
    ),
    "no section on policies": Fault(
        "\n5 基本方針\n", "\n", (("6 取組事業", Code.MISSING_SECTION),)
    ),
    "no section of projects": Fault("\n6 取組事業\n", "\n", (("| 3_03 |", Code.MISSING_SECTION),)),
    "no period": Fault("令和9年度まで", "当分の間", (("3 計画の期間", Code.MISSING_PERIOD),)),
    "a period in another section": Fault(
        TEXT[TEXT.index("令和9年度まで") : TEXT.index("(1) 進捗管理")],
        "当分の間\n\n4 進捗管理\n\n令和9年度まで\n",
        (("3 計画の期間", Code.MISSING_PERIOD),),
    ),
    "neither period nor policies": Fault(
        TEXT[TEXT.index("3 計画の期間\n") : TEXT.index("基本方針1 ")],
        "\n",
        (("6 取組事業", Code.MISSING_SECTION), ("6 取組事業", Code.MISSING_SECTION)),
    ),
    "another table among the projects": Fault(
        "のとおり。\n",
        "のとおり。\n\n| 凡例 |\n|---|\n| 町長 |\n",
        (("| 凡例 |", Code.UNKNOWN_COLUMN), *((("| 凡例 |", Code.MISSING_COLUMN),) * 7)),
    ),
    "unknown era": Fault("令和9年度まで", "明和9年度まで", (("明和9", Code.MISSING_PERIOD),)),
    "no policies": Fault("\n基本方針", "\n方針", (("5 基本方針", Code.NO_POLICIES),)),
    "a policy without number": Fault(
        "基本方針2 デ", "基本方針 デ", (("基本方針 デ", Code.MALFORMED_POLICY),)
    ),
    "a policy without name": Fault(
        "基本方針3 徹底的な安全性の確保", "基本方針3", (("基本方針3", Code.MALFORMED_POLICY),)
    ),
    "a doubled policy": Fault(
        "5 基本方針\n",
        "5 基本方針\n基本方針1 別\n\n| 別 |\n|---|\n",
        (("基本方針1 デ", Code.DUPLICATE_POLICY), ("| 別 |", Code.CATEGORY_TABLE_SHAPE)),
    ),
    "a policy without categories": Fault(
        "\n6 取組事業", "基本方針4 新\n\n6 取組事業", (("基本方針4", Code.NO_CATEGORIES),)
    ),
    "a category before the policies": Fault(
        "\n基本方針1 ",
        "\n| | | |\n|---|---|---|\n| 9-1 | 新 | 0事業 |\n\n基本方針1 ",
        (("| 9-1", Code.CATEGORY_OUTSIDE_POLICY),),
    ),
    "a category below another policy": Fault(
        "| 1-6 |", "| 2-9 |", (("| 2-9 |", Code.CATEGORY_OUTSIDE_POLICY),)
    ),
    "a doubled category": Fault("| 1-6 |", "| 1-1 |", (("| 1-2 |", Code.DUPLICATE_CATEGORY),)),
    "a malformed category": Fault("| 2-5 |", "| 2の5 |", (("| 2の5 |", Code.MALFORMED_CODE),)),
    "a category without code": Fault("| 2-5 |", "| |", (("| 2-1 |", Code.EMPTY_CELL),)),
    "a category without name": Fault(
        "| テレワークの推進 |", "| |", (("| 2-5 |", Code.EMPTY_CELL),)
    ),
    "a category without count": Fault(
        "ワークの推進 | 1事業 |", "ワークの推進 | |", (("| 2-5 |", Code.EMPTY_CELL),)
    ),
    "a malformed count": Fault("| 18事業 |", "| 多数 |", (("| 多数 |", Code.MALFORMED_COUNT),)),
    "too high a count": Fault("18事業", "19事業", (("19事業", Code.WRONG_COUNT),)),
    "too low a count": Fault("18事業", "17事業", (("17事業", Code.WRONG_COUNT),)),
    "a cell too few in a category row": Fault(
        "| 2-5 | テレワークの推進", "| 2-5", (("| 2-5", Code.BROKEN_ROW),)
    ),
    "a category table without its header": Fault(
        "\n| | | | | | |\n|-----|-----------------|------|-----|-----------|-----|\n"
        f"{CATEGORY_ROW}\n",
        f"\n{CATEGORY_ROW}\n",
        (("| 2-1 |", Code.MISSING_HEADER),),
    ),
    "a category row without its code": Fault(
        "| 2-5 | テレワーク", "| テレワーク", (("| 2-1 |", Code.BROKEN_ROW),)
    ),
    "no categories": Fault(
        TEXT[TEXT.index("基本方針1 ") : TEXT.index("6 取組事業")],
        "基本方針1 い\n\n基本方針2 ろ\n\n",
        (("基本方針1 い", Code.NO_CATEGORIES), ("基本方針2 ろ", Code.NO_CATEGORIES)),
    ),
    "an unknown column": Fault(
        f"{HEADER}\n|------|-------|-------|---------------------|",
        f"{HEADER.replace('グループ', '係')}\n|------|-------|-------|---------------------|",
        (("| 係 |", Code.UNKNOWN_COLUMN), ("| 係 |", Code.MISSING_COLUMN)),
    ),
    "a doubled column": Fault(
        f"{HEADER}\n|------|-------|-------|---------------------|",
        f"{HEADER.replace('担当課', '分類')}\n|------|-------|-------|---------------------|",
        (("| 分類 | グ", Code.DUPLICATE_COLUMN), ("| 分類 | グ", Code.MISSING_COLUMN)),
    ),
    "no header": Fault(
        f"{HEADER}\n|------|-------|-------|---------------------|",
        "|------|-------|-------|---------------------|",
        (("|------|-------|-------|---------------------|", Code.MISSING_HEADER),),
    ),
    "neither header nor separator": Fault(
        f"{_line('| 2_04 |')}\n",
        f"\n{_line('| 2_04 |')}\n",
        (("| 2_04 |", Code.MISSING_HEADER),),
    ),
    "a row in the header's place": Fault(
        f"{_line('| 2_04 |')}\n",
        f"\n{_line('| 2_04 |')}\n{'|---' * 7}|\n",
        (("| 2_04 |", Code.MISSING_HEADER),),
    ),
    "a separator amid the rows": Fault(
        "| 2_04 |", f"{'|---' * 7}|\n| 2_04 |", (("|---|---|---|---|---", Code.STRAY_SEPARATOR),)
    ),
    "a broken separator": Fault(
        "|------|-------|-------|---------------------|-",
        "|------|-------|---------------------|-",
        (("|------|-------|---------------------|-", Code.BROKEN_ROW),),
    ),
    "a separator with an empty cell": Fault(
        "|------|-------|-------|---------------------|-",
        "|------|-------| |---------------------|-",
        (("|------|-------| |", Code.BROKEN_ROW),),
    ),
    "a doubled separator": Fault(
        f"{_line('| 2_16 |')}\n",
        f"{'|---' * 7}|\n{_line('| 2_16 |')}\n",
        (("|---|---|---|---|---", Code.STRAY_SEPARATOR),),
    ),
    "a header with a cell too few": Fault(
        f"{HEADER}\n|------|-------|-------|---------------------|",
        f"{HEADER.replace(' 担当課 |', '')}\n|------|-------|-------|---------------------|",
        (("| No. | グループ", Code.BROKEN_ROW),),
    ),
    "a cell too few": Fault("| 2_04 | 総務課", "| 2_04", (("| 2_04 |", Code.BROKEN_ROW),)),
    "a cell too many": Fault("| 2_04 |", "| 2_04 | |", (("| 2_04 |", Code.BROKEN_ROW),)),
    "no first bar": Fault("| 2_04 |", "2_04 |", (("2_04 |", Code.BROKEN_ROW),)),
    "a row without its number": Fault("| 2_04 |", "|", (("グループウェアの見", Code.BROKEN_ROW),)),
    "a row in two lines": Fault(
        "グループウェアの見直し | 現在",
        "グループウェア\nの見直し | 現在",
        (("| 2_04 |", Code.BROKEN_ROW), ("の見直し | 現在", Code.BROKEN_ROW)),
    ),
    "a last row in two lines": Fault(
        "に係る研修の実施 | 個人",
        "に係る\n研修の実施 | 個人",
        (("| 3_03 |", Code.BROKEN_ROW), ("研修の実施 | 個人", Code.BROKEN_ROW)),
    ),
    "an empty number": Fault("| 2_04 |", "| |", (("グループウェアの見", Code.EMPTY_CELL),)),
    "an empty category": Fault(
        "| 1-7 オープンデータの推進・官民データ活用の推進 |", "| |", (("| 1_19 |", Code.EMPTY_CELL),)
    ),
    "an empty group": Fault("| 農林G |", "| |", (("| 2_13", Code.EMPTY_CELL), ("| 2_14", Code.EMPTY_CELL))),
    "a list without items": Fault(
        "・デジタル人材の育成が可能になる。", "・", (("| 2_21", Code.EMPTY_CELL),)
    ),
    "a malformed number": Fault("| 2_04 |", "| 2-04 |", (("| 2-04 |", Code.MALFORMED_CODE),)),
    "a number of one digit": Fault("| 2_04 |", "| 2_4 |", (("| 2_4 |", Code.MALFORMED_CODE),)),
    "a number of three digits": Fault("| 2_04 |", "| 2_004 |", (("| 2_004 |", Code.MALFORMED_CODE),)),
    "a number from zero": Fault("| 1_01 |", "| 1_00 |", (("| 1_00 |", Code.MALFORMED_CODE),)),
    "a malformed category of a project": Fault(
        "| 2-5 テレ", "| 二 テレ", (("| 2_22 |", Code.MALFORMED_CODE),)
    ),
    "a longer category code": Fault(
        "| 2-5 テレ", "| 2-5-1 テレ", (("| 2_22 |", Code.MALFORMED_CODE),)
    ),
    "an unknown category": Fault(
        "| 2-5 テレ", "| 2-9 テレ", (("| 2_22 |", Code.UNKNOWN_CATEGORY),)
    ),
    "a category of another policy": Fault(
        "| 2-5 テレ", "| 3-2 テレ", (("| 2_22 |", Code.PROJECT_OUTSIDE_POLICY),)
    ),
    "a doubled number": Fault(
        "| 2_24 |", "| 2_23 |", (("会議の在り方の見直し", Code.DUPLICATE_PROJECT),)
    ),
    "a gap in the numbers": Fault(
        f"{_line('| 2_22 |')}\n",
        "",
        (("| 2_23 |", Code.NUMBER_GAP), ("| 2-5 |", Code.WRONG_COUNT)),
    ),
    "a leap in the numbers": Fault("| 2_24 |", "| 2_99 |", (("| 2_99 |", Code.NUMBER_GAP),)),
    "no projects": Fault(
        TEXT[TEXT.index(HEADER) :], "", (("6 取組事業", Code.NO_PROJECTS),)
    ),
    "NUL": Fault("| 2_04 |", "| 2_04 |\0", (("| 2_04 |", Code.CONTROL_CHARACTER),)),
    "an invisible space": Fault(
        "現在使用", "現在\u200b使用", (("| 2_04 |", Code.CONTROL_CHARACTER),)
    ),
    "a private-use character": Fault(
        "現在使用", "現在\ue000使用", (("| 2_04 |", Code.CONTROL_CHARACTER),)
    ),
    "Cyrillic inside a word": Fault(
        "グループウェアの見直し", "グループウェアの見直Л", (("| 2_04 |", Code.MIXED_SCRIPT),)
    ),
    "Cyrillic that is mended elsewhere": Fault(
        "| グループウェアの見", "| デバйд見", (("| 2_04 |", Code.MIXED_SCRIPT),)
    ),
    "Cyrillic among Latin letters": Fault(
        "| デュアル", "| АIデュアル", (("| 2_08 |", Code.MIXED_SCRIPT),)
    ),
    "Greek inside a word": Fault("テレワークの推", "テレαークの推", (("| 2-5 |", Code.MIXED_SCRIPT), ("| 2_22 |", Code.MIXED_SCRIPT))),
    "markup in a text": Fault("現在使用", "現在<br>使用", (("| 2_04 |", Code.MARKUP),)),
    "an unclosed tag": Fault(
        '<ul style="list-style-type: none"> 既存', "<ul 既存", (("| 2_04 |", Code.MARKUP),)
    ),
}  # fmt: skip


def _number(text: str, marker: str) -> int:
    if marker == "1":
        return 1
    return next(number for number, line in enumerate(text.split("\n"), 1) if marker in line)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_on_its_line(fault: Fault) -> None:
    """That fault, and nothing else that merely follows from it."""
    text = TEXT.replace(fault.before, fault.after)
    assert text != TEXT
    with pytest.raises(PlanTextError) as refused:
        read(text.encode())
    found = [(each.line, each.code) for each in refused.value.problems]
    assert sorted(found) == sorted((_number(text, marker), code) for marker, code in fault.expected)
