"""Text as a spreadsheet's bytes: UTF-8 with a byte order mark, or CP932, which lacks characters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

GETA: Final = "〓"
"""Stands where CP932 has no character, as printers set it."""
HEADING: Final = "# 置き換えた文字"
_TOLD: Final = 20
"""Entries that are named of each character; more are only counted."""
_LOOKALIKES: Final = str.maketrans("〜‖−—¢£¬¥", "～∥－―￠￡￢￥")
"""The same characters, which CP932 has under other numbers."""


@dataclass(slots=True)
class Replacement:
    """A character that CP932 has not, and where it was."""

    count: int = 0
    sequences: list[int] = field(default_factory=list)


class Encoder:
    """Encodes a table, and remembers which characters it had to replace."""

    def __init__(self, *, is_cp932: bool) -> None:
        self.is_cp932 = is_cp932
        self.name = "cp932" if is_cp932 else "utf-8"
        self.mark = b"" if is_cp932 else b"\xef\xbb\xbf"
        self.replacements: dict[str, Replacement] = {}

    def encoded(self, sequence: int, text: str) -> bytes:
        """Return the bytes of an entry's text."""
        if not self.is_cp932:
            return text.encode(errors="replace")
        text = text.translate(_LOOKALIKES)
        try:
            return text.encode("cp932")
        except UnicodeEncodeError:
            return "".join(self._kept(sequence, c) for c in text).encode("cp932")

    def _kept(self, sequence: int, character: str) -> str:
        try:
            _ = character.encode("cp932")
        except UnicodeEncodeError:
            found = self.replacements.setdefault(character, Replacement())
            found.count += 1
            if sequence not in found.sequences[-1:] and len(found.sequences) < _TOLD:
                found.sequences.append(sequence)
            return GETA
        return character

    def replaced(self) -> Iterator[list[str]]:
        """Yield the lines that tell of what was replaced."""
        yield []
        yield [HEADING]
        yield ["文字コード", "箇所", "記録番号"]
        for character, found in sorted(self.replacements.items()):
            more = " …" if found.sequences and found.count > _TOLD else ""
            where = " ".join(map(str, found.sequences))
            yield [f"U+{ord(character):04X}", str(found.count), where + more]
