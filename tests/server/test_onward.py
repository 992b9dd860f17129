"""Where signing in leads: back to a page of this site, and never to another site."""

import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from server.identity.oidc import Trip
from server.identity.trips import TripCookie
from server.pages.onward import home, own_path, sign_in_for
from tests.server.browsing import SHORT, Browser, become_first_admin
from tests.server.processes import Served, served

OWN = ("/projects/1_02", "/board?text=%E7%A8%8E&year=2026", "/account", "/history/12", "/")
ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " /work",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "work",
    "",
    "/work\r\nSet-Cookie: a=b",
    "/仕事",
    "/\u2028/evil.example",
    "/sign-in?next=/work",
    "/sign-out",
    "/link/secret",
    "/auth/oidc",
    "/" + "a" * 1000,
)


@pytest.mark.parametrize("path", OWN)
def test_paths_of_this_site_are_kept(path: str) -> None:
    """As they were given, with what they ask."""
    assert own_path(path) == path
    asked = httpx.URL("http://here.example" + sign_in_for(path))
    assert asked.params["next"] == path


@pytest.mark.parametrize("path", ELSEWHERE)
def test_everything_else_leads_nowhere(path: str) -> None:
    """Other sites, schemes, what browsers read as such, and pages of signing in itself."""
    assert own_path(path) == ""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an installation."""
    with served(tmp_path_factory.mktemp("onward")) as running:
        yield running


def test_signing_in_leads_on(server: Served) -> None:
    """By the address or by the form; a wrong password keeps it; elsewhere it is forgotten."""
    _, _, codes = become_first_admin(server)
    browser = Browser(server.url)
    kept = browser.get("/sign-in?next=/projects/1_02").text
    assert re.findall(r'name="next" value="([^"]*)"', kept) == ["/projects/1_02"]
    wrong = browser.post("/sign-in", login="a001", password="wrong", next="/board")  # noqa: S106 - refused
    assert 'name="next" value="/board"' in wrong.text
    for code, given, led in zip(
        codes, ("/projects/1_02", *ELSEWHERE[:6]), ("/projects/1_02", *[home()] * 6), strict=False
    ):
        entered = browser.post("/sign-in", login="a001", password=SHORT, code=code, next=given)
        assert (entered.status_code, entered.headers["Location"]) == (303, led), given
    for given in ELSEWHERE:
        page = httpx.get(f"{server.url}sign-in", params={"next": given})
        assert 'name="next"' not in page.text, given
    odd = browser.get("/sign-in?next=/a%22%3E%3Cscript%3E").text
    assert "<script>" not in odd


def test_an_ended_session_comes_back(server: Served) -> None:
    """Each page of the account says where it was."""
    for path in ("/account", "/account/second-factor", "/accounts"):
        answer = httpx.get(server.url + path.removeprefix("/"))
        assert answer.headers["Location"] == f"/sign-in?next={path}"


def test_the_way_over_the_provider_keeps_it() -> None:
    """The cookie holds the longest path there may be, and browsers keep it."""
    cookie = TripCookie(secure=False, secret="made up")  # noqa: S106 - made up
    longest = "/" + "a" * 999
    assert own_path(longest) == longest
    answer = Response()
    cookie.keep(answer, Trip.new(longest))
    pair = answer.headers["set-cookie"].partition(";")[0]
    assert len(pair) < 4096
    request = Request({"type": "http", "headers": [(b"cookie", pair.encode())]})
    shown = cookie.shown(request)
    assert shown is not None
    assert shown.on == longest
