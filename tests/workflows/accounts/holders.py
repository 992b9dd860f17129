"""People of the town with accounts, and what they do at the door."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher

from tests.town import Town, applied
from workflows.accounts import passwords
from workflows.accounts.acceptance import Acceptance, accept_link
from workflows.accounts.links import issue_link
from workflows.accounts.outcomes import Attempt, SignedIn, SignInOutcome, Visitor
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.second_factor import begin_second_factor
from workflows.accounts.sign_in import sign_in
from workflows.authority import Credential
from workflows.records import Account, Event, EventKind, Throttle
from workflows.unit import Request

PASSWORD = "correct horse battery"  # noqa: S105 - of tests
WRONG = "incorrect donkey battery"
HOME = Visitor(address="192.0.2.7", user_agent="Firefox")


@dataclass(frozen=True)
class Holder:
    """Somebody with an account, as they are after their invitation."""

    town: Town
    who: str
    begun: SignedIn
    totp_secret: str | None = None

    @property
    def id(self) -> UUID:
        """Who they are."""
        return self.town.people[self.who]

    @property
    def session_id(self) -> UUID:
        """The session that they accepted the invitation in."""
        return self.begun.session.id

    def by_session(self, **values: Any) -> Request:  # noqa: ANN401 - Request's own fields
        """Return a request that they ask by a session."""
        return self.town.by(self.who, credential=Credential(is_session=True), **values)

    async def account(self) -> Account:
        """Return their account as it stands."""
        return await Account.of(self.town.id).get(person_id=self.id)

    def fresh_code(self) -> str:
        """Return a code of the second factor: now's; the last step is forgotten by `rewind`."""
        assert self.totp_secret is not None
        return pyotp.TOTP(self.totp_secret).now()

    async def rewind(self) -> None:
        """Let the present step's code be taken as if none had been."""
        await Account.of(self.town.id).filter(person_id=self.id).update(totp_last_step=0)


def at_door(town: Town, **values: Any) -> Request:  # noqa: ANN401 - Request's own fields
    """Return a request of somebody who is not signed in."""
    return Request(municipality_id=town.id, act="test", at_door=True, **values)


async def invite(town: Town, who: str) -> str:
    """Issue a link to somebody, and return its secret."""
    outcome, secret = await issue_link(town.console(), town.people[who])
    applied(outcome)
    return secret


async def hold(
    town: Town, who: str = "lead", password: str = PASSWORD, *, second_factor: bool = False
) -> Holder:
    """Give somebody an account."""
    secret = await invite(town, who)
    given = Acceptance(password=password)
    totp = begin_second_factor("町", who).secret if second_factor else ""
    if totp:
        given = replace(given, totp_secret=totp, totp_code=pyotp.TOTP(totp).now())
    begun = await accept_link(at_door(town), secret, given, HOME)
    assert isinstance(begun, SignedIn), begun
    return Holder(town, who, begun, totp or None)


async def knock(
    town: Town,
    login: str = "lead",
    password: str = PASSWORD,
    code: str = "",
    visitor: Visitor = HOME,
    policy: Policy = POLICY,
) -> SignInOutcome:
    """Try to sign in."""
    tried = Attempt(login=login, password=password, code=code)
    return await sign_in(at_door(town), tried, visitor, policy)


async def events_of(town: Town, *kinds: EventKind) -> list[Event]:
    """Return the entries of some kinds, the first first."""
    return await Event.of(town.id).filter(kind__in=kinds).order_by("sequence")


async def let_time_pass(town: Town) -> None:
    """End every wait, as if it were over; what was counted stays counted."""
    await Throttle.of(town.id).update(until=None)


class Watched(PasswordHasher):
    """The real hasher, which tells of each verification once it is done."""

    def __init__(self, told: Callable[[int], None]) -> None:
        super().__init__(time_cost=2, memory_cost=19_456, parallelism=1)
        self._told = told
        self.count = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: ANN401 - argon2's own
        """Verify, count, tell."""
        self.count += 1
        try:
            return super().verify(hash, password)
        finally:
            self._told(self.count)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Count the verifications that are done meanwhile."""
    hasher = Watched(lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "HASHER", hasher)
        yield hasher


@contextmanager
def meanwhile(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], Awaitable[object]]
) -> Iterator[Watched]:
    """Change something while the first password is being checked."""
    loop = asyncio.get_running_loop()

    async def awaited() -> None:
        await change()

    def told(count: int) -> None:
        if count == 1:
            asyncio.run_coroutine_threadsafe(awaited(), loop).result()

    hasher = Watched(told)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "HASHER", hasher)
        yield hasher
