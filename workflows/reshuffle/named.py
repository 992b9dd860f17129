"""Whom a list's lines mean: people who are registered, and people who are to be."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from workflows.folding import fold
from workflows.roster import Column, Fault, Wanted


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is registered."""

    id: UUID
    staff_number: str
    name: str


@dataclass(slots=True)
class Named:
    """Somebody whom lines name, registered or not, with the lines."""

    staff_number: str
    name: str
    known: Known | None = None
    lines: list[Wanted] = field(default_factory=list)


def named_people(
    lines: Iterable[Wanted], people: Sequence[Known]
) -> tuple[list[Named], list[Fault]]:
    """Return whom the lines mean, in the order in which they are named first, and what is wrong.

    Spreadsheets drop leading zeros: 1 means 001 where the name says so too.
    """
    exact = {person.staff_number: person for person in people}
    alike: defaultdict[str, list[Known]] = defaultdict(list)
    for person in people:
        alike[_key(person.staff_number)].append(person)
    named: dict[str, Named] = {}
    faults: list[Fault] = []
    for line in lines:
        key = _key(line.staff_number)
        known = exact.get(line.staff_number) or _meant(line, alike[key])
        if known is None and alike[key]:
            faults.append(_not_registered(line, alike[key][0]))
            continue
        identity = str(known.id) if known else key
        one = named.setdefault(
            identity,
            Named(*((known.staff_number, known.name) if known else (line.staff_number, line.name)),
                  known),
        )  # fmt: skip
        if fold(one.name) != fold(line.name):
            faults.append(_other_name(line, one))
        one.lines.append(line)
    return list(named.values()), faults


def misnamed(lines: Iterable[Wanted], people: Sequence[Known]) -> list[Fault]:
    """Return what is wrong with numbers and names, in lines that could be read in part as well."""
    read = (line for line in lines if line.staff_number and line.name)
    _, faults = named_people(sorted(read, key=lambda line: line.line), people)
    return faults


def _key(staff_number: str) -> str:
    return unicodedata.normalize("NFKC", staff_number).casefold().lstrip("0")


def _meant(line: Wanted, alike: Sequence[Known]) -> Known | None:
    same = [person for person in alike if fold(person.name) == fold(line.name)]
    return same[0] if len(same) == 1 else None


def _not_registered(line: Wanted, alike: Known) -> Fault:
    return Fault(
        f"職員番号「{line.staff_number}」は登録されていません。「{alike.staff_number}」"
        f"({alike.name})のことであれば、そのとおりに記入してください。",
        f"There is no staff number {line.staff_number}, but {alike.staff_number} ({alike.name}).",
        line.line,
        Column.STAFF_NUMBER,
    )


def _other_name(line: Wanted, one: Named) -> Fault:
    there = "登録されています" if one.known else f"{one.lines[0].line}行目にあります"
    where = "is registered" if one.known else f"is on line {one.lines[0].line}"
    return Fault(
        f"職員番号「{line.staff_number}」は「{one.name}」として{there}。",
        f"The staff number {line.staff_number} {where} as {one.name}.",
        line.line,
        Column.NAME,
    )
