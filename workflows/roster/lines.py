"""One line of a list, read cell by cell."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from typing import Final

from workflows.fiscal import parse_day
from workflows.folding import fold
from workflows.labels import label
from workflows.refusals import InvalidInput, Refuse
from workflows.roster.columns import Column, Fault, Wanted
from workflows.stages import SCOPED_ROLES, Role
from workflows.values import line

_BLANK: Final = frozenset({"", *"-‐–—―ー−"})
"""What says that there is nothing."""
_ALSO: Final = {
    "課長": Role.LEAD,
    "グループリーダー": Role.LEAD,
    "担当": Role.STAFF,
    "管理者": Role.ADMIN,
}


def _spelled(role: Role) -> tuple[str, ...]:
    return (role, label(role), label(role, japanese=False))


_ROLES: Final = {fold(name): role for role in Role for name in _spelled(role)} | {
    fold(name): role for name, role in _ALSO.items()
}


class Line:
    """One line while it is read: its cells by column, and what is wrong with them."""

    def __init__(self, number: int, cells: list[str], places: Mapping[Column, int]) -> None:
        self.number, self.faults = number, list[Fault]()
        self.cells = {
            column: cells[place] if place < len(cells) else "" for column, place in places.items()
        }

    def wanted(self) -> Wanted:
        """Return what the line asks for, so far as it can be read; cells with faults are empty."""
        wanted = Wanted(
            line=self.number,
            staff_number=self._line(Column.STAFF_NUMBER, 50),
            name=self._line(Column.NAME, 100),
            role=self._role(),
            department=self._line(Column.DEPARTMENT, 100),
            starts_on=self._day(Column.STARTS_ON),
            ends_on=self._day(Column.ENDS_ON),
        )
        self._check(wanted)
        return wanted

    def fault(self, column: Column | None, japanese: str, english: str) -> None:
        """Note something wrong with the line."""
        self.faults.append(Fault(japanese, english, self.number, column))

    def _plain(self, column: Column) -> str:
        """Return a cell in half width; a dash alone says nothing."""
        plain = unicodedata.normalize("NFKC", self.cells.get(column, "")).strip()
        return "" if plain in _BLANK else plain

    def _line(self, column: Column, limit: int) -> str:
        cell = self.cells.get(column, "")
        if column is Column.STAFF_NUMBER or cell in _BLANK:
            cell = self._plain(column)
        required = column is not Column.DEPARTMENT
        try:
            return line(column.lower(), cell, limit=limit, required=required)
        except Refuse as refused:
            if isinstance(refused.refusal, InvalidInput):
                self.fault(column, refused.refusal.message_ja, refused.refusal.message_en)
            return ""

    def _role(self) -> Role | None:
        said = self._plain(Column.ROLE)
        role = _ROLES.get(fold(said))
        if said and role is None:
            names = "・".join(label(one) for one in Role)
            english = ", ".join(Role)
            self.fault(Column.ROLE, f"役割は {names} から選んでください。",
                       f"Choose the role from {english}.")  # fmt: skip
        return role

    def _day(self, column: Column) -> dt.date | None:
        said = self._plain(column)
        day = parse_day(said)
        if said and day is None:
            self.fault(
                column,
                "日付は 2027/4/1、R9.4.1、令和9年4月1日 のように記入してください。",
                "Write a day as 2027/4/1, 2027-04-01 or R9.4.1.",
            )
        return day

    def _check(self, wanted: Wanted) -> None:
        if wanted.role in SCOPED_ROLES and not self._plain(Column.DEPARTMENT):
            self.fault(
                Column.DEPARTMENT,
                "担当者と課長・グループリーダーには、課を指定してください。",
                "Staff and leads are appointed in a department.",
            )
        said = wanted.department or wanted.starts_on or wanted.ends_on
        if wanted.role is None and said and not self._plain(Column.ROLE):
            self.fault(
                Column.ROLE,
                "役割を記入するか、課と日付を空欄にしてください。",
                "Write a role, or leave department and days empty.",
            )
        if wanted.starts_on and wanted.ends_on and wanted.ends_on < wanted.starts_on:
            self.fault(
                Column.ENDS_ON,
                f"終了日は開始日({wanted.starts_on})以後にしてください。",
                f"The last day cannot be before the first ({wanted.starts_on}).",
            )
