"""Signing in by password: checked outside the transaction, decided inside it."""

from dataclasses import dataclass, field

from workflows.accounts.codes import spend
from workflows.accounts.doors import Door, begin_session, draft_failure, guarded
from workflows.accounts.hashing import BusyError
from workflows.accounts.logins import account_by_login, folded, save
from workflows.accounts.outcomes import (
    Attempt,
    Busy,
    SecondFactorNeeded,
    SignInFailed,
    SignInOutcome,
    SlowedDown,
    Visitor,
)
from workflows.accounts.passwords import LONGEST, Checked, hash_of, hashed, is_outdated, verified
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.throttles import (
    address_line,
    forget_failures,
    login_line,
    pardon,
    slowed_until,
)
from workflows.ledger import now, perform
from workflows.records import Account, SignInMethod
from workflows.refusals import NotSignedIn, Refuse
from workflows.unit import Request, Unit


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One attempt: what was typed, whether the password is right, and what becomes of it."""

    login: str
    code: str = field(repr=False)
    door: Door
    checked: Checked
    rehashed: str | None = field(repr=False)
    outcome: SignInOutcome | None = None
    """None where the password was changed while it was being checked."""

    async def decide(self, unit: Unit) -> None:
        """Sign in, or count a failure, or write nothing at all."""
        mid = unit.municipality_id
        until = await slowed_until(mid, self.door.lines, unit.now)
        account = await account_by_login(mid, self.login)
        if until is not None:
            self.outcome = SlowedDown(until)
        elif hash_of(account) != self.checked.against:
            self.outcome = None
        elif account is None or not self.checked.is_right:
            await self._fail(unit, account)
            return
        elif account.totp_secret is not None and not self.code.strip():
            self.outcome = SecondFactorNeeded()
        elif account.totp_secret is not None and not spend(account, self.code, unit.now):
            await self._fail(unit, account, second_factor=True)
            return
        else:
            await self._let_in(unit, account)
            return
        raise Refuse(NotSignedIn())

    async def _fail(
        self, unit: Unit, account: Account | None, *, second_factor: bool = False
    ) -> None:
        person_id = None if account is None else account.person_id
        await draft_failure(unit, self.door, person_id, second_factor=second_factor)
        self.outcome = SignInFailed()

    async def _let_in(self, unit: Unit, account: Account) -> None:
        if self.rehashed is not None:
            account.password_hash = self.rehashed
        await save(unit, account, "password_hash", "totp_last_step", "recovery_sha256")
        by_login, by_address = self.door.lines
        await forget_failures(unit, by_login)
        await pardon(unit, by_address, self.door.policy)
        second_factor = account.totp_secret is not None
        self.outcome = await begin_session(unit, account, self.door, second_factor=second_factor)


async def sign_in(
    request: Request, tried: Attempt, visitor: Visitor, policy: Policy = POLICY
) -> SignInOutcome:
    """Sign somebody in who is at the door (`request.at_door`).

    What comes back, and how long it takes, does not depend on whether there is such an account.
    Where the password was changed while it was being checked, it is checked once more.
    """
    if max(map(len, (tried.login, tried.password, tried.code))) > LONGEST:
        return SignInFailed()  # nobody's: neither hashed nor counted
    login = folded(tried.login)
    door = Door(
        method=SignInMethod.PASSWORD,
        visitor=visitor,
        lines=(login_line(login, policy), address_line(visitor.address, policy)),
        policy=policy,
    )
    for _ in range(2):
        outcome = await _try(guarded(request), login, tried, door)
        if outcome is not None:
            return outcome
    return SignInFailed()


async def _try(request: Request, login: str, tried: Attempt, door: Door) -> SignInOutcome | None:
    mid = request.municipality_id
    until = await slowed_until(mid, door.lines, now())
    if until is not None:
        return SlowedDown(until)
    account = await account_by_login(mid, login)
    try:
        checked = await verified(account, tried.password)
        is_old = checked.is_right and checked.against and is_outdated(checked.against)
        rehashed = await hashed(tried.password) if is_old else None
    except BusyError:
        return Busy()
    trial = _Trial(login=login, code=tried.code, door=door, checked=checked, rehashed=rehashed)
    await perform(request, trial.decide)
    return trial.outcome
