"""Coming in and going out: signing in, following a one-time link, signing out."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import strawberry

from schema.account_results import (
    AT_DOOR,
    Busy,
    SecondFactorNeeded,
    account_result,
    unsuccessful,
)
from schema.answers import error_of
from schema.context import Door, Info
from schema.errors import ClientError
from schema.inputs import optional
from schema.nodes import field, plain
from workflows import refusals, unit
from workflows.accounts import outcomes
from workflows.accounts.acceptance import Acceptance, accept_link
from workflows.accounts.links import LinkSeen, look_at_link
from workflows.accounts.post import tell_owners
from workflows.accounts.second_factor import begin_second_factor
from workflows.accounts.sessions import sign_out
from workflows.accounts.sign_in import sign_in
from workflows.ledger import Refused
from workflows.records import Event, LinkPurpose


def door_of(info: Info) -> Door:
    """Return the door that an operation came in by.

    Raises:
        ClientError: NO_DOOR, where it came by none: over a WebSocket.
    """
    door = info.context.door
    if door is None:
        raise ClientError("NO_DOOR", "HTTP の POST で送ってください / Send it by HTTP POST")
    return door


def at_door(info: Info, act: str) -> unit.Request:
    """Return what the ledger is asked by somebody who is not signed in yet."""
    return unit.Request(
        municipality_id=info.context.municipality_id, act=act, at_door=True, told=told_to(info)
    )


def told_to(info: Info) -> Callable[[Sequence[Event]], None] | None:
    """Return what tells owners of accounts by mail of what is recorded; None without mail."""
    post = info.context.door.post if info.context.door else None
    return None if post is None else partial(tell_owners, post)


def unset(value: str | None) -> str:
    """Return an optional text; empty where it was left out."""
    return value if isinstance(value, str) else ""


@strawberry.input(description="What somebody types to sign in.")
class SignInInput:
    """Neither is recorded."""

    login: str = plain("The login, for instance the staff number.")
    password: str = plain("The password.")
    code: str | None = optional("Six digits of the second factor, or a recovery code.")


@strawberry.type(description="A session began; the browser keeps it in a cookie.")
class SignedIn:
    """Ask for `viewer` next."""

    expires_at: dt.datetime = plain("When the session ends, however busy it is.")
    second_factor: bool = plain("Whether a second factor was shown.")
    previous_signed_in_at: dt.datetime | None = plain("The person's sign-in before this one.")
    recovery_codes: list[str] = plain(
        "Where a second factor was set up with it: codes to keep on paper, shown this once."
    )


@strawberry.type(description="The session ended.")
class SignedOut:
    """Anonymous from here on."""

    ok: bool = plain("Always true.")


SignInResult = account_result("SignInResult", SignedIn, *AT_DOOR)
SignOutResult = account_result("SignOutResult", SignedOut)
AcceptLinkResult = account_result("AcceptLinkResult", SignedIn, SecondFactorNeeded, Busy)


async def sign_in_with_password(
    info: Info,
    input: Annotated[SignInInput, strawberry.argument(description="Who.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Sign in."""
    door = door_of(info)
    tried = outcomes.Attempt(login=input.login, password=input.password, code=unset(input.code))
    outcome = await sign_in(at_door(info, "signIn"), tried, door.visitor, door.policy)
    return _begun(info, door, outcome)


def _begun(info: Info, door: Door, outcome: outcomes.SignInOutcome) -> object:
    if not isinstance(outcome, outcomes.SignedIn):
        return unsuccessful(outcome, info.context.now)
    door.keep(outcome.secret, outcome.session.expires_at)
    return SignedIn(
        expires_at=outcome.session.expires_at,
        second_factor=outcome.session.second_factor,
        previous_signed_in_at=outcome.account.previous_signed_in_at,
        recovery_codes=list(outcome.recovery_codes),
    )


async def sign_out_of_session(info: Info) -> Any:  # noqa: ANN401 - the union's members
    """End the session that asks."""
    door, asked = door_of(info), info.context
    if door.session_id is None:
        return error_of(refusals.NotSignedIn(), None)
    request = unit.Request(
        municipality_id=asked.municipality_id,
        act="signOut",
        actor_id=asked.person_id,
        credential=asked.credential,
    )
    outcome = await sign_out(request, door.session_id)
    door.forget()
    return error_of(outcome.refusal, None) if isinstance(outcome, Refused) else SignedOut(ok=True)


@strawberry.type(
    description="A second factor that could be set up: add it to an authenticator app."
)
class SecondFactorOffer:
    """Kept nowhere: the client sends `secret` back with the first code."""

    secret: str = plain("To be typed into the app (RFC 6238: SHA-1, six digits, 30 s).")
    uri: str = plain("`otpauth://…`: the same, for a QR code.")


async def offer_second_factor(info: Info, login: str) -> SecondFactorOffer:
    """Return a new second factor that a person could set up."""
    begun = begin_second_factor(await info.context.loaders.town_name(), login)
    return SecondFactorOffer(secret=begun.secret, uri=begun.uri)


async def _offer(parent: strawberry.Parent["OneTimeLink"], info: Info) -> SecondFactorOffer | None:
    return None if parent.has_second_factor else await offer_second_factor(info, parent.login)


@strawberry.type(description="A one-time link that works.")
class OneTimeLink:
    """Shown to whoever holds it."""

    purpose: LinkPurpose = plain("What it is for.")
    name: str = plain("Whose it is; empty for the first admin, who gives name and staff number.")
    login: str = plain("What will be typed to sign in; empty for the first admin.")
    has_second_factor: bool = plain("Whether one is set up, and stays.")
    shortest_password: int = plain(
        "So many characters at least; 8 where a second factor is set up with it."
    )
    second_factor_offer = field(
        _offer, SecondFactorOffer | None, "One to set up with it; null where one is set up."
    )


async def link(
    info: Info,
    secret: Annotated[str, strawberry.argument(description="The last part of the link's path.")],
) -> OneTimeLink | None:
    """Look at a one-time link."""
    seen: LinkSeen | None = await look_at_link(info.context.municipality_id, secret)
    if seen is None:
        return None
    return OneTimeLink(
        purpose=seen.purpose,
        name=seen.name,
        login=seen.login,
        has_second_factor=seen.has_second_factor,
        shortest_password=seen.shortest_password,
    )


@strawberry.input(description="A password, by a one-time link.")
class AcceptLinkInput:
    """Neither is recorded."""

    secret: str = plain("The last part of the link's path.")
    password: str = plain("15 to 256 characters; from 8 with a second factor.")
    second_factor_secret: str | None = optional("Of `secondFactorOffer`, to set it up.")
    second_factor_code: str | None = optional("The app's six digits for it.")
    name: str | None = optional("The first admin's name.")
    staff_number: str | None = optional("The first admin's 職員番号.")


async def accept(
    info: Info,
    input: Annotated[AcceptLinkInput, strawberry.argument(description="What is set.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Set a password by a one-time link, and sign in."""
    door = door_of(info)
    given = Acceptance(
        password=input.password,
        totp_secret=unset(input.second_factor_secret),
        totp_code=unset(input.second_factor_code),
        name=unset(input.name),
        staff_number=unset(input.staff_number),
    )
    outcome = await accept_link(
        at_door(info, "acceptLink"), input.secret, given, door.visitor, door.policy
    )
    if isinstance(outcome, Refused):
        return error_of(outcome.refusal, input)
    return _begun(info, door, outcome)
