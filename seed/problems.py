"""Everything that can be wrong with a plan's text, and the words that say so."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


class ProblemCode(enum.StrEnum):
    """A kind of fault."""

    NOT_UTF8 = "NOT_UTF8"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    MIXED_SCRIPT = "MIXED_SCRIPT"
    MARKUP = "MARKUP"
    MISSING_TITLE = "MISSING_TITLE"
    MISSING_MUNICIPALITY = "MISSING_MUNICIPALITY"
    MISSING_DATE = "MISSING_DATE"
    MISSING_SECTION = "MISSING_SECTION"
    MISSING_PERIOD = "MISSING_PERIOD"
    BROKEN_ROW = "BROKEN_ROW"
    MISSING_HEADER = "MISSING_HEADER"
    MISSING_SEPARATOR = "MISSING_SEPARATOR"
    STRAY_SEPARATOR = "STRAY_SEPARATOR"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    MISSING_COLUMN = "MISSING_COLUMN"
    DUPLICATE_COLUMN = "DUPLICATE_COLUMN"
    CATEGORY_TABLE_SHAPE = "CATEGORY_TABLE_SHAPE"
    EMPTY_CELL = "EMPTY_CELL"
    MALFORMED_CODE = "MALFORMED_CODE"
    MALFORMED_COUNT = "MALFORMED_COUNT"
    MALFORMED_POLICY = "MALFORMED_POLICY"
    NO_POLICIES = "NO_POLICIES"
    DUPLICATE_POLICY = "DUPLICATE_POLICY"
    NO_CATEGORIES = "NO_CATEGORIES"
    DUPLICATE_CATEGORY = "DUPLICATE_CATEGORY"
    CATEGORY_OUTSIDE_POLICY = "CATEGORY_OUTSIDE_POLICY"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    WRONG_COUNT = "WRONG_COUNT"
    NO_PROJECTS = "NO_PROJECTS"
    DUPLICATE_PROJECT = "DUPLICATE_PROJECT"
    PROJECT_OUTSIDE_POLICY = "PROJECT_OUTSIDE_POLICY"
    NUMBER_GAP = "NUMBER_GAP"


_C = ProblemCode
_MESSAGES: Final[dict[ProblemCode, tuple[str, str]]] = {
    _C.NOT_UTF8: (
        "行の{byte}バイト目がUTF-8ではありません。UTF-8で保存し直してください。",
        "byte {byte} of the line is not UTF-8; save the text as UTF-8",
    ),
    _C.CONTROL_CHARACTER: (
        "制御文字・外字{found}があります。取り除くか、正しい文字に直してください。",
        "control or private-use characters {found}; remove or replace them",
    ),
    _C.MIXED_SCRIPT: (
        "「{words}」に日本語に似たキリル文字・ギリシャ文字{found}が混ざっています。正しい文字に直してください。",
        "{found} (Cyrillic or Greek) inside the words {words}; write the letter that is meant",
    ),
    _C.MARKUP: (
        "「{where}」に読めないマークアップ{found}があります。取り除いてください。",
        "{where} holds markup that has no meaning here: {found}; take it out",
    ),
    _C.MISSING_TITLE: (
        "計画の名称がありません。表紙の初めに書いてください。",
        "no title; write it at the head of the cover",
    ),
    _C.MISSING_MUNICIPALITY: (
        "市区町村名がありません。表紙に「青森県階上町」のように書いてください。",
        "no municipality; write it on the cover, like 青森県階上町",
    ),
    _C.MISSING_DATE: (
        "策定年月がありません。表紙に「令和8年3月」のように書いてください。",
        "no date of publication; write it on the cover, like 令和8年3月",
    ),
    _C.MISSING_SECTION: (
        "「{section}」の章がありません。「5 基本方針」のような見出しを置いてください。",
        "no section {section}; give it a heading like 5 基本方針",
    ),
    _C.MISSING_PERIOD: (
        "計画の期間が読めません。「令和9年度まで」のように書いてください。",
        "the plan's period cannot be read; write it like 令和9年度まで",
    ),
    _C.BROKEN_ROW: (
        "表の行が壊れています（セル{found}個）。両端に「|」を置いて{width}個のセルにし、文中の縦線は「\\|」と書いてください。",
        "broken table row of {found} cells; give it {width}, bars at both ends, and \\| for a bar inside",
    ),
    _C.MISSING_HEADER: (
        "表に見出し行がありません。初めに見出し行と区切り行を置いてください。",
        "the table has no header; begin it with a header and a separator",
    ),
    _C.MISSING_SEPARATOR: (
        "見出し行の次に区切り行（|---|…）がありません。",
        "no separator (|---|…) below the header; add it",
    ),
    _C.STRAY_SEPARATOR: (
        "表の途中に区切り行があります。取り除くか、その前に見出し行を置いてください。",
        "a separator amid the rows; take it out, or put a header above it",
    ),
    _C.UNKNOWN_COLUMN: (
        "「{column}」という列は知られていません。列は {known} です。",
        "unknown column '{column}'; the columns are {known}",
    ),
    _C.MISSING_COLUMN: (
        "「{column}」の列がありません。加えてください。",
        "the column {column} is missing; add it",
    ),
    _C.DUPLICATE_COLUMN: (
        "「{column}」の列が2つ以上あります。1つにしてください。",
        "the column {column} stands there more than once; keep one",
    ),
    _C.CATEGORY_TABLE_SHAPE: (
        "分類の表は、コード・名称・事業数の3つのセルの組でできていなければなりません（{width}個あります）。",
        "a table of categories is made of groups of code, name and count, but has {width} cells a row",
    ),
    _C.EMPTY_CELL: (
        "{where}が空です。記入してください（グループがなければ「-」）。",
        "empty: {where}; fill it in (a group that is none is written -)",
    ),
    _C.MALFORMED_CODE: (
        "{where}の番号「{found}」が読めません。「{like}」のように書いてください。",
        "{where}: the code '{found}' cannot be read; write it like {like}",
    ),
    _C.MALFORMED_COUNT: (
        "{where}の事業数「{found}」が読めません。「2事業」のように書いてください。",
        "{where}: the count '{found}' cannot be read; write it like 2事業",
    ),
    _C.MALFORMED_POLICY: (
        "基本方針の見出し「{found}」が読めません。「基本方針1 名称」のように書いてください。",
        "the heading '{found}' cannot be read; write it like 基本方針1 and the policy's name",
    ),
    _C.NO_POLICIES: (
        "基本方針が1つもありません。「基本方針1 名称」のような見出しを置いてください。",
        "there is no policy; add headings like 基本方針1 and the policy's name",
    ),
    _C.DUPLICATE_POLICY: (
        "基本方針{policy}が{first}行目にもあります。番号を直してください。",
        "policy {policy} stands on line {first} already; correct the number",
    ),
    _C.NO_CATEGORIES: (
        "基本方針{policy}に分類の表がありません。見出しの下に置いてください。",
        "policy {policy} has no table of categories; put it below the heading",
    ),
    _C.DUPLICATE_CATEGORY: (
        "分類{category}が{first}行目にもあります。番号を直してください。",
        "category {category} stands on line {first} already; correct the code",
    ),
    _C.CATEGORY_OUTSIDE_POLICY: (
        "分類{category}の上の見出し「{policy}」が、その基本方針ではありません。番号か置き場所を直してください。",
        "the heading above category {category} is '{policy}', another policy; correct or move it",
    ),
    _C.UNKNOWN_CATEGORY: (
        "分類{category}は基本方針の章にありません。番号を直すか、分類を加えてください。",
        "category {category} is not in the section on policies; correct the code or add it there",
    ),
    _C.WRONG_COUNT: (
        "分類{category}は{said}事業とありますが、一覧には{found}事業あります。どちらかを直してください。",
        "category {category} says {said} projects, the list has {found}; correct one of them",
    ),
    _C.NO_PROJECTS: (
        "取組事業が1つもありません。取組事業の表を置いてください。",
        "there is no project; add the table of projects",
    ),
    _C.DUPLICATE_PROJECT: (
        "事業{project}が{first}行目にもあります。番号を直してください。",
        "project {project} stands on line {first} already; correct the number",
    ),
    _C.PROJECT_OUTSIDE_POLICY: (
        "事業{project}の分類が、別の基本方針の{category}です。どちらかを直してください。",
        "project {project} has category {category} of another policy; correct one of them",
    ),
    _C.NUMBER_GAP: (
        "この行の前に{missing}がありません。番号を続けてください。",
        "{missing} is missing before this row; number the projects without gaps",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault, with the line (from 1) where it is to be mended and words for both readers.

    What is missing altogether is reported where it was looked for.
    """

    line: int
    code: ProblemCode
    message_ja: str
    message_en: str


def problem(line: int, code: ProblemCode, **facts: object) -> Problem:
    """Return the fault with its messages filled in."""
    ja, en = _MESSAGES[code]
    return Problem(
        line=line, code=code, message_ja=ja.format(**facts), message_en=en.format(**facts)
    )


class PlanTextError(Exception):
    """The text is refused; `problems` holds all that is wrong with it, in the order of its lines.

    As a string it has one line for each problem.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.line, each.code)))
        super().__init__(
            "\n".join(
                f"{each.line}: {each.code}: {each.message_ja} / {each.message_en}"
                for each in self.problems
            )
        )
