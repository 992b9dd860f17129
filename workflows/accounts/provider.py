"""Signing in whom somebody else vouches for: an identity provider, or a trusted proxy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from workflows.accounts.doors import Door, begin_session, draft_failure, guarded
from workflows.accounts.logins import (
    account_by_login,
    account_for,
    folded,
    is_possible,
    is_subject,
    person_by_number,
    save,
)
from workflows.accounts.outcomes import SignedIn, SignInFailed, SlowedDown, Visitor
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.throttles import forget_failures, login_line, slowed_until
from workflows.ledger import perform
from workflows.records import Account, EventKind, SignInMethod
from workflows.refusals import NotSignedIn, Refuse
from workflows.unit import Request, Unit

Find = Callable[[Unit], Awaitable[Account | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the identity provider vouches for."""

    subject: str
    """The provider's own id of the person (`sub`), which never changes."""
    login: str | None = None
    """Finds the account once, where no account has the subject yet; then the subject is bound."""
    second_factor: bool = False
    """Whether the provider says that a second factor was shown (`amr`)."""
    admitted: bool = True
    """Whether the provider's groups let the person in; if not, nothing is bound and nobody let in."""


async def sign_in_by_provider(
    request: Request, vouched: Vouched, visitor: Visitor, policy: Policy = POLICY
) -> SignedIn | SignInFailed | SlowedDown:
    """Sign in whom the identity provider vouches for (`request.at_door`).

    The account is the one with the subject; else the one with the login, or of the person with
    that staff number, where no other subject is bound to it. Nobody else is let in, and all are
    told the same.
    """

    async def find(unit: Unit) -> Account | None:
        return await _by_subject(unit, vouched)

    door = Door(
        method=SignInMethod.PROVIDER,
        visitor=visitor,
        lines=(login_line(vouched.subject, policy, "provider"),),
        policy=policy,
    )
    return await _let_in(
        guarded(request),
        door,
        find,
        second_factor=vouched.second_factor,
        admitted=vouched.admitted,
    )


async def sign_in_by_proxy(
    request: Request,
    login: str,
    visitor: Visitor,
    policy: Policy = POLICY,
    *,
    second_factor: bool = False,
) -> SignedIn | SignInFailed | SlowedDown:
    """Sign in whom a trusted reverse proxy names (`request.at_door`): by login or staff number."""
    name = folded(login)

    async def find(unit: Unit) -> Account | None:
        return await _by_login(unit, name)

    door = Door(
        method=SignInMethod.PROXY,
        visitor=visitor,
        lines=(login_line(name, policy, "proxy"),),
        policy=policy,
    )
    return await _let_in(guarded(request), door, find, second_factor=second_factor)


async def _let_in(
    request: Request, door: Door, find: Find, *, second_factor: bool, admitted: bool = True
) -> SignedIn | SignInFailed | SlowedDown:
    outcome: SignedIn | SignInFailed | SlowedDown = SignInFailed()

    async def decide(unit: Unit) -> None:
        nonlocal outcome
        until = await slowed_until(unit.municipality_id, door.lines, unit.now)
        if until is not None:
            outcome = SlowedDown(until)
            raise Refuse(NotSignedIn())
        account = await find(unit)
        if account is None or account.disabled_at is not None or not admitted:
            await draft_failure(unit, door, account.person_id if account else None)
            return
        for line in door.lines:
            await forget_failures(unit, line)
        outcome = await begin_session(unit, account, door, second_factor=second_factor)

    await perform(request, decide)
    return outcome


async def _by_subject(unit: Unit, vouched: Vouched) -> Account | None:
    subject = vouched.subject
    if not is_subject(subject):
        return None
    account = await Account.of(unit.municipality_id).get_or_none(provider_subject=subject)
    if account is not None or not vouched.login or not vouched.admitted:
        return account
    account = await _by_login(unit, folded(vouched.login))
    if account is None or account.provider_subject is not None:
        return None
    if account.disabled_at is None:
        account.provider_subject = subject
        await save(unit, account, "provider_subject")
        draft = unit.draft(EventKind.ACCOUNT_CHANGED)
        draft.details = {"person": str(account.person_id), "what": "PROVIDER"}
    return account


async def _by_login(unit: Unit, login: str) -> Account | None:
    account = await account_by_login(unit.municipality_id, login)
    if account is not None or not is_possible(login):
        return account
    person = await person_by_number(unit.municipality_id, login)
    return None if person is None else await account_for(unit, person)
