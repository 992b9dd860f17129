"""Own tokens: by a session, no further than the person, and as long as they say."""

import datetime as dt

import pytest

from tests.town import PEOPLE, Town, applied, refused
from tests.workflows.accounts.holders import Holder, events_of, hold
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.tokens import create_token, issue_token, revoke_token, touch_token
from workflows.authority import Credential, Scope
from workflows.ledger import Applied
from workflows.records import EventKind, Session, Token
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.stages import Role

READ = frozenset({Scope.READ})
ALLOWED = {
    "lead": {Scope.READ, Scope.WRITE},
    "staff": {Scope.READ, Scope.WRITE},
    "other_lead": {Scope.READ, Scope.WRITE},
    "other_staff": {Scope.READ, Scope.WRITE},
    "office": {Scope.READ, Scope.WRITE},
    "office_lead": {Scope.READ, Scope.WRITE},
    "auditor": {Scope.READ, Scope.AUDIT},
    "admin": {Scope.READ, Scope.ADMIN},
    "nobody": {Scope.READ},
}
NEEDED = {
    Scope.WRITE: {Role.STAFF, Role.LEAD, Role.OFFICE},
    Scope.AUDIT: {Role.AUDITOR},
    Scope.ADMIN: {Role.ADMIN},
}


async def _create(
    holder: Holder, scopes: frozenset[Scope] = READ, name: str = "cli", days: int = 30
) -> tuple[Token, str]:
    outcome, secret = await create_token(holder.by_session(), holder.session_id, name, scopes, days)
    applied(outcome)
    return await Token.of(holder.town.id).get(sha256=sha256_of(secret)), secret


async def test_an_own_token_is_recorded_and_shown_once(town: Town) -> None:
    """Its hash, scopes and end are kept; the entry tells of it."""
    holder = await hold(town)
    token, secret = await _create(holder, frozenset({Scope.READ, Scope.WRITE}))
    event = await town.last_event()
    assert secret.startswith("meguru_")
    assert len(secret) == len("meguru_") + 43
    assert (token.person_id, token.granted) == (holder.id, {Scope.READ, Scope.WRITE})
    assert token.expires_at == event.recorded_at + dt.timedelta(days=30)
    assert token.second_factor is False
    assert (event.kind, event.actor_id) == (EventKind.TOKEN_ISSUED, holder.id)
    assert event.document["details"] == {
        "person": str(holder.id),
        "token": str(token.id),
        "name": "cli",
    }
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_a_token_goes_no_further_than_its_owner(sqlite_town_loaded: Town, who: str) -> None:
    """A scope that no role of today's would use is refused, with the roles that would."""
    holder = await hold(sqlite_town_loaded, who)
    for scope in Scope:
        scopes = frozenset({Scope.READ, scope})
        outcome, secret = await create_token(holder.by_session(), holder.session_id, "x", scopes, 1)
        if scope in ALLOWED[who]:
            assert isinstance(outcome, Applied)
        else:
            assert (refused(outcome), secret) == (Forbidden(frozenset(NEEDED[scope])), "")


async def test_roles_that_do_not_count_now_give_no_scope(town: Town) -> None:
    """An appointment that has ended, and a role that asks for a second factor not shown."""
    ended = dt.date(2024, 5, 1)
    await town.employ("was_admin", Role.ADMIN, None, ends_on=ended)
    holder = await hold(town, "was_admin")
    admin = frozenset({Scope.ADMIN})
    outcome, _ = await create_token(holder.by_session(), holder.session_id, "x", admin, 1)
    assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    holder = await hold(town, "admin")
    barred = Credential(is_session=True, barred=frozenset({Role.ADMIN}))
    request = town.by("admin", credential=barred)
    outcome, _ = await create_token(request, holder.session_id, "x", admin, 1)
    assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))


async def test_a_token_remembers_the_second_factor(town: Town) -> None:
    """Of the session that made it."""
    holder = await hold(town, second_factor=True)
    token, _ = await _create(holder)
    assert token.second_factor is True
    await Session.of(town.id).update(second_factor=False)
    token, _ = await _create(holder, name="another")
    assert token.second_factor is False


async def test_what_a_token_asks_for(town: Town) -> None:
    """A name, 1 to 365 days, a scope; and a session, never a token."""
    holder, other = await hold(town), await hold(town, "staff")
    for name, days, scopes, path in (
        ("", 1, READ, "name"),
        ("x", 0, READ, "days"),
        ("x", 366, READ, "days"),
        ("x", 1, frozenset[Scope](), "scopes"),
    ):
        outcome, secret = await create_token(
            holder.by_session(), holder.session_id, name, scopes, days
        )
        refusal = refused(outcome)
        assert isinstance(refusal, InvalidInput)
        assert (refusal.path, secret) == (path, "")
    for request, session_id in (
        (town.by("lead"), holder.session_id),
        (holder.by_session(), other.session_id),
        (town.console(), holder.session_id),
    ):
        outcome, secret = await create_token(request, session_id, "x", READ, 1)
        assert (refused(outcome), secret) == (Forbidden(frozenset()), "")
    assert await Token.of(town.id).count() == 0


async def test_a_key_makes_one_token(town: Town) -> None:
    """Asked again with the same key there is no other, and its secret is not shown again."""
    holder = await hold(town)
    request = holder.by_session(idempotency_key=holder.id)
    first, secret = await create_token(request, holder.session_id, "x", READ, 1)
    again, nothing = await create_token(request, holder.session_id, "x", READ, 1)
    assert applied(first).id == applied(again).id
    assert secret
    assert nothing == ""
    assert await Token.of(town.id).count() == 1


async def test_people_revoke_their_own_and_admins_anybody_s(town: Town) -> None:
    """To anybody else, a token of others and one that does not exist are the same."""
    holder, other = await hold(town), await hold(town, "staff")
    token, _ = await _create(holder)
    for token_id in (token.id, holder.id):
        outcome = await revoke_token(other.by_session(), token_id)
        assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    outcome = await revoke_token(town.by("lead"), token.id)  # a token, not a session
    assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    applied(await revoke_token(holder.by_session(), token.id))
    outcome = await revoke_token(holder.by_session(), token.id)
    assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    another, _ = await _create(holder)
    applied(await revoke_token(town.by("admin"), another.id))
    assert refused(await revoke_token(town.by("admin"), another.id)) == NotFound("token")
    assert len(await events_of(town, EventKind.TOKEN_REVOKED)) == 2


async def test_a_use_is_noted_once_a_minute(town: Town) -> None:
    """And the first one at once."""
    applied((await issue_token(town.console(), town.people["lead"], "x", 1))[0])
    token = await Token.of(town.id).get()
    assert token.last_used_at is None
    await touch_token(token)
    first = (await Token.of(town.id).get()).last_used_at
    assert first is not None
    token = await Token.of(town.id).get()
    await touch_token(token)
    assert (await Token.of(town.id).get()).last_used_at == first
    old = first - dt.timedelta(minutes=1, seconds=1)
    await Token.of(town.id).update(last_used_at=old)
    await touch_token(await Token.of(town.id).get())
    last = (await Token.of(town.id).get()).last_used_at
    assert last is not None
    assert last >= first
