"""What may be written into fields, with everything a keyboard or a clipboard can bring."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.folding import fold
from workflows.refusals import InvalidInput, Refuse
from workflows.values import MAX_TEXT, decimal, line, text, yen

ANY_TEXT = st.text(st.characters(), max_size=60)
"""With controls, lone surrogates, private and unassigned code points."""


def refused(value: str) -> InvalidInput:
    """Return why a text is refused."""
    with pytest.raises(Refuse) as raised:
        text("field", value)
    assert isinstance(raised.value.refusal, InvalidInput)
    return raised.value.refusal


@given(ANY_TEXT)
def test_text_is_clean_or_refused(value: str) -> None:
    """What is accepted can be stored anywhere, shown as it is, and is its own clean form."""
    try:
        clean = text("field", value)
    except Refuse:
        assert refused(value).path == "field"
        return
    clean.encode()
    assert clean == clean.strip()
    assert not {unicodedata.category(c) for c in clean} & {"Cf", "Cs", "Co", "Cn"}
    assert {c for c in clean if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert not set(clean) & set("\u2028\u2029\x85")
    assert text("field", clean) == clean


@given(ANY_TEXT)
def test_a_line_has_no_line_break(value: str) -> None:
    """One line, whatever kinds of line ends were in it."""
    try:
        clean = line("field", value, limit=100, required=False)
    except Refuse:
        return
    assert clean.splitlines() in ([], [clean])
    assert "\t" not in clean


@pytest.mark.parametrize(
    ("value", "code"),
    [("a\0b", "U+0000"), ("a\x1bb", "U+001B"), ("\ud800", "U+D800"), ("\ue000", "U+E000"),
     ("\uffff", "U+FFFF"), ("\x7f", "U+007F")],
)  # fmt: skip
def test_what_cannot_be_stored_is_named(value: str, code: str) -> None:
    """NUL, escapes, lone surrogates, private and non-characters are refused by their number."""
    refusal = refused(value)
    assert code in refusal.message_ja
    assert code in refusal.message_en


@pytest.mark.parametrize(
    "invisible",
    ["\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad",
     "\u2060", "\U000e0041"],
)  # fmt: skip
def test_invisible_format_characters_are_taken_out(invisible: str) -> None:
    """Nothing unseen makes two texts differ, or turns the direction of what follows."""
    assert text("field", f"総{invisible}務課{invisible}") == "総務課"
    assert line("field", f"A{invisible}001", limit=4) == "A001"
    with pytest.raises(Refuse):
        text("field", invisible, required=True)


@pytest.mark.parametrize(
    "name", ["山田　太郎", "\ufa19田 \ufa1b", "髙﨑", "渡邉\U000e0102", "葛\U000e0100城", "𠮷野家"]
)
def test_a_name_stays_as_it_is_written(name: str) -> None:
    """Full-width spaces, compatibility ideographs and variation selectors are kept."""
    assert line("name", name, limit=100) == name


def test_text_is_composed_and_its_line_ends_are_plain() -> None:
    """Kana typed in two code points become one; every kind of line end becomes a line feed."""
    assert text("field", "か\u3099と は\u309a") == "がと ぱ"
    assert text("field", "a\r\nb\rc\u2028d\u2029e\x85f\vg\fh") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert line("field", " a\r\n\tb　c  d ", limit=100) == "a b　c  d"


def test_the_limit_counts_what_is_kept() -> None:
    """10,000 characters after cleaning; a longer text is told how long it is."""
    assert len(text("field", " " + "字" * MAX_TEXT + " ")) == MAX_TEXT
    assert len(text("field", "か\u3099" * MAX_TEXT)) == MAX_TEXT
    assert "10001" in refused("字" * (MAX_TEXT + 1)).message_en
    assert "1000000" in refused("x" * 1_000_000).message_ja


def test_no_text_takes_long() -> None:
    """A megabyte and the worst order of combining marks are refused at once, not sorted first."""
    marks = "a" + "\u0315\u0300" * 15_000
    started = time.perf_counter()
    refused("x" * 1_000_000)
    refused(marks[:29_000])
    assert "結合文字" in refused("e" + "\u0301" * 31).message_ja
    assert text("field", "e" + "\u0301" * 30)
    assert time.perf_counter() - started < 0.3


def test_required_text_is_asked_for() -> None:
    """White space alone is nothing."""
    for blank in ("", " ", "　", "\n\t"):
        assert text("field", blank) == ""
        with pytest.raises(Refuse):
            text("field", blank, required=True)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("42", "42"),
        ("４２．５", "42.5"),
        ("+3", "3"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("－３", "-3"),
        ("1,234,567.5", "1234567.5"),
        ("１，２３４", "1234"),
        ("007", "007"),
        ("0", "0"),
        (" 5 ", "5"),
        ("　５　", "5"),
        ("1" * 15 + ".123456", "1" * 15 + ".123456"),
        ("", None),
        ("　", None),
        (None, None),
    ],
)
def test_a_number_is_kept_as_it_was_given(value: str | None, number: str | None) -> None:
    """Half-width, without separators; no digit is added, dropped or rounded."""
    assert decimal("field", value) == number


@pytest.mark.parametrize(
    "value",
    ["abc", "1.", ".5", "1e3", "1,5", "12,34", "1,2345", ",123", "1.5,0", "--1", "10²", "①", "½",
     "Ⅳ", "٣", "五", "1 000", "1\n2", "1" * 16, "1.1234567", "NaN", "Infinity", "0x10", "1_0",
     "1\0", "\ud800"],
)  # fmt: skip
def test_what_is_no_number_is_refused(value: str) -> None:
    """Nothing that only looks like a number is read as another one: 10² is not 102."""
    with pytest.raises(Refuse):
        decimal("field", value)


@given(st.decimals(-(10**14), 10**14, allow_nan=False, places=6))
def test_any_number_of_15_digits_and_6_reads_back(value: object) -> None:
    """No float is in between."""
    assert decimal("field", f"{value:f}") == f"{value:f}"


@pytest.mark.parametrize(
    ("value", "amount"),
    [(0, 0), (1500, 1500), ("1,500", 1500), ("１，５００", 1500), (10**15 - 1, 10**15 - 1),
     ("", None), (None, None)],
)  # fmt: skip
def test_an_amount_is_whole_yen(value: str | int | None, amount: int | None) -> None:
    """Numbers and what people type alike; nothing given is nothing, and 0 is 0."""
    assert yen("field", value) == amount


@pytest.mark.parametrize("value", [-1, 10**15, "-2", "1.5", "千円", "1,50", "\ud800"])
def test_what_is_no_amount_is_refused(value: str | int) -> None:
    """No negative amounts, no fractions, nothing lost in silence."""
    with pytest.raises(Refuse):
        yen("field", value)


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("デジタルデバイド対策", "でじたる"),
        ("デジタルデバイド対策", "ﾃﾞｼﾞﾀﾙ"),
        ("ＷｉＦｉの整備", "wifi"),
        ("マイナンバー カード", "まいなんばーかーど"),
        ("書かない　窓口", "書かない窓口"),
        ("㈱システム", "(株)しすてむ"),
        ("ｶ ﾞイド", "ガイド"),
    ],
)
def test_folding_hides_width_case_kana_and_spaces(written: str, sought: str) -> None:
    """What is sought is found however it is typed."""
    assert fold(sought) in fold(written)


@given(st.text(st.sampled_from("アイウガヴァーｶﾞﾊﾟかがabＡＢ１2 　・漢字")))
def test_folding_twice_is_folding_once(value: str) -> None:
    """What is stored folded can be folded again without harm."""
    assert fold(fold(value)) == fold(value)
