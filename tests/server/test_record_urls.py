"""The record at plain URLs: read by anybody, verified by what is read alone."""

import re
import sqlite3
import stat
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
import segno
from typing_extensions import override

from server.pages.checkpoint_sheet import moment_ja, render
from tests.server.processes import Served, run, served
from workflows import notes
from workflows.merkle import is_consistent, is_included, leaf_hash, root_of
from workflows.notes import Note, VerifierKey, is_signed_by
from workflows.records import Checkpoint, Municipality

ISSUE = """mutation { issueCheckpoint(input: {idempotencyKey: "%s"}) {
  ... on CheckpointIssued { checkpoint { treeSize note } } ... on UserError { code message } } }"""
KEY = "00000000-0000-4000-8000-000000000001"


def path_of(url: str) -> Path:
    """Return the file of an SQLite URL."""
    return Path(url.removeprefix("sqlite://"))


def text(server: Served, path: str) -> str:
    """Return what a plain URL answers."""
    answer = httpx.get(f"{server.url}record/{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r"public, max-age=\d+", answer.headers["Cache-Control"])
    return answer.text


def key_of(server: Served) -> VerifierKey:
    """Return the current key."""
    return VerifierKey.parse(text(server, "key").splitlines()[0])


def checkpoint(note: str) -> notes.Checkpoint:
    """Return what a note says."""
    return notes.Checkpoint.parse(Note.parse(note).text)


def signed_at_start(server: Served) -> str:
    """Return the note that is issued at the start, just after it."""
    server.line(event="record.checkpoint")
    return text(server, "checkpoint")


def test_the_record_is_signed_from_the_start(server: Served) -> None:
    """By a key that is told, in a file that is its owner's only; nobody need be signed in."""
    note, key = signed_at_start(server), key_of(server)
    assert is_signed_by(Note.parse(note), key)
    assert checkpoint(note).origin == key.name == "meguru/024465"
    assert text(server, f"checkpoint/{checkpoint(note).size}") == note
    folder = server.log.parent / "keys"
    (file,) = folder.iterdir()
    assert file.name == "024465.pem"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, file)] == [0o700, 0o600]
    assert httpx.get(f"{server.url}readyz").status_code == 200


def test_every_entry_is_proved_by_its_body(server: Served) -> None:
    """A proof in the form of C2SP tlog-proof leads from the body to the signed root."""
    signed = checkpoint(signed_at_start(server))
    with sqlite3.connect(server.log.parent / "served.sqlite3") as database:
        rows = database.execute("SELECT sequence, body FROM events ORDER BY sequence").fetchall()
    assert len(rows) >= signed.size
    for sequence, body in rows[: signed.size : 7]:
        head, _, note = text(server, f"proof/{sequence}").partition("\n\n")
        kind, index, *path = head.split("\n")
        assert (kind, index) == ("c2sp.org/tlog-proof@v1", f"index {sequence - 1}")
        assert checkpoint(note) == signed
        hashes = [b64decode(line, validate=True) for line in path]
        leaf = leaf_hash(body.encode())
        assert is_included(sequence - 1, signed.size, leaf, hashes, signed.root)


def test_the_leaves_give_the_root(server: Served) -> None:
    """Of every entry, whoever may read it: from its number on, and no further than was signed."""
    signed = checkpoint(signed_at_start(server))
    lines = [line.split(" ") for line in text(server, "leaves/1").splitlines()]
    assert [int(number) for number, _ in lines] == list(range(1, signed.size + 1))
    assert root_of([bytes.fromhex(leaf) for _, leaf in lines]) == signed.root
    (last,) = text(server, f"leaves/{signed.size}").splitlines()
    assert last.split(" ") == lines[-1]


def test_the_record_is_proved_to_have_grown(
    own_town: str, tmp_path: Path, tokens: dict[str, str]
) -> None:
    """From one checkpoint to the next, in the form in which witnesses are asked."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        earlier = checkpoint(signed_at_start(server))
        assert (
            run("people", "add", "新任", "N1", cwd=tmp_path, DATABASE_URL=own_town).returncode == 0
        )
        issued = server.ask(ISSUE % KEY, tokens["office"]).json()["data"]["issueCheckpoint"]
        later = checkpoint(issued["checkpoint"]["note"])
        assert later.size == earlier.size + 1 == issued["checkpoint"]["treeSize"]
        assert text(server, "checkpoint") == issued["checkpoint"]["note"]
        grown = text(server, f"consistency/{earlier.size}/{later.size}")
        head, _, note = grown.partition("\n\n")
        old, *path = head.split("\n")
        assert (old, note) == (f"old {earlier.size}", issued["checkpoint"]["note"])
        hashes = [b64decode(line, validate=True) for line in path]
        assert is_consistent(earlier.size, later.size, earlier.root, later.root, hashes)


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint/1000000",
        "checkpoint/0",
        "checkpoint/99999999999999999999999999",
        "checkpoint/-1",
        "checkpoint/x",
        "checkpoint/1/print",
        "proof/0",
        "proof/1000000",
        "proof/99999999999999999999999999",
        "consistency/1/1000000",
        "consistency/0/1",
        "consistency/2/1",
        "nothing",
        "leaves/0",
        "leaves/99999999",
    ],
)
def test_what_is_not_there_is_told(server: Served, path: str) -> None:
    """In both languages, and kept by nobody."""
    signed_at_start(server)
    answer = httpx.get(f"{server.url}record/{path}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert " / " in answer.text


def test_it_is_read_also_where_the_town_publishes_nothing(own_town: str, tmp_path: Path) -> None:
    """Sizes, times and hashes, and no name or text of the record."""
    settings = {"DATABASE_URL": own_town, "MEGURU_PUBLIC_READING": "false"}
    with served(tmp_path, **settings) as server:
        note = signed_at_start(server)
        assert is_signed_by(Note.parse(note), key_of(server))
        assert text(server, "proof/1").endswith(note)
        assert "errors" in server.ask("{ checkpoint { note } }").json()


def test_readers_are_counted(own_town: str, tmp_path: Path) -> None:
    """As all anonymous reading is: a proof costs the database work."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_RATE_ADDRESS="3") as server:
        found = [httpx.get(f"{server.url}record/key").status_code for _ in range(5)]
    assert found == [200, 200, 200, 429, 429]


class Page(HTMLParser):
    """The tags, texts and pictures of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_checkpoint_is_printed(server: Served) -> None:
    """All that it takes to type it in again, or to read it with a camera; nothing from elsewhere."""
    note = signed_at_start(server)
    said, key = checkpoint(note), key_of(server)
    answer = httpx.get(f"{server.url}record/checkpoint/{said.size}/print")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src data:;")
    page = Page(answer.text)
    shown = "".join(page.texts)
    root = said.root.hex()
    for wanted in (
        "青森県 階上町",
        said.origin,
        f"{said.size:,}",
        moment_ja(said.at),
        " ".join(root[i : i + 8] for i in range(0, 64, 8)),
        key.id.hex(),
        note,
        f"/record/checkpoint/{said.size}",
    ):
        assert wanted in shown, wanted
    (picture,) = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    same = segno.make(note, error="m", encoding="utf-8", micro=False)
    assert picture == same.svg_data_uri(scale=4, border=4)
    assert not {"script", "style"} & {tag for tag, _ in page.tags}
    assert not any(name == "style" or name.startswith("on") for _, a in page.tags for name in a)
    hrefs = [attrs["href"] for tag, attrs in page.tags if tag == "link"]
    assert hrefs == ["/record/print.css", "data:,"]
    style = httpx.get(f"{server.url}record/print.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "@page { size: A4" in style.text
    assert "url(" not in style.text


def test_what_the_sheet_says_is_text_and_never_markup() -> None:
    """And a note with more witnesses than a picture can hold keeps the record's own line in it."""
    evil = "<script>\"&'"
    at = notes.dt.datetime(2026, 11, 30, 2, 50, tzinfo=notes.dt.UTC)
    body = notes.Checkpoint(evil, 12, sha256(b"").digest(), at).text
    lines = [notes.Signature(evil, b"abcd", bytes(64))]
    lines += [notes.Signature(f"{evil}{n}", b"abcd", bytes(72)) for n in range(40)]
    town = Municipality(code="024465", name=evil, prefecture=evil)
    signed = Checkpoint(
        size=12, root=sha256(b"").hexdigest(), signed_at=at, note=str(Note(body, tuple(lines)))
    )
    page = render(town, signed)
    assert "<script>" not in page
    assert "令和8年11月30日 11時50分00秒（日本時間）" in page
    shown = "".join(Page(page).texts)
    assert shown.count(evil) == 2 + 2 + 1 + 41 + 42
    own = str(Note(body, tuple(lines[:1])))
    fits = segno.make(own, error="l", encoding="utf-8", micro=False)
    assert fits.svg_data_uri(scale=4, border=4) in page


def test_a_key_that_is_missing_is_told_loudly(own_town: str, tmp_path: Path) -> None:
    """Nothing is signed; the probe, the log and the command say what to do; restored, it goes on."""
    settings = {"DATABASE_URL": own_town}
    with served(tmp_path, **settings) as server:
        before = signed_at_start(server)
    file = tmp_path / "keys" / "024465.pem"
    pem = file.read_bytes()
    file.unlink()
    assert run("people", "add", "新任", "N1", cwd=tmp_path, **settings).returncode == 0
    shown = run("key", "show", cwd=tmp_path, **settings)
    assert (shown.returncode, "meguru key rotate --lost" in shown.stderr) == (2, True)
    assert run("key", "rotate", cwd=tmp_path, **settings).returncode == 2
    with served(tmp_path, **settings) as server:
        told = server.line(event="record.key_missing")
        assert (told["level"], told["file"]) == ("error", str(file))
        ready = httpx.get(f"{server.url}readyz")
        codes = [reason["code"] for reason in ready.json()["reasons"]]
        assert (ready.status_code, codes) == (503, ["RECORD_KEY_MISSING"])
        assert text(server, "checkpoint") == before
        assert not file.exists()
        file.write_bytes(pem)
        assert httpx.get(f"{server.url}readyz").status_code == 200


@pytest.fixture
def rotate(own_town: str, tmp_path: Path) -> Callable[..., str]:
    """Replace the key at the console; gives the new one."""

    def rotating(*options: str) -> str:
        done = run("key", "rotate", *options, cwd=tmp_path, DATABASE_URL=own_town)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[0].split(": ", 1)[1]

    return rotating


def test_a_key_is_replaced_while_the_server_runs(
    own_town: str, tmp_path: Path, tokens: dict[str, str], rotate: Callable[..., str]
) -> None:
    """The old one signs once more, with the new one, and is deleted; the server signs on."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        signed_at_start(server)
        old = key_of(server)
        old_pem = (tmp_path / "keys" / "024465.pem").read_bytes()
        new = VerifierKey.parse(rotate())
        assert text(server, "key") == f"{new}\n{old}\n"
        both = Note.parse(text(server, "checkpoint"))
        assert (is_signed_by(both, old), is_signed_by(both, new)) == (True, True)
        (file,) = (tmp_path / "keys").iterdir()
        assert file.read_bytes() != old_pem
        assert (
            run("people", "add", "新任", "N1", cwd=tmp_path, DATABASE_URL=own_town).returncode == 0
        )
        issued = server.ask(ISSUE % KEY, tokens["office"]).json()["data"]["issueCheckpoint"]
        after = Note.parse(issued["checkpoint"]["note"])
        assert (is_signed_by(after, old), is_signed_by(after, new)) == (False, True)
        assert httpx.get(f"{server.url}readyz").status_code == 200


def test_a_lost_key_is_replaced(own_town: str, tmp_path: Path, rotate: Callable[..., str]) -> None:
    """By one that nobody vouches for: auditors have to be given it."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        signed_at_start(server)
        old = key_of(server)
        (tmp_path / "keys" / "024465.pem").unlink()
        new = VerifierKey.parse(rotate("--lost"))
        note = Note.parse(text(server, "checkpoint"))
        assert (is_signed_by(note, old), is_signed_by(note, new)) == (False, True)
        assert httpx.get(f"{server.url}readyz").status_code == 200
