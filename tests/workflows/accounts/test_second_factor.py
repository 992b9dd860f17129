"""The second factor and the own password: by the own session, with the password once more."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import pyotp
import pytest

from tests.town import Town, applied, refused
from tests.workflows.accounts.holders import (
    PASSWORD,
    WRONG,
    Holder,
    events_of,
    hold,
    knock,
    let_time_pass,
    meanwhile,
)
from workflows.accounts.hashing import HASHER
from workflows.accounts.outcomes import SecondFactorNeeded, SignedIn, SignInFailed, SlowedDown
from workflows.accounts.own import change_password
from workflows.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    new_recovery_codes,
    remove_second_factor,
)
from workflows.accounts.sessions import sessions_of, sign_out
from workflows.accounts.tokens import issue_token
from workflows.ledger import Outcome, Refused
from workflows.records import Account, EventKind, Session, Throttle, Token
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.unit import Request

NEW = "another battery of horses"


async def _set_up(
    holder: Holder, session_id: UUID | None = None, **values: str
) -> tuple[Outcome, tuple[str, ...], str]:
    secret = values.pop("secret", begin_second_factor("町", "lead").secret)
    asked = {"password": PASSWORD, **values}
    if "code" not in asked:
        asked["code"] = pyotp.TOTP(secret).now()
    outcome, codes = await confirm_second_factor(
        holder.by_session(), session_id or holder.session_id, secret=secret, **asked
    )
    return outcome, codes, secret


def test_what_the_app_is_told() -> None:
    """An issuer with the town's name, the login, and 160 bits that are new each time."""
    begun = begin_second_factor("階上町", "s1")
    uri = urlsplit(begun.uri)
    query = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/めぐる 階上町:s1"
    assert query == {"secret": [begun.secret], "issuer": ["めぐる 階上町"]}
    assert len(begun.secret) == 32
    assert begin_second_factor("階上町", "").secret != begun.secret
    assert begun.secret not in repr(begun)


async def test_a_second_factor_is_set_up_with_its_first_code(town: Town) -> None:
    """Other sessions end, this one counts as having shown it, and the code is not taken again."""
    holder = await hold(town)
    assert isinstance(await knock(town), SignedIn)
    outcome, codes, secret = await _set_up(holder)
    event = applied(outcome)
    assert (event.kind, event.actor_id) == (EventKind.SECOND_FACTOR_CHANGED, holder.id)
    assert event.document["details"] == {"person": str(holder.id), "what": "SET"}
    assert len(set(codes)) == 10
    (session,) = await sessions_of(town.id, holder.id)
    assert (session.id, session.second_factor) == (holder.session_id, True)
    assert await knock(town) == SecondFactorNeeded()
    assert await knock(town, code=pyotp.TOTP(secret).now()) == SignInFailed()
    assert isinstance(await knock(town, code=codes[9]), SignedIn)
    account = await holder.account()
    assert not set(codes) & set(account.recovery_sha256)
    assert await audit(town.id) == []


async def test_what_does_not_set_it_up(town: Town) -> None:
    """A wrong code, a secret that is none, a wrong password; nothing changes."""
    holder = await hold(town)
    for values, path in (
        ({"code": "000"}, "code"),
        ({"secret": "A" * 31, "code": "123456"}, "code"),
        ({"secret": "A" * 64, "code": "123456"}, "code"),
        ({"secret": "あ" * 32, "code": "123456"}, "code"),
        ({"secret": "A" * 26 + "======", "code": pyotp.TOTP("A" * 26).now()}, "code"),
        ({"password": WRONG}, "password"),
    ):
        outcome, codes, _ = await _set_up(holder, **values)
        refusal = refused(outcome)
        assert isinstance(refusal, InvalidInput)
        assert (refusal.path, codes) == (path, ())
    assert (await holder.account()).totp_secret is None


async def test_it_is_removed_where_the_password_stands_alone(town: Town) -> None:
    """A short password has to be changed first; tokens do not count as shown any more."""
    holder = await hold(town, password="x9$Lq2!vTz", second_factor=True)  # noqa: S106 - of tests
    applied((await issue_token(town.console(), holder.id, "x", 1))[0])
    outcome = await remove_second_factor(
        holder.by_session(),
        holder.session_id,
        password="x9$Lq2!vTz",  # noqa: S106 - of tests
    )
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert "15" in refusal.message_en
    asked: Any = {"current": "x9$Lq2!vTz", "new": PASSWORD}
    applied(await change_password(holder.by_session(), holder.session_id, **asked))
    ask = holder.by_session(), holder.session_id
    event = applied(await remove_second_factor(*ask, password=PASSWORD))
    assert event.document["details"] == {"person": str(holder.id), "what": "REMOVED"}
    account = await holder.account()
    assert (account.totp_secret, account.recovery_sha256) == (None, [])
    assert (await Session.get(id=holder.session_id)).second_factor is False
    assert (await Token.of(town.id).get()).second_factor is False
    assert isinstance(await knock(town), SignedIn)


async def test_removing_ends_all_other_sessions(town: Town) -> None:
    """Somebody may be in one of them."""
    holder = await hold(town, second_factor=True)
    assert isinstance(await knock(town, code=holder.begun.recovery_codes[0]), SignedIn)
    ask = holder.by_session(), holder.session_id
    applied(await remove_second_factor(*ask, password=PASSWORD))
    assert [s.id for s in await sessions_of(town.id, holder.id)] == [holder.session_id]
    outcome = await remove_second_factor(*ask, password=PASSWORD)
    assert isinstance(refused(outcome), InvalidInput)


async def test_a_session_without_it_does_not_take_it_away(town: Town) -> None:
    """Nor replaces it, nor makes codes: so one by a link or a provider is no way around it."""
    holder = await hold(town, second_factor=True)
    await Session.of(town.id).update(second_factor=False)
    ask = holder.by_session(), holder.session_id
    outcomes = [
        await remove_second_factor(*ask, password=PASSWORD),
        (await new_recovery_codes(*ask, password=PASSWORD))[0],
        (await _set_up(holder))[0],
    ]
    for outcome in outcomes:
        refusal = refused(outcome)
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "code"
    assert (await holder.account()).totp_secret == holder.totp_secret


async def test_new_recovery_codes_replace_the_old(town: Town) -> None:
    """All of them."""
    holder = await hold(town, second_factor=True)
    ask = holder.by_session(), holder.session_id
    outcome, codes = await new_recovery_codes(*ask, password=PASSWORD)
    assert applied(outcome).document["details"]["what"] == "RECOVERY_CODES"
    assert await knock(town, code=holder.begun.recovery_codes[0]) == SignInFailed()
    assert isinstance(await knock(town, code=codes[0]), SignedIn)
    other = await hold(town, "staff")
    outcome, codes = await new_recovery_codes(
        other.by_session(), other.session_id, password=PASSWORD
    )
    assert (isinstance(refused(outcome), InvalidInput), codes) == (True, ())


async def test_another_password_ends_all_other_sessions(town: Town) -> None:
    """The old one opens nothing any more; what is wrong is said at its field."""
    holder = await hold(town)
    assert isinstance(await knock(town), SignedIn)
    ask = holder.by_session(), holder.session_id
    for current, new, path in (
        (PASSWORD, "short", "new"),
        (PASSWORD, "lead さん lead さん", "new"),
        (WRONG, NEW, "current"),
    ):
        refusal = refused(await change_password(*ask, current=current, new=new))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == path
    assert len(await sessions_of(town.id, holder.id)) == 2
    event = applied(await change_password(*ask, current=PASSWORD, new=NEW))
    assert (event.kind, event.actor_id) == (EventKind.PASSWORD_SET, holder.id)
    assert event.document["details"] == {"person": str(holder.id)}
    assert [s.id for s in await sessions_of(town.id, holder.id)] == [holder.session_id]
    assert await knock(town) == SignInFailed()
    assert isinstance(await knock(town, "lead", NEW), SignedIn)


async def test_a_stolen_session_cannot_guess_the_password(town: Town) -> None:
    """A wrong one counts as at the door, is recorded, and slows both down."""
    holder = await hold(town)
    ask = holder.by_session(), holder.session_id
    outcomes = await asyncio.gather(
        *(change_password(*ask, current=f"{WRONG} {n}", new=NEW) for n in range(9))
    )
    failed = await events_of(town, EventKind.SIGN_IN_FAILED)
    assert len(failed) == 5
    assert {e.actor_id for e in failed} == {holder.id}
    assert len(await events_of(town, EventKind.LOCKED_OUT)) == 1
    answered = [
        o
        for o in outcomes
        if isinstance(o, Refused)
        and isinstance(o.refusal, InvalidInput)
        and o.refusal.message_en == "The password is wrong."
    ]
    assert len(answered) == 5
    assert {o.event.kind for o in answered if o.event} == {EventKind.SIGN_IN_FAILED}
    assert isinstance(await knock(town), SlowedDown)
    refusal = refused(await change_password(*ask, current=PASSWORD, new=NEW))
    assert isinstance(refusal, InvalidInput)
    assert refusal.message_en.startswith("Too many attempts failed. Wait another ")
    await let_time_pass(town)
    applied(await change_password(*ask, current=PASSWORD, new=NEW))
    with pytest.raises(ValueError, match="without being counted"):
        await change_password(
            holder.by_session(validate_only=True), holder.session_id, current=WRONG, new=NEW
        )


async def test_what_is_checked_first_is_checked_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short password, while the second factor goes; a password, while another is set."""
    holder = await hold(town, second_factor=True)
    ask = holder.by_session(), holder.session_id
    own = Account.of(town.id).filter(person_id=holder.id)
    with meanwhile(monkeypatch, lambda: own.update(totp_secret=None)):
        refusal = refused(await change_password(*ask, current=PASSWORD, new="x9$Lq2!vTz"))
    assert isinstance(refusal, InvalidInput)
    assert refusal.message_en.startswith("Without a second factor")
    kept = HASHER.hash(NEW)
    with meanwhile(monkeypatch, lambda: own.update(password_hash=kept)):
        refusal = refused(await change_password(*ask, current=PASSWORD, new=NEW))
    assert isinstance(refusal, InvalidInput)
    assert "changed while it was being checked" in refusal.message_en
    assert (await holder.account()).password_hash == kept
    assert await Throttle.of(town.id).count() == 0


async def _all_acts(request: Request, session_id: UUID) -> list[Outcome]:
    secret = begin_second_factor("町", "lead").secret
    code = pyotp.TOTP(secret).now()
    asked: Any = {"current": PASSWORD, "new": NEW}
    return [
        await change_password(request, session_id, **asked),
        await remove_second_factor(request, session_id, password=PASSWORD),
        (await new_recovery_codes(request, session_id, password=PASSWORD))[0],
        (
            await confirm_second_factor(
                request, session_id, secret=secret, code=code, password=PASSWORD
            )
        )[0],
    ]


async def test_nothing_but_the_own_session_will_do(town: Town) -> None:
    """A token, somebody else's session, one that has ended: Forbidden, the right password or not."""
    holder, other = await hold(town), await hold(town, "staff")
    ended = await knock(town)
    assert isinstance(ended, SignedIn)
    applied(await sign_out(holder.by_session(), ended.session.id))
    for request, session_id in (
        (town.by("lead"), holder.session_id),
        (holder.by_session(), other.session_id),
        (holder.by_session(), ended.session.id),
        (holder.by_session(), holder.id),
    ):
        for outcome in await _all_acts(request, session_id):
            assert refused(outcome) == Forbidden(frozenset())
    assert await Throttle.of(town.id).count() == 0
    assert isinstance(await knock(town), SignedIn)


async def test_the_refused_attempt_s_entry_holds_no_secret(town: Town) -> None:
    """Whatever the caller put into the request."""
    holder = await hold(town)
    given = {"password": PASSWORD, "secret": "S" * 32}
    request = holder.by_session(given=given, idempotency_key=holder.id)
    outcome = await remove_second_factor(request, holder.session_id, password=PASSWORD)
    assert isinstance(outcome, Refused)
    assert outcome.event is not None
    assert PASSWORD not in outcome.event.body
    assert outcome.event.document["details"]["given"] == {}
    assert refused(outcome) != NotFound("session")
