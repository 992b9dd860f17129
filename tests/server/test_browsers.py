"""Browsers are called by the names that people know, and moments by their era."""

import datetime as dt

import pytest

from server.pages.browsers import browser_name
from server.pages.moments import minute_ja

_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (_CHROME, "Chrome（Windows）"),
        (f"{_CHROME} Edg/141.0", "Edge（Windows）"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox（Linux）",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604.1", "Safari（iPhone）"),
        ("curl/8.5.0", "curl"),
        ("<script>", "<script>"),
        ("", "–"),
    ],
)
def test_browser_has_its_name(said: str, name: str) -> None:
    """Edge says that it is Chrome, and Chrome that it is Safari: the first that counts is told."""
    assert browser_name(said) == name


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-11-30T15:30:00+00:00", "令和8年12月1日 00:30"),
        ("2019-05-01T00:00:00+09:00", "令和元年5月1日 00:00"),
    ],
)
def test_moment_is_of_japan(said: str, read: str) -> None:
    """A moment is told by the clock and the era of Japan."""
    assert minute_ja(dt.datetime.fromisoformat(said)) == read
