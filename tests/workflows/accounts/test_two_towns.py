"""Accounts of two towns in one database: nothing of one opens anything of the other."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from server.database import connected
from tests.town import Town, applied, found_town, refused
from tests.workflows.accounts.holders import HOME, WRONG, at_door, hold, invite, knock
from tests.workflows.accounts.test_links import GIVEN
from workflows.accounts.acceptance import UNKNOWN, accept_link
from workflows.accounts.links import issue_link, look_at_link
from workflows.accounts.manage import account_of, change_login, disable_account
from workflows.accounts.outcomes import SignedIn, SignInFailed, SlowedDown
from workflows.accounts.own import change_password
from workflows.accounts.provider import Vouched, sign_in_by_provider
from workflows.accounts.sessions import end_session, sessions_of, valid_session
from workflows.accounts.tokens import issue_token, revoke_token
from workflows.authority import Credential
from workflows.ledger import Refused
from workflows.records import Token
from workflows.refusals import NotFound, NotSignedIn

OTHER = "023019"


@pytest.fixture
async def towns(database_url: str) -> AsyncIterator[tuple[Town, Town]]:
    """Found another town beside the first, with people of the same staff numbers."""
    async with connected(database_url, upgrade=False):
        await found_town(OTHER, projects=["1_02"])
        yield await Town.load(), await Town.load(OTHER)


async def test_nothing_crosses(towns: tuple[Town, Town]) -> None:
    """Logins, links, ids of sessions, tokens and people, and what slows down."""
    here, there = towns
    holder, own = await hold(there, password="over there it is another"), await hold(here, "admin")  # noqa: S106 - of tests
    assert await knock(here, "lead", "over there it is another") == SignInFailed()
    applied((await issue_token(there.console(), holder.id, "x", 1))[0])
    token = await Token.of(there.id).get()
    admin = here.by("admin", credential=Credential(is_session=True))
    assert refused(await end_session(admin, holder.session_id)) == NotFound("session")
    assert refused(await revoke_token(admin, token.id)) == NotFound("token")
    assert refused(await disable_account(admin, holder.id)) == NotFound("person")
    assert refused(await change_login(admin, holder.id, "x")) == NotFound("person")
    assert refused((await issue_link(admin, holder.id))[0]) == NotFound("person")
    crossed = here.by(None, credential=Credential(is_session=True))
    asked = {"current": "over there it is another", "new": "a wholly new pass phrase"}
    outcome = await change_password(crossed, own.session_id, **asked)  # type: ignore[arg-type]
    assert refused(outcome) == NotSignedIn()
    link = await invite(there, "staff")
    assert await look_at_link(here.id, link) is None
    assert await accept_link(at_door(here), link, GIVEN, HOME) == Refused(UNKNOWN)
    assert await account_of(here.id, holder.id) is None
    assert await sessions_of(here.id, holder.id) == []
    assert await valid_session(holder.begun.session.sha256) is not None
    shown = replace(HOME, replaces=holder.session_id)
    assert isinstance(await knock(here, "admin", visitor=shown), SignedIn)
    assert await valid_session(holder.begun.session.sha256) is not None
    assert isinstance(await accept_link(at_door(there), link, GIVEN, shown), SignedIn)
    assert await valid_session(holder.begun.session.sha256) is None


async def test_each_town_counts_and_binds_for_itself(towns: tuple[Town, Town]) -> None:
    """Guessing in one slows nobody down in the other; a subject may be known to both."""
    here, there = towns
    await hold(there)
    for _ in range(5):
        assert await knock(here, "lead", WRONG) == SignInFailed()
    assert isinstance(await knock(here), SlowedDown)
    assert isinstance(await knock(there), SignedIn)
    vouched = Vouched(subject="s-1", login="office")
    for town in towns:
        begun = await sign_in_by_provider(at_door(town), vouched, HOME)
        assert isinstance(begun, SignedIn)
        assert begun.session.person_id == town.people["office"]
