"""Answers about moments that are over are kept for ever: no later entry makes them old."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.processes import Served, served
from tests.server.test_documents import sha256
from tests.server.test_stop import edit

AS_OF = """query A($at: MomentInput!) { asOf(moment: $at) { sequence
  projects { code cycles { sheet { goal } } } } }"""
BETWEEN = "query B { diff(from: {sequence: 3}, to: {sequence: 60}) { totalCount } }"
PRESENT = """query C($at: MomentInput!) { asOf(moment: $at) { projects { code project { title } } } }
"""
BOTH = "query D { asOf(moment: {sequence: 60}) { sequence } plan { title } }"
FIXED = {"at": {"sequence": 60}}


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    """Give the path of a manifest."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({sha256(text): text for text in (AS_OF, BETWEEN, PRESENT, BOTH)}))
    return str(path)


def get(server: Served, text: str, token: str = "", tag: str = "", **variables: object) -> Any:  # noqa: ANN401 - a response
    """Ask for a document by its hash."""
    given = {"documentId": f"sha256:{sha256(text)}", "variables": json.dumps(variables)}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"If-None-Match": tag} if tag else {}
    return httpx.get(f"{server.url}graphql", params=given, headers=headers, timeout=20)


def test_what_was_asked_of_a_moment_stays_known(
    own_town: str, tmp_path: Path, tokens: dict[str, str], manifest: str
) -> None:
    """304 after the record has grown; to nobody else, and for no other moment."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_DOCUMENTS=manifest) as server:
        asked = [(AS_OF, FIXED), (BETWEEN, {}), (PRESENT, FIXED), (BOTH, {})]
        firsts = [get(server, text, tokens["lead"], **given) for text, given in asked]
        assert all(first.status_code == 200 for first in firsts)
        tags = [first.headers["etag"] for first in firsts]
        assert edit(server, tokens["lead"]).json()["data"]["editSheet"]["__typename"]
        again = [
            get(server, text, tokens["lead"], tag, **given).status_code
            for (text, given), tag in zip(asked, tags, strict=True)
        ]
        assert again == [304, 304, 200, 200]
        assert get(server, AS_OF, "", tags[0], **FIXED).status_code == 200
        assert get(server, AS_OF, tokens["lead"], tags[0], at={"sequence": 61}).status_code == 200


def test_a_moment_without_an_answer_has_no_tag(
    own_town: str, tmp_path: Path, tokens: dict[str, str], manifest: str
) -> None:
    """One that is not over may be soon: `*` would be answered with 304 as well."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_DOCUMENTS=manifest) as server:
        for at in ({"sequence": 10**6}, {"at": "2999-01-01T00:00:00Z"}):
            answer = get(server, AS_OF, tokens["lead"], "*", at=at)
            assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_MOMENT"
            assert "etag" not in answer.headers
