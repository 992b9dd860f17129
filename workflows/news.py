"""News (お知らせ): what of the record concerns somebody, derived each time; nothing is stored of it.

Only what others did is news, and only what the person may see. All that is kept is how far each
person has seen it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from workflows.cases import owned_on
from workflows.records import Event, EventHead, EventKind, NewsMark, Ownership, Rollout
from workflows.sight import Sight
from workflows.stages import SCOPED_ROLES, Role, Trigger
from workflows.values import invalid

REACH: Final = 50_000
"""So many of the record's last entries are looked at, whatever they tell of."""
MOST: Final = 500
"""So many news there are at most; older ones are found in the record."""
_K = EventKind
_AT_WORK: Final = frozenset(
    {
        *(_K.TRANSITION, _K.SHEET_EDITED, _K.STATUS_CHANGED, _K.OWNERSHIP_TRANSFERRED),
        *(_K.PROJECT_ADDED, _K.PROJECT_CHANGED, _K.CORRECTED, _K.ROLLOUT_PROPOSED),
        *(_K.ROLLOUT_ANSWERED, _K.FINDING_RAISED, _K.FINDING_ANSWERED, _K.FINDING_CLOSED),
        *(_K.EVIDENCE_ATTACHED, _K.EVIDENCE_WITHDRAWN, _K.COMMENTED, _K.COMMENT_WITHDRAWN),
    }
)
"""What is news where the project is one's own."""
_FOR_OFFICE: Final = frozenset({_K.ROLLOUT_ANSWERED, _K.COMMENTED, _K.FINDING_RAISED})
_WAITING: Final = frozenset({Trigger.SUBMIT_RESULTS, Trigger.EVALUATE})
"""Moves after which the office has to look at a cycle."""


class NewsReason(StrEnum):
    """Why an entry concerns somebody."""

    SENT_BACK = "SENT_BACK"
    OFFERED = "OFFERED"
    OWN_PROJECT = "OWN_PROJECT"
    OFFICE = "OFFICE"
    FINDING_ANSWERED = "FINDING_ANSWERED"


@dataclass(frozen=True, slots=True)
class News:
    """An entry that concerns somebody, by its number, and why."""

    sequence: int
    reason: NewsReason


@dataclass(frozen=True, slots=True)
class Concerns:
    """What concerns somebody today."""

    person_id: UUID
    roles: frozenset[Role]
    departments: frozenset[UUID]
    projects: frozenset[UUID]
    """Those that the departments own."""
    offers: frozenset[UUID]
    """The cycles whose results were offered to the departments."""

    def condition(self) -> Q:
        """Return the condition that an entry concerns the person."""
        own = Q(owner_id__in=sorted(self.departments)) | Q(project_id__in=sorted(self.projects))
        offered = Q(kind=_K.ROLLOUT_PROPOSED, cycle_id__in=sorted(self.offers))
        some = []
        if self.departments:
            some += [Q(own, kind__in=sorted(_AT_WORK)), offered]
        if Role.OFFICE in self.roles:
            waiting = Q(kind=_K.TRANSITION, trigger__in=sorted(_WAITING))
            some += [waiting, Q(kind__in=sorted(_FOR_OFFICE))]
        if Role.AUDITOR in self.roles:
            some.append(Q(kind=_K.FINDING_ANSWERED))
        if not some:
            return Q(id__isnull=True)
        # Of nobody are those of the console: a plan that is loaded is no news to anybody.
        return ~Q(actor_id=self.person_id) & Q(actor_id__isnull=False) & Q(*some, join_type=Q.OR)

    def reason(self, event: Event) -> NewsReason:
        """Return why an entry that concerns the person does."""
        is_own = event.owner_id in self.departments or event.project_id in self.projects
        if is_own and event.trigger is Trigger.SEND_BACK:
            return NewsReason.SENT_BACK
        if event.kind is _K.ROLLOUT_PROPOSED and event.cycle_id in self.offers:
            return NewsReason.OFFERED
        if is_own and event.kind in _AT_WORK:
            return NewsReason.OWN_PROJECT
        if event.kind is _K.FINDING_ANSWERED:
            return NewsReason.FINDING_ANSWERED
        return NewsReason.OFFICE


async def concerns_of(
    municipality_id: UUID, person_id: UUID, sight: Sight, today: dt.date
) -> Concerns:
    """Return what concerns somebody today, by the capacities that count for what they see."""
    held = (c.department_id for c in sight.capacities if c.role in SCOPED_ROLES)
    departments = frozenset(one for one in held if one is not None)
    projects: Any = ()
    offers: Any = ()
    if departments:
        theirs = {"department_id__in": sorted(departments)}
        owned = Ownership.of(municipality_id).filter(owned_on(today), **theirs)
        projects = await owned.values_list("project_id", flat=True)
        offered = Rollout.of(municipality_id).filter(**theirs)
        offers = await offered.values_list("cycle_id", flat=True)
    return Concerns(person_id, sight.roles, departments, frozenset(projects), frozenset(offers))


async def news_of(municipality_id: UUID, concerns: Concerns, sight: Sight) -> list[News]:
    """Return what concerns somebody and may be seen by them, the latest first."""
    size = (await EventHead.of(municipality_id).get()).size
    events = sight.at_work(concerns.projects).among(Event.of(municipality_id))
    found = (
        events.filter(concerns.condition(), sequence__gt=size - REACH)
        .order_by("-sequence")
        .limit(MOST)
        .only("id", "sequence", "kind", "trigger", "owner_id", "project_id", "cycle_id")
    )
    return [News(event.sequence, concerns.reason(event)) for event in await found]


async def seen_through(municipality_id: UUID, person_id: UUID) -> int:
    """Return the last entry that somebody has seen; 0 where they never looked."""
    mark = await NewsMark.of(municipality_id).get_or_none(person_id=person_id)
    return mark.sequence if mark else 0


async def mark_seen(municipality_id: UUID, person_id: UUID, through: int) -> int:
    """Remember that somebody has seen all up to an entry, and return up to which they have.

    What was seen stays seen.

    Raises:
        Refuse: the record has no such entry.
    """
    size = (await EventHead.of(municipality_id).get()).size
    if not 0 <= through <= size:
        raise invalid(
            "through",
            f"0から{size}までの記録番号を指定してください。",
            f"Give the number of an entry, from 0 to {size}.",
        )
    marks = NewsMark.of(municipality_id).filter(person_id=person_id)
    if not await marks.exists():
        mark = NewsMark(municipality_id=municipality_id, person_id=person_id, sequence=through)
        try:
            await mark.save()
        except IntegrityError:
            pass  # another of the person's windows was first
        else:
            return through
    await marks.filter(sequence__lt=through).update(sequence=through)
    return await seen_through(municipality_id, person_id)
