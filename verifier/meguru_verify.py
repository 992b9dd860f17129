#!/usr/bin/env python3
"""記録の写しを確かめる / Verifies a copy of a record.

Python 3.11 以上と cryptography だけで動き、通信もデータベースも使わない。
Needs only Python 3.11 and `cryptography`; no network, no database.

  python meguru_verify.py COPY --key KEY --checkpoint KEPT [--checkpoint …] [--evidence FOLDER]
  python meguru_verify.py compare ONE OTHER --key KEY   # 二人の監査委員のチェックポイントを突き合わせる
  python meguru_verify.py keygen NAME --key-file PEM         # 立会人の鍵を作る / a witness's key
  python meguru_verify.py cosign CHECKPOINT --key-file PEM --copy COPY --last LAST --key KEY
                                 [--allow-withheld]  # 本文のない記録があっても / without all bodies

終了コード / exit code: 0 異状なし / nothing is wrong, 1 異状あり / faults,
2 確かめられなかった、または使い方の誤り / not verified, or used wrongly.
"""

# How to read this file: it follows docs/record.md, from the small to the large.
#   Faults         each by its name, and the sentences that are said about it
#   Shapes         JSON, and what every kind of line has to look like
#   Sealed values  put back in their places in an entry's body
#   The tree       its root, and proofs that an entry is in it
#   Checkpoints    keys, notes, and whose signatures count
#   Copies         Times and Tables; Copy reads lines one by one, and asks all of the above
#   Command line   what is printed, and the four commands
# Of a line, only what a later one needs is kept: memory does not grow with the record.
# Whatever cannot be read raises ValueError, which Copy.read tells as BROKEN_FILE.

import argparse
import json
import os
import re
import sys
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import file_digest, sha256
from io import TextIOWrapper
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn, Self, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# ---- Faults

FAULTS = """
BROKEN_FILE         ファイルが壊れているか、途中で変わっています。写しを取り直してください。
                    The file is damaged, or was changed on its way. Take a new copy.
WRONG_RECORD        別の団体または別の記録のものです。ファイルの取り違えがないか確かめてください。
                    It belongs to another record. See whether files were mixed up.
ENTRY_CHANGED       この記録は、書かれた後で内容が変えられています。前に取った写しと比べてください。
                    This entry was changed after it was written. Compare it with an earlier copy.
NOT_CANONICAL       この記録の書き方が、定められた形(RFC 8785)ではありません。読み方により内容が変わり得ます。
                    This entry is not written in the one form (RFC 8785) that everybody reads alike.
ENTRY_MISSING       この番号の記録がありません。消されたか、写しから除かれています。理由を求めてください。
                    The entry of this number is not there: deleted, or left out. Ask why.
BODY_WITHHELD       すべて見せるはずの写しなのに、この記録の本文が除かれています。理由を求めてください。
                    A copy that has to show everything leaves out what this entry says. Ask why.
ENTRY_MOVED         この記録は、本来の位置にないか、二つあります。並べ替えか差し込みです。
                    This entry is not where it says it belongs, or is there twice: reordered, or slipped in.
TIME_BACKWARDS      この記録の時刻は前の記録より古くなっています。日付がさかのぼって書かれた疑いがあります。
                    This entry is recorded before the one before it: it may have been back-dated.
TIME_OF_CHECKPOINT  記録の時刻がチェックポイントの時刻と合いません。さかのぼって書かれた疑いがあります。
                    An entry's time does not fit a checkpoint's: it may have been back-dated.
ROOT_DIFFERS        このチェックポイントの後で、それ以前の記録が書き換えられています。前に取った写しと比べてください。
                    After this checkpoint, what came before it was rewritten. Compare with an earlier copy.
RECORD_CUT          末尾の記録がありません。消されたか、古いバックアップに戻されたか、写しがこのチェックポイントより古いかです。
                    The record's end is missing: it was cut, or an old backup was put back, or the copy is older than this checkpoint.
BAD_SIGNATURE       チェックポイントの署名が正しくありません。偽物か、写し間違いです。
                    A checkpoint's signature is not right: it is forged, or was copied wrongly.
UNKNOWN_KEY         信頼できる鍵の署名がありません。鍵が替わったのなら、新しい鍵を町から直接受け取ってください。
                    No key that you can trust signed it. If the key was changed, have the new one handed to you.
RETIRED_KEY         この時点では使えない鍵(古い鍵など)の署名です。鍵が盗まれた疑いがあります。
                    It is signed by a key that was not in use then: an old key may have been stolen.
SPLIT_VIEW          同じ長さなのに内容の違う記録が示されています。二つのチェックポイントを証拠として保管してください。
                    Two histories of one length were shown. Keep both checkpoints as evidence.
OPENING_FALSE       この記録に添えられた氏名や文章は、書かれたときのものではありません。
                    A name or text beside this entry is not what was sealed in it.
REMOVED_SILENTLY    氏名や文章が、消去の記録を残さずに消されています。誰がなぜ消したかを求めてください。
                    A name or text was removed, and no redaction tells of it. Ask who did it, and why.
CHANGE_UNFOUNDED    この記録は、実際にはなかった値を変えたと言っています。前後の記録を調べてください。
                    This entry says that it changed what was not there. Look at the entries before it.
STATE_DIFFERS       現在の値が、記録から導かれる値と違います。記録を経ずに書き換えられています。
                    A table does not say what the entries give: it was changed past the record.
PROOF_FALSE         この記録が、署名された記録の一部であると証明されていません。
                    It is not proved that this entry is part of the signed record.
EVIDENCE_CHANGED    証拠書類のファイルが、添付されたときのものと違います。
                    A file of evidence is not the one that was attached.
EVIDENCE_MISSING    証拠書類のファイルがありません。フォルダーの指定を確かめ、町に求めてください。
                    A file of evidence is not there. See whether the folder is right, then ask for it.
"""
LIMITS = """
NO_KEY              鍵(--key)がないので、誰が署名したかは確かめていません。
                    No --key was given: who signed is not proved.
NO_CHECKPOINT       以前に受け取ったチェックポイント(--checkpoint)がないので、全体が書き直されていても分かりません。
                    No --checkpoint received earlier was given: the whole may have been rewritten.
BEYOND              お手元のチェックポイントより後の{beyond}件は、まだ誰も外で預かっていません。
                    The last {beyond} entries come after every checkpoint that you hold.
PART                一部の写しなので、ほかに記録がないとは言えません。
                    This is a part: other entries may have been left out.
NO_STATE            現在の値は含まれず、消された文章があるかどうかも確かめていません。
                    Tables, and whether texts were removed, are not checked in this copy.
WITHHELD            {withheld}件の記録は指紋(ハッシュ)だけで、何が書かれているかは確かめていません。
                    {withheld} entries are hash alone: what they say is not shown, and not checked.
NO_FILES            証拠書類のファイル(--evidence)は確かめていません。
                    The files of evidence were not checked: no --evidence was given.
"""


def sentences(table: str) -> dict[str, tuple[str, str]]:
    """Return what is said, in Japanese and English, by its name."""
    rows = re.findall(r"^(\w+) +(.+)\n +(.+)$", table, re.MULTILINE)
    return {name: (japanese, english) for name, japanese, english in rows}


MEANINGS, NOT_PROVED = sentences(FAULTS), sentences(LIMITS)
MOST = 100  # of each name are told


class Fault(NamedTuple):
    """What is wrong, by its name, and where."""

    name: str
    line: int | None = None
    sequence: int | None = None
    about: str = ""


# ---- Shapes

JSON: TypeAlias = Any
Pairs: TypeAlias = list[tuple[str, JSON]]


def members(pairs: Pairs) -> JSON:
    """Return an object, none of whose members may be there twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def refuse(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no number")


def reader(read_object: Callable[[Pairs], JSON]) -> Callable[[str], JSON]:
    """Return what reads JSON as every language does."""
    return json.JSONDecoder(object_pairs_hook=read_object, parse_constant=refuse).decode


from_json = reader(members)


def is_number(value: JSON) -> bool:
    """Return whether a value is a whole number from 1 on that every language can hold."""
    return type(value) in (int, float) and 0 < value < 2**53 and value == int(value)


def fits(value: JSON, shape: Any) -> bool:  # noqa: ANN401 - as the next line says
    """Return whether a value has a shape: {members}, [each], a number, a pattern, or a type."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return False
        for name, part in shape.items():  # noqa: SIM110 - three times as fast as all()
            if not fits(value.get(name), part):
                return False
        return True
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return is_number(value) if shape is is_number else isinstance(value, shape)


HASH = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
HEADER = {"format": re.compile("meguru-copy/1"), "municipality": {"id": str}, "origin": str}
HEADER |= {"size": is_number, "checkpoint": str, "complete": bool, "state": bool}
ENTRY = {"sequence": is_number, "leaf": HASH, "body": str | None, "openings": list | None}
ROW = {"table": str, "id": str, "values": dict}
LINES = {"header": HEADER, "checkpoint": {"note": str}, "entry": ENTRY, "row": ROW, "end": {}}
ORDER = list(LINES)  # in which they have to come
LONGEST = 2**25  # bytes of a line
CHANGE = {"table": str, "id": str, "after": dict, "before": dict | None}
BODY = {"sequence": is_number, "municipality": str, "recordedAt": TIME, "kind": str}
BODY |= {"details": dict, "changes": [CHANGE]}
REDACTED = {"removed": [{"commitments": [HASH]}], "evidence": list | None}


# ---- Sealed values

SALT = 22  # characters of an opening before its value


class Removed(str):
    """Stands where a sealed value was removed, or withheld."""

    __slots__ = ()


REMOVED = Removed("［消去］")


def opened(opening: JSON) -> tuple[str | None, JSON]:
    """Return the commitment that an opening opens, and the value; None where it opens nothing."""
    text = opening if isinstance(opening, str) else ""
    try:
        return sha256(text.encode()).hexdigest(), from_json(text[SALT:])
    except (ValueError, RecursionError):
        return None, None


def whole(text: str) -> int | None:
    """Read a number of a body: all of them are whole, and every language can hold them."""
    value = int(text[:18])
    return value if abs(value) < 2**53 else None


def no_number(_text: str) -> None:
    """Read a number that is not whole."""


read_body = json.JSONDecoder(parse_int=whole, parse_float=no_number, parse_constant=refuse).decode
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def unseal(inside: JSON, values: dict[str | None, JSON], met: set[str]) -> None:
    """Put sealed values in their places in an object or list, and add their commitments to those met."""
    for place, value in inside.items() if type(inside) is dict else enumerate(inside):
        if type(value) is dict and len(value) == 1 and type(value.get("sealed")) is str:
            met.add(value["sealed"])
            inside[place] = values.get(value["sealed"], REMOVED)
        elif type(value) is dict or type(value) is list:
            unseal(value, values, met)


# ---- The tree


class Tree:
    """The root over leaves that come one by one (RFC 9162, section 2.1)."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []  # roots of the full trees that it consists of, largest first

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


# ---- Checkpoints

KEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
NOTE = re.compile(
    rf"(([^\n]+)\n([1-9][0-9]{{0,14}})\n([A-Za-z0-9+/]{{43}}=)\ntime ({TIME.pattern})\n)"
    r"\n((?:— [^ \n]+ [A-Za-z0-9+/=]+\n)+)"
)
SIGNS, WITNESSES = 1, 4  # the kinds of keys: of records, and of witnesses (C2SP)
KEY_ID, PUBLIC = 4, 32  # bytes
FOREVER = 2**53


def from_base64(text: str) -> bytes:
    """Return what a text stands for, which has to be exactly how that would be written."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise ValueError("it is no base64")
    return data


class Note(NamedTuple):
    """A checkpoint: how long a record was, and its root."""

    text: bytes
    origin: str
    size: int
    root: bytes
    time: str
    signatures: list[tuple[str, bytes]]  # each a name, and a key's id with what the key made
    line: int | None
    about: str

    @classmethod
    def parse(cls, text: str, line: int | None = None, about: str = "") -> Self:
        """Read a checkpoint exactly as it has to be written."""
        found = NOTE.fullmatch(text)
        if not found:
            raise ValueError("a checkpoint cannot be read")
        signed, origin, size, root, moment, below = found.groups()
        lines = [one.split(" ") for one in below.splitlines()]
        made = [(name, from_base64(data)) for _, name, data in lines]
        return cls(signed.encode(), origin, int(size), from_base64(root), moment, made, line, about)


class Key(NamedTuple):
    """A public key with its name (C2SP signed-note)."""

    name: str
    data: bytes  # its kind, and the public key

    @classmethod
    def parse(cls, text: JSON) -> Self:
        """Read a verifier key."""
        found = KEY.fullmatch(text) if isinstance(text, str) else None
        key = cls(found[1], from_base64(found[3])) if found else None
        if not key or len(key.data) != 1 + PUBLIC or key.handed_out != text:
            raise ValueError("it is no verifier key")
        return key

    @property
    def id(self) -> bytes:
        """What its signatures name it by."""
        return sha256(self.name.encode() + b"\n" + self.data).digest()[:KEY_ID]

    @property
    def handed_out(self) -> str:
        """It as it is handed out."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self.data).decode()}"

    def made(self, name: str, signature: bytes, text: bytes) -> bool:
        """Return whether it made a signature (with the id before it) over a text, by its name."""
        key_id, signature = signature[:KEY_ID], signature[KEY_ID:]
        if self.data[0] == WITNESSES:
            text, signature = cosigned(text, signature[:8]), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.data[1:]).verify(signature, text)
        except InvalidSignature:
            return False
        return (name, key_id) == (self.name, self.id)


def cosigned(text: bytes, seconds: bytes) -> bytes:
    """Return what a witness signs of a checkpoint."""
    return b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(seconds, "big"), text)


class Signers:
    """Whose signatures count: the keys that were given, and those that the record introduces."""

    def __init__(self, given: Iterable[Key]) -> None:
        self.given = list(given)
        self.of_records = [key for key in self.given if key.data[0] == SIGNS]
        self.introduced: list[tuple[int, Key]] = []  # by the entries of these numbers

    def introduce(self, sequence: int, text: JSON) -> None:
        """Take note of a key that an entry introduces."""
        key = Key.parse(text)
        if key.data[0] != SIGNS:
            raise ValueError("a key is no record's")
        self.introduced.append((sequence, key))

    def faults(self, notes: list[Note]) -> Iterator[tuple[str, Note]]:
        """Yield what is wrong with checkpoints' signatures."""
        terms, trusted = self._terms(), self._trusted(notes)
        for note in notes:
            if all(name != note.origin for name, _ in note.signatures):
                yield "UNKNOWN_KEY", note
            for name, signature in note.signatures:
                is_own = name == note.origin
                named = [key for key in terms if key.id == signature[:KEY_ID]]
                named = [key for key in named if key in trusted or not is_own]
                made = [key for key in named if key.made(name, signature, note.text)]
                if is_own and not named:
                    yield "UNKNOWN_KEY", note
                elif named and not made:
                    yield "BAD_SIGNATURE", note
                elif not all(note.size in terms[key] for key in made):
                    yield "RETIRED_KEY", note

    def _terms(self) -> dict[Key, range]:
        """Return each key with the sizes that it signs: up to the one where the next begins."""
        terms = {key: range(1, FOREVER) for key in self.given}
        ends = [sequence for sequence, _ in self.introduced[1:]]
        for (first, key), last in zip(self.introduced, [*ends, FOREVER], strict=False):
            terms[key] = range(first, last + 1)
        return terms

    def _trusted(self, notes: list[Note]) -> set[Key]:
        """Return the keys that the given ones vouch for; with none given, all of the record.

        A key vouches for the next one by signing the tree that introduces it too, and for those
        before it by signing the record that they are in.
        """
        chain = [key for _, key in self.introduced]
        if not self.of_records:
            return set(chain)
        trusted = set(self.given)
        known = [place for place, key in enumerate(chain) if key in trusted]
        trusted.update(chain[: max(known, default=0)])
        for (_, old), (size, new) in pairwise(self.introduced):
            there = [(one, note) for note in notes if note.size == size for one in note.signatures]
            good = [key for key in (old, new) if any(key.made(*one, n.text) for one, n in there)]
            if old in trusted and good == [old, new]:
                trusted.add(new)
        return trusted


# ---- Copies


class Times:
    """Entries' times, against each other and against those of all checkpoints."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self.ahead = sorted(notes, key=lambda note: note.size, reverse=True)
        # Beside each: the earliest time of it and all larger ones. Entries within are no later.
        self.limits = list(accumulate((note.time for note in self.ahead), min))
        self.latest = self.passed = ""

    def faults(self, sequence: int, moment: str) -> Iterator[str]:
        """Yield what is wrong with the time of the next entry."""
        while self.ahead and self.ahead[-1].size < sequence:
            self.passed = max(self.passed, self.ahead.pop().time)
            self.limits.pop()
        if moment < self.latest:
            yield "TIME_BACKWARDS"
        if moment < self.passed or (self.limits and moment > self.limits[-1]):
            yield "TIME_OF_CHECKPOINT"
        self.latest = moment


def is_same(one: JSON, other: JSON) -> bool:
    """Return whether values agree, as far as whoever no longer has one of them can tell."""
    return one == other or isinstance(one, Removed) or isinstance(other, Removed)


class Tables:
    """Rows by table and id, as the changes so far give them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, JSON]] = {}

    def change(self, change: dict[str, JSON]) -> bool:
        """Change a row; return whether what is said to have stood there did."""
        place, before = (change["table"], change["id"]), change.get("before")
        row = self.rows.get(place)
        if before is None or row is None:
            self.rows[place] = change["after"]
            return before is None and row is None
        is_founded = all(is_same(row.get(name), value) for name, value in before.items())
        row.update(change["after"])
        return is_founded

    def take(self, table: str, row_id: str, values: dict[str, JSON]) -> bool:
        """Take a row out; return whether it was there with these values. Null is as good as none."""
        row = self.rows.pop((table, row_id), None)
        told = {name: value for name, value in values.items() if value is not None}
        return row is not None and told == {n: v for n, v in row.items() if v is not None}


class Copy:
    """A copy that is read once, a line at a time, and all that is found wrong with it."""

    def __init__(self, keys: Iterable[Key] = (), kept: Iterable[Note] = ()) -> None:
        self.faults, self.counts = list[Fault](), Counter[str]()
        self.kept, self.signers = list(kept), Signers(keys)
        self.notes, self.notes_of = [*self.kept], dict[int, list[Note]]()  # all, and by size
        self.header: dict[str, JSON] = {}
        self.size, self.root, self.complete, self.has_state = 0, b"", False, False  # by the header
        self.running, self.line, self.raw, self.rank, self.next = sha256(), 0, b"", -1, 1
        self.tree, self.tables, self.times = Tree(), Tables(), Times(())
        self.missing: dict[str, int] = {}  # commitments without openings, and the first entry
        self.withheld = 0  # entries without bodies
        self.removed: set[str] = set()  # commitments of which a redaction tells
        self.given_up: set[str] = set()  # evidence whose files it took away
        self.attached: dict[str, tuple[int, dict[str, JSON]]] = {}  # files of evidence

    def tell(
        self, name: str, line: int | None, sequence: int | None = None, about: str = ""
    ) -> None:
        """Tell of a fault."""
        self.counts[name] += 1
        if self.counts[name] <= MOST:
            self.faults.append(Fault(name, line, sequence, about))

    def tell_of(self, name: str, note: Note) -> None:
        """Tell of a fault of a checkpoint."""
        self.tell(name, note.line, note.size, note.about)

    def read(self, file: BinaryIO) -> None:
        """Check a whole file."""
        for self.line, self.raw in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
            try:
                self._read_line(self.raw)
            except (ValueError, RecursionError) as error:
                self.tell("BROKEN_FILE", self.line, None, str(error))
            if not self.header or not self.raw.endswith(b"\n"):
                break
            self.running.update(self.raw)
        if self.rank != ORDER.index("end"):
            self.tell("BROKEN_FILE", self.line, None, "the end is missing")
        if self.header:
            self._finish()

    def _read_line(self, raw: bytes) -> None:
        item = from_json(raw.decode()) if raw.endswith(b"\n") else None
        kind = item.get("type") if isinstance(item, dict) else None
        if kind not in ORDER:
            raise ValueError("the line is cut off, too long, or of no kind that there is")
        rank, is_over = ORDER.index(kind), self.rank == ORDER.index("end")
        if rank < self.rank or is_over or (kind == "header") != (self.line == 1):
            raise ValueError("no such line belongs here")
        self.rank = rank
        self.counts[kind] += 1
        if not fits(item, LINES[kind]):
            raise ValueError(f"the {kind} is not as it has to be")
        getattr(self, f"_{kind}")(item)

    def _header(self, item: dict[str, JSON]) -> None:
        self.header, self.size, self.complete = item, int(item["size"]), item["complete"]
        self.has_state = item["complete"] and item["state"]
        names = [(note.origin, note.about) for note in self.kept]
        names += [(key.name, f"--key {key.name}") for key in self.signers.of_records]
        for name, about in names:
            if name != item["origin"]:
                self.tell("WRONG_RECORD", None, None, about)
        self.root = self._checkpoint({"note": item["checkpoint"]}).root
        if self.notes[-1].size != self.size:
            raise ValueError("the checkpoint is not of the header's size")

    def _checkpoint(self, item: dict[str, JSON]) -> Note:
        note = Note.parse(item["note"], self.line)
        if note.origin != self.header["origin"]:
            self.tell("WRONG_RECORD", self.line)
        self.notes.append(note)
        return note

    def _entry(self, item: dict[str, JSON]) -> None:
        if self.counts["entry"] == 1:  # all checkpoints are known by now
            self.times = Times(self.notes)
            for note in self.notes:
                self.notes_of.setdefault(note.size, []).append(note)
        sequence, leaf, body = int(item["sequence"]), bytes.fromhex(item["leaf"]), item.get("body")
        if sequence < self.next:
            self.tell("ENTRY_MOVED", self.line, sequence)
            return
        if self.complete:
            self._grow(sequence, leaf)
        else:
            self._prove(sequence, leaf, item.get("path"))
        self.next = sequence + 1
        if body is not None:
            self._body(sequence, self._read_body(sequence, leaf, body), item.get("openings") or [])
            return
        self.withheld += 1
        if self.has_state:
            self.tell("BODY_WITHHELD", self.line, sequence)

    def _grow(self, sequence: int, leaf: bytes) -> None:
        """Add an entry to the tree, and hold the checkpoints of its size against it."""
        if sequence > self.next:
            self.tell("ENTRY_MISSING", self.line, self.next)
        self.tree.add(leaf)
        for note in self.notes_of.get(sequence, ()):
            # Behind a gap, nobody can know the root.
            if self.tree.size == sequence and self.tree.root != note.root:
                self.tell_of("ROOT_DIFFERS", note)

    def _prove(self, sequence: int, leaf: bytes, path: JSON) -> None:
        """Check that an entry of a part is in the tree of the header's checkpoint."""
        is_path = fits(path, [HASH])
        hashes = [bytes.fromhex(one) for one in path] if is_path else []
        if not is_path or not is_included(sequence - 1, self.size, leaf, hashes, self.root):
            self.tell("PROOF_FALSE", self.line, sequence)

    def _read_body(self, sequence: int, leaf: bytes, body: str) -> JSON:
        """Return what an entry says; check that it is what was hashed, in the form that is hashed."""
        is_right = sha256(b"\0" + body.encode()).digest() == leaf
        if not is_right:
            self.tell("ENTRY_CHANGED", self.line, sequence)
        document = read_body(body)
        if canonical(document) != body:
            if is_right:
                self.tell("NOT_CANONICAL", self.line, sequence)
            document = from_json(body)
        return document

    def _body(self, sequence: int, document: JSON, openings: list[JSON]) -> None:
        """Check what an entry says."""
        values, met = dict(map(opened, openings)), set[str]()
        unseal(places := [document], values, met)
        (told,) = places
        if values.keys() - met:
            self.tell("OPENING_FALSE", self.line, sequence)
        self.missing |= dict.fromkeys(met - values.keys() - self.missing.keys(), sequence)
        if not fits(told, BODY):
            raise ValueError(f"the body of {sequence} is not as it has to be")
        if told["sequence"] != sequence:
            self.tell("ENTRY_MOVED", self.line, sequence)
        if told["municipality"] != self.header["municipality"]["id"]:
            self.tell("WRONG_RECORD", self.line, sequence)
        for name in self.times.faults(sequence, told["recordedAt"]):
            self.tell(name, self.line, sequence)
        for change in told["changes"]:
            self._change(sequence, change)
        self._heed(sequence, told["kind"], told["details"])

    def _change(self, sequence: int, change: dict[str, JSON]) -> None:
        if change["table"] == "evidence" and change.get("before") is None:
            self.attached[change["id"]] = sequence, change["after"]
        if self.has_state and not self.tables.change(change):
            self.tell("CHANGE_UNFOUNDED", self.line, sequence, change["table"])

    def _heed(self, sequence: int, kind: str, details: dict[str, JSON]) -> None:
        """Take note of what an entry says of the record itself: its keys, and what was removed."""
        if kind == "KEY_CHANGED":
            self.signers.introduce(sequence, details.get("key"))
        elif kind == "REDACTED":
            if not fits(details, REDACTED):
                raise ValueError("what was removed cannot be read")
            self.removed.update(*(one["commitments"] for one in details["removed"]))
            self.given_up.update(map(str, details.get("evidence") or ()))

    def _row(self, item: dict[str, JSON]) -> None:
        table, row_id = item["table"], item["id"]
        if self.has_state and not self.tables.take(table, row_id, item["values"]):
            self.tell("STATE_DIFFERS", self.line, None, f"{table} {row_id}")

    def _end(self, _item: dict[str, JSON]) -> None:
        counts = {"entries": self.counts["entry"], "rows": self.counts["row"]}
        end = {"type": "end", **counts, "sha256": self.running.hexdigest()}
        if self.raw != json.dumps(end, separators=(",", ":")).encode() + b"\n":
            raise ValueError("the end does not fit what comes before it")

    def _finish(self) -> None:
        """Check what can only be told at the end."""
        if self.complete and self.next <= self.size:
            self.tell("ENTRY_MISSING", self.line, self.next)
        if self.next > self.size + 1:
            self.tell("BROKEN_FILE", self.line, None, "there are more entries than the header says")
        if self.has_state:
            for sealed in self.missing.keys() - self.removed:
                self.tell("REMOVED_SILENTLY", None, self.missing[sealed])
            for table, row_id in self.tables.rows:
                self.tell("STATE_DIFFERS", None, None, f"{table} {row_id}")
        self._compare_notes()

    def _compare_notes(self) -> None:
        """Hold checkpoints against the header and each other, and check who signed them."""
        roots: dict[int, bytes] = {}
        for note in self.notes:
            if note.size > self.size:
                self.tell_of("RECORD_CUT", note)
            if roots.setdefault(note.size, note.root) != note.root:
                self.tell_of("SPLIT_VIEW", note)
        # A part cannot tell whose keys are right for other sizes than its own.
        notes = [note for note in self.notes if self.complete or note.size == self.size]
        for name, note in self.signers.faults(notes):
            self.tell_of(name, note)

    def check_files(self, folder: Path) -> None:
        """Hold the files of evidence against what the entries say of them."""
        for evidence_id, (sequence, row) in self.attached.items():
            name = row["sha256"] if fits(row, {"sha256": HASH}) else "-"
            places = [one for one in (folder / name, folder / name[:2] / name) if one.is_file()]
            if places:
                with places[0].open("rb") as file:
                    is_right = file_digest(file, "sha256").hexdigest() == name
                if not is_right or places[0].stat().st_size != row.get("size"):
                    self.tell("EVIDENCE_CHANGED", None, sequence, name)
            # Where the name is not shown, the redaction that took both away need not be either.
            elif evidence_id not in self.given_up and (
                self.has_state or not isinstance(row.get("name"), Removed)
            ):
                self.tell("EVIDENCE_MISSING", None, sequence, name)

    def not_proved(self, *, with_files: bool) -> list[tuple[str, str]]:
        """Return what this check says nothing about, in Japanese and English."""
        beyond = self.size - max((note.size for note in self.kept), default=0)
        applies = {
            "NO_KEY": not self.signers.of_records,
            "NO_CHECKPOINT": not self.kept,
            "BEYOND": self.kept and beyond > 0,
            "PART": not self.complete,
            "NO_STATE": not self.has_state,
            "WITHHELD": self.withheld,
            "NO_FILES": self.attached and not with_files,
        }
        counts = {"beyond": beyond, "withheld": self.withheld}
        said = [NOT_PROVED[name] for name, it_does in applies.items() if it_does]
        return [(one.format(**counts), other.format(**counts)) for one, other in said]


# ---- Command line

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # what files in it begin with


def text_of(path: Path) -> str:
    """Read a small file as it was handed out, whatever an editor made of it."""
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] in UTF_16 else "utf-8")
    return text.replace("\ufeff", "").replace("\r\n", "\n").strip() + "\n"


def keys_in(paths: Iterable[Path]) -> list[Key]:
    """Read verifier keys."""
    return [Key.parse(one) for path in paths for one in text_of(path).split()]


def kept_note(path: Path) -> Note:
    """Read a checkpoint that was kept."""
    return Note.parse(text_of(path), None, path.name)


def checked(path: Path, keys: Iterable[Path], kept: Iterable[Note]) -> Copy:
    """Return a copy that was read to its end."""
    copy = Copy(keys_in(keys), kept)
    with path.open("rb") as file:
        copy.read(file)
    return copy


def where(fault: Fault) -> str:
    """Return where a fault is, in both languages; without what could play with a terminal."""
    line = f"{fault.line}行目 line {fault.line}" if fault.line else ""
    entry = f"記録{fault.sequence}番 entry {fault.sequence}" if fault.sequence else ""
    about = "".join(one if one.isprintable() else "?" for one in fault.about[:200])
    return ", ".join(filter(None, (entry, line, about)))


def tell(faults: list[Fault], limits: Iterable[tuple[str, str]] = (), *, as_json: bool) -> int:
    """Print what was found, and return the exit code."""
    if as_json:
        found = [{"name": f.name, "line": f.line, "sequence": f.sequence} for f in faults]
        print(json.dumps({"faults": found, "notProved": [english for _, english in limits]}))
        return bool(faults)
    for fault in faults:
        print(f"✗ {fault.name}: {where(fault)}", *MEANINGS[fault.name], sep="\n  ")
    for japanese, english in limits:
        print(f"! {japanese}\n  {english}")
    if not faults:
        print("✓ 異状は見つかりませんでした。/ Nothing is wrong.")
    return bool(faults)


def verify(path: Path, given: argparse.Namespace) -> int:
    """Check a copy."""
    copy = checked(path, given.key, map(kept_note, given.checkpoint))
    if given.evidence:
        copy.check_files(given.evidence)
    limits = copy.not_proved(with_files=bool(given.evidence))
    return tell(copy.faults, limits, as_json=given.json)


def compare(one: Note, other: Note, keys: list[Key]) -> list[Fault]:
    """Compare the checkpoints that two auditors hold, and check who signed them."""
    about = f"{one.about} / {other.about}"
    if one.origin != other.origin:
        return [Fault("WRONG_RECORD", about=about)]
    if one.size != other.size:
        raise ValueError(
            "長さが違います。写しを取り、両方を --checkpoint に指定して確かめてください"
            " / They are of different sizes: verify one copy with both as --checkpoint"
        )
    found = [] if one.root == other.root else [Fault("SPLIT_VIEW", None, one.size, about)]
    ids = {key.id for key in keys}
    for note in (one, other) if keys else ():
        # At a change of keys two of the record's sign; whoever compares may hold either.
        known = [each for each in note.signatures if each[1][:KEY_ID] in ids]
        faults = Signers(keys).faults([note._replace(signatures=known)])
        found += [Fault(name, None, note.size, note.about) for name, _ in faults]
    return found


def keygen(name: str, path: Path) -> int:
    """Make a witness's key; its public part is printed, and kept beside it."""
    private = Ed25519PrivateKey.generate()
    key = Key(name, bytes([WITNESSES]) + private.public_key().public_bytes_raw())
    if not KEY.fullmatch(key.handed_out):
        raise ValueError("名前に空白や + は使えません / A name has neither spaces nor +")
    form = (pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    # Nobody else may read it, and one that is there already is not overwritten.
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(private.private_bytes(*form))
    Path(f"{path}.pub").write_text(f"{key.handed_out}\n", "utf-8")
    print(key.handed_out)
    return 0


def cosign(path: Path, given: argparse.Namespace) -> int:
    """Sign a checkpoint as a witness, once the copy shows that the record only grew up to it."""
    key = Key.parse(text_of(Path(f"{given.key_file}.pub")).strip())
    private = pem.load_pem_private_key(given.key_file.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey) or key.data[0] != WITNESSES:
        raise ValueError("立会人の鍵ではありません / It is no witness's key")
    note, *last = (kept_note(one) for one in (path, given.last) if one)
    if any(one.size > note.size for one in last):
        raise ValueError("前回より短い記録です / It is shorter than the last one that you signed")
    copy = checked(given.copy, given.key, [note, *last])
    if copy.faults or not copy.complete:
        return tell(copy.faults, copy.not_proved(with_files=False), as_json=False) or 1
    if copy.withheld and not given.allow_withheld:
        raise ValueError(
            f"本文のない記録が{copy.withheld}件あります。それでも署名するなら --allow-withheld"
            f" / {copy.withheld} entries are hash alone; to sign it anyway: --allow-withheld"
        )
    seconds = int(time.time()).to_bytes(8, "big")
    data = key.id + seconds + private.sign(cosigned(note.text, seconds))
    print(f"— {key.name} {b64encode(data).decode()}")
    return 0


def run(words: list[str]) -> int:
    """Do what a command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("words", nargs="+")
    for name in ("--json", "--allow-withheld"):
        parser.add_argument(name, action="store_true")
    for name in ("--evidence", "--key-file", "--copy", "--last"):
        parser.add_argument(name, type=Path)
    for name in ("--key", "--checkpoint"):
        parser.add_argument(name, type=Path, action="append", default=[])
    given = parser.parse_intermixed_args(words)
    options = {name for name, value in vars(given).items() if value} - {"words", "json"}
    may_be = {"last", "allow_withheld"}
    match given.words:
        case ["compare", one, other] if options <= {"key"}:
            keys = keys_in(given.key)
            faults = compare(kept_note(Path(one)), kept_note(Path(other)), keys)
            return tell(faults, [] if keys else [NOT_PROVED["NO_KEY"]], as_json=given.json)
        case ["keygen", name] if options == {"key_file"}:
            return keygen(name, given.key_file)
        case ["cosign", note] if options | may_be == {"key_file", "copy", "key", *may_be}:
            return cosign(Path(note), given)
        case [copy] if options <= {"key", "checkpoint", "evidence"}:
            return verify(Path(copy), given)
        case _:
            return parser.error("上の4通りのどれかです / one of the four ways above")


def main() -> int:
    """Run the command line. Whatever goes wrong is said, and is no pass."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return run(sys.argv[1:])
    except Exception as error:  # noqa: BLE001 - nobody can think of all
        said = "確かめられませんでした。異状なしではありません / Not verified, which is no pass"
        print(f"{said}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
