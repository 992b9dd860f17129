"""How things stand before a reshuffle, and from when on it holds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from workflows.reshuffle.named import Known
from workflows.reshuffle.spans import Span
from workflows.stages import Role

Post = tuple[Role, UUID | None]
"""A role, and the department it is held in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An appointment as it stands."""

    id: UUID
    person_id: UUID
    post: Post
    span: Span


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Who there is, what they hold, and what is asked."""

    people: Sequence[Known]
    appointments: Sequence[Held]
    departments: Mapping[str, UUID]
    """By name."""
    effective_on: dt.date
    replace_all: bool = False
    """Whether people whom the list does not name lose what they hold."""
    keeper_id: UUID | None = None
    """The admin who asks: never loses that role by it."""

    @property
    def day(self) -> int:
        """The day from which the list holds, as an ordinal."""
        return self.effective_on.toordinal()

    @cached_property
    def by_person(self) -> dict[UUID, list[Held]]:
        """The appointments by person, the earliest first."""
        people: defaultdict[UUID, list[Held]] = defaultdict(list)
        for held in sorted(self.appointments, key=lambda h: (h.span, h.id)):
            people[held.person_id].append(held)
        return dict(people)

    def held(self, person_id: UUID) -> dict[Post, list[Held]]:
        """Return what somebody holds on that day or later, by post, the earliest first."""
        posts: defaultdict[Post, list[Held]] = defaultdict(list)
        for held in filter(self.counts, self.by_person.get(person_id, [])):
            posts[held.post].append(held)
        return dict(posts)

    def counts(self, held: Held) -> bool:
        """Return whether an appointment reaches the day; one that was taken back has no days."""
        return held.span.last >= max(self.day, held.span.first)

    def continues(self, person_id: UUID, post: Post) -> bool:
        """Return whether somebody holds a post on that day, or did until the day before."""
        return any(
            held.span.first <= self.day <= held.span.last + 1
            for held in self.by_person.get(person_id, [])
            if held.post == post
        )
