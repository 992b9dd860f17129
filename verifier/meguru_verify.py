#!/usr/bin/env python3
"""記録の写しを確かめる / Verifies a copy of a record.

Python 3.11 以上と cryptography だけで動き、通信もデータベースも使わない。
Needs only Python 3.11 and `cryptography`; no network, no database.

  python meguru_verify.py COPY --key KEY --checkpoint KEPT [--checkpoint …] [--evidence FOLDER]
  python meguru_verify.py compare ONE OTHER         # 二人の監査委員のチェックポイントを突き合わせる
  python meguru_verify.py keygen NAME --key-file PEM         # 立会人の鍵を作る / a witness's key
  python meguru_verify.py cosign CHECKPOINT --key-file PEM --copy COPY --last LAST --key KEY

終了コード / exit code: 0 異状なし / nothing is wrong, 1 異状あり / faults, 2 使い方の誤り / usage.
What is checked, and what each fault means, is specified in docs/record.md.
"""

import argparse
import base64
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MEANINGS = {
    "BROKEN_FILE": (
        "ファイルが壊れているか、途中で変わっています。写しを取り直してください。",
        "The file is damaged, or was changed on its way. Take a new copy.",
    ),
    "WRONG_RECORD": (
        "別の団体または別の記録のものです。ファイルの取り違えがないか確かめてください。",
        "It belongs to another record. See whether files were mixed up.",
    ),
    "ENTRY_CHANGED": (
        "この記録は、書かれた後で内容が変えられています。前に取った写しと比べてください。",
        "This entry was changed after it was written. Compare it with an earlier copy.",
    ),
    "ENTRY_MISSING": (
        "この番号の記録がありません。消されたか、写しから除かれています。理由を求めてください。",
        "The entry of this number is not there: deleted, or left out. Ask why.",
    ),
    "ENTRY_MOVED": (
        "この記録は、本来の位置にないか、二つあります。並べ替えか差し込みです。",
        "This entry is not where it says it belongs, or is there twice: reordered, or slipped in.",
    ),
    "TIME_BACKWARDS": (
        "この記録の時刻は前の記録より古くなっています。日付がさかのぼって書かれた疑いがあります。",
        "This entry is recorded before the one before it: it may have been back-dated.",
    ),
    "TIME_OF_CHECKPOINT": (
        "記録の時刻がチェックポイントの時刻と合いません。さかのぼって書かれた疑いがあります。",
        "An entry's time does not fit a checkpoint's: it may have been back-dated.",
    ),
    "ROOT_DIFFERS": (
        "このチェックポイントの後で、それ以前の記録が書き換えられています。前に取った写しと比べてください。",
        "After this checkpoint, what came before it was rewritten. Compare with an earlier copy.",
    ),
    "RECORD_CUT": (
        "チェックポイントにあった末尾の記録がありません。消されたか、古いバックアップに戻されています。",
        "The record's end is missing: it was cut, or an old backup was put back.",
    ),
    "BAD_SIGNATURE": (
        "チェックポイントの署名が正しくありません。偽物か、写し間違いです。",
        "A checkpoint's signature is not right: it is forged, or was copied wrongly.",
    ),
    "UNKNOWN_KEY": (
        "信頼できる鍵の署名がありません。鍵が替わったのなら、新しい鍵を町から直接受け取ってください。",
        "No key that you can trust signed it. If the key was changed, have the new one handed to you.",
    ),
    "RETIRED_KEY": (
        "この時点では使えない鍵(古い鍵など)の署名です。鍵が盗まれた疑いがあります。",
        "It is signed by a key that was not in use then: an old key may have been stolen.",
    ),
    "SPLIT_VIEW": (
        "同じ長さなのに内容の違う記録が示されています。二つのチェックポイントを証拠として保管してください。",
        "Two histories of one length were shown. Keep both checkpoints as evidence.",
    ),
    "OPENING_FALSE": (
        "この記録に添えられた氏名や文章は、書かれたときのものではありません。",
        "A name or text beside this entry is not what was sealed in it.",
    ),
    "REMOVED_SILENTLY": (
        "氏名や文章が、消去の記録を残さずに消されています。誰がなぜ消したかを求めてください。",
        "A name or text was removed, and no redaction tells of it. Ask who did it, and why.",
    ),
    "CHANGE_UNFOUNDED": (
        "この記録は、実際にはなかった値を変えたと言っています。前後の記録を調べてください。",
        "This entry says that it changed what was not there. Look at the entries before it.",
    ),
    "STATE_DIFFERS": (
        "現在の値が、記録から導かれる値と違います。記録を経ずに書き換えられています。",
        "A table does not say what the entries give: it was changed past the record.",
    ),
    "PROOF_FALSE": (
        "この記録が、署名された記録の一部であると証明されていません。",
        "It is not proved that this entry is part of the signed record.",
    ),
    "EVIDENCE_CHANGED": (
        "証拠書類のファイルが、添付されたときのものと違います。",
        "A file of evidence is not the one that was attached.",
    ),
    "EVIDENCE_MISSING": (
        "証拠書類のファイルがありません。フォルダーの指定を確かめ、町に求めてください。",
        "A file of evidence is not there. See whether the folder is right, then ask for it.",
    ),
}
MOST = 100  # of each name are told
NOTE = re.compile(
    r"(([^\n]+)\n([1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n"
    r"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n)"
    r"\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)
KEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
HASH = re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
SIGNS, WITNESSES = 1, 4  # the kinds of keys: of records, and of witnesses (C2SP)
SALT, KEY_ID, PUBLIC = 22, 4, 32  # characters and bytes
ORDER = {"header": 0, "checkpoint": 1, "entry": 2, "row": 3, "end": 4}


class Removed(str):
    """Stands where a sealed value was removed, or withheld."""

    __slots__ = ()


REMOVED = Removed("［消去］")


@dataclass(frozen=True)
class Fault:
    """What is wrong, by its name, and where."""

    name: str
    line: int | None = None
    sequence: int | None = None
    about: str = ""


class Faults(list[Fault]):
    """All that is wrong, up to a hundred of each name."""

    def add(
        self, name: str, line: int | None = None, sequence: int | None = None, about: str = ""
    ) -> None:
        """Add one."""
        if sum(fault.name == name for fault in self) < MOST:
            self.append(Fault(name, line, sequence, about))


def from_base64(text: str) -> bytes | None:
    """Return what a text stands for; None where it is not exactly how that would be written."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


@dataclass(frozen=True)
class Key:
    """A public key with its name (C2SP signed-note)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """What its signatures name it by."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[
            :KEY_ID
        ]

    @property
    def handed_out(self) -> str:
        """It as it is handed out: a verifier key."""
        data = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{data}"

    def made(self, name: str, signature: bytes, text: bytes) -> bool:
        """Return whether it made a signature (with the id before it) over a text, by its name."""
        if name != self.name:
            return False
        signature = signature[KEY_ID:]
        if self.kind == WITNESSES:
            seconds = int.from_bytes(signature[:8], "big")
            text, signature = cosigned(text, seconds), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Term:
    """A key, and the sizes of trees that it signs."""

    key: Key
    first: int = 1
    last: int | None = None

    def covers(self, size: int) -> bool:
        """Return whether it signs trees of a size."""
        return self.first <= size and (self.last is None or size <= self.last)


def cosigned(text: bytes, seconds: int) -> bytes:
    """Return what a witness signs of a checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


def key_of(text: object) -> Key | None:
    """Read a verifier key."""
    found = KEY.fullmatch(text) if isinstance(text, str) else None
    data = from_base64(found[3]) if found else None
    if not found or not data or len(data) != 1 + PUBLIC or data[0] not in (SIGNS, WITNESSES):
        return None
    key = Key(found[1], data[0], data[1:])
    return key if key.id.hex() == found[2] else None


@dataclass(frozen=True)
class Note:
    """A checkpoint: how long a record was, and its root."""

    text: bytes
    origin: str
    size: int
    root: bytes
    time: str
    signatures: tuple[tuple[str, bytes], ...]
    line: int | None = None
    about: str = ""


def note_of(text: object, line: int | None = None, about: str = "") -> Note | None:
    """Read a checkpoint exactly as it has to be written."""
    found = NOTE.fullmatch(text) if isinstance(text, str) else None
    root = from_base64(found[4]) if found else None
    if not found or root is None:
        return None
    signatures = []
    for one in found[6].splitlines():
        _, name, data = one.split(" ")
        signature = from_base64(data)
        if signature is None or len(signature) <= KEY_ID:
            return None
        signatures.append((name, signature))
    signed = found[1].encode()
    return Note(signed, found[2], int(found[3]), root, found[5], tuple(signatures), line, about)


class Tree:
    """The root over leaves that come one by one (RFC 9162, section 2.1)."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf."""
        size = self.size
        while size & 1:
            leaf = sha256(b"\1" + self.peaks.pop() + leaf).digest()
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        *larger, root = self.peaks or [sha256(b"").digest()]
        for peak in reversed(larger):
            root = sha256(b"\1" + peak + root).digest()
        return root


def is_included(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> bool:
    """Return whether a path proves that a leaf is in the tree of a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = sha256(b"\1" + beside + found).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + beside).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def is_number(value: object) -> bool:
    """Return whether a value is a whole number from 1 on that every language can hold."""
    return type(value) in (int, float) and 0 < value < 2**53 and value == int(value)  # type: ignore[operator, call-overload]


def is_hash(value: object) -> bool:
    """Return whether a value is a hash in hexadecimal."""
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def is_change(value: object) -> bool:
    """Return whether a value is a change of a row."""
    if not isinstance(value, dict) or not isinstance(value.get("after"), dict):
        return False
    named = isinstance(value.get("table"), str) and isinstance(value.get("id"), str)
    return named and isinstance(value.get("before"), dict | None)


def is_document(value: object) -> bool:
    """Return whether a value is the body of an entry, as far as it is checked."""
    if not isinstance(value, dict) or not is_number(value.get("sequence")):
        return False
    texts = all(isinstance(value.get(name), str) for name in ("municipality", "recordedAt", "kind"))
    changes = value.get("changes")
    if not texts or not MOMENT.fullmatch(value["recordedAt"]) or not isinstance(changes, list):
        return False
    return isinstance(value.get("details"), dict) and all(map(is_change, changes))


def parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    """Read JSON as every language does.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(text[:99]) from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _is_same(one: object, other: object) -> bool:
    """Return whether two values agree, as far as anybody can tell who no longer has one of them."""
    return one == other or isinstance(one, Removed) or isinstance(other, Removed)


def _not_null(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


class Copy:
    """A copy that is read once, a line at a time, and all that is found wrong with it."""

    def __init__(self, keys: Iterable[Key] = (), kept: Iterable[Note] = ()) -> None:
        self.faults = Faults()
        self.given, self.kept = tuple(keys), tuple(kept)
        self.notes, self.sizes = list(self.kept), dict[int, list[Note]]()
        self.header: dict[str, Any] = {}
        self.root = b""
        self.follows = False
        self.tree: Tree | None = Tree()
        self.introduced: list[tuple[int, Key]] = []
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        self.attached: dict[str, tuple[int, dict[str, Any]]] = {}
        self.missing: dict[str, int] = {}
        self.removed: set[str] = set()
        self.next = 1
        self.entries = self.rows = self.withheld = self.line = 0
        self.latest = self.earliest = ""
        self.known: dict[str, Any] = {}
        self.sealed: list[str] = []
        self.decode = json.JSONDecoder(object_hook=self._open, parse_constant=_refuse).decode

    def read(self, file: BinaryIO) -> None:
        """Check a whole file."""
        running, rank, last = sha256(), -1, ORDER["end"]
        for self.line, raw in enumerate(file, 1):
            item = self._item(raw)
            kind = ORDER.get(item["type"], -1)
            if kind < max(rank, 0) or rank == last or (kind == 0) != (self.line == 1):
                self._broken("no such line belongs here")
            elif kind == last:
                rank = kind
                self._end(item, raw, running.hexdigest())
            else:
                rank = kind
                getattr(self, f"_{item['type']}")(item)
            if not self.header:
                return
            running.update(raw)
        if rank != last:
            self._broken("the end is missing")
        if self.header:
            self._finish()

    @staticmethod
    def _item(raw: bytes) -> dict[str, Any]:
        try:
            item = parsed(raw.decode()) if raw.endswith(b"\n") else None
        except ValueError:
            item = None
        if isinstance(item, dict) and isinstance(item.get("type"), str):
            return item
        return {"type": ""}

    def _broken(self, about: str, sequence: int | None = None) -> None:
        self.faults.add("BROKEN_FILE", self.line, sequence, about)

    def _header(self, item: dict[str, Any]) -> None:
        town, origin = item.get("municipality"), item.get("origin")
        flags = (item.get("complete"), item.get("state"))
        sound = isinstance(town, dict) and isinstance(town.get("id"), str)
        sound = sound and item.get("format") == "meguru-copy/1" and is_number(item.get("size"))
        if not sound or not isinstance(origin, str) or not all(type(f) is bool for f in flags):
            self._broken("the header cannot be understood")
            return
        self.header, self.follows = item, all(flags)
        note = self._checkpoint({"note": item.get("checkpoint")})
        self.root = note.root if note else b""
        if note and note.size != item["size"]:
            self._broken("the checkpoint is not of the header's size")
        names = [(kept.origin, kept.about) for kept in self.kept]
        names += [(key.name, f"--key {key.name}") for key in self.given if key.kind == SIGNS]
        for name, about in names:
            if name != origin:
                self.faults.add("WRONG_RECORD", about=about)

    def _checkpoint(self, item: dict[str, Any]) -> Note | None:
        note = note_of(item.get("note"), self.line)
        if note is None:
            self._broken("a checkpoint cannot be read")
            return None
        if note.origin != self.header["origin"]:
            self.faults.add("WRONG_RECORD", self.line)
        self.notes.append(note)
        return note

    def _entry(self, item: dict[str, Any]) -> None:
        leaf, body, openings = item.get("leaf"), item.get("body"), item.get("openings") or []
        self.entries += 1
        if self.entries == 1:
            for note in self.notes:
                self.sizes.setdefault(note.size, []).append(note)
        sound = is_number(item.get("sequence")) and is_hash(leaf) and isinstance(openings, list)
        if not sound or not isinstance(body, str | None):
            self._broken("an entry cannot be read")
            return
        sequence = int(item["sequence"])
        if not self._placed(sequence, str(leaf), item.get("path")):
            return
        if body is None:
            self.withheld += 1
        else:
            data = body.encode(errors="replace")
            if sha256(b"\0" + data).hexdigest() != leaf:
                self.faults.add("ENTRY_CHANGED", self.line, sequence)
            self._told(sequence, body, openings)
        if sequence in self.sizes and self.header["complete"]:
            self._reached(sequence)

    def _placed(self, sequence: int, leaf: str, path: object) -> bool:
        """Put an entry where it belongs; return whether it has a place."""
        if sequence < self.next:
            self.faults.add("ENTRY_MOVED", self.line, sequence)
            return False
        if not self.header["complete"]:
            sound = isinstance(path, list) and all(map(is_hash, path))
            hashes = [bytes.fromhex(one) for one in path] if sound else []  # type: ignore[attr-defined]
            proof = (sequence - 1, int(self.header["size"]), bytes.fromhex(leaf), hashes, self.root)
            if not sound or not is_included(*proof):
                self.faults.add("PROOF_FALSE", self.line, sequence)
        elif sequence > self.next:
            self.faults.add("ENTRY_MISSING", self.line, self.next)
            self.tree = None
        if self.tree:
            self.tree.add(bytes.fromhex(leaf))
        self.next = sequence + 1
        return True

    def _reached(self, size: int) -> None:
        """Hold the checkpoints of a size against what was read so far."""
        for note in self.sizes[size]:
            if self.tree and self.tree.root != note.root:
                self.faults.add("ROOT_DIFFERS", note.line, size, note.about)
            if self.latest > note.time:
                self.faults.add("TIME_OF_CHECKPOINT", self.line, size, note.about)
            self.earliest = max(self.earliest, note.time)

    def _told(self, sequence: int, body: str, openings: list[Any]) -> None:
        """Check what an entry says."""
        document = self._opened(sequence, body, openings)
        if not is_document(document):
            self._broken("a body cannot be read", sequence)
            return
        if document["sequence"] != sequence:
            self.faults.add("ENTRY_MOVED", self.line, sequence)
        if document["municipality"] != self.header["municipality"]["id"]:
            self.faults.add("WRONG_RECORD", self.line, sequence)
        self._timed(sequence, document["recordedAt"])
        if document["kind"] in ("KEY_CHANGED", "REDACTED"):
            self._kept_by(sequence, document["kind"], document["details"])
        for change in document["changes"]:
            self._change(sequence, change)

    def _opened(self, sequence: int, body: str, openings: list[Any]) -> Any:  # noqa: ANN401 - JSON
        """Read a body with its sealed values in place; None where it cannot be read."""
        self.known, self.sealed = {}, []
        for opening in openings:
            self._learn(sequence, opening)
        try:
            document = self.decode(body)
        except (ValueError, RecursionError):
            return None
        if self.known.keys() - set(self.sealed):
            self.faults.add("OPENING_FALSE", self.line, sequence)
        for sealed in self.sealed:
            if sealed not in self.known:
                self.missing.setdefault(sealed, sequence)
        return document

    def _learn(self, sequence: int, opening: object) -> None:
        """Read what opens a sealed value."""
        text = opening if isinstance(opening, str) else ""
        try:
            sealed = sha256(text.encode(errors="replace")).hexdigest()
            self.known[sealed] = parsed(text[SALT:])
        except ValueError:
            self.faults.add("OPENING_FALSE", self.line, sequence)

    def _open(self, value: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Put a sealed value's own in its place, while a body is read."""
        sealed = value.get("sealed") if len(value) == 1 else None
        if not isinstance(sealed, str):
            return value
        self.sealed.append(sealed)
        return self.known.get(sealed, REMOVED)

    def _timed(self, sequence: int, moment: str) -> None:
        if self.latest > moment:
            self.faults.add("TIME_BACKWARDS", self.line, sequence)
        late = self.earliest > moment
        if not self.header["complete"]:
            late = any(
                moment > note.time if sequence <= note.size else moment < note.time
                for note in self.notes
            )
        if late:
            self.faults.add("TIME_OF_CHECKPOINT", self.line, sequence)
        self.latest = moment

    def _kept_by(self, sequence: int, kind: str, details: dict[str, Any]) -> None:
        """Take note of a key that an entry introduces, or of what it says was removed."""
        if kind == "KEY_CHANGED":
            key = key_of(details.get("key"))
            if key is None:
                self._broken("a key cannot be read", sequence)
            else:
                self.introduced.append((sequence, key))
            return
        removed = details.get("removed")
        for one in removed if isinstance(removed, list) else ():
            listed = one.get("commitments") if isinstance(one, dict) else None
            self.removed.update(filter(is_hash, listed if isinstance(listed, list) else ()))

    def _change(self, sequence: int, change: dict[str, Any]) -> None:
        """Fold a change of a row into the tables."""
        rows = self.tables.setdefault(change["table"], {})
        row, before = rows.get(change["id"]), change.get("before")
        if before is None:
            founded = row is None
            row = rows[change["id"]] = change["after"]
            if change["table"] == "evidence":
                self.attached[change["id"]] = sequence, change["after"]
        else:
            row = rows.setdefault(change["id"], {})
            founded = all(_is_same(row.get(name), value) for name, value in before.items())
            row.update(change["after"])
        if self.follows and not founded:
            self.faults.add("CHANGE_UNFOUNDED", self.line, sequence, change["table"])

    def _row(self, item: dict[str, Any]) -> None:
        table, row_id, values = item.get("table"), item.get("id"), item.get("values")
        self.rows += 1
        if not (isinstance(table, str) and isinstance(row_id, str) and isinstance(values, dict)):
            self._broken("a row cannot be read")
            return
        told = self.tables.get(table, {}).pop(row_id, None)
        if self.follows and (told is None or _not_null(told) != _not_null(values)):
            self.faults.add("STATE_DIFFERS", self.line, about=f"{table} {row_id}")

    def _end(self, item: dict[str, Any], raw: bytes, digest: str) -> None:
        counted = {"type": "end", "entries": self.entries, "rows": self.rows, "sha256": digest}
        told = {name: counted.get(name) for name in item}
        exact = json.dumps(told, separators=(",", ":")).encode() + b"\n"
        if told.keys() != counted.keys() or exact != raw:
            self._broken("the end does not fit what comes before it")

    def _finish(self) -> None:
        """Check what can only be told at the end."""
        size = self.header["size"]
        if self.header["complete"] and self.next <= size:
            self.faults.add("ENTRY_MISSING", self.line, self.next)
        if self.next > size + 1:
            self._broken("there are more entries than the header says")
        roots: dict[int, bytes] = {}
        for note in self.notes:
            if note.size > size:
                self.faults.add("RECORD_CUT", note.line, note.size, note.about)
            if roots.setdefault(note.size, note.root) != note.root:
                self.faults.add("SPLIT_VIEW", note.line, note.size, note.about)
        if self.follows:
            self._left()
        self._signatures()

    def _left(self) -> None:
        """Tell of values that are gone, and of rows that are in no table."""
        for sealed, sequence in self.missing.items():
            if sealed not in self.removed:
                self.faults.add("REMOVED_SILENTLY", None, sequence)
        for table, rows in self.tables.items():
            for row_id in rows:
                self.faults.add("STATE_DIFFERS", about=f"{table} {row_id}")

    def _signatures(self) -> None:
        """Check by whom, and whether at all, each checkpoint is signed."""
        terms = {key.id: Term(key) for key in self.given}
        ends: list[int | None] = [sequence for sequence, _ in self.introduced[1:]]
        for (first, key), last in zip(self.introduced, [*ends, None], strict=False):
            terms[key.id] = Term(key, first, last)
        good = {
            (note.size, signature[:KEY_ID])
            for note in self.notes
            for name, signature in note.signatures
            if (term := terms.get(signature[:KEY_ID])) and term.key.made(name, signature, note.text)
        }
        trusted = self._trusted(good)
        # A part cannot be held against checkpoints of other sizes.
        for note in self.notes:
            if not self.header["complete"] and note.size != self.header["size"]:
                continue
            for fault in self._faults_of(note, terms, trusted):
                self.faults.add(fault, note.line, note.size, note.about)

    def _faults_of(
        self, note: Note, terms: dict[bytes, Term], trusted: set[bytes]
    ) -> Iterator[str]:
        """Yield what is wrong with a checkpoint's signatures."""
        if all(name != note.origin for name, _ in note.signatures):
            yield "UNKNOWN_KEY"
        for name, signature in note.signatures:
            term = terms.get(signature[:KEY_ID])
            if term is None or (name == note.origin and term.key.id not in trusted):
                if name == note.origin:
                    yield "UNKNOWN_KEY"
            elif not term.key.made(name, signature, note.text):
                yield "BAD_SIGNATURE"
            elif not term.covers(note.size):
                yield "RETIRED_KEY"

    def _trusted(self, good: set[tuple[int, bytes]]) -> set[bytes]:
        """Return the ids of the keys that what was given vouches for.

        A key vouches for the next one by signing the tree that introduces it too, and for those
        before it by signing the record that they are in.
        """
        chain = [key.id for _, key in self.introduced]
        if not any(key.kind == SIGNS for key in self.given):
            return set(chain)
        trusted = {key.id for key in self.given}
        known = [place for place, key_id in enumerate(chain) if key_id in trusted]
        trusted.update(chain[: max(known, default=0)])
        for (size, key), before in zip(self.introduced[1:], chain, strict=False):
            if before in trusted and {(size, before), (size, key.id)} <= good:
                trusted.add(key.id)
        return trusted

    def check_files(self, folder: Path) -> None:
        """Hold the files of evidence against what the entries say of them."""
        for sequence, row in self.attached.values():
            name, size = str(row.get("sha256")), row.get("size")
            if not is_hash(name):
                continue
            places = [
                place for place in (folder / name, folder / name[:2] / name) if place.is_file()
            ]
            if not places:
                # Whose name was removed from the record may be gone with it.
                if not str(row.get("name")).startswith(REMOVED[:-1]):
                    self.faults.add("EVIDENCE_MISSING", None, sequence, name)
                continue
            with places[0].open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            if digest != name or places[0].stat().st_size != size:
                self.faults.add("EVIDENCE_CHANGED", None, sequence, name)

    def not_proved(self, *, files: bool) -> Iterator[tuple[str, str]]:
        """Yield what this check says nothing about, in Japanese and English."""
        beyond = int(self.header.get("size", 0)) - max((n.size for n in self.kept), default=0)
        if not any(key.kind == SIGNS for key in self.given):
            yield (
                "鍵(--key)がないので、誰が署名したかは確かめていません。",
                "No --key was given: who signed is not proved.",
            )
        if not self.kept:
            yield (
                "以前に受け取ったチェックポイント(--checkpoint)がないので、全体が書き直されていても分かりません。",
                "No --checkpoint received earlier was given: the whole may have been rewritten.",
            )
        elif beyond > 0:
            yield (
                f"お手元のチェックポイントより後の{beyond}件は、まだ誰も外で預かっていません。",
                f"The last {beyond} entries come after every checkpoint that you hold.",
            )
        if not self.header.get("complete"):
            yield (
                "一部の写しなので、ほかに記録がないとは言えません。",
                "This is a part: other entries may have been left out.",
            )
        if not self.follows:
            yield (
                "現在の値は含まれず、消された文章があるかどうかも確かめていません。",
                "Tables, and whether texts were removed, are not checked in this copy.",
            )
        if self.attached and not files:
            yield (
                "証拠書類のファイル(--evidence)は確かめていません。",
                "The files of evidence were not checked: no --evidence was given.",
            )


def where(fault: Fault) -> str:
    """Return where a fault is, in both languages."""
    line = f"{fault.line}行目 line {fault.line}" if fault.line else ""
    entry = f"記録{fault.sequence}番 entry {fault.sequence}" if fault.sequence else ""
    return ", ".join(filter(None, (entry, line, fault.about)))


def tell(faults: list[Fault], notes: Iterable[tuple[str, str]], *, as_json: bool) -> int:
    """Print what was found, and return the exit code."""
    if as_json:
        found = [{"name": f.name, "line": f.line, "sequence": f.sequence} for f in faults]
        print(json.dumps({"faults": found, "notProved": [english for _, english in notes]}))
        return 1 if faults else 0
    for fault in faults:
        japanese, english = MEANINGS[fault.name]
        print(f"✗ {fault.name}: {where(fault)}\n  {japanese}\n  {english}")
    for japanese, english in notes:
        print(f"! {japanese}\n  {english}")
    if not faults:
        print("✓ 異状は見つかりませんでした。/ Nothing is wrong.")
    return 1 if faults else 0


def leave(japanese: str, english: str) -> NoReturn:
    """Say what cannot be used, and leave."""
    print(f"{japanese} / {english}", file=sys.stderr)
    raise SystemExit(2)


def text_of(path: Path) -> str:
    """Read a small file as it was handed out, whatever an editor made of its line ends."""
    try:
        return path.read_text("utf-8").rstrip() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        leave(f"{path} を読めません", f"{path} cannot be read: {error}")


def kept_note(path: Path) -> Note:
    """Read a checkpoint that was kept."""
    note = note_of(text_of(path), None, path.name)
    return note or leave(f"{path} はチェックポイントではありません", f"{path} is no checkpoint")


def keys_in(path: Path) -> list[Key]:
    """Read a file of verifier keys, one a line."""
    keys = [key for key in map(key_of, text_of(path).split()) if key]
    return keys or leave(f"{path} に鍵がありません", f"{path} has no verifier key")


def verify(arguments: argparse.Namespace) -> int:
    """Check a copy."""
    copy = checked(arguments.copy, arguments.key, [kept_note(one) for one in arguments.checkpoint])
    if arguments.evidence:
        copy.check_files(arguments.evidence)
    limits = list(copy.not_proved(files=bool(arguments.evidence)))
    return tell(copy.faults, limits, as_json=arguments.json)


def checked(path: Path, keys: Iterable[Path], kept: Iterable[Note]) -> Copy:
    """Return a copy that was read to its end."""
    copy = Copy([key for one in keys for key in keys_in(one)], kept)
    try:
        with path.open("rb") as file:
            copy.read(file)
    except OSError as error:
        leave(f"{path} を読めません", f"{path} cannot be read: {error}")
    if not copy.line:
        copy.faults.add("BROKEN_FILE", 1, about="the file is empty")
    return copy


def compare(arguments: argparse.Namespace) -> int:
    """Compare the checkpoints that two auditors hold."""
    one, other = kept_note(arguments.one), kept_note(arguments.other)
    faults = Faults()
    if one.origin != other.origin:
        faults.add("WRONG_RECORD", about=f"{one.origin} / {other.origin}")
    elif one.size != other.size:
        leave(
            "長さが違います。写しを取り、両方を --checkpoint に指定して確かめてください",
            "They are of different sizes: verify one copy with both as --checkpoint",
        )
    elif one.root != other.root:
        faults.add("SPLIT_VIEW", None, one.size, f"{one.about} / {other.about}")
    return tell(faults, [], as_json=arguments.json)


def keygen(arguments: argparse.Namespace) -> int:
    """Make a witness's key; its public part is printed, and kept beside it."""
    private = Ed25519PrivateKey.generate()
    key = Key(arguments.name, WITNESSES, private.public_key().public_bytes_raw())
    if key_of(key.handed_out) is None:
        leave("名前に空白や + は使えません", "A name has neither spaces nor +")
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        with os.fdopen(
            os.open(arguments.key_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
        ) as file:
            file.write(pem)
        Path(f"{arguments.key_file}.pub").write_text(f"{key.handed_out}\n", "utf-8")
    except OSError as error:
        leave(f"{arguments.key_file} を作れません", f"It cannot be made: {error}")
    print(key.handed_out)
    return 0


def cosign(arguments: argparse.Namespace) -> int:
    """Sign a checkpoint as a witness, once the copy shows that the record only grew up to it."""
    (key, *_) = keys_in(Path(f"{arguments.key_file}.pub"))
    private = serialization.load_pem_private_key(text_of(arguments.key_file).encode(), None)
    if not isinstance(private, Ed25519PrivateKey) or key.kind != WITNESSES:
        leave("立会人の鍵ではありません", "It is no witness's key")
    kept = [kept_note(one) for one in (arguments.checkpoint, arguments.last) if one]
    if max(note.size for note in kept) > kept[0].size:
        leave("前回より短い記録には署名しません", "It is shorter than the last one that you signed")
    copy = checked(arguments.copy, arguments.key, kept)
    if copy.faults or not copy.header["complete"]:
        return tell(copy.faults, copy.not_proved(files=False), as_json=False) or 1
    seconds = int(time.time())
    signature = private.sign(cosigned(kept[0].text, seconds))
    data = key.id + seconds.to_bytes(8, "big") + signature
    print(f"— {key.name} {base64.b64encode(data).decode()}")
    return 0


def arguments_of(argv: list[str]) -> argparse.Namespace:
    """Read the command line: a word that is a command, or else a copy to verify."""
    command = argv[0] if argv and argv[0] in ("compare", "keygen", "cosign") else ""
    parser = argparse.ArgumentParser(
        prog=f"meguru_verify.py {command}".strip(),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    match command:
        case "compare":
            add("one", type=Path)
            add("other", type=Path)
            add("--json", action="store_true")
            parser.set_defaults(run=compare)
        case "keygen":
            add("name")
            add("--key-file", type=Path, required=True)
            parser.set_defaults(run=keygen)
        case "cosign":
            add("checkpoint", type=Path)
            add("--key-file", type=Path, required=True)
            add("--copy", type=Path, required=True)
            add("--key", type=Path, action="append", required=True)
            add("--last", type=Path)
            parser.set_defaults(run=cosign)
        case _:
            add("copy", type=Path)
            add("--key", type=Path, action="append", default=[])
            add("--checkpoint", type=Path, action="append", default=[])
            add("--evidence", type=Path)
            add("--json", action="store_true")
            parser.set_defaults(run=verify)
    return parser.parse_args(argv[bool(command) :])


def main() -> int:
    """Run the command line."""
    arguments = arguments_of(sys.argv[1:])
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
