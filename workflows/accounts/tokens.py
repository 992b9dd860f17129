"""Bearer tokens: issued, created, revoked. The record tells of them; no secret is ever in it."""

import datetime as dt
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

from workflows.accounts.secrecy import new_secret, sha256_of
from workflows.accounts.sessions import TOUCHED, expect_session, is_own
from workflows.authority import ROLES, Act, Capacity, Credential, Scope
from workflows.ledger import Applied, Outcome, now, perform
from workflows.records import EventKind, Person, Token
from workflows.refusals import Forbidden, NotFound, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid, line

PREFIX: Final = "meguru_"
MAX_DAYS: Final = 365


async def issue_token(
    request: Request, person_id: UUID, name: str, days: int
) -> tuple[Outcome, str]:
    """Issue a token to a person, for the operator at the console; it goes as far as they may.

    Returns the secret (`meguru_` and 256 bits), which is kept nowhere and cannot be shown again.
    """
    secret = new_secret(PREFIX)

    async def decide(unit: Unit) -> None:
        if not unit.request.at_console:
            # Whoever could issue a token for another person could act as them.
            raise Refuse(Forbidden(frozenset()))
        if not await Person.of(unit.municipality_id).filter(id=person_id).exists():
            raise Refuse(NotFound("person"))
        token = _token(unit, name, days)
        token.person_id, token.sha256 = person_id, sha256_of(secret)
        token.scopes, token.second_factor = " ".join(Scope), True
        _draft_issue(unit, token)

    return _shown(await perform(request, decide), secret)


async def create_token(
    request: Request, session_id: UUID, name: str, scopes: frozenset[Scope], days: int
) -> tuple[Outcome, str]:
    """Create an own token, by a session: never more than the person may; at most 365 days.

    Returns the secret, which cannot be shown again, or "" where nothing was applied. A scope that
    none of the person's roles of today would use is refused as Forbidden, with those that would.
    The token counts as having shown a second factor where the session did.
    """
    secret = new_secret(PREFIX)

    async def decide(unit: Unit) -> None:
        session = await expect_session(unit, session_id)
        token = _token(unit, name, days)
        _expect_allowed(unit, scopes)
        token.person_id, token.sha256 = session.person_id, sha256_of(secret)
        token.scopes, token.second_factor = " ".join(sorted(scopes)), session.second_factor
        _draft_issue(unit, token)

    return _shown(await perform(replace(request, on_behalf_of_id=None), decide), secret)


async def revoke_token(request: Request, token_id: UUID) -> Outcome:
    """Revoke a token at once: an own one by a session, anybody's as ADMIN or at the console."""

    async def decide(unit: Unit) -> None:
        token = await Token.of(unit.municipality_id).get_or_none(id=token_id, revoked_at=None)
        capacity = None
        if not (token and is_own(unit, token.person_id)):
            # Before it is told whether there is such a token.
            capacity = unit.authorise(ROLES[Act.MANAGE_ACCOUNTS])
        if token is None:
            raise Refuse(NotFound("token"))
        await _revoke(unit, token, capacity)

    return await perform(request, decide)


async def touch_token(token: Token) -> None:
    """Note that a token is in use, at most once a minute."""
    moment = now()
    if token.last_used_at is None or moment - token.last_used_at >= TOUCHED:
        token.last_used_at = moment
        await Token.of(token.municipality_id).filter(id=token.id).update(last_used_at=moment)


async def revoke_tokens(unit: Unit, person_id: UUID, capacity: Capacity | None) -> None:
    """Revoke all tokens of a person that have not expired."""
    tokens = Token.of(unit.municipality_id).filter(
        person_id=person_id, revoked_at=None, expires_at__gt=unit.now
    )
    for token in await tokens.order_by("id"):
        await _revoke(unit, token, capacity)


async def weaken_tokens(unit: Unit, person_id: UUID) -> None:
    """Let a person's tokens not count as having shown a second factor any more."""
    tokens = Token.of(unit.municipality_id).filter(person_id=person_id, second_factor=True)
    await tokens.update(second_factor=False)


def _token(unit: Unit, name: str, days: int) -> Token:
    """Return a token that is not issued yet, with name and days checked."""
    if not 1 <= days <= MAX_DAYS:
        raise invalid(
            "days",
            f"有効期間は1日から{MAX_DAYS}日までです。",
            f"A token is valid for 1 to {MAX_DAYS} days.",
        )
    return Token(
        id=uuid4(),
        municipality_id=unit.municipality_id,
        name=line("name", name, limit=100),
        expires_at=unit.now + dt.timedelta(days=days),
    )


def _expect_allowed(unit: Unit, scopes: frozenset[Scope]) -> None:
    if not scopes:
        raise invalid(
            "scopes",
            "範囲(スコープ)を一つ以上選んでください。",
            "Choose one scope at least.",
        )
    held = {capacity.role for capacity in unit.capacities if capacity.holds(unit.today)}
    for scope in sorted(scopes):
        needed = Credential(scopes=frozenset({scope})).acts_in
        if needed and not needed & held:
            raise Refuse(Forbidden(needed))


def _draft_issue(unit: Unit, token: Token) -> None:
    draft = unit.draft(EventKind.TOKEN_ISSUED)
    draft.details = {"person": str(token.person_id), "token": str(token.id), "name": token.name}
    unit.beside.append(token)


async def _revoke(unit: Unit, token: Token, capacity: Capacity | None) -> None:
    draft = unit.draft(EventKind.TOKEN_REVOKED, capacity=capacity)
    draft.details = {"person": str(token.person_id), "token": str(token.id)}
    token.revoked_at = unit.now
    await token.save(update_fields=["revoked_at"])


def _shown(outcome: Outcome, secret: str) -> tuple[Outcome, str]:
    """Return a secret with the outcome, unless an earlier call made another or nothing was done."""
    is_new = isinstance(outcome, Applied) and not outcome.replayed
    return outcome, secret if is_new else ""
