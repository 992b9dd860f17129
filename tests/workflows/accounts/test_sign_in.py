"""Signing in by password: what is said, what is written, and what it costs to guess."""

import asyncio
import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from argon2 import PasswordHasher

from tests.town import Town, applied
from tests.workflows.accounts.holders import (
    HOME,
    PASSWORD,
    WRONG,
    at_door,
    counting,
    events_of,
    hold,
    invite,
    knock,
    let_time_pass,
    meanwhile,
)
from workflows import ledger
from workflows.accounts.hashing import HASHER
from workflows.accounts.manage import disable_account
from workflows.accounts.outcomes import (
    Attempt,
    SecondFactorNeeded,
    SignedIn,
    SignInFailed,
    SlowedDown,
    Visitor,
)
from workflows.accounts.passwords import LONGEST
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.sessions import sessions_of, valid_session
from workflows.accounts.sign_in import sign_in
from workflows.accounts.throttles import address_line
from workflows.records import Account, EventKind, Session, SignInMethod, Throttle
from workflows.replay import audit


async def test_a_sign_in_begins_a_session_and_is_recorded(town: Town) -> None:
    """Its secret is in no table; the entry tells of person, session, method and address."""
    holder = await hold(town)
    first = await holder.account()
    begun = await knock(town, " ＬＥＡＤ ")
    assert isinstance(begun, SignedIn)
    session = await Session.of(town.id).get(sha256=sha256_of(begun.secret))
    assert begun.secret.startswith("meguru_s_")
    assert len(begun.secret) == len("meguru_s_") + 43
    assert (session.id, session.person_id) == (begun.session.id, holder.id)
    assert (session.method, session.second_factor) == (SignInMethod.PASSWORD, False)
    assert session.expires_at - session.started_at == dt.timedelta(hours=12)
    event = await town.last_event()
    assert (event.kind, event.actor_id, event.actor_role) == (EventKind.SIGNED_IN, holder.id, None)
    assert event.document["details"] == {
        "person": str(holder.id),
        "session": str(session.id),
        "method": "PASSWORD",
        "secondFactor": False,
        "address": "192.0.2.7",
    }
    account = await holder.account()
    assert account.previous_signed_in_at == first.last_signed_in_at
    assert account.last_signed_in_at == event.recorded_at
    assert begun.account.previous_signed_in_at == first.last_signed_in_at
    assert await audit(town.id) == []


async def test_a_session_takes_the_place_of_the_browsers_earlier_one(town: Town) -> None:
    """The earlier one ends in the same act, whosever it was; one that ended by itself is left."""
    holder, other = await hold(town), await hold(town, "staff")
    size = await town.size()
    for earlier in (holder.begun.session, other.begun.session):
        begun = await knock(town, visitor=replace(HOME, replaces=earlier.id))
        assert isinstance(begun, SignedIn)
        signed_in, revoked = (await events_of(town, *EventKind))[-2:]
        assert signed_in.recorded_at == revoked.recorded_at
        assert (signed_in.kind, revoked.kind) == (EventKind.SIGNED_IN, EventKind.SESSION_REVOKED)
        assert (revoked.actor_id, revoked.document["details"]) == (
            holder.id,
            {"person": str(earlier.person_id), "session": str(earlier.id)},
        )
        assert await valid_session(earlier.sha256) is None
        assert await valid_session(begun.session.sha256) is not None
    assert await town.size() == size + 4
    assert len(await sessions_of(town.id, holder.id)) == 2
    past = ledger.now() - dt.timedelta(seconds=1)
    await Session.of(town.id).filter(id=begun.session.id).update(expires_at=past)
    for gone in (holder.session_id, UUID(int=7), begun.session.id):
        assert isinstance(await knock(town, visitor=replace(HOME, replaces=gone)), SignedIn)
        assert (await town.last_event()).kind is EventKind.SIGNED_IN
    assert await audit(town.id) == []


async def test_who_fails_keeps_the_session_they_had(town: Town) -> None:
    """Only a session that begins takes another's place."""
    holder = await hold(town, second_factor=True)
    visitor = replace(HOME, replaces=holder.session_id)
    assert await knock(town, "lead", WRONG, visitor=visitor) == SignInFailed()
    assert await knock(town, visitor=visitor) == SecondFactorNeeded()
    assert await valid_session(holder.begun.session.sha256) is not None


async def test_what_is_said_does_not_tell_who_has_an_account(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong, unknown, without a password, disabled: the same answer after one verification."""
    await hold(town)
    await hold(town, "staff")
    applied(await disable_account(town.console(), town.people["staff"]))
    await invite(town, "office")
    said = set()
    for login, password in (
        ("lead", WRONG),
        ("staff", PASSWORD),
        ("office", PASSWORD),
        ("nobody-at-all", PASSWORD),
        ("", PASSWORD),
        ("\ud800", PASSWORD),
        ("nul\0", PASSWORD),
        ("lead", ""),
        ("lead", "\ud800"),
        ("x" * 100_000, PASSWORD),
        ("lead", "x" * 100_000),
        ("nobody-at-all", "x" * 100_000),
    ):
        with counting(monkeypatch) as count:
            said.add(repr(await knock(town, login, password)))
            is_anybodys = max(len(login), len(password)) <= LONGEST
            assert count.count == is_anybodys, login[:50]
        await Throttle.of(town.id).delete()
    assert said == {repr(SignInFailed())}
    assert await Session.of(town.id).filter(method=SignInMethod.PASSWORD).count() == 0


async def test_a_failure_is_recorded_without_what_was_typed(town: Town) -> None:
    """Whose account it is, where there is one; a login that is nobody's may be a password."""
    holder = await hold(town)
    await knock(town, "lead", WRONG)
    await knock(town, "my-own-pass-phrase", WRONG)
    known, unknown = await events_of(town, EventKind.SIGN_IN_FAILED)
    same = {"method": "PASSWORD", "secondFactor": False, "address": "192.0.2.7"}
    assert known.document["details"] == {"person": str(holder.id), **same}
    assert unknown.document["details"] == same
    assert (known.actor_id, unknown.actor_id) == (None, None)
    assert "my-own-pass-phrase" not in unknown.body


@pytest.mark.parametrize("login", ["lead", "nobody-at-all"])
async def test_a_login_slows_down(town: Town, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five failures 30 s, doubling to 15 min, for a login that nobody has as well.

    Meanwhile nothing is verified and nothing written, and the right password does not help.
    """
    await hold(town)
    for _ in range(5):
        assert await knock(town, login, WRONG) == SignInFailed()
    waits = []
    for _ in range(7):
        size = await town.size()
        with counting(monkeypatch) as count:
            slowed = await knock(town, login)
            assert count.count == 0
        assert isinstance(slowed, SlowedDown)
        assert await town.size() == size
        row = await Throttle.of(town.id).get(until=slowed.until)
        waits.append((slowed.until - row.last_at).total_seconds())
        await let_time_pass(town)
        assert await knock(town, login, WRONG) == SignInFailed()
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    (locked,) = await events_of(town, EventKind.LOCKED_OUT)
    details = locked.document["details"]
    assert details["what"] == "LOGIN"
    assert ("person" in details) == (login == "lead")


async def test_an_address_slows_down(town: Town) -> None:
    """Many failures from one address, whatever was typed; an IPv6 line is one address."""
    policy = Policy(address_failures=6)
    for n in range(6):
        visitor = Visitor(address=f"2001:db8:1:2::{n}")
        assert (
            await knock(town, f"guess{n}", WRONG, visitor=visitor, policy=policy) == SignInFailed()
        )
    here = Visitor(address="2001:db8:1:2:ffff::1")
    there = Visitor(address="2001:db8:1:3::1")
    assert isinstance(await knock(town, "another", visitor=here, policy=policy), SlowedDown)
    assert await knock(town, "another", visitor=there, policy=policy) == SignInFailed()
    (locked,) = await events_of(town, EventKind.LOCKED_OUT)
    assert locked.document["details"]["what"] == "ADDRESS"
    mapped = Visitor(address="::ffff:198.51.100.1")
    plain = Visitor(address="198.51.100.1")
    for n in range(6):
        await knock(town, f"other{n}", visitor=(mapped, plain)[n % 2], policy=policy)
    assert isinstance(await knock(town, "last", visitor=plain, policy=policy), SlowedDown)


async def test_who_shares_an_address_waits_a_minute_at_most(town: Town) -> None:
    """A hundred failures slow an address down, not twenty, and never for longer than a minute."""
    await hold(town)
    assert POLICY.address_failures == 100
    policy = Policy(address_failures=6)
    for n in range(6):
        assert await knock(town, f"invented{n}", WRONG, policy=policy) == SignInFailed()
    waits = []
    for n in range(4):
        slowed = await knock(town, policy=policy)
        assert isinstance(slowed, SlowedDown)
        row = await Throttle.of(town.id).get(until=slowed.until)
        waits.append((slowed.until - row.last_at).total_seconds())
        await let_time_pass(town)
        assert await knock(town, f"more{n}", WRONG, policy=policy) == SignInFailed()
    assert waits == [30, 60, 60, 60]
    await let_time_pass(town)
    assert isinstance(await knock(town, policy=policy), SignedIn)


async def test_a_success_takes_a_tenth_from_its_address(town: Town) -> None:
    """Rounded up, so that honest people end what one of them began; and only of what is left."""
    await hold(town)
    line = address_line(HOME.address, POLICY)
    left = []
    for minutes, failures in ((0, 100), (0, 11), (0, 1), (15, 20), (30, 20)):
        at = ledger.now() - dt.timedelta(minutes=minutes)
        await Throttle.of(town.id).delete()
        await Throttle.create(
            municipality_id=town.id, sha256=line.sha256, failures=failures, last_at=at, until=at
        )
        assert isinstance(await knock(town), SignedIn)
        row = await Throttle.of(town.id).get(sha256=line.sha256)
        assert row.last_at == at
        left.append(row.failures)
    assert left == [90, 9, 0, 19, 20]


async def test_a_success_clears_the_login_and_not_the_address(town: Town) -> None:
    """Else whoever has an account could go on guessing others' from the same address."""
    await hold(town)
    for _ in range(4):
        await knock(town, "lead", WRONG)
    assert isinstance(await knock(town), SignedIn)
    (row,) = await Throttle.of(town.id)
    assert row.failures == 3
    for _ in range(4):
        assert await knock(town, "lead", WRONG) == SignInFailed()
    assert await events_of(town, EventKind.LOCKED_OUT) == []


async def test_failures_leak_away(town: Town) -> None:
    """One an hour is forgotten of a login."""
    await hold(town)
    for _ in range(4):
        await knock(town, "lead", WRONG)
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2, minutes=1)
    await Throttle.of(town.id).update(last_at=earlier)
    await knock(town, "lead", WRONG)
    rows = {r.failures for r in await Throttle.of(town.id)}
    assert rows == {3, 1}


async def test_many_at_once_get_no_further_than_one_after_another(town: Town) -> None:
    """Twenty wrong passwords at once: five are answered, the others told to wait."""
    await hold(town)
    outcomes = await asyncio.gather(*(knock(town, "lead", WRONG) for _ in range(20)))
    assert outcomes.count(SignInFailed()) == 5
    assert sum(isinstance(o, SlowedDown) for o in outcomes) == 15
    assert len(await events_of(town, EventKind.SIGN_IN_FAILED)) == 5
    assert len(await events_of(town, EventKind.LOCKED_OUT)) == 1
    assert await audit(town.id) == []


async def test_the_right_password_after_many_at_once_is_not_told(town: Town) -> None:
    """The answer to a guess beyond the line is the same for the right one."""
    await hold(town)
    await asyncio.gather(*(knock(town, "lead", WRONG) for _ in range(12)))
    assert isinstance(await knock(town, "lead", PASSWORD), SlowedDown)
    assert await Session.of(town.id).filter(method=SignInMethod.PASSWORD).count() == 0


async def test_a_second_factor_is_asked_for(town: Town) -> None:
    """The right password alone begins no session, counts as no failure, and writes nothing."""
    holder = await hold(town, second_factor=True)
    size = await town.size()
    assert await knock(town) == SecondFactorNeeded()
    assert await town.size() == size
    assert await Throttle.of(town.id).count() == 0
    await holder.rewind()
    begun = await knock(town, code=holder.fresh_code())
    assert isinstance(begun, SignedIn)
    assert begun.session.second_factor
    assert (await town.last_event()).document["details"]["secondFactor"] is True


async def test_a_code_is_taken_once(town: Town) -> None:
    """Replayed, even at the same moment, it is a failure like any other."""
    holder = await hold(town, second_factor=True)
    await holder.rewind()
    code = holder.fresh_code()
    outcomes = await asyncio.gather(*(knock(town, code=code) for _ in range(4)))
    assert sum(isinstance(o, SignedIn) for o in outcomes) == 1
    assert outcomes.count(SignInFailed()) == 3
    failed = await events_of(town, EventKind.SIGN_IN_FAILED)
    assert [e.document["details"]["secondFactor"] for e in failed] == [True] * 3


async def test_wrong_codes_slow_down_and_wrong_passwords_ask_for_none(town: Town) -> None:
    """Guessing a million codes is stopped where guessing passwords is."""
    await hold(town, second_factor=True)
    assert await knock(town, "lead", WRONG) == SignInFailed()
    for code in ("000000", "abc", "-1", "１２３４５６7", "٣٣٣٣٣٣")[:4]:
        assert await knock(town, code=code) == SignInFailed()
    assert isinstance(await knock(town, code="000001"), SlowedDown)
    assert isinstance(await knock(town), SlowedDown)


async def test_a_recovery_code_is_used_up(town: Town) -> None:
    """Each once, however it is typed; the others stay."""
    holder = await hold(town, second_factor=True)
    codes = holder.begun.recovery_codes
    assert len(set(codes)) == 10
    assert isinstance(await knock(town, code=codes[0].lower().replace("-", " ")), SignedIn)
    assert await knock(town, code=codes[0]) == SignInFailed()
    outcomes = await asyncio.gather(*(knock(town, code=codes[1]) for _ in range(3)))
    assert sum(isinstance(o, SignedIn) for o in outcomes) == 1
    assert len((await holder.account()).recovery_sha256) == 8


async def test_an_old_hash_is_made_anew(town: Town) -> None:
    """Parameters that are not today's are replaced when the password is next right."""
    holder = await hold(town)
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    await Account.of(town.id).update(password_hash=old)
    assert await knock(town, "lead", WRONG) == SignInFailed()
    assert (await holder.account()).password_hash == old
    assert isinstance(await knock(town), SignedIn)
    kept = (await holder.account()).password_hash
    assert kept is not None
    assert not HASHER.check_needs_rehash(kept)
    assert isinstance(await knock(town), SignedIn)


async def test_a_password_that_changes_meanwhile_is_checked_anew(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was right a moment ago lets nobody in any more; nothing is counted for nothing."""
    await hold(town)
    new = HASHER.hash(WRONG)
    with meanwhile(monkeypatch, lambda: Account.of(town.id).update(password_hash=new)) as hasher:
        assert await knock(town) == SignInFailed()
    assert hasher.count == 2
    assert len(await events_of(town, EventKind.SIGN_IN_FAILED)) == 1


async def test_an_account_that_is_disabled_meanwhile_lets_nobody_in(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right password was right a moment too late."""
    holder = await hold(town)
    with meanwhile(monkeypatch, lambda: disable_account(town.console(), holder.id)):
        assert await knock(town) == SignInFailed()
    assert await Session.of(town.id).filter(ended_at=None).count() == 0


async def test_a_short_password_is_nothing_alone(town: Town) -> None:
    """Whatever took the second factor away from beside it."""
    holder = await hold(town, password="x9$Lq2!vTz", second_factor=True)  # noqa: S106 - of tests
    await Account.of(town.id).filter(person_id=holder.id).update(totp_secret=None)
    assert await knock(town, "lead", "x9$Lq2!vTz") == SignInFailed()


async def test_an_attempt_cannot_be_tried_without_being_counted(town: Town) -> None:
    """`validate_only` would undo the count."""
    await hold(town)
    tried = Attempt(login="lead", password=WRONG)
    with pytest.raises(ValueError, match="without being counted"):
        await sign_in(at_door(town, validate_only=True), tried, HOME)


async def test_somebody_else_s_sessions_are_not_too_many(town: Town) -> None:
    """A person keeps so many sessions; one more ends the oldest, which is recorded."""
    holder = await hold(town)
    await hold(town, "staff")
    policy = Policy(sessions=2)
    for _ in range(2):
        assert isinstance(await knock(town, policy=policy), SignedIn)
    (event,) = await events_of(town, EventKind.SESSION_REVOKED)
    assert event.document["details"]["session"] == str(holder.session_id)
    assert await Session.of(town.id).filter(ended_at=None).count() == 3
    assert POLICY.sessions == 20


@pytest.mark.parametrize("field", ["login", "password", "code"])
async def test_what_is_longer_than_any_can_be_is_nobodys(
    town: Town, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """It is neither hashed nor counted; with 256 characters it is, like any other failure."""
    await hold(town)
    size = await town.size()
    typed = {"login": "lead", "password": WRONG, "code": ""}
    with counting(monkeypatch) as count:
        for _ in range(20):
            tried = Attempt(**typed | {field: "x" * 257})
            assert await sign_in(at_door(town), tried, HOME) == SignInFailed()
        assert count.count == 0
        assert await town.size() == size
        tried = Attempt(**typed | {field: "x" * 256})
        assert await sign_in(at_door(town), tried, HOME) == SignInFailed()
        assert count.count == 1
    assert await town.size() == size + 1
