"""What comes to light while a text is read: its faults, and what was mended."""

import re
from dataclasses import dataclass, field
from typing import Final

from seed.codes import narrow
from seed.mends import Mends
from seed.problems import Problem, ProblemCode, problem
from seed.values import Mended, MendRule

_NOTES: Final[dict[MendRule, tuple[str, str]]] = {
    MendRule.BYTE_ORDER_MARK: (
        "先頭のBOMを外した。",
        "The byte order mark at the head was taken off.",
    ),
    MendRule.LINE_ENDS: (
        "改行をCRLFからLFにそろえた（この行以降）。",
        "Line ends were CR LF, from this line on.",
    ),
    MendRule.NORMALISED: (
        "全角の数字・記号や余分な空白を標準の形にそろえた。",
        "Full-width digits and signs, or spaces within, were brought into the usual form.",
    ),
    MendRule.ESCAPED_BAR: (
        "「\\|」は文中の「|」を表す。",
        "An escaped bar stands for a bar.",
    ),
    MendRule.LIST_MARKUP: (
        "<ul>のマークアップを外し、項目に分けた。",
        "The <ul> markup was taken off and the items parted.",
    ),
    MendRule.BULLETS: (
        "先頭または空白の後の「・」で項目に分けた。",
        "The items were parted at each ・ at the start or after a space.",
    ),
    MendRule.NO_GROUP: (
        "「-」はグループがないことを表す。",
        "A dash stands for no group.",
    ),
    MendRule.CATEGORY_NAME: (
        "分類の名称が基本方針の章と異なる。番号で結び付けた。",
        "The name differs from the section on policies; the code was followed.",
    ),
}
_MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|font|i|img|li|ol|p|s|span|strong|sub|sup|t[dhr]|table|u|ul)\b[^<>]*>?"
    r"|&(?:amp|gt|lt|nbsp|quot|#x?[0-9A-Fa-f]{1,6});",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class Findings:
    """The faults and mends found so far."""

    mends: Mends = field(default_factory=Mends)
    problems: list[Problem] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)

    def report(self, line: int, code: ProblemCode, **facts: object) -> None:
        """Note a fault."""
        self.problems.append(problem(line, code, **facts))

    def mend(self, line: int, where: str, rule: MendRule, before: str, after: str) -> None:
        """Note a mechanical mend, if it changed anything."""
        if before != after:
            ja, en = _NOTES[rule]
            self.mended.append(
                Mended(
                    line=line,
                    where=where,
                    rule=rule,
                    before=before,
                    after=after,
                    note_ja=ja,
                    note_en=en,
                )
            )

    def narrowed(self, line: int, where: str, text: str) -> str:
        """Return the text half-width, and note it if that changed anything."""
        usual = narrow(text)
        self.mend(line, where, MendRule.NORMALISED, text, usual)
        return usual

    def edited(self, line: int, code: str, column: str, cell: str) -> str:
        """Return a cell's text after its editorial mends and with its bars unescaped.

        Markup that is left in it is reported.
        """
        where = f"{code} {column}"
        for each in self.mends.of(code, column):
            if each.before in cell:
                cell = cell.replace(each.before, each.after, 1)
                self.mended.append(
                    Mended(
                        line=line,
                        where=where,
                        rule=MendRule.EDITORIAL,
                        before=each.before,
                        after=each.after,
                        note_ja=each.note_ja,
                        note_en=each.note_en,
                    )
                )
        unescaped = cell.replace(r"\|", "|")
        self.mend(line, where, MendRule.ESCAPED_BAR, cell, unescaped)
        return unescaped

    def refuse_markup(self, line: int, where: str, text: str) -> None:
        """Report markup that is left in a value."""
        found = _MARKUP.search(text)
        if found:
            self.report(line, ProblemCode.MARKUP, where=where, found=found[0])
