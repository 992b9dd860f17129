"""What an installation has to know of a town beside its plan's text."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeStep:
    """One step of the scale of grades."""

    code: str
    label_ja: str
    label_en: str
    rolls_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town's code, its plan's first fiscal year and its scale of grades, best first."""

    code: str
    first_fiscal_year: int
    grades: tuple[GradeStep, ...]


def read_town(path: Path) -> Town:
    """Read a `town.toml`; what is missing or misspelt raises KeyError or TypeError."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    grades = tuple(GradeStep(**step) for step in values["grades"])
    return Town(code=values["code"], first_fiscal_year=values["first_fiscal_year"], grades=grades)


FOLDER: Final = Path(__file__).parent / "hashikami"
HASHIKAMI_TOWN: Final = read_town(FOLDER / "town.toml")
HASHIKAMI_PLAN: Final = FOLDER / "plan.txt"
