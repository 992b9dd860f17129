"""The plan's numbers: `1_01` for a project, `1-1` for a category, 2事業 for a count.

They may be typed full-width, and with any of the dashes that Japanese keyboards and PDF conversions
produce; nothing else is guessed.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from typing_extensions import override

_DASH_LIKE: Final = "‐‑‒–—―−ー－"
_DASHES: Final = str.maketrans(dict.fromkeys(_DASH_LIKE, "-"))
_DIGITS: Final = "0-9０-９"
_LEADING_CODE = re.compile(rf"[{_DIGITS}]+[-{_DASH_LIKE}][{_DIGITS}]+(?![-_＿{_DASH_LIKE}])")
_CODE_LIKE = re.compile(rf"[{_DIGITS}]+[-_＿{_DASH_LIKE}][{_DIGITS}]")
_PROJECT = re.compile(r"([1-9][0-9]{0,2})_([0-9]{2,4})")
_CATEGORY = re.compile(r"[1-9][0-9]{0,2}-[1-9][0-9]{0,2}")
_COUNT = re.compile(r"([0-9]{1,4})\s?(?:事業)?")


class ProjectCode(NamedTuple):
    """A project's policy and its number within the policy; as a string `1_01`."""

    policy: int
    number: int

    @override
    def __str__(self) -> str:
        return f"{self.policy}_{self.number:02d}"


def narrow(text: str) -> str:
    """Return the text with half-width digits, letters and signs, and with plain hyphens."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def looks_like_code(cell: str) -> bool:
    """Tell whether a cell begins like `1_01` or `1-1`: then its row is no header."""
    return _CODE_LIKE.match(cell) is not None


def project_code(cell: str) -> ProjectCode | None:
    """Read `1_01` (two digits at least, counted from 01); None where it is none."""
    text = narrow(cell)
    match = _PROJECT.fullmatch(text)
    if match is None:
        return None
    code = ProjectCode(int(match[1]), int(match[2]))
    return code if code.number and str(code) == text else None


def category_code(cell: str) -> str | None:
    """Read `1-4`; None where it is none."""
    match = _CATEGORY.fullmatch(narrow(cell))
    return match[0] if match else None


def category_mention(cell: str) -> tuple[str, str] | None:
    """Part "1-4 地域社会のデジタル化" into the code as typed and the name (which may be empty)."""
    match = _LEADING_CODE.match(cell)
    if match is None or category_code(match[0]) is None:
        return None
    return match[0], cell[match.end() :].strip()


def project_count(cell: str) -> int | None:
    """Read "11事業" (or a bare 11); None where it is none."""
    match = _COUNT.fullmatch(narrow(cell))
    return int(match[1]) if match else None
