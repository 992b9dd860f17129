"""What admins do to accounts: disabled, enabled, renamed, bound to the identity provider."""

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.accounts.holders import events_of, hold, invite, knock
from workflows.accounts.links import look_at_link
from workflows.accounts.manage import (
    account_of,
    change_login,
    disable_account,
    enable_account,
    link_provider_subject,
)
from workflows.accounts.outcomes import SignedIn, SignInFailed
from workflows.accounts.sessions import sessions_of
from workflows.accounts.tokens import issue_token
from workflows.ledger import Outcome
from workflows.records import EventKind, Token
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.stages import Role


async def _acts(town: Town, who: str, person: str) -> list[Outcome]:
    request, person_id = town.by(who), town.people[person]
    return [
        await change_login(request, person_id, f"{who}-{person}"),
        await link_provider_subject(request, person_id, f"{who}-{person}"),
        await disable_account(request, person_id),
        await enable_account(request, person_id),
    ]


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_admins_manage_accounts(sqlite_town_loaded: Town, who: str) -> None:
    """Nobody else, not even their own."""
    town = sqlite_town_loaded
    person = "staff" if who != "staff" else "lead"
    for outcome in await _acts(town, who, person):
        if who == "admin":
            assert applied(outcome).actor_role is Role.ADMIN
        else:
            assert refused(outcome) == Forbidden(frozenset({Role.ADMIN}))


async def test_a_disabled_account_opens_nothing(town: Town) -> None:
    """Sessions end, tokens are revoked, links end, and the password is as any wrong one."""
    holder = await hold(town)
    applied((await issue_token(town.console(), holder.id, "x", 1))[0])
    link = await invite(town, "lead")
    event = applied(await disable_account(town.by("admin"), holder.id))
    assert (event.kind, event.document["details"]) == (
        EventKind.ACCOUNT_CHANGED,
        {"person": str(holder.id), "what": "DISABLED"},
    )
    assert await sessions_of(town.id, holder.id) == []
    assert (await Token.of(town.id).get()).revoked_at == event.recorded_at
    for kind in (EventKind.SESSION_REVOKED, EventKind.TOKEN_REVOKED):
        (ended,) = await events_of(town, kind)
        assert (ended.actor_role, ended.document["details"]["person"]) == (
            Role.ADMIN,
            str(holder.id),
        )
    assert await look_at_link(town.id, link) is None
    assert await knock(town) == SignInFailed()
    assert blocker_codes(await disable_account(town.by("admin"), holder.id)) == ["NO_CHANGE"]
    applied(await enable_account(town.by("admin"), holder.id))
    assert blocker_codes(await enable_account(town.by("admin"), holder.id)) == ["NO_CHANGE"]
    assert isinstance(await knock(town), SignedIn)
    assert await audit(town.id) == []


async def test_nobody_disables_themself(town: Town) -> None:
    """So somebody who can enable accounts is always left."""
    refusal = refused(await disable_account(town.by("admin"), town.people["admin"]))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "person"
    assert await account_of(town.id, town.people["admin"]) is None
    applied(await disable_account(town.console(), town.people["admin"]))


async def test_another_login(town: Town) -> None:
    """Folded; nobody else's; the old one opens nothing any more."""
    holder = await hold(town)
    await hold(town, "staff")
    for login in ("", " \u200b", "x" * 101, "\0", "\ud800", "STAFF", " s t a f f"):
        refusal = refused(await change_login(town.by("admin"), holder.id, login))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "login"
    assert blocker_codes(await change_login(town.by("admin"), holder.id, "LEAD")) == ["NO_CHANGE"]
    applied(await change_login(town.by("admin"), holder.id, "Ｙａｍａｄａ"))
    assert await knock(town) == SignInFailed()
    assert isinstance(await knock(town, "yamada"), SignedIn)
    assert refused(await change_login(town.by("admin"), town.id, "x")) == NotFound("person")


async def test_a_subject_is_one_person_s(town: Town) -> None:
    """Unset, it may be another's; who has no account yet gets one."""
    admin = town.by("admin")
    lead, staff = town.people["lead"], town.people["staff"]
    for subject in ("", "x" * 256, "a\0", "\ud800"):
        refusal = refused(await link_provider_subject(admin, lead, subject))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "subject"
    applied(await link_provider_subject(admin, lead, "s-1"))
    refusal = refused(await link_provider_subject(admin, staff, "s-1"))
    assert isinstance(refusal, InvalidInput)
    applied(await link_provider_subject(admin, lead, None))
    assert blocker_codes(await link_provider_subject(admin, lead, None)) == ["NO_CHANGE"]
    applied(await link_provider_subject(admin, staff, "s-1"))
    account = await account_of(town.id, staff)
    assert account is not None
    assert (account.provider_subject, account.login) == ("s-1", "staff")
