"""What people do to their own account: the password and the second factor.

Only a session does it, never a token: whoever finds one cannot lock its owner out with it.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.account_results import Busy, SignInFailed, SlowedDown, account_result, unsuccessful
from schema.answers import error_of
from schema.context import Info
from schema.nodes import plain
from schema.signing_in import SecondFactorOffer, door_of, offer_second_factor, told_to
from workflows import refusals, unit
from workflows.accounts import outcomes, own, second_factor
from workflows.accounts.hashing import BusyError
from workflows.accounts.manage import account_of
from workflows.accounts.policy import Policy
from workflows.ledger import Outcome, Refused

_Argument = strawberry.argument


@strawberry.type(description="It was done.")
class AccountChanged:
    """Ask for `viewer { account }`."""

    ok: bool = plain("Always true.")


@strawberry.type(description="The second factor is set up, or its recovery codes were made anew.")
class RecoveryCodesMade:
    """Earlier ones hold no longer."""

    recovery_codes: list[str] = plain(
        "To keep on paper: each works once. They are shown this once."
    )


_WITH_PASSWORD = (Busy, SlowedDown, SignInFailed)
ChangePasswordResult = account_result("ChangePasswordResult", AccountChanged, *_WITH_PASSWORD)
BeginSecondFactorResult = account_result("BeginSecondFactorResult", SecondFactorOffer)
RecoveryCodesResult = account_result("RecoveryCodesResult", RecoveryCodesMade, *_WITH_PASSWORD)
RemoveSecondFactorResult = account_result(
    "RemoveSecondFactorResult", AccountChanged, *_WITH_PASSWORD
)


def asked_by(info: Info, act: str) -> unit.Request:
    """Return what the ledger is asked by who is signed in; what they typed is not in it."""
    asked = info.context
    return unit.Request(
        municipality_id=asked.municipality_id,
        act=act,
        actor_id=asked.person_id,
        credential=asked.credential,
        told=told_to(info),
    )


async def by_session(
    info: Info, name: str, act: Callable[[unit.Request, UUID, Policy], Awaitable[object]]
) -> object:
    """Do what only a session may; Busy where too many passwords are being checked."""
    door = door_of(info)
    if door.session_id is None:
        known = info.context.person_id is not None
        return error_of(refusals.Forbidden(frozenset()) if known else refusals.NotSignedIn(), None)
    try:
        return await act(asked_by(info, name), door.session_id, door.policy)
    except BusyError:
        return unsuccessful(outcomes.Busy(), info.context.now)


def changed(outcome: Outcome, asked: object = None) -> object:
    """Return that it was done, or why not."""
    if isinstance(outcome, Refused):
        return error_of(outcome.refusal, asked)
    return AccountChanged(ok=True)


def _made(made: tuple[Outcome, tuple[str, ...]], asked: object) -> object:
    outcome, codes = made
    if isinstance(outcome, Refused):
        return error_of(outcome.refusal, asked)
    return RecoveryCodesMade(recovery_codes=list(codes))


@strawberry.input(description="Another password.")
class ChangePasswordInput:
    """All other sessions end."""

    current: str = plain("The present password.")
    new: str = plain("15 to 256 characters; from 8 where a second factor is set up.")


async def change_password(
    info: Info,
    input: Annotated[ChangePasswordInput, _Argument(description="The passwords.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Set another password."""

    async def act(request: unit.Request, session_id: UUID, policy: Policy) -> object:
        outcome = await own.change_password(
            request, session_id, current=input.current, new=input.new, policy=policy
        )
        return changed(outcome, input)

    return await by_session(info, "changePassword", act)


async def begin_second_factor(info: Info) -> Any:  # noqa: ANN401 - the union's members
    """Offer a second factor to be set up."""

    async def act(request: unit.Request, _session_id: UUID, _policy: Policy) -> object:
        person_id = request.actor_id
        account = await account_of(request.municipality_id, person_id) if person_id else None
        return await offer_second_factor(info, account.login if account else "")

    return await by_session(info, "beginSecondFactor", act)


@strawberry.input(description="A second factor to be set up.")
class ConfirmSecondFactorInput:
    """The app shows that it has it."""

    secret: str = plain("As it was offered.")
    code: str = plain("The app's six digits for it.")
    password: str = plain("The present password.")


async def confirm_second_factor(
    info: Info,
    input: Annotated[ConfirmSecondFactorInput, _Argument(description="The factor.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Set up a second factor, or replace it."""

    async def act(request: unit.Request, session_id: UUID, policy: Policy) -> object:
        made = await second_factor.confirm_second_factor(
            request,
            session_id,
            secret=input.secret,
            code=input.code,
            password=input.password,
            policy=policy,
        )
        return _made(made, input)

    return await by_session(info, "confirmSecondFactor", act)


@strawberry.input(description="The present password, to show that it is still its owner who asks.")
class PasswordInput:
    """Asked for before the second factor is touched."""

    password: str = plain("The present password.")


_PASSWORD = Annotated[PasswordInput, _Argument(description="The password.")]


async def remove_second_factor(info: Info, input: _PASSWORD) -> Any:  # noqa: A002, ANN401 - GraphQL's custom; the union's members
    """Take the second factor away."""

    async def act(request: unit.Request, session_id: UUID, policy: Policy) -> object:
        password = input.password
        outcome = await second_factor.remove_second_factor(
            request, session_id, password=password, policy=policy
        )
        return changed(outcome, input)

    return await by_session(info, "removeSecondFactor", act)


async def new_recovery_codes(info: Info, input: _PASSWORD) -> Any:  # noqa: A002, ANN401 - GraphQL's custom; the union's members
    """Make new recovery codes."""

    async def act(request: unit.Request, session_id: UUID, policy: Policy) -> object:
        password = input.password
        made = await second_factor.new_recovery_codes(
            request, session_id, password=password, policy=policy
        )
        return _made(made, input)

    return await by_session(info, "newRecoveryCodes", act)
