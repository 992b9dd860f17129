"""Administration in a real browser: people, reshuffles, acting for others, and the account's own pages."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.processes import Served
from tests.web.browsing import PASSWORD, Visit, add_factor, enter
from tests.web.conftest import Open

PEOPLE = 29
"""Of the demo's town."""
LEAD = "見本201"
LIST = """職員番号,氏名,役割,課,開始日,終了日
見本201,梅津 由紀子,課長・グループリーダー,総務課,,
9001,髙橋 花,担当者,税務課,,
"""
RECORDED = "記録される内容"


@pytest.fixture(scope="module")
def states(browser: Browser, server: Served) -> dict[str, Any]:
    """Have everybody signed in, and the admin's second factor set up."""
    states = enter(browser, server)
    states["bare"] = states["admin"]
    states["admin"] = add_factor(browser, server, states["bare"])
    return states


def _counted(page: Page, people: int) -> None:
    expect(page.locator("main p[role=status]").filter(has_text=f"{people}人")).to_be_visible()


def _confirm(page: Page, said: str, button: str) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(RECORDED)
    expect(dialog).to_contain_text(said)
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)


def test_people_are_found_by_what_stands_in_the_address(visit: Open) -> None:
    """Search and filters narrow the list, outlive a reload, and say so where nobody fits."""
    page = visit("admin").open("/admin")
    _counted(page, PEOPLE)
    page.get_by_role("combobox", name="課", exact=True).select_option(label="税務課")
    page.get_by_role("combobox", name="役割").select_option("STAFF")
    _counted(page, 1)
    page.reload()
    _counted(page, 1)
    expect(page.get_by_role("link", name="菊地 彩")).to_be_visible()
    page.get_by_label("氏名・職員番号").fill("いない")
    page.get_by_role("button", name="探す").click()
    expect(page.get_by_text("この条件に合う職員はいません")).to_be_visible()
    page.get_by_role("button", name="条件を消す").click()
    _counted(page, PEOPLE)
    page.get_by_role("combobox", name="サインイン").select_option("disabled")
    _counted(page, 0)


def test_a_person_is_registered_appointed_invited_and_comes_in(visit: Open) -> None:
    """Each step says what it records; the link is shown once and works."""
    admin = visit("admin")
    page = admin.open("/admin")
    page.get_by_role("button", name="職員を登録する").click()
    page.get_by_role("textbox", name="氏名", exact=True).fill("新井 花")
    page.reload()
    page.get_by_role("button", name="職員を登録する").click()
    expect(page.get_by_role("textbox", name="氏名", exact=True)).to_have_value("新井 花")
    page.get_by_role("textbox", name=re.compile("^職員番号")).fill(LEAD)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="登録する", exact=True).click()
    expect(dialog).to_contain_text("この職員番号は既に登録されています")
    assert admin.violations() == []
    dialog.get_by_role("textbox", name=re.compile("^職員番号")).fill("N/001")
    _confirm(page, "新井 花（N/001）を登録する", "登録する")
    expect(page.locator("h1")).to_contain_text("新井 花")
    page.reload()
    expect(page.locator("h1")).to_contain_text("新井 花")
    page.get_by_role("button", name="任命する").click()
    page.get_by_role("combobox", name=re.compile("^課")).select_option(label="税務課")
    _confirm(page, "新井 花を税務課 担当者に任命する", "任命する")
    expect(page.locator("tbody tr")).to_contain_text("現在")
    page.get_by_role("button", name="招待のリンクを作る").click()
    _confirm(page, "招待のリンクを出す", "リンクを作る")
    link = page.get_by_label("新井 花さんのリンク").input_value()
    assert admin.violations() == []
    page.get_by_role("button", name="渡しました").click()
    expect(page.get_by_label("新井 花さんのリンク")).to_have_count(0)
    guest = visit().page
    guest.goto(link)
    guest.fill('input[name="password"]', PASSWORD)
    guest.click('main button[type="submit"]')
    guest.wait_for_url("**/account")
    expect(page.get_by_text("できる パスワードのみ")).to_be_visible()


def test_an_account_is_changed_and_disabled(visit: Open) -> None:
    """Login and mail address change; what is refused says why; nobody disables oneself."""
    page = visit("admin").open("/admin/people/見本202")
    page.get_by_role("button", name="変える ログイン名").click()
    page.get_by_label("ログイン名", exact=True).fill(LEAD)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="ログイン名を変える").click()
    expect(dialog).to_contain_text("ほかの職員が使っています")
    dialog.get_by_label("ログイン名", exact=True).fill("kiryu")
    _confirm(page, "ログイン名を変える", "ログイン名を変える")
    expect(page.get_by_text("kiryu", exact=True)).to_be_visible()
    page.get_by_role("button", name="変える メールアドレス").click()
    page.get_by_role("textbox", name=re.compile("^メールアドレス")).fill("kiryu@town.example.jp")
    _confirm(page, "アドレスそのものは記録されません", "メールアドレスを変える")
    expect(page.get_by_text("kiryu@town.example.jp")).to_be_visible()
    page.get_by_role("button", name="停止する").click()
    _confirm(page, "サインインを停止する", "停止する")
    expect(page.get_by_text("停止中")).to_be_visible()
    page.get_by_role("button", name="停止を解く").click()
    _confirm(page, "停止を解く", "停止を解く")
    own = visit("admin").open("/admin/people/見本001")
    expect(own.get_by_role("heading", name="サインイン")).to_be_visible()
    expect(own.get_by_role("button", name="停止する")).to_have_count(0)


def test_a_lost_second_factor_is_cleared(visit: Open) -> None:
    """It warns of what ends at once, and gives a link."""
    page = visit("admin").open("/admin/people/見本001")
    page.get_by_role("button", name="紛失したので消す").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("本人からの申し出であることを")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="紛失したので消す")).to_be_focused()


def test_an_appointment_ends(visit: Open) -> None:
    """With a last day, which the list then tells."""
    page = visit("admin").open("/admin/people/見本302")
    page.get_by_role("button", name=re.compile("終了日を決める 税務課")).click()
    page.get_by_label("最後の日").fill("2099-03-31")
    _confirm(page, "令和81年3月31日で終える", "終了日を記録する")
    expect(page.locator("tbody tr")).to_contain_text("令和81年3月31日")


def _preview(page: Page, text: str) -> None:
    page.get_by_label(re.compile("^一覧（Excel")).fill(text)
    page.get_by_role("button", name="内容を確かめる").click()


def test_a_list_with_faults_is_told_line_by_line(visit: Open) -> None:
    """Every fault with its line and column; it cannot be applied; what was typed outlives a reload."""
    admin = visit("admin")
    page = admin.open("/admin/reshuffle")
    _preview(page, LIST.replace("総務課", "総務部").replace("担当者", "係"))
    expect(page.get_by_role("heading", name="直すところが 2か所")).to_be_focused()
    rows = page.locator("table.faults tbody tr")
    expect(rows.nth(0)).to_contain_text("2課次の課から選んでください")
    expect(rows.nth(1)).to_contain_text("役割は 担当者")
    expect(rows.nth(1)).to_contain_text("9001,髙橋 花,係")
    expect(page.get_by_role("button", name="この内容で取り込む")).to_have_count(0)
    assert admin.violations() == []
    page.reload()
    expect(page.get_by_label(re.compile("^一覧（Excel"))).to_have_value(re.compile("総務部"))


def test_what_changed_since_the_preview_is_not_applied(visit: Open) -> None:
    """Somebody appoints in between: nothing is recorded, it says so, and the new preview shows it."""
    admin = visit("admin")
    page = admin.open("/admin/reshuffle?on=2099-04-01")
    _preview(page, LIST)
    expect(page.get_by_role("heading", name="令和81年4月1日付け人事異動（案）")).to_be_visible()
    other = visit("admin").open(f"/admin/people/{LEAD}")
    other.get_by_role("button", name="任命する").click()
    other.get_by_role("combobox", name="役割").select_option("OFFICE")
    _confirm(other, "DX推進担当に任命する", "任命する")
    expect(page.get_by_text("確かめたあとに記録が増えました")).to_be_visible()
    page.get_by_role("button", name="この内容で取り込む").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="取り込む", exact=True).click()
    expect(dialog).to_contain_text("何も記録されていません")
    assert admin.violations() == []
    dialog.get_by_role("button", name="もう一度内容を確かめる").click()
    expect(page.locator("section table")).to_contain_text("DX推進担当")
    expect(dialog).to_have_count(0)


def test_the_present_state_as_a_list_changes_nothing(visit: Open) -> None:
    """What is saved as a template reads as no change at all, opened as it was saved."""
    page = visit("admin").open("/admin/reshuffle?on=2098-04-01&all=1")
    with page.expect_download() as saved:
        page.get_by_role("button", name="いまの任命をひな形として保存する").click()
    path = Path(saved.value.path())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    page.get_by_label("CSVファイルを開く").set_input_files(path)
    expect(page.get_by_text("を読み込みました（文字コード：UTF-8）")).to_be_visible()
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.get_by_text("変えることはありません")).to_be_visible()
    expect(page.get_by_role("button", name="この内容で取り込む")).to_have_count(0)


def test_a_reshuffle_is_applied(visit: Open, tmp_path: Path) -> None:
    """A file as Excel saves it (CP932) is previewed and applied; then the list is empty."""
    page = visit("admin").open("/admin/reshuffle?on=2099-04-01")
    file = tmp_path / "異動.csv"
    file.write_bytes(LIST.encode("cp932"))
    page.get_by_label("CSVファイルを開く").set_input_files(file)
    expect(
        page.get_by_text("「異動.csv」を読み込みました（文字コード：シフトJIS）")
    ).to_be_visible()
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.get_by_role("list", name="件数")).to_contain_text("1人を登録")
    page.get_by_role("button", name="この内容で取り込む").click()
    _confirm(page, "令和81年4月1日付けで、登録 1人", "取り込む")
    expect(page.get_by_text("人事異動を記録しました")).to_be_visible()
    expect(page.get_by_label(re.compile("^一覧（Excel"))).to_have_value("")
    page.goto(re.sub(r"/admin.*", "/admin/people/9001", page.url))
    expect(page.locator("h1")).to_contain_text("髙橋 花")
    expect(page.locator("tbody tr")).to_contain_text("予定")


def test_somebody_decides_for_another(visit: Open) -> None:
    """Set up for a period, listed, and ended at once."""
    admin = visit("admin")
    page = admin.open("/admin/delegations")
    page.get_by_role("button", name="代決を設定する").click()
    options = page.get_by_role("dialog").locator("option", has_text="梅津 由紀子")
    who = options.first.get_attribute("value")
    page.get_by_role("combobox", name=re.compile("^決裁する人")).select_option(who)
    page.get_by_role("combobox", name="代決する人").select_option(index=3)
    page.get_by_label(re.compile("^理由")).fill("出張のため")
    assert admin.violations() == []
    _confirm(page, "梅津 由紀子の決裁を", "設定する")
    row = page.locator("tbody tr", has_text="出張のため")
    expect(row).to_contain_text("梅津 由紀子")
    row.get_by_role("button", name=re.compile("^終える")).click()
    assert admin.violations() == []
    _confirm(page, "で終える", "記録する")
    expect(row).to_have_count(0)
    page.get_by_label("終わったものも見る").check()
    expect(row).to_have_count(1)


def test_others_read_and_cannot_change(visit: Open) -> None:
    """A lead sees who holds what, no account and no button; who is nobody is asked to sign in."""
    page = visit("lead").open("/admin")
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="サインイン")).to_have_count(0)
    expect(page.get_by_role("button", name="職員を登録する")).to_have_count(0)
    page = visit("lead").open("/admin/reshuffle")
    expect(page.get_by_text("システム管理者だけです")).to_be_visible()
    page = visit().open("/admin?role=LEAD")
    expect(page.get_by_text("サインインしてください")).to_be_visible()
    page.get_by_role("link", name="サインイン").click()
    page.fill('input[name="login"]', LEAD)
    page.fill('input[name="password"]', PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/admin?role=LEAD")


def _usable(one: Visit) -> None:
    assert one.violations() == []
    one.page.set_viewport_size({"width": 360, "height": 780})
    assert one.violations() == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/admin", f"/admin/people/{LEAD}", "/admin/reshuffle", "/admin/delegations"]
)
def test_everybody_can_use_it(visit: Open, path: str, scheme: str) -> None:
    """axe-core finds nothing, at any width, in light and dark."""
    admin = visit("admin", color_scheme=scheme)
    page = admin.open(path)
    page.get_by_role("status").filter(has_text="読み込んでいます").wait_for(state="detached")
    if path == "/admin/reshuffle":
        _preview(page, LIST.replace("9001", "9002"))
        expect(page.locator("section table")).to_be_visible()
    _usable(admin)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/sign-in", "/account", "/account/second-factor", "/accounts", "/", "/link/none"]
)
def test_the_pages_without_javascript_can_be_used_too(visit: Open, path: str, scheme: str) -> None:
    """The same of signing in and of the own account."""
    admin = visit("admin", color_scheme=scheme, bypass_csp=True)
    admin.page.on("console", lambda _: None)
    admin.page.goto(admin.url + path.removeprefix("/"))
    if path == "/link/none":
        admin.wrong.clear()  # the browser notes that it is 404
    _usable(admin)
