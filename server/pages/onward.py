"""Where somebody goes on to after signing in: back to where they were, and never to another site."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from server.pages.web import is_built

NEXT: Final = "next"
"""What the path is called in addresses and forms."""
_LONGEST: Final = 1000
_OWN: Final = re.compile(r"/(?!/)[!-\[\]-~]*")
"""A path of this site in plain ASCII.

Browsers read `\\` as `/`, leave tabs and line ends out, and take what follows `//` for a host.
"""
_NOWHERE: Final = ("/sign-in", "/sign-out", "/link/", "/auth/")


def home() -> str:
    """Return where work begins: the front end, where it was built."""
    return "/work" if is_built() else "/"


def own_path(given: str | None) -> str:
    """Return a path of this site as it was given; nothing for anything else."""
    if given is None or len(given) > _LONGEST or not _OWN.fullmatch(given):
        return ""
    return "" if given.startswith(_NOWHERE) else given


def wanted(given: Mapping[str, str]) -> str:
    """Return the path of this site that an address or a form names; nothing where none is."""
    return own_path(given.get(NEXT))


def sign_in_for(path: str, page: str = "/sign-in") -> str:
    """Return the address of a page of signing in that leads on to a path."""
    return f"{page}?{NEXT}={quote(path, safe='/')}" if path else page
