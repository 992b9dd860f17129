"""Acts on the own account that ask for the password once more: a stolen session does not do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from workflows.accounts.doors import Door, draft_failure, guarded
from workflows.accounts.outcomes import Visitor
from workflows.accounts.passwords import Checked, hash_of, verified
from workflows.accounts.policy import Policy
from workflows.accounts.sessions import expect_session
from workflows.accounts.throttles import login_line, slowed_until
from workflows.ledger import Applied, Outcome, Refused, now, perform
from workflows.records import Account, Session, SignInMethod
from workflows.refusals import InvalidInput, Refuse
from workflows.unit import Request, Unit
from workflows.values import invalid


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose password was right, and the session that they ask by."""

    account: Account
    session: Session


Deed = Callable[[Unit, Proof], Awaitable[None]]
WRONG = InvalidInput("password", "パスワードが違います。", "The password is wrong.")
_CHANGED = InvalidInput(
    "password",
    "パスワードは、確かめている間に変更されました。もう一度お試しください。",
    "The password was changed while it was being checked. Try again.",
)
_NONE = InvalidInput(
    "password",
    "このアカウントにはパスワードがありません。",
    "This account has no password.",
)


async def with_password(
    request: Request, session_id: UUID, password: str, deed: Deed, policy: Policy
) -> Outcome:
    """Do a deed once the own password is shown; a wrong one counts as at the door.

    It is asked by a session of the own (`session_id`); anything else is Forbidden.

    Raises:
        BusyError: too many passwords are being checked.
    """
    checked = await _checked(request, password, policy)
    is_wrong = False

    async def decide(unit: Unit) -> None:
        nonlocal is_wrong
        session = await expect_session(unit, session_id)
        account = await Account.of(unit.municipality_id).get_or_none(person_id=session.person_id)
        if account is None or hash_of(account) is None:
            raise Refuse(_NONE)
        door = _door(account, policy, session.address)
        await _expect_calm(unit, door)
        if hash_of(account) != checked.against:
            raise Refuse(_CHANGED)
        if checked.is_right:
            await deed(unit, Proof(account, session))
            return
        is_wrong = True
        await draft_failure(unit, door, account.person_id)

    outcome = await perform(guarded(request), decide)
    if is_wrong:
        return Refused(WRONG, outcome.events[0] if isinstance(outcome, Applied) else None)
    return outcome


async def _checked(request: Request, password: str, policy: Policy) -> Checked:
    """Hold what was typed against the own hash, unless it would not count anyway."""
    nothing = Checked(None, is_right=False)
    if not request.credential.is_session:
        return nothing
    mid = request.municipality_id
    account = await Account.of(mid).get_or_none(person_id=request.actor_id)
    if account is None or await slowed_until(mid, _door(account, policy).lines, now()):
        return nothing
    return await verified(account, password)


async def _expect_calm(unit: Unit, door: Door) -> None:
    until = await slowed_until(unit.municipality_id, door.lines, unit.now)
    if until is not None:
        seconds = int((until - unit.now).total_seconds()) + 1
        raise invalid(
            "password",
            f"失敗が続いたため、あと{seconds}秒お待ちください。",
            f"Too many attempts failed. Wait another {seconds} seconds.",
        )


def _door(account: Account, policy: Policy, address: str = "") -> Door:
    return Door(
        method=SignInMethod.PASSWORD,
        visitor=Visitor(address=address),
        lines=(login_line(account.login, policy),),
        policy=policy,
    )
