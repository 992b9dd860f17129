"""Accounts over the API alone, as a front end would use them, against a real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pyotp
import pytest

from server.database import connected
from tests.server.browsing import LINK, PASSWORD, SHORT, Browser
from tests.server.conftest import tokens_for
from tests.server.processes import Served, served
from tests.town import Town
from workflows.accounts.links import issue_link
from workflows.records import Event, Session
from workflows.unit import Request

SIGN_IN = """
mutation ($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignedIn { secondFactor previousSignedInAt recoveryCodes }
    ... on SlowedDown { retryAfterSeconds }
    ... on UserError { code message path }
  }
}
"""
ACCEPT = """
mutation ($input: AcceptLinkInput!) {
  acceptLink(input: $input) { __typename ... on UserError { code message path } }
}
"""


class FrontEnd(Browser):
    """Sends GraphQL, and keeps the cookie."""

    def do(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - JSON
        """Return the one answer of an operation."""
        answer = self.send("POST", "/graphql", json={"query": query, "variables": variables})
        payload = answer.json()
        assert "errors" not in payload, payload
        (value,) = payload["data"].values()
        return value

    def sign_in(self, login: str, password: str, **more: str) -> dict[str, Any]:
        """Sign in."""
        typed = {"login": login, "password": password, **more}
        return dict(self.do(SIGN_IN, input=typed))


def link_for(url: str, who: str) -> str:
    """Issue a one-time link to one of the town's people, at the console."""

    async def issue() -> str:
        async with connected(url, upgrade=False):
            town = await Town.load()
            request = Request(municipality_id=town.id, act="issueLink", at_console=True)
            return (await issue_link(request, town.people[who]))[1]

    return asyncio.run(issue())


def entered(server: Served, url: str, who: str) -> FrontEnd:
    """Return a front end in which one of the town's people has just signed in by a link."""
    front = FrontEnd(server.url)
    answer = front.do(ACCEPT, input={"secret": link_for(url, who), "password": PASSWORD})
    assert answer["__typename"] == "SignedIn"
    return front


def bodies(url: str) -> str:
    """Return the whole record as text."""

    async def read() -> str:
        async with connected(url, upgrade=False):
            return "\n".join(await Event.all().values_list("body", flat=True))  # type: ignore[arg-type]

    return asyncio.run(read())


@pytest.fixture
def running(own_town: str, tmp_path: Path) -> Iterator[Served]:
    """Serve the town."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        yield server


def test_a_lead_signs_in_and_acts(running: Served, own_town: str) -> None:
    """By link, then by password; what a lead may do is theirs, and the record tells of it all."""
    front = entered(running, own_town, "lead")
    viewer = front.do("{ viewer { person { name } appointments { role } sessions { isCurrent } } }")
    assert viewer["person"]["name"] == "lead さん"
    assert viewer["sessions"] == [{"isCurrent": True}]
    again = FrontEnd(running.url)
    answer = again.sign_in("LEAD", PASSWORD)
    assert answer["__typename"] == "SignedIn"
    assert answer["previousSignedInAt"] is not None
    assert (
        again.do("mutation { endOtherSessions { __typename } }")["__typename"] == "AccountChanged"
    )
    ended = front.send("POST", "/graphql", json={"query": "{ viewer { person { name } } }"})
    assert (ended.status_code, front.cookie) == (401, "")
    assert again.do("mutation { signOut { __typename } }") == {"__typename": "SignedOut"}
    assert again.cookie == ""
    told = bodies(own_town)
    for kind in ("LINK_ISSUED", "PASSWORD_SET", "SIGNED_IN", "SESSION_REVOKED", "SIGNED_OUT"):
        assert f'"kind":"{kind}"' in told
    assert PASSWORD not in told


def test_signing_in_again_ends_what_the_browser_had(running: Served, own_town: str) -> None:
    """By password or by a link, whosever session it was: the earlier cookie opens nothing."""
    front = entered(running, own_town, "lead")
    first = front.cookie
    assert front.sign_in("lead", PASSWORD)["__typename"] == "SignedIn"
    second = front.cookie
    viewer = front.do("{ viewer { sessions { isCurrent } } }")
    assert viewer["sessions"] == [{"isCurrent": True}]
    answer = front.do(ACCEPT, input={"secret": link_for(own_town, "staff"), "password": PASSWORD})
    assert answer["__typename"] == "SignedIn"
    assert len({first, second, front.cookie}) == 3
    for stale in (first, second):
        front.cookie = stale
        ended = front.send("POST", "/graphql", json={"query": "{ viewer { person { name } } }"})
        assert ended.status_code == 401


def test_failures_are_alike_and_slow_down(running: Served, own_town: str) -> None:
    """Unknown logins as well as known ones; the answer says for how long."""
    entered(running, own_town, "lead")
    for login in ("lead", "nobody-of-that-name"):
        front = FrontEnd(running.url)
        answers = [front.sign_in(login, "wrong password") for _ in range(6)]
        assert [a["__typename"] for a in answers] == [*["SignInFailed"] * 5, "SlowedDown"]
        assert answers[0]["code"] == "SIGN_IN_FAILED"
        assert 25 <= answers[5]["retryAfterSeconds"] <= 30
        assert front.sign_in(login, PASSWORD)["__typename"] == "SlowedDown"
        assert front.cookie == ""
    told = bodies(own_town)
    assert told.count('"kind":"SIGN_IN_FAILED"') == 10
    assert told.count('"kind":"LOCKED_OUT"') == 2
    assert "nobody-of-that-name" not in told


def test_a_second_factor_from_beginning_to_end(running: Served, own_town: str) -> None:
    """Set up, asked for, each code once, recovery, and removed only where the password is long."""
    front = entered(running, own_town, "lead")
    begun = front.do("mutation { beginSecondFactor { ... on SecondFactorOffer { secret uri } } }")
    assert begun["uri"].startswith("otpauth://totp/")
    confirm = """mutation ($input: ConfirmSecondFactorInput!) { confirmSecondFactor(input: $input) {
      __typename ... on RecoveryCodesMade { recoveryCodes } ... on UserError { code path } } }"""
    factor = pyotp.TOTP(begun["secret"])
    typed = {"secret": begun["secret"], "code": factor.now(), "password": "not mine"}
    assert front.do(confirm, input=typed)["__typename"] != "RecoveryCodesMade"
    codes = front.do(confirm, input={**typed, "password": PASSWORD})["recoveryCodes"]
    assert len(set(codes)) == 10
    new = FrontEnd(running.url)
    assert new.sign_in("lead", PASSWORD)["code"] == "SECOND_FACTOR_NEEDED"
    assert new.sign_in("lead", PASSWORD, code=typed["code"])["code"] == "SIGN_IN_FAILED"
    answer = new.sign_in("lead", PASSWORD, code=codes[0])
    assert (answer["__typename"], answer["secondFactor"]) == ("SignedIn", True)
    assert new.sign_in("lead", PASSWORD, code=codes[0])["code"] == "SIGN_IN_FAILED"
    change = """mutation ($new: String!, $current: String!) {
      changePassword(input: { current: $current, new: $new }) {
        __typename ... on UserError { code } } }"""
    assert new.do(change, current=PASSWORD, new=SHORT)["__typename"] == "AccountChanged"
    remove = """mutation ($password: String!) { removeSecondFactor(input: { password: $password }) {
      __typename ... on UserError { code message(lang: EN) } } }"""
    assert new.do(remove, password=SHORT)["__typename"] != "AccountChanged"
    told = bodies(own_town)
    assert begun["secret"] not in told
    assert not any(code in told for code in codes)


def test_a_role_that_needs_a_second_factor_does_not_count_without(
    running: Served, own_town: str
) -> None:
    """An admin who signed in with a password alone is told so, and sees and does nothing as admin."""
    front = entered(running, own_town, "admin")
    assert front.do("{ viewer { secondFactorMissingFor } }") == {
        "secondFactorMissingFor": ["ADMIN"]
    }
    people = front.do("{ people { staffNumber account { login } } }")
    assert all(p["account"] is None or p["staffNumber"] == "admin" for p in people)
    register = """mutation ($key: UUID!) {
      registerPerson(input: { idempotencyKey: $key, name: "x", staffNumber: "x" }) { __typename } }"""
    assert front.do(register, key=str(uuid4())) == {"__typename": "Forbidden"}


def test_tokens_cannot_manage_accounts(running: Served, own_town: str) -> None:
    """Whoever finds one cannot make others, nor lock its owner out."""
    secret = tokens_for(own_town, "lead")["lead"]
    headers = {"Authorization": f"Bearer {secret}"}
    for mutation in (
        'createToken(input: { name: "x", scopes: [READ], days: 1 })',
        'changePassword(input: { current: "x", new: "y" })',
        "beginSecondFactor",
        "endOtherSessions",
        'removeSecondFactor(input: { password: "x" })',
        'newRecoveryCodes(input: { password: "x" })',
        'confirmSecondFactor(input: { secret: "x", code: "1", password: "x" })',
    ):
        query = f"mutation {{ answer: {mutation} {{ __typename }} }}"
        answer = httpx.post(f"{running.url}graphql", json={"query": query}, headers=headers)
        assert answer.json()["data"] == {"answer": {"__typename": "Forbidden"}}, mutation
        anonymous = httpx.post(f"{running.url}graphql", json={"query": query})
        assert anonymous.json()["data"] == {"answer": {"__typename": "NotSignedIn"}}, mutation


def test_an_admin_runs_the_accounts(running: Served, own_town: str) -> None:
    """By a token with the scope: link, login, disable and enable; nobody else may."""
    secrets = tokens_for(own_town, "admin", "lead")
    lead_id = running.ask("{ viewer { person { id } } }", secrets["lead"]).json()["data"]
    person = lead_id["viewer"]["person"]["id"]

    def do(mutation: str, who: str) -> dict[str, Any]:
        made = "... on LinkIssued { url }" if mutation.startswith("issueLink") else ""
        query = f"mutation {{ answer: {mutation} {{ __typename {made} }} }}"
        payload = running.ask(query, secrets[who]).json()
        assert "errors" not in payload, payload
        return dict(payload["data"]["answer"])

    issue = f'issueLink(person: "{person}")'
    assert do(issue, "lead") == {"__typename": "Forbidden"}
    made = do(issue, "admin")
    assert LINK.fullmatch(made["url"])
    front = FrontEnd(running.url)
    secret = made["url"].rpartition("/")[2]
    answer = front.do(ACCEPT, input={"secret": secret, "password": PASSWORD})
    assert answer["__typename"] == "SignedIn"
    login = f'changeLogin(input: {{ person: "{person}", login: "Yamada" }})'
    assert do(login, "admin") == {"__typename": "AccountChanged"}
    assert FrontEnd(running.url).sign_in("yamada", PASSWORD)["__typename"] == "SignedIn"
    assert do(f'disableAccount(person: "{person}")', "admin") == {"__typename": "AccountChanged"}
    assert front.send("POST", "/graphql", json={"query": "{ __typename }"}).status_code == 401
    assert running.ask("{ __typename }", secrets["lead"]).status_code == 401
    assert FrontEnd(running.url).sign_in("yamada", PASSWORD)["code"] == "SIGN_IN_FAILED"
    assert do(f'enableAccount(person: "{person}")', "admin") == {"__typename": "AccountChanged"}
    assert FrontEnd(running.url).sign_in("yamada", PASSWORD)["__typename"] == "SignedIn"
    missing = f'issueLink(person: "per_{0:032x}")'
    assert do(missing, "admin") == {"__typename": "NotFound"}


def test_sessions_end_by_time(own_town: str, tmp_path: Path) -> None:
    """A session that was idle too long is over, wherever it is shown."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        front = entered(server, own_town, "lead")

        async def age() -> None:
            async with connected(own_town, upgrade=False):
                for session in await Session.all():
                    session.seen_at = session.seen_at.replace(year=session.seen_at.year - 1)
                    await session.save()

        asyncio.run(age())
        answer = front.send("POST", "/graphql", json={"query": "{ __typename }"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "SESSION_ENDED"
