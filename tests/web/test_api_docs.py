"""The API's reference in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import Visit
from tests.web.conftest import Open


def _opened(one: Visit) -> Page:
    one.page.goto(f"{one.url}docs/api")
    return one.page


def test_a_developer_finds_what_a_field_is(visit: Open) -> None:
    """From the contents to a mutation, to what it takes, to an enum."""
    page = _opened(visit("lead"))
    contents = page.get_by_role("navigation", name="目次")
    contents.locator("summary", has_text="ミューテーション").click()
    contents.get_by_role("link", name="fireTransition", exact=True).click()
    expect(page.locator("#Mutation\\.fireTransition")).to_be_in_viewport()
    page.locator("article", has=page.locator("#Mutation\\.fireTransition")).get_by_role(
        "link", name="FireInput"
    ).click()
    expect(page.locator("#FireInput")).to_be_in_viewport()
    assert page.url.endswith("#FireInput")


def test_graphiql_is_one_step_away(visit: Open) -> None:
    """And the schema as text, and the licences."""
    page = _opened(visit("lead"))
    page.get_by_role("link", name="GraphiQL").click()
    expect(page.get_by_role("link", name="APIリファレンス")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="ライセンス").click()
    expect(page.locator("body")).to_contain_text("svelte")
    expect(page.locator("body")).to_contain_text("graphiql")


def test_strangers_sign_in_first(visit: Open) -> None:
    """Where introspection is for who is signed in, so is this."""
    assert _opened(visit()).url.endswith("/sign-in")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_everybody_can_use_it(visit: Open, scheme: str, width: int) -> None:
    """axe-core finds nothing with the contents open, wide and narrow, in light and dark."""
    lead = visit("lead", color_scheme=scheme, viewport={"width": width, "height": 780})
    page = _opened(lead)
    for summary in page.locator("summary").all():
        summary.click()
    assert lead.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
