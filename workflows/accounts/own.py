"""What people do to their own account, by their session and with their password."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from workflows.accounts.logins import save
from workflows.accounts.passwords import check, hashed, is_long
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.proofs import Proof, with_password
from workflows.accounts.sessions import revoke_sessions
from workflows.ledger import Outcome, Refused
from workflows.records import Account, EventKind, Municipality, Person
from workflows.refusals import InvalidInput, Refusal, Refuse
from workflows.unit import Request, Unit

NEEDS_FACTOR = InvalidInput(
    "password",
    "二要素認証がないため、パスワードは15文字以上にしてください。",
    "Without a second factor, a password has 15 characters at least.",
)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that may be set, as it will be kept."""

    hash: str = field(repr=False)
    is_long: bool


async def new_password(
    municipality_id: UUID, password: str, words: Iterable[str], *, second_factor: bool
) -> NewPassword:
    """Return a password as it will be kept; `words` are what is known of the person.

    Raises:
        Refuse: it is too short or too easily guessed.
        BusyError: too many are waiting.
    """
    town = await Municipality.get(id=municipality_id)
    check(password, (*words, town.name), second_factor=second_factor)
    return NewPassword(await hashed(password), is_long(password))


async def draft_password(
    unit: Unit, account: Account, new: NewPassword, *, but: UUID | None = None
) -> None:
    """Set a password, and end the person's sessions, but one.

    Refuses a short one where no second factor stands beside it.
    """
    if not (new.is_long or account.totp_secret):
        raise Refuse(NEEDS_FACTOR)
    account.password_hash, account.password_is_long = new.hash, new.is_long
    await save(unit, account, "password_hash", "password_is_long")
    draft = unit.draft(EventKind.PASSWORD_SET)
    draft.details = {"person": str(account.person_id)}
    await revoke_sessions(unit, account.person_id, but=but)


async def change_password(
    request: Request, session_id: UUID, *, current: str, new: str, policy: Policy = POLICY
) -> Outcome:
    """Set another password; all other sessions end.

    Refusals name `current` or `new`.

    Raises:
        BusyError: too many passwords are being checked.
    """
    mid = request.municipality_id
    account = await Account.of(mid).get_or_none(person_id=request.actor_id)
    person = await Person.of(mid).get_or_none(id=request.actor_id)
    words = (person.name, person.staff_number) if person else ()
    has_factor = account is not None and account.totp_secret is not None
    try:
        kept = await new_password(
            mid, new, (*words, account.login if account else ""), second_factor=has_factor
        )
    except Refuse as refused:
        return Refused(at("new", refused.refusal))

    async def deed(unit: Unit, proof: Proof) -> None:
        await draft_password(unit, proof.account, kept, but=proof.session.id)

    outcome = await with_password(request, session_id, current, deed, policy)
    if isinstance(outcome, Refused):
        return Refused(at("current", outcome.refusal), outcome.event)
    return outcome


def at(path: str, refusal: Refusal) -> Refusal:
    """Return a refusal of input as one that names another field."""
    return replace(refusal, path=path) if isinstance(refusal, InvalidInput) else refusal
