"""The demo, served; a browser; and people who work with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from server.pages.web import is_built
from tests.server.processes import Served, served
from tests.web.browsing import Visit, chromium, enter

Open = Callable[..., Visit]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a demo of its own to each module."""
    assert is_built(), "scripts/build-web has not been run"
    with served(tmp_path_factory.mktemp("demo"), "--demo") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser; while it runs, Playwright's event loop is this thread's."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def states(browser: Browser, server: Served) -> dict[str, Any]:
    """Have everybody signed in."""
    return enter(browser, server)


@pytest.fixture
def visit(browser: Browser, server: Served, states: dict[str, Any]) -> Iterator[Open]:
    """Open browsers for people, by role, or for anybody; none may complain or ask elsewhere."""
    visits: list[Visit] = []

    def opened(who: str | None = None, **context: Any) -> Visit:  # noqa: ANN401 - as Playwright takes
        made = browser.new_context(
            storage_state=states[who] if who else None,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            **context,
        )
        made.set_default_timeout(15_000)
        one = Visit(made.new_page(), made, server.url)
        one.watch()
        visits.append(one)
        return one

    yield opened
    for one in visits:
        one.context.close()
    assert [one.wrong for one in visits if one.wrong] == []
