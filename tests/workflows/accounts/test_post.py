"""Letters about accounts: who gets which, when links end, and who learns nothing."""

import asyncio
import datetime as dt
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyotp
import pytest

from server.mail import Mailer
from server.settings_mail import smtp_server_of
from tests.postbox import FROM, Postbox, free_port, postbox
from tests.server.oidc.test_provider_down import certificate
from tests.town import PEOPLE, Town, applied, refused
from tests.workflows.accounts.holders import (
    HOME,
    PASSWORD,
    WRONG,
    Holder,
    at_door,
    events_of,
    hold,
    invite,
    knock,
)
from tests.workflows.accounts.test_secrets import logged
from workflows.accounts.acceptance import Acceptance, accept_link
from workflows.accounts.links import issue_link, look_at_link
from workflows.accounts.manage import change_email, disable_account
from workflows.accounts.outcomes import SecondFactorNeeded, SignedIn, SlowedDown, Visitor
from workflows.accounts.own import change_password
from workflows.accounts.policy import Policy
from workflows.accounts.post import mail_link, tell_owners
from workflows.accounts.reset import count_asking, issue_reset
from workflows.accounts.second_factor import confirm_second_factor, remove_second_factor
from workflows.authority import Credential
from workflows.ledger import Applied, Outcome
from workflows.records import Account, Event, EventKind, LinkPurpose, OneTimeLink
from workflows.refusals import Blocked, Forbidden, InvalidInput, NotFound, NotSignedIn
from workflows.replay import audit
from workflows.stages import Role
from workflows.unit import Request

ADDRESS, OTHER = "yamada@town.example.jp", "taro@other.example.jp"
URL = "https://dx.town.example.jp/link/"


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Postbox]:
    """Run a mail server of the own machine."""
    with postbox(certificate(tmp_path), tls="none", auth=False) as running:
        yield running


@pytest.fixture
def post(box: Postbox) -> Mailer:
    """Give what sends to it."""
    return mailer(box.port)


def mailer(port: int) -> Mailer:
    """Return what sends to this machine."""
    return Mailer(server=smtp_server_of(f"smtp://127.0.0.1:{port}?starttls=no"), sender=FROM)


async def reachable(town: Town, who: str = "lead", **values: Any) -> Holder:  # noqa: ANN401 - as hold
    """Give somebody an account with a mail address."""
    holder = await hold(town, who, **values)
    await address(town, who)
    return holder


async def address(town: Town, who: str = "lead", email: str | None = ADDRESS) -> str:
    """Set somebody's mail address; return the one until then."""
    outcome, former = await change_email(town.by("admin"), town.people[who], email)
    applied(outcome)
    return former


def subjects(box: Postbox) -> list[tuple[str, str]]:
    """Return to whom which letters went, by their Japanese subjects."""
    return [
        (m["To"], m["Subject"].partition(" / ")[0].removeprefix("【めぐる】")) for m in box.letters
    ]


def link_in(letter: EmailMessage) -> str:
    """Return the secret of the link in a letter."""
    (line,) = [x for x in letter.get_content().splitlines() if x.startswith(URL)]
    return str(line.removeprefix(URL))


async def test_an_address_is_set_and_taken_away(town: Town) -> None:
    """The entry tells that it changed, by whom and whose, and no address."""
    assert await address(town) == ""
    account = await Account.of(town.id).get(person_id=town.people["lead"])
    assert account.email == ADDRESS
    event = await town.last_event()
    assert (event.kind, event.actor_role) == (EventKind.ACCOUNT_CHANGED, Role.ADMIN)
    assert event.document["details"] == {"person": str(town.people["lead"]), "what": "EMAIL"}
    assert await address(town, email=OTHER) == ADDRESS
    outcome, former = await change_email(town.by("admin"), town.people["lead"], f" {OTHER}")
    assert isinstance(refused(outcome), Blocked)
    assert former == ""
    assert await address(town, email=None) == OTHER
    assert (await Account.of(town.id).get(person_id=town.people["lead"])).email is None
    bodies = "".join(await Event.of(town.id).values_list("body", flat=True))  # type: ignore[arg-type]
    assert ADDRESS not in bodies
    assert OTHER not in bodies
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_admins_set_addresses(sqlite_town_loaded: Town, who: str) -> None:
    """And their own by a session only: with a token, a letter would make it a session."""
    town = sqlite_town_loaded
    outcome, _ = await change_email(town.by(who), town.people["nobody"], ADDRESS)
    own, _ = await change_email(town.by(who), town.people[who], OTHER)
    if who == "admin":
        applied(outcome)
        assert refused(own) == Forbidden(frozenset())
        by_session = town.by(who, credential=Credential(is_session=True))
        applied((await change_email(by_session, town.people[who], OTHER))[0])
    else:
        assert refused(outcome) == refused(own) == Forbidden(frozenset({Role.ADMIN}))
    missing, _ = await change_email(town.by("admin"), town.id, ADDRESS)
    assert refused(missing) == NotFound("person")
    nobody, _ = await change_email(
        Request(municipality_id=town.id, act="changeEmail"), town.people["lead"], ADDRESS
    )
    assert refused(nobody) == NotSignedIn()


async def test_an_address_that_is_none_changes_nothing(town: Town) -> None:
    """The refusal's entry does not quote it."""
    outcome, _ = await change_email(
        town.by("admin"), town.people["lead"], "a@b.example\r\nBcc: x@y.example"
    )
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "email"
    assert "Bcc" not in (await town.last_event()).body
    assert not await Account.of(town.id).exists()


async def test_a_link_goes_by_mail(town: Town, box: Postbox, post: Mailer) -> None:
    """To the person's address; what comes back shows only a part of it, and the link works."""
    person = town.people["lead"]
    outcome, secret = await issue_link(town.by("admin"), person, by_mail=True)
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert (refusal.path, secret) == ("person", "")
    assert not await OneTimeLink.of(town.id).exists()
    await address(town)
    outcome, secret = await issue_link(town.by("admin"), person, by_mail=True)
    applied(outcome)
    assert await mail_link(post, secret, URL + secret) == "y***@town.example.jp"
    (letter,) = box.letters
    assert link_in(letter) == secret
    assert subjects(box) == [(ADDRESS, "パスワードの設定")]
    assert "lead さん 様" in letter.get_content()
    given = Acceptance(password=PASSWORD)
    assert isinstance(await accept_link(at_door(town), secret, given, HOME), SignedIn)
    assert (await issue_link(town.by("staff"), person, by_mail=True))[1] == ""


async def test_whether_there_is_an_address_only_admins_learn(town: Town) -> None:
    """Others are refused before it is looked at."""
    for who in ("lead", "staff", "auditor"):
        outcome, _ = await issue_link(town.by(who), town.people["nobody"], by_mail=True)
        assert isinstance(refused(outcome), Forbidden)


@pytest.mark.parametrize("failing", ["down", "refused", "gone"])
async def test_a_link_that_was_not_sent_ends(town: Town, box: Postbox, failing: str) -> None:
    """Whatever kept it from being sent."""
    await address(town)
    outcome, secret = await issue_link(town.by("admin"), town.people["lead"], by_mail=True)
    applied(outcome)
    assert await look_at_link(town.id, secret) is not None
    if failing == "refused":
        box.refused[ADDRESS] = "550 no such user"
    if failing == "gone":
        await address(town, email=None)
    post = mailer(free_port() if failing == "down" else box.port)
    with logged() as log:
        assert await mail_link(post, secret, URL + secret, waited_for=True) is None
    assert await look_at_link(town.id, secret) is None
    assert secret not in log.getvalue()
    assert box.handed == []


async def test_a_link_that_nobody_waits_for_any_more_ends(town: Town) -> None:
    """Where sending it is cancelled, as at a stop."""
    await address(town)
    _, secret = await issue_link(town.by("admin"), town.people["lead"], by_mail=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        post = mailer(silent.getsockname()[1])
        task = asyncio.create_task(mail_link(post, secret, URL + secret))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await look_at_link(town.id, secret) is None


async def test_owners_are_told(town: Town, box: Postbox, post: Mailer) -> None:
    """Once for each thing that happened, after it was recorded, and without any link."""
    told = partial(tell_owners, post)
    secret = await invite(town, "lead")
    await address(town)
    begun = await accept_link(
        replace(at_door(town), told=told), secret, Acceptance(password=PASSWORD), HOME
    )
    assert isinstance(begun, SignedIn)
    await post.finish()
    holder = Holder(town, "lead", begun)
    by = replace(holder.by_session(), told=told), holder.session_id
    factor = pyotp.random_base32()
    code = pyotp.TOTP(factor).now()
    wrong, _ = await confirm_second_factor(*by, secret=factor, code=code, password=WRONG)
    assert not isinstance(wrong, Applied)
    done, _ = await confirm_second_factor(*by, secret=factor, code=code, password=PASSWORD)
    applied(done)
    await post.finish()
    applied(await remove_second_factor(*by, password=PASSWORD))
    await post.finish()
    applied(await change_password(*by, current=PASSWORD, new=WRONG))
    await post.finish()
    cleared = replace(town.by("admin"), told=told)
    applied((await issue_link(cleared, holder.id, clear_second_factor=True))[0])
    await post.finish()
    assert subjects(box) == [
        (ADDRESS, "パスワードが設定されました"),
        (ADDRESS, "二要素認証が設定されました"),
        (ADDRESS, "二要素認証が解除されました"),
        (ADDRESS, "パスワードが設定されました"),
        (ADDRESS, "二要素認証が解除されました"),
    ]
    assert not any("://" in letter.get_content() for letter in box.letters)


async def test_the_former_address_is_told_as_well(town: Town, box: Postbox, post: Mailer) -> None:
    """Whoever takes over an account cannot keep its owner from learning of it."""
    for email in (ADDRESS, OTHER, None):
        outcome, former = await change_email(town.by("admin"), town.people["lead"], email)
        assert isinstance(outcome, Applied)
        tell_owners(post, outcome.events, *([former] if former else []))
        await post.finish()
    changed = "メールアドレスが変更されました"
    assert subjects(box) == [(to, changed) for to in (ADDRESS, OTHER, ADDRESS, OTHER)]


async def test_what_did_not_happen_is_not_told(town: Town) -> None:
    """Nothing is told of a refusal, of a trial, or of an act that an earlier call did."""
    told: list[tuple[Event, ...]] = []
    holder = await hold(town)

    async def disabled(**values: Any) -> Outcome:  # noqa: ANN401 - Request's own fields
        request = town.by("admin", told=lambda events: told.append(tuple(events)), **values)
        return await disable_account(request, holder.id)

    key = uuid4()
    await disabled(validate_only=True)
    assert told == []
    done = await disabled(idempotency_key=key)
    assert isinstance(done, Applied)
    assert told == [done.events]
    again = await disabled(idempotency_key=key)
    assert isinstance(again, Applied)
    assert again.replayed
    assert not isinstance(await disabled(), Applied)
    assert len(told) == 1


async def test_letters_never_fail_an_act(town: Town) -> None:
    """With the mail server down, the password is set all the same."""
    holder = await reachable(town)
    post = mailer(free_port())
    by = replace(holder.by_session(), told=partial(tell_owners, post))
    with logged() as log:
        applied(await change_password(by, holder.session_id, current=PASSWORD, new=WRONG))
        await post.finish()
    assert log.getvalue().count("mail.failed") == 1
    assert isinstance(await knock(town, password=WRONG), SignedIn)


async def test_a_reset_that_its_owner_asks_for(town: Town, box: Postbox, post: Mailer) -> None:
    """For an hour, recorded without an actor; the second factor stays."""
    holder = await reachable(town, second_factor=True)
    secret = await issue_reset(at_door(town), " ＬＥＡＤ ", HOME)
    event = await town.last_event()
    assert (event.kind, event.actor_id) == (EventKind.LINK_ISSUED, None)
    link = await OneTimeLink.of(town.id).get(ended_at=None)
    assert event.document["details"] == {
        "link": str(link.id),
        "purpose": "RESET",
        "person": str(holder.id),
        "address": HOME.address,
    }
    assert link.expires_at - event.recorded_at == dt.timedelta(hours=1)
    assert await mail_link(post, secret, URL + secret) == "y***@town.example.jp"
    assert link_in(box.letters[0]) == secret
    given = Acceptance(password=WRONG)
    assert await accept_link(at_door(town), secret, given, HOME) == SecondFactorNeeded()
    assert (await holder.account()).totp_secret == holder.totp_secret
    again = await issue_reset(at_door(town), "lead", HOME)
    third = await issue_reset(at_door(town), "lead", HOME)
    assert await look_at_link(town.id, again) is None
    assert await look_at_link(town.id, third) is not None
    assert await audit(town.id) == []


async def test_who_may_have_none_leaves_as_many_entries(town: Town) -> None:
    """Unknown, without address, without password, disabled: one entry each, as one that is sent."""
    await reachable(town)
    await hold(town, "staff")
    invited = await invite(town, "office")
    await address(town, "office")
    gone = await reachable(town, "other_lead")
    applied(await disable_account(town.by("admin"), gone.id))
    for login in (
        "lead",
        "nobody-of-that-name",
        "staff",
        "office",
        "other_lead",
        "",
        "\0",
        "x" * 999,
    ):
        before = await town.size()
        secret = await issue_reset(at_door(town), login, HOME)
        assert bool(secret) == (login == "lead"), login
        assert await town.size() == before + 1
        event = await town.last_event()
        expected = EventKind.LINK_ISSUED if login == "lead" else EventKind.SIGN_IN_FAILED
        assert (event.kind, event.actor_id) == (expected, None)
        assert "nobody-of-that-name" not in event.body
    assert await look_at_link(town.id, invited) is not None
    links = await OneTimeLink.of(town.id).filter(purpose=LinkPurpose.RESET)
    assert len(links) == 1


@pytest.mark.parametrize("login", ["lead", "nobody-of-that-name"])
async def test_asking_slows_down(town: Town, login: str) -> None:
    """By login, whether there is such an account or not; sign-ins do not, nor does another login."""
    await reachable(town)
    size = await town.size()
    asked = [await count_asking(at_door(town), login, HOME) for _ in range(7)]
    assert asked[:5] == [None] * 5
    assert all(isinstance(one, SlowedDown) for one in asked[5:])
    (event,) = await events_of(town, EventKind.LOCKED_OUT)
    assert await town.size() == size + 1
    assert json.loads(event.body)["details"].keys() == {"address", "purpose", "what", "until"}
    assert login not in event.body
    assert await count_asking(at_door(town), "staff", HOME) is None
    assert isinstance(await knock(town), SignedIn)


async def test_asking_slows_down_by_address(town: Town) -> None:
    """Whatever is typed there; twenty at once are counted as one after another."""
    policy = Policy(address_failures=20)
    outcomes = await asyncio.gather(
        *(count_asking(at_door(town), f"login-{n}", HOME, policy) for n in range(25))
    )
    assert outcomes.count(None) == 20
    elsewhere = Visitor(address="198.51.100.9")
    assert await count_asking(at_door(town), "lead", elsewhere, policy) is None
