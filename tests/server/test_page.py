"""The plan's page: all of the plan, for everybody, with nothing from anywhere else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from typing_extensions import override

from schema.api import SCHEMA
from server.database import connected, sqlite_url
from server.graphql_errors import RefusedError
from server.graphql_execution import Execution
from server.identity import Identity, ViewerContext
from server.pages.plan import PlanPage, render
from server.settings import Settings
from tests.server.processes import Served
from workflows.accounts.policy import POLICY
from workflows.founding import found


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def count(self, tag: str, **attributes: str) -> int:
        """Return how many elements of a kind there are."""
        return sum(t == tag and attributes.items() <= a.items() for t, a in self.tags)


@pytest.fixture(scope="module")
def page(server: Served) -> str:
    """Give the page as it is served."""
    return httpx.get(server.url).text


def test_the_whole_plan_is_there(page: str) -> None:
    """46 projects in 15 categories under 3 policies, each with owner, stage and fiscal year."""
    outline = Outline(page)
    codes = [text for text in outline.texts if re.fullmatch(r"\d_\d\d", text)]
    assert (codes[0], codes[-1], len(set(codes))) == ("1_01", "3_03", 46)
    assert (outline.count("section"), outline.count("table")) == (3, 15)
    for text in (
        "青森県 階上町",
        "階上町DX推進計画アクションプラン",
        "令和8年度から令和9年度まで",
        "FY2026 (Reiwa 8) to FY2027 (Reiwa 9)",
        "1-5 デジタルデバイド対策（1事業）",
        "総務課 行政防災G",
    ):
        assert text in re.sub("<[^>]+>", "", page)
    assert page.count(">計画 <") == 47  # one leads to the front end's screen
    assert page.count(">令和8年度 <") == 46


def test_it_is_not_said_to_be_a_sample(page: str) -> None:
    """The town's own plan is no sample."""
    assert "見本" not in page


def test_it_is_well_formed_and_accessible(page: str) -> None:
    """Languages, one main heading, captions, headed columns and rows, links that lead somewhere."""
    outline = Outline(page)
    assert not outline.open
    assert outline.count("html", lang="ja") == 1
    assert outline.count("span", lang="en") > 46
    assert outline.count("h1") == outline.count("main") == outline.count("title") == 1
    assert outline.count("h3") == outline.count("table")
    headings = {a["id"] for tag, a in outline.tags if tag == "h3"}
    assert {a["aria-labelledby"] for tag, a in outline.tags if tag == "table"} == headings
    assert outline.count("th", scope="row", role="rowheader") == 46
    assert outline.count("th", scope="col", role="columnheader") == 5 * 15
    ids = [a["id"] for _, a in outline.tags if "id" in a]
    links = [a["href"] for tag, a in outline.tags if tag == "a"]
    assert len(set(ids)) == len(ids)
    projects = {f"/projects/{text}" for text in outline.texts if re.fullmatch(r"\d_\d\d", text)}
    pages = {"/", "/board", "/plan", "/history", "/open", "/sign-in"}
    policies = {one for one in ids if one not in headings | {"main"}}
    assert {str(link).removeprefix("#") for link in links} == {*policies, "main", *pages, *projects}
    assert outline.count("meta", name="viewport") == 1


def test_nothing_is_asked_of_anywhere_else(server: Served, page: str) -> None:
    """No script, and one style sheet, from here; the policy lets the browser load nothing more."""
    outline = Outline(page)
    assert outline.count("script") == outline.count("img") == outline.count("style") == 0
    assert not any(name.startswith("on") or name == "style" for _, a in outline.tags for name in a)
    hrefs = [a["href"] for tag, a in outline.tags if tag == "link"]
    assert hrefs == ["/page.css", "data:,"]
    policy = httpx.get(server.url).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src data:;")
    css = httpx.get(f"{server.url}page.css")
    assert css.headers["Content-Type"].startswith("text/css")
    assert "url(" not in css.text
    assert "@import" not in css.text


def test_what_the_plan_says_is_text_and_never_markup() -> None:
    """Every value of the API is escaped, and a sample is marked as one."""
    evil = '<script>"&'
    both = {"label": evil, "en": evil}
    project = {
        "code": evil,
        "title": evil,
        "status": "SUSPENDED",
        "department": {"name": evil},
        "group": {"name": evil},
        "currentCycle": {"stage": "PLAN", "fiscalYearLabel": evil, "en": evil},
    }
    category = {"code": evil, "name": evil, "projects": [project]}
    plan = {
        "title": evil,
        "published": evil,
        "isSample": True,
        "fiscalYears": [both],
        "municipality": {"name": evil, "prefecture": evil},
        "policies": [{"code": evil, "name": evil, "categories": [category]}],
    }
    stages = [{"stage": "PLAN", "label": evil, "en": evil}]
    statuses = [{"status": "SUSPENDED", "label": evil, "en": evil}]
    workflow = {"stages": stages, "statuses": statuses}
    data = {"viewer": {"person": {"name": evil}}, "plan": plan, "workflow": workflow}
    page = bytes(render(data).body).decode()
    outline = Outline(page)
    assert outline.count("script") == 0
    assert "".join(outline.texts).count(evil) == 26  # each value, wherever it stands
    assert "これは見本データです" in page
    assert outline.count("p", role="note") == 1


async def test_before_a_plan_is_loaded_it_says_so(tmp_path: Path) -> None:
    """A municipality that was only founded has nothing to be shown yet."""
    execution: Execution[ViewerContext] = Execution(SCHEMA)
    request = Request({"type": "http", "headers": [], "state": {}})
    async with connected(sqlite_url(tmp_path / "founded.sqlite3")):
        await found("024465", "階上町", "青森県")
        with pytest.raises(RefusedError, match="No plan has been loaded yet") as caught:
            await PlanPage(execution, Identity(Settings(), POLICY)).answer_page(request)
    assert caught.value.status == 404
