"""The office takes over a later text of the plan; admins see how the installation is set up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from seed.town import HASHIKAMI_PLAN
from tests.server.processes import Served, served
from tests.web.browsing import enter as sign_in
from tests.web.conftest import Open

SECRET = "geheim-of-mail"  # noqa: S105 - made up here
ROW = "| 1_02 | "
"""How the row begins of a project that is changed."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a demo in which admins need no second factor, and in which a few things are set."""
    with served(
        tmp_path_factory.mktemp("demo"),
        "--demo",
        MEGURU_SECOND_FACTOR_ROLES="",
        MEGURU_MAX_DEPTH="9",
        MEGURU_PUBLIC_URL="https://dx.town.example.jp",
        MEGURU_SMTP_URL=f"smtp://meguru:{SECRET}@mail.town.example.jp:587",
        MEGURU_MAIL_FROM="meguru@town.example.jp",
        MEGURU_OIDC_ISSUER="http://127.0.0.1:9",
        MEGURU_OIDC_CLIENT_ID="meguru",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def states(browser: Browser, server: Served) -> dict[str, Any]:
    """Have everybody signed in, though the links are for who comes by the public URL."""
    reached = server.printed.replace("https://dx.town.example.jp/", server.url)
    return sign_in(browser, replace(server, printed=reached))


def asked(server: Served, query: str) -> Any:  # noqa: ANN401 - any data
    """Return what anybody is answered."""
    return httpx.post(server.url + "graphql", json={"query": query}).json()["data"]


@pytest.fixture(scope="module")
def text(server: Served) -> str:
    """Give the town's text, with the owners of today."""
    query = "{ projects(first: 100) { nodes { code department { name } group { name } } } }"
    owners = {p["code"]: p for p in asked(server, query)["projects"]["nodes"]}
    lines = HASHIKAMI_PLAN.read_text("utf-8").split("\n")
    for number, line in enumerate(lines):
        cells = line.split(" | ")
        if owner := owners.get(cells[0].removeprefix("| ")):
            group = owner["group"]["name"] if owner["group"] else "-"
            cells[1:3] = [owner["department"]["name"], group]
            lines[number] = " | ".join(cells)
    return "\n".join(lines)


def enter(page: Page, text: str) -> None:
    """Put a text into its field and have it checked."""
    page.get_by_label("計画の文書").fill(text)
    page.get_by_role("button", name="内容を確かめる").click()


def line_of(text: str, start: str) -> int:
    """Return the number of the line that begins so, from 1."""
    return 1 + next(n for n, line in enumerate(text.split("\n")) if line.startswith(start))


def test_a_text_with_faults_leads_to_its_lines(visit: Open, text: str) -> None:
    """Each fault has a line to go to; nothing can be taken over; what was entered stays."""
    office = visit("office")
    page = office.open("/admin/plan")
    faulty = text.replace("| 1_05 |", "| 1_04 |", 1)
    enter(page, faulty)
    expect(page.get_by_role("heading", name="直すところ")).to_be_visible()
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    place = line_of(text, "| 1_05 |")
    page.get_by_role("button", name=re.compile(rf"^{place}\s*行目へ")).click()
    field = page.get_by_label("計画の文書")
    expect(field).to_be_focused()
    selected = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert field.evaluate(selected) == faulty.split("\n")[place - 1]
    assert field.evaluate("e => e.scrollTop > 0 && e.getBoundingClientRect().top >= 0")
    assert office.violations() == []
    page.reload()
    expect(page.get_by_label("計画の文書")).to_have_value(faulty)


def test_the_same_text_has_nothing_to_do(visit: Open, server: Served, text: str) -> None:
    """Once it is taken over it is known again."""
    before = asked(server, "{ plan { sourceSha256 } }")["plan"]["sourceSha256"]
    office = visit("office")
    page = office.open("/admin/plan")
    renamed = text.replace("階上町DX推進計画アクションプラン", "階上町DX推進計画改定版", 1)
    enter(page, renamed)
    take_over(page)
    expect(page.get_by_role("status").get_by_text("取り込みました。")).to_be_visible()
    assert asked(server, "{ plan { sourceSha256 } }")["plan"]["sourceSha256"] != before
    enter(page, renamed)
    expect(page.get_by_text("今の計画と同じ文書です。")).to_be_visible()
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    assert office.violations() == []


def take_over(page: Page) -> None:
    """Ask for it, and confirm."""
    page.get_by_role("button", name="取り込む", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("取り消せません")
    dialog.get_by_role("button", name="取り込む", exact=True).click()


def test_what_changes_is_seen_before_it_is_done(visit: Open, server: Served, text: str) -> None:
    """The letters that differ are marked; a text that was typed in since is checked anew."""
    office = visit("office", reduced_motion="reduce")
    page = office.open("/admin/plan")
    row = next(line for line in text.split("\n") if line.startswith(ROW))
    title = row.split(" | ")[4]
    changed = text.replace(row, row.replace(title, f"{title}と運用"), 1)
    enter(page, changed)
    changes = page.get_by_role("region", name="取り込むと変わること")
    expect(changes.locator("ins", has_text="と運用")).to_be_visible()
    mends = page.get_by_role("region", name="読み取るときの補正")
    expect(mends.locator("del", has_text="йд")).to_be_visible()
    expect(mends.locator("ins", has_text="イド")).to_be_visible()
    assert office.violations() == []
    page.get_by_label("計画の文書").fill(changed + "\n")
    expect(page.get_by_text("文書が変わりました。")).to_be_visible()
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    enter(page, changed)
    page.get_by_role("button", name="取り込む", exact=True).click()
    assert office.violations() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    project = '{ project(ref: {code: "1_02"}) { title } }'
    assert asked(server, project)["project"]["title"] == title, "nothing before it is confirmed"
    take_over(page)
    done = page.get_by_role("status").filter(has_text="取り込みました。")
    expect(done).to_contain_text("変更")
    expect(page.get_by_label("計画の文書")).to_have_value("")
    assert asked(server, project)["project"]["title"] == f"{title}と運用"
    done.get_by_role("link", name="記録を見る").click()
    page.wait_for_url("**/history/*")


def test_a_file_of_windows_is_read(visit: Open, text: str) -> None:
    """In Shift_JIS, with CR LF; what is no text is not taken for one."""
    page = visit("office").open("/admin/plan")
    chosen = page.locator('input[type="file"]')
    data = text.replace("\n", "\r\n").encode("cp932", errors="ignore")
    chosen.set_input_files({"name": "計画.txt", "mimeType": "text/plain", "buffer": data})
    expect(page.get_by_text("Shift_JIS")).to_be_visible()
    expect(page.get_by_label("計画の文書")).to_have_value(re.compile("階上町"))
    png = {"name": "図.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\0\xff"}
    chosen.set_input_files(png)
    expect(page.get_by_role("alert")).to_contain_text("文字の文書として読めません")
    expect(page.get_by_label("計画の文書")).to_have_value(re.compile("階上町"))


def test_who_may_not_is_told_who_may(visit: Open) -> None:
    """A lead, an admin and a passer-by see no field; leads and passers-by no settings."""
    for who in ("lead", "admin", None):
        one = visit(who)
        page = one.open("/admin/plan")
        expect(page.get_by_text("取り込めるのは、DX推進担当です。")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        assert one.violations() == []
    for who in ("office", None):
        one = visit(who)
        page = one.open("/admin/settings")
        expect(page.get_by_text("設定を見られるのは、システム管理者です。")).to_be_visible()
        assert one.violations() == []


def test_an_admin_looks_a_setting_up(visit: Open) -> None:
    """Searched by words in the address; what was changed is marked; no secret is on the page."""
    admin = visit("admin")
    page = admin.open("/admin/settings")
    expect(page.get_by_role("heading", name="設定の一覧")).to_be_visible()
    assert admin.violations() == []
    body = page.content()
    assert SECRET not in body
    page.get_by_label("さがす").fill("深さ")
    expect(page.get_by_text("1件", exact=True)).to_be_visible()
    row = page.get_by_role("row", name=re.compile("MEGURU_MAX_DEPTH"))
    expect(row).to_contain_text("9")
    expect(row).to_contain_text("変更")
    assert "q=" in page.url
    page.reload()
    expect(page.get_by_label("さがす")).to_have_value("深さ")
    page.get_by_label("さがす").fill("ない言葉")
    expect(page.get_by_text("当てはまる設定はありません。")).to_be_visible()
    page.get_by_label("さがす").fill("")
    page.get_by_label("既定と違うものだけ").check()
    expect(page.get_by_role("row", name=re.compile("MEGURU_SMTP_URL"))).to_contain_text("設定済み")
    expect(page.get_by_role("row", name=re.compile("MEGURU_BODY_LIMIT"))).to_have_count(0)


def test_an_admin_sees_what_fails(visit: Open) -> None:
    """The provider does not answer; the record is signed; all of it as a file to start from."""
    admin = visit("admin")
    page = admin.open("/admin/settings")
    fares = page.get_by_role("region", name="今の状態")
    expect(fares).to_contain_text("応答しませんでした")
    expect(fares).to_contain_text("ConnectError")
    expect(fares).to_contain_text("https://dx.town.example.jp/auth/oidc/callback")
    expect(fares).to_contain_text("件目まで署名済み")
    page.get_by_text("環境変数のファイル（.env）として写す").click()
    file = page.get_by_label(".env").input_value()
    assert "\nMEGURU_MAX_DEPTH=9\n" in file
    assert "\n# MEGURU_BODY_LIMIT=65536\n" in file
    assert "\n# MEGURU_SMTP_URL=\n" in file
    page.get_by_role("button", name="コピー").click()
    expect(page.get_by_text(re.compile("コピーしました。|Ctrl"))).to_be_visible()
    assert admin.violations() == []


@pytest.mark.parametrize("path", ["/admin/plan", "/admin/settings"])
def test_a_narrow_screen_is_enough(visit: Open, path: str) -> None:
    """At 320 px, as at 400 % zoom, nothing scrolls sideways but tables."""
    who = "office" if path.endswith("plan") else "admin"
    one = visit(who, viewport={"width": 320, "height": 640}, forced_colors="active")
    page = one.open(path)
    expect(page.locator("h2, textarea").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert one.violations() == []
