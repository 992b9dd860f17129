"""The addresses of the front end: the server and the page know the same, and each answers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import expect

from server.pages.web import BUILT, SCREENS
from tests.server.processes import Served
from tests.web.conftest import Open

REGISTER: Final = Path(__file__).parents[2] / "web/src/lib/screens.ts"
_PATH: Final = re.compile(r"path: /\^(.+?)\$/,(?: href: \"([^\"]+)\",)?")
_SHOWN: Final = re.compile(r"path: /\^(.+?)\$/,.+?import\(\"\.\./screens/(.+?)\.svelte\"\)")
_SAMPLES: Final = {"{code}": "1_02", "{entry:int}": "7"}


def _registered() -> list[tuple[re.Pattern[str], str | None]]:
    found = _PATH.findall(REGISTER.read_text("utf-8"))
    return [(re.compile(rf"^{path}$".replace(r"\/", "/")), href or None) for path, href in found]


def _addresses() -> Iterator[str]:
    for path in SCREENS:
        for name, sample in _SAMPLES.items():
            path = path.replace(name, sample)  # noqa: PLW2901 - one after the other
        yield path


def test_server_and_page_know_the_same_addresses() -> None:
    """Each of the server's is one screen's, each screen is one of the server's, links lead there."""
    screens = _registered()
    assert len(screens) == REGISTER.read_text("utf-8").count("path: /") == len(SCREENS)
    for address in _addresses():
        assert sum(bool(path.search(address)) for path, _ in screens) == 1, address
    for path, href in screens:
        assert any(path.search(address) for address in _addresses()), path.pattern
        assert href is None or path.search(href), href


def test_the_document_names_what_shows_its_address_and_nothing_twice(server: Served) -> None:
    """The screen that the page itself would load later, its styles, and what both need."""
    shown = [
        (re.compile(f"^{path}$".replace(r"\/", "/")), name)
        for path, name in _SHOWN.findall(REGISTER.read_text("utf-8"))
    ]
    manifest = json.loads((BUILT / "manifest.json").read_bytes())
    assert len(shown) == len(SCREENS)
    for address in _addresses():
        (name,) = [name for path, name in shown if path.search(address)]
        text = httpx.get(server.url + address[1:]).text
        named = re.findall(r'(?:src|href)="/web/([^"]+)"', text)
        assert len(named) == len(set(named)), address
        screen = manifest[f"src/screens/{name}.svelte"]
        assert {screen["file"], *screen.get("css", ())} <= set(named), address


def test_each_answers_with_the_page(server: Served) -> None:
    """200, a title, a policy, never kept without asking."""
    for address in _addresses():
        answer = httpx.get(server.url + address[1:])
        assert answer.status_code == 200, address
        assert re.search("<title>(Meguru|1_02 .+)</title>", answer.text), address
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script")


@pytest.mark.parametrize("address", ["/nothing", "/history/x", "/projects", "/web/assets/none.js"])
def test_an_unknown_address_is_told_so(server: Served, address: str) -> None:
    """404, with a page that can be read and leads on."""
    answer = httpx.get(server.url + address[1:])
    assert answer.status_code == 404
    assert 'lang="ja"' in answer.text
    assert "ページが見つかりません" in answer.text
    assert 'href="/"' in answer.text


def test_files_are_kept_for_ever_and_come_compressed(server: Served) -> None:
    """Every file that the page names, and what those load later."""
    page = httpx.get(f"{server.url}plan").text
    files = re.findall(r'(?:src|href)="(/web/[^"]+\.(?:js|css))"', page)
    assert len(files) >= 2
    for file in files:
        answer = httpx.get(server.url + file[1:], headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        if len(answer.content) >= 1024:
            assert answer.headers["Content-Encoding"] == "gzip", file
            smallest = httpx.get(
                server.url + file[1:], headers={"Accept-Encoding": "gzip, br;q=1.0"}
            )
            assert smallest.headers["Content-Encoding"] == "br", file
            assert smallest.headers["Vary"] == "Accept-Encoding"
            assert int(smallest.headers["Content-Length"]) < int(answer.headers["Content-Length"])
            none = httpx.get(server.url + file[1:], headers={"Accept-Encoding": "br;q=0, identity"})
            assert "Content-Encoding" not in none.headers
        plain = httpx.get(server.url + file[1:], headers={"Accept-Encoding": "identity"})
        assert plain.content == answer.content


def test_every_screen_names_itself(visit: Open) -> None:
    """In the title, once it is there; no request goes elsewhere, and nothing complains."""
    titles = set()
    anybody = visit()
    for address in _addresses():
        anybody.page.goto(anybody.url + address[1:])
        expect(anybody.page).to_have_title(re.compile(" – Meguru$"))
        titles.add(anybody.page.title().split(" – ")[0])
    # Who a person is, their page says only to those who may know.
    assert len(titles) >= len(SCREENS) - 1
