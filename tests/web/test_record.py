"""The auditors' screens: the record searched, entries, findings, what stands out, copies."""

import re
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from schema.blockers import api_path
from schema.field_changes import _BOOKKEEPING, _SPELLED
from schema.nodes import NODE_TYPES
from tests.server.processes import Served
from tests.web.browsing import ROLES, Visit
from tests.web.conftest import Open
from workflows.changes import RECORDED

FOUND: Final = re.compile(r"^[\d,]+件の記録$")
SCREENS: Final = ("", "/716", "/findings", "/scrutiny", "/copies")
LIB: Final = Path(__file__).parents[2] / "web/src/lib"


@pytest.fixture
def auditor(visit: Open, server: Served) -> Visit:
    """Let the auditor in by a token: a password alone does not make one of them."""
    tokens = dict(zip(ROLES, re.findall(r"Bearer (\S+)", server.printed), strict=True))
    return visit(extra_http_headers={"Authorization": f"Bearer {tokens['auditor']}"})


def _count(page: Page) -> int:
    heading = page.locator("main h2", has_text=FOUND)
    expect(heading).to_be_visible()
    return int(re.sub(r"\D", "", heading.inner_text()))


def _settled(page: Page) -> None:
    page.get_by_role("status").filter(has_text="読み込んでいます").wait_for(state="detached")


def test_anybody_searches_what_is_published(visit: Open) -> None:
    """Moves are there, names and edits are not, and nobody is invited to take a copy."""
    page = visit().open("/history?project=1_02")
    assert _count(page) > 0
    first = page.locator("main ol > li").last
    expect(first).to_contain_text("1_02")
    expect(page.get_by_text("梅津")).to_have_count(0)
    expect(page.get_by_text("シートの編集", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="この条件で写しをつくる")).to_have_count(0)
    page.get_by_text("くわしい条件").click()
    expect(page.get_by_label("所管の課（いま）")).to_be_visible()
    expect(page.get_by_label("関わった人")).to_have_count(0)


def test_conditions_stand_in_the_address(auditor: Visit) -> None:
    """Words, kinds and departments narrow the list; each can be taken away again."""
    page = auditor.open("/history")
    everything = _count(page)
    page.get_by_label("所管の課（当時）").select_option(label="町民生活課")
    page.locator("summary", has_text="種類：").click()
    page.get_by_label("シートの編集").check()
    page.get_by_role("button", name="さがす").click()
    expect(page).to_have_url(re.compile(r"kind=SHEET_EDITED.*department=|department=.*kind="))
    expect(page.locator("main ol > li").first).to_contain_text("シートの編集")
    edits = _count(page)
    assert 0 < edits < everything
    page.get_by_label("ことば").fill("マイナンバー")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("text="))
    page.reload()
    expect(page.get_by_label("ことば")).to_have_value("マイナンバー")
    fewer = _count(page)
    assert fewer < edits
    page.get_by_role("button", name=re.compile("^ことば：マイナンバー")).click()
    expect(page.get_by_text(f"{edits}件の記録")).to_be_visible()
    page.get_by_role("link", name="条件をすべて外す").click()
    expect(page.get_by_text(f"{everything}件の記録")).to_be_visible()


def test_people_stages_and_grades_narrow_it_too(auditor: Visit) -> None:
    """What hides in the disclosure is asked like the rest, and is open where it is asked."""
    page = auditor.open("/history?trigger=EVALUATE&grade=A")
    evaluated = _count(page)
    assert evaluated > 0
    expect(page.get_by_label("操作した人の課")).to_be_visible()
    who = page.get_by_role("combobox", name="操作した人", exact=True)
    option = who.locator("option", has_text="楠本 恵")
    _ = who.select_option(value=option.get_attribute("value"))
    page.get_by_role("button", name="さがす", exact=True).click()
    expect(page).to_have_url(re.compile("actor=per_"))
    expect(page.locator("main ol > li").first).to_contain_text("楠本 恵")
    assert _count(page) < evaluated


def test_pages_go_on_and_back(auditor: Visit) -> None:
    """By links, so that the browser's own way back works; oldest first begins with No. 1."""
    page = auditor.open("/history?order=oldest")
    lines = page.locator("main ol > li")
    expect(lines.first).to_contain_text("No.1")
    page.get_by_role("link", name="さらに後の記録").click()
    expect(lines.first).to_contain_text("No.51")
    expect(page.locator("main h2")).to_be_focused()
    page.get_by_role("link", name="より古い記録").click()
    expect(lines.first).to_contain_text("No.1")
    page.go_back()
    expect(lines.first).to_contain_text("No.51")


def _revision(visit: Visit) -> Page:
    """Open the entry by which a plan was revised."""
    page = visit.open("/history?trigger=REVISE_PLAN&project=1_11")
    page.get_by_role("link", name="計画を見直した").first.click()
    expect(page.locator("main")).to_contain_text("署名された記録に含まれること")
    return page


def test_an_entry_tells_everything(auditor: Visit) -> None:
    """Who, why, before and after, neighbours, and a proof that can be kept."""
    page = _revision(auditor)
    main = page.locator("main")
    number = int(page.url.rpartition("/")[2])
    for text in ("計画を見直した", "桐生 健一", "関係課からの要望を受け", "1_11"):
        expect(main).to_contain_text(text)
    row = page.locator("tbody tr", has_text="目標値").first
    expect(row).to_contain_text(re.compile(r"80.*85", re.DOTALL))
    expect(page.get_by_role("heading", name="封印された氏名と文章")).to_be_visible()
    proof = page.get_by_role("link", name=re.compile("証明を受け取る"))
    came = page.request.get(auditor.url + str(proof.get_attribute("href")).removeprefix("/"))
    assert came.ok
    page.get_by_role("link", name=re.compile(f"前 No.{number - 1}")).click()
    expect(main).to_contain_text(f"記録 No.{number - 1}")
    page.get_by_role("link", name=re.compile(f"次 No.{number}")).click()
    expect(row).to_contain_text("85")


def test_what_is_not_shown_is_said(visit: Open) -> None:
    """An edit is nobody's business who has not signed in; it looks like one that is not there."""
    for number in ("708", "99999"):
        page = visit().open(f"/history/{number}")
        expect(page.locator("main")).to_contain_text("あなたには公開されていません")


def test_a_finding_goes_its_way(auditor: Visit, visit: Open) -> None:
    """Raised on an entry, answered by the department, closed; drafts outlive a reload."""
    lead = visit("lead").open("/history")
    _ = _count(lead)
    page = _revision(auditor)
    page.get_by_role("link", name="この記録を指摘する").click()
    expect(page.get_by_text("回答する課：町民生活課")).to_be_visible()
    page.get_by_label("指摘の内容").fill("対象を増やした根拠の資料がありません。")
    page.reload()
    expect(page.get_by_label("指摘の内容")).to_have_value("対象を増やした根拠の資料がありません。")
    page.get_by_role("button", name="指摘を記録する").click()
    expect(page.get_by_text("第4号の指摘を記録しました")).to_be_visible()
    expect(lead.get_by_text("新しい記録があります")).to_be_visible()
    lead.get_by_role("link", name="指摘", exact=True).click()
    lead.get_by_role("button", name=re.compile("回答する ?（第4号）")).click()
    lead.get_by_role("button", name="回答を記録する").click()
    expect(lead.get_by_text("本文を記入してください")).to_be_visible()
    lead.get_by_role("textbox", name=re.compile("^回答 ")).fill("資料を添付します。")
    lead.get_by_label("いつまでに対応しますか").fill("2027-01-31")
    lead.get_by_role("button", name="回答を記録する").click()
    item = lead.locator("#finding-4")
    expect(item).to_contain_text("対応の期限：令和9年1月31日")
    expect(item.get_by_role("button", name="終了する")).to_have_count(0)
    expect(page.locator("#finding-4")).to_contain_text("回答済み")
    page.get_by_role("button", name=re.compile("終了する ?（第4号）")).click()
    page.get_by_label("結論").fill("添付を確認しました。")
    page.get_by_role("button", name="指摘を終了する").click()
    expect(page.locator("#finding-4")).to_contain_text("添付を確認しました。")
    page.get_by_label("状態").select_option(label="終了")
    expect(page.locator("main ol > li")).to_have_count(2)


def test_what_stands_out_leads_to_its_entries(auditor: Visit, visit: Open) -> None:
    """Each count is a link to as many entries; others than auditors and the office are told so."""
    page = auditor.open("/history/scrutiny")
    returned = page.locator("tbody tr", has_text="1_18").get_by_role(
        "link", name=re.compile("1 ?件の差戻し")
    )
    returned.click()
    assert _count(page) == 1
    expect(page.locator("main ol > li")).to_contain_text("差し戻した")
    page = auditor.open("/history/scrutiny?year=2025")
    expect(page.get_by_label("年度")).to_have_value("2025")
    page = visit("lead").open("/history/scrutiny")
    expect(page.locator("main")).to_contain_text("監査委員とDX推進担当だけ")


def test_a_search_becomes_a_copy(auditor: Visit) -> None:
    """One project's entries as a table for old systems, with what it had to replace."""
    page = auditor.open("/history?project=1_02&trigger=START")
    page.get_by_role("link", name="この条件で写しをつくる").click()
    expect(page.get_by_text("ほかの条件は引き継がれません")).to_be_visible()
    expect(page.get_by_role("combobox", name="取組", exact=True)).to_have_value("1_02")
    page.get_by_label(re.compile("シフトJIS")).check()
    page.get_by_role("button", name="写しをつくる").click()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("1_02")
    with page.expect_download() as waiting:
        row.get_by_role("button", name=re.compile("受け取る")).click()
    table = Path(waiting.value.path()).read_bytes().decode("cp932")
    assert table.startswith('"記録番号"')
    expect(row).to_contain_text("受け取りました")
    expect(row).to_contain_text(re.compile("置き換え"))


def test_a_lead_takes_tables_of_the_own_department(visit: Open) -> None:
    """What can be verified is not offered; another department's is refused in the server's words."""
    page = visit("lead").open("/history/copies")
    expect(page.get_by_label(re.compile("検証できる写し"))).to_have_count(0)
    expect(page.get_by_label("記録の全体")).to_have_count(0)
    page.get_by_role("combobox", name="課", exact=True).select_option(label="総務課")
    page.get_by_role("button", name="写しをつくる").click()
    expect(page.locator(".error")).to_be_visible()
    page.get_by_role("combobox", name="課", exact=True).select_option(label="町民生活課")
    page.get_by_role("button", name="写しをつくる").click()
    expect(page.locator("tbody tr")).to_contain_text("町民生活課")


def test_an_auditor_with_a_password_alone_is_told(visit: Open) -> None:
    """What is missing, and where to set it up."""
    page = visit("auditor").open("/history/findings")
    expect(page.get_by_role("note").filter(has_text="二要素認証")).to_contain_text("監査委員")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_can_be_used(auditor: Visit, path: str, width: int) -> None:
    """axe-core finds nothing, and nothing scrolls sideways."""
    page = auditor.page
    page.set_viewport_size({"width": width, "height": 800})
    _ = auditor.open(f"/history{path}")
    _settled(page)
    assert auditor.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_can_be_used_too(visit: Open, scheme: str) -> None:
    """Conditions, changes, forms, and errors in them."""
    lead = visit("lead", color_scheme=scheme)
    page = lead.open("/history?kind=SHEET_EDITED&department=nobody")
    expect(page.locator("main")).to_contain_text(
        re.compile("条件に合う記録はありません|department")
    )
    assert lead.violations() == []
    page = lead.open("/history?kind=SHEET_EDITED")
    page.get_by_text("くわしい条件").click()
    page.locator("summary", has_text="操作：").click()
    page.get_by_text("変わった項目").first.click()
    expect(page.locator("main table").first).to_be_visible()
    assert lead.violations() == []
    page = lead.open("/history/findings")
    page.get_by_role("button", name=re.compile("回答する ?（第3号）")).click()
    page.get_by_role("button", name="回答を記録する").click()
    expect(page.locator(".error")).to_be_visible()
    assert lead.violations() == []


def test_without_a_connection_it_says_so(visit: Open) -> None:
    """And asks again when told to."""
    lead = visit("lead")
    page = lead.open("/history")
    _ = _count(page)
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_label("並び").select_option(label="古い順")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("接続できません")
    page.unroute("**/graphql")
    alert.get_by_role("button", name="もう一度試す").click()
    expect(page.locator("main ol > li").first).to_contain_text("No.1")
    lead.wrong.clear()


def test_every_field_that_can_change_has_a_name() -> None:
    """Whatever column a change can hold, people read a word for it, and so for each subject."""
    _ = import_module("schema.api")
    named = set(re.findall(r"^  (\w+): \[", (LIB / "fields.ts").read_text("utf-8"), re.MULTILINE))
    entries = (LIB / "entries.ts").read_text("utf-8")
    for model in RECORDED.values():
        columns = set(model._meta.fields_db_projection)  # noqa: SLF001 - Tortoise's documented way
        columns -= _BOOKKEEPING | {"id"}
        fields = {_SPELLED.get(c) or api_path(c.removesuffix("_id")) for c in columns}
        assert fields - named == set(), model
        assert f"  {NODE_TYPES[model](None)}: [" in entries
