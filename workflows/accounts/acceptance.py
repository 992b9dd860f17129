"""Accepting a one-time link: a password is set, and the person is signed in."""

from dataclasses import dataclass, field, replace
from typing import Final

from workflows.accounts.doors import Door, begin_session, guarded
from workflows.accounts.hashing import BusyError
from workflows.accounts.links import Found, end_links, find_link, is_first_admin_needed
from workflows.accounts.logins import account_for
from workflows.accounts.outcomes import Busy, SecondFactorNeeded, SignedIn, Visitor
from workflows.accounts.own import NewPassword, at, draft_password, new_password
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.second_factor import Codes, draft_second_factor
from workflows.accounts.throttles import forget_failures, login_line
from workflows.ledger import Refused, now, perform
from workflows.records import Person, SignInMethod
from workflows.refusals import InvalidInput, NotFound, Refuse
from workflows.revise.people import NewAppointment, draft_appointment, draft_person, new_person
from workflows.stages import Role
from workflows.unit import Request, Unit

_IS_SET_UP: Final = InvalidInput(
    "secondFactorCode",
    "二要素認証は設定済みで、このリンクでは変更できません。",
    "A second factor is set up already, and stays.",
)
UNKNOWN: Final = NotFound("link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What the holder of a link gives."""

    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    """As begin_second_factor returned it; empty where no second factor is set up now."""
    totp_code: str = field(default="", repr=False)
    name: str = ""
    """Of the first admin only."""
    staff_number: str = ""
    """Of the first admin only."""


Accepted = SignedIn | SecondFactorNeeded


async def accept_link(
    request: Request,
    secret: str,
    given: Acceptance,
    visitor: Visitor,
    policy: Policy = POLICY,
) -> SignedIn | SecondFactorNeeded | Busy | Refused:
    """Set a password by a link (`request.at_door`), and sign in.

    Where the account keeps a second factor, the password is set and SecondFactorNeeded returned:
    the person then signs in with both. An unknown, used, replaced or expired link is refused as
    NotFound("link"); input that cannot be as InvalidInput ("password", "secondFactorCode",
    "name", "staffNumber"), and the link stays good.
    """
    accepted: Accepted | None = None
    try:
        password = await _new_password(request, secret, given)
    except Refuse as refused:
        return Refused(refused.refusal)
    except BusyError:
        return Busy()

    async def decide(unit: Unit) -> None:
        nonlocal accepted
        found = await find_link(unit.municipality_id, secret, unit.now)
        if found is None:
            raise Refuse(UNKNOWN)
        door = Door(method=SignInMethod.LINK, visitor=visitor, lines=(), policy=policy)
        accepted = await _accept(unit, found, given, password, door)

    outcome = await perform(guarded(request), decide)
    if isinstance(outcome, Refused):
        return outcome
    assert accepted is not None  # noqa: S101 - what was applied set it
    return accepted


async def _new_password(request: Request, secret: str, given: Acceptance) -> NewPassword:
    """Check what is given with a link that works, and hash the password."""
    mid = request.municipality_id
    found = await find_link(mid, secret, now())
    if found is None:
        raise Refuse(UNKNOWN)
    person = found.person or new_person(mid, given.name, given.staff_number)
    login = found.account.login if found.account else ""
    has_factor = bool(given.totp_secret or (found.account and found.account.totp_secret))
    return await new_password(
        mid,
        given.password,
        (login, person.name, person.staff_number),
        second_factor=has_factor,
    )


async def _accept(
    unit: Unit, found: Found, given: Acceptance, password: NewPassword, door: Door
) -> Accepted:
    person = found.person or await _first_admin(unit, given)
    unit.request = replace(unit.request, actor_id=person.id)
    account = await account_for(unit, person)
    keeps_factor = account.totp_secret is not None
    codes: Codes = ()
    if given.totp_secret:
        if keeps_factor:
            raise Refuse(_IS_SET_UP)
        try:
            codes = await draft_second_factor(unit, account, given.totp_secret, given.totp_code)
        except Refuse as refused:
            raise Refuse(at("secondFactorCode", refused.refusal)) from refused
    await draft_password(unit, account, password)
    await end_links(unit, found.link.person_id)
    await forget_failures(unit, login_line(account.login, door.policy))
    if keeps_factor:
        return SecondFactorNeeded()
    begun = await begin_session(unit, account, door, second_factor=bool(codes))
    return replace(begun, recovery_codes=codes)


async def _first_admin(unit: Unit, given: Acceptance) -> Person:
    """Register the first admin and appoint them; refuse where there is an admin by now."""
    if not await is_first_admin_needed(unit):
        raise Refuse(UNKNOWN)
    person = await draft_person(unit, given.name, given.staff_number, None)
    new = NewAppointment(
        person_id=person.id, role=Role.ADMIN, department_id=None, starts_on=unit.today
    )
    _ = draft_appointment(unit, new, None)
    return person
