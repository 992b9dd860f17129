"""What projects can be filtered by: composable, and no more of it than anybody needs."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import Any, Final

import strawberry

from schema.costs import CONDITION, WORD
from schema.errors import ClientError
from schema.nodes import plain
from schema.pages import check_count
from workflows.folding import fold
from workflows.refusals import Refuse
from workflows.stages import ProjectStatus, Stage
from workflows.values import text

MOST_CONDITIONS: Final = 30
"""In one filter: whatever is given counts one, and so does an inner object that only composes."""
DEEPEST: Final = 5
"""Levels of objects; the filter itself is the first."""
MOST_WORDS: Final = 30
"""Of all searches in one filter."""
MOST_WORDS_OF_A_SEARCH: Final = 10
_COMPOSING: Final = frozenset({"all_of", "any_of", "none_of"})


@strawberry.input(
    description="Conditions on projects. Those given together must all hold. At most 30, 5 levels "
    "of objects, 30 words in all searches, and 100 values in each list."
)
class ProjectWhere:
    """Composable: and, or and not nest."""

    all_of: list["ProjectWhere"] | None = plain("All of these hold.", name="and")
    any_of: list["ProjectWhere"] | None = plain(
        "At least one of these holds; of none, none does.", name="or"
    )
    none_of: "ProjectWhere | None" = plain("This does not hold.", name="not")
    search: str | None = plain(
        "Up to 10 words that all stand in code, title, content or effects; 200 characters. Width, "
        "case and kana make no difference: ﾃﾞｼﾞﾀﾙ finds デジタル. % and _ are just characters."
    )
    code: list[str] | None = plain("Any of these codes.")
    status: list[ProjectStatus] | None = plain("Any of these statuses.")
    policy: list[strawberry.ID] | None = plain("Under any of these policies.")
    category: list[strawberry.ID] | None = plain("Under any of these categories.")
    department: list[strawberry.ID] | None = plain("Owned by any of these departments today.")
    group: list[strawberry.ID] | None = plain("Owned by any of these groups today.")
    stage: list[Stage] | None = plain("The cycle is at any of these stages.")
    overdue: bool | None = plain("Whether the cycle's due day is past, and the project is active.")
    in_stage_longer_than_days: int | None = plain("The cycle came to its stage longer ago.")
    actionable_by_viewer: bool | None = plain(
        "Whether this viewer can fire some move of the cycle now."
    )


@dataclass(frozen=True, slots=True)
class Size:
    """How much a filter asks."""

    conditions: int
    words: int
    given: AbstractSet[str]
    """The conditions that occur, by name."""

    @property
    def cost(self) -> int:
        """What it costs, beside what is read for any filter."""
        return self.conditions * CONDITION + self.words * WORD


def size_of(where: ProjectWhere) -> Size:
    """Return a filter's size.

    Raises:
        ClientError: TOO_MANY or BAD_SEARCH, where it is more than anybody needs.
    """
    conditions, words = 0, 0
    given: set[str] = set()
    for level, one in _objects(where):
        _check("条件の入れ子", "levels of conditions", level, DEEPEST)
        named = {f.name for f in fields(one) if getattr(one, f.name) is not None}
        conditions += max(len(named - _COMPOSING), level > 1)
        _check("条件", "conditions", conditions, MOST_CONDITIONS)
        for name in named - {"search"}:
            value = getattr(one, name)
            check_count(len(value) if isinstance(value, list) else 0)
        in_search = len(words_of(one.search))
        words += in_search
        _checkwords_of(in_search, MOST_WORDS_OF_A_SEARCH)
        _checkwords_of(words, MOST_WORDS)
        given |= named
    return Size(conditions, words, given)


def _objects(where: ProjectWhere) -> Iterator[tuple[int, ProjectWhere]]:
    """Give a filter and every one in it, with its level; nothing recurses."""
    waiting = [(1, where)]
    while waiting:
        level, one = waiting.pop()
        yield level, one
        inner = [*(one.all_of or ()), *(one.any_of or ())]
        if one.none_of is not None:
            inner.append(one.none_of)
        waiting += [(level + 1, each) for each in inner]


def _check(japanese: str, english: str, count: int, most: int) -> None:
    if count > most:
        raise ClientError("TOO_MANY", f"絞り込みの{japanese}は{most}までです。 / "
                          f"A filter has at most {most} {english}.")  # fmt: skip


def _checkwords_of(count: int, most: int) -> None:
    if count > most:
        raise ClientError("BAD_SEARCH", f"検索の語は{most}までです({count}語あります)。 / "
                          f"Search for at most {most} words; there are {count}.")  # fmt: skip


def words_of(search: str | None) -> list[str]:
    """Return the words that are searched for, folded as what is searched.

    Raises:
        ClientError: BAD_SEARCH.
    """
    try:
        clean = text("search", search or "", limit=200)
    except Refuse as refused:
        reason: Any = refused.refusal
        raise ClientError("BAD_SEARCH", f"{reason.message_ja} / {reason.message_en}") from None
    return [fold(word) for word in clean.split()]
