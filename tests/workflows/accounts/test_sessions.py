"""Sessions: how long they hold, who ends them, and that a token is none."""

import datetime as dt

import pytest

from tests.town import PEOPLE, Town, applied, refused
from tests.workflows.accounts.holders import events_of, hold, knock
from workflows.accounts.outcomes import SignedIn
from workflows.accounts.policy import Policy
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.sessions import (
    end_other_sessions,
    end_session,
    sessions_of,
    sign_out,
    touch_session,
    valid_session,
)
from workflows.records import EventKind, Session
from workflows.refusals import Forbidden, NotFound
from workflows.replay import audit
from workflows.stages import Role


def _ago(**values: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(**values)


async def _age(session: Session, **values: object) -> None:
    await Session.filter(id=session.id).update(**values)


async def _is_valid(session: Session, policy: Policy | None = None) -> bool:
    found = await valid_session(session.sha256, policy or Policy())
    return found is not None


async def test_a_session_is_found_by_its_secret(town: Town) -> None:
    """The secret's hash is the key; any other finds nothing."""
    holder = await hold(town)
    found = await valid_session(sha256_of(holder.begun.secret))
    assert found is not None
    assert (found.id, found.person_id) == (holder.session_id, holder.id)
    assert await valid_session(sha256_of(holder.begun.secret + "x")) is None
    assert await valid_session(holder.begun.secret) is None


async def test_a_session_ends_by_time(town: Town) -> None:
    """Idle for 30 minutes, or 12 hours after it began, however busy."""
    session = (await hold(town)).begun.session
    await _age(session, seen_at=_ago(minutes=29))
    assert await _is_valid(session)
    assert not await _is_valid(session, Policy(idle=dt.timedelta(minutes=28)))
    await _age(session, seen_at=_ago(minutes=30))
    assert not await _is_valid(session)
    assert await sessions_of(town.id, session.person_id) == []
    await _age(session, seen_at=_ago(), expires_at=_ago(seconds=1))
    assert not await _is_valid(session)
    short = Policy(absolute=dt.timedelta(hours=1))
    begun = await knock(town, policy=short)
    assert isinstance(begun, SignedIn)
    assert begun.session.expires_at - begun.session.started_at == dt.timedelta(hours=1)


async def test_a_use_is_noted_once_a_minute(town: Town) -> None:
    """It moves the end of idleness on, and brings back no session that has ended."""
    session = (await hold(town)).begun.session
    seen = session.seen_at
    await touch_session(session)
    assert session.seen_at == seen
    for ended, expected in ((False, True), (True, False)):
        old = _ago(minutes=2)
        await _age(session, seen_at=old, ended_at=_ago() if ended else None)
        await session.refresh_from_db()
        await touch_session(session)
        row = await Session.get(id=session.id)
        assert (row.seen_at > old) is expected
    idle = _ago(minutes=31)
    await _age(session, seen_at=idle, ended_at=None)
    await session.refresh_from_db()
    await touch_session(session)
    assert (await Session.get(id=session.id)).seen_at == idle


async def test_signing_out_ends_the_session_at_once(town: Town) -> None:
    """Its secret opens nothing more, and it cannot be signed out of twice."""
    holder = await hold(town)
    event = applied(await sign_out(holder.by_session(), holder.session_id))
    assert (event.kind, event.actor_id) == (EventKind.SIGNED_OUT, holder.id)
    assert event.document["details"] == {
        "person": str(holder.id),
        "session": str(holder.session_id),
    }
    assert not await _is_valid(holder.begun.session)
    outcome = await sign_out(holder.by_session(), holder.session_id)
    assert refused(outcome) == Forbidden(frozenset())
    assert await audit(town.id) == []


async def test_people_end_their_own_sessions_and_admins_anybody_s(town: Town) -> None:
    """To anybody else, a session of others and one that does not exist are the same."""
    holder, other = await hold(town), await hold(town, "staff")
    outsider = other.by_session()
    missing = holder.id  # of no session
    for session_id in (holder.session_id, missing):
        outcome = await end_session(outsider, session_id)
        assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    outcome = await end_session(town.by("lead"), holder.session_id)  # a token
    assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    assert await _is_valid(holder.begun.session)
    second = await knock(town)
    assert isinstance(second, SignedIn)
    event = applied(await end_session(holder.by_session(), second.session.id))
    assert (event.kind, event.actor_role) == (EventKind.SESSION_REVOKED, None)
    event = applied(await end_session(town.by("admin"), holder.session_id))
    assert (event.actor_role, event.document["details"]["session"]) == (
        Role.ADMIN,
        str(holder.session_id),
    )
    assert refused(await end_session(town.by("admin"), holder.session_id)) == NotFound("session")
    applied(await end_session(town.console(), other.session_id))
    assert await sessions_of(town.id, holder.id) == []
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_admins_end_others_sessions(sqlite_town_loaded: Town, who: str) -> None:
    """Whatever else somebody may."""
    town = sqlite_town_loaded
    holder = await hold(town, "auditor")
    outcome = await end_session(town.by(who, validate_only=True), holder.session_id)
    if who == "admin":
        assert not hasattr(outcome, "refusal")
    else:
        assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))


async def test_all_others_end_at_once(town: Town) -> None:
    """But the one that asks, and nobody else's."""
    holder, other = await hold(town), await hold(town, "staff")
    more = [await knock(town) for _ in range(2)]
    applied(await end_other_sessions(holder.by_session(), holder.session_id))
    assert [s.id for s in await sessions_of(town.id, holder.id)] == [holder.session_id]
    assert len(await events_of(town, EventKind.SESSION_REVOKED)) == len(more)
    assert await _is_valid(other.begun.session)
    outcome = await end_other_sessions(holder.by_session(), holder.session_id)
    assert refused(outcome) == NotFound("session")
    outcome = await end_other_sessions(holder.by_session(), other.session_id)
    assert refused(outcome) == Forbidden(frozenset())
    outcome = await end_other_sessions(town.by("lead"), holder.session_id)
    assert refused(outcome) == Forbidden(frozenset())


async def test_sessions_of_long_ago_are_forgotten(town: Town) -> None:
    """A month after they expired, with the addresses in them; nobody else's, and no younger one."""
    holder, other = await hold(town), await hold(town, "staff")
    younger = await knock(town)
    assert isinstance(younger, SignedIn)
    await _age(holder.begun.session, expires_at=_ago(days=31))
    await _age(other.begun.session, expires_at=_ago(days=31))
    await _age(younger.session, expires_at=_ago(days=29))
    last = await knock(town)
    assert isinstance(last, SignedIn)
    left = set(await Session.of(town.id).values_list("id", flat=True))
    assert left == {other.session_id, younger.session.id, last.session.id}
