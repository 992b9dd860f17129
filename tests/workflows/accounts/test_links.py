"""One-time links: whose, how long, once; and the one that the first admin follows."""

import asyncio
import datetime as dt
from dataclasses import replace

import pyotp
import pytest

from tests.town import PEOPLE, Town, applied, refused
from tests.workflows.accounts.holders import (
    HOME,
    PASSWORD,
    at_door,
    events_of,
    hold,
    invite,
    knock,
)
from workflows.accounts.acceptance import UNKNOWN, Acceptance, accept_link
from workflows.accounts.links import first_admin_link, issue_link, look_at_link
from workflows.accounts.manage import disable_account, enable_account
from workflows.accounts.outcomes import SecondFactorNeeded, SignedIn, SignInFailed
from workflows.accounts.second_factor import begin_second_factor
from workflows.accounts.sessions import valid_session
from workflows.accounts.tokens import issue_token
from workflows.authority import Credential
from workflows.ledger import Refused
from workflows.records import (
    Account,
    Appointment,
    EventKind,
    LinkPurpose,
    OneTimeLink,
    Person,
    SignInMethod,
    Token,
)
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.stages import Role

GIVEN = Acceptance(password=PASSWORD)
FIRST = Acceptance(password=PASSWORD, name="最初 管子", staff_number="Ａ 001")


async def _accept(town: Town, secret: str, given: Acceptance = GIVEN) -> object:
    return await accept_link(at_door(town), secret, given, HOME)


async def _expire(town: Town) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    await OneTimeLink.of(town.id).update(expires_at=past)


async def test_an_invitation_is_accepted_once(town: Town) -> None:
    """It sets a password and signs in; the login is the staff number, folded."""
    secret = await invite(town, "other_lead")
    link = await OneTimeLink.of(town.id).get()
    issued = await town.last_event()
    assert issued.document["details"] == {
        "link": str(link.id),
        "purpose": "INVITATION",
        "person": str(town.people["other_lead"]),
    }
    assert link.expires_at - issued.recorded_at == dt.timedelta(days=7)
    seen = await look_at_link(town.id, secret)
    assert seen is not None
    assert (seen.name, seen.login, seen.purpose) == (
        "other_lead さん",
        "other_lead",
        LinkPurpose.INVITATION,
    )
    assert (seen.has_second_factor, seen.shortest_password) == (False, 15)
    begun = await _accept(town, secret)
    assert isinstance(begun, SignedIn)
    assert (begun.session.method, begun.session.second_factor) == (SignInMethod.LINK, False)
    assert await valid_session(begun.session.sha256) is not None
    kinds = [e.kind for e in await events_of(town, EventKind.PASSWORD_SET, EventKind.SIGNED_IN)]
    assert kinds == [EventKind.PASSWORD_SET, EventKind.SIGNED_IN]
    assert (await town.last_event()).actor_id == town.people["other_lead"]
    assert await _accept(town, secret) == Refused(UNKNOWN)
    assert await look_at_link(town.id, secret) is None
    assert isinstance(await knock(town, "other_lead"), SignedIn)
    assert await audit(town.id) == []


async def test_of_many_at_once_one_accepts(town: Town) -> None:
    """Whoever comes second is told what is told of a link that never was."""
    secret = await invite(town, "lead")
    passwords = [f"correct horse battery {n}" for n in range(6)]
    outcomes = await asyncio.gather(
        *(_accept(town, secret, Acceptance(password=p)) for p in passwords)
    )
    winners = [n for n, o in enumerate(outcomes) if isinstance(o, SignedIn)]
    assert len(winners) == 1
    assert outcomes.count(Refused(UNKNOWN)) == 5
    assert len(await events_of(town, EventKind.PASSWORD_SET)) == 1
    assert isinstance(await knock(town, "lead", passwords[winners[0]]), SignedIn)


async def test_links_that_do_not_work_are_all_the_same(town: Town) -> None:
    """Unknown, used, replaced, expired, of another town, of a disabled account."""
    replaced = await invite(town, "lead")
    expired = await invite(town, "lead")
    await _expire(town)
    used = await invite(town, "staff")
    assert isinstance(await _accept(town, used), SignedIn)
    disabled = await invite(town, "office")
    applied(await disable_account(town.console(), town.people["office"]))
    applied(await enable_account(town.console(), town.people["office"]))
    size = await town.size()
    for secret in ("", "x", "\ud800", "\0", "x" * 100_000, replaced, expired, used, disabled):
        assert await look_at_link(town.id, secret) is None
        assert await _accept(town, secret) == Refused(UNKNOWN)
    assert await town.size() == size
    elsewhere = await invite(town, "nobody")
    assert await look_at_link(town.people["nobody"], elsewhere) is None


async def test_a_refused_acceptance_leaves_the_link_good(town: Town) -> None:
    """A password too short, or a wrong code, is said; nothing is written, and it may be mended."""
    secret = await invite(town, "lead")
    size = await town.size()
    totp = begin_second_factor("町", "lead").secret
    for given, path in (
        (Acceptance(password="short"), "password"),  # noqa: S106 - of tests
        (Acceptance(password="x9$Lq2!vTz"), "password"),  # noqa: S106 - of tests
        (replace(GIVEN, totp_secret=totp, totp_code="12345"), "secondFactorCode"),
        (replace(GIVEN, totp_secret="A", totp_code="123456"), "secondFactorCode"),  # noqa: S106 - of tests
        (replace(GIVEN, totp_secret="!" * 32, totp_code="123456"), "secondFactorCode"),
    ):
        outcome = await _accept(town, secret, given)
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.refusal, InvalidInput)
        assert outcome.refusal.path == path
    assert await town.size() == size
    assert await Account.of(town.id).count() == 0
    short = "x9$Lq2!vTz"
    code = pyotp.TOTP(totp).now()
    given = Acceptance(password=short, totp_secret=totp, totp_code=code)
    begun = await _accept(town, secret, given)
    assert isinstance(begun, SignedIn)
    assert begun.session.second_factor
    assert len(begun.recovery_codes) == 10
    assert await knock(town, "lead", short, code) == SignInFailed()  # the code was taken


async def test_a_reset_ends_sessions_and_keeps_the_second_factor(town: Town) -> None:
    """Whoever intercepts a link has no session by it where a second factor is set up."""
    holder = await hold(town, second_factor=True)
    secret = await invite(town, "lead")
    link = await OneTimeLink.of(town.id).get(ended_at=None)
    life = link.expires_at - (await town.last_event()).recorded_at
    assert (link.purpose, life) == (LinkPurpose.RESET, dt.timedelta(hours=1))
    seen = await look_at_link(town.id, secret)
    assert seen is not None
    assert (seen.has_second_factor, seen.shortest_password) == (True, 8)
    totp = begin_second_factor("町", "lead").secret
    other = replace(GIVEN, totp_secret=totp, totp_code=pyotp.TOTP(totp).now())
    outcome = await _accept(town, secret, other)
    assert isinstance(outcome, Refused)
    assert await valid_session(holder.begun.session.sha256) is not None
    new = "another battery of horses"
    assert await _accept(town, secret, Acceptance(password=new)) == SecondFactorNeeded()
    assert await valid_session(holder.begun.session.sha256) is None
    await holder.rewind()
    assert await knock(town, "lead", new) == SecondFactorNeeded()
    assert isinstance(await knock(town, "lead", new, holder.fresh_code()), SignedIn)
    assert await knock(town, "lead", PASSWORD, "000000") == SignInFailed()


async def test_a_lost_second_factor_is_cleared_at_once(town: Town) -> None:
    """With the password: until the link is accepted, nobody signs in with what was known before."""
    holder = await hold(town, second_factor=True)
    applied((await issue_token(town.console(), holder.id, "x", 1))[0])
    outcome, secret = await issue_link(town.by("admin"), holder.id, clear_second_factor=True)
    applied(outcome)
    (_, event) = await events_of(town, EventKind.SECOND_FACTOR_CHANGED)
    assert event.document["details"] == {"person": str(holder.id), "what": "CLEARED"}
    assert event.actor_role is Role.ADMIN
    assert await valid_session(holder.begun.session.sha256) is None
    assert await knock(town) == SignInFailed()
    assert (await Token.of(town.id).get()).second_factor is False
    assert (await OneTimeLink.of(town.id).get(ended_at=None)).purpose is LinkPurpose.RESET
    begun = await _accept(town, secret)
    assert isinstance(begun, SignedIn)
    assert (begun.session.second_factor, begun.recovery_codes) == (False, ())


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_admins_issue_links(sqlite_town_loaded: Town, who: str) -> None:
    """And for themselves by a session only: a token would make itself one."""
    town = sqlite_town_loaded
    for person in ("staff", "nobody"):
        outcome, secret = await issue_link(town.by(who), town.people[person])
        if who == "admin":
            applied(outcome)
        else:
            assert (refused(outcome), secret) == (Forbidden(frozenset({Role.ADMIN})), "")
    own = await issue_link(town.by(who), town.people[who])
    expected = frozenset[Role]() if who == "admin" else frozenset({Role.ADMIN})
    assert refused(own[0]) == Forbidden(expected)
    outcome, _ = await issue_link(town.by("admin"), town.id)
    assert refused(outcome) == NotFound("person")


async def test_an_admin_issues_their_own_by_a_session(town: Town) -> None:
    """Who is signed in may replace their own password so."""
    request = town.by("admin", credential=Credential(is_session=True))
    outcome, secret = await issue_link(request, town.people["admin"])
    applied(outcome)
    assert secret


async def test_links_for_a_disabled_account(town: Town) -> None:
    """There is none before it is enabled again; disabling ended those that were out."""
    await hold(town)
    applied(await disable_account(town.console(), town.people["lead"]))
    outcome, secret = await issue_link(town.console(), town.people["lead"])
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert (refusal.path, secret) == ("person", "")


async def test_two_staff_numbers_that_fold_to_one(town: Town) -> None:
    """The second gets a login of its own."""
    for number in ("Ｓ１", "s1", "S 1"):
        await town.employ(number, Role.STAFF, "税務課")
        await hold(town, number)
    logins = set(await Account.of(town.id).values_list("login", flat=True))
    assert logins == {"s1", "s1-2", "s1-3"}


async def _no_admin(town: Town) -> None:
    """Leave nobody who is ADMIN today."""
    yesterday = dt.date(2024, 4, 2)
    await Appointment.of(town.id).filter(role=Role.ADMIN).update(ends_on=yesterday)


async def test_the_first_admin_registers_by_the_link(town: Town) -> None:
    """With name, staff number and password: registered, appointed from today, and signed in."""
    await _no_admin(town)
    secret = await first_admin_link(town.id)
    assert secret
    link = await OneTimeLink.of(town.id).get()
    event = await town.last_event()
    assert event.document["details"] == {"link": str(link.id), "purpose": "FIRST_ADMIN"}
    assert link.expires_at - event.recorded_at == dt.timedelta(hours=24)
    seen = await look_at_link(town.id, secret)
    assert seen is not None
    assert (seen.purpose, seen.person_id, seen.name) == (LinkPurpose.FIRST_ADMIN, None, "")
    begun = await _accept(town, secret, FIRST)
    assert isinstance(begun, SignedIn)
    person = await Person.of(town.id).get(staff_number="Ａ 001")
    assert (person.name, begun.session.person_id) == ("最初 管子", person.id)
    appointment = await Appointment.of(town.id).get(person_id=person.id)
    signed_in = await town.last_event()
    assert (appointment.role, appointment.department_id) == (Role.ADMIN, None)
    assert (signed_in.kind, signed_in.actor_id) == (EventKind.SIGNED_IN, person.id)
    assert isinstance(await knock(town, "a001"), SignedIn)
    assert await first_admin_link(town.id) is None
    assert await _accept(town, secret, FIRST) == Refused(UNKNOWN)


async def test_the_first_admin_s_link_is_good_while_there_is_no_admin(town: Town) -> None:
    """An admin without an account counts as none; a new link ends the earlier."""
    first = await first_admin_link(town.id)
    second = await first_admin_link(town.id)
    assert first is not None
    assert second is not None
    assert await look_at_link(town.id, first) is None
    await hold(town, "admin")
    assert await first_admin_link(town.id) is None
    assert await _accept(town, second, FIRST) == Refused(UNKNOWN)
    applied(await disable_account(town.console(), town.people["admin"]))
    assert isinstance(await _accept(town, second, FIRST), SignedIn)


async def test_what_the_first_admin_gives_is_checked(town: Town) -> None:
    """A staff number that is somebody's is refused: nobody becomes somebody else."""
    secret = await first_admin_link(town.id)
    assert secret
    for given, path in (
        (replace(FIRST, name=""), "name"),
        (replace(FIRST, staff_number=" "), "staffNumber"),
        (replace(FIRST, staff_number="lead"), "staffNumber"),
        (replace(FIRST, password="最初 管子 最初 管子 最初 管子"), "password"),  # noqa: S106 - of tests
    ):
        outcome = await _accept(town, secret, given)
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.refusal, InvalidInput)
        assert outcome.refusal.path == path
    assert isinstance(await _accept(town, secret, FIRST), SignedIn)


async def test_of_many_first_admins_one_is_registered(town: Town) -> None:
    """The link is shown on a screen; two who type at once are not both admins."""
    secret = await first_admin_link(town.id)
    assert secret
    outcomes = await asyncio.gather(
        *(_accept(town, secret, replace(FIRST, staff_number=f"A{n}")) for n in range(4))
    )
    assert sum(isinstance(o, SignedIn) for o in outcomes) == 1
    registered = await Person.of(town.id).filter(staff_number__in=[f"A{n}" for n in range(4)])
    assert len(registered) == 1
    assert await audit(town.id) == []
