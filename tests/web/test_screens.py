"""The front end in a real browser: what people come to do, done."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import script_size
from tests.web.conftest import Open

PROJECT = "/projects/1_02"
"""Of the lead's department, in DO."""
OWN = "/projects/1_08"
PROJECTS = 47
"""The plan's 46, and one that came of a rollout."""
SCREENS = ("/work", "/board", "/plan", PROJECT)


def test_anybody_reads_the_plan(visit: Open) -> None:
    """All projects by policy and category, without signing in; nothing invites to change."""
    page = visit().open("/plan")
    expect(page.locator("tbody tr")).to_have_count(PROJECTS)
    page.get_by_role("link", name="マイナンバーカード管理簿一覧表自動作成システムの導入").click()
    expect(page.locator("h1")).to_contain_text("1_02")
    assert page.url.endswith(PROJECT)
    expect(page.get_by_role("button", name="編集する")).to_have_count(0)
    expect(page.get_by_role("button", name="段階を動かす")).to_have_count(0)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(PROJECTS)


def test_the_first_view_is_small(visit: Open) -> None:
    """Less than 60 kB of script, compressed, and few requests."""
    came = visit()
    came.open("/plan")
    expect(came.page.locator("tbody tr")).to_have_count(PROJECTS)
    assert script_size(came.answers) < 60_000
    assert len(came.answers) < 20


def _edit(page: Page, text: str) -> None:
    page.get_by_role("button", name="編集する").click()
    page.get_by_label("取組の実績").fill(text)


def test_a_lead_does_the_next_thing(visit: Open) -> None:
    """From the list of work to the sheet; what was typed outlives a reload; then the next stage."""
    lead = visit("lead")
    page = lead.open("/work")
    page.get_by_role("link", name=re.compile("記入する 1_02")).click()
    _edit(page, "予約制を始めた。")
    page.get_by_label("決算（円）").fill("３２０，０００")
    for number, value in enumerate(("４７", "14")):
        page.get_by_label("実績値").nth(number).fill(value)
    page.reload()
    page.get_by_role("button", name="編集する").click()
    expect(page.get_by_label("取組の実績")).to_have_value("予約制を始めた。")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("#part-RESULTS ~ dl")).to_contain_text("320,000")
    page.get_by_role("button", name="段階を動かす").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("記録される内容")
    expect(dialog).to_contain_text("実行 → 分析・評価")
    dialog.get_by_role("button", name="実績を提出する").click()
    expect(page.get_by_role("img", name="いまの段階: 分析・評価")).to_be_visible()
    expect(page.locator("#history ~ ol li").first).to_contain_text("実績を提出した")


def test_what_is_not_possible_says_why_before_it_is_tried(visit: Open) -> None:
    """The office cannot start a department's project: it reads what is missing, and who can."""
    page = visit("office").open("/board")
    page.get_by_role("button", name=re.compile("動かす 1_06")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("スケジュールを記入してください")
    expect(dialog).to_contain_text("できる人")
    expect(dialog.get_by_role("radio", name=re.compile("実行を始める"))).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_two_who_edit_at_once_see_both(visit: Open) -> None:
    """The second to save sees what the first wrote, chooses, and saves."""
    first, second = (visit("lead").open(OWN) for _ in range(2))
    for page, text in ((first, "はじめの人"), (second, "あとの人")):
        _edit(page, text)
    first.get_by_role("button", name="保存する").click()
    expect(first.locator("#part-RESULTS ~ dl")).to_contain_text("はじめの人")
    second.get_by_role("button", name="保存する").click()
    clash = second.get_by_role("alert")
    expect(clash).to_contain_text("はじめの人")
    expect(clash).to_contain_text("あとの人")
    clash.get_by_role("button", name="自分の入力を使う").click()
    second.get_by_role("button", name="保存する").click()
    expect(second.locator("#part-RESULTS ~ dl")).to_contain_text("あとの人")


def test_another_persons_move_appears(visit: Open) -> None:
    """By itself, without losing place."""
    office = visit("office").open("/board?text=1_09")
    card = office.locator(".card", has_text="1_09")
    expect(card).to_have_count(1)
    stage = office.get_by_role("group", name=re.compile("分析・評価 1"))
    expect(stage).to_have_count(0)
    lead = visit("lead").open("/projects/1_09")
    _edit(lead, "配った。")
    for number in range(lead.get_by_label("実績値").count()):
        lead.get_by_label("実績値").nth(number).fill("1")
    lead.get_by_role("button", name="保存する").click()
    expect(lead.locator("#part-RESULTS ~ dl")).to_contain_text("配った。")
    lead.get_by_role("button", name="段階を動かす").click()
    lead.get_by_role("dialog").get_by_role("button", name="実績を提出する").click()
    expect(stage).to_have_count(1)


def test_a_session_that_ends_loses_no_word(visit: Open) -> None:
    """Saving says so, and what was typed is there after signing in again."""
    lead = visit("lead")
    page = lead.open("/projects/1_10")
    _edit(page, "途中まで")
    lead.context.clear_cookies()
    page.get_by_role("button", name="保存する").click()
    expect(page.locator(".error, [role=alert]").first).to_contain_text("サインイン")
    expect(page.get_by_label("取組の実績")).to_have_value("途中まで")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", SCREENS)
def test_everybody_can_use_it(visit: Open, path: str, scheme: str) -> None:
    """axe-core finds nothing, at any width, in light and dark."""
    lead = visit("lead", color_scheme=scheme)
    page = lead.open(path)
    page.get_by_role("status").filter(has_text="読み込んでいます").wait_for(state="detached")
    assert lead.violations() == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert lead.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_forms_and_dialogs_can_be_used_too(visit: Open) -> None:
    """The same of a form that is open, and of the dialog of moves."""
    lead = visit("lead")
    page = lead.open("/projects/1_11")
    page.get_by_role("button", name="編集する").click()
    assert lead.violations() == []
    page.get_by_role("button", name="段階を動かす").click()
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    assert lead.violations() == []


def test_it_speaks_english_too(visit: Open) -> None:
    """One switch, kept on this device."""
    page = visit().open("/plan")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Board")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_going_back_shows_what_is_true_now(visit: Open) -> None:
    """An anonymous visitor follows no record: what somebody did meanwhile is there all the same."""
    page = visit().open("/board?text=1_13")
    card = page.locator(".card", has_text="1_13")
    expect(card).to_contain_text("1_13")
    page.get_by_role("link", name="計画", exact=True).first.click()
    expect(page).to_have_title(re.compile("計画"))
    page.route("**/graphql", lambda asked: asked.continue_())
    with page.expect_request(lambda asked: "query Board" in (asked.post_data or "")):
        page.go_back()
    expect(card).to_contain_text("1_13")
