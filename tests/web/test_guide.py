"""The guides' steps, walked in a real browser, which takes their pictures and reads their names.

`scripts/pictures` has the pictures written anew. Every other run sees that each picture that a
guide shows is one that is taken here, and that what a guide puts into 「」 stands on a page.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from seed.town import HASHIKAMI_PLAN
from tests.server.processes import Served, served
from tests.web.conftest import Open
from tests.web.deeds import choose, fill, move, save

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
GUIDES: Final = (DOCS / "ja/guide.md", DOCS / "ja/audit.md", ROOT / "README.md")
LARGEST: Final = 150_000
NAMES: Final = """() => {
  const kinds = 'a, button, h1, h2, h3, h4, label, legend, th, dt, summary, option, label *, b';
  return [...document.querySelectorAll(kinds)].map(one => {
    const copy = one.cloneNode(true);
    for (const aside of copy.querySelectorAll('.hidden, .quiet, [lang=en], select, input, textarea')) aside.remove();
    return copy.textContent.replace(/\\s+/g, ' ').trim();
  });
}"""
"""What buttons, links, headings and fields on a page are called."""
LIST: Final = """職員番号,氏名,役割,課,開始日,終了日
見本201,梅津 由紀子,課長・グループリーダー,総務課,,
9001,髙橋 花,担当者,税務課,,
"""


@dataclass
class Camera:
    """What was seen, and what pictures were taken."""

    write: bool
    names: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def see(self, page: Page) -> None:
        """Read the names on the page as it stands."""
        self.names.update(page.evaluate(NAMES))

    def take(self, name: str, page: Page, what: Locator | None = None, height: int = 640) -> None:
        """Take a picture: of a part of the page, or of its top; without what still moves."""
        self.see(page)
        self.taken.add(name)
        page.evaluate("document.activeElement?.blur()")
        shot = (
            what.screenshot(animations="disabled", caret="hide")
            if what
            else page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": height})
        )
        if self.write:
            path = DOCS / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shot)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a demo in which nobody needs a second factor."""
    folder = tmp_path_factory.mktemp("demo")
    with served(folder, "--demo", MEGURU_SECOND_FACTOR_ROLES="") as running:
        yield running


def _ready(page: Page) -> Page:
    """Wait until everything that the screen asked for is there."""
    expect(page.get_by_text("読み込んでいます")).to_have_count(0)
    return page


def _everyday(visit: Open, camera: Camera) -> None:
    """The lead's work, the board, what is said, and paper."""
    lead = visit("lead", viewport={"width": 1280, "height": 800})
    page = lead.open("/work")
    expect(page.get_by_role("link", name=re.compile("記入する"))).not_to_have_count(0)
    camera.take("ja/images/guide/work.png", _ready(page), height=690)
    camera.see(_ready(lead.open("/news")))
    page = lead.open("/board")
    expect(page.locator("[data-card]")).not_to_have_count(0)
    camera.take("images/board.png", _ready(page), height=560)
    page = lead.open("/projects/1_02")
    expect(page.locator("#history ~ ol li").first).to_be_visible()
    camera.take("images/project.png", _ready(page), height=640)
    page.get_by_label("コメントを書く").fill("集計の様式を教えてください。")
    camera.take(
        "ja/images/guide/comments.png", page, page.locator("section", has=page.locator("#comments"))
    )
    page.get_by_role("button", name=re.compile("回答する No")).first.click()
    camera.see(_ready(page))
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1000})
    camera.take("ja/images/guide/paper.png", page, page.locator(".paper"))


def _year(visit: Open, camera: Camera) -> None:
    """The sheet from its interim report to the end of its year."""
    page = visit("lead", viewport={"width": 1280, "height": 1100}).open("/projects/1_08")
    page.get_by_role("button", name="中間報告をする").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("ここまでの取組と見通し").fill("窓口の案内を改め、発行が増えている。")
    camera.take("ja/images/guide/interim.png", page, dialog)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="計画を見直す").click()
    camera.see(page)
    page.get_by_role("button", name="入力を捨てる").click()
    fill(page, "実績（Do）", 取組の実績="窓口の案内を改めた。", 実績値="2")
    camera.take(
        "ja/images/guide/sheet.png", page, page.locator("section", has=page.locator("form.sheet"))
    )
    save(page)
    camera.take("ja/images/guide/move.png", page, choose(page, "実績を提出する"))
    page.keyboard.press("Escape")
    move(page, "実績を提出する")
    expect(page.get_by_role("img", name="いまの段階: 分析・評価")).to_be_visible()
    fill(page, "評価（Check）", 達成度="B 目標をおおむね達成", 課題="休日の窓口")
    camera.see(page)
    save(page)
    _ = choose(page, "評価する")
    camera.see(page)
    page.keyboard.press("Escape")
    move(page, "評価する")
    expect(page.get_by_role("img", name="いまの段階: 見直し・改善")).to_be_visible()
    fill(page, "改善（Action）", 改善の内容="休日にも発行する。", 今後の方向性="継続")
    camera.see(page)
    save(page)
    camera.see(page)


def _office(visit: Open, camera: Camera) -> None:
    """Closing, sending back, offering to others, and a later text of the plan."""
    office = visit("office", viewport={"width": 1280, "height": 1100})
    page = office.open("/projects/1_08")
    dialog = choose(page, "サイクルを終了する")
    dialog.get_by_label("決裁番号").fill("8階総第123号")
    camera.take("ja/images/guide/close.png", page, dialog)
    page.keyboard.press("Escape")
    move(page, "差し戻す", "課題をくわしく書いてください。")
    expect(page.get_by_role("img", name="いまの段階: 分析・評価")).to_be_visible()
    notice = page.get_by_role("complementary", name="記録の取り消し")
    notice.get_by_role("button", name=re.compile("取り消す")).wait_for()
    camera.take("ja/images/guide/undo.png", page, notice)
    page = office.open("/work")
    expect(page.locator("section section h3")).not_to_have_count(0)
    camera.take("ja/images/guide/office.png", _ready(page), height=690)
    page = office.open("/projects/1_20")
    page.get_by_role("button", name="段階を動かす").click()
    page.get_by_role("dialog").get_by_role("radio").first.wait_for()
    camera.see(page)
    page = office.open("/board")
    page.get_by_role("checkbox", name=re.compile("選ぶ")).first.check()
    camera.see(page)
    page = office.open("/projects/2_02?year=2025")
    page.get_by_role("button", name="横展開を提案する").click()
    camera.take("ja/images/guide/rollout.png", page, page.get_by_role("dialog"))
    page.keyboard.press("Escape")
    camera.see(_ready(page))
    page = office.open("/admin/plan")
    text = HASHIKAMI_PLAN.read_text("utf-8").replace("| 1_05 |", "| 1_04 |", 1)
    page.get_by_label("計画の文書").fill(text)
    page.get_by_role("button", name="内容を確かめる").click()
    expect(page.get_by_role("heading", name="直すところ")).to_be_visible()
    camera.see(page)


def _admin(visit: Open, camera: Camera) -> None:
    """People, the reshuffle of April, acting for others, settings, the second factor."""
    admin = visit("admin", viewport={"width": 1280, "height": 800})
    page = admin.open("/admin")
    expect(page.locator("main tbody tr")).not_to_have_count(0)
    camera.take("ja/images/guide/people.png", _ready(page), height=560)
    page.get_by_role("button", name="職員を登録する").click()
    camera.see(page)
    camera.see(_ready(admin.open("/admin/people/" + "見本201")))
    page = admin.open("/admin/reshuffle")
    page.get_by_label("一覧").first.fill(LIST)
    page.get_by_role("button", name="内容を確かめる").click()
    page.get_by_role("button", name="決裁用に印刷する").wait_for()
    camera.see(page)
    page = admin.open("/admin/delegations")
    camera.see(_ready(page))
    camera.see(_ready(admin.open("/admin/settings")))
    page.goto(admin.url + "account")
    camera.see(page)
    page.goto(admin.url + "account/second-factor")
    camera.see(page)


def _everybody(visit: Open, camera: Camera) -> None:
    """What the public sees."""
    anybody = visit(None, viewport={"width": 1280, "height": 800})
    page = anybody.open("/plan?view=progress")
    expect(page.locator("main table")).not_to_have_count(0)
    page.locator("dl.whole").evaluate("one => one.scrollIntoView()")
    camera.take("images/progress.png", _ready(page), height=640)
    page = anybody.open("/plan")
    expect(page.locator("main tbody tr")).not_to_have_count(0)
    camera.take("ja/images/guide/plan.png", _ready(page), height=560)
    page.get_by_role("link", name="公開データ（CSV）").click()
    camera.see(page)
    page.goto(anybody.url + "sign-in")
    camera.see(page)


def _audit(visit: Open, camera: Camera) -> None:
    """What auditors look at."""
    auditor = visit("auditor", viewport={"width": 1280, "height": 800})
    page = auditor.open("/history?project=1_02")
    expect(page.locator("main ol > li")).not_to_have_count(0)
    camera.take("ja/images/guide/search.png", _ready(page), height=640)
    page.get_by_text("くわしい条件").click()
    camera.see(page)
    page.locator("main ol > li .what a").first.click()
    expect(page.get_by_text("この記録のハッシュ値")).not_to_have_count(0)
    camera.see(_ready(page))
    page = auditor.open("/history/verify")
    page.get_by_role("button", name="検証を始める").click()
    expect(page.get_by_role("button", name="検証を始める")).to_be_visible()
    expect(page.get_by_text("異状は見つかりませんでした").first).to_be_visible()
    page.get_by_role("button", name="検証を始める").evaluate("one => one.scrollIntoView()")
    camera.take("images/verify.png", _ready(page), height=520)
    page = auditor.open("/history/findings")
    camera.see(_ready(page))
    page.get_by_role("button", name="指摘する").click()
    camera.see(_ready(page))
    for name in ("compare", "checkpoints", "copies"):
        page = auditor.open(f"/history/{name}")
        camera.see(_ready(page))
    page.get_by_role("button", name="写しをつくる").first.click()
    camera.see(page)


def _quoted() -> set[str]:
    """Return what the guides put into 「」: the auditors' where it is about the screens."""
    staff, audit = (path.read_text("utf-8") for path in GUIDES[:2])
    screens = audit.partition("### 画面で調べる")[2].partition("\n### ")[0]
    assert screens
    return set(re.findall(r"「([^「」]+)」", staff + screens))


def _pictures(path: Path) -> set[str]:
    found = re.findall(r"\]\((\S+\.png)\)", path.read_text("utf-8"))
    return {str((path.parent / one).resolve().relative_to(DOCS)) for one in found}


def test_the_guide_shows_what_is_there(visit: Open, states: dict[str, Any]) -> None:
    """Every name that it gives stands on a page; every picture is one that was taken."""
    assert states
    camera = Camera(write=bool(os.environ.get("PICTURES")))
    for chapter in (_everyday, _year, _office, _admin, _everybody, _audit):
        chapter(visit, camera)
    assert _quoted() - camera.names == set()
    shown = set().union(*(_pictures(path) for path in GUIDES))
    by_hand = {"ja/images/checkpoint-print.png"}
    assert shown - by_hand == camera.taken


def test_pictures_are_there_and_small() -> None:
    """None is missing, none is larger than what a slow line takes easily, none is left over."""
    shown = set().union(*(_pictures(path) for path in GUIDES))
    assert len(shown) > 10
    assert {one: size for one in shown if (size := (DOCS / one).stat().st_size) > LARGEST} == {}
    stored = {str(path.relative_to(DOCS)) for path in DOCS.glob("**/*.png")}
    assert stored == shown
