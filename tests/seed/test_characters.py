"""Encodings, control characters and letters of other scripts."""

import time

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from seed.characters import check_scripts
from seed.findings import Findings
from seed.problems import ProblemCode as Code
from seed.reader import PlanTextError, Problem, read
from tests.seed.test_faults import TEXT


def _problems(raw: bytes) -> tuple[Problem, ...]:
    with pytest.raises(PlanTextError) as refused:
        read(raw)
    return refused.value.problems


def test_each_line_that_is_not_utf8_is_named_with_its_byte() -> None:
    """And all other faults of the text with them."""
    lines = TEXT.replace("18事業", "19事業").encode().split(b"\n")
    lines[99] = lines[99][:9] + b"\xff" + lines[99][9:]
    lines[119] = lines[119].rstrip(b" |") + b"\x80 |"
    found = _problems(b"\n".join(lines))
    assert [(each.line, each.code) for each in found] == [
        (63, Code.WRONG_COUNT),
        (100, Code.NOT_UTF8),
        (120, Code.NOT_UTF8),
    ]
    assert "10バイト目" in found[1].message_ja
    assert "byte 10 " in found[1].message_en


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16"])
def test_another_encoding_is_refused_for_that_alone(encoding: str) -> None:
    """What cannot be read is not searched for other faults."""
    raw = TEXT.replace("デバйд", "デバイド").encode(encoding)
    found = _problems(raw)
    assert {each.code for each in found} <= {Code.NOT_UTF8, Code.CONTROL_CHARACTER}
    assert found[0].code is Code.NOT_UTF8


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "iso2022_jp"])
def test_encodings_that_pass_for_ascii_are_refused(encoding: str) -> None:
    """Their NUL and escape bytes are found, and nothing else is guessed."""
    raw = TEXT.replace("デバйд", "デバイド").encode(encoding)
    assert {each.code for each in _problems(raw)} <= {Code.NOT_UTF8, Code.CONTROL_CHARACTER}


def test_an_empty_text_is_refused() -> None:
    """With all that a plan needs, on the first line."""
    assert [(each.line, each.code) for each in _problems(b"")] == [
        (1, Code.MISSING_DATE),
        (1, Code.MISSING_MUNICIPALITY),
        *((1, Code.MISSING_SECTION),) * 3,
        (1, Code.MISSING_TITLE),
        (1, Code.NO_POLICIES),
        (1, Code.NO_PROJECTS),
    ]


@pytest.mark.parametrize(
    "text",
    ["プラスαの効果", "β版の公開", "10μmの網", "Ωと書く", "мир", "α・β", "αとβ", "+α"],
)
def test_letters_that_stand_for_themselves_are_let_be(text: str) -> None:
    """Greek signs at the edge of a word, and words of another language."""
    findings = Findings()
    check_scripts((text,), findings)
    assert findings.problems == []


@pytest.mark.parametrize(
    "text",
    ["デバйд対策", "対策й", "дデジタル", "デαタ", "АI", "DХ推進", "Aαb", "νεの", "情α報"],
)
def test_letters_that_look_like_others_are_reported(text: str) -> None:
    """Cyrillic or Greek letters that touch Japanese or Latin ones."""
    findings = Findings()
    check_scripts(("", text), findings)
    assert [(each.line, each.code) for each in findings.problems] == [(2, Code.MIXED_SCRIPT)]


@pytest.mark.parametrize(
    "unit",
    [
        " ",
        "|",
        "| ",
        "|-",
        "1",
        "1 ",
        "令和",
        "9年度",
        "基本方針1 ",
        "й",
        "あй",
        "\\|",
        "\n|\n",
        "\n| 2_05 |",
    ],
)
def test_long_texts_take_no_longer_than_their_length(unit: str) -> None:
    """Fifty thousand characters of anything, or thousands of lines, are refused within seconds."""
    long = unit * (5_000 if "\n" in unit else 50_000 // len(unit))
    text = TEXT
    for place in ("目次", "3 計画の期間\n", "基本方針1 ", "現在使用"):
        text = text.replace(place, place + "@")
    raw = text.replace("@", long + "\0").encode()
    started = time.perf_counter()
    _problems(raw)
    assert time.perf_counter() - started < 10


_PIECES = [
    "|",
    "\n",
    "\r\n",
    " ",
    "-",
    "|---|",
    "1-1",
    "1_01",
    "<ul>",
    "・",
    "й",
    "０",
    "\0",
    "基本方針1 ",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, 60), st.sampled_from(["", *_PIECES])),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_happens_to_the_text_it_is_read_or_refused(
    edits: list[tuple[int, int, str]],
) -> None:
    """Passages replaced at random: no other error, and every fault on a line there is."""
    text = TEXT
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    problems: tuple[Problem, ...] = ()
    try:
        plan = read(text.encode())
        assert sum(each.project_count for each in plan.categories) == len(plan.projects)
    except PlanTextError as refused:
        problems = refused.problems
        event("refused")
    lines = text.count("\n") + 1
    assert all(1 <= each.line <= lines for each in problems)
