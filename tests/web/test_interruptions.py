"""What comes between: others, a server that restarts, a line that drops, a session that ends."""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.server.processes import MEGURU, Served, environment
from tests.web.browsing import PASSWORD
from tests.web.conftest import Open

RESULTS = "#part-RESULTS ~ dl"


@pytest.fixture(scope="module")
def restart(server: Served) -> Iterator[Callable[[], None]]:
    """Stop the server, and start it again where it was."""
    started: list[subprocess.Popen[str]] = []

    def again() -> None:
        _ = server.stop()
        port = server.host.rpartition(":")[2]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [str(MEGURU), "serve", "--port", port, "--demo"],
            cwd=server.log.parent,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert any("Ctrl+C" in line for line in process.stdout)

    yield again
    for process in started:
        process.terminate()
        _ = process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def _edit(page: Page, text: str) -> None:
    page.get_by_role("button", name="編集する").click()
    page.get_by_label("取組の実績").fill(text)


def _save(page: Page) -> None:
    page.get_by_role("button", name="保存する").click()


def _forgive(wrong: list[str], *said: str) -> None:
    """Take out what the browser itself says of a line that was cut."""
    wrong[:] = [one for one in wrong if not any(word in one for word in said)]


def test_two_leads_who_fill_different_fields_both_are_kept(visit: Open) -> None:
    """The second is told that somebody saved meanwhile, saves again, and both texts stand."""
    first, second = (visit("lead").open("/projects/1_08") for _ in range(2))
    _edit(first, "はじめの人の実績")
    second.get_by_role("button", name="編集する").click()
    second.get_by_label("決算（円）").fill("120000")
    _save(first)
    expect(first.locator(RESULTS)).to_contain_text("はじめの人の実績")
    _save(second)
    expect(second.get_by_text("ほかの人の変更を取り込みました")).to_be_visible()
    expect(second.get_by_label("取組の実績")).to_have_value("はじめの人の実績")
    _save(second)
    expect(second.locator(RESULTS)).to_contain_text("120,000")
    expect(second.locator(RESULTS)).to_contain_text("はじめの人の実績")


def test_a_line_that_drops_loses_nothing(visit: Open) -> None:
    """It says that the server is not reached, keeps the text, and saves once the line is back."""
    lead = visit("lead")
    page = lead.open("/projects/1_09")
    _edit(page, "電波の届かない所で書いた。")
    lead.context.set_offline(True)
    _save(page)
    expect(page.get_by_role("alert").first).to_contain_text("サーバーに接続できません")
    expect(page.get_by_label("取組の実績")).to_have_value("電波の届かない所で書いた。")
    lead.context.set_offline(False)
    _save(page)
    expect(page.locator(RESULTS)).to_contain_text("電波の届かない所で書いた。")
    _forgive(lead.wrong, "net::ERR")


def test_enter_that_chooses_a_candidate_sends_nothing(visit: Open) -> None:
    """The Enter of an input method does not save; the one after it does."""
    lead = visit("lead")
    page = lead.open("/projects/1_10")
    _edit(page, "変換の途中")
    field = page.get_by_label("決算（円）")
    field.focus()
    keys = lead.context.new_cdp_session(page)
    enter = {"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r"}
    keys.send("Input.dispatchKeyEvent", {**enter, "windowsVirtualKeyCode": 229})
    keys.send("Input.dispatchKeyEvent", {**enter, "type": "keyUp", "text": ""})
    field.fill("45000")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(RESULTS)).to_contain_text("45,000")
    expect(page.locator("#history ~ ol li", has_text="シートの編集").first).to_be_visible()
    newest = page.locator("#history ~ ol li").first
    newest.locator("summary").click()
    expect(newest.locator("tbody tr", has_text="決算")).to_have_count(1)


def test_a_session_that_ends_is_gone_on_with(visit: Open) -> None:
    """Signing in again by the link that is shown, the text is there, and can be saved."""
    lead = visit("lead")
    page = lead.open("/projects/1_11")
    _edit(page, "途中まで書いた実績")
    lead.context.clear_cookies()
    _save(page)
    alert = page.get_by_role("alert").filter(has_text="サインインが必要です")
    alert.get_by_role("link", name="サインイン").click()
    page.locator('input[name="login"]').fill("見本201")
    page.locator('input[name="password"]').fill(PASSWORD)
    page.locator('main button[type="submit"], form button').first.click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    lead.open("/projects/1_11")
    page.get_by_role("button", name="編集する").click()
    expect(page.get_by_label("取組の実績")).to_have_value("途中まで書いた実績")
    _save(page)
    expect(page.locator(RESULTS)).to_contain_text("途中まで書いた実績")


def test_a_server_that_restarts_loses_nothing(visit: Open, restart: Callable[[], None]) -> None:
    """What is being typed stays; once the server is back, saving works without loading anew."""
    lead = visit("lead")
    page = lead.open("/projects/1_02")
    _edit(page, "再起動をまたいで書いた。")
    restart()
    expect(page.get_by_label("取組の実績")).to_have_value("再起動をまたいで書いた。")
    page.get_by_label("取組の実績").press_sequentially("続き。")
    _save(page)
    expect(page.locator(RESULTS)).to_contain_text("再起動をまたいで書いた。続き。")
    _forgive(lead.wrong, "net::ERR")
