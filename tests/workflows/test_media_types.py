"""What a file is, by its content: few types are taken, and a name has to agree with one of them."""

import io
import random
import struct
import zipfile
from pathlib import Path
from typing import Final

import pytest

from workflows.media_types import DOCX, JPEG, PDF, PNG, PPTX, XLSX, media_type_of

MAIN: Final = "application/vnd.openxmlformats-officedocument.{}.main+xml"
SHEET, WORDS, SLIDES = (
    MAIN.format(name)
    for name in ("spreadsheetml.sheet", "wordprocessingml.document", "presentationml.presentation")
)
EXE: Final = b"MZ\x90\x00\x03\x00\x00\x00PE\x00\x00"


def office(*types: str, method: int = zipfile.ZIP_DEFLATED, more: bytes = b"") -> bytes:
    """Return a ZIP file that says that it is of Office's types."""
    said = "".join(f'<Override ContentType="{one}"/>' for one in types)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{said}</Types>".encode() + more)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


def type_of(folder: Path, content: bytes, name: str) -> str | None:
    """Return the type of a file with the content and the name."""
    path = folder / "file"
    path.write_bytes(content)
    return media_type_of(path, name)


TAKEN: Final = {
    "a.pdf": (b"%PDF-1.7\n...", PDF),
    "b.PNG": (b"\x89PNG\r\n\x1a\n\x00\x00", PNG),
    "写真.jpeg": (b"\xff\xd8\xff\xe0\x00", JPEG),
    "c.jpg": (b"\xff\xd8\xff\xe1\x00", JPEG),
    "表.xlsx": (office(SHEET), XLSX),
    "d.docx": (office(WORDS, method=zipfile.ZIP_STORED), DOCX),
    "e.pptx": (office(SLIDES), PPTX),
    "f.csv": ("年度,件数\r\n令和8年度,12\r\n".encode("cp932"), "text/csv; charset=shift_jis"),
    "g.csv": ("\ufeff年度,件数\n".encode(), "text/csv; charset=utf-8"),
    "h.txt": ("議事録\n".encode(), "text/plain; charset=utf-8"),
    "①.txt": ("①②髙﨑".encode("cp932"), "text/plain; charset=shift_jis"),
}
REFUSED: Final = {
    "an exe called a PDF": ("a.pdf", EXE),
    "an exe called a text": ("a.txt", EXE),
    "a PNG called a PDF": ("a.pdf", TAKEN["b.PNG"][0]),
    "a PDF without an ending": ("a", TAKEN["a.pdf"][0]),
    "a PDF called a program": ("a.pdf.exe", TAKEN["a.pdf"][0]),
    "a text called a script": ("a.bat", b"echo"),
    "a page": ("a.html", b"<script>alert(1)</script>"),
    "an SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "nothing": ("a.txt", b""),
    "only a byte order mark": ("a.txt", b"\xef\xbb\xbf"),
    "control characters": ("a.csv", b"a,b\x00c"),
    "an escape": ("a.txt", b"\x1b[2J"),
    "UTF-16": ("a.csv", "年度".encode("utf-16")),
    "neither UTF-8 nor CP932": ("a.txt", b"\xff\xfe\xfd"),
    "any ZIP file": ("a.xlsx", office()),
    "Office's with macros": (
        "a.xlsx",
        office("application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ),
    "Office's with macros beside": (
        "a.xlsx",
        office(SHEET, "application/vnd.ms-office.vbaProject"),
    ),
    "of two of Office's types": ("a.xlsx", office(SHEET, WORDS)),
    "a document called a sheet": ("a.xlsx", office(WORDS)),
    "packed as Office never does": ("a.xlsx", office(SHEET, method=zipfile.ZIP_BZIP2)),
    "cut short": ("a.xlsx", office(SHEET)[:-30]),
    "the beginning of a ZIP file": ("a.xlsx", b"PK\x03\x04"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(tmp_path: Path, name: str) -> None:
    """Each of the types, whatever case its ending has."""
    content, expected = TAKEN[name]
    assert type_of(tmp_path, content, name) == expected


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken(tmp_path: Path, what: str) -> None:
    """Whatever else it is, or is called."""
    name, content = REFUSED[what]
    assert type_of(tmp_path, content, name) is None


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Of what says what it is, one MiB is read; of a list of contents that is longer, nothing."""
    bomb = office(more=b"\0" * 200_000_000 + SHEET.encode())
    assert len(bomb) < 1_000_000
    assert type_of(tmp_path, bomb, "a.xlsx") is None
    content = bytearray(office(SHEET))
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 2**31)
    assert type_of(tmp_path, bytes(content), "a.xlsx") is None


def test_damaged_files_are_refused_or_taken_and_never_fail(tmp_path: Path) -> None:
    """3,000 files with a few bytes changed: none raises anything."""
    chance = random.Random(46)  # noqa: S311 - no secret
    sound = [content for content, _ in TAKEN.values()]
    for _ in range(3_000):
        content = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        type_of(tmp_path, bytes(content), "a.xlsx")
        type_of(tmp_path, bytes(content), "a.csv")
