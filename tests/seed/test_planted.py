"""Faults planted in plans of any shape, several at once: each is found, on its line.

Each fault is planted in a row of its own, and nothing may be reported that merely follows from it.
"""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seed.problems import ProblemCode as Code
from seed.reader import PlanTextError, read
from tests.seed.plans import COLUMNS, Plan, Written, plans, row_of

Reported = set[tuple[int, Code]]
Cells = dict[str, str]

# What is done to a row of projects, by the code that must be reported.
ROW_FAULTS: list[tuple[Code, Callable[[Cells], object]]] = [
    *((Code.BROKEN_ROW, lambda cells, name=name: cells.pop(name)) for name in COLUMNS),
    *((Code.EMPTY_CELL, lambda cells, name=name: cells.update({name: ""})) for name in COLUMNS),
    (Code.BROKEN_ROW, lambda cells: cells.update({"担当課": "総務課 | 総務課"})),
    (Code.MALFORMED_CODE, lambda cells: cells.update({"No.": cells["No."].replace("_", "=")})),
    (Code.MALFORMED_CODE, lambda cells: cells.update({"分類": "一の一 情報"})),
    (Code.UNKNOWN_CATEGORY, lambda cells: cells.update({"分類": f"{cells['No.'][0]}-99 情報"})),
    (Code.CONTROL_CHARACTER, lambda cells: cells.update({"事業内容": "情\x00報"})),
    (Code.NOT_UTF8, lambda cells: cells.update({"事業内容": "情\udcff報"})),
    (Code.MIXED_SCRIPT, lambda cells: cells.update({"事業名称": "デジタルデバйド"})),
    (Code.MARKUP, lambda cells: cells.update({"事業内容": "情<br>報"})),
]
ENTRY_FAULTS: list[tuple[Code, str]] = [
    (Code.WRONG_COUNT, "| {code} | {name} | 0事業 |"),
    (Code.MALFORMED_COUNT, "| {code} | {name} | 少し |"),
    (Code.MALFORMED_CODE, "| {code}a | {name} | {count}事業 |"),
    (Code.CATEGORY_OUTSIDE_POLICY, "| 99-1 | {name} | {count}事業 |"),
    (Code.EMPTY_CELL, "| {code} | | {count}事業 |"),
    (Code.EMPTY_CELL, "| | {name} | {count}事業 |"),
    (Code.BROKEN_ROW, "| {code} | {count}事業 |"),
]


def _orders(plan: Plan) -> Iterable[tuple[str, ...]]:
    for number, (size, order) in enumerate(plan.tables):
        for _ in range(len(plan.projects) if number == len(plan.tables) - 1 else size):
            yield order


def _report(written: Written) -> Reported:
    with pytest.raises(PlanTextError) as refused:
        read(written.raw())
    assert str(refused.value).count("\n") == len(refused.value.problems) - 1
    return {(each.line, each.code) for each in refused.value.problems}


def _spoil_rows(plan: Plan, written: Written, faults: dict[int, int]) -> Reported:
    """Plant faults (index of a row to index of a fault)."""
    planted: Reported = set()
    orders = list(_orders(plan))
    for index, fault in faults.items():
        project = plan.projects[index]
        code, spoil = ROW_FAULTS[fault]
        cells = {name: project.cells()[name] for name in orders[index]}
        spoil(cells)
        line = written.line_of[project.code]
        written.lines[line - 1] = row_of(cells.values())
        planted.add((line, code))
    return planted


@settings(max_examples=150, deadline=None)
@given(plans(), st.data())
def test_every_spoilt_row_is_reported(plan: Plan, data: st.DataObject) -> None:
    """Up to four rows, each spoilt in its own way, and no other line."""
    written = plan.write()
    rows = st.integers(0, len(plan.projects) - 1)
    kinds = st.integers(0, len(ROW_FAULTS) - 1)
    faults = data.draw(st.dictionaries(rows, kinds, min_size=1, max_size=4))
    planted = _spoil_rows(plan, written, faults)
    assert _report(written) == planted


@settings(max_examples=100, deadline=None)
@given(plans(), st.data())
def test_every_spoilt_entry_is_reported_with_spoilt_rows(plan: Plan, data: st.DataObject) -> None:
    """One category and, elsewhere, one project: both are found, and the rest is left alone.

    Only where an entry's code and a project's category are both in doubt, nobody can tell which
    project the entry was for: then its own projects are reported too.
    """
    entry = data.draw(st.sampled_from([each for row in plan.categories.values() for each in row]))
    code, shape = data.draw(st.sampled_from(ENTRY_FAULTS))
    written = plan.write()
    line = written.line_of[entry.code]
    whole = f"| {entry.code} | {entry.name} | {entry.count}事業 |"
    spoilt = shape.format(code=entry.code, name=entry.name, count=entry.count)
    written.lines[line - 1] = written.lines[line - 1].replace(whole, spoilt)
    planted = {(line, code)}
    others = [i for i, each in enumerate(plan.projects) if each.category is not entry]
    if others:
        row = data.draw(st.sampled_from(others))
        kind = data.draw(st.integers(0, len(ROW_FAULTS) - 1))
        planted |= _spoil_rows(plan, written, {row: kind})
    own = {written.line_of[each.code] for each in plan.projects if each.category is entry}
    reported = _report(written)
    assert planted <= reported
    extra = reported - planted
    assert not extra or Code.UNKNOWN_CATEGORY in {code for _, code in planted}
    assert extra <= {(each, Code.UNKNOWN_CATEGORY) for each in own}


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_a_repeated_row_is_reported(plan: Plan, data: st.DataObject) -> None:
    """On the line where it stands again, and its category has one too many."""
    written = plan.write()
    project = data.draw(st.sampled_from(plan.projects))
    order = plan.tables[-1][1]
    written.lines.append(row_of(project.cells()[name] for name in order))
    assert _report(written) == {
        (len(written.lines), Code.DUPLICATE_PROJECT),
        (written.line_of[project.category.code], Code.WRONG_COUNT),
    }


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_a_dropped_row_is_reported(plan: Plan, data: st.DataObject) -> None:
    """Its category has one too few, and the number that follows it has a gap before it."""
    written = plan.write()
    index = data.draw(st.integers(0, len(plan.projects) - 1))
    project = plan.projects[index]
    del written.lines[written.line_of[project.code] - 1]
    expected: Reported = set()
    if len(plan.projects) > 1:
        expected.add((written.line_of[project.category.code], Code.WRONG_COUNT))
    following = plan.projects[index + 1 : index + 2]
    if following and following[0].code[0] == project.code[0]:
        expected.add((written.line_of[following[0].code] - 1, Code.NUMBER_GAP))
    if expected:
        assert _report(written) == expected


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_a_spoilt_header_is_reported(plan: Plan, data: st.DataObject) -> None:
    """A column that nobody knows, or that stands there twice; and which one is missing for it."""
    written = plan.write()
    number = data.draw(st.integers(0, len(plan.tables) - 1))
    line = written.line_of[f"header {number}"]
    gone, instead = data.draw(st.permutations(COLUMNS))[:2]
    unknown = data.draw(st.booleans())
    order = plan.tables[number][1]
    put = "備考" if unknown else instead
    written.lines[line - 1] = row_of(put if name == gone else name for name in order)
    code = Code.UNKNOWN_COLUMN if unknown else Code.DUPLICATE_COLUMN
    assert _report(written) == {(line, code), (line, Code.MISSING_COLUMN)}
