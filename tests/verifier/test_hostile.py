"""Copies that were made to bring a verifier down: told as faults, and never a pass or a traceback."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verifier.hostile import HOSTILE
from tests.verifier.long import write_long
from tests.verifier.making import ended_anew, saved
from tests.verifier.running import NODE, PYTHON, names, run
from verifier import meguru_verify
from workflows.notes import VerifierKey

PEAK = """
import atexit, pathlib, runpy, sys
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(status.read_text().split("VmHWM:")[1].split()[0], file=sys.stderr))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a program, and says at its end how many kilobytes of memory it had at most."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """Give a short copy, and the key that verifies it."""
    copy, key = write_long(tmp_path_factory.mktemp("made"), 20)
    return copy.read_bytes(), key


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_copy_is_told(made: tuple[bytes, Path], name: str, tmp_path: Path) -> None:
    """By both verifiers, under the same names; what is harmless is none."""
    spoil, expected = HOSTILE[name]
    lines = made[0].splitlines(keepends=True)
    spoil(lines)
    copy = saved(tmp_path, copy=ended_anew(b"".join(lines)))["copy"]
    assert names(PYTHON, copy, "--key", made[1]) == expected
    assert names(NODE, copy, "--key", made[1]) == expected


@pytest.mark.parametrize("end", [b"", b" ", b"\n", b"{}\n", b'{"type":"entry"}\n'])
def test_what_comes_after_the_end(made: tuple[bytes, Path], end: bytes, tmp_path: Path) -> None:
    """The end is the last line, and ends."""
    copy = saved(tmp_path, copy=made[0].rstrip(b"\n") + end)["copy"]
    expected = set() if end == b"\n" else {"BROKEN_FILE"}
    assert names(PYTHON, copy, "--key", made[1]) == expected
    assert names(NODE, copy, "--key", made[1]) == expected


def test_a_million_faults_are_told_a_hundred_times(
    made: tuple[bytes, Path], tmp_path: Path
) -> None:
    """Of each name a hundred, and what a copy says cannot play with a terminal."""
    *lines, end = made[0].splitlines(keepends=True)
    row = b'{"type":"row","table":"\\u001b[2J\\ud800","id":"x","values":{}}\n'
    copy = saved(tmp_path, copy=ended_anew(b"".join([*lines, *[row] * 5000, end])))["copy"]
    done = run(PYTHON, copy, "--key", made[1])
    assert done.returncode == 1
    assert done.stdout.count("✗ STATE_DIFFERS") == meguru_verify.MOST
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr


def test_memory_does_not_grow_with_the_record(tmp_path: Path) -> None:
    """Twenty times the entries take no more of it."""
    used = []
    for entries in (1_000, 20_000):
        folder = tmp_path / str(entries)
        folder.mkdir()
        copy, key = write_long(folder, entries)
        done = run([PYTHON[0], "-c", PEAK, PYTHON[-1]], copy, "--key", key)
        assert done.returncode == 0, done.stderr
        used.append(int(done.stderr))
    assert used[1] - used[0] < 2_000  # kilobytes


def test_what_nobody_thought_of_is_no_pass(made: tuple[bytes, Path], tmp_path: Path) -> None:
    """A sentence, and 2: where a program would end with a traceback, or worse, with 0."""
    held = saved(tmp_path, copy=made[0], note="no note\n", latin="鍵".encode("cp932"), none="")
    pem = tmp_path / "not.pem"
    pem.write_bytes(b"no key")
    witness = tmp_path / "w.pem"
    assert run([*PYTHON, "keygen"], "w.example", "--key-file", witness).returncode == 0
    kept = stat.S_IMODE(witness.stat().st_mode), witness.read_bytes()
    header = json.loads(made[0].partition(b"\n")[0])
    note = saved(tmp_path, kept=header["checkpoint"])["kept"]
    (tmp_path / "not.pem.pub").write_bytes((tmp_path / "w.pem.pub").read_bytes())
    (tmp_path / "own.pem.pub").write_bytes(made[1].read_bytes())
    (tmp_path / "own.pem").write_bytes(witness.read_bytes())
    cosign = ["cosign", note, "--copy", held["copy"], "--key", made[1], "--key-file"]
    for wrong in (
        ["nothing"], [tmp_path], [held["copy"], "--key", held["latin"]],
        [held["copy"], "--key", held["note"]], [held["copy"], "--checkpoint", held["note"]],
        [held["copy"], "--checkpoint", held["none"]], [held["copy"], held["copy"]], [], ["--wrong"],
        ["compare", note], ["compare", note, note, "--checkpoint", note],
        ["keygen", "w.example", "--key-file", witness], ["keygen", "w x", "--key-file", pem],
        ["keygen", "w.example"], [*cosign, pem], [*cosign, tmp_path / "own.pem"],
        [*cosign, witness, "--evidence", tmp_path], ["cosign", note, "--key-file", witness],
    ):  # fmt: skip
        done = run(PYTHON, *wrong)
        assert (done.returncode, done.stdout) == (2, ""), wrong
        assert done.stderr, wrong
        assert "Traceback" not in done.stderr, wrong
    assert (stat.S_IMODE(witness.stat().st_mode), witness.read_bytes()) == kept
    assert run(PYTHON, *cosign, witness).returncode == 0


def test_whose_key_and_checkpoint_it_is(made: tuple[bytes, Path], tmp_path: Path) -> None:
    """Another record's key or checkpoint is told as such; a key that is not what it says is none."""
    note = json.loads(made[0].partition(b"\n")[0])["checkpoint"]
    other = str(VerifierKey.of("meguru/others", Ed25519PrivateKey.generate()))
    name, key_id, data = made[1].read_text().strip().split("+", 2)
    wrong = f"{name}+{int(key_id, 16) ^ 1:08x}+{data}\n"
    held = saved(tmp_path, copy=made[0], kept=note, other=other, wrong=wrong)
    held |= saved(tmp_path, others=note.replace("024465", "024466"))
    expected = {"WRONG_RECORD", "UNKNOWN_KEY"}
    for verifier in (PYTHON, NODE):
        assert names(verifier, held["copy"], "--key", held["other"]) == expected
        asked = [held["copy"], "--key", made[1], "--checkpoint", held["others"]]
        assert "WRONG_RECORD" in names(verifier, *asked)
    assert names([*PYTHON, "compare"], held["kept"], held["others"]) == {"WRONG_RECORD"}
    assert run(PYTHON, held["copy"], "--key", held["wrong"]).returncode == 2


def test_files_as_editors_and_mails_leave_them(made: tuple[bytes, Path], tmp_path: Path) -> None:
    """Byte order marks, line ends of Windows, blanks at the end; and output that is piped anywhere."""
    note = json.loads(made[0].partition(b"\n")[0])["checkpoint"]
    windows = "\ufeff" + note.replace("\n", "\r\n") + "\r\n \r\n"
    held = saved(tmp_path, copy=made[0], note=windows, key="\ufeff" + made[1].read_text() + "\r\n")
    asked = [held["copy"], "--key", held["key"], "--checkpoint", held["note"]]
    assert names(PYTHON, *asked) == names(NODE, *asked) == set()
    os.environ["PYTHONIOENCODING"] = "cp932"
    try:
        assert "✓" in run([PYTHON[0], PYTHON[2]], *asked).stdout
    finally:
        del os.environ["PYTHONIOENCODING"]
