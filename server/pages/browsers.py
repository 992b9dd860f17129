"""Browsers by the names that people know them by."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("OPR/", "Opera"),
    ("Chrom", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What a browser says of itself, and its name; the first that is found counts, as most say several."""
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_FIRST: Final = re.compile(r"[^\s/(]+")
_LONGEST: Final = 40


def browser_name(user_agent: str) -> str:
    """Return for instance "Edge（Windows）"; of what is no browser, its own first word."""
    browser = next((name for part, name in _BROWSERS if part in user_agent), None)
    system = next((name for part, name in _SYSTEMS if part in user_agent), None)
    first = _FIRST.match(user_agent)
    name = browser or (first[0][:_LONGEST] if first else "–")
    return f"{name}（{system}）" if system else name
