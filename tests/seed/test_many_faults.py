"""Many faults in one text: none hides another."""

import pytest

from seed.problems import ProblemCode as Code
from seed.reader import PlanTextError, read
from tests.seed.test_faults import TEXT

ROW_1_12 = next(line for line in TEXT.split("\n") if line.startswith("| 1_12 |"))


def test_all_faults_are_reported_at_once() -> None:
    """In the order of their lines, each on its own, none hidden by another."""
    edits = {
        "青森県階上町\n": "\n",
        "令和9年度まで": "当分の間",
        "18事業": "17事業",
        "| 授業への電子黒板の活用 |": "| |",
        "| 1_06 | 総務課": "| 1_06",
        "| 1_09 |": "| |",
        ROW_1_12: "",
        "| 2-5 テレ": "| 2-9 テレ",
        "| 2_20 |": "| 2_19 |",
        "| 2_22 |": "| 2_22 |\0",
    }
    text = TEXT
    for before, after in edits.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    with pytest.raises(PlanTextError) as refused:
        read(text.encode())
    # The rows after the blank line are a table without a header; 2_20's number is gone as well.
    assert [(each.line, each.code) for each in refused.value.problems] == [
        (1, Code.MISSING_MUNICIPALITY),
        (33, Code.MISSING_PERIOD),
        (55, Code.WRONG_COUNT),
        (63, Code.WRONG_COUNT),
        (84, Code.BROKEN_ROW),
        (87, Code.EMPTY_CELL),
        (91, Code.MISSING_HEADER),
        (91, Code.NUMBER_GAP),
        (92, Code.EMPTY_CELL),
        (123, Code.DUPLICATE_PROJECT),
        (124, Code.NUMBER_GAP),
        (125, Code.CONTROL_CHARACTER),
        (125, Code.UNKNOWN_CATEGORY),
    ]


def test_the_header_says_how_many_cells_a_row_has() -> None:
    """Where most rows lack a cell, each of them is reported, and not the header."""
    text = TEXT.replace(" | 総務課 | ", " | ")
    with pytest.raises(PlanTextError) as refused:
        read(text.encode())
    assert [(each.line, each.code) for each in refused.value.problems] == [
        (number, Code.BROKEN_ROW)
        for number, line in enumerate(TEXT.split("\n"), 1)
        if " | 総務課 | " in line
    ]


def test_a_narrower_table_is_not_read_by_the_columns_of_another() -> None:
    """A row that stands alone and lacks a cell still shows its codes, and no more is read."""
    text = TEXT.replace("| 3_03 | 総務課 ", "\n| 3_03 ")
    with pytest.raises(PlanTextError) as refused:
        read(text.encode())
    assert [(each.line, each.code) for each in refused.value.problems] == [
        (131, Code.MISSING_HEADER)
    ]
