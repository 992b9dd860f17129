"""What every way through the door shares: a session begins, or a failure is counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from workflows.accounts.logins import cleaned_address, cleaned_user_agent, save
from workflows.accounts.outcomes import SignedIn, Visitor
from workflows.accounts.policy import Policy
from workflows.accounts.secrecy import new_secret, sha256_of
from workflows.accounts.sessions import (
    PREFIX,
    forget_old_sessions,
    replace_session,
    revoke_sessions,
)
from workflows.accounts.throttles import Line, count_failure
from workflows.changes import Json, instant
from workflows.records import Account, EventKind, Session, SignInMethod
from workflows.unit import Request, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """By which method somebody wants in, from where, and what failures are counted by."""

    method: SignInMethod
    visitor: Visitor
    lines: Sequence[Line]
    policy: Policy


def guarded(request: Request) -> Request:
    """Return a request as acts that take a secret may be asked.

    Its input is left out of the record and of the key's fingerprint; so there is no key. Asking
    whether it would be done would be a way to try passwords without being counted.

    Raises:
        ValueError: `validate_only`.
    """
    if request.validate_only:
        raise ValueError("an act that takes a secret cannot be tried without being counted")
    return replace(request, given={}, idempotency_key=None, effective_at=None, on_behalf_of_id=None)


async def begin_session(
    unit: Unit, account: Account, door: Door, *, second_factor: bool
) -> SignedIn:
    """Begin a session, and draft the entry of it, whose actor is the person from here on.

    Moves `previous_signed_in_at` on. The session that the browser had, whosever it was, ends; and
    where the person has too many, the oldest.
    """
    unit.request = replace(unit.request, actor_id=account.person_id)
    secret = new_secret(PREFIX)
    session = Session(
        municipality_id=unit.municipality_id,
        person_id=account.person_id,
        sha256=sha256_of(secret),
        method=door.method,
        second_factor=second_factor,
        started_at=unit.now,
        seen_at=unit.now,
        expires_at=unit.now + door.policy.absolute,
        address=cleaned_address(door.visitor.address),
        user_agent=cleaned_user_agent(door.visitor.user_agent),
    )
    draft = unit.draft(EventKind.SIGNED_IN)
    draft.details = {
        "person": str(account.person_id),
        "session": str(session.id),
        "method": str(door.method),
        "secondFactor": second_factor,
        "address": session.address,
    }
    if door.visitor.replaces is not None:
        await replace_session(unit, door.visitor.replaces)
    await revoke_sessions(unit, account.person_id, keep=door.policy.sessions - 1)
    await forget_old_sessions(unit, account.person_id)
    unit.beside.append(session)
    account.previous_signed_in_at, account.last_signed_in_at = account.last_signed_in_at, unit.now
    await save(unit, account, "previous_signed_in_at", "last_signed_in_at")
    return SignedIn(session=session, account=account, secret=secret)


async def draft_failure(
    unit: Unit, door: Door, person_id: UUID | None, *, second_factor: bool = False
) -> None:
    """Count a failure, and draft its entry, and that of each line that it crosses.

    `second_factor` tells that the password was right, and the code was not.
    """
    known: dict[str, Json] = {"person": str(person_id)} if person_id else {}
    known["address"] = cleaned_address(door.visitor.address)
    draft = unit.draft(EventKind.SIGN_IN_FAILED)
    draft.details = {**known, "method": str(door.method), "secondFactor": second_factor}
    for crossed in await count_failure(unit, door.lines, door.policy):
        draft = unit.draft(EventKind.LOCKED_OUT)
        draft.details = {**known, "what": crossed.line.what, "until": instant(crossed.until)}
