"""Issuing and revoking bearer tokens. The record tells of them; the secret is never in it."""

import datetime as dt
import hashlib
import secrets
from typing import Final
from uuid import UUID, uuid4

from workflows.ledger import Applied, Outcome, perform
from workflows.records import EventKind, Person, Token
from workflows.refusals import Forbidden, NotFound, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid, line

PREFIX: Final = "meguru_"
MAX_DAYS: Final = 365


def sha256_of(secret: str) -> str:
    """Return what is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def issue_token(
    request: Request, person_id: UUID, name: str, days: int
) -> tuple[Outcome, str]:
    """Issue a token to a person, for the operator at the console.

    Returns the secret (`meguru_` and 256 bits), which is kept nowhere and cannot be shown again.
    """
    secret = PREFIX + secrets.token_urlsafe(32)

    async def decide(unit: Unit) -> None:
        _expect_console(unit)
        if not await Person.of(unit.municipality_id).filter(id=person_id).exists():
            raise Refuse(NotFound("person"))
        if not 1 <= days <= MAX_DAYS:
            raise invalid(
                "days",
                f"有効期間は1日から{MAX_DAYS}日までです。",
                f"A token is valid for 1 to {MAX_DAYS} days.",
            )
        token = Token(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            person_id=person_id,
            name=line("name", name, limit=100),
            sha256=sha256_of(secret),
            expires_at=unit.now + dt.timedelta(days=days),
        )
        draft = unit.draft(EventKind.TOKEN_ISSUED)
        draft.details = {"person": str(person_id), "token": str(token.id), "name": token.name}
        await token.save(force_create=True)

    outcome = await perform(request, decide)
    return outcome, secret if isinstance(outcome, Applied) else ""


def _expect_console(unit: Unit) -> None:
    """Refuse everybody: whoever could issue a token for another person could act as them."""
    if not unit.request.at_console:
        raise Refuse(Forbidden(frozenset()))


async def revoke_token(request: Request, token_id: UUID) -> Outcome:
    """Revoke a token at once, for the operator at the console."""

    async def decide(unit: Unit) -> None:
        _expect_console(unit)
        token = await Token.of(unit.municipality_id).get_or_none(id=token_id, revoked_at=None)
        if token is None:
            raise Refuse(NotFound("token"))
        draft = unit.draft(EventKind.TOKEN_REVOKED)
        draft.details = {"person": str(token.person_id), "token": str(token.id)}
        token.revoked_at = unit.now
        await token.save(update_fields=["revoked_at"])

    return await perform(request, decide)
