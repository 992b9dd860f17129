"""What a plan's text says, as values, and the list of what was mended on the way.

Every value stands as the town printed it, apart from what `PlanText.mended` lists. Lines are
counted from 1. White space around a table's cells is layout and belongs to no value.
"""

import enum
from dataclasses import dataclass


class MendRule(enum.StrEnum):
    """Why a value differs from the text as received.

    All but EDITORIAL are mechanical: they hold for any town's text.
    """

    BYTE_ORDER_MARK = "byte-order-mark"
    LINE_ENDS = "line-ends"
    NORMALISED = "normalised"
    ESCAPED_BAR = "escaped-bar"
    LIST_MARKUP = "list-markup"
    BULLETS = "bullets"
    NO_GROUP = "no-group"
    CATEGORY_NAME = "category-name"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """One difference between the text as received and the values read from it.

    `where` is a code and a column ("2_13 期待される効果"). Replacing `before` with `after` once, in
    the order of the list, turns the raw cell into the value; the items of a list are then separated
    by line feeds.
    """

    line: int
    where: str
    rule: MendRule
    before: str
    after: str
    note_ja: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A 基本方針: its number ("1") and name."""

    code: str
    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryText:
    """A 分類 of section 5: "1-4", its name as mended and as printed, and how many projects."""

    code: str
    policy_code: str
    name: str
    name_in_source: str
    project_count: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentText:
    """A 課 and its グループ, both in the order in which the projects first name them."""

    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectText:
    """A 取組事業; `raw` is its row exactly as received, without the line end."""

    code: str
    department: str
    group: str | None
    category_code: str
    title: str
    content: str
    expected_effects: tuple[str, ...]
    line: int
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanText:
    """A whole plan: the categories in the order of their codes, all else in that of the text.

    `published` is the printed date ("令和8年3月"). `last_fiscal_year` is an integer (2027 is
    令和9年度); the text does not say when the plan begins.
    """

    title: str
    prefecture: str | None
    municipality_name: str
    published: str
    last_fiscal_year: int
    policies: tuple[PolicyText, ...]
    categories: tuple[CategoryText, ...]
    departments: tuple[DepartmentText, ...]
    projects: tuple[ProjectText, ...]
    mended: tuple[Mended, ...]
