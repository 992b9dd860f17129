"""Copies that were made to bring a verifier down: what is done to them, and what is told of it."""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

Spoil = Callable[[list[bytes]], None]
ENTRY, ROW, END = 5, -2, -1
"""Where there is a line of a kind in the copy below."""


def _put(at: int, old: bytes, new: bytes) -> Spoil:
    """Return what puts something into a line in the place of something else."""

    def spoil(lines: list[bytes]) -> None:
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new, 1)

    return spoil


def _body(old: str, new: str) -> Spoil:
    """Return what does so in a body."""
    return _put(ENTRY, json.dumps(old)[1:-1].encode(), json.dumps(new)[1:-1].encode())


def _both(*spoils: Spoil) -> Spoil:
    def spoil(lines: list[bytes]) -> None:
        for one in spoils:
            one(lines)

    return spoil


def _kind(kind: str) -> Spoil:
    return _body('"kind":"SHEET_EDITED"', f'"kind":"{kind}"')


def _key(name: str, kind: int, length: int = 32) -> Spoil:
    """Return what introduces a key of a kind and length."""
    data = bytes([kind]) + b"k" * length
    key_id = sha256(f"{name}\n".encode() + data).hexdigest()[:8]
    told = f"{name}+{key_id}+{b64encode(data).decode()}"
    return _both(_kind("KEY_CHANGED"), _body('"details":{', f'"details":{{"key":"{told}",'))


def _stray_bits(lines: list[bytes]) -> None:
    """Write a root so that it reads the same, but is not how it would be written."""
    header = json.loads(lines[0])
    before, _, after = header["checkpoint"].partition("=\ntime")
    header["checkpoint"] = before[:-1] + chr(ord(before[-1]) + 1) + "=\ntime" + after
    lines[0] = json.dumps(header).encode() + b"\n"


_DEEP = b'{"type":"row","table":"x","id":"x","values":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
_LEFT = {"BROKEN_FILE", "STATE_DIFFERS"}
_GONE = {"BROKEN_FILE", "ENTRY_MISSING", "STATE_DIFFERS"}
_BODY = {"BROKEN_FILE", "ENTRY_CHANGED", "STATE_DIFFERS"}
HOSTILE: dict[str, tuple[Spoil, set[str]]] = {
    "50 MB in a line": (lambda lines: lines.insert(ROW, b'"' + b"x" * 50_000_000 + b'"\n'), _LEFT),
    "50 MB in an opening": (
        _put(ENTRY, b'"openings":[', b'"openings":["' + b"x" * 50_000_000 + b'",'),
        _GONE,
    ),
    "50 MB of lines": (lambda lines: lines.insert(ROW, b"\n" * 50_000), {"BROKEN_FILE"}),
    "deep objects": (lambda lines: lines.insert(ROW, _DEEP + b"\n"), {"BROKEN_FILE"}),
    "deep lists": (
        lambda lines: lines.insert(ROW, b"[" * 100_000 + b"]" * 100_000 + b"\n"),
        {"BROKEN_FILE"},
    ),
    "a deep body": (_body('"reason":', '"deep":' + "[" * 100_000 + "]" * 100_000 + ',"reason":'), _BODY),
    "a deep opening": (
        _put(ENTRY, b'"openings":[', b'"openings":["' + b"[" * 100_000 + b"]" * 99_978 + b'",'),
        {"OPENING_FALSE"},
    ),
    "NUL": (_put(ENTRY, b'"leaf"', b'"\0leaf"'), _GONE),
    "NUL alone": (lambda lines: lines.insert(ROW, b"\0\n"), {"BROKEN_FILE"}),
    "no UTF-8": (_put(ENTRY, b'"leaf"', b'"\xff\xfeleaf"'), _GONE),
    "half a letter": (_put(ENTRY, b'"body":"', b'"body":"\xe3\x81'), _GONE),
    "half a pair in a body": (
        _put(ENTRY, b'"body":"{', b'"body":"{\\ud800'),
        {"BROKEN_FILE", "STATE_DIFFERS"},
    ),
    "half a pair in an opening": (
        _put(ENTRY, b'"openings":[', b'"openings":["aaaaaaaaaaaaaaaaaaaaaa\\"\\ud800\\"",'),
        {"OPENING_FALSE"},
    ),
    "half a pair in a row": (
        _put(ROW, b'"table":"sheets"', b'"table":"\\ud800"'),
        {"STATE_DIFFERS"},
    ),
    "a long number": (_put(ENTRY, b'"sequence":', b'"sequence":' + b"9" * 5000), _GONE),
    "a large number": (_put(ENTRY, b'"sequence":', b'"sequence":1e999,"more":'), _GONE),
    "a number too large": (_put(ENTRY, b'"sequence":5', b'"sequence":9007199254740993'), _GONE),
    "no whole number": (_put(ENTRY, b'"sequence":5', b'"sequence":5.5'), _GONE),
    "a negative number": (_put(ENTRY, b'"sequence":5', b'"sequence":-5'), _GONE),
    "a truth for a number": (_put(ENTRY, b'"sequence":5', b'"sequence":true'), _GONE),
    "no number": (_put(ENTRY, b'"sequence":5', b'"sequence":NaN'), _GONE),
    "a large size": (_put(0, b'"size":20', b'"size":1e308'), {"BROKEN_FILE"}),
    "a sequence twice": (_put(ENTRY, b'"sequence":5', b'"sequence":6,"sequence":5'), _GONE),
    "a size twice": (_put(0, b'"size":20', b'"size":20,"size":20'), {"BROKEN_FILE"}),
    "a member of a body twice": (_body('"kind":', '"kind":"X","kind":'), _BODY),
    "a member of an opening twice": (
        _put(ENTRY, b'"openings":[', b'"openings":["aaaaaaaaaaaaaaaaaaaaaa{\\"a\\":1,\\"a\\":1}",'),
        {"OPENING_FALSE"},
    ),
    "a seal of no hash": (_body('"reason":{"sealed":"', '"reason":{"sealed":["x"],"a":"'),
                          {"ENTRY_CHANGED", "OPENING_FALSE"}),
    "a sealed body": (
        _put(ENTRY, b'"body":"', b'"body":"{\\"sealed\\":\\"x\\"}","x":"'),
        {*_BODY, "OPENING_FALSE", "REMOVED_SILENTLY"},
    ),
    "a kind that is a list": (_put(ENTRY, b'"type":"entry"', b'"type":["entry"]'), _GONE),
    "a kind that is a method": (_put(ENTRY, b'"type":"entry"', b'"type":"finish"'), _GONE),
    "a list for a line": (lambda lines: lines.insert(ROW, b"[]\n"), {"BROKEN_FILE"}),
    "null for a line": (lambda lines: lines.insert(ROW, b"null\n"), {"BROKEN_FILE"}),
    "a byte order mark": (lambda lines: lines.insert(0, b"\xef\xbb\xbf" + lines.pop(0)), {"BROKEN_FILE"}),
    "lines of Windows": (_put(ROW, b"}\n", b"}\r\n"), set()),
    "a header twice": (lambda lines: lines.insert(ENTRY, lines[0]), {"BROKEN_FILE"}),
    "openings that are none": (_put(ENTRY, b'"openings":[', b'"openings":0,"x":['), _GONE),
    "no number in a row": (_put(ROW, b'"values":{', b'"values":{"x":NaN,'), _LEFT),
    "no header": (lambda lines: lines.pop(0) and None, {"BROKEN_FILE"}),
    "two headers": (lambda lines: lines.insert(1, lines[0]), {"BROKEN_FILE"}),
    "two ends": (lambda lines: lines.insert(END, lines[END]), {"BROKEN_FILE"}),
    "stray bits": (_stray_bits, {"BROKEN_FILE"}),
    "another's line": (
        _put(0, "— meguru/024465".encode(), "— others".encode()),
        {"UNKNOWN_KEY", "BAD_SIGNATURE"},
    ),
    "a witness's key for the record's": (_key("W", 4), {"BROKEN_FILE", "ENTRY_CHANGED"}),
    "a key cut short": (_key("W", 1, 31), {"BROKEN_FILE", "ENTRY_CHANGED"}),
    "a removal of nothing": (
        _both(_kind("REDACTED"), _body('"details":{', '"details":{"removed":[{"commitments":["x"]}],')),
        {"BROKEN_FILE", "ENTRY_CHANGED"},
    ),
    "no state": (_put(0, b'"state":true', b'"state":1'), {"BROKEN_FILE"}),
    "a checkpoint that is a list": (_put(0, b'"checkpoint":', b'"checkpoint":[],"x":'), {"BROKEN_FILE"}),
}  # fmt: skip
