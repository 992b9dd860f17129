"""What a list of appointments says: its columns, its lines, and what can be wrong with them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflows.stages import Role


class Column(StrEnum):
    """What a column says."""

    STAFF_NUMBER = "STAFF_NUMBER"
    NAME = "NAME"
    ROLE = "ROLE"
    DEPARTMENT = "DEPARTMENT"
    STARTS_ON = "STARTS_ON"
    ENDS_ON = "ENDS_ON"


HEADERS: Final = {
    Column.STAFF_NUMBER: ("職員番号", "Staff number"),
    Column.NAME: ("氏名", "Name"),
    Column.ROLE: ("役割", "Role"),
    Column.DEPARTMENT: ("課", "Department"),
    Column.STARTS_ON: ("開始日", "Starts on"),
    Column.ENDS_ON: ("終了日", "Ends on"),
}
"""What each column is headed with; a column's code does as well, and width and case do not matter."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the list that cannot be so, where it stands, and what to do."""

    message_ja: str
    message_en: str
    line: int | None = None
    """Of the text, from 1; None where the whole list is meant."""
    column: Column | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line: somebody's appointment as it is wanted."""

    line: int
    staff_number: str
    name: str
    role: Role | None = None
    """None for somebody who is to hold none."""
    department: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines that could be read, and everything wrong with the others."""

    lines: tuple[Wanted, ...]
    faults: tuple[Fault, ...]
    broken: tuple[Wanted, ...] = ()
    """What could be read of the others: cells with faults are empty."""
