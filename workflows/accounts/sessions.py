"""Sessions: opaque, stored hashed, ended by time or by an act."""

import datetime as dt
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from workflows.accounts.policy import POLICY, Policy
from workflows.authority import ROLES, Act, Capacity
from workflows.ledger import Outcome, now, perform
from workflows.records import EventKind, Session
from workflows.refusals import Forbidden, NotFound, Refuse
from workflows.unit import Request, Unit

PREFIX: Final = "meguru_s_"
"""What a session's secret begins with."""
TOUCHED: Final = dt.timedelta(minutes=1)
"""A use is noted at most so often."""
REMEMBERED: Final = dt.timedelta(days=30)
"""So long after its end a session's row is kept."""


async def valid_session(sha256: str, policy: Policy = POLICY) -> Session | None:
    """Return the session that holds now, by its secret's hash: one statement, in any town."""
    return await _valid(Session.filter(sha256=sha256), now(), policy).first()


async def touch_session(session: Session, policy: Policy = POLICY) -> None:
    """Note that a session is in use, at most once a minute; one that has ended stays so."""
    moment = now()
    if moment - session.seen_at >= TOUCHED:
        session.seen_at = moment
        row = Session.of(session.municipality_id).filter(id=session.id)
        await _valid(row, moment, policy).update(seen_at=moment)


async def sessions_of(
    municipality_id: UUID, person_id: UUID, policy: Policy = POLICY
) -> list[Session]:
    """Return a person's sessions that hold now, the latest first."""
    own = Session.of(municipality_id).filter(person_id=person_id)
    return await _valid(own, now(), policy).order_by("-started_at", "-id")


def _valid(sessions: QuerySet[Session], moment: dt.datetime, policy: Policy) -> QuerySet[Session]:
    return sessions.filter(ended_at=None, expires_at__gt=moment, seen_at__gt=moment - policy.idle)


async def sign_out(request: Request, session_id: UUID) -> Outcome:
    """End the session that the person is signed in with (SIGNED_OUT)."""

    async def decide(unit: Unit) -> None:
        session = await expect_session(unit, session_id)
        draft = unit.draft(EventKind.SIGNED_OUT)
        draft.details = {"person": str(session.person_id), "session": str(session.id)}
        await _end(unit, session)

    return await perform(request, decide)


async def end_session(request: Request, session_id: UUID) -> Outcome:
    """End one of the own sessions, or as ADMIN or at the console anybody's (SESSION_REVOKED)."""

    async def decide(unit: Unit) -> None:
        session = await Session.of(unit.municipality_id).get_or_none(id=session_id, ended_at=None)
        capacity = None
        if not (session and is_own(unit, session.person_id)):
            # Before it is told whether there is such a session.
            capacity = unit.authorise(ROLES[Act.MANAGE_ACCOUNTS])
        if session is None:
            raise Refuse(NotFound("session"))
        await revoke_session(unit, session, capacity)

    return await perform(request, decide)


async def end_other_sessions(request: Request, session_id: UUID) -> Outcome:
    """End all of the own sessions but the given one, which is the one that asks."""

    async def decide(unit: Unit) -> None:
        session = await expect_session(unit, session_id)
        await revoke_sessions(unit, session.person_id, but=session.id)
        if not unit.drafts:
            raise Refuse(NotFound("session"))

    return await perform(request, decide)


def is_own(unit: Unit, person_id: UUID) -> bool:
    """Return whether it is a person's own, and they ask by a session."""
    return unit.request.credential.is_session and unit.request.actor_id == person_id


async def expect_session(unit: Unit, session_id: UUID) -> Session:
    """Return the session by which the person asks; refuse any other credential."""
    session = None
    if unit.request.credential.is_session:
        session = await Session.of(unit.municipality_id).get_or_none(
            id=session_id,
            person_id=unit.request.actor_id,
            ended_at=None,
            expires_at__gt=unit.now,
        )
    if session is None:
        raise Refuse(Forbidden(frozenset()))
    return session


async def revoke_sessions(
    unit: Unit,
    person_id: UUID,
    *,
    but: UUID | None = None,
    keep: int = 0,
    capacity: Capacity | None = None,
) -> None:
    """End all of a person's sessions that have not expired, but one, or but the `keep` latest."""
    live = Session.of(unit.municipality_id).filter(
        person_id=person_id, ended_at=None, expires_at__gt=unit.now
    )
    sessions = [s for s in await live.order_by("-started_at", "-id") if s.id != but]
    for session in sessions[keep:]:
        await revoke_session(unit, session, capacity)


async def replace_session(unit: Unit, session_id: UUID) -> None:
    """End the session that a browser had before, where it has not ended by itself."""
    session = await Session.of(unit.municipality_id).get_or_none(
        id=session_id, ended_at=None, expires_at__gt=unit.now
    )
    if session is not None:
        await revoke_session(unit, session, None)


async def forget_old_sessions(unit: Unit, person_id: UUID) -> None:
    """Take away a person's sessions that expired a month ago; the record still tells of them."""
    old = Session.of(unit.municipality_id).filter(
        person_id=person_id, expires_at__lt=unit.now - REMEMBERED
    )
    await old.delete()


async def revoke_session(unit: Unit, session: Session, capacity: Capacity | None) -> None:
    """End a session, and draft the entry of it."""
    draft = unit.draft(EventKind.SESSION_REVOKED, capacity=capacity)
    draft.details = {"person": str(session.person_id), "session": str(session.id)}
    await _end(unit, session)


async def _end(unit: Unit, session: Session) -> None:
    session.ended_at = unit.now
    await session.save(update_fields=["ended_at"])
