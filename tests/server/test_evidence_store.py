"""Files of evidence where something breaks: uploads cut short, files changed, a full store."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest

from tests.server.evidence_desk import LIMIT, PDF, Desk, code, opened, told, wait_for


@pytest.fixture
def desk(own_town: str, tmp_path: Path) -> Iterator[Desk]:
    """Serve a town of its own, impatiently."""
    with opened(own_town, tmp_path, MEGURU_EVIDENCE_SECONDS="3") as desk:
        yield desk


def test_a_slow_or_broken_upload_leaves_nothing(desk: Desk) -> None:
    """It has its own time, and not for ever; who goes away in the middle has sent nothing."""
    with desk.begin() as line:
        began = time.monotonic()
        wait_for(lambda: len(desk.kept) == 1)
        assert line.recv(100).startswith(b"HTTP/1.1 408 ")
        assert 2 < time.monotonic() - began < 10
    wait_for(lambda: desk.kept == [])
    with desk.begin():
        wait_for(lambda: len(desk.kept) == 1)
    wait_for(lambda: desk.kept == [])
    assert desk.send().status_code == 201


def test_one_person_sends_three_files_at_a_time(desk: Desk) -> None:
    """A fourth is told to wait; somebody else is not."""
    with ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(desk.begin())
        wait_for(lambda: len(desk.kept) == 3)
        answer = desk.send()
        assert code(answer) == (429, "TOO_MANY_FILES")
        assert int(answer.headers["retry-after"]) > 0
        assert desk.send(who="lead").status_code == 201
    wait_for(lambda: len(desk.kept) == 1)
    assert desk.send(name="b.csv", content=b"a,b").status_code == 201


def test_a_file_that_changed_or_is_missing_is_told_and_logged(desk: Desk) -> None:
    """Not a byte of it is handed out; which one it is, is said."""
    url = desk.send().json()["evidence"]["url"]
    path = desk.folder / sha256(PDF).hexdigest()
    path.write_bytes(PDF.replace(b"1.7", b"1.6"))
    assert code(desk.fetch(url)) == (500, "EVIDENCE_CHANGED")
    assert desk.running.line(event="evidence.changed", sha256=path.name)["level"] == "error"
    path.unlink()
    answer = desk.fetch(url)
    assert code(answer) == (500, "EVIDENCE_MISSING")
    assert path.name in answer.text
    desk.running.line(event="evidence.missing", sha256=path.name)


def test_what_was_redacted_is_gone_at_once(desk: Desk) -> None:
    """Not handed out from then on, and the file goes right after; sent again it is another one."""
    evidence = desk.send().json()["evidence"]
    assert desk.fetch(evidence["url"]).status_code == 200
    desk.redact(evidence["id"])
    assert code(desk.fetch(evidence["url"])) == (410, "EVIDENCE_REMOVED")
    until = time.monotonic() + 3  # well before anybody looks without being told
    while desk.kept:
        assert time.monotonic() < until
        time.sleep(0.02)
    again = desk.send()
    assert again.status_code == 201
    assert desk.fetch(again.json()["evidence"]["url"]).content == PDF
    assert code(desk.fetch(evidence["url"])) == (410, "EVIDENCE_REMOVED")


def test_one_person_fetches_three_files_at_a_time(desk: Desk) -> None:
    """A fourth is told to wait; somebody else is not, and what was not read counts no longer."""
    url = desk.send(PDF + b"\0" * (LIMIT - len(PDF))).json()["evidence"]["url"]
    with ExitStack() as lines:
        for line in [lines.enter_context(desk.read(url)) for _ in range(3)]:
            assert line.recv(12) == b"HTTP/1.1 200"
        answer = desk.fetch(url)
        assert code(answer) == (429, "TOO_MANY_FILES")
        assert int(answer.headers["retry-after"]) > 0
        assert desk.fetch(url, "lead").status_code == 200
    wait_for(lambda: desk.fetch(url).status_code == 200)


def test_killed_in_the_middle_nothing_is_half_there(own_town: str, tmp_path: Path) -> None:
    """By SIGKILL, while a file comes: no evidence, no file under its name; swept after a day."""
    with opened(own_town, tmp_path) as desk, desk.begin():
        wait_for(lambda: len(desk.kept) == 1)
        desk.running.process.kill()
        desk.running.process.wait(10)
    (half,) = desk.kept
    assert half.startswith("incoming-")
    assert told(own_town) == ([], [], [])
    with opened(own_town, tmp_path) as desk:
        assert desk.send().status_code == 201
        assert half in desk.kept
    then = time.time() - 2 * 86_400
    for name in desk.kept:
        os.utime(desk.folder / name, (then, then))
    with opened(own_town, tmp_path) as desk:
        wait_for(lambda: half not in desk.kept)
        assert desk.kept == [sha256(PDF).hexdigest()]
        (row,) = told(own_town)[0]
        assert desk.fetch(f"/evidence/{row.public_id}").content == PDF


def test_there_is_an_end_to_what_a_town_keeps(own_town: str, tmp_path: Path) -> None:
    """Told before the file is read, where it says how long it is."""
    folder = tmp_path / "else"
    room = {"MEGURU_EVIDENCE_TOTAL": str(1 << 20), "MEGURU_EVIDENCE_DIR": str(folder)}
    with opened(own_town, tmp_path, **room) as desk:
        assert desk.send(PDF + b"\0" * 900_000).status_code == 201
        assert code(desk.send(PDF + b"\1" * 200_000)) == (409, "BLOCKED")
        assert len(list(folder.iterdir())) == 1
        assert not desk.folder.exists()


def test_a_store_that_fails_is_told(own_town: str, tmp_path: Path) -> None:
    """And nothing else fails with it."""
    folder = tmp_path / "file"
    folder.touch()
    with opened(own_town, tmp_path, MEGURU_EVIDENCE_DIR=str(folder)) as desk:
        assert code(desk.send()) == (507, "EVIDENCE_NOT_STORED")
        desk.running.line(event="evidence.store_failed")
    assert told(own_town) == ([], [], [])
