"""Trusted documents: asked for by their hash, and kept by who asks again."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.documents import TrustedDocuments
from server.graphql_errors import RequestError
from server.settings import SettingsError, read_settings
from tests.server.processes import Served, served
from tests.server.test_stop import edit

PLAN = "query Plan { plan { title } }"
PROJECT = "query P($code: String!) { project(ref: {code: $code}) { code currentCycle { stage } } }"
VIEWER = "query Viewer { viewer { person { name } } }"
SESSIONS = "query S { me: viewer { budget { remaining } sessions { seenAt } } }"
ACCOUNTS = "query A { people { ...P } } fragment P on Person { account { lastSignedInAt } }"
LINK = 'query L { link(secret: "x") { purpose } }'
WORKFLOW = "query W { workflow { __typename } people { name } }"
EDIT = "mutation E($i: EditSheetInput!) { editSheet(input: $i) { __typename } }"


def sha256(text: str) -> str:
    """Return a document's hash."""
    return hashlib.sha256(text.encode()).hexdigest()


MANIFEST = {
    sha256(text): text
    for text in (
        *(PLAN, PROJECT, VIEWER, EDIT),
        *(SESSIONS, ACCOUNTS, LINK, WORKFLOW),
    )
}


def apollo(text: str) -> dict[str, Any]:
    """Return how Apollo's clients name a document."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}}


def identified(text: str) -> dict[str, Any]:
    """Return how GraphQL over HTTP names a document."""
    return {"documentId": f"sha256:{sha256(text)}"}


@pytest.mark.parametrize("named", [apollo, identified])
def test_a_document_is_found_by_its_hash(named: Any) -> None:  # noqa: ANN401 - a function
    """Either way, and also where its text is sent with it."""
    documents = TrustedDocuments(MANIFEST)
    assert documents.text(None, named(PLAN)) == (PLAN, sha256(PLAN))
    assert documents.text(PLAN, named(PLAN)) == (PLAN, sha256(PLAN))
    assert documents.text(PLAN, {}) == (PLAN, sha256(PLAN))
    assert documents.text("{ plan { title } }", {}) == ("{ plan { title } }", None)


@pytest.mark.parametrize(
    ("query", "given", "code"),
    [
        (None, {}, "BAD_REQUEST"),
        (None, identified("{ other }"), "DOCUMENT_UNKNOWN"),
        (None, apollo("{ other }"), "DOCUMENT_UNKNOWN"),
        ("{ other }", identified(PLAN), "BAD_REQUEST"),
        ("{ other }", apollo(PLAN), "BAD_REQUEST"),
        (None, {"documentId": sha256(PLAN)}, "BAD_REQUEST"),
        (None, {"documentId": "sha256:x"}, "BAD_REQUEST"),
        (None, {"documentId": f"md5:{sha256(PLAN)}"}, "BAD_REQUEST"),
        (None, {"extensions": {"persistedQuery": "x"}}, "BAD_REQUEST"),
        (None, {"extensions": {"persistedQuery": {"version": 2}}}, "BAD_REQUEST"),
        (
            None,
            {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}},
            "BAD_REQUEST",
        ),
    ],
)
def test_what_is_not_there_is_told(query: str | None, given: dict[str, Any], code: str) -> None:
    """Nothing is registered by asking for it, and a hash has to be the text's."""
    with pytest.raises(RequestError) as refused:
        TrustedDocuments(MANIFEST).text(query, given)
    assert refused.value.errors[0]["extensions"]["code"] == code


def test_where_nothing_else_is_taken() -> None:
    """A text is trusted only if it is in the manifest, to the letter."""
    documents = TrustedDocuments(MANIFEST, only=True)
    assert documents.text(PLAN, {}) == (PLAN, sha256(PLAN))
    for text in ("{ plan { title } }", f"{PLAN} ", "\ud800"):
        with pytest.raises(RequestError) as refused:
            documents.text(text, {})
        assert refused.value.errors[0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON object of texts"),
        ('{"a": 1}', "is no JSON object of texts"),
        (json.dumps({sha256(PLAN): PROJECT}), "is not the SHA-256 of its text"),
        (None, "No such file"),
    ],
)
def test_a_manifest_is_checked_at_the_start(
    text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that would trust another text than was meant does not start."""
    path = tmp_path / "manifest.json"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("MEGURU_DOCUMENTS", str(path))
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert said in str(refused.value)


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    """Give the path of a manifest."""
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST))
    return str(path)


def get(server: Served, text: str, token: str = "", tag: str = "", **variables: str) -> Any:  # noqa: ANN401 - a response
    """Ask for a document by its hash."""
    given: dict[str, str] = {"documentId": f"sha256:{sha256(text)}"}
    if variables:
        given["variables"] = json.dumps(variables)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"If-None-Match": tag} if tag else {}
    return httpx.get(f"{server.url}graphql", params=given, headers=headers, timeout=20)


def test_an_answer_is_kept_until_something_is_recorded(
    own_town: str, tmp_path: Path, tokens: dict[str, str], manifest: str
) -> None:
    """304 for the same reader, document and variables, while the record is as it was."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_DOCUMENTS=manifest) as server:
        first = get(server, PROJECT, code="1_02")
        tag = first.headers["etag"]
        assert first.json()["data"]["project"]["code"] == "1_02"
        assert first.headers["cache-control"] == "private, no-cache"
        assert "Authorization" in first.headers["vary"]
        again = get(server, PROJECT, tag=f'W/"other", {tag}', code="1_02")
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert get(server, PROJECT, tag=tag, code="1_03").status_code == 200
        assert get(server, PROJECT, tokens["lead"], tag, code="1_02").status_code == 200
        assert edit(server, tokens["lead"]).json()["data"]["editSheet"]["__typename"]
        assert get(server, PROJECT, tag=tag, code="1_02").status_code == 200


def test_what_may_not_be_kept_has_no_tag(
    own_town: str, tmp_path: Path, tokens: dict[str, str], manifest: str
) -> None:
    """Nor has what is posted, sent as text, or answered with errors; mutations are no reading."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_DOCUMENTS=manifest) as server:
        posted = httpx.post(f"{server.url}graphql", json=identified(PLAN))
        assert posted.json()["data"]["plan"]["title"]
        other = httpx.get(f"{server.url}graphql", params={"query": "{ plan { title } }"})
        wrong = get(server, PROJECT)
        for answer in (posted, other, wrong):
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
        assert get(server, EDIT, tokens["lead"], i=str(uuid4())).status_code == 405


def test_what_changes_without_an_entry_has_no_tag(
    own_town: str, tmp_path: Path, tokens: dict[str, str], manifest: str
) -> None:
    """Budgets, last uses, sign-ins: `*` would be answered with 304 as well."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_DOCUMENTS=manifest) as server:
        for text in (VIEWER, SESSIONS, ACCOUNTS, LINK):
            answer = get(server, text, tokens["lead"], tag="*")
            assert (answer.status_code, "errors" in answer.json()) == (200, False)
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
        assert "etag" in get(server, WORKFLOW, tokens["lead"]).headers


def test_nothing_else_is_taken_where_it_is_so_set(
    own_town: str, tmp_path: Path, manifest: str
) -> None:
    """By no way of asking; our own page is not asked for through the API."""
    settings = {"MEGURU_DOCUMENTS": manifest, "MEGURU_DOCUMENTS_ONLY": "true"}
    with served(tmp_path, DATABASE_URL=own_town, **settings) as server:
        assert httpx.get(server.url).status_code == 200
        assert get(server, PLAN).status_code == 200
        refused = server.ask("{ plan { title } }")
        assert refused.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        assert "data" not in refused.json()
