"""What people may write into fields: checked and normalised, or refused saying what to do.

Invisible format characters (Unicode's Cf: zero-width spaces and joiners, soft hyphens, byte order
marks, and the controls that turn the direction of writing) come along when text is pasted, cannot
be seen by whoever is asked to take them out, and can make one text look like another. They are
taken out here, as white space at the ends is. Characters with a meaning are kept or refused, never
changed: so CJK compatibility ideographs, which NFC would replace, stay as a name is written.
"""

import re
import unicodedata
from itertools import groupby
from typing import Final

from workflows.refusals import InvalidInput, Refuse

MAX_TEXT: Final = 10_000
"""Characters in a long text."""
_MAX_MARKS: Final = 30
"""Combining marks in a row (UAX #15, stream-safe): sorting more takes quadratic time."""
_DECIMAL: Final = re.compile(r"[+-]?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,6})?")
_LINE_END: Final = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_BLANKS: Final = re.compile(r"[\t\n]+")
_NORMALISED: Final = re.compile(r"[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: 0x2D}
"""Full-width letters, digits and signs, and the minus sign. NFKC would read 10² as 102."""


def invalid(path: str, japanese: str, english: str) -> Refuse:
    """Return the refusal of one field, to be raised."""
    return Refuse(InvalidInput(path, japanese, english))


def text(path: str, value: str, *, limit: int = MAX_TEXT, required: bool = False) -> str:
    """Return text in NFC, with plain line ends, and no white space around it.

    Invisible format characters are taken out. Control characters, lone surrogates, private and
    unassigned code points are refused; so is more than `limit` characters.
    """
    if len(value) > 3 * limit:
        raise _too_long(path, len(value), limit)
    clean = _normalised(path, value)
    if len(clean) > limit:
        raise _too_long(path, len(clean), limit)
    bad = next((c for c in clean if c not in "\n\t" and _is_refused(c)), None)
    if bad is not None:
        raise invalid(
            path,
            f"使えない文字 U+{ord(bad):04X} が含まれています。取り除いてください。",
            f"The character U+{ord(bad):04X} cannot be used here. Take it out.",
        )
    if required and not clean:
        raise invalid(path, "記入してください。", "Write something here.")
    return clean


def line(path: str, value: str, *, limit: int, required: bool = True) -> str:
    """Return text of one line; line breaks and tabs become spaces."""
    return _BLANKS.sub(" ", text(path, value, limit=limit, required=required))


def decimal(path: str, value: str | None, *, required: bool = False) -> str | None:
    """Return a decimal number as text: half-width, no separators, up to 15 digits and 6 after.

    Full-width digits are accepted, and separators between thousands.
    """
    plain = _half_width(value)
    if not plain and not required:
        return None
    if not _DECIMAL.fullmatch(plain):
        raise invalid(
            path,
            "数値で記入してください(整数部15桁、小数部6桁まで)。",
            "Write a number: up to 15 digits, and 6 after the point.",
        )
    return plain.replace(",", "").removeprefix("+")


def yen(path: str, value: str | int | None) -> int | None:
    """Return an amount in yen: a whole number, not negative, up to 15 digits."""
    plain = _half_width(None if value is None else str(value))
    if not plain:
        return None
    if not _DECIMAL.fullmatch(plain) or "." in plain or plain.startswith("-"):
        raise invalid(
            path,
            "0以上、15桁以内の金額を円単位で記入してください。",
            "Give an amount in yen, from 0 and up to 15 digits.",
        )
    return int(plain.replace(",", ""))


def _half_width(value: str | None) -> str:
    return (value or "").translate(_HALF_WIDTH).strip()


def _normalised(path: str, value: str) -> str:
    seen = "".join(c for c in value if unicodedata.category(c) != "Cf")
    marks = (len(list(run)) for is_mark, run in groupby(seen, _is_mark) if is_mark)
    if max(marks, default=0) > _MAX_MARKS:
        raise invalid(
            path,
            "結合文字が続きすぎています。取り除いてください。",
            "There are too many combining marks in a row. Take them out.",
        )
    lines = _LINE_END.sub("\n", seen)
    return _NORMALISED.sub(lambda m: unicodedata.normalize("NFC", m[0]), lines).strip()


def _too_long(path: str, length: int, limit: int) -> Refuse:
    return invalid(
        path,
        f"{limit}文字以内で記入してください({length}文字あります)。",
        f"Write at most {limit} characters; there are {length}.",
    )


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED_CATEGORIES
