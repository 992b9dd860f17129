"""The past, comparing, verifying in the browser, and checkpoints: in a real browser."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, Route, expect

from tests.server.processes import Served, served
from tests.web.browsing import ROLES, Visit
from tests.web.conftest import Open
from workflows import notes
from workflows.notes import Note, VerifierKey, cosign

MOMENT: Final = 300
CHANGED: Final = 51
"""An entry that took effect before it was recorded."""
WITNESS: Final = "witness.example"
INSECURE: Final = """
Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });
Object.defineProperty(window, "isSecureContext", { value: false });
"""
"""What a browser has where the network has no HTTPS."""
FOUND_OUT: Final = """async () => {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" },
    body: '{"query":"{ integrity { verified } }"}' };
  for (let left = 240; left > 0; left -= 1) {
    const { data } = await (await fetch("/graphql", asked)).json();
    if (data.integrity.verified === false) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}"""
"""Until the server itself has been through its record and found a fault."""


@pytest.fixture(scope="module")
def witness() -> Ed25519PrivateKey:
    """Make the key of somebody who looks on."""
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def settings(witness: Ed25519PrivateKey) -> dict[str, str]:
    """Let the server know the witness."""
    key = VerifierKey.of(WITNESS, witness, notes.WITNESS)
    return {"MEGURU_RECORD_WITNESSES": str(key)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the folder of the demo; the last test spoils its record."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def server(folder: Path, settings: dict[str, str]) -> Iterator[Served]:
    """Serve one demo to all of it."""
    with served(folder, "--demo", **settings) as running:
        yield running


def _token(server: Served, role: str) -> dict[str, str]:
    """Return the header of a program that acts for somebody: no second factor is asked of it."""
    token = re.findall(r"Bearer (\S+)", server.printed)[ROLES.index(role)]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def auditor(visit: Open, server: Served) -> Visit:
    """Open a browser for the auditor, who sees the whole record."""
    return visit(extra_http_headers=_token(server, "auditor"))


def _usable(visit: Visit) -> None:
    """Check that axe-core finds nothing, and that nothing scrolls sideways on a small screen."""
    assert visit.violations() == []
    visit.page.set_viewport_size({"width": 360, "height": 780})
    assert visit.violations() == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    visit.page.set_viewport_size({"width": 1280, "height": 720})


def _verify(page: Page) -> None:
    page.get_by_role("button", name="検証を始める").click()
    expect(page.get_by_role("heading", name="検証の結果")).to_be_focused(timeout=60_000)


def test_anybody_sees_the_plan_as_it_stood(visit: Open) -> None:
    """Marked as the past on each screen; links stay there, until one leads back."""
    one = visit()
    page = one.open(f"/plan?at={MOMENT}")
    banner = page.get_by_role("region", name="過去の時点の表示")
    expect(banner).to_contain_text(
        re.compile(rf"記録No.{MOMENT}（令和8年.+この画面では変更できません")
    )
    expect(page.locator("tbody tr")).to_have_count(46)
    assert page.title().startswith("過去の時点")
    _usable(one)
    page.get_by_role("link", name="マイナンバーカード管理簿一覧表自動作成システムの導入").click()
    expect(page.locator("h1")).to_contain_text("1_02")
    expect(banner).to_be_visible()
    _usable(one)
    banner.get_by_role("link", name="ボード").click()
    assert page.url.endswith(f"/board?at={MOMENT}")
    expect(page.locator(".card")).to_have_count(46)
    page.locator(".filters select").nth(1).select_option(label="会計課")
    expect(page.get_by_role("status").filter(has_text="事業")).not_to_have_text("46事業")
    assert f"at={MOMENT}" in page.url
    _usable(one)
    page.emulate_media(media="print")
    expect(banner).to_contain_text("過去の表示です")
    expect(banner.get_by_role("link").first).to_be_hidden()
    page.emulate_media(media="screen")
    banner.get_by_role("link", name="現在に戻る").click()
    expect(banner).to_have_count(0)
    assert "at=" not in page.url


def test_nobody_changes_the_past(visit: Open) -> None:
    """A lead finds nothing to edit, and a project that was not there yet says so."""
    page = visit("lead").open(f"/projects/1_02?at={MOMENT}")
    expect(page.locator("dl").first).to_be_visible()
    for name in ("編集する", "段階を動かす", "動かす"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page = visit().open(f"/projects/1_20?at={MOMENT}")
    expect(page.locator("main")).to_contain_text("この時点にはまだありませんでした")
    page = visit().open("/plan?at=999999")
    expect(page.get_by_role("alert")).to_contain_text("番までです")


def test_a_moment_that_is_not_ready_is_waited_for(visit: Open) -> None:
    """The page says so, and asks again by itself."""
    one = visit()
    refused: list[Route] = []

    def not_yet(route: Route) -> None:
        if "PastPlan" not in str(route.request.post_data) or refused:
            route.continue_()
            return
        refused.append(route)
        told = {"message": "727件中100件", "path": ["asOf"], "extensions": {"code": "NOT_READY"}}
        route.fulfill(json={"data": {"asOf": None}, "errors": [told]})

    one.page.route("**/graphql", not_yet)
    page = one.open(f"/plan?at={MOMENT}")
    expect(page.get_by_role("status").filter(has_text="組み立てています")).to_contain_text(
        "727件中100件"
    )
    expect(page.locator("tbody tr")).to_have_count(46)
    assert len(refused) == 1


def test_two_moments_are_compared(auditor: Visit) -> None:
    """By project, in people's words, with the entries between; all of it in the address."""
    page = auditor.open("/history/compare")
    _usable(auditor)
    page.get_by_role("button", name="比べる").click()
    expect(page.get_by_label("前の時点：日時")).to_be_focused()
    page.get_by_label("前の時点：決め方").select_option("記録の番号")
    page.get_by_label("前の時点：記録の番号").fill("６００")
    page.get_by_label("後の時点は現在").uncheck()
    page.get_by_label("後の時点：決め方").select_option("記録の番号")
    page.get_by_label("後の時点：記録の番号").fill("727")
    page.get_by_role("button", name="比べる").click()
    assert page.url.endswith("/history/compare?from=600&to=727")
    expect(page.get_by_role("status").filter(has_text="項目が変わりました")).to_contain_text(
        "記録No.601からNo.727まで"
    )
    first = page.get_by_role("region", name=re.compile("1_01 マイナンバーカードを活用"))
    row = first.get_by_role("row", name=re.compile("^段階 "))
    expect(row.get_by_role("cell")).to_have_text(["見直し・改善", "終了"])
    first.get_by_text("この間の記録を見る").click()
    expect(first.get_by_role("link", name=re.compile(r"No\.6\d\d"))).not_to_have_count(0)
    _usable(auditor)
    page.reload()
    expect(first).to_be_visible()
    page.get_by_role("link", name="前の時点の画面を見る").click()
    expect(page.get_by_role("region", name="過去の時点の表示")).to_contain_text("No.600")
    page = auditor.open("/history/compare?from=700&to=5")
    expect(page.get_by_role("alert")).to_contain_text("前の時点にしてください")
    page = auditor.open("/history/compare?from=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("読み取れません")


def test_an_auditor_verifies_with_what_they_kept(auditor: Visit, server: Served) -> None:
    """Entry by entry, by an earlier checkpoint and the key; and takes the result along."""
    page = auditor.open("/history/verify")
    _usable(auditor)
    kept = httpx.get(f"{server.url}record/checkpoint").text
    page.get_by_label("以前のチェックポイント").fill("x")
    page.get_by_role("button", name="検証を始める").click()
    expect(page.get_by_label("以前のチェックポイント")).to_be_focused()
    expect(page.locator("#notes-told")).to_contain_text(
        "チェックポイントとして読めないところがあります"
    )
    assert auditor.violations() == []
    page.get_by_label("以前のチェックポイント").fill("")
    windows = kept.replace("\n", "\r\n").encode()
    page.get_by_label("ファイルから入れる").set_input_files(
        {"name": "kept.txt", "mimeType": "text/plain", "buffer": b"\xef\xbb\xbf" + windows}
    )
    page.get_by_label("公開鍵").fill(httpx.get(f"{server.url}record/key").text)
    page.reload()
    expect(page.get_by_label("以前のチェックポイント")).to_have_value(
        re.compile("^meguru/024465\n")
    )
    _verify(page)
    result = page.get_by_role("region", name="検証の結果")
    for words in (
        "異状は見つかりませんでした",
        "お手元の公開鍵",
        "お手元のチェックポイント（",
        "ブラウザーの機能",
    ):
        expect(result).to_contain_text(words)
    expect(result).not_to_contain_text("権限がない")
    _usable(auditor)
    with page.expect_download() as download:
        page.get_by_role("button", name="テキストで保存する").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "結果: 異状は見つかりませんでした。" in text
    assert kept in text.replace("\r\n", "\n")


def test_another_record_is_not_the_one_that_was_kept(visit: Open, server: Served) -> None:
    """A checkpoint of another history, or of more entries than there are, is told."""
    lines = httpx.get(f"{server.url}record/checkpoint").text.split("\n")
    longer = "\n".join([lines[0], "999999", *lines[2:]])
    other = "\n".join([*lines[:2], "A" * 43 + "=", *lines[3:]])
    page = visit().open("/history/verify")
    page.get_by_label("以前のチェックポイント").fill(f"{longer}\n{other}")
    _verify(page)
    result = page.get_by_role("region", name="検証の結果")
    for name in ("RECORD_CUT", "SPLIT_VIEW", "ROOT_DIFFERS", "BAD_SIGNATURE"):
        expect(result).to_contain_text(name)
    expect(result).to_contain_text("お手元のチェックポイント（999,999件）")


@pytest.mark.parametrize("who", [None, "lead"])
def test_who_does_not_see_all_computes_the_root_too(visit: Open, who: str | None) -> None:
    """What they may not see enters as a hash, and they are told so; one entry alone, the same."""
    one = visit(who)
    page = one.open("/history/verify")
    _verify(page)
    result = page.get_by_role("region", name="検証の結果")
    expect(result).to_contain_text("異状は見つかりませんでした")
    expect(result).to_contain_text("本文を見る権限がないため")
    expect(result).to_contain_text("お手元にチェックポイントがないため")
    page.get_by_label("記録の番号").fill("１２")
    page.keyboard.press("Enter")
    expect(page.locator("#one-told")).to_contain_text("No.12 は、署名された記録に含まれています")
    assert page.url.endswith("?entry=12")
    _usable(one)
    page.get_by_label("記録の番号").fill("999999")
    page.keyboard.press("Enter")
    expect(page.locator("#one-told")).to_contain_text("まだありません")


def test_without_https_it_verifies_and_says_what_that_lacks(visit: Open) -> None:
    """By the library that comes with the page, since such browsers compute nothing."""
    one = visit("auditor")
    one.context.add_init_script(INSECURE)
    page = one.open("/history/verify")
    expect(page.locator(".note", has_text="暗号化されていません")).to_be_visible()
    _verify(page)
    result = page.get_by_role("region", name="検証の結果")
    expect(result).to_contain_text("異状は見つかりませんでした")
    expect(result).to_contain_text(
        "要約値は同梱の計算プログラム（noble）、署名は同梱の計算プログラム（noble）"
    )
    expect(result).to_contain_text("通信の途中で書き換えられていないこと")


def test_a_server_that_cannot_be_reached_proves_nothing(visit: Open) -> None:
    """There is no result, neither good nor bad, and verifying can be stopped."""
    one = visit("auditor")
    page = one.open("/history/verify")
    page.route("**/record/leaves/*", lambda route: route.abort())
    page.get_by_role("button", name="検証を始める").click()
    expect(page.get_by_role("alert")).to_contain_text("接続できません")
    expect(page.get_by_role("heading", name="検証の結果")).to_have_count(0)
    page.unroute("**/record/leaves/*")
    page.route("**/record/leaves/*", lambda _route: None)
    page.get_by_role("button", name="検証を始める").click()
    page.get_by_role("button", name="中止する").click()
    expect(page.get_by_role("status").filter(has_text="検証を中止しました")).to_be_visible()
    one.wrong = [line for line in one.wrong if "ERR_FAILED" not in line]


def test_checkpoints_are_issued_and_taken_along(auditor: Visit, visit: Open) -> None:
    """By who may; as a file and on paper. Who may not finds the list alone."""
    page = auditor.open("/history/checkpoints")
    expect(page.locator("tbody tr").first).to_contain_text("この記録の鍵")
    page.get_by_role("button", name="今の時点に署名させる").click()
    expect(page.get_by_role("status").filter(has_text="署名しました")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^ファイル")).first.click()
    note = Note.parse(Path(download.value.path()).read_text("utf-8"))
    assert note.text.startswith("meguru/024465\n")
    page.get_by_text("立会人の署名を加える").first.click()
    line = page.get_by_label("立会人から届いた署名の行").first
    line.fill("— somebody AAAA")
    page.get_by_role("button", name="署名を加える").first.click()
    expect(line).to_be_focused()
    expect(line).to_have_value("— somebody AAAA")
    _usable(auditor)
    page.get_by_role("link", name=re.compile("^印刷用の紙面")).first.click()
    expect(page.locator("h1")).to_contain_text("記録のチェックポイント")
    lead = visit("lead")
    page = lead.open("/history/checkpoints")
    expect(page.locator(".keys li")).to_contain_text("現在の鍵")
    expect(page.get_by_role("button", name="今の時点に署名させる")).to_have_count(0)
    expect(page.get_by_text("立会人の署名を加える")).to_have_count(0)


def _as_auditor(browser: Browser, server: Served) -> Visit:
    headers = _token(server, "auditor")
    context = browser.new_context(extra_http_headers=headers, locale="ja-JP")
    one = Visit(context.new_page(), context, server.url)
    one.watch()
    return one


def _spoil(database: Path) -> None:
    """Change one byte of the record beneath the server, and put back the trigger that forbids it."""
    named = "SELECT sql FROM sqlite_master WHERE name = 'events_refuse_update'"
    earlier = """UPDATE events SET body = replace(body, '"effectiveAt":"2025', '"effectiveAt":"2024')
        WHERE sequence = ? AND body LIKE '%"effectiveAt":"2025%'"""
    with sqlite3.connect(database) as connection:
        (trigger,) = connection.execute(named).fetchone()
        connection.execute("DROP TRIGGER events_refuse_update")
        assert connection.execute(earlier, [CHANGED]).rowcount == 1
        connection.execute(trigger)


def _cosigned(page: Page, server: Served, witness: Ed25519PrivateKey) -> None:
    """Have the witness sign the latest checkpoint."""
    note = Note.parse(httpx.get(f"{server.url}record/checkpoint").text)
    page.get_by_text("立会人の署名を加える").first.click()
    line = str(cosign(note.text, WITNESS, witness, 1_800_000_000))
    page.get_by_label("立会人から届いた署名の行").first.fill(line)
    page.get_by_role("button", name="署名を加える").first.click()
    expect(page.locator("tbody tr").first).to_contain_text(f"{WITNESS}+")


def test_one_changed_byte_is_found(
    auditor: Visit,
    server: Served,
    folder: Path,
    settings: dict[str, str],
    witness: Ed25519PrivateKey,
) -> None:
    """A witness signs, which proves no more than that; then a byte is changed, and is named."""
    _cosigned(auditor.open("/history/checkpoints"), server, witness)
    page = auditor.open("/history/verify")
    page.get_by_label("公開鍵").fill(settings["MEGURU_RECORD_WITNESSES"])
    _verify(page)
    result = page.get_by_role("region", name="検証の結果")
    for words in ("異状は見つかりません", f"立会人 {WITNESS} が", "このサーバーが示した公開鍵"):
        expect(result).to_contain_text(words)
    _spoil(folder / ".data/demo/meguru.sqlite3")
    _verify(page)
    expect(result).to_contain_text(f"最初に異状があるのは No.{CHANGED} です")
    expect(result.locator("tbody tr")).to_have_count(1)
    expect(result.get_by_role("row", name=re.compile(f"^No.{CHANGED} "))).to_contain_text(
        "書き換えられています"
    )
    _usable(auditor)
    page.get_by_label("記録の番号").fill(str(CHANGED))
    page.keyboard.press("Enter")
    expect(page.locator("#one-told")).to_contain_text("署名された記録と一致しません")


def test_the_server_finds_it_too(
    browser: Browser, server: Served, folder: Path, settings: dict[str, str]
) -> None:
    """When it starts anew it goes through its record, and says so on every screen."""
    server.process.terminate()
    server.process.wait(30)
    with served(folder, "--demo", **settings) as again:
        one = _as_auditor(browser, again)
        page = one.open("/history/checkpoints")
        assert page.evaluate(FOUND_OUT) is True
        page.reload()
        expect(page.locator("header [role=alert]")).to_contain_text("異状が見つかりました")
        expect(page.get_by_role("region", name="サーバー自身の点検")).to_contain_text(
            "異状が見つかっています"
        )
        assert one.violations() == []
        one.context.close()
