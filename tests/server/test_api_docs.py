"""The API's reference: all of the schema, nothing from elsewhere, for whoever may ask for it."""

import ast
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schema.api import SCHEMA
from server.app import create_app
from server.pages.api_codes import CODES
from server.pages.api_docs import render
from server.pages.api_guide import examples
from server.pages.api_reference import Reference
from server.settings import Settings
from tests.server.processes import Served
from tests.server.test_page import Outline
from tests.town import Town
from workflows.accounts.tokens import issue_token

ROOT: Final = Path(__file__).parents[2]
PATHS: Final = ("/docs/api", "/docs/api/schema.graphql")
REFERENCE: Final = Reference(SCHEMA._schema)  # noqa: SLF001 - as the page does


@pytest.fixture
def database_url(sqlite_town: str) -> str:
    """Give the town on one database: nothing here depends on which."""
    return sqlite_town


@pytest.fixture(scope="module")
def page() -> str:
    """Give the page as it is rendered without any setting."""
    return render(SCHEMA._schema, Settings())  # noqa: SLF001 - as the page does


@asynccontextmanager
async def client(**settings: Any) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ANN401 - settings
    """Give a client of an application in this process."""
    transport = httpx.ASGITransport(create_app(Settings(**settings)))
    async with httpx.AsyncClient(transport=transport, base_url="https://dx.example") as opened:
        yield opened


async def bearer(town: Town) -> dict[str, str]:
    """Return the header of somebody who is signed in."""
    _, secret = await issue_token(town.console(), town.people["lead"], "test", 30)
    return {"Authorization": f"Bearer {secret}"}


def test_everything_in_the_schema_is_there_and_can_be_linked_to(page: str) -> None:
    """Each type, field and value; every link leads somewhere, and no anchor is there twice."""
    outline = Outline(page)
    ids = [one["id"] for _, one in outline.tags if "id" in one]
    assert len(ids) == len(set(ids))
    assert set(ids) >= REFERENCE.anchors
    assert {"Query.projects", "Cycle.stage", "FireInput.trigger", "Stage"} <= set(ids)
    assert "PLAN" in outline.texts
    hrefs = [str(one["href"]) for tag, one in outline.tags if tag == "a"]
    lost = {href for href in hrefs if href.startswith("#") and href[1:] not in ids}
    assert lost == set()


def test_descriptions_are_read_and_linked() -> None:
    """Backticks and dotted names lead to what they name; everything else is text."""
    assert REFERENCE.text("a `Stage` <b>") == 'a <code><a href="#Stage">Stage</a></code> &lt;b&gt;'
    assert REFERENCE.text("See Cycle.stage.") == 'See <a href="#Cycle.stage">Cycle.stage</a>.'
    assert REFERENCE.text("`No.thing`") == "<code>No.thing</code>"
    assert REFERENCE.text(None) == ""


def test_it_is_well_formed_and_has_no_script(page: str) -> None:
    """Headings without gaps, languages, no script and no style of its own."""
    outline = Outline(page)
    assert not outline.open
    assert outline.count("h1") == outline.count("main") == outline.count("title") == 1
    assert outline.count("script") == outline.count("style") == 0
    assert not any(name.startswith("on") or name == "style" for _, a in outline.tags for name in a)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


async def test_only_who_may_ask_for_the_schema_is_shown_it(town: Town) -> None:
    """As introspection: anonymous readers sign in first, and where nobody may there is no page."""
    known = await bearer(town)
    for setting, stranger, signed_in in (
        ("signed-in", 303, 200),
        ("everyone", 200, 200),
        ("nobody", 404, 404),
    ):
        async with client(introspection=setting, graphiql=True) as opened:
            for path in (*PATHS, "/graphiql"):
                assert (await opened.get(path)).status_code == stranger, path
                assert (await opened.get(path, headers=known)).status_code == signed_in, path
    async with client(introspection="everyone", public_reading=False) as opened:
        assert (await opened.get(PATHS[0])).headers["Location"] == "/sign-in"


async def test_there_is_no_graphiql_unless_it_is_set(town: Town) -> None:
    """Off without a setting, and nothing then leads to it."""
    async with client() as opened:
        assert (await opened.get("/graphiql", headers=await bearer(town))).status_code == 404
        assert "/graphiql" not in (await opened.get("/docs/api", headers=await bearer(town))).text


async def test_it_is_asked_for_once(town: Town) -> None:
    """An ETag that holds; headers that keep it from anybody else."""
    known = await bearer(town)
    async with client() as opened:
        for path in PATHS:
            first = await opened.get(path, headers=known)
            again = await opened.get(
                path, headers={**known, "If-None-Match": first.headers["ETag"]}
            )
            assert (again.status_code, again.content) == (304, b"")
            assert first.headers["Cache-Control"] == "no-cache"
            assert first.headers["Vary"].startswith("Authorization, Cookie")
        assert first.text == (ROOT / "schema/schema.graphql").read_text("utf-8")
        assert first.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert (await opened.get("/docs")).headers["Location"] == "/docs/api"
        assert (await opened.get("/docs/api.css")).headers["Content-Type"].startswith("text/css")


def test_limits_are_those_that_are_set() -> None:
    """A setting changes what the page says."""
    told = render(SCHEMA._schema, Settings(max_depth=13))  # noqa: SLF001 - as the page does
    assert "<td>13</td><td><code>MEGURU_MAX_DEPTH</code></td>" in told


NOT_OF_GRAPHQL: Final = {
    *("COPY_UNSIGNED", "NOT_FOUND", "RECORD_DIVERGED", "SIGNING_KEY_MISSING", "TOO_LARGE"),
    *("TOO_MANY_COPIES", "MEGURU_DATA_DIR", "POST"),
}
"""What copies and forms refuse, and words that are no codes."""
_RAISING: Final = re.compile(r"(Error|told|coded|_refused)$")
_CODE: Final = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")


def _codes_in(tree: ast.AST) -> set[str]:
    calls = (one for one in ast.walk(tree) if isinstance(one, ast.Call))
    raising = (one for one in calls if _RAISING.search(ast.unparse(one.func)))
    given = (part for call in raising for one in call.args for part in ast.walk(one))
    texts = {one.value for one in given if isinstance(one, ast.Constant) and type(one.value) is str}
    return {text for text in texts if _CODE.fullmatch(text)}


def test_every_code_that_is_raised_is_told() -> None:
    """None is missing from the page, and docs/api.md has no other."""
    files = [path for folder in ("server", "schema") for path in (ROOT / folder).rglob("*.py")]
    raised = set[str]().union(*(_codes_in(ast.parse(path.read_text("utf-8"))) for path in files))
    told = {one.code for one in CODES}
    assert len(told) == len(CODES)
    assert raised - NOT_OF_GRAPHQL <= told
    guide = (ROOT / "docs/api.md").read_text("utf-8")
    written = guide.partition("## Errors outside the unions")[2].partition("## Proofs")[0]
    rows = [line.split("|")[1] for line in written.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([A-Z_]+)`", "".join(rows))) <= told


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_examples_are_answered(server: Served, tokens: dict[str, str], example: Any) -> None:  # noqa: ANN401 - an Example
    """Each as it stands, but for ids, which differ from town to town."""
    variables = example.variables
    if example.name == "as-of":
        variables = {"moment": {"sequence": 1}}
    if example.name == "fire":
        query = '{ project(ref: {code: "1_02"}) { currentCycle { id revision } } }'
        cycle = server.ask(query).json()["data"]["project"]["currentCycle"]
        given = {**variables["input"], "cycle": cycle["id"], "expectedRevision": cycle["revision"]}
        variables = {"input": {**given, "trigger": "START"}}
    answer = _asked(server, tokens["lead"], example.query, variables)
    assert "errors" not in answer
    assert all(value is not None for value in answer["data"].values())


def _asked(server: Served, token: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    if not query.startswith("subscription"):
        found: dict[str, Any] = server.ask(query, token, **variables).json()
        return found
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    body = {"query": query, "variables": variables}
    with httpx.stream("POST", f"{server.url}graphql", json=body, headers=headers) as stream:
        lines = (line for line in stream.iter_lines() if line.startswith("data: "))
        frame: dict[str, Any] = httpx.Response(200, text=next(lines)[6:]).json()
        return frame
