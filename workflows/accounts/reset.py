"""Asking for a reset at the door: whoever asks learns nothing, whatever comes of it.

Asking is counted at once, and the same whether there is such an account or not. What comes of it
is done behind whoever asked, and leaves one entry either way: the record's size tells nothing.
"""

from collections.abc import Sequence

from workflows.accounts.doors import guarded
from workflows.accounts.links import draft_link
from workflows.accounts.logins import account_by_login, cleaned_address, folded
from workflows.accounts.outcomes import SlowedDown, Visitor
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.secrecy import new_secret
from workflows.accounts.throttles import Line, address_line, count_failure, login_line, slowed_until
from workflows.changes import instant
from workflows.ledger import Refused, perform
from workflows.records import Account, EventKind, LinkPurpose, SignInMethod
from workflows.refusals import NotSignedIn, Refuse
from workflows.unit import Request, Unit

_KIND = "reset"


async def count_asking(
    request: Request, login: str, visitor: Visitor, policy: Policy = POLICY
) -> SlowedDown | None:
    """Count that somebody asks (`request.at_door`); SlowedDown where that was asked too often.

    Counted apart from sign-ins: nobody is kept from those by whoever asks for resets.
    """
    lines: Sequence[Line] = (
        login_line(folded(login), policy, _KIND),
        address_line(visitor.address, policy, _KIND),
    )
    slowed: SlowedDown | None = None

    async def decide(unit: Unit) -> None:
        nonlocal slowed
        until = await slowed_until(unit.municipality_id, lines, unit.now)
        if until is not None:
            slowed = SlowedDown(until)
            raise Refuse(NotSignedIn())
        for crossed in await count_failure(unit, lines, policy):
            draft = unit.draft(EventKind.LOCKED_OUT)
            draft.details = {
                "address": cleaned_address(visitor.address),
                "purpose": str(LinkPurpose.RESET),
                "what": crossed.line.what,
                "until": instant(crossed.until),
            }

    await perform(guarded(request), decide)
    return slowed


async def issue_reset(request: Request, login: str, visitor: Visitor) -> str:
    """Issue a reset (1 hour) for who asked and may have one; return its secret, else "".

    May: an enabled account with a password and a mail address. Second factors stay.
    """
    secret, issued = new_secret(), False

    async def decide(unit: Unit) -> None:
        nonlocal issued
        account = await account_by_login(unit.municipality_id, folded(login))
        address = cleaned_address(visitor.address)
        if account is not None and _may(account):
            draft = await draft_link(unit, LinkPurpose.RESET, secret, account.person_id, None)
            draft.details["address"] = address
            issued = True
            return
        draft = unit.draft(EventKind.SIGN_IN_FAILED)
        draft.details = {"address": address, "method": str(SignInMethod.LINK)}
        draft.details["secondFactor"] = False
        if account is not None:
            draft.details["person"] = str(account.person_id)

    outcome = await perform(guarded(request), decide)
    return secret if issued and not isinstance(outcome, Refused) else ""


def _may(account: Account) -> bool:
    # Who has no password signs in otherwise, or holds an admin's link, which asking must not end.
    known = account.password_hash is not None and account.email is not None
    return known and account.disabled_at is None
