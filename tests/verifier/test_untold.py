"""What a forged copy leaves untold: bodies withheld, files excused, bodies that read in two ways.

Whoever forges these holds the record's key, and mends leaves, root, signature and end.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verifier.long import write_long
from tests.verifier.making import ORIGIN, ended_anew, saved
from tests.verifier.running import NODE, PYTHON, names, run
from workflows.merkle import Frontier, leaf_hash
from workflows.notes import LOG, VerifierKey, signed

BOTH = pytest.mark.parametrize("verifier", [PYTHON, NODE], ids=["python", "node"])
PLACE = 20
"""The line of an entry beyond which no row depends on it: each of the copy's entries adds a row."""
AT = "2027-01-01T00:00:00.000000Z"
Line = dict[str, Any]
FILE = b"%PDF-1.7 minutes"


def forged(folder: Path, spoil: Callable[[list[Line]], None]) -> dict[str, Path]:
    """Return a copy with changed entries, all that follows from them mended, and its key."""
    copy, _ = write_long(folder, PLACE)
    lines = [json.loads(line) for line in copy.read_bytes().splitlines()]
    spoil(lines)
    private, frontier = Ed25519PrivateKey.generate(), Frontier()
    for line in (line for line in lines if line["type"] == "entry"):
        if "body" in line:
            line["leaf"] = leaf_hash(line["body"].encode()).hex()
        frontier, _ = frontier.add(bytes.fromhex(line["leaf"]))
    text = f"{ORIGIN}\n{PLACE}\n{b64encode(frontier.root).decode()}\ntime {AT}\n"
    note = str(signed(text, [(ORIGIN, private)]))
    lines[0]["checkpoint"] = note
    kinds = [line["type"] for line in lines]
    lines[-1].update(entries=kinds.count("entry"), rows=kinds.count("row"))
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    key = str(VerifierKey.of(ORIGIN, private, LOG))
    return saved(folder, copy=ended_anew(data), note=note, key=key)


def _body(change: Callable[[str], str]) -> Callable[[list[Line]], None]:
    def spoil(lines: list[Line]) -> None:
        lines[PLACE]["body"] = change(lines[PLACE]["body"])

    return spoil


def _told(lines: list[Line], place: int, **told: object) -> None:
    """Let an entry say something else, in canonical form."""
    body = json.loads(lines[place]["body"]) | told
    lines[place]["body"] = rfc8785.dumps(body).decode()


BODIES: dict[str, tuple[Callable[[str], str], set[str]]] = {
    "as it was": (lambda body: body, set()),
    "a blank at the end": (lambda body: body + " ", {"NOT_CANONICAL"}),
    "a blank within": (lambda body: body.replace(":", ": ", 1), {"NOT_CANONICAL"}),
    "another order": (
        lambda body: json.dumps(dict(reversed(json.loads(body).items())), separators=(",", ":")),
        {"NOT_CANONICAL"},
    ),
    "an escape": (lambda body: body.replace("SHEET", "\\u0053HEET", 1), {"NOT_CANONICAL"}),
    "a fraction": (lambda body: body.replace('"format":2', '"format":2.0'), {"NOT_CANONICAL"}),
    "a half": (lambda body: body.replace('"format":2', '"format":2.5'), {"NOT_CANONICAL"}),
    "an exponent": (lambda body: body.replace('"format":2', '"format":2e0'), {"NOT_CANONICAL"}),
    "minus nothing": (lambda body: body.replace('"format":2', '"format":-0'), {"NOT_CANONICAL"}),
    "less than nothing": (lambda body: body.replace('"format":2', '"format":-2'), set()),
    "a large number": (
        lambda body: body.replace('"format":2', '"format":9007199254740991'), set()),
    "a number too large": (
        lambda body: body.replace('"format":2', '"format":9007199254740993'), {"NOT_CANONICAL"}),
    "half a pair": (
        lambda body: body.replace('"part":"', '"part":"\\ud800'), {"NOT_CANONICAL"}),
    "a member twice": (
        lambda body: body.replace('"format":2', '"format":2,"format":2'),
        {"NOT_CANONICAL", "BROKEN_FILE", "STATE_DIFFERS"},
    ),
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("name", BODIES)
def test_a_body_has_one_form(verifier: list[str], name: str, tmp_path: Path) -> None:
    """Where another form is hashed and signed, two readers could find two things in it."""
    change, expected = BODIES[name]
    held = forged(tmp_path, _body(change))
    found = names(verifier, held["copy"], "--key", held["key"])
    assert found - {"OPENING_FALSE"} == expected


def _quiet(lines: list[Line]) -> None:
    """Let an entry change nothing, so that no row misses it."""
    row = json.loads(lines[PLACE]["body"])["changes"][0]["id"]
    _told(lines, PLACE, changes=[], reason="", kind="SIGNED_IN")
    lines[PLACE]["openings"] = []
    lines.remove(next(line for line in lines if line.get("id") == row))


def _withheld(lines: list[Line]) -> None:
    _quiet(lines)
    lines[PLACE]["leaf"] = leaf_hash(lines[PLACE].pop("body").encode()).hex()
    del lines[PLACE]["openings"]


def _partial(lines: list[Line]) -> None:
    _withheld(lines)
    lines[0]["state"] = False
    lines[:] = [line for line in lines if line["type"] != "row"]


@BOTH
def test_a_body_withheld_from_an_auditor(verifier: list[str], tmp_path: Path) -> None:
    """A copy with all tables has all bodies: one that is left out is told."""
    held = forged(tmp_path, _quiet)
    assert names(verifier, held["copy"], "--key", held["key"]) == set()
    held = forged(tmp_path, _withheld)
    assert names(verifier, held["copy"], "--key", held["key"]) == {"BODY_WITHHELD"}
    held = forged(tmp_path, _partial)
    assert names(verifier, held["copy"], "--key", held["key"]) == set()


def test_how_many_entries_are_hash_alone_is_said(tmp_path: Path) -> None:
    """In the summary, for programs too; and no witness signs that unknowingly."""
    held = forged(tmp_path, _partial)
    assert "1 entries are hash alone" in run(PYTHON, held["copy"]).stdout
    told = json.loads(run(PYTHON, held["copy"], "--json").stdout)
    assert any("1 entries are hash alone" in one for one in told["notProved"])
    pem = tmp_path / "witness.pem"
    assert run([*PYTHON, "keygen"], "w.example", "--key-file", pem).returncode == 0
    asked = ["cosign", held["note"], "--key-file", pem, "--copy", held["copy"]]
    refused = run(PYTHON, *asked, "--key", held["key"])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--allow-withheld" in refused.stderr
    assert run(PYTHON, *asked, "--key", held["key"], "--allow-withheld").returncode == 0


def _evidence(name: str, *, removed: bool, size: int = len(FILE)) -> Callable[[list[Line]], None]:
    """Return what attaches a file, and removes it or not."""
    row = {"name": name, "sha256": sha256(FILE).hexdigest(), "size": size}
    told = {"removed": [], "evidence": ["e"]} if removed else {"removed": []}

    def spoil(lines: list[Line]) -> None:
        _quiet(lines)
        _told(lines, PLACE, changes=[{"table": "evidence", "id": "e", "after": row}])
        lines.insert(-1, {"type": "row", "table": "evidence", "id": "e", "values": row})
        gone = json.loads(lines[PLACE - 1]["body"])["changes"][0]["id"]
        _told(lines, PLACE - 1, changes=[], reason="", kind="REDACTED", details=told)
        lines[PLACE - 1]["openings"] = []
        lines.remove(next(line for line in lines if line.get("id") == gone))

    return spoil


@BOTH
def test_a_missing_file_is_excused_by_a_redaction_alone(
    verifier: list[str], tmp_path: Path
) -> None:
    """Whatever its name looks like."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    for name, removed, expected in (
        ("［消去］議事録.pdf", False, {"EVIDENCE_MISSING"}),
        ("議事録.pdf", False, {"EVIDENCE_MISSING"}),
        ("［消去］", True, set()),
    ):
        held = forged(tmp_path, _evidence(name, removed=removed))
        asked = [held["copy"], "--key", held["key"], "--evidence", folder]
        assert names(verifier, *asked) == expected, (name, removed)


@BOTH
def test_a_file_of_another_size(verifier: list[str], tmp_path: Path) -> None:
    """The hash is right, and the size that the entry says is not."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / sha256(FILE).hexdigest()).write_bytes(FILE)
    for size, expected in ((len(FILE), set()), (len(FILE) + 1, {"EVIDENCE_CHANGED"})):
        held = forged(tmp_path, _evidence("議事録.pdf", removed=False, size=size))
        asked = [held["copy"], "--key", held["key"], "--evidence", folder]
        assert names(verifier, *asked) == expected


@pytest.mark.parametrize("form", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_files_that_notepad_saved(form: str, tmp_path: Path) -> None:
    """Byte order marks and UTF-16 are read, and no key is lost by them."""
    held = forged(tmp_path, _quiet)
    mark = "\ufeff" if form == "utf-16-be" else ""
    other = VerifierKey.of(ORIGIN, Ed25519PrivateKey.generate())
    for name, text in (("note", held["note"].read_text()), ("key", held["key"].read_text())):
        both = text if name == "note" else f"{text}\n\ufeff{other}\n"
        held[name].write_bytes((mark + both.replace("\n", "\r\n")).encode(form))
    trust = ["--key", held["key"], "--checkpoint", held["note"]]
    for verifier in (PYTHON, NODE):
        assert names(verifier, held["copy"], *trust) == set()


def test_comparing_checks_signatures_with_a_key(tmp_path: Path) -> None:
    """Without one it says that it did not."""
    held = forged(tmp_path, _quiet)
    note, other = held["note"].read_text(), VerifierKey.of(ORIGIN, Ed25519PrivateKey.generate())
    spoilt = note.replace("time 2027", "time 2028")
    held |= saved(tmp_path, spoilt=spoilt, stranger=str(other))
    compare = [*PYTHON, "compare"]
    assert "who signed is not proved" in run(compare, held["note"], held["spoilt"]).stdout
    assert names(compare, held["note"], held["note"], "--key", held["key"]) == set()
    done = run(compare, held["note"], held["note"], "--key", held["key"])
    assert "who signed" not in done.stdout
    assert names(compare, held["note"], held["spoilt"], "--key", held["key"]) == {"BAD_SIGNATURE"}
    asked = [held["note"], held["note"], "--key", held["stranger"]]
    assert names(compare, *asked) == {"UNKNOWN_KEY"}


def test_a_copy_that_is_older_is_named_as_a_reason(tmp_path: Path) -> None:
    """A checkpoint that is longer than the copy need not be a fraud."""
    held = forged(tmp_path, _quiet)
    longer = held["note"].read_text().replace(f"\n{PLACE}\n", f"\n{PLACE + 1}\n")
    held |= saved(tmp_path, longer=longer)
    done = run(PYTHON, held["copy"], "--checkpoint", held["longer"])
    assert "✗ RECORD_CUT" in done.stdout
    assert "the copy is older than this checkpoint" in done.stdout
