"""What admins do to other people's accounts."""

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from schema.account_results import MailFailed, account_result, mail_failed
from schema.answers import error_of
from schema.context import Info
from schema.ids import uuid_of
from schema.inputs import given_or_none, optional
from schema.nodes import plain
from schema.own_account import AccountChanged, asked_by, changed
from schema.resets import NO_MAIL
from schema.results import UserError
from schema.signing_in import door_of
from workflows import records
from workflows.accounts import links, manage
from workflows.accounts.post import mail_link, tell_owners
from workflows.accounts.secrecy import sha256_of
from workflows.ledger import Applied, Refused
from workflows.refusals import InvalidInput, NotFound, Refusal

_Argument = strawberry.argument
_PERSON = Annotated[strawberry.ID, _Argument(description="Whose.")]


@strawberry.type(description="A one-time link was made: give it to the person, and to nobody else.")
class LinkIssued:
    """An invitation for who has no password yet; else a reset."""

    url: str | None = plain(
        "The page where a password is set; it is shown this once. Null where it went by mail."
    )
    mailed_to: str | None = plain(
        "Where it went, masked: `y***@town.example.jp`; null where it is shown."
    )
    expires_at: dt.datetime = plain("Until when it works.")


IssueLinkResult = account_result("IssueLinkResult", LinkIssued, MailFailed)
ChangeAccountResult = account_result("ChangeAccountResult", AccountChanged)


async def issue_link(
    info: Info,
    person: _PERSON,
    clear_second_factor: Annotated[  # noqa: FBT002 - GraphQL names its arguments
        bool,
        _Argument(
            description="For who lost it: second factor and password are gone at once, and all "
            "sessions end."
        ),
    ] = False,
    mail: Annotated[  # noqa: FBT002 - likewise
        bool,
        _Argument(description="Send it to the person's mail address instead of showing it."),
    ] = False,
) -> Any:  # noqa: ANN401 - the union's members
    """Make a one-time link by which a person sets a password."""
    door = door_of(info)
    if mail and door.post is None:
        return _refused(NO_MAIL)
    outcome, secret = await links.issue_link(
        asked_by(info, "issueLink"),
        uuid_of(person, records.Person),
        clear_second_factor=clear_second_factor,
        by_mail=mail,
    )
    if isinstance(outcome, Refused):
        return _refused(outcome.refusal)
    made = await records.OneTimeLink.of(info.context.municipality_id).get(sha256=sha256_of(secret))
    url = door.link_url(secret)
    if not mail or door.post is None:
        return LinkIssued(url=url, mailed_to=None, expires_at=made.expires_at)
    mailed_to = await mail_link(door.post, secret, url, waited_for=True)
    if mailed_to is None:
        return mail_failed()
    return LinkIssued(url=None, mailed_to=mailed_to, expires_at=made.expires_at)


def _refused(refusal: Refusal) -> UserError:
    """Return the error, with the argument that is meant: there is no input to lead to it."""
    error = error_of(refusal, None)
    if isinstance(refusal, InvalidInput | NotFound):
        error.path = [refusal.path]
    return error


async def disable_account(info: Info, person: _PERSON) -> Any:  # noqa: ANN401 - the union's members
    """Keep a person out from now on."""
    person_id = uuid_of(person, records.Person)
    return changed(await manage.disable_account(asked_by(info, "disableAccount"), person_id))


async def enable_account(info: Info, person: _PERSON) -> Any:  # noqa: ANN401 - the union's members
    """Let a person in again."""
    person_id = uuid_of(person, records.Person)
    return changed(await manage.enable_account(asked_by(info, "enableAccount"), person_id))


@strawberry.input(description="Another login for a person.")
class ChangeLoginInput:
    """What is typed to sign in."""

    person: strawberry.ID = plain("Whose.")
    login: str = plain("Unique in the municipality; up to 100 characters; case does not count.")


async def change_login(
    info: Info,
    input: Annotated[ChangeLoginInput, _Argument(description="The login.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Change what a person types to sign in."""
    person_id = uuid_of(input.person, records.Person)
    outcome = await manage.change_login(asked_by(info, "changeLogin"), person_id, input.login)
    return changed(outcome, input)


@strawberry.input(description="Where letters about a person's account go.")
class ChangeEmailInput:
    """It is in no entry."""

    person: strawberry.ID = plain("Whose.")
    email: str | None = optional(
        "`local@domain`, up to 254 characters; null, empty or left out for none."
    )


async def change_email(
    info: Info,
    input: Annotated[ChangeEmailInput, _Argument(description="The address.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Set a person's mail address, or take it away."""
    door, email = door_of(info), given_or_none(input.email)
    request = replace(asked_by(info, "changeEmail"), told=None)
    outcome, former = await manage.change_email(
        request, uuid_of(input.person, records.Person), email
    )
    if isinstance(outcome, Applied) and door.post is not None:
        tell_owners(door.post, outcome.events, *([former] if former else []))
    return changed(outcome, input)
