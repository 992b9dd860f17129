"""Entries that tell of accounts: who came in, who could not, and what became of accounts."""

from typing import Final
from uuid import UUID

import strawberry

from schema.context import Info
from schema.history import HistoryEntry, Parent, detail, told_by
from schema.nodes import field, plain
from schema.people import Person
from workflows import records
from workflows.records import EventKind, SignInMethod


async def _person(parent: Parent, info: Info) -> records.Person | None:
    person = parent.document["details"].get("person")
    return await info.context.loaders.row(records.Person, UUID(person) if person else None)


def _method(parent: Parent) -> SignInMethod | None:
    method = parent.document["details"].get("method")
    return SignInMethod(method) if method else None


@strawberry.type(description="Somebody signed in or out, or could not.")
class SignInEntry(HistoryEntry):
    """What was typed is in no entry."""

    is_type_of = told_by(
        "SignInEntry",
        EventKind.SIGNED_IN,
        EventKind.SIGN_IN_FAILED,
        EventKind.LOCKED_OUT,
        EventKind.SIGNED_OUT,
    )
    kind: EventKind = plain("Which of them.")
    person = field(_person, Person | None, "Whose account; null where there is no such account.")
    method = field(_method, SignInMethod | None, "By which way.")
    second_factor = field(detail("secondFactor"), bool | None, "Whether a second factor was shown.")
    address = field(detail("address"), str | None, "From which network address.")


@strawberry.type(description="An account changed: password, second factor, links, sessions.")
class AccountChange(HistoryEntry):
    """No secret is in any entry."""

    is_type_of = told_by(
        "AccountChange",
        EventKind.SESSION_REVOKED,
        EventKind.LINK_ISSUED,
        EventKind.PASSWORD_SET,
        EventKind.SECOND_FACTOR_CHANGED,
        EventKind.ACCOUNT_CHANGED,
    )
    kind: EventKind = plain("What changed.")
    person = field(_person, Person | None, "Whose account; null for the first admin's link.")


ENTRIES_OF_ACCOUNTS: Final = [SignInEntry, AccountChange]
