"""Files of evidence over HTTP: sent, fetched, refused."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from tests.server.evidence_desk import CSV, LIMIT, PDF, PEOPLE, Desk, code, opened, told, xlsx
from tests.server.test_account_api import entered


@pytest.fixture
def desk(own_town: str, tmp_path: Path) -> Iterator[Desk]:
    """Serve a town of its own."""
    with opened(own_town, tmp_path) as desk:
        yield desk


def test_files_are_sent_and_fetched(desk: Desk, own_town: str) -> None:
    """Each type as it is, to who may see it, as a download that no browser runs or keeps."""
    sent = {
        "調査 結果 (1).pdf": (PDF, "application/pdf"),
        "集計.xlsx": (xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "一覧.csv": (CSV, "text/csv; charset=shift_jis"),
        "一覧.txt": (CSV.decode("cp932").encode(), "text/plain; charset=utf-8"),
    }
    for name, (content, media_type) in sent.items():
        answer = desk.send(content, name, note="窓口 & 電話")
        assert answer.status_code == 201, answer.text
        given = answer.json()["evidence"]
        assert given["sha256"] == f"sha256:{sha256(content).hexdigest()}"
        bare, _, charset = media_type.partition("; charset=")
        assert (given["size"], given["mediaType"]) == (len(content), bare)
        assert given["charset"] == (charset or None)
        assert answer.headers["location"] == given["url"]
        for who in PEOPLE:
            found = desk.fetch(given["url"], who)
            if who in {"lead", "staff", "office", "auditor"}:
                assert (found.status_code, found.content) == (200, content)
            else:
                missing = desk.fetch(f"/evidence/evd_{uuid4().hex}", who)
                assert (found.status_code, found.content) == (404, missing.content)
        assert code(desk.fetch(given["url"], None)) == (404, "NOT_FOUND")
        headers = desk.fetch(given["url"]).headers
        assert headers["content-type"] == media_type
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        saved = headers["content-disposition"].partition("filename*=UTF-8''")
        assert saved[0].startswith("attachment; filename=")
        assert httpx.URL(f"http://a/{saved[2]}").path == f"/{name}"
    assert desk.kept == sorted(sha256(content).hexdigest() for content, _ in sent.values())
    rows, entries, wrong = told(own_town)
    assert (len(rows), len(entries), wrong) == (4, 4, [])
    assert all(row.note == "窓口 & 電話" for row in rows)


def test_who_may_not_attach_is_told_before_the_file_is_read(desk: Desk) -> None:
    """Nothing of it is kept, not even for a while; the attempt is in the record."""
    unknown = desk.send(who=None)
    assert code(unknown) == (401, "UNAUTHENTICATED")
    assert unknown.headers["www-authenticate"] == "Bearer"
    for who in ("office", "other_lead", "auditor", "nobody"):
        assert code(desk.send(who=who)) == (403, "FORBIDDEN")
    assert code(desk.send(headers={"Authorization": "Bearer wrong"}))[0] == 401
    with desk.begin("office", b"") as line:
        assert line.recv(100).startswith(b"HTTP/1.1 403 ")  # and not a byte of it was sent
    assert desk.kept == []


def test_pages_of_other_sites_cannot_send_files(desk: Desk) -> None:
    """As for any other request that changes something."""
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert code(desk.send(headers=headers)) == (403, "FOREIGN_ORIGIN")
    assert code(desk.send(who=None, headers={"Cookie": "meguru=1"})) == (403, "FOREIGN_ORIGIN")
    assert desk.kept == []


def test_what_is_refused(desk: Desk, own_town: str) -> None:
    """Each with its code, in both languages; and none of them leaves anything."""
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    refused: list[tuple[tuple[int, str], dict[str, Any]]] = [
        ((415, "EVIDENCE_TYPE"), {"content": b"MZ\x90\x00" * 100}),
        ((415, "EVIDENCE_TYPE"), {"content": PDF, "name": "調査.exe"}),
        ((415, "EVIDENCE_TYPE"), {"content": b"", "name": "a.txt"}),
        ((415, "EVIDENCE_TYPE"), {"content": b"\x89PNG\r\n\x1a\n", "name": "a.pdf"}),
        ((415, "UNSUPPORTED_MEDIA_TYPE"), {"headers": form}),
        ((415, "UNSUPPORTED_MEDIA_TYPE"), {"headers": {"Content-Encoding": "gzip"}}),
        ((413, "PAYLOAD_TOO_LARGE"), {"content": PDF + b"\0" * (LIMIT + 1 - len(PDF))}),
        ((413, "PAYLOAD_TOO_LARGE"), {"content": _in_parts(LIMIT + 1)}),
        ((422, "INVALID_INPUT"), {"name": "あ" * 296 + ".pdf"}),
        ((422, "INVALID_INPUT"), {"name": "a\0.pdf"}),
        ((422, "INVALID_INPUT"), {"name": "../a.pdf"}),
        ((422, "INVALID_INPUT"), {"name": "C:\\a.pdf"}),
        ((422, "INVALID_INPUT"), {"name": ""}),
        ((400, "BAD_REQUEST"), {"part": "ALL"}),
        ((400, "BAD_REQUEST"), {"headers": {"Idempotency-Key": "1"}}),
        ((404, "NOT_FOUND"), {"cycle": "cyc_1"}),
        ((409, "BLOCKED"), {"part": "EVALUATION"}),
    ]
    for expected, given in refused:
        assert code(desk.send(**given)) == expected, (expected, str(given)[:100])
    assert desk.kept == []
    assert told(own_town) == ([], [], [])
    exactly = PDF + b"\0" * (LIMIT - len(PDF))
    assert desk.send(exactly).status_code == 201


def _in_parts(size: int) -> Iterator[bytes]:
    """Yield a file that does not say how long it is."""
    yield PDF
    for _ in range(size // 65_536 + 1):
        yield b"\0" * 65_536


def test_a_name_that_deceives_is_mended(desk: Desk) -> None:
    """What turns the direction of writing is taken out; the name is quoted where it is told."""
    answer = desk.send(name='請求\u202efdp."x".pdf')
    assert answer.json()["evidence"]["name"] == '請求fdp."x".pdf'
    header = desk.fetch(answer.json()["evidence"]["url"]).headers["content-disposition"]
    assert header.count('"') == 2
    assert header.isascii()


def test_a_key_attaches_once_and_one_file_is_shared(desk: Desk, own_town: str) -> None:
    """Sent again with its key: the same evidence. For another part, the same file."""
    given = {"headers": {"Idempotency-Key": str(uuid4())}}
    first, again = desk.send(**given), desk.send(**given)
    assert first.json()["evidence"] == again.json()["evidence"]
    assert [one.json()["replayed"] for one in (first, again)] == [False, True]
    assert [one.status_code for one in (first, again)] == [201, 200]
    assert code(desk.send(content=CSV, name="a.csv", **given)) == (409, "IDEMPOTENCY_MISMATCH")
    assert code(desk.send()) == (409, "BLOCKED")
    assert len(told(own_town)[0]) == 1


def test_a_key_that_was_used_leaves_no_other_file(desk: Desk, own_town: str) -> None:
    """Told before the file is read where anything else differs; else nothing of it stays."""
    key = str(uuid4())
    given = {"headers": {"Idempotency-Key": key}}
    kept = [sha256(PDF).hexdigest()]
    assert desk.send(**given).status_code == 201
    for number in range(5):
        answer = desk.send(PDF + b"%d" % number, **given)
        assert code(answer) == (409, "IDEMPOTENCY_MISMATCH")
        assert desk.kept == kept
    assert answer.json()["errors"][0]["extensions"]["path"] == ["idempotencyKey"]
    with desk.begin(sent=b"", key=key) as line:  # by another name
        assert line.recv(100).startswith(b"HTTP/1.1 409 ")  # and not a byte of it was sent
    assert desk.kept == kept
    assert len(told(own_town)[0]) == 1


def test_what_is_in_the_way_is_told(desk: Desk) -> None:
    """Each reason with its code, its messages and its fields; and which parameter is meant."""
    assert desk.send().status_code == 201
    for given, code_, fields in (
        ({}, "ALREADY_ATTACHED", []),
        ({"part": "EVALUATION"}, "PART_NOT_REACHED", ["part"]),
    ):
        answer = desk.send(**given)
        assert code(answer) == (409, "BLOCKED")
        extensions = answer.json()["errors"][0]["extensions"]
        (blocker,) = extensions["blockedBy"]
        assert (blocker["code"], blocker["fields"]) == (code_, fields)
        assert blocker["message"] == extensions["messages"]
    for given, path in (
        ({"name": "../a.pdf"}, ["name"]),
        ({"note": "あ" * 2001}, ["note"]),
        ({"cycle": f"cyc_{uuid4().hex}"}, ["cycle"]),
        ({"part": "ALL"}, ["part"]),
    ):
        assert desk.send(**given).json()["errors"][0]["extensions"]["path"] == path


def test_a_browser_sends_files_with_its_session(desk: Desk, own_town: str) -> None:
    """From a page of this site; the same cookie with a request of another site's page is refused."""
    front = entered(desk.running, own_town, "staff")
    assert front.cookie
    asked = urlencode({"cycle": desk.cycle, "part": "PLAN", "name": "a.pdf"})
    url = f"{desk.running.url}evidence?{asked}"
    for site, status in (("cross-site", 403), ("same-origin", 201)):
        headers = {"Cookie": front.cookie, "Sec-Fetch-Site": site}
        assert httpx.post(url, content=PDF, headers=headers).status_code == status
    (row,) = told(own_town)[0]
    found = httpx.get(
        f"{desk.running.url}evidence/{row.public_id}", headers={"Cookie": front.cookie}
    )
    assert found.content == PDF
