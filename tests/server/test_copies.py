"""Copies over HTTP: fetched by whoever took them, verified with the auditor's own program."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.server.conftest import tokens_for
from tests.server.processes import Served, run, served

VERIFIER = Path(__file__).parents[2] / "verifier" / "meguru_verify.py"
TAKE = """mutation($input: TakeCopyInput!) { takeCopy(input: $input) {
  __typename ... on CopyMade { copy { id url treeSize } } ... on UserError { code message } } }"""
REDACT = """mutation($input: RedactInput!) { redact(input: $input) {
  __typename ... on UserError { code message } } }"""
FIRST = """{ history(where: {kind: [PERSON_REGISTERED]}, first: 1) { nodes { id sequence } } }"""


class Office:
    """A server with people who take copies."""

    def __init__(self, server: Served, path: Path, tokens: dict[str, str]) -> None:
        self.server, self.path, self.tokens = server, path, tokens

    def ask(self, who: str, query: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Return the one answer of a mutation."""
        asked = {"idempotencyKey": str(uuid4()), **given}
        answer = self.server.ask(query, self.tokens[who], input=asked).json()
        (data,) = answer["data"].values()
        found: dict[str, Any] = data
        return found

    def take(self, who: str, **given: Any) -> str:  # noqa: ANN401 - JSON
        """Take a copy; return where it is fetched."""
        taken = self.ask(who, TAKE, **{"format": "JSONL", **given})
        assert taken["__typename"] == "CopyMade", taken
        return str(taken["copy"]["url"])

    def fetch(self, who: str | None, url: str) -> httpx.Response:
        """Fetch a copy."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return httpx.get(self.server.url.rstrip("/") + url, headers=headers, timeout=30)

    def gone(self, who: str | None, url: str) -> tuple[int, str]:
        """Return the status and the code with which a copy is refused."""
        answer = self.fetch(who, url)
        (error,) = answer.json()["errors"]
        assert " / " in error["message"]
        return answer.status_code, error["extensions"]["code"]

    def execute(self, statement: str, *values: object) -> None:
        """Change the database past the server."""
        with sqlite3.connect(self.path, timeout=10) as file:
            file.execute(statement, values)
        file.close()

    def files(self) -> list[Path]:
        """Return the files that copies need."""
        return sorted((self.path.parent / "copies").glob("*"))


@pytest.fixture
def office(own_town: str, tmp_path: Path) -> Iterator[Office]:
    """Serve a town of its own."""
    tokens = tokens_for(own_town, "auditor", "office", "lead", "admin")
    with served(tmp_path, DATABASE_URL=own_town) as running:
        yield Office(running, Path(own_town.removeprefix("sqlite:///")), tokens)


def verified(copy: bytes, folder: Path, *arguments: str) -> list[str]:
    """Return the names of the faults in a copy."""
    (folder / "copy.jsonl").write_bytes(copy)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(VERIFIER), str(folder / "copy.jsonl"), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return [fault["name"] for fault in json.loads(done.stdout)["faults"]]


def test_a_copy_is_fetched_and_verified(office: Office, tmp_path: Path) -> None:
    """With the key and the checkpoint that the server hands out; the same bytes each time."""
    for name in ("key", "checkpoint"):
        (tmp_path / name).write_text(httpx.get(f"{office.server.url}record/{name}").text, "utf-8")
    url = office.take("auditor")
    first = office.fetch("auditor", url)
    assert first.status_code == 200
    assert first.headers["content-disposition"].startswith('attachment; filename="meguru-024465-')
    assert first.headers["cache-control"] == "no-store"
    given = ("--key", str(tmp_path / "key"), "--checkpoint", str(tmp_path / "checkpoint"))
    assert verified(first.content, tmp_path, *given) == []
    office.take("office", disclosure=True)
    assert office.fetch("auditor", url).content == first.content
    plain = office.fetch("lead", office.take("lead", format="CSV", department=_owner(office)))
    assert plain.headers["content-type"] == "text/csv; charset=utf-8"
    assert plain.content.startswith(b"\xef\xbb\xbf")


def test_how_far_a_download_has_come_can_be_told(office: Office) -> None:
    """The header says how many entries there are; HEAD says the same, and sends nothing."""
    asked = office.server.ask("{ copies { nodes { url entryCount } } }", office.tokens["office"])
    assert asked.json()["data"]["copies"]["nodes"] == []
    urls = [office.take("office", format=name) for name in ("JSONL", "CSV")]
    asked = office.server.ask("{ copies { nodes { url entryCount } } }", office.tokens["office"])
    counts = {one["url"]: one["entryCount"] for one in asked.json()["data"]["copies"]["nodes"]}
    for url in urls:
        whole = office.fetch("office", url)
        headers = {"Authorization": f"Bearer {office.tokens['office']}"}
        for _ in range(12):  # more than may be fetched at once
            head = httpx.head(office.server.url.rstrip("/") + url, headers=headers, timeout=30)
            assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-disposition", "cache-control", "x-entry-count"):
            assert head.headers[name] == whole.headers[name]
        assert int(whole.headers["x-entry-count"]) == counts[url]
        lines = [line for line in whole.content.splitlines() if b'"type":"entry"' in line]
        assert url != urls[0] or len(lines) == counts[url]
    assert httpx.head(office.server.url.rstrip("/") + urls[0]).status_code == 404


def _owner(office: Office) -> str:
    asked = '{ project(ref: {code: "1_02"}) { department { id } } }'
    found = office.server.ask(asked, office.tokens["lead"]).json()
    return str(found["data"]["project"]["department"]["id"])


def test_others_and_late_comers_get_none(office: Office) -> None:
    """It is there for its taker alone, for a week, and as long as what it needs is."""
    url = office.take("auditor")
    for who in ("office", "admin", None):
        assert office.gone(who, url) == (404, "NOT_FOUND"), who
    assert office.gone("auditor", f"/record/copies/xpt_{uuid4().hex}") == (404, "NOT_FOUND")
    assert office.gone("auditor", "/record/copies/nonsense") == (404, "NOT_FOUND")
    (file,) = office.files()
    content = file.read_bytes()
    file.write_bytes(content + b"\0")
    assert office.gone("auditor", url) == (410, "COPY_LOST")
    file.unlink()
    assert office.gone("auditor", url) == (410, "COPY_LOST")
    file.write_bytes(content)
    assert office.fetch("auditor", url).status_code == 200
    office.execute("UPDATE exports SET created_at = '2026-01-01 00:00:00+00:00'")
    assert office.gone("auditor", url) == (410, "COPY_EXPIRED")


def test_a_redaction_ends_earlier_copies(office: Office) -> None:
    """They would hold what was removed; their files go by themselves."""
    url = office.take("auditor")
    entry = office.server.ask(FIRST, office.tokens["admin"]).json()
    target = {"entry": entry["data"]["history"]["nodes"][0]["id"], "field": "changes.0.after.name"}
    done = office.ask("admin", REDACT, targets=[target], reason="申出による")
    assert done["__typename"] == "Redacted", done
    assert office.gone("auditor", url) == (410, "COPY_OUTDATED")
    until = time.monotonic() + 20
    while office.files():
        assert time.monotonic() < until
        time.sleep(0.2)
    assert office.fetch("auditor", office.take("auditor")).status_code == 200


def test_who_goes_away_leaves_nothing_behind(office: Office) -> None:
    """Connections that are dropped while a copy comes do not count for long."""
    url = office.server.url.rstrip("/") + office.take("auditor")
    headers = {"Authorization": f"Bearer {office.tokens['auditor']}"}
    for _ in range(12):
        with httpx.stream("GET", url, headers=headers, timeout=20) as answer:
            assert answer.status_code in {200, 429}
            next(answer.iter_raw(100))
    until = time.monotonic() + 10
    while (answer := httpx.get(url, headers=headers, timeout=20)).status_code == 429:
        assert time.monotonic() < until
        assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_COPIES"
        time.sleep(0.2)
    assert answer.status_code == 200
    assert not [line for line in office.server.logged() if line["level"] == "error"]


def test_without_the_key_nothing_is_sent(office: Office) -> None:
    """A copy that cannot be signed is none; a table needs no signature."""
    office.take("office", format="CSV")
    key = office.path.parent / "keys" / "024465.pem"
    key.rename(key.with_suffix(".away"))
    url = office.take("auditor")
    assert office.gone("auditor", url) == (503, "SIGNING_KEY_MISSING")
    key.with_suffix(".away").rename(key)
    assert office.fetch("auditor", url).status_code == 200


def test_the_console_writes_a_copy_to_a_file(own_town: str, tmp_path: Path) -> None:
    """Whole or a part, in each format; never over a file that is there."""
    settings = {"DATABASE_URL": own_town, "cwd": tmp_path}
    done = run("export", "copy.jsonl", **settings)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    assert verified((tmp_path / "copy.jsonl").read_bytes(), tmp_path) == []
    again = run("export", "copy.jsonl", **settings)  # type: ignore[arg-type]
    assert again.returncode == 2
    assert "copy.jsonl" in again.stderr
    part = ("--format", "csv-cp932", "--project", "1_02")
    assert run("export", "part.csv", *part, **settings).returncode == 0  # type: ignore[arg-type]
    assert "取組事業の追加" in (tmp_path / "part.csv").read_bytes().decode("cp932")
    year = run("export", "year.jsonl", "--fiscal-year", "2026", **settings)  # type: ignore[arg-type]
    assert year.returncode == 0
    assert run("export", "d.jsonl", "--disclosure", **settings).returncode == 0  # type: ignore[arg-type]
    assert run("export", "x.csv", "--project", "9_99", **settings).returncode == 2  # type: ignore[arg-type]
    wrong = run("export", "y", "--disclosure", "--format", "csv", **settings)  # type: ignore[arg-type]
    assert wrong.returncode == 2
    assert not (tmp_path / "y").exists()
    assert list((tmp_path / "copies").iterdir()) == []
