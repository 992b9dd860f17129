"""The board: what stands where, what can go where and why not, and what others do meanwhile."""

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Open

CARDS: Final = ".card"
IN_2026: Final = 44
"""Cycles of 令和8年度; three projects have none."""


def _column(page: Page, card: str, stage: str) -> Locator:
    section = page.locator("section", has=page.locator(f'[data-card="{card}"]'))
    return section.locator(f'[data-stage="{stage}"]')


def _drag(page: Page, card: str) -> None:
    box = page.locator(f'[data-card="{card}"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] + 4, steps=4)


def test_what_it_shows_stands_in_the_address(visit: Open) -> None:
    """By department, category and text; what fits nothing says what to do; all can be cleared."""
    page = visit().open("/board")
    expect(page.locator(CARDS)).to_have_count(IN_2026)
    page.get_by_role("combobox", name="課", exact=True).select_option(label="町民生活課")
    expect(page.locator(CARDS)).to_have_count(5)
    page.reload()
    expect(page.locator(CARDS)).to_have_count(5)
    page.get_by_role("combobox", name="方針・分類").select_option(
        label="基本方針2 デジタル化による行政事務効率化"
    )
    expect(page.get_by_text("この条件に合う取組はありません")).to_be_visible()
    page.get_by_role("button", name="条件を消す").click()
    expect(page.locator(CARDS)).to_have_count(IN_2026)
    expect(page.get_by_role("button", name="動かす")).to_have_count(0)


def test_columns_say_why_before_it_is_dropped(visit: Open) -> None:
    """The stage that cannot take a card says what is missing, the others whether a move leads there."""
    page = visit("lead").open("/board?text=1_10")
    _drag(page, "1_10")
    check = _column(page, "1_10", "CHECK")
    expect(check).to_contain_text("いまは置けません")
    expect(check).to_contain_text("実績値を記入してください")
    expect(_column(page, "1_10", "CLOSED")).to_contain_text("ここへ直接は移せません")
    check.hover()
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".verdict")).to_have_count(0)


def test_a_card_is_dropped_where_it_can_go(visit: Open) -> None:
    """Dropping opens the confirmation of that move; nothing moves before it is recorded."""
    page = visit("office").open("/board?text=1_12")
    _drag(page, "1_12")
    plan = _column(page, "1_12", "PLAN")
    expect(plan).to_contain_text("ここに置けます")
    plan.hover()
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("差し戻す"))).to_be_checked()
    expect(_column(page, "1_12", "DO").locator(CARDS)).to_have_count(1)
    dialog.get_by_role("textbox", name="理由").fill("予算の裏付けがない")
    dialog.get_by_role("button", name="差し戻す", exact=True).click()
    expect(plan.locator(CARDS)).to_have_count(1)
    expect(plan.locator(CARDS)).to_contain_text("移りました")


def test_several_are_moved_at_once(visit: Open) -> None:
    """Those that can go, go; those that cannot say why; one refused by the server says so."""
    page = visit("office").open("/board")
    for code in ("2_13", "2_15", "1_06"):
        page.get_by_role("checkbox", name=re.compile(f"選ぶ {code}")).check()
    page.get_by_role("button", name="まとめて動かす").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="差し戻す").check()
    expect(dialog).to_contain_text("動かせないもの（1件）")
    expect(dialog).to_contain_text("2_13、2_15（2件）")
    dialog.get_by_role("button", name="2件を「差し戻す」").click()
    expect(dialog.get_by_role("alert")).to_contain_text("理由を記入してください")
    dialog.get_by_role("textbox", name="理由").fill("計画の見直しのため")
    dialog.get_by_role("button", name="2件を「差し戻す」").click()
    expect(dialog).to_have_count(0)
    for code in ("2_13", "2_15"):
        expect(_column(page, code, "PLAN").locator(f'[data-card="{code}"]')).to_be_visible()


def test_others_moves_keep_place_focus_and_text(visit: Open) -> None:
    """A card that somebody else moves is marked and told; the focus goes along; typing goes on."""
    lead = visit("lead").open("/board?text=1_07")
    link = lead.locator('[data-card="1_07"] a')
    link.focus()
    search = lead.get_by_label("ことばで探す")
    office = visit("office").open("/projects/1_07")
    office.get_by_role("button", name="段階を動かす").click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("差し戻す")).check()
    dialog.get_by_role("textbox", name="理由").fill("確認のため")
    dialog.get_by_role("button", name="差し戻す", exact=True).click()
    expect(_column(lead, "1_07", "PLAN").locator('[data-card="1_07"]')).to_contain_text(
        "移りました"
    )
    expect(link).to_be_focused()
    expect(lead.get_by_role("status").filter(has_text="1_07が「計画」")).to_have_count(1)
    search.fill("書きかけ")
    office.get_by_role("button", name="取り消す").click()
    dialog.get_by_role("textbox", name="理由").fill("確認できた")
    dialog.get_by_role("button", name="取り消す", exact=True).click()
    expect(_column(lead, "1_07", "DO").locator('[data-card="1_07"]')).to_be_visible()
    expect(search).to_be_focused()
    expect(search).to_have_value("書きかけ")


def test_a_card_is_moved_by_the_keyboard_alone(visit: Open) -> None:
    """The button on a card, the move, its reason, and doing it, without a mouse."""
    page = visit("office").open("/board?text=2_18")
    button = page.get_by_role("button", name=re.compile("動かす 2_18"))
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    radio = dialog.get_by_role("radio", name=re.compile("差し戻す"))
    expect(radio).to_be_enabled()
    radio.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("要確認")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(_column(page, "2_18", "PLAN").locator(CARDS)).to_have_count(1)


def test_a_narrow_screen_shows_one_stage(visit: Open) -> None:
    """Chosen by buttons, kept in the address; nothing scrolls sideways."""
    page = visit(viewport={"width": 360, "height": 780}).open("/board")
    expect(page.get_by_role("button", name=re.compile("実行"))).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name=re.compile("分析・評価")).click()
    expect(page.locator('[data-card="1_15"]')).to_be_visible()
    expect(page.locator('[data-card="1_01"]')).to_be_hidden()
    assert "stage=CHECK" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("forced", ["none", "active"])
def test_everybody_can_use_the_board(visit: Open, forced: str) -> None:
    """axe-core finds nothing: with some chosen, in the dialog, on a projector, where nothing fits."""
    office = visit("office", forced_colors=forced, viewport={"width": 1920, "height": 1000})
    page = office.open("/board")
    page.get_by_role("checkbox", name=re.compile("選ぶ 2_19")).check()
    assert office.violations() == []
    page.get_by_role("button", name="まとめて動かす").click()
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    assert office.violations() == []
    page.keyboard.press("Escape")
    office.open("/board?text=無い")
    expect(page.get_by_text("この条件に合う取組はありません")).to_be_visible()
    assert office.violations() == []
