"""The folder in which files of evidence are kept."""

import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from workflows.evidence_files import DAY, ChangedFileError, EvidenceFiles

CONTENT = "調査結果".encode()
SHA256 = sha256(CONTENT).hexdigest()


def names_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder."""
    return [path.name for path in folder.iterdir()]


def keep(files: EvidenceFiles, content: bytes = CONTENT) -> str:
    """Keep a file that comes in two parts; return its name."""
    with files.receive() as incoming:
        incoming.write(content[:3])
        incoming.write(content[3:])
        incoming.keep()
        assert incoming.size == len(content)
    return incoming.sha256


def age(path: Path) -> None:
    """Let a file be there for a day."""
    then = time.time() - DAY - 1
    os.utime(path, (then, then))


def test_a_file_is_kept_under_its_hash_and_shared(tmp_path: Path) -> None:
    """Whoever sends the same again has the same file; only its owner may look into the folder."""
    files = EvidenceFiles(tmp_path / "evidence")
    assert [keep(files), keep(files)] == [SHA256, SHA256]
    assert names_in(files.folder) == [SHA256]
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert files.path_of(SHA256).stat().st_mode & 0o777 == 0o600
    assert files.read(SHA256) == CONTENT


def test_what_is_not_kept_is_gone(tmp_path: Path) -> None:
    """An upload that is given up leaves nothing behind."""
    files = EvidenceFiles(tmp_path)
    with files.receive() as incoming:
        incoming.write(CONTENT)
        assert len(names_in(tmp_path)) == 1
    assert names_in(tmp_path) == []


def test_a_changed_file_is_told_from_a_missing_one(tmp_path: Path) -> None:
    """Neither is handed out; sent again, a damaged one is whole."""
    files = EvidenceFiles(tmp_path)
    keep(files)
    files.path_of(SHA256).write_bytes(CONTENT + b"!")
    with pytest.raises(ChangedFileError):
        files.read(SHA256)
    keep(files)
    assert files.read(SHA256) == CONTENT
    assert files.there([SHA256, "0" * 64]) == [SHA256]
    assert [files.discard(SHA256) for _ in range(2)] == [True, False]
    with pytest.raises(FileNotFoundError):
        files.read(SHA256)


def test_what_is_old_is_told_and_goes_unless_it_came_anew(tmp_path: Path) -> None:
    """Half-received files and files of yesterday; no stranger's file, and nothing of today."""
    files = EvidenceFiles(tmp_path)
    assert EvidenceFiles(tmp_path / "none").old() == []
    orphan, fresh, again = (keep(files, bytes([n]) * 9) for n in range(3))
    half = tmp_path / "incoming-0123"
    for path in (half, tmp_path / "memo.txt"):
        path.touch()
        age(path)
    for name in (orphan, again):
        age(files.path_of(name))
    old = files.old()
    assert set(old) == {orphan, again, half.name}
    keep(files, b"\x02" * 9)  # received anew, between looking and sweeping
    before = time.time() - DAY
    assert set(files.there(old, before)) == {orphan, half.name}
    assert {name for name in old if files.discard(name, before)} == {orphan, half.name}
    assert set(names_in(tmp_path)) == {fresh, again, "memo.txt"}
