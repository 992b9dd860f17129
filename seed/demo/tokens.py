"""Tokens with which the sample can be tried out: new ones at each start, shown once."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from seed.demo import content
from seed.demo.content import HASHIKAMI
from workflows.accounts.links import issue_link
from workflows.accounts.tokens import issue_token, revoke_token
from workflows.ledger import Applied
from workflows.records import Person, Token
from workflows.unit import Request

NAME: Final = "見本"
"""Of every token issued here: those of an earlier start are known by it."""
DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A secret, and whose it is. It is kept nowhere and cannot be shown again."""

    person: content.Person
    secret: str
    link: str
    """The secret of a one-time link by which the person's password is set."""


async def issue_tokens(municipality_id: UUID) -> tuple[ShownToken, ...]:
    """Issue tokens to a lead, the office, an auditor and the admin of a filled sample.

    They are valid for 30 days. Those of an earlier start are revoked first, so that what is shown
    is all that works.

    Raises:
        DoesNotExist: the municipality holds no complete sample.
    """
    shown = [person for person in HASHIKAMI.people if person.shown]
    people = Person.of(municipality_id)
    ids = [(await people.get(staff_number=person.number)).id for person in shown]
    revoke = Request(municipality_id=municipality_id, act="revokeToken", at_console=True)
    for token in await Token.of(municipality_id).filter(name=NAME, revoked_at=None):
        await revoke_token(revoke, token.id)
    issue = Request(municipality_id=municipality_id, act="issueToken", at_console=True)
    tokens = []
    for person, person_id in zip(shown, ids, strict=True):
        outcome, secret = await issue_token(issue, person_id, NAME, DAYS)
        _, link = await issue_link(replace(issue, act="issueLink"), person_id)
        if isinstance(outcome, Applied):
            tokens.append(ShownToken(person, secret, link))
    return tuple(tokens)
