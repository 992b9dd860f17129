"""Letters about accounts: what they tell, and to whom. How they travel only the server knows."""

import datetime as dt
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from workflows.accounts.addresses import masked
from workflows.accounts.secrecy import sha256_of
from workflows.ledger import now
from workflows.records import (
    Account,
    Event,
    EventKind,
    LinkPurpose,
    Municipality,
    OneTimeLink,
    Person,
)


class Notice(StrEnum):
    """What the owner of an account is told of once it has happened."""

    PASSWORD_SET = "PASSWORD_SET"  # noqa: S105 - not a password
    SECOND_FACTOR_SET = "SECOND_FACTOR_SET"
    SECOND_FACTOR_REMOVED = "SECOND_FACTOR_REMOVED"
    RECOVERY_CODES_MADE = "RECOVERY_CODES_MADE"
    EMAIL_CHANGED = "EMAIL_CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLetter:
    """Brings a one-time link to its person."""

    address: str
    name: str
    town: str
    purpose: LinkPurpose
    url: str = field(repr=False)
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLetter:
    """Tells the owner of an account what happened to it; there is no link in it."""

    address: str
    name: str
    town: str
    notice: Notice
    happened_at: dt.datetime


Letter = LinkLetter | NoticeLetter


class Post(Protocol):
    """Takes letters to a mail server."""

    async def send(self, letter: Letter, *, waited_for: bool = False) -> bool:
        """Return whether the mail server took a letter; why not is in the log.

        `waited_for`: somebody waits for the answer, so it is given up sooner.
        """

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do some work behind whoever asked: it delays nothing, and its failure is only logged."""


async def mail_link(post: Post, secret: str, url: str, *, waited_for: bool = False) -> str | None:
    """Send a link that was issued to its person; return the masked address that it went to.

    Returns None where that failed: then the link has ended.
    """
    link = await OneTimeLink.get(sha256=sha256_of(secret))
    sent_to = None
    try:
        sent_to = await _send_link(post, link, url, waited_for=waited_for)
    finally:
        if sent_to is None:
            await OneTimeLink.filter(id=link.id, ended_at=None).update(ended_at=now())
    return sent_to


async def _send_link(post: Post, link: OneTimeLink, url: str, *, waited_for: bool) -> str | None:
    mid = link.municipality_id
    account = await Account.of(mid).get_or_none(person_id=link.person_id)
    if account is None or account.email is None:
        return None
    letter = LinkLetter(
        address=account.email,
        name=(await Person.of(mid).get(id=account.person_id)).name,
        town=(await Municipality.get(id=mid)).name,
        purpose=link.purpose,
        url=url,
        expires_at=link.expires_at,
    )
    return masked(account.email) if await post.send(letter, waited_for=waited_for) else None


_FACTOR_NOTICES: Final = {
    "SET": Notice.SECOND_FACTOR_SET,
    "REMOVED": Notice.SECOND_FACTOR_REMOVED,
    "CLEARED": Notice.SECOND_FACTOR_REMOVED,
    "RECOVERY_CODES": Notice.RECOVERY_CODES_MADE,
}


def notice_of(event: Event) -> Notice | None:
    """Return what the owner of an account is told of an entry; None for most entries."""
    match event.kind, event.document["details"].get("what"):
        case EventKind.PASSWORD_SET, _:
            return Notice.PASSWORD_SET
        case EventKind.SECOND_FACTOR_CHANGED, what:
            return _FACTOR_NOTICES.get(what)
        case EventKind.ACCOUNT_CHANGED, "EMAIL":
            return Notice.EMAIL_CHANGED
        case _:
            return None


def tell_owners(post: Post, events: Iterable[Event], *former: str) -> None:
    """Begin to tell the owners of accounts what was recorded of them.

    `former` are addresses that were theirs until then, which are told as well.
    """
    for event in events:
        notice = notice_of(event)
        if notice is not None:
            person_id = UUID(event.document["details"]["person"])
            post.begin(_tell(post, event, person_id, notice, former))


async def _tell(
    post: Post, event: Event, person_id: UUID, notice: Notice, former: tuple[str, ...]
) -> None:
    mid = event.municipality_id
    account = await Account.of(mid).get_or_none(person_id=person_id)
    present = (account.email,) if account is not None and account.email else ()
    name = (await Person.of(mid).get(id=person_id)).name
    town = (await Municipality.get(id=mid)).name
    for address in (*present, *former):
        letter = NoticeLetter(
            address=address, name=name, town=town, notice=notice, happened_at=event.recorded_at
        )
        await post.send(letter)
