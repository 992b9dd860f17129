"""The plan, in every way it can be looked at, and what the public sees of it."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.processes import Served, served
from tests.web.browsing import Visit
from tests.web.conftest import Open

PROJECTS: Final = 47
VIEWS: Final = ("list", "progress", "days", "burnup", "source")
ANONYMOUS: Final = ("/plan", *(f"/plan?view={view}" for view in VIEWS), "/board", "/projects/1_02")
TABLES: Final = {"list": 3, "progress": 4, "days": 1, "burnup": 2, "source": 1}
"""How many tables each view has, for eyes or for screen readers."""
ASK: Final = "query => fetch('/graphql', {method: 'POST', headers: {'Content-Type': \
'application/json'}, body: JSON.stringify({query})}).then(a => a.json()).then(a => a.data)"


def _open(visit: Visit, view: str, more: str = "") -> Page:
    page = visit.open(f"/plan?view={view}{more}")
    expect(page.locator("main table")).to_have_count(TABLES[view])
    return page


def _ask(page: Page, query: str) -> Any:  # noqa: ANN401 - JSON
    return page.evaluate(ASK, query)


def _cells(page: Page, heading: str) -> list[list[str]]:
    rows = page.get_by_role("region", name=heading).locator("tbody tr")
    return [row.locator("th, td").all_text_contents() for row in rows.all()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use_every_view(visit: Open, view: str, scheme: str) -> None:
    """axe-core finds nothing, at any width, and nothing scrolls the page sideways."""
    anybody = visit(color_scheme=scheme)
    page = _open(anybody, view)
    assert anybody.violations() == []
    for width in (320, 360, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 800})
    assert anybody.violations() == []


def test_the_list_is_filtered_by_department_and_words(visit: Open) -> None:
    """What is asked for stands in the address; the count says how many of all; none says so."""
    page = _open(visit(), "list")
    count = page.get_by_role("status").filter(has_text="取組")
    expect(count).to_have_text(f"全{PROJECTS}取組")
    page.get_by_role("combobox", name="課", exact=True).select_option(label="税務課")
    expect(page).to_have_url(re.compile("department=dep_"))
    of_department = page.locator("tbody tr")
    expect(count).to_contain_text(re.compile(rf"全{PROJECTS}取組のうち\d取組\s*（税務課）"))
    expect(of_department.filter(has_text="税務課")).to_have_count(of_department.count())
    page.get_by_role("button", name="条件を消す").click()
    expect(of_department).to_have_count(PROJECTS)
    page.get_by_label("ことばで探す").fill("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ")
    page.keyboard.press("Enter")
    nodes = _ask(
        page, '{ projects(where: {search: "マイナンバーカード"}, first: 100) { totalCount } }'
    )
    expect(count).to_contain_text(f"全{PROJECTS}取組のうち{nodes['projects']['totalCount']}取組")
    expect(of_department).to_have_count(nodes["projects"]["totalCount"])
    page.reload()
    expect(page.get_by_label("ことばで探す")).to_have_value("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ")
    page.get_by_label("ことばで探す").fill("この町にないことば")
    page.get_by_role("button", name="探す", exact=True).click()
    expect(page.locator("main")).to_contain_text("この条件に合う取組はありません")


def test_the_list_of_a_year_has_that_years_stages(visit: Open) -> None:
    """A project without a cycle then says so."""
    page = _open(visit(), "list", "&year=2026")
    expect(page.locator("tr", has_text="1_05")).to_contain_text("この年度はなし")
    page.get_by_label("年度").select_option(label="令和7年度")
    expect(page.locator("tr", has_text="1_05")).to_contain_text("実行")
    expect(page).to_have_url(re.compile("year=2025"))


@pytest.mark.parametrize("year", [2025, 2026])
def test_progress_is_what_the_api_counts(visit: Open, year: int) -> None:
    """By policy, department, category and year; definitions stand beside the figures."""
    page = _open(visit(), "progress", f"&year={year}")
    counts = "total closed overdue byStage { stage count }"
    told = _ask(
        page,
        f"""{{ whole: progress(fiscalYear: {year}) {{ {counts} }}
        policies: progress(fiscalYear: {year}, by: POLICY) {{ {counts} }}
        categories: progress(fiscalYear: {year}, by: CATEGORY) {{ {counts} }}
        departments: progress(fiscalYear: {year}, by: DEPARTMENT) {{ {counts} }}
        years: progress(by: FISCAL_YEAR) {{ {counts} }} }}""",
    )
    names = {
        "基本方針別": "policies",
        "分類別": "categories",
        "課別": "departments",
        "年度別": "years",
    }
    for heading, key in names.items():
        expected = [
            [str(one["total"]), *(str(n["count"]) for n in one["byStage"]), str(one["overdue"])]
            for one in told[key]
            if one["total"] or key != "departments"
        ]
        shown = [[*cells[1:7], cells[8]] for cells in _cells(page, heading)]
        assert shown == expected
    whole = told["whole"][0]
    figures = page.locator("dl.whole")
    expect(figures).to_contain_text("終了した取組の数 ÷ 動く取組の数")
    expect(figures).to_contain_text(f"（{whole['closed']} ÷ {whole['total']}）")
    expect(figures.locator("b").last).to_have_text(str(whole["overdue"]))


def test_every_picture_has_its_table_behind_it(visit: Open) -> None:
    """One click turns it over; the picture is nothing to screen readers, the table always is there."""
    page = _open(visit(), "progress")
    part = page.get_by_role("region", name="課別")
    assert part.locator("svg").count() == part.locator("[aria-hidden=true] svg").count() > 0
    expect(part.get_by_role("table")).to_have_count(1)
    button = part.get_by_role("button", name="表で見る 課別")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(part.locator("svg")).to_have_count(0)
    expect(part.get_by_role("rowheader", name="総務課")).to_be_visible()
    button.press("Enter")
    expect(part.locator("svg").first).to_be_visible()


def test_days_at_each_stage_are_the_spans(visit: Open) -> None:
    """Median, number and longest of all cycles, worked out here anew from what the API tells."""
    page = _open(visit(), "days", "&year=2025")
    nodes = _ask(
        page,
        "{projects(first: 100) {nodes {code cycle(fiscalYear: 2025) {spans {stage seconds}}}}}",
    )["projects"]["nodes"]
    row = page.locator("tbody tr").first.locator("td").all_text_contents()
    for cell, stage in zip(row, ("PLAN", "DO", "CHECK", "ACTION"), strict=True):
        stays = sorted(
            sum(s["seconds"] for s in spans) // 86_400
            for node in nodes
            if node["cycle"]
            and (spans := [s for s in node["cycle"]["spans"] if s["stage"] == stage])
        )
        half = len(stays) // 2
        median = stays[half] if len(stays) % 2 else (stays[half - 1] + stays[half]) / 2
        said = re.sub(r"\s+", "", cell)
        assert said.startswith(f"{median:g}日{len(stays)}件")
        assert f"最長{stays[-1]}日" in said


def test_a_cell_of_the_heat_map_leads_to_the_longest(visit: Open) -> None:
    """And the filter leaves one department's row, beside that of all."""
    page = _open(visit(), "days", "&year=2025")
    link = page.locator("tbody td a").first
    code = link.text_content()
    link.click()
    expect(page.locator("h1")).to_contain_text(str(code))
    page.go_back()
    page.get_by_role("combobox", name="課", exact=True).select_option(label="町民生活課")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_way_through_a_year_ends_where_things_stand(visit: Open) -> None:
    """The last day of the table is what the API counts now; due days stand beside."""
    page = _open(visit(), "burnup", "&year=2026")
    told = _ask(page, "{ progress(fiscalYear: 2026) { total byStage { stage count } } }")
    (counts,) = told["progress"]
    order = [one["count"] for one in counts["byStage"]]
    reached = [sum(order[place:]) for place in range(1, 5)]
    last = _cells(page, "日ごとの進み方")[-1]
    assert [int(cell) for cell in last[1:]] == [counts["total"], *reached]
    summary = page.locator("table.summary tbody tr")
    expect(summary.first).to_contain_text("令和8年5月31日")
    for row, number in zip(summary.all(), reached, strict=True):
        expect(row.locator("b")).to_have_text(str(number))


def test_a_year_without_cycles_says_so(visit: Open) -> None:
    """In each view of a year."""
    anybody = visit()
    for view in ("days", "burnup"):
        page = anybody.open(f"/plan?view={view}&year=2027")
        expect(page.locator("main")).to_contain_text("この年度に動く取組はありません")
        assert anybody.violations() == []


def test_what_was_mended_is_marked_beside_the_original(visit: Open) -> None:
    """Every mend, with its line, place and reason; the rows as received can be opened."""
    page = _open(visit(), "source")
    mended = _ask(page, "{ plan { mended { line before after rule } } }")["plan"]["mended"]
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(mended))
    first = rows.filter(has_text="1-5")
    expect(first.locator("del")).to_have_text("йд")
    expect(first.locator("ins")).to_have_text("イド")
    page.get_by_label("理由").select_option(index=1)
    expect(page).to_have_url(re.compile("why="))
    expect(rows).to_have_count(sum(one["rule"] == mended[0]["rule"] for one in mended))
    project = page.locator("details", has_text="1_18")
    project.locator("summary").click()
    expect(project.locator(".raw")).to_contain_text("<ul style=")


def test_views_are_changed_by_keys_and_keep_what_is_asked_for(visit: Open) -> None:
    """The address carries the year and the department along; the title says which view it is."""
    page = visit().open("/plan?year=2025&text=導入")
    tab = page.get_by_role("link", name="段階ごとの日数")
    tab.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("text=.*view=days"))
    expect(page).to_have_title(re.compile("^段階ごとの日数 – 計画"))
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_label("年度")).to_have_value("2025")


@pytest.mark.parametrize("view", VIEWS)
def test_it_prints_within_the_paper(visit: Open, view: str) -> None:
    """Nothing is wider than A4, and what is for the screen only is not there."""
    page = _open(visit(), view, "&year=2025")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    expect(page.locator("nav.views")).to_be_hidden()
    expect(page.locator("main form")).to_be_hidden()


@pytest.mark.parametrize("path", ANONYMOUS)
def test_the_public_meets_no_names_and_no_buttons_that_refuse(
    visit: Open, states: dict[str, Any], path: str
) -> None:
    """Nobody who works here is named, and nothing invites to what the API would refuse."""
    assert states
    office = visit("office")
    people = _ask(office.open("/plan"), "{ people { name } }")["people"]
    names = [one["name"] for one in people]
    assert len(names) > 3
    page = visit().open(path)
    page.get_by_role("status").filter(has_text="読み込んでいます").wait_for(state="detached")
    text = page.locator("body").inner_text()
    assert not [name for name in names if name in text or name.replace(" ", "") in text]
    kept = re.compile("^(English|探す|条件を消す|表で見る|もう一度|印刷)")
    told = page.locator("main button:visible, header button:visible").all_inner_texts()
    assert [one for one in told if not kept.match(one.strip())] == []


def test_open_data_is_linked_and_can_be_used(visit: Open) -> None:
    """From the plan to its files; the pages without scripts pass axe-core as well."""
    anybody = visit()
    page = _open(anybody, "list")
    page.get_by_role("link", name="公開データ（CSV）").click()
    expect(page.locator("h1")).to_contain_text("公開データ")
    page.get_by_text("項目の説明").first.click()
    assert anybody.violations() == []
    with page.expect_download() as begun:
        page.get_by_role("link", name="projects.csv").click()
    assert begun.value.suggested_filename == "024465_sample_projects.csv"
    page.get_by_role("link", name="めぐる Meguru").click()
    expect(page.locator("tbody tr")).to_have_count(PROJECTS)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert anybody.violations() == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_a_project_is_there(visit: Open) -> None:
    """From the plan's page to the project's, in a browser that runs none."""
    page = visit(java_script_enabled=False).page
    page.goto(visit().url)
    page.get_by_role("link", name="マイナンバーカード管理簿一覧表自動作成システムの導入").click()
    expect(page.locator("h1")).to_contain_text("1_02")
    expect(page.locator("main")).to_contain_text("町民生活課")
    expect(page.locator("main")).to_contain_text("期待される効果")


def test_where_nothing_is_published_the_page_says_to_sign_in(
    browser: Browser, tmp_path: Path
) -> None:
    """On every screen, with the way there, and without anything of the plan."""
    with served(tmp_path, "--demo", MEGURU_PUBLIC_READING="false") as closed:
        _closed(browser, closed)


def _closed(browser: Browser, closed: Served) -> None:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    one = Visit(page, context, closed.url)
    for path in ("/plan", "/board", "/projects/1_02"):
        one.open(path)
        expect(page.get_by_role("alert")).to_contain_text("サインインが必要です")
        expect(page.get_by_role("main").get_by_role("link", name="サインイン")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("マイナンバー")
        assert one.violations() == []
    page.get_by_role("main").get_by_role("link", name="サインイン").click()
    expect(page.locator("h1")).to_contain_text("サインイン")
    context.close()
