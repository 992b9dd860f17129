"""Editorial mends: what a reader who knows the town's plan would correct, kept as data."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """A misprint in one cell, named by its code and column, and what is meant."""

    code: str
    column: str
    before: str
    after: str
    note_ja: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Mends:
    """The editorial mends of one town's text.

    One whose `before` is not in its cell is passed over without a word: a town that corrects its
    text has nothing left to mend, and what was mended is listed with the plan anyway.
    """

    entries: tuple[Mend, ...] = ()

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a file of `[[mend]]` tables; raises TypeError on any other key or a missing one."""
        return cls(tuple(Mend(**entry) for entry in tomllib.loads(text)["mend"]))

    def of(self, code: str, column: str) -> tuple[Mend, ...]:
        """Return what is known about one cell, in the order of the file."""
        return tuple(each for each in self.entries if (each.code, each.column) == (code, column))


HASHIKAMI: Final = Mends.from_toml(
    (resources.files("seed") / "hashikami" / "mends.toml").read_text(encoding="utf-8")
)
