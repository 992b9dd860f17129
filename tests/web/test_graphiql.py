"""GraphiQL in a real browser, under its strict policy."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.server.processes import Served
from tests.web.conftest import Open

TABS = ("Board", "Project", "HistorySince", "Follow", "FireTransition", "AsOf", "Proof")
WATCH = """
    window.violated = [];
    addEventListener("securitypolicyviolation", (one) => violated.push(one.violatedDirective));
"""


KEPT = "Object.values(localStorage).join()"
"""All that the browser keeps."""


def _opened(visit: Open, server: Served, who: str) -> Page:
    page = visit(who).page
    page.add_init_script(WATCH)
    page.goto(f"{server.url}graphiql")
    page.locator(".result-window .CodeMirror").wait_for()
    return page


def _run(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Execute query")).click()


def _typed(page: Page, editor: str, text: str) -> None:
    page.locator(f"{editor} .CodeMirror:visible").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)


def test_every_example_is_answered(visit: Open, server: Served) -> None:
    """Each tab as it opens; nothing asks elsewhere, and the policy refuses nothing."""
    page = _opened(visit, server, "lead")
    answer = page.get_by_role("region", name="Result Window")
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        _run(page)
        expect(answer).to_contain_text('"data"')
        expect(answer).not_to_contain_text('"errors"')
        if tab == "Follow":
            page.get_by_role("button", name=re.compile("Stop query")).click()
    page.get_by_role("tab", name="FireTransition").click()
    expect(answer).to_contain_text('"__typename": "Blocked"')
    assert page.evaluate("violated") == []


def test_what_is_recorded_appears_in_a_subscription(visit: Open, server: Served) -> None:
    """A stream that goes on: who signs out elsewhere is seen here."""
    page = _opened(visit, server, "auditor")
    page.get_by_role("tab", name="Follow").click()
    _run(page)
    answer = page.get_by_role("region", name="Result Window")
    expect(answer).to_contain_text('"sequence"')
    shown = answer.inner_text()
    refused = {"input": {"login": "見本201", "password": "not this one, not at all"}}
    query = "mutation($input: SignInInput!) { signIn(input: $input) { __typename } }"
    httpx.post(f"{server.url}graphql", json={"query": query, "variables": refused}, timeout=20)
    expect(answer).not_to_have_text(shown)


def test_the_schema_is_explored_and_settings_open(visit: Open, server: Served) -> None:
    """The explorer shows descriptions, and a dialog breaks no policy."""
    page = _opened(visit, server, "lead")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.get_by_role("link", name="Subscription").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Every entry after a sequence")
    page.get_by_role("button", name="Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_contain_text("Theme")
    assert page.evaluate("violated") == []


def test_no_secret_is_kept(visit: Open, server: Served) -> None:
    """Tabs outlive a reload, without the password and the token that were typed."""
    page = _opened(visit, server, "lead")
    page.get_by_role("tab", name="Proof").click()
    _typed(
        page, ".graphiql-query-editor", "query Mine { __typename } # meguru_ABCDEFGHIJKLMNOP end"
    )
    _typed(
        page, ".graphiql-editor-tool", '{"input": {"password": "not-to-be-kept", "login": "me"}}'
    )
    # Playwright's own waiting would be refused by the page's policy.
    page.evaluate(
        """() => new Promise((done) => {
            const look = () => {
                const kept = JSON.parse(localStorage["graphiql:tabState"]).tabs.at(-1);
                if (kept.query.includes("meguru_") && kept.variables.includes("login")) done();
                else requestAnimationFrame(look);
            };
            look();
        })"""
    )
    told = page.evaluate(KEPT)
    assert "ABCDEFGHIJKLMNOP" not in told
    assert "not-to-be-kept" not in told
    page.reload()
    expect(page.get_by_role("tab", name="Mine")).to_be_visible()


def test_who_may_not_ask_for_the_schema_signs_in(visit: Open, server: Served) -> None:
    """Anonymous readers are led to the sign-in."""
    page = visit().page
    page.goto(f"{server.url}graphiql")
    expect(page).to_have_url(f"{server.url}sign-in")
