"""Accounts, sessions and tokens, as their owner and admins see them. No secret is in any of them."""

import datetime as dt
from typing import Any
from uuid import UUID

import strawberry

from schema.context import Info
from schema.nodes import field, plain
from workflows import records
from workflows.accounts.manage import account_of
from workflows.accounts.sessions import sessions_of
from workflows.authority import Scope
from workflows.readings import Reading
from workflows.records import SignInMethod


def _has_password(parent: strawberry.Parent[records.Account]) -> bool:
    return parent.password_hash is not None


def _has_second_factor(parent: strawberry.Parent[records.Account]) -> bool:
    return parent.totp_secret is not None


def _recovery_codes_left(parent: strawberry.Parent[records.Account]) -> int:
    return len(parent.recovery_sha256)


def _is_disabled(parent: strawberry.Parent[records.Account]) -> bool:
    return parent.disabled_at is not None


def _from_provider(parent: strawberry.Parent[records.Account]) -> bool:
    return parent.provider_subject is not None


@strawberry.type(description="How a person signs in.")
class Account:
    """One for each person who may."""

    login: str = plain("What the person types to sign in.")
    email: str | None = plain("Where letters about the account go; null where there are none.")
    has_password = field(_has_password, bool, "Whether a password is set.")
    has_second_factor = field(_has_second_factor, bool, "Whether a second factor is set up.")
    recovery_codes_left = field(_recovery_codes_left, int, "How many recovery codes are unused.")
    from_provider = field(
        _from_provider, bool, "Whether the organisation's identity provider knows the person."
    )
    disabled = field(_is_disabled, bool, "Whether nobody can sign in by it.")
    last_signed_in_at: dt.datetime | None = plain("The last sign-in; null before the first.")
    previous_signed_in_at: dt.datetime | None = plain(
        "The sign-in before the last: whoever sees one that was not theirs should tell an admin."
    )


def _is_current(parent: strawberry.Parent[records.Session], info: Info) -> bool:
    door = info.context.door
    return door is not None and door.session_id == parent.id


@strawberry.type(description="A browser that the person is signed in with.")
class Session:
    """It ends by time, by its owner, or by an admin."""

    public_id: strawberry.ID = plain("Its id.", name="id")
    is_current = field(_is_current, bool, "Whether it is the one that asks.")
    method: SignInMethod = plain("How the person signed in.")
    second_factor: bool = plain("Whether a second factor was shown.")
    started_at: dt.datetime = plain("When it began.")
    seen_at: dt.datetime = plain("Its last request, to a minute.")
    expires_at: dt.datetime = plain("When it ends, however busy it is.")
    address: str = plain("The network address that it was begun from.")
    user_agent: str = plain("What the browser called itself then.")


def _granted(parent: strawberry.Parent[records.Token]) -> list[Scope]:
    return sorted(parent.granted)


@strawberry.type(
    description="A bearer token, for scripts and front ends. Its secret was shown once."
)
class Token:
    """It never goes further than its owner."""

    public_id: strawberry.ID = plain("Its id.", name="id")
    name: str = plain("What it is for.")
    scopes = field(_granted, list[Scope], "How far it goes.")
    expires_at: dt.datetime = plain("When it ends.")
    last_used_at: dt.datetime | None = plain("Its last use, to a minute; null before the first.")
    revoked_at: dt.datetime | None = plain("When it was revoked; null unless it was.")


async def own_account(info: Info) -> Any:  # noqa: ANN401 - the record, shown as Account
    """Return the account of who asks."""
    asked = info.context
    if asked.person_id is None:
        return None
    person_id = asked.person_id
    return await asked.loaders.once(
        "own account", lambda: account_of(asked.municipality_id, person_id)
    )


async def own_sessions(info: Info) -> Any:  # noqa: ANN401 - the records, shown as Session
    """Return the sessions of who asks that hold now, the latest first."""
    asked = info.context
    if asked.person_id is None or asked.door is None:
        return []
    person_id, policy = asked.person_id, asked.door.policy
    return await asked.loaders.once(
        "own sessions", lambda: sessions_of(asked.municipality_id, person_id, policy)
    )


async def own_tokens(info: Info) -> Any:  # noqa: ANN401 - the records, shown as Token
    """Return the tokens of who asks that hold now, those that end last first."""
    asked = info.context
    if asked.person_id is None:
        return []
    held = records.Token.of(asked.municipality_id).filter(
        person_id=asked.person_id, revoked_at=None, expires_at__gt=asked.now
    )
    return await asked.loaders.once("own tokens", lambda: held.order_by("-expires_at"))


async def account_of_person(parent: strawberry.Parent[records.Person], info: Info) -> Any:  # noqa: ANN401 - the record, shown as Account
    """Return a person's account, for who may know of it."""
    asked = info.context
    if not asked.sight.sees(Reading.ACCOUNTS, own=parent.id == asked.person_id):
        return None

    async def read(people: list[UUID]) -> dict[UUID, records.Account]:
        found = await records.Account.of(asked.municipality_id).filter(person_id__in=people)
        return {account.person_id: account for account in found}

    return await asked.loaders.load("account", parent.id, read, None)
