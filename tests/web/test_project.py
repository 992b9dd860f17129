"""One project: everything that can be done with it, by who may, and what of it is recorded."""

import re
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.web.conftest import Open

PDF: Final = FilePayload(name="調査.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n%%EOF")
DROPPED: Final = """() => {
  const held = new DataTransfer();
  held.items.add(new File(["日付,件数\\n4月,12\\n"], "件数.csv", { type: "text/csv" }));
  return held;
}"""


def _deed(page: Page, button: str | re.Pattern[str]) -> Locator:
    page.get_by_role("button", name=button).first.click()
    return page.get_by_role("dialog")


def _record(dialog: Locator, button: str) -> None:
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def test_evidence_is_chosen_dropped_refused_and_withdrawn(visit: Open) -> None:
    """What may be sent is told before; a refusal says why; what is withdrawn stays, marked."""
    page = visit("lead").open("/projects/1_08")
    expect(page.get_by_text("10MBまで")).to_be_visible()
    page.set_input_files("input[type=file]", PDF)
    expect(page.get_by_text("添付しました")).to_be_visible()
    drop = page.get_by_role("group", name="ファイルの添付")
    drop.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(DROPPED)})
    expect(page.get_by_text("添付しました")).to_have_count(2)
    page.set_input_files("input[type=file]", {**PDF, "name": "道具.exe"})
    expect(page.get_by_text("この種類のファイルは添付できません")).to_be_visible()
    dialog = _deed(page, "取り下げる 調査.pdf")
    dialog.get_by_role("button", name="取り下げる", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("理由を記入してください")
    dialog.get_by_role("textbox", name="理由").fill("別の年度のもの")
    _record(dialog, "取り下げる")
    expect(page.get_by_text("取下げ済み")).to_be_visible()
    expect(page.get_by_role("link", name="調査.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="件数.csv")).to_be_visible()


def test_the_servers_refusal_of_a_file_is_shown(visit: Open) -> None:
    """A file that is not what its name says, in the server's words; it can be sent again."""
    lead = visit("lead")
    page = lead.open("/projects/1_09")
    page.set_input_files("input[type=file]", {**PDF, "buffer": b"MZ\x00\x00"})
    expect(page.get_by_text("添付できるのは")).to_be_visible()
    expect(page.get_by_role("button", name="もう一度送る 調査.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="調査.pdf")).to_have_count(0)
    assert len(lead.wrong) == 1
    assert "415" in lead.wrong.pop()


def test_the_department_answers_a_finding(visit: Open) -> None:
    """The finding that waits is answered on the project, with a day."""
    page = visit("lead").open("/projects/1_02")
    dialog = _deed(page, re.compile("回答する No"))
    dialog.get_by_label("回答").fill("測定の記録を添付します。")
    dialog.get_by_label("対応を終える日").fill("2027-01-31")
    expect(dialog).to_contain_text("令和9年1月31日までに対応")
    _record(dialog, "回答する")
    expect(page.locator("#findings ~ .note")).to_contain_text("測定の記録を添付します。")
    expect(page.get_by_role("button", name="回答し直す")).to_be_visible()


def test_an_interim_report_outlives_the_page(visit: Open) -> None:
    """It asks for a text, keeps it over a reload, and stands in the history with its figures."""
    page = visit("lead").open("/projects/1_11")
    dialog = _deed(page, "中間報告をする")
    dialog.get_by_label("ここまでの取組と見通し").fill("窓口の混雑が減っている。")
    page.reload()
    dialog = _deed(page, "中間報告をする")
    expect(dialog).to_contain_text("書きかけの内容を表示しています")
    dialog.locator("fieldset input").first.fill("４１.５")
    expect(dialog).to_contain_text("指標1件の途中の値")
    _record(dialog, "報告する")
    first = page.locator("#history ~ ol li").first
    expect(first).to_contain_text("窓口の混雑が減っている。")
    expect(first).to_contain_text("41.5")


def test_a_running_plan_is_revised_with_a_reason(visit: Open) -> None:
    """The revision is counted, what was changed is in the record."""
    page = visit("lead").open("/projects/1_10")
    page.get_by_role("button", name="計画を見直す").click()
    page.get_by_label("予算（円）").fill("９９０，０００")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("見直しの理由を記入してください。")).to_be_visible()
    page.get_by_label("見直しの理由").fill("国の補助が決まったため")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("#part-PLAN")).to_contain_text("第2版")
    expect(page.locator("#part-PLAN ~ dl")).to_contain_text("990,000")
    expect(page.locator("#history ~ ol li").first).to_contain_text("国の補助が決まったため")


def test_an_entry_is_corrected_and_stays(visit: Open) -> None:
    """The correction names the entry, the entry names the correction; the office mends the sheet."""
    page = visit("office").open("/projects/2_08?year=2025")
    entry = page.locator("#history ~ ol li", has_text="評価した")
    entry.get_by_role("button", name="訂正する").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("正しい内容").fill("課題は机の広さである。")
    dialog.get_by_label("シートの値も直す").select_option(label="課題")
    dialog.get_by_label("正しい値").fill("机が狭い。")
    dialog.get_by_label("訂正の理由").fill("転記の誤り")
    _record(dialog, "訂正する")
    expect(page.locator("#part-EVALUATION ~ dl")).to_contain_text("机が狭い。")
    expect(page.locator("#history ~ ol li").first).to_contain_text("課題は机の広さである。")
    expect(entry.locator(".note")).to_contain_text("で訂正")


def test_the_office_suspends_resumes_and_transfers(visit: Open) -> None:
    """Each says what it will record, and asks why; a suspended project says so."""
    page = visit("office").open("/projects/2_22")
    dialog = _deed(page, "休止")
    expect(dialog).to_contain_text("実施中 → 休止")
    dialog.get_by_role("textbox", name="理由").fill("機器の納入が遅れている")
    dialog.locator("button.main").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".status")).to_have_text("休止")
    dialog = _deed(page, "再開")
    dialog.get_by_role("textbox", name="理由").fill("納入された")
    dialog.locator("button.main").click()
    expect(page.locator(".status")).to_have_count(0)
    dialog = _deed(page, "所管を替える")
    dialog.get_by_label("移す先の課").select_option(label="税務課")
    dialog.get_by_label("所管が替わる日").fill("2027-04-01")
    dialog.get_by_role("textbox", name="理由").fill("機構改革")
    _record(dialog, "所管を替える")
    expect(page.locator("#owners ~ ol")).to_contain_text("税務課")
    expect(page.locator("#owners ~ ol")).to_contain_text("令和9年4月1日")


def test_a_result_is_offered_and_taken_over(visit: Open) -> None:
    """The office offers what went well; the other department's lead makes a project of it."""
    page = visit("office").open("/projects/2_02?year=2025")
    dialog = _deed(page, "横展開を提案する")
    dialog.get_by_label("提案する課").select_option(label="町民生活課")
    dialog.get_by_label("提案の内容").fill("窓口の会議でも使えます。")
    _record(dialog, "提案する")
    expect(page.locator("#rollouts ~ ul")).to_contain_text("回答待ち")
    lead = visit("lead").open("/projects/2_02")
    dialog = _deed(lead, "提案に回答する")
    dialog.get_by_role("radio", name="受け入れる").check()
    dialog.get_by_label("新しい取組の名称").fill("窓口会議の文字起こし")
    _record(dialog, "回答する")
    lead.get_by_role("link", name=re.compile("窓口会議の文字起こし")).click()
    expect(lead.locator("h1")).to_contain_text("窓口会議の文字起こし")
    expect(lead.locator("#rollouts ~ p")).to_contain_text("2_02")


def test_the_plan_is_revised_from_the_project(visit: Open) -> None:
    """Nothing changed is told before; a new title is the project's title."""
    page = visit("office").open("/projects/3_02")
    dialog = _deed(page, "計画の記載を見直す")
    dialog.get_by_role("button", name="計画を見直す", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("変更する内容を記入してください")
    dialog.get_by_label("取組名").fill("情報セキュリティ研修の毎年度実施")
    dialog.get_by_label("効力をもつ日").fill("2027-01-01")
    dialog.get_by_label("見直しの概要").fill("研修の明確化")
    dialog.get_by_role("textbox", name="理由").fill("監査の指摘による")
    _record(dialog, "計画を見直す")
    expect(page.locator("h1")).to_contain_text("情報セキュリティ研修の毎年度実施")


def test_a_move_is_taken_back_with_a_reason(visit: Open) -> None:
    """After sending back, the office takes it back: both stay in the history."""
    page = visit("office").open("/projects/1_13")
    page.get_by_role("button", name="段階を動かす").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("差し戻す")).check()
    dialog.get_by_role("textbox", name="理由").fill("目標の見直し")
    dialog.get_by_role("button", name="差し戻す", exact=True).click()
    expect(page.get_by_role("img", name="いまの段階: 計画")).to_be_visible()
    page.get_by_role("button", name="取り消す").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="理由").fill("別の取組と間違えた")
    dialog.get_by_role("button", name="取り消す", exact=True).click()
    expect(page.get_by_role("img", name="いまの段階: 実行")).to_be_visible()


def test_who_does_not_own_it_is_offered_nothing(visit: Open) -> None:
    """Neither anybody nor an auditor edits, attaches, corrects or moves."""
    for who in (None, "auditor"):
        page = visit(who).open("/projects/1_02")
        expect(page.locator("#history ~ ol li").first).to_be_visible()
        for name in ("編集する", "訂正する", "所管を替える", "中間報告をする"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.locator("input[type=file]")).to_have_count(0)


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_sheet_prints_on_one_page_of_a4(visit: Open) -> None:
    """A ruled form and nothing of the page; long texts go on to another sheet of paper."""
    page = visit("office").open("/projects/2_02?year=2025")
    page.emulate_media(media="print")
    paper = page.locator(".paper")
    expect(paper).to_be_visible()
    expect(paper).to_contain_text("進捗管理シート")
    expect(paper).to_contain_text("見本第")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.get_by_role("heading", name="次の一歩")).to_be_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    assert _pages(pdf) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 594\.\d+ 841\.\d+", pdf)
    page.evaluate("document.querySelector('.paper .pre').textContent = '長い説明。'.repeat(2000)")
    assert _pages(page.pdf(prefer_css_page_size=True)) > 1


@pytest.mark.parametrize("forced", ["none", "active"])
def test_everybody_can_use_a_project(visit: Open, forced: str) -> None:
    """axe-core finds nothing: the office's page, each of its dialogs, and narrow screens."""
    office = visit("office", forced_colors=forced)
    page = office.open("/projects/2_05?year=2025")
    expect(page.locator("#history ~ ol li").first).to_be_visible()
    assert office.violations() == []
    for name in ("所管を替える", "計画の記載を見直す", "休止", "訂正する"):
        dialog = _deed(page, name)
        expect(dialog).to_be_visible()
        assert office.violations() == []
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 780})
    assert office.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
