"""What a file of evidence is, by its content: the few types that are taken, and no others. Pure.

A file's name only has to agree with its content, so that it opens in the program that it is for.
"""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
XLSX: Final = f"{_OFFICE}spreadsheetml.sheet"
DOCX: Final = f"{_OFFICE}wordprocessingml.document"
PPTX: Final = f"{_OFFICE}presentationml.presentation"

_SIGNATURES: Final = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_LONGEST: Final = max(map(len, _SIGNATURES))
_SUFFIXES: Final = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    PPTX: (".pptx",),
}
_TEXTS: Final = {".csv": "text/csv", ".txt": "text/plain"}
TAKEN: Final = "PDF, PNG, JPEG, XLSX, DOCX, PPTX, TXT, CSV"
_ZIP: Final = b"PK\x03\x04"
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_LENGTH: Final = 22
_ZIP_COMMENT: Final = 0xFFFF
_ROOM: Final = 1024 * 1024
"""Bytes of a ZIP file's list of contents, and of the part that says what it is."""
_CONTENT_TYPES: Final = "[Content_Types].xml"
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, KeyError, OSError, RuntimeError, ValueError),
)
"""What reading a ZIP file may raise that is none, or a damaged or an encrypted one."""
_MAIN: Final = {f"{office}.main+xml".encode(): office for office in (XLSX, DOCX, PPTX)}
_MACROS: Final = b"macroEnabled", b"vbaProject"
_CONTROLS: Final = frozenset(
    chr(code) for codes in (range(0x20), range(0x7F, 0xA0), range(0xF8F0, 0xF8F4)) for code in codes
) - set("\t\n\f\r")
"""What text has no use for; the last four are what bytes become that CP932 gives no meaning."""


def media_type_of(path: Path, name: str) -> str | None:
    """Return the type of a file by its content; None where it is none that is taken.

    So it is where the name's ending is not one of the type's.
    """
    suffix = Path(name).suffix.lower()
    with path.open("rb") as file:
        begins = file.read(_LONGEST)
    if begins.startswith(_ZIP):
        found = _office_type(path)
    else:
        found = next((t for mark, t in _SIGNATURES.items() if begins.startswith(mark)), None)
    if found is None:
        return _text_type(path, suffix)
    return found if suffix in _SUFFIXES[found] else None


def _office_type(path: Path) -> str | None:
    """Return which of Office's types a ZIP file is; None for others, and for those with macros."""
    if _list_bytes(path) > _ROOM:
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            told = archive.getinfo(_CONTENT_TYPES)
            if told.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                return None
            with archive.open(told) as part:
                said = part.read(_ROOM)
    except _BROKEN:
        return None
    if any(mark in said for mark in _MACROS):
        return None
    types = {office for mark, office in _MAIN.items() if mark in said}
    return types.pop() if len(types) == 1 else None


def _list_bytes(path: Path) -> int:
    """Return how long the list of a ZIP file's contents says that it is."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _ZIP_END_LENGTH - _ZIP_COMMENT))
        end = file.read()
    at = end.rfind(_ZIP_END)
    if at < 0 or len(end) < at + _ZIP_END_LENGTH:
        return _ROOM + 1
    (length,) = struct.unpack_from("<L", end, at + 12)
    return int(length)


def _text_type(path: Path, suffix: str) -> str | None:
    """Return the type of plain text in UTF-8 or CP932 (Shift_JIS as Windows writes it)."""
    media = _TEXTS.get(suffix)
    content = path.read_bytes() if media else b""
    for codec, charset in (("utf-8-sig", "utf-8"), ("cp932", "shift_jis")):
        try:
            read = content.decode(codec)
        except UnicodeDecodeError:
            continue
        is_text = read and not _CONTROLS & set(read)
        return f"{media}; charset={charset}" if is_text else None
    return None
