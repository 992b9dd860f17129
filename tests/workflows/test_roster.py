"""Lists of appointments, as spreadsheets save them."""

import datetime as dt
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.fiscal import parse_day
from workflows.labels import label
from workflows.refusals import InvalidInput, Refuse
from workflows.roster import HEADERS, MAX_CHARACTERS, MAX_LINES, Column, Wanted, decode, read
from workflows.stages import Role

HEAD = "職員番号,氏名,役割,課,開始日,終了日"
LEAD = Wanted(
    line=2,
    staff_number="001",
    name="山田　太郎",
    role=Role.LEAD,
    department="税務課",
    starts_on=dt.date(2027, 4, 1),
    ends_on=None,
)


def faults(text: str) -> list[tuple[int | None, str | None]]:
    """Return where there are faults; every one says what it is in both languages."""
    found = read(text).faults
    assert all(f.message_ja.strip() and f.message_en.strip() for f in found)
    return [(f.line, f.column) for f in found]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n001,山田　太郎,LEAD,税務課,2027-04-01,",
        f"\ufeff{HEAD}\r\n001,山田　太郎,課長・グループリーダー,税務課,2027/4/1,\r\n",
        f"{HEAD},,\n００１,山田　太郎,課長,税務課,Ｒ９．４．１,,,\n,,,\n\n",
        f'{HEAD}\n"=""001""", 山田　太郎 ,lead,税務課,令和9年4月1日,－',
        "staff number,NAME,Role,DEPARTMENT,starts_on,Ends On\n001,山田　太郎,Lead,税務課,r9/4/1",
        "STAFF_NUMBER,NAME,ROLE,DEPARTMENT,STARTS_ON\n001,山田　太郎,ＬＥＡＤ,税務課,2027.4.1",
        "職員番号\t氏名\t役割\t課\t開始日\n001\t山田　太郎\tグループリーダー\t税務課\t2027/4/1 0:00",
    ],
)
def test_what_spreadsheets_do_is_put_up_with(text: str) -> None:
    """One line, written in many ways, is the same line."""
    assert read(text) == replace(read(text), lines=(LEAD,), faults=())


def test_columns_stand_in_any_order_and_days_may_be_left_out() -> None:
    """What heads a column decides; remarks are left aside."""
    reading = read("課,備考,役割,氏名,職員番号\n税務課,転入,課長,山田　太郎,001")
    assert reading.lines == (replace(LEAD, starts_on=None),)
    assert reading.faults == ()


def test_somebody_may_hold_nothing() -> None:
    """No role, no department and no days: named, so that what is held ends."""
    (line,) = read(f"{HEAD}\n001,山田　太郎,,,―,ー").lines
    assert line == Wanted(line=2, staff_number="001", name="山田　太郎")


def test_every_fault_is_told_at_once_with_its_place() -> None:
    """Lines that are right are read beside them; a line over two rows counts where it begins."""
    text = (
        f"{HEAD}\n"
        '"1\n23",,SOMETHING,税務課,2027/2/30,x\n'
        ",甲,STAFF,,,\n"
        "2,乙,LEAD,税務課,2027/4/1,2027/3/31\n"
        "3,丙,,税務課,,\n"
        "4,丁,STAFF,税務課,,,あふれ\n"
        "5,戊,OFFICE,,,\n"
        f"{'6' * 51},己\0,STAFF,{'課' * 101},,\n"
    )
    assert faults(text) == [
        *((2, c) for c in (Column.NAME, Column.ROLE, Column.STARTS_ON, Column.ENDS_ON)),
        *((4, c) for c in (Column.STAFF_NUMBER, Column.DEPARTMENT)),
        (5, Column.ENDS_ON),
        (6, Column.ROLE),
        (7, None),
        *((9, c) for c in (Column.STAFF_NUMBER, Column.NAME, Column.DEPARTMENT)),
    ]
    assert [line.staff_number for line in read(text).lines] == ["5"]
    broken = read(text).broken
    assert [line.line for line in broken] == [2, 4, 5, 6, 7, 9]
    assert broken[0] == Wanted(line=2, staff_number="1 23", name="", department="税務課")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(None, None)]),
        (" \n,,\n", [(None, None)]),
        (HEAD.replace("終了日", "終了"), [(1, None)]),
        (f"\n{HEAD},課\n", [(2, Column.DEPARTMENT)]),
        ("職員番号,氏名,開始日", [(1, Column.ROLE), (1, Column.DEPARTMENT)]),
        (f'{HEAD}\n1,甲,STAFF,税務課\n\n2,"乙', [(4, None)]),
        (f'{HEAD}\n1,"甲"乙,STAFF,税務課', [(2, None)]),
        (f"{HEAD}\n" + "1,甲,STAFF,税務課\n" * (MAX_LINES + 1), [(None, None)]),
        (f"{HEAD}\n{'x' * 131_073}", [(2, None)]),
        ("x" * (MAX_CHARACTERS + 1), [(None, None)]),
    ],
)
def test_what_is_no_list(text: str, expected: list[tuple[int | None, str | None]]) -> None:
    """Nothing is read of it, and it is said why."""
    assert faults(text) == expected
    assert read(text).lines == ()


def test_the_longest_list_is_read() -> None:
    """As many lines as there may be."""
    assert len(read(f"{HEAD}\n" + "1,甲,STAFF,税務課\n" * MAX_LINES).lines) == MAX_LINES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_come_in_two_encodings(encoding: str) -> None:
    """With a mark or without; CP932 is what spreadsheets save by default."""
    assert decode(f"{HEAD}\n髙橋①".encode(encoding)) == f"{HEAD}\n髙橋①"


def test_other_encodings_are_told() -> None:
    """UTF-16 is neither."""
    with pytest.raises(Refuse) as refused:
        decode(HEAD.encode("utf-16"))
    assert isinstance(refused.value.refusal, InvalidInput)
    assert refused.value.refusal.path == "csv"


def _spellings(day: dt.date) -> list[str]:
    era = {"R": ("令和", 2018), "H": ("平成", 1988), "S": ("昭和", 1925)}
    letter = "R" if day >= dt.date(2019, 5, 1) else "H" if day >= dt.date(1989, 1, 8) else "S"
    name, before = era[letter]
    number = day.year - before
    return [
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y年%m月%d日}",
        f"{letter}{number}.{day.month}.{day.day}",
        f"{letter.lower()}{number:02}/{day:%m/%d}",
        f"{name}{number if number > 1 else '元'}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day} 0:00:00",
    ]


@given(st.dates(dt.date(1926, 12, 25), dt.date(2117, 12, 31)))
def test_days_are_read_however_they_are_written(day: dt.date) -> None:
    """Every spelling of a day is that day, in half width and full width."""
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789./-RHSrhs"}
    for spelling in _spellings(day):
        assert parse_day(spelling) == day
        assert parse_day(spelling.translate(wide)) == day


@pytest.mark.parametrize(
    "text",
    ["", "4/1", "2027/4", "2027/13/1", "2027/2/29", "R0.4.1", "R元", "x2027/4/1", "27/4/1",
     "2027/4/1 9:00", "46113", "2027/4/1の午後", "T15.1.1"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    """Nothing is guessed."""
    assert parse_day(text) is None


@given(st.text())
def test_any_text_gives_lines_or_faults(text: str) -> None:
    """Nothing raises, and whatever is no list has a fault."""
    assert read(text).faults
    read(f"{HEAD}\n{text}")


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """Nothing else is raised."""
    with suppress(Refuse):
        assert isinstance(decode(data), str)


@given(
    st.lists(
        st.tuples(
            st.text("0123456789A", min_size=1, max_size=8),
            st.sampled_from(["山田　太郎", "=SUM(A1)", 'x"y', "a,b", "-1+2", "@x"]),
            st.sampled_from(Role),
            st.sampled_from(["税務課", "総務課"]),
            st.dates(),
        ),
        max_size=20,
    )
)
def test_what_is_written_is_what_is_read(rows: list[tuple[str, str, Role, str, dt.date]]) -> None:
    """Quotes and formulas are text; roles are known by label."""
    cells = [
        [number, name, label(role), department, day.isoformat(), ""]
        for number, name, role, department, day in rows
    ]
    quoted = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in cells]
    reading = read("\n".join([",".join(HEADERS[c][0] for c in Column), *quoted]))
    assert reading.faults == ()
    assert [
        (w.staff_number, w.name, w.role, w.department, w.starts_on) for w in reading.lines
    ] == rows
