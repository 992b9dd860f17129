"""Search over Japanese text: how it is typed makes no difference, and no character is magic."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.schema.asking import ask, error_codes
from tests.schema.conftest import Towns
from tests.schema.test_paging import BOUNDED
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.folding import fold
from workflows.records import Category

FOUND: Final = "query($s: String) { projects(where: {search: $s}) { nodes { title } } }"
CONTENTS: Final = {
    "百分率": "目標は100%、達成は10_0件、場所は C:\\dx です。",
    "全角": "ＤＸ推進ー％＿￥とＷｉ－Ｆｉ",
    "半角": "ﾃﾞｼﾞﾀﾙﾃﾞﾊﾞｲﾄﾞの解消 (wi-fi)",
    "仮名": "きっずルームのデジタル化、パピプペポ",
    "英字": "Evidence Based POLICY Making, Straße, don't",
    "漢字": "神と神、㍻と平成、①番と1番",
}
"""A project of each title with this content."""


@dataclass(frozen=True)
class Library:
    """A town whose projects say what is searched for."""

    town: Town

    async def search(self, words: str) -> set[str]:
        """Return the titles of the projects of CONTENTS that are found."""
        nodes = (await ask(self.town, FOUND, s=words))["projects"]["nodes"]
        return {node["title"] for node in nodes} & CONTENTS.keys()


@pytest.fixture
async def library(towns: Towns) -> Library:
    """Add a project for each of the contents."""
    desk = Desk(towns.small)
    owned = {
        "category": await desk.first(Category),
        "department": desk.department("総務課"),
        "expectedEffects": ["効果_1%"],
    }
    additions = [{**owned, "title": title, "content": text} for title, text in CONTENTS.items()]
    given = {"summary": "追加", "reason": "検索", "effectiveOn": "2027-04-01"}
    await desk.done("revisePlan", "office", additions=additions, **given)
    return Library(towns.small)


SEARCHES: Final[list[tuple[str, Collection[str]]]] = [
    ("デジタル", {"半角", "仮名"}),
    ("でじたる", {"半角", "仮名"}),
    ("ﾃﾞｼﾞﾀﾙ", {"半角", "仮名"}),
    ("ﾊﾟﾋﾟ", {"仮名"}),
    ("はひ", set()),
    ("キッズるーむ", {"仮名"}),
    ("dx", {"百分率", "全角"}),
    ("ｄｘ推進", {"全角"}),
    ("WI-FI", {"全角", "半角"}),
    ("policy　based", {"英字"}),
    ("STRASSE", {"英字"}),
    ("don't", {"英字"}),
    ("平成", {"漢字"}),
    ("1番", {"漢字"}),
    ("%", CONTENTS.keys()),
    ("100%", {"百分率"}),
    ("100%達成", set()),
    ("1%0", set()),
    ("10_0", {"百分率"}),
    ("1___", set()),
    ("_1%", CONTENTS.keys()),
    ("C:\\dx", {"百分率"}),
    ("C:dx", set()),
    ("\\", {"百分率"}),
    ("\\\\", set()),
    ("％＿", {"全角"}),
    ("%_", {"全角"}),
    ("", CONTENTS.keys()),
    (" \n　", CONTENTS.keys()),
    ("デジ\u200bタル", {"半角", "仮名"}),
    ("仮名 デジタル ルーム", {"仮名"}),
    ("仮名 デジタル 解消", set()),
    ("' OR 1=1 --", set()),
]


async def test_a_search_finds_what_it_should(library: Library) -> None:
    """Width, case, kana and blanks make no difference; wildcards are characters like others."""
    for words, expected in SEARCHES:
        assert await library.search(words) == set(expected), words


PARTS: Final = (
    "%",
    "_",
    "\\",
    "\\%",
    "\\_",
    "100",
    "dx",
    "デジタル",
    "ﾃﾞ",
    "'",
    '"',
    "*",
    "?",
    "[",
    " ",
)


@BOUNDED
@given(words=st.lists(st.lists(st.sampled_from(PARTS), max_size=4).map("".join), min_size=10))
@example(words=[text[n : n + 6] for text in CONTENTS.values() for n in range(0, len(text), 5)])
async def test_a_search_is_what_python_would_find(library: Library, words: list[str]) -> None:
    """Every combination of what databases take for patterns, as plain text."""
    folded = {title: fold(f"{title}\n{text}\n効果_1%") for title, text in CONTENTS.items()}
    for search in words:
        parts = [fold(part) for part in search.split()]
        expected = {t for t, text in folded.items() if all(part in text for part in parts)}
        assert await library.search(search) == expected, search


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "\x1b", "\ue000", "あ" * 201, "x" * 10**6])
async def test_a_search_for_what_cannot_be_written_is_refused(
    read_towns: Towns, words: str
) -> None:
    """Controls, lone surrogates and endless texts are told, on both databases alike."""
    assert await error_codes(read_towns.small, FOUND, s=words) == ["BAD_SEARCH"]


async def test_two_hundred_characters_are_searched_for(read_towns: Towns) -> None:
    """The longest search that is accepted, whose letters are compatibility ones."""
    assert await error_codes(read_towns.small, FOUND, s="ﷺ" * 200) == []
