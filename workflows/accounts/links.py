"""One-time links: invitations, resets, and the one for the first admin."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from workflows.accounts.logins import folded
from workflows.accounts.passwords import LONG, SHORTEST
from workflows.accounts.second_factor import draft_clearing
from workflows.accounts.secrecy import new_secret, sha256_of
from workflows.accounts.sessions import is_own
from workflows.authority import ROLES, Act, Capacity
from workflows.entries import Draft
from workflows.ledger import Applied, Outcome, now, perform
from workflows.records import (
    Account,
    Appointment,
    EventKind,
    LinkPurpose,
    OneTimeLink,
    Person,
)
from workflows.refusals import Forbidden, NotFound, Refuse
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid

LIFE: Final = {
    LinkPurpose.FIRST_ADMIN: dt.timedelta(hours=24),
    LinkPurpose.INVITATION: dt.timedelta(days=7),
    LinkPurpose.RESET: dt.timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """What the holder of a link that works may know of it before it is used."""

    purpose: LinkPurpose
    person_id: UUID | None
    """None for the first admin, who has to give a name and a staff number."""
    name: str
    login: str
    """What will be typed to sign in; empty for the first admin: the staff number."""
    has_second_factor: bool
    """Whether one is set up and stays; then no other can be set up with the link."""
    shortest_password: int
    """So many characters where no second factor is set up with it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A link that works, and whose it is."""

    link: OneTimeLink
    person: Person | None
    """None for the first admin's link."""
    account: Account | None
    """None where there is none yet."""


async def issue_link(
    request: Request,
    person_id: UUID,
    *,
    clear_second_factor: bool = False,
    by_mail: bool = False,
) -> tuple[Outcome, str]:
    """Issue a link by which a person sets a password: INVITATION (7 days) or RESET (1 hour).

    Needs Act.MANAGE_ACCOUNTS, or the console; for oneself, a session. Returns the secret, or ""
    where nothing was applied. Earlier links of the person end.

    `clear_second_factor` takes effect at once: the second factor and the password are gone, and
    all sessions end, whether the link is accepted or not. `by_mail` refuses (`person`) where the
    person has no mail address.
    """
    secret = new_secret()

    async def decide(unit: Unit) -> None:
        capacity = authorise_for(unit, person_id)
        person = await Person.of(unit.municipality_id).get_or_none(id=person_id)
        if person is None:
            raise Refuse(NotFound("person"))
        account = await Account.of(unit.municipality_id).get_or_none(person_id=person_id)
        _check_reachable(account, by_mail=by_mail)
        was_used = account is not None and (account.password_hash or account.last_signed_in_at)
        purpose = LinkPurpose.RESET if was_used else LinkPurpose.INVITATION
        _ = await draft_link(unit, purpose, secret, person_id, capacity)
        if clear_second_factor and account is not None:
            await draft_clearing(unit, account, capacity)

    outcome = await perform(request, decide)
    return outcome, secret if isinstance(outcome, Applied) and not outcome.replayed else ""


def _check_reachable(account: Account | None, *, by_mail: bool) -> None:
    """Refuse a link that could not be used, or not be sent."""
    if account is not None and account.disabled_at is not None:
        raise invalid(
            "person",
            "アカウントは停止されています。先に有効にしてください。",
            "The account is disabled. Enable it first.",
        )
    if by_mail and (account is None or account.email is None):
        raise invalid(
            "person",
            "メールアドレスが登録されていません。先に登録するか、リンクを直接渡してください。",
            "The person has no mail address. Set one first, or hand the link over yourself.",
        )


def authorise_for(unit: Unit, person_id: UUID) -> Capacity | None:
    """Return in which capacity links to a person's account are managed; one's own by a session."""
    capacity = unit.authorise(ROLES[Act.MANAGE_ACCOUNTS])
    if unit.request.actor_id == person_id and not is_own(unit, person_id):
        # A token would make itself a session, and outlive its end.
        raise Refuse(Forbidden(frozenset()))
    return capacity


async def first_admin_link(municipality_id: UUID) -> str | None:
    """Issue a link for the first admin (24 hours), while no ADMIN has an account to sign in with.

    Returns None where one has. An earlier such link ends.
    """
    secret = new_secret()
    request = Request(municipality_id=municipality_id, act="firstAdminLink", at_console=True)

    async def decide(unit: Unit) -> None:
        if not await is_first_admin_needed(unit):
            raise Refuse(NotFound("link"))
        _ = await draft_link(unit, LinkPurpose.FIRST_ADMIN, secret, None, None)

    return secret if isinstance(await perform(request, decide), Applied) else None


async def is_first_admin_needed(unit: Unit) -> bool:
    """Return whether nobody who is ADMIN today has an account that is not disabled."""
    mid, today = unit.municipality_id, unit.today
    admins = Appointment.of(mid).filter(
        Q(ends_on=None) | Q(ends_on__gte=today), role=Role.ADMIN, starts_on__lte=today
    )
    people = await admins.values_list("person_id", flat=True)
    return not await Account.of(mid).filter(person_id__in=people, disabled_at=None).exists()


async def look_at_link(municipality_id: UUID, secret: str) -> LinkSeen | None:
    """Return what a link that works is for; None for one unknown, used, replaced or expired."""
    found = await find_link(municipality_id, secret, now())
    if found is None:
        return None
    person, account = found.person, found.account
    has_second_factor = account is not None and account.totp_secret is not None
    number = folded(person.staff_number) if person else ""
    return LinkSeen(
        purpose=found.link.purpose,
        person_id=found.link.person_id,
        name=person.name if person else "",
        login=account.login if account else number,
        has_second_factor=has_second_factor,
        shortest_password=SHORTEST if has_second_factor else LONG,
    )


async def find_link(municipality_id: UUID, secret: str, moment: dt.datetime) -> Found | None:
    """Return a link that works at a moment, by its secret."""
    link = await OneTimeLink.of(municipality_id).get_or_none(
        sha256=sha256_of(secret), ended_at=None, expires_at__gt=moment
    )
    if link is None:
        return None
    if link.person_id is None:
        return Found(link, None, None)
    account = await Account.of(municipality_id).get_or_none(person_id=link.person_id)
    if account is not None and account.disabled_at is not None:
        return None
    return Found(link, await Person.of(municipality_id).get(id=link.person_id), account)


async def end_links(unit: Unit, person_id: UUID | None) -> None:
    """End every link of a person that was not used; None for those of the first admin."""
    links = OneTimeLink.of(unit.municipality_id).filter(person_id=person_id, ended_at=None)
    await links.update(ended_at=unit.now)


async def draft_link(
    unit: Unit,
    purpose: LinkPurpose,
    secret: str,
    person_id: UUID | None,
    capacity: Capacity | None,
) -> Draft:
    """Draft a new link, and return its entry; earlier ones of the person end."""
    await end_links(unit, person_id)
    link = OneTimeLink(
        municipality_id=unit.municipality_id,
        person_id=person_id,
        purpose=purpose,
        sha256=sha256_of(secret),
        expires_at=unit.now + LIFE[purpose],
    )
    draft = unit.draft(EventKind.LINK_ISSUED, capacity=capacity)
    draft.details = {"link": str(link.id), "purpose": str(purpose)}
    if person_id is not None:
        draft.details["person"] = str(person_id)
    unit.beside.append(link)
    return draft
