"""Who is vouched for: found by subject, once by login; nobody else comes in."""

import asyncio
from uuid import uuid4

from tests.town import Town, applied
from tests.workflows.accounts.holders import HOME, at_door, events_of, hold, let_time_pass
from workflows.accounts.manage import account_of, disable_account, link_provider_subject
from workflows.accounts.outcomes import SignedIn, SignInFailed, SlowedDown
from workflows.accounts.provider import Vouched, sign_in_by_provider, sign_in_by_proxy
from workflows.records import Account, EventKind, SignInMethod, Throttle
from workflows.replay import audit
from workflows.stages import Role


async def _vouch(
    town: Town, subject: str, login: str | None = None, *, second_factor: bool = False
) -> object:
    vouched = Vouched(subject=subject, login=login, second_factor=second_factor)
    return await sign_in_by_provider(at_door(town), vouched, HOME)


async def test_a_subject_is_bound_by_the_login_once(town: Town) -> None:
    """After that the login makes no difference, and no other subject gets in by it."""
    holder = await hold(town)
    begun = await _vouch(town, "s-1", "LEAD", second_factor=True)
    assert isinstance(begun, SignedIn)
    assert (begun.session.person_id, begun.session.method) == (holder.id, SignInMethod.PROVIDER)
    assert begun.session.second_factor
    changed, signed_in = (await events_of(town, *EventKind))[-2:]
    assert changed.document["details"] == {"person": str(holder.id), "what": "PROVIDER"}
    assert (signed_in.kind, signed_in.actor_id) == (EventKind.SIGNED_IN, holder.id)
    assert signed_in.document["details"]["method"] == "PROVIDER"
    assert isinstance(await _vouch(town, "s-1", "somebody-else"), SignedIn)
    assert isinstance(await _vouch(town, "s-1"), SignedIn)
    assert await _vouch(town, "s-2", "lead") == SignInFailed()
    assert (await holder.account()).provider_subject == "s-1"
    assert await audit(town.id) == []


async def test_a_registered_person_needs_no_invitation(town: Town) -> None:
    """Known by the staff number; the account is made when they first come."""
    begun = await _vouch(town, "s-1", "Ｓtaff")
    assert isinstance(begun, SignedIn)
    account = await account_of(town.id, town.people["staff"])
    assert account is not None
    assert (account.login, account.provider_subject, account.password_hash) == (
        "staff",
        "s-1",
        None,
    )
    assert account.last_signed_in_at is not None


async def test_nobody_else_comes_in(town: Town) -> None:
    """Unknown, disabled, ambiguous, or nonsense: the same answer, and an entry."""
    for number in ("D1", "ｄ１"):
        await town.employ(number, Role.STAFF, "税務課")
    applied(await disable_account(town.console(), town.people["lead"]))
    applied(await link_provider_subject(town.console(), town.people["lead"], "s-lead"))
    for subject, login in (
        ("s-9", "nobody-at-all"),
        ("s-9", None),
        ("s-lead", None),
        ("s-8", "lead"),
        ("s-7", "d1"),
        ("", "staff"),
        ("x" * 256, "staff"),
        ("\ud800", "staff"),
        ("s-6", "\0"),
    ):
        size = await town.size()
        assert await _vouch(town, subject, login) == SignInFailed()
        assert await town.size() == size + 1
    failed = await events_of(town, EventKind.SIGN_IN_FAILED)
    people = [e.document["details"].get("person") for e in failed]
    lead = str(town.people["lead"])
    # Whoever comes with another subject than the account's is somebody else.
    assert people == [None, None, lead, None, None, None, None, None, None]
    account = await account_of(town.id, town.people["lead"])
    assert account is not None
    assert account.provider_subject == "s-lead"


async def test_whom_the_provider_s_groups_keep_out(town: Town) -> None:
    """Is a failure as any other: nothing is bound or made, and who was bound is named."""
    out = Vouched(subject="s-1", login="lead", admitted=False)
    assert await sign_in_by_provider(at_door(town), out, HOME) == SignInFailed()
    assert await Account.of(town.id).count() == 0
    assert isinstance(await _vouch(town, "s-1", "lead"), SignedIn)
    assert await sign_in_by_provider(at_door(town), out, HOME) == SignInFailed()
    unknown, known = await events_of(town, EventKind.SIGN_IN_FAILED)
    assert "person" not in unknown.document["details"]
    assert known.document["details"]["person"] == str(town.people["lead"])


async def test_a_success_forgets_the_failures_before(town: Town) -> None:
    """Who was let in by an admin in the meantime does not wait for what was before."""
    for _ in range(4):
        assert await _vouch(town, "s-1") == SignInFailed()
    assert isinstance(await _vouch(town, "s-1", "lead"), SignedIn)
    assert await Throttle.of(town.id).count() == 0


async def test_the_record_does_not_fill_up(town: Town) -> None:
    """Who is sent back again and again is recorded five times, and told to wait."""
    for _ in range(5):
        assert await _vouch(town, "s-9") == SignInFailed()
    size = await town.size()
    assert isinstance(await _vouch(town, "s-9"), SlowedDown)
    assert await town.size() == size
    assert isinstance(await _vouch(town, "s-1", "lead"), SignedIn)
    await let_time_pass(town)
    assert await _vouch(town, "s-9") == SignInFailed()


async def test_two_at_once_make_one_account(town: Town) -> None:
    """And both come in, where they are the same person."""
    outcomes = await asyncio.gather(*(_vouch(town, "s-1", "lead") for _ in range(4)))
    assert all(isinstance(o, SignedIn) for o in outcomes)
    assert await Account.of(town.id).count() == 1
    others = await asyncio.gather(*(_vouch(town, f"t-{n}", "staff") for n in range(4)))
    assert sum(isinstance(o, SignedIn) for o in others) == 1


async def test_a_trusted_proxy_names_somebody(town: Town) -> None:
    """By login or staff number; nothing is bound."""
    holder = await hold(town)
    begun = await sign_in_by_proxy(at_door(town), "Lead", HOME)
    assert isinstance(begun, SignedIn)
    assert (begun.session.person_id, begun.session.method) == (holder.id, SignInMethod.PROXY)
    assert not begun.session.second_factor
    begun = await sign_in_by_proxy(at_door(town), "office", HOME, second_factor=True)
    assert isinstance(begun, SignedIn)
    assert begun.session.second_factor
    for login in ("nobody-at-all", "", "\0", str(uuid4())):
        assert await sign_in_by_proxy(at_door(town), login, HOME) == SignInFailed()
    applied(await disable_account(town.console(), holder.id))
    assert await sign_in_by_proxy(at_door(town), "lead", HOME) == SignInFailed()
