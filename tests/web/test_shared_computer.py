"""A computer at the counter, which one after another uses: nobody finds what was another's."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.server.processes import Served
from tests.web.browsing import PASSWORD
from tests.web.conftest import Open

LEAD, OFFICE = "見本201", "見本103"
PROJECT = "/projects/1_02"
TYPED = "まだ誰にも見せない書きかけ"
_STORED = "() => Object.entries(localStorage).flat().join()"
_SHOWN_AGAIN = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
_SEEN = "() => document.dispatchEvent(new Event('visibilitychange'))"


def _sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}sign-in?next={PROJECT}")
    page.fill('input[name="login"]', login)
    page.fill('input[name="password"]', PASSWORD)
    page.click('main form[action="/sign-in"] button')
    page.wait_for_url(f"**{PROJECT}")


def _sign_out(page: Page, url: str, *, keep: bool = False) -> None:
    page.goto(f"{url}account")
    if keep:
        page.get_by_role("checkbox", name="書きかけの文をこのパソコンに残す").check()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in")


def _comment(page: Page) -> None:
    page.get_by_label("コメントを書く").fill(TYPED)
    page.wait_for_function(f"() => ({_STORED})().includes('{TYPED}')")


@pytest.mark.usefixtures("states")  # who set their passwords
def test_what_was_typed_goes_with_who_signs_out(visit: Open) -> None:
    """It is in no storage any more, and the next one's form is empty."""
    counter = visit()
    page = counter.page
    _sign_in(page, counter.url, LEAD)
    _comment(page)
    _sign_out(page, counter.url)
    assert TYPED not in page.evaluate(_STORED)
    _sign_in(page, counter.url, OFFICE)
    expect(page.get_by_label("コメントを書く")).to_have_value("")


@pytest.mark.usefixtures("states")
def test_where_the_browser_clears_nothing_the_page_does(visit: Open) -> None:
    """As over plain HTTP, where browsers do not heed the header; only the language stays."""
    counter = visit()
    page = counter.page
    _sign_in(page, counter.url, LEAD)
    _sign_out(page, counter.url)
    page.evaluate(
        "text => { localStorage.lang = 'EN'; localStorage['graphiql:query'] = text }", TYPED
    )
    page.goto(f"{counter.url}plan")
    page.locator("main h1").wait_for()
    assert page.evaluate("() => ({ ...localStorage })") == {"lang": "EN"}
    assert "meguru-left" not in page.evaluate("() => document.cookie")


@pytest.mark.usefixtures("states")
def test_what_is_kept_is_shown_to_its_writer_alone(visit: Open) -> None:
    """Somebody else finds an empty form; who wrote it finds it again."""
    counter = visit()
    page = counter.page
    _sign_in(page, counter.url, LEAD)
    _comment(page)
    _sign_out(page, counter.url, keep=True)
    _sign_in(page, counter.url, OFFICE)
    expect(page.get_by_label("コメントを書く")).to_have_value("")
    _sign_out(page, counter.url, keep=True)
    _sign_in(page, counter.url, LEAD)
    expect(page.get_by_label("コメントを書く")).to_have_value(TYPED)


@pytest.mark.usefixtures("states")
def test_another_tab_shows_nothing_of_who_signed_out(visit: Open) -> None:
    """It begins anew once it is looked at: for nobody, and for the next person."""
    counter = visit()
    first, second = counter.page, counter.context.new_page()
    _sign_in(first, counter.url, LEAD)
    second.goto(counter.url + PROJECT[1:])
    second.get_by_label("コメントを書く").fill(TYPED)
    _sign_out(first, counter.url)
    second.evaluate(_SEEN)
    expect(second.get_by_role("link", name="サインイン")).to_be_visible()
    assert TYPED not in second.content()
    _sign_in(first, counter.url, LEAD)
    second.goto(counter.url + PROJECT[1:])
    second.get_by_label("コメントを書く").wait_for()
    _sign_out(first, counter.url, keep=True)
    _sign_in(first, counter.url, OFFICE)
    second.evaluate(_SHOWN_AGAIN)
    expect(second.get_by_role("link", name="柳田 拓也")).to_be_visible()
    expect(second.get_by_role("link", name="梅津 由紀子")).to_have_count(0)


@pytest.mark.usefixtures("states")
def test_a_session_that_has_ended_covers_what_it_showed(visit: Open) -> None:
    """Also dialogs; whoever comes back finds what they were typing, and nothing is read through."""
    counter = visit()
    page = counter.page
    _sign_in(page, counter.url, LEAD)
    page.get_by_label("コメントを書く").fill(TYPED)
    cookies: Any = counter.context.cookies()
    counter.context.clear_cookies()
    page.evaluate(_SEEN)
    cover = page.get_by_role("dialog", name="サインインが必要です")
    cover.wait_for()
    expect(page.locator("main")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    assert counter.violations() == []
    counter.context.add_cookies(cookies)
    cover.get_by_role("button", name="続ける").click()
    expect(page.get_by_label("コメントを書く")).to_have_value(TYPED)
    expect(cover).to_have_count(0)


@pytest.mark.usefixtures("states")
def test_a_page_with_somebodys_name_is_not_stored(server: Served, visit: Open) -> None:
    """The plan without scripts and the open data's page: for anybody they may be asked anew."""
    counter = visit()
    _sign_in(counter.page, counter.url, LEAD)
    for path in ("", "open"):
        named = counter.context.request.get(server.url + path)
        assert "梅津 由紀子" in named.text()
        assert named.headers["cache-control"] == "no-store"
        assert httpx.get(server.url + path).headers["cache-control"] == "no-cache"
