"""Two verifiers in two languages: every changed byte is found, and they agree on every case."""

import asyncio
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise import Model

from server.database import connected
from tests.town import Town
from tests.verifier.conftest import Audited
from tests.verifier.making import copy_of, ended_anew, saved, signed_anyway
from tests.verifier.running import NODE, PYTHON, ROOT, names, run, told
from verifier import meguru_verify
from workflows import records
from workflows.changes import RECORDED
from workflows.verification import FaultName

CHANGES = 1000
ON_BOTH = 60
"""Of them, so many are shown to the other verifier too."""
_CHECKS = (ROOT / "docs/record.md").read_text("utf-8").partition("What a verifier checks")[2]
SPECIFIED = set(re.findall(r"`([A-Z_]{6,})`", _CHECKS.partition("\n## ")[0]))


@pytest.fixture(scope="module")
def copied(audited_sqlite: Audited, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a copy, and what an auditor has to verify it with."""

    async def copy() -> bytes:
        async with connected(audited_sqlite.url, upgrade=False):
            town, ring = await Town.load(), audited_sqlite.ring
            return await copy_of(town, ring, note=await signed_anyway(town, ring))

    kept, key = audited_sqlite.kept, audited_sqlite.key
    folder = tmp_path_factory.mktemp("copied")
    return saved(folder, copy=asyncio.run(copy()), kept=kept, key=key)


def _trust(copied: dict[str, Path]) -> list[object]:
    return ["--key", copied["key"], "--checkpoint", copied["kept"]]


def _found(copied: dict[str, Path], data: bytes, path: Path) -> list[str]:
    """Return what the verifier finds in a copy, without a process of its own."""
    path.write_bytes(data)
    kept, keys = meguru_verify.kept_note(copied["kept"]), [copied["key"]]
    return [fault.name for fault in meguru_verify.checked(path, keys, [kept]).faults]


def test_every_changed_byte_is_found(copied: dict[str, Path], tmp_path: Path) -> None:
    """A thousand copies, each with one byte that is another one."""
    whole, chance, path = copied["copy"].read_bytes(), random.Random(4), tmp_path / "copy"  # noqa: S311 - no secret
    assert _found(copied, whole, path) == []
    for number in range(CHANGES):
        place = chance.randrange(len(whole))
        byte = bytes([(whole[place] + chance.randrange(1, 256)) % 256])
        changed = whole[:place] + byte + whole[place + 1 :]
        found = _found(copied, changed, path)
        assert found, (place, byte)
        if number < ON_BOTH:
            assert names(NODE, path, *_trust(copied)) == set(found), (place, byte)


def test_every_byte_of_the_end_counts(copied: dict[str, Path], tmp_path: Path) -> None:
    """The last line is covered by no hash: it has to be exactly as it is written."""
    whole, path = copied["copy"].read_bytes(), tmp_path / "copy"
    start = whole.rindex(b"\n", 0, -1) + 1
    for place in range(start, len(whole)):
        for byte in b'0 "{x\n':
            if whole[place] != byte:
                changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
                assert set(_found(copied, changed, path)) == {"BROKEN_FILE"}, (place, byte)
    assert _found(copied, whole + b"\n", path) == ["BROKEN_FILE"]
    assert _found(copied, whole[:-1], path) != []


Line = dict[str, Any]


def _of(kind: str, change: Callable[[Line], object], at: int = 0) -> Callable[[list[Line]], None]:
    """Return what changes the line of a kind at a place."""

    def spoil(lines: list[Line]) -> None:
        change([line for line in lines if line["type"] == kind][at])

    return spoil


def _in_body(**told: object) -> Callable[[Line], None]:
    def change(line: Line) -> None:
        line["body"] = json.dumps(json.loads(line["body"]) | told)

    return change


def _drop(kind: str, at: int) -> Callable[[list[Line]], None]:
    def spoil(lines: list[Line]) -> None:
        lines.remove([line for line in lines if line["type"] == kind][at])

    return spoil


def _twice(kind: str, at: int) -> Callable[[list[Line]], None]:
    def spoil(lines: list[Line]) -> None:
        line = [line for line in lines if line["type"] == kind][at]
        lines.insert(lines.index(line), line)

    return spoil


def _shorter(lines: list[Line]) -> None:
    """Say that the record is as long as an earlier checkpoint says, and has more entries."""
    note = lines[1]["note"]
    lines[0].update(checkpoint=note, size=int(note.split("\n")[1]))


FORGED: dict[str, tuple[Callable[[list[Line]], None], set[str]]] = {
    "another town": (
        _of("entry", _in_body(municipality="x")),
        {"ENTRY_CHANGED", "WRONG_RECORD"},
    ),
    "another origin": (_of("header", lambda h: h.update(origin="x")), {"WRONG_RECORD"}),
    "another format": (_of("header", lambda h: h.update(format="x")), {"BROKEN_FILE"}),
    "a smaller size": (_of("header", lambda h: h.update(size=30)), {"BROKEN_FILE", "RECORD_CUT"}),
    "an earlier checkpoint": (
        lambda lines: lines[0].update(checkpoint=lines[1]["note"]), {"BROKEN_FILE"}),
    "an earlier size": (_shorter, {"BROKEN_FILE", "RECORD_CUT"}),
    "no checkpoint": (_of("header", lambda h: h.update(checkpoint="")), {"BROKEN_FILE"}),
    "called a part": (_of("header", lambda h: h.update(complete=False)), {"PROOF_FALSE"}),
    "an entry gone": (_drop("entry", 33), {"ENTRY_MISSING", "STATE_DIFFERS"}),
    "the last entry gone": (_drop("entry", -1), {"ENTRY_MISSING", "STATE_DIFFERS"}),
    "an entry twice": (_twice("entry", 5), {"ENTRY_MOVED"}),
    "a row gone": (_drop("row", 0), {"STATE_DIFFERS"}),
    "a row twice": (_twice("row", 0), {"STATE_DIFFERS"}),
    "a row changed": (_of("row", lambda r: r["values"].update(role="x")), {"STATE_DIFFERS"}),
    "a row of nothing": (_of("row", lambda r: r.update(table=1)), {"BROKEN_FILE", "STATE_DIFFERS"}),
    "no body any more": (_of("entry", lambda e: e.update(body="{}")),
                         {"ENTRY_CHANGED", "BROKEN_FILE", "OPENING_FALSE", "STATE_DIFFERS"}),
    "a body cut": (_of("entry", lambda e: e.update(body=e["body"][:-1])),
                   {"ENTRY_CHANGED", "BROKEN_FILE", "STATE_DIFFERS"}),
    "an opening more": (_of("entry", lambda e: e["openings"].append("a" * 22 + "1")),
                        {"OPENING_FALSE"}),
    "an opening that is none": (_of("entry", lambda e: e["openings"].append(7)),
                                {"OPENING_FALSE"}),
    "a change of nothing": (_of("entry", _in_body(changes=[
        {"table": "cycles", "id": "x", "before": {"stage": "DO"}, "after": {"stage": "DO"}}])),
        {"ENTRY_CHANGED", "CHANGE_UNFOUNDED", "OPENING_FALSE", "STATE_DIFFERS"}),
    "leaf of another": (_of("entry", lambda e: e.update(leaf="0" * 64)),
                        {"ENTRY_CHANGED", "ROOT_DIFFERS"}),
    "no leaf": (_of("entry", lambda e: e.update(leaf="x")),
                {"BROKEN_FILE", "ENTRY_MISSING", "STATE_DIFFERS"}),
    "unknown line": (lambda lines: lines.insert(3, {"type": "x"}), {"BROKEN_FILE"}),
    "early row": (lambda lines: lines.insert(1, lines[-2]), {"BROKEN_FILE", "ENTRY_MISSING", "STATE_DIFFERS"}),
    "checkpoint spoilt": (_of("checkpoint", lambda c: c.update(note=c["note"][1:])),
                          {"WRONG_RECORD", "UNKNOWN_KEY", "BAD_SIGNATURE"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_the_verifiers_agree_on_a_forgery(
    copied: dict[str, Path], name: str, tmp_path: Path
) -> None:
    """Lines that were changed, and an end that fits them."""
    spoil, expected = FORGED[name]
    lines = [json.loads(line) for line in copied["copy"].read_bytes().splitlines()]
    spoil(lines)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    kinds = [line["type"] for line in lines]
    end = lines[-1] | {"entries": kinds.count("entry"), "rows": kinds.count("row")}
    body = text.rpartition("\n")[0].rpartition("\n")[0] + "\n"
    copy = saved(tmp_path, copy=ended_anew((body + json.dumps(end) + "\n").encode()))["copy"]
    seen = told(PYTHON, copy, *_trust(copied))
    assert {fault["name"] for fault in seen} == expected
    assert names(NODE, copy, *_trust(copied)) == expected


def test_every_name_is_specified_and_explained() -> None:
    """The specification, the verifier and the server know the same names."""
    assert set(meguru_verify.MEANINGS) | {FaultName.UNREADABLE} == SPECIFIED
    assert {str(name) for name in FaultName} < SPECIFIED
    of_copies = {"BROKEN_FILE", "SPLIT_VIEW", "PROOF_FALSE", "BODY_WITHHELD"}
    assert SPECIFIED - set(FaultName) == of_copies


def test_the_tables_that_are_held_are_listed_and_so_are_those_that_are_not() -> None:
    """No table is left out: whoever relies on the record knows what it says nothing of."""
    (held, others) = _CHECKS.partition("**The tables**")[2].partition("Nothing holds")[::2]
    assert set(re.findall(r"`(\w+)`", held)) == set(RECORDED)
    every = {
        str(model._meta.db_table)  # noqa: SLF001 - Tortoise's documented way
        for model in vars(records).values()
        if isinstance(model, type) and issubclass(model, Model) and model._meta.db_table  # noqa: SLF001
    }
    own = {"events", "event_heads", "checkpoints", "record_tiles"}
    named = set(re.findall(r"`(\w+)`", others.partition("## ")[0]))
    assert named == every - set(RECORDED) - own | {"idempotency_key", "request_sha256"}


def test_it_says_what_is_wrong_where_and_what_is_not_proved(
    copied: dict[str, Path], tmp_path: Path
) -> None:
    """In Japanese and English; with 0, 1 or 2 as it goes."""
    right = run(PYTHON, copied["copy"], *_trust(copied))
    assert right.returncode == 0
    assert "異状は見つかりませんでした" in right.stdout
    assert "The last 6 entries" in right.stdout
    alone = run(PYTHON, copied["copy"])
    assert alone.returncode == 0
    assert alone.stdout.count("--key") == alone.stdout.count("--checkpoint") == 2
    wrong = saved(tmp_path, copy=copied["copy"].read_bytes().replace(b"START", b"STALL", 1))
    found = run(PYTHON, wrong["copy"], *_trust(copied))
    assert found.returncode == 1
    assert "✗ ENTRY_CHANGED: 記録25番 entry 25" in found.stdout
    for arguments in (["nothing"], [copied["copy"], "--key", copied["copy"]], ["--wrong"]):
        assert run(PYTHON, *arguments).returncode == 2
    empty = saved(tmp_path, empty="")["empty"]
    assert names(PYTHON, empty) == names(NODE, empty) == {"BROKEN_FILE"}


def test_it_needs_only_one_package() -> None:
    """The standard library, `cryptography`, and nothing of ours; no network, no database."""
    text = (ROOT / "verifier/meguru_verify.py").read_text("utf-8")
    modules = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert modules <= {
        *("argparse", "base64", "collections", "hashlib", "io", "itertools", "json", "os"),
        *("pathlib", "re", "sys", "time", "typing", "cryptography"),
    }
