"""Addresses for mail, as they are kept, and as they are shown to others."""

import re
import unicodedata
from typing import Final

import idna

from workflows.values import invalid

MAX_EMAIL: Final = 254
_MAX_LOCAL: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")


def cleaned_email(typed: str) -> str:
    """Return an address as it is kept: `local@domain` in ASCII, 254 characters at most.

    Full-width letters become plain ones, and a Japanese domain what mail servers call it.

    Raises:
        Refuse: it cannot be one (`email`).
    """
    address = unicodedata.normalize("NFKC", typed[: 2 * MAX_EMAIL]).strip(" ")
    local, _, domain = address.partition("@")
    if _LOCAL.fullmatch(local) and len(local) <= _MAX_LOCAL:
        try:
            cleaned = f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
        except UnicodeError:
            raise _refused() from None
        if len(cleaned) <= MAX_EMAIL and not cleaned.endswith("."):
            return cleaned
    raise _refused()


def masked(address: str) -> str:
    """Return an address of which only the owner recognises the first part."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def _refused() -> Exception:
    return invalid(
        "email",
        "メールアドレスの形式が正しくありません。例: yamada@town.example.jp",
        "This is no mail address. For example: yamada@town.example.jp",
    )
