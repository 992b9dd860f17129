"""代決 in the page: chosen once, marked on every screen, said before each act, and recorded."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.conftest import Open

PRINCIPAL = "栗原 幸子"
"""For whom the demo's lead may decide: the head of another department."""
THEIRS = "1_12"
OWN = "1_08"
ASK = """query => fetch("/graphql", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ query }),
}).then(answer => answer.json())"""


def _decide(page: Page) -> None:
    page.get_by_label("だれとして操作しますか").select_option(index=1)
    expect(_mark(page)).to_be_visible()


def _mark(page: Page) -> Any:  # noqa: ANN401 - Playwright's own
    return page.get_by_text(f"代決中：会計課 {PRINCIPAL}の代わりに操作しています。")


def _latest(page: Page, code: str) -> dict[str, Any]:
    fields = "__typename actor { authority person { name } onBehalfOf { name } }"
    query = f'{{ project(ref: {{ code: "{code}" }}) {{ history(first: 1) {{ nodes {{ {fields} }} }} }} }}'
    answer: dict[str, Any] = page.evaluate(ASK, query)
    (entry,) = answer["data"]["project"]["history"]["nodes"]
    return dict(entry)


def test_what_is_offered_is_what_the_other_may_do(visit: Open) -> None:
    """Another department's project opens up, the own one closes; both turn back."""
    page = visit("lead").open(f"/projects/{THEIRS}")
    write = page.get_by_role("button", name="実績（Do）を記入する")
    expect(page.get_by_role("button", name="段階を動かす")).to_be_visible()
    expect(write).to_have_count(0)
    _decide(page)
    expect(write).to_be_visible()
    page.get_by_role("link", name="仕事").first.click()
    expect(page.locator("section li a", has_text=THEIRS)).not_to_have_count(0)
    expect(page.locator("section li a", has_text=OWN)).to_have_count(0)
    expect(_mark(page)).to_be_visible()
    page.get_by_role("button", name="自分に戻す").click()
    expect(page.locator("section li a", has_text=OWN)).not_to_have_count(0)
    expect(page.locator("section li a", has_text=THEIRS)).to_have_count(0)
    expect(page.get_by_label("だれとして操作しますか")).to_have_value("")
    expect(page.locator("h1")).to_be_focused()


def test_a_deed_says_and_records_on_whose_behalf_it_is(visit: Open) -> None:
    """The dialog tells it before, the entry afterwards; a file goes the same way."""
    one = visit("lead")
    page = one.open(f"/projects/{THEIRS}")
    _decide(page)
    page.get_by_role("button", name="中間報告をする").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"{PRINCIPAL}の代決として記録されます。")).to_be_visible()
    expect(dialog).to_contain_text(f"（代決：{PRINCIPAL}）")
    assert one.violations() == []
    dialog.locator("textarea").first.fill("端末を窓口に追加した。")
    dialog.locator("button.main").click()
    expect(dialog).to_have_count(0)
    deed = _latest(page, THEIRS)
    assert deed["__typename"] == "Transition"
    assert deed["actor"]["authority"] == "ON_BEHALF"
    assert deed["actor"]["onBehalfOf"]["name"] == PRINCIPAL
    assert deed["actor"]["person"]["name"] != PRINCIPAL
    file = {"name": "代決.txt", "mimeType": "text/plain", "buffer": "根拠".encode()}
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text("添付しました")).to_be_visible()
    sent = _latest(page, THEIRS)
    assert (sent["__typename"], sent["actor"]["authority"]) == ("EvidenceEntry", "ON_BEHALF")


def test_a_sheet_is_saved_on_behalf_and_a_comment_is_not(visit: Open) -> None:
    """Each form says which it is; the record agrees."""
    page = visit("lead").open(f"/projects/{THEIRS}")
    _decide(page)
    page.get_by_role("button", name="実績（Do）を記入する").click()
    form = page.locator("form.sheet")
    expect(form.get_by_text(f"{PRINCIPAL}の代決として記録されます。")).to_be_visible()
    form.locator("textarea").first.fill("上半期に端末を2台追加した。")
    form.locator("button.main").click()
    expect(form).to_have_count(0)
    assert _latest(page, THEIRS)["actor"]["authority"] == "ON_BEHALF"
    page.goto(page.url.split("/projects")[0] + f"/projects/{OWN}")
    comment = page.locator("form", has=page.get_by_label("コメントを書く"))
    expect(comment.get_by_text("代決ではなく")).to_be_visible()
    page.get_by_label("コメントを書く").fill("来週までに確認します。")
    page.get_by_role("button", name="コメントを記録する").click()
    expect(page.get_by_label("コメントを書く")).to_have_value("")
    assert _latest(page, OWN)["actor"]["authority"] == "OWN"


def test_it_holds_for_the_tab_and_fits_everywhere(visit: Open) -> None:
    """A reload keeps it, another tab begins as oneself; narrow and by keyboard it works as well."""
    one = visit("lead", viewport={"width": 360, "height": 740})
    page = one.open("/work")
    choice = page.get_by_label("だれとして操作しますか")
    choice.focus()
    page.keyboard.press("ArrowDown")
    expect(_mark(page)).to_be_visible()
    page.reload()
    for path in ("/board", "/plan", "/history/findings", "/news"):
        one.open(path)
        expect(_mark(page)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert one.violations() == []
    other = one.context.new_page()
    other.goto(one.url + "work")
    expect(other.get_by_label("だれとして操作しますか")).to_have_value("")
    expect(_mark(other)).to_have_count(0)


def test_leave_that_is_over_ends_it_and_says_so(visit: Open) -> None:
    """Whom the server no longer names is nobody to decide for."""
    page = visit("lead").open("/work")
    _decide(page)
    kept = json.loads(page.evaluate('sessionStorage.getItem("behalf")'))
    page.evaluate(
        'it => sessionStorage.setItem("behalf", it)', json.dumps(kept | {"principal": "gone"})
    )
    page.reload()
    expect(
        page.get_by_text(re.compile(f"{PRINCIPAL}の代わりに操作できる期間が終わった"))
    ).to_be_visible()
    expect(page.get_by_label("だれとして操作しますか")).to_have_value("")
    assert page.evaluate('sessionStorage.getItem("behalf")') is None
    page.get_by_role("button", name="閉じる").first.click()
    expect(page.get_by_text("期間が終わった")).to_have_count(0)


def test_who_has_no_leave_has_no_choice(visit: Open) -> None:
    """Nothing about it is there for anybody else."""
    page = visit("office").open("/work")
    expect(page.get_by_role("link", name=re.compile("お知らせ")).first).to_be_visible()
    expect(page.get_by_text("だれとして操作しますか")).to_have_count(0)
