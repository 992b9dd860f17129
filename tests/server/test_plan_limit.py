"""A plan's text is longer than other requests: the office may send it, and nobody else may."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from server.database import sqlite_url
from tests.server.processes import Served, served

QUERY = """query($input: PreviewPlanInput!) { previewPlan(input: $input) { __typename
  ... on PlanPreview { problemCount } } }"""
LIMIT = 200_000


@pytest.fixture(scope="module")
def server(
    town_with_tokens: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve a town that lets the office send 200 kB."""
    folder = tmp_path_factory.mktemp("served")
    path = folder / "served.sqlite3"
    path.write_bytes(town_with_tokens[0].read_bytes())
    limit = {"MEGURU_PLAN_LIMIT": str(LIMIT)}
    with served(folder, DATABASE_URL=sqlite_url(path), **limit) as running:
        yield running


def sent(
    server: Served, token: str | None, length: int, *, chunked: bool = False
) -> httpx.Response:
    """Return the answer to a request of so many bytes."""
    body = {"query": QUERY, "variables": {"input": {"text": ""}}}
    room = length - len(json.dumps(body))
    body["variables"] = {"input": {"text": "a" * room}}
    content = json.dumps(body).encode()
    assert len(content) == length
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    given = iter([content]) if chunked else content
    return httpx.post(server.url + "graphql", content=given, headers=headers)


def test_the_office_sends_a_long_text(server: Served, tokens: dict[str, str]) -> None:
    """Up to its own limit, to the byte."""
    answer = sent(server, tokens["office"], LIMIT)
    assert answer.json()["data"]["previewPlan"]["__typename"] == "PlanPreview"
    assert sent(server, tokens["office"], LIMIT + 1).status_code == 413


def test_others_do_not(server: Served, tokens: dict[str, str]) -> None:
    """Nobody else, signed in or not, and nobody who does not say how much comes."""
    assert sent(server, None, 65_537).status_code == 413
    assert sent(server, tokens["lead"], 65_537).status_code == 413
    assert sent(server, tokens["lead"], 65_536).status_code == 200
    assert sent(server, tokens["office"], LIMIT, chunked=True).status_code == 413
    assert sent(server, "meguru_wrong", LIMIT).status_code == 401
