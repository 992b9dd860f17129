"""One act while it is decided: who asks, what they may, and the entries drafted so far."""

import datetime as dt
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from workflows.authority import UNLIMITED, Capacity, Credential, may
from workflows.changes import Json
from workflows.entries import Draft, event_of, refusal_details
from workflows.fiscal import day_of
from workflows.merkle import Frontier
from workflows.records import Event, EventKind, Row
from workflows.refusals import Forbidden, Refusal, Refuse
from workflows.sight import Sight
from workflows.stages import Role
from workflows.values import invalid

EARLIEST: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""Nothing takes effect before: keeps typing errors and the calendar's ends out of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants done, and how."""

    municipality_id: UUID
    act: str
    """The deed's name in the API, for instance `fireTransition`."""
    actor_id: UUID | None = None
    """The person who asks; None for somebody unknown, and at the console."""
    at_console: bool = False
    """The server's operator asks, from the command line: loads plans, registers the first people."""
    at_door: bool = False
    """Somebody who is not signed in asks to be: a sign-in, or a one-time link that was followed."""
    credential: Credential = UNLIMITED
    """What the person is known by."""
    on_behalf_of_id: UUID | None = None
    """The person whose decision it is, where somebody else makes it for them (代決)."""
    idempotency_key: UUID | None = None
    validate_only: bool = False
    """Answer as if, and write nothing."""
    effective_at: dt.datetime | None = None
    """When it took effect, where that was before now."""
    told: Callable[[Sequence[Event]], None] | None = field(default=None, repr=False, compare=False)
    """Called with what was recorded once it is durable, unless an earlier call had done it; it must
    neither wait nor raise."""
    given: dict[str, Json] = field(default_factory=dict)
    """The input, as the key's fingerprint and a refusal's entry keep it."""

    def sha256(self) -> str:
        """Return the fingerprint of what is asked, without the key itself."""
        effective_at = self.effective_at.isoformat() if self.effective_at else None
        asked = [self.act, effective_at, self.given]
        if self.on_behalf_of_id is not None:
            asked.append(str(self.on_behalf_of_id))
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Unit:
    """What an act may use between the head row's lock and the commit."""

    request: Request
    frontier: Frontier
    """Of the record's tree before this act."""
    now: dt.datetime
    """When the entries will say they were recorded; always after the last act's."""
    capacities: tuple[Capacity, ...]
    drafts: list[Draft] = field(default_factory=list)
    beside: list[Row] = field(default_factory=list)
    """New rows that no entry holds (accounts, sessions), saved after those that entries add."""
    sign: Callable[[Frontier], Awaitable[None]] | None = None
    """Awaited once all is written, with the record's tree as it is then; what it raises undoes all."""
    about: dict[str, Any] = field(default_factory=dict)
    """What the act is about (project_id, cycle_id, owner_id, trigger) and in which capacity it is
    asked for, for a refusal's entry."""

    @property
    def size(self) -> int:
        """The number of entries before this act."""
        return self.frontier.size

    @property
    def municipality_id(self) -> UUID:
        """The one municipality that the act can reach."""
        return self.request.municipality_id

    @property
    def today(self) -> dt.date:
        """The day in Japan on which the act is done."""
        return day_of(self.now)

    @property
    def sight(self) -> Sight:
        """What whoever asks may see, by the capacities in which they act."""
        held = tuple(c for c in self.capacities if c.holds(self.today))
        return Sight(person_id=self.request.actor_id, capacities=held)

    @property
    def effective_at(self) -> dt.datetime:
        """When the act takes effect, in UTC."""
        return (self.request.effective_at or self.now).astimezone(dt.UTC)

    @property
    def effective_on(self) -> dt.date:
        """The day in Japan on which the act takes effect."""
        return day_of(self.effective_at)

    def authorise(self, roles: frozenset[Role], owner_id: UUID | None = None) -> Capacity | None:
        """Return the capacity in which the person may act; refuse where there is none.

        The operator at the console acts in no capacity: acts that are not for the console pass
        `roles` to `authorise_person` instead.
        """
        return None if self.request.at_console else self.authorise_person(roles, owner_id)

    def authorise_person(self, roles: frozenset[Role], owner_id: UUID | None = None) -> Capacity:
        """Return the capacity in which the person may act; refuse where there is none."""
        answer = may(roles, self.capacities, self.today, owner_id)
        if isinstance(answer, Forbidden):
            raise Refuse(answer)
        self.about["capacity"] = answer
        return answer

    def check_on_behalf(self) -> None:
        """Refuse an act on behalf of somebody that none of their capacities allowed.

        Acts that ask for no capacity, such as those on one's own account, are for oneself only.
        """
        if self.request.on_behalf_of_id is not None and self.about.get("capacity") is None:
            raise Refuse(Forbidden(frozenset()))

    def check_effective_at(self) -> None:
        """Refuse an effective time in the future, or before all records."""
        moment = self.request.effective_at
        if moment is not None and not EARLIEST <= moment <= self.now:
            raise invalid(
                "effectiveAt",
                "効力発生日時は、1970年以後、現在までの日時にしてください。",
                "effectiveAt cannot be in the future, or before 1970.",
            )

    def check_not_before(self, moment: dt.datetime) -> None:
        """Refuse an effective time before that of the last move."""
        if self.effective_at < moment:
            raise invalid(
                "effectiveAt",
                "効力発生日時は、直前の遷移の日時より前にできません。",
                "effectiveAt cannot be before the last move.",
            )

    def draft(self, kind: EventKind, **values: Any) -> Draft:  # noqa: ANN401 - Draft's own fields
        """Begin the next entry."""
        draft = Draft(kind=kind, sequence=self.size + len(self.drafts) + 1, **values)
        self.drafts.append(draft)
        return draft

    def refuse(self, refusal: Refusal, *, last: bool = False) -> None:
        """Replace everything drafted by the entry that tells of the refused attempt.

        `last` tells in it that no more of them will be entries for now.
        """
        self.drafts.clear()
        self.beside.clear()
        self.sign = None
        details = refusal_details(self.request.act, self.request.given, refusal)
        details |= {"last": True} if last else {}
        self.draft(EventKind.REFUSAL, details=details, **self.about)

    def events(self) -> tuple[Event, ...]:
        """Return the drafted entries as events; the first one carries the idempotency key."""
        events = tuple(
            event_of(
                draft,
                municipality_id=self.municipality_id,
                recorded_at=self.now,
                effective_at=self.effective_at if self._takes_effect(draft) else None,
                actor_id=self.request.actor_id,
                on_behalf_of_id=self.request.on_behalf_of_id,
            )
            for draft in self.drafts
        )
        if events and events[0].kind is not EventKind.REFUSAL and self.request.idempotency_key:
            events[0].idempotency_key = self.request.idempotency_key
            events[0].request_sha256 = self.request.sha256()
        return events

    def _takes_effect(self, draft: Draft) -> bool:
        """Return whether an entry has an effective time of its own; a refusal takes no effect."""
        return self.request.effective_at is not None and draft.kind is not EventKind.REFUSAL
