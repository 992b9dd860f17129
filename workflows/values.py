"""What people may write into fields: checked and normalised, or refused saying what to do."""

import re
import unicodedata
from typing import Final

from workflows.refusals import InvalidInput, Refuse

MAX_TEXT: Final = 10_000
"""Characters in a long text."""
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


def invalid(path: str, japanese: str, english: str) -> Refuse:
    """Return the refusal of one field, to be raised."""
    return Refuse(InvalidInput(path, japanese, english))


def text(path: str, value: str, *, limit: int = MAX_TEXT, required: bool = False) -> str:
    """Return text in NFC, with plain line ends and no white space around it.

    Control characters, lone surrogates and unassigned code points are refused; so is more than
    `limit` characters.
    """
    clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) > limit:
        raise invalid(
            path,
            f"{limit}文字以内で記入してください({len(clean)}文字あります)。",
            f"Write at most {limit} characters; there are {len(clean)}.",
        )
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
    return text(path, " ".join(value.split()), limit=limit, required=required)


def decimal(path: str, value: str | None) -> str | None:
    """Return a decimal number as text: half-width, no separators, up to 15 digits and 6 after.

    Full-width digits and thousands separators are accepted.
    """
    if value is None or not value.strip():
        return None
    plain = unicodedata.normalize("NFKC", value).strip().replace(",", "").replace("−", "-")
    if not _DECIMAL.fullmatch(plain):
        raise invalid(
            path,
            "数値で記入してください(整数部15桁、小数部6桁まで)。",
            "Write a number: up to 15 digits, and 6 after the point.",
        )
    return plain.removeprefix("+")


def yen(path: str, value: int | None) -> int | None:
    """Return an amount in yen: a whole number, not negative, up to 15 digits."""
    if value is not None and not 0 <= value < 10**15:
        raise invalid(
            path,
            "0以上、15桁以内の金額を円単位で記入してください。",
            "Give an amount in yen, from 0 and up to 15 digits.",
        )
    return value


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED_CATEGORIES
