"""From bytes to lines, and the characters that no line may hold."""

import codecs
import re
from collections import defaultdict
from typing import Final

from seed.findings import Findings
from seed.problems import ProblemCode
from seed.values import Mended, MendRule

_CONTROL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_FOREIGN = re.compile("[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f]+")
_SIGNS: Final = frozenset("αβγδεθλμπσφωΔΣΩ")
"""Greek letters that stand alone in Japanese text: プラスα, β版, 10μm."""

_SCRIPTS: Final = (
    ("hiragana", re.compile("[\u3041-\u309f]")),
    ("katakana", re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")),
    (
        "han",
        re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    ),
    ("latin", re.compile("[A-Za-z\u00c0-\u024fＡ-Ｚａ-ｚ]")),
)
_CONTEXT: Final = 6
_FEW: Final = 3


def decode(raw: bytes, findings: Findings) -> tuple[str, ...] | None:
    """Return the text's lines without their ends; None where most of them cannot be read.

    Lines that are not UTF-8 or hold control characters are reported, each at its first such place.
    """
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
        findings.mend(1, "BOM", MendRule.BYTE_ORDER_MARK, "\ufeff", "")
    chunks = raw.split(b"\n")
    lines = [_line(number, chunk, findings) for number, chunk in enumerate(chunks, 1)]
    carriage = next((number for number, line in enumerate(lines, 1) if line.endswith("\r")), None)
    if carriage is not None:
        findings.mend(carriage, "CRLF", MendRule.LINE_ENDS, "\r\n", "\n")
    unreadable = len({each.line for each in findings.problems})
    written = sum(1 for line in lines if line.strip())
    if unreadable * 2 > written:
        return None
    return tuple(line.removesuffix("\r") for line in lines)


def _line(number: int, chunk: bytes, findings: Findings) -> str:
    try:
        line = chunk.decode("utf-8")
    except UnicodeDecodeError as error:
        findings.report(number, ProblemCode.NOT_UTF8, byte=error.start + 1)
        return chunk.decode("utf-8", errors="replace")
    found = _CONTROL.findall(line.removesuffix("\r"))
    if found:
        findings.report(number, ProblemCode.CONTROL_CHARACTER, found=_code_points(found))
    return line


def check_scripts(lines: tuple[str, ...], findings: Findings) -> None:
    """Report Cyrillic or Greek letters inside words, but for those that were mended.

    They slip in where a PDF's letters were recognised by their looks.
    """
    mended: defaultdict[int, list[Mended]] = defaultdict(list)
    for each in findings.mended:
        if each.rule is MendRule.EDITORIAL:
            mended[each.line].append(each)
    for number, line in enumerate(lines, 1):
        if not _FOREIGN.search(line):
            continue
        text = line
        for each in mended[number]:
            text = text.replace(each.before, each.after, 1)
        strange = [match for match in _FOREIGN.finditer(text) if _is_strange(match)]
        if strange:
            words = "」「".join(_surroundings(match) for match in strange[:_FEW])
            found = _code_points([letter for match in strange for letter in match[0]])
            findings.report(number, ProblemCode.MIXED_SCRIPT, words=words, found=found)


def _is_strange(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    before = _script(text[start - 1]) if start else None
    after = _script(text[end]) if end < len(text) else None
    if match[0] in _SIGNS:
        return before is not None and before == after
    return before is not None or after is not None


def _script(letter: str) -> str | None:
    return next((name for name, pattern in _SCRIPTS if pattern.match(letter)), None)


def _surroundings(match: re.Match[str]) -> str:
    start = max(0, match.start() - _CONTEXT)
    return match.string[start : match.end() + _CONTEXT].strip("| ")


def _code_points(letters: list[str]) -> str:
    return " ".join(f"U+{ord(letter):04X}" for letter in dict.fromkeys(letters))
