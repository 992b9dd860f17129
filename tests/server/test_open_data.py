"""Open data: files that anybody may have, of what is published and of nothing else."""

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from server.pages.open_data import _sent
from server.pages.open_tables import INDICATORS, PROGRESS, PROJECTS, Column, csv_of
from tests.server.processes import Served, served
from workflows.fiscal import TOKYO

FILES = ("projects.csv", "policies/1.csv", "indicators.csv", "progress.csv")
LICENCE = "クリエイティブ・コモンズ 表示 4.0 国際"
URL = "https://creativecommons.org/licenses/by/4.0/legalcode.ja"
Lines = list[dict[str, str]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo, whose cycles are under way, with terms of use."""
    terms = {"MEGURU_OPEN_DATA_LICENCE": LICENCE, "MEGURU_OPEN_DATA_LICENCE_URL": URL}
    with served(tmp_path_factory.mktemp("open"), "--demo", **terms) as running:
        yield running


def lines_of(text: bytes) -> Lines:
    """Return a file's lines by its columns."""
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def read(server: Served, path: str) -> Lines:
    """Fetch a file."""
    answer = httpx.get(f"{server.url}open/{path}", timeout=20)
    assert answer.status_code == 200, answer.text
    return lines_of(answer.content)


def token(server: Served) -> str:
    """Return the office's token, who sees all drafts."""
    _, office, *_ = re.findall(r"Bearer (\S+)", server.printed)
    return str(office)


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_one_that_spreadsheets_open(demo: Served, path: str) -> None:
    """UTF-8 with its mark, CRLF, a name, and headings that are all Japanese but for ID."""
    answer = httpx.get(f"{demo.url}open/{path}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "024465_sample_" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\n") == answer.content.count(b"\r\n")
    heading, *rest = answer.content.decode("utf-8-sig").splitlines()
    assert rest
    assert heading.startswith("全国地方公共団体コード,ID,地方公共団体名,都道府県名,")
    for line in lines_of(answer.content):
        assert (line["全国地方公共団体コード"], line["地方公共団体名"]) == ("024465", "階上町")
    ids = [line["ID"] for line in lines_of(answer.content)]
    assert len(set(ids)) == len(ids)


def test_every_project_is_there_with_its_present_cycle(demo: Served) -> None:
    """As the API tells anybody; by policy they are the same lines."""
    lines = read(demo, "projects.csv")
    today = dt.datetime.now(TOKYO).date()
    asked = """{ projects(first: 100) { nodes { code title
      currentCycle { fiscalYear dueOn overdue } } } }"""
    nodes = demo.ask(asked).json()["data"]["projects"]["nodes"]
    titles = {node["code"]: node["title"] for node in nodes}
    assert {one["ID"]: one["名称"] for one in lines} == titles
    cycles = {node["code"]: node["currentCycle"] for node in nodes}
    for line in lines:
        cycle = cycles[line["ID"]]
        assert line["年度"] == str(cycle["fiscalYear"])
        assert line["期限"] == (cycle["dueOn"] or "")
        assert line["期限超過"] == str(int(cycle["overdue"]))
        assert dt.date.fromisoformat(line["段階に入った日"]) <= today
    parts = [line for code in "123" for line in read(demo, f"policies/{code}.csv")]
    assert parts == lines


def test_a_year_can_be_asked_for(demo: Served) -> None:
    """Only that year's; a project that had no cycle then has an empty one; other years are refused."""
    lines = {line["ID"]: line for line in read(demo, "projects.csv?year=2026")}
    assert lines["1_02"]["年度"] == "2026"
    suspended = lines["1_05"]
    assert [suspended[name] for name in ("年度", "段階", "期限", "期限超過")] == [""] * 4
    years = Counter(line["年度"] for line in read(demo, "indicators.csv"))
    assert set(years) == {"2025", "2026"}
    assert len(read(demo, "indicators.csv?year=2025")) == years["2025"]
    for wrong in ("1", "x", "2099", "02026", "-1"):
        assert httpx.get(f"{demo.url}open/progress.csv?year={wrong}").status_code == 404
    assert httpx.get(f"{demo.url}open/policies/9.csv").status_code == 404


def test_progress_adds_up(demo: Served) -> None:
    """Every kind counts the same cycles, and every stage's are all."""
    lines = read(demo, "progress.csv")
    totals: Counter[tuple[str, str]] = Counter()
    stages = ("計画", "実行", "分析・評価", "見直し・改善", "終了")
    for line in lines:
        totals[line["年度"], line["区分"]] += int(line["取組数"])
        assert sum(int(line[name]) for name in stages) == int(line["取組数"])
        share = int(line["終了"]) / int(line["取組数"]) * 100 if int(line["取組数"]) else None
        assert (float(line["終了の割合"]) if line["終了の割合"] else None) == pytest.approx(
            share, abs=0.051
        )
    for year, total in (("2025", 46), ("2026", 44), ("2027", 0)):
        assert {n for (y, _), n in totals.items() if y == year} == {total}
    assert read(demo, "progress.csv?year=2025") == [one for one in lines if one["年度"] == "2025"]


def test_drafts_are_in_no_file_whoever_asks(demo: Served) -> None:
    """The office sees actual figures of drafts in the API; a file has what anybody sees."""
    asked = """{ plan { policies { categories { projects { cycles { stage indicators {
      id actual target } } } } } } }"""

    def seen(who: str | None) -> dict[str, tuple[str, str]]:
        plan = demo.ask(asked, who).json()["data"]["plan"]
        return {
            one["id"]: (one["target"] or "", one["actual"] or "")
            for policy in plan["policies"]
            for category in policy["categories"]
            for project in category["projects"]
            for cycle in project["cycles"]
            for one in cycle["indicators"]
        }

    assert seen(None) != seen(token(demo))
    headers = {"Authorization": f"Bearer {token(demo)}"}
    for given in ({}, headers):
        answer = httpx.get(f"{demo.url}open/indicators.csv", headers=given)
        lines = lines_of(answer.content)
        assert {one["ID"]: (one["目標値"], one["実績値"]) for one in lines} == seen(None)


def test_nobody_who_works_here_is_named(demo: Served) -> None:
    """None of the people whom the office sees stands in any file."""
    asked = "{ people { name staffNumber } }"
    people = demo.ask(asked, token(demo)).json()["data"]["people"]
    assert len(people) > 3
    for path in FILES:
        text = httpx.get(f"{demo.url}open/{path}").text
        assert not [one for one in people if one["name"] in text or one["staffNumber"] in text]


def test_what_was_fetched_before_is_not_sent_again(demo: Served) -> None:
    """A file may be kept for a few minutes, and is then asked for by its tag."""
    url = f"{demo.url}open/projects.csv"
    first = httpx.get(url)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    tag = first.headers["ETag"]
    again = httpx.get(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert httpx.head(url).headers["ETag"] == tag
    assert httpx.get(f"{url}?year=2025").headers["ETag"] != tag


def test_the_page_lists_every_file_and_column(demo: Served) -> None:
    """With the town's terms of use, as set."""
    page = httpx.get(f"{demo.url}open").text
    for link in (*FILES, "policies/2.csv", "policies/3.csv"):
        assert f'href="/open/{link}"' in page
    for column in (*PROJECTS, *INDICATORS, *PROGRESS):
        assert f'<th scope="row">{column.name}</th><td>{column.told}</td>' in page
    assert f'<a href="{URL}" rel="license">{LICENCE}</a>' in page
    assert "これは見本データです" in page
    assert 'href="/open"' in httpx.get(demo.url).text


def test_cells_are_harmless_and_numbers_stay_numbers() -> None:
    """What a spreadsheet would take for a formula is text; a negative number is none."""
    columns = [Column("値", "何か", "Anything")]
    cells = ["=1+1", "＝1", "+81-178", "@x", "-", "-5", "-0.5", "5", 'a"b,c\nd', None, True]
    lines = lines_of(csv_of(columns, [{"値": cell} for cell in cells]))
    expected = ["'=1+1", "'＝1", "'+81-178", "'@x", "'-", "-5", "-0.5", "5", 'a"b,c\nd', "", "1"]
    assert [line["値"] for line in lines] == expected


def test_any_tag_is_held_against_a_file() -> None:
    """A star means whatever there is."""
    request = Request({"type": "http", "headers": [(b"if-none-match", b"*")]})
    assert _sent(request, b"", "x.csv").status_code == 304


def test_a_projects_address_tells_what_it_is_without_scripts(demo: Served) -> None:
    """Title and description for search engines, and what is published for who runs no script."""
    page = httpx.get(f"{demo.url}projects/1_02").text
    head, inside = page.partition("<body>")[0], page.partition("<noscript>")[2]
    assert "<title>1_02 マイナンバーカード管理簿一覧表自動作成システムの導入" in head
    assert '<meta name="description" content="マイナンバーカードの有効期限' in head
    assert '<link rel="canonical" href="/projects/1_02">' in head
    assert "町民生活課" in inside
    assert "期待される効果" in inside
    assert "更新手続の事前予約率" in inside
    assert page.count("<noscript>") == page.count("<title>") == 1
    assert httpx.get(f"{demo.url}projects/9_99").status_code == 404


def test_where_nothing_is_published_there_is_no_data(tmp_path: Path) -> None:
    """Not for who is signed in either: it is not open. Pages lead to signing in, or show nothing."""
    with served(tmp_path, "--demo", MEGURU_PUBLIC_READING="false") as closed:
        headers = {"Authorization": f"Bearer {token(closed)}"}
        for path in ("", *(f"/{file}" for file in FILES)):
            for given in ({}, headers):
                answer = httpx.get(f"{closed.url}open{path}", headers=given)
                assert (answer.status_code, "公開されていません" in answer.text) == (404, True)
        assert httpx.get(closed.url).headers["Location"] == "/sign-in"
        page = httpx.get(f"{closed.url}projects/1_02")
        assert page.status_code == 200
        assert "マイナンバー" not in page.text


def test_without_terms_the_page_says_so(server: Served) -> None:
    """None is made up."""
    page = httpx.get(f"{server.url}open").text
    assert "利用条件はまだ定められていません" in page
    assert "license" not in page
