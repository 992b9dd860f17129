"""What a person's lines ask for: which posts, and on which days from the reshuffle's day on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from workflows.folding import fold
from workflows.reshuffle.named import Named
from workflows.reshuffle.situation import Post, Situation
from workflows.reshuffle.spans import Span
from workflows.roster import Column, Fault, Wanted


class Asked:
    """The posts that one person is wanted in, with what is wrong in their lines."""

    def __init__(self, one: Named, situation: Situation, departments: "Departments") -> None:
        self.person_id = one.known.id if one.known else None
        self.situation, self.departments = situation, departments
        self.spans: defaultdict[Post, list[tuple[Span, int]]] = defaultdict(list)
        self.faults: list[Fault] = []
        for line in one.lines:
            self._want(line)

    def _want(self, line: Wanted) -> None:
        if line.role is None:
            return
        department_id = self.departments.find(line.department)
        if line.department and department_id is None:
            self.faults.append(self.departments.unknown(line))
            return
        post = (line.role, department_id)
        span = self._span(line, post)
        if span is None:
            return
        same = (n for other, n in self.spans[post] if other.meets(span))
        number = next(same, None)
        if number is None:
            self.spans[post].append((span, line.line))
            return
        self._fault(
            line,
            None,
            f"{number}行目と同じ任命です。一方を削除してください。",
            f"Line {number} has it already; take one out.",
        )

    def _span(self, line: Wanted, post: Post) -> Span | None:
        """Return the days that a line is about; what lies before the reshuffle is not."""
        day = self.situation.effective_on
        given = line.starts_on
        if given and given < day and not self._continues(post):
            self._fault(
                line,
                Column.STARTS_ON,
                f"{day}の時点で続いている任命がありません。{day}以後にするか、空欄にしてください。",
                f"There is no such appointment to continue on {day}; give that day or a later one.",
            )
            return None
        starts_on = max(given or day, day)
        if line.ends_on and line.ends_on < starts_on:
            self._fault(line, Column.ENDS_ON, f"{starts_on}以後の日付を記入してください。",
                        f"Give {starts_on} or a later day.")  # fmt: skip
            return None
        return Span.of(starts_on, line.ends_on)

    def _continues(self, post: Post) -> bool:
        return self.person_id is not None and self.situation.continues(self.person_id, post)

    def _fault(self, line: Wanted, column: Column | None, japanese: str, english: str) -> None:
        self.faults.append(Fault(japanese, english, line.line, column))


class Departments:
    """Departments by name: as it is written, or else as the only one alike."""

    def __init__(self, names: Mapping[str, UUID]) -> None:
        self.names = names
        self._alike: defaultdict[str, list[UUID]] = defaultdict(list)
        for name, department_id in names.items():
            self._alike[fold(name)].append(department_id)

    def find(self, name: str) -> UUID | None:
        """Return a department's id; None where there is none of that name."""
        alike = self._alike.get(fold(name), [])
        return self.names.get(name) or (alike[0] if len(alike) == 1 else None)

    def missing(self, lines: Iterable[Wanted]) -> list[Fault]:
        """Return what is told of those lines whose department is none of these."""
        named = (line for line in lines if line.department)
        return [self.unknown(line) for line in named if self.find(line.department) is None]

    def unknown(self, line: Wanted) -> Fault:
        """Return what is told of a line whose department is none of these."""
        return Fault(
            f"次の課から選んでください: {'、'.join(self.names)}。",
            f"There is no department {line.department}.",
            line.line,
            Column.DEPARTMENT,
        )
