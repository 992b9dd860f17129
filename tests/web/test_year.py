"""A whole year of one project by three people in three browsers, through the page alone."""

import re
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.processes import Served
from tests.web.browsing import add_factor, enter
from tests.web.conftest import Open
from tests.web.deeds import move, record, save, write

TITLE: Final = "窓口会議の文字起こし"
INDICATOR: Final = "議事録の作成時間"
AGAIN: Final = "9月の実績が抜けています。"
SLIP: Final = "別の取組と間違えました。"
APPROVAL: Final = "8階総第123号"
ENTRIES: Final = [
    "取組事業の追加",
    "シートの編集",
    "実行を始めた",
    "中間報告をした",
    "シートの編集",
    "実績を提出した",
    "差し戻した",
    "シートの編集",
    "実績を提出した",
    "差し戻した",
    "直前の操作を取り消した",
    "シートの編集",
    "評価した",
    "シートの編集",
    "サイクルを終了した",
    "次年度を開いた",
]
"""What the record says of the year, in its order."""


@pytest.fixture(scope="module")
def states(browser: Browser, server: Served) -> dict[str, Any]:
    """Have everybody signed in, and the auditor's second factor set up."""
    states = enter(browser, server)
    return {**states, "auditor": add_factor(browser, server, states["auditor"])}


@dataclass
class People:
    """Who works on the project, each in a browser, and the auditor who only looks."""

    office: Page
    lead: Page
    auditor: Page

    def stands_at(self, stage: str) -> None:
        """Everybody sees the stage, without asking anew."""
        for page in (self.office, self.lead, self.auditor):
            expect(page.get_by_role("img", name=f"いまの段階: {stage}")).to_be_visible()


def _take_over(visit: Open) -> People:
    """Let the office offer a good result, and the lead make a project of it; all open that."""
    office, lead, auditor = (visit(who) for who in ("office", "lead", "auditor"))
    page = office.open("/projects/2_02?year=2025")
    page.get_by_role("button", name="横展開を提案する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("提案する課").select_option(label="町民生活課")
    dialog.get_by_label("提案の内容").fill("窓口の会議でも使えます。")
    record(dialog, "提案する")
    page = lead.open("/projects/2_02")
    page.get_by_role("button", name="提案に回答する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="受け入れる").check()
    dialog.get_by_label("新しい取組の名称").fill(TITLE)
    record(dialog, "回答する")
    page.get_by_role("link", name=re.compile(TITLE)).click()
    expect(page.locator("h1")).to_contain_text(TITLE)
    path = "/" + page.url.removeprefix(lead.url)
    return People(office.open(path), page, auditor.open(path))


def _plan(people: People) -> None:
    """The lead is told what is missing, writes it, and starts; half a year later she reports."""
    lead = people.lead
    expect(lead.get_by_text("指標を1つ以上設定してください")).to_be_visible()
    lead.get_by_role("button", name="計画（Plan）を記入する").click()
    lead.get_by_label("目標", exact=True).fill("会議の翌日に議事録を配る。")
    lead.get_by_label("スケジュール").fill("8月 試行、10月 全課の会議")
    lead.get_by_label("予算（円）").fill("１２０，０００")
    lead.get_by_role("button", name="指標を加える").click()
    line = lead.get_by_role("group", name="指標 1")
    line.get_by_label("指標", exact=True).fill(INDICATOR)
    line.get_by_label("単位").fill("時間")
    line.get_by_label("現状値").fill("8")
    line.get_by_label("目標値").fill("２")
    save(lead)
    expect(people.auditor.locator("#part-PLAN ~ dl")).to_contain_text("120,000")
    move(lead, "実行を始める")
    people.stands_at("実行")
    lead.get_by_role("button", name="中間報告をする").click()
    dialog = lead.get_by_role("dialog")
    dialog.get_by_label("ここまでの取組と見通し").fill("3つの会議で試しました。")
    dialog.locator("fieldset input").first.fill("3.5")
    record(dialog, "報告する")
    expect(people.auditor.locator("#history ~ ol")).to_contain_text("3つの会議で試しました。")


def _results(people: People) -> None:
    """What is submitted is sent back, mended and submitted again; a slip is taken back."""
    lead, office = people.lead, people.office
    write(lead, "実績（Do）", 取組の実績="3つの会議で使った。", 実績値="3")
    move(lead, "実績を提出する")
    people.stands_at("分析・評価")
    move(office, "差し戻す", AGAIN)
    people.stands_at("実行")
    expect(lead.locator("#history ~ ol li").first).to_contain_text(AGAIN)
    write(lead, "実績（Do）", 取組の実績="4つの会議で使った。", 実績値="2.5")
    move(lead, "実績を提出する")
    people.stands_at("分析・評価")
    move(office, "差し戻す", "目標に届いていません。")
    people.stands_at("実行")
    office.get_by_role("complementary", name="記録の取り消し").get_by_role("button").first.click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_role("textbox", name="理由").fill(SLIP)
    record(dialog, "取り消す")
    people.stands_at("分析・評価")


def _close(people: People) -> None:
    """The lead evaluates and says how it goes on; the office closes with the approval's number."""
    lead = people.lead
    write(lead, "評価（Check）", 達成度="B 目標をおおむね達成", 課題="専門用語の聞き取り")
    move(lead, "評価する")
    people.stands_at("見直し・改善")
    write(lead, "改善（Action）", 改善の内容="用語の辞書を作る。", 今後の方向性="継続")
    move(people.office, "サイクルを終了する", approval=APPROVAL)
    for page in (people.lead, people.auditor):
        expect(page.get_by_text("この年度のサイクルは終了しました。")).to_be_visible()


def _next_year(page: Page) -> None:
    """The next year's cycle is open, in its plan, with the indicator and what was reached."""
    page.get_by_label("年度").select_option(label="令和9年度")
    expect(page.get_by_role("img", name="いまの段階: 計画")).to_be_visible()
    expect(page.get_by_role("region", name="計画（Plan）")).to_contain_text(INDICATOR)


def _find_all(page: Page) -> None:
    """The auditor finds everything in the record, in its order, and looks at the end of it."""
    code = page.locator("h1 .quiet").inner_text()
    page.get_by_role("link", name="記録", exact=True).click()
    page.get_by_role("combobox", name="取組", exact=True).select_option(code)
    page.get_by_role("button", name="さがす", exact=True).click()
    page.get_by_label("並び").select_option(label="古い順")
    entries = page.locator("main ol > li .what > p:first-child > a:first-child b")
    expect(entries).to_have_text(ENTRIES)
    for reason in (AGAIN, SLIP):
        expect(page.locator("main ol")).to_contain_text(reason)
    page.get_by_role("link", name=re.compile("^サイクルを終了した")).click()
    expect(page.locator("main")).to_contain_text(APPROVAL)


def test_a_year_goes_round(visit: Open) -> None:
    """Plan, do, check, action, and the next year is open; the auditor sees all of it."""
    people = _take_over(visit)
    people.stands_at("計画")
    _plan(people)
    _results(people)
    _close(people)
    _next_year(people.lead)
    _find_all(people.auditor)
