"""What people do first: their work, what others did, what they say to each other, one stream for all."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import Open

OWN = "1_08"
"""Of the lead's department, in DO."""
NAME = re.compile("動かす " + OWN)


def _fire(page: Page, move: str, reason: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile(move)).check()
    dialog.locator("textarea").fill(reason)
    dialog.locator("button.main").click()
    expect(dialog).to_have_count(0)


def test_the_office_reads_what_departments_have_to_do(visit: Open) -> None:
    """By department, each reason once, though it holds for many; the figures add up."""
    page = visit("office").open("/work")
    expect(page.get_by_role("heading", name=re.compile("課の作業を待っているもの"))).to_be_visible()
    told = [one.inner_text().split(" ")[0] for one in page.locator("section section h3").all()]
    assert len(told) == len(set(told)) > 3
    for section in page.locator("section section").all():
        reasons = [one.inner_text() for one in section.locator("summary").all()]
        assert len(reasons) == len(set(reasons))
    expect(page.get_by_text("この操作を行う権限がありません")).to_have_count(0)
    page.get_by_role("radio", name=re.compile("期限超過")).check()
    assert page.url.endswith("?show=late")


def test_an_auditor_without_a_second_factor_is_told_what_to_do(visit: Open) -> None:
    """No empty lists that look as if nothing waited: what is missing, and where to set it up."""
    page = visit("auditor").open("/work")
    note = page.get_by_text("二要素認証を設定すると")
    expect(note).to_contain_text("監査委員")
    expect(note.get_by_role("link", name="アカウント")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("指摘"))).to_have_count(0)


def test_a_comment_reaches_who_has_to_know(visit: Open) -> None:
    """The bell counts it by itself; it leads to the comment; what was read is read."""
    office, lead = visit("office"), visit("lead")
    news = office.open("/news")
    news.get_by_role("button", name="すべて既読にする").click()
    bell = news.locator("header .bell")
    expect(bell.locator("b")).to_have_count(0)
    page = lead.open(f"/projects/{OWN}")
    page.get_by_label("コメントを書く").fill("集計の様式を")
    page.reload()
    expect(page.get_by_label("コメントを書く")).to_have_value("集計の様式を")
    page.get_by_label("コメントを書く").fill("集計の様式を教えてください。")
    page.get_by_role("button", name="コメントを記録する").click()
    expect(page.locator("#comments ~ ol")).to_contain_text("集計の様式を教えてください。")
    expect(page.get_by_label("コメントを書く")).to_have_value("")
    expect(bell.locator("b")).to_have_text(re.compile("^1件"))
    news.get_by_role("link", name=re.compile(OWN)).first.click()
    expect(news.locator("#comments")).to_be_focused()
    news.get_by_role("button", name=re.compile("返信する.*集計の様式を教えて")).click()
    news.get_by_label("返信").fill("第2号様式です。")
    news.get_by_role("button", name="返信を記録する").click()
    expect(page.locator("#comments ~ ol ol")).to_contain_text("第2号様式です。")
    assert lead.violations() == []


def test_comments_are_withdrawn_with_a_reason_and_stay(visit: Open) -> None:
    """Marked, with why; anonymous visitors are told of none."""
    page = visit("lead").open("/projects/1_09")
    page.get_by_label("コメントを書く").fill("書き間違い")
    page.get_by_role("button", name="コメントを記録する").click()
    page.get_by_role("button", name=re.compile("取り下げる.*書き間違い")).click()
    page.get_by_label("取り下げる理由").fill("別の事業のため。")
    page.get_by_role("button", name="取り下げる", exact=True).click()
    expect(page.locator("#comments ~ ol")).to_contain_text("取り下げられました：別の事業のため。")
    anybody = visit().open("/projects/1_09")
    expect(anybody.get_by_role("heading", name=re.compile("記録"))).to_be_visible()
    expect(anybody.locator("#comments")).to_have_count(0)


def test_what_was_sent_back_says_so_and_can_be_taken_back(visit: Open) -> None:
    """The lead reads why in the work and in the news; the office takes it back where it stands."""
    office, lead = visit("office").open("/board"), visit("lead").open("/work")
    expect(lead.get_by_role("link", name=re.compile("記入する " + OWN))).to_be_visible()
    office.get_by_role("button", name=NAME).click()
    _fire(office, "差し戻", "目標値を見直してください。")
    notice = office.get_by_role("complementary", name="記録の取り消し")
    expect(notice).to_contain_text("差し戻す")
    expect(lead.get_by_text("目標値を見直してください。")).to_be_visible()
    lead.get_by_role("radio", name=re.compile("差し戻し")).check()
    assert lead.url.endswith("?show=back")
    lead.goto(lead.url.split("/work")[0] + "/news?show=unseen")
    expect(lead.locator("main li", has_text="差し戻されました").first).to_contain_text(
        "目標値を見直してください。"
    )
    notice.get_by_role("button", name=re.compile("取り消す")).click()
    dialog = office.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("取り消"))).to_be_checked()
    dialog.locator("textarea").fill("誤りでした。")
    dialog.locator("button.main").click()
    expect(notice.get_by_role("button")).to_have_count(0)
    expect(lead.locator("main li", has_text="誤りでした。").first).to_be_visible()


def _streams(context: BrowserContext) -> list[str]:
    """Count the streams that the tabs of a browser ask for, from here on."""
    asked: list[str] = []

    def note(sent: object) -> None:
        if "subscription" in (getattr(sent, "post_data", None) or ""):
            asked.append("stream")

    context.on("request", note)
    return asked


def test_six_tabs_share_one_stream_and_hand_it_on(visit: Open) -> None:
    """All hear of an entry; when the one that holds the stream closes, another takes over."""
    first = visit("office")
    asked = _streams(first.context)
    tabs = [first.open("/news")]
    for _ in range(5):
        page = first.context.new_page()
        page.goto(first.url + "news")
        page.locator("main h1").wait_for()
        tabs.append(page)
    lead = visit("lead").open("/projects/1_10")

    def say(words: str) -> None:
        lead.get_by_label("コメントを書く").fill(words)
        lead.get_by_role("button", name="コメントを記録する").click()

    say("六つの窓へ")
    for page in tabs:
        expect(page.locator("main li", has_text="六つの窓へ")).to_have_count(1)
        expect(page.get_by_text("サーバーとの接続が切れています")).to_have_count(0)
    assert len(asked) == 1
    tabs.pop(0).close()
    say("五つの窓へ")
    for page in tabs:
        expect(page.locator("main li", has_text="五つの窓へ")).to_have_count(1)
    assert len(asked) == 2


@pytest.mark.parametrize("path", ["/work", "/news", f"/projects/{OWN}"])
@pytest.mark.parametrize("who", ["lead", "office", "auditor"])
def test_everybody_can_use_them(visit: Open, who: str, path: str) -> None:
    """axe-core finds nothing, wide and narrow, and nothing scrolls sideways."""
    one = visit(who)
    page = one.open(path)
    expect(page.get_by_role("status").filter(has_text="読み込んでいます")).to_have_count(0)
    assert one.violations() == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert one.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
