"""The second factor (RFC 6238): set up, removed, and its recovery codes. Only by the own session.

Whoever has a session that did not show the second factor cannot take it away or replace it.
"""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pyotp

from workflows.accounts.codes import is_secret, recovery_codes, recovery_sha256, step_of
from workflows.accounts.logins import save
from workflows.accounts.policy import POLICY, Policy
from workflows.accounts.proofs import Proof, with_password
from workflows.accounts.sessions import revoke_sessions
from workflows.accounts.tokens import weaken_tokens
from workflows.authority import Capacity
from workflows.ledger import Applied, Outcome
from workflows.records import Account, EventKind, Session
from workflows.refusals import InvalidInput, NotFound, Refuse
from workflows.unit import Request, Unit

Codes = tuple[str, ...]
ISSUER: Final = "めぐる"
WRONG_CODE: Final = InvalidInput(
    "code",
    "コードが違います。認証アプリに表示されている6桁を入力してください。",
    "The code is wrong. Enter the six digits that the authenticator app shows.",
)
_NOT_SHOWN: Final = InvalidInput(
    "code",
    "二要素認証でサインインし直してから行ってください。",
    "Sign in with the second factor first.",
)
_TOO_SHORT: Final = InvalidInput(
    "password",
    "パスワードが15文字未満のため、解除できません。先に15文字以上のパスワードに変更してください。",
    "The password has fewer than 15 characters. Change it to a longer one first.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A second factor that is not set up yet; it is kept nowhere, the client sends it back."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    """`otpauth://totp/…`, for a QR code."""


def begin_second_factor(town_name: str, login: str) -> Beginning:
    """Return a new secret and its URI; `login` tells the accounts in the app apart."""
    secret = pyotp.random_base32()
    issuer = f"{ISSUER} {town_name}"
    uri = pyotp.TOTP(secret).provisioning_uri(name=login or issuer, issuer_name=issuer)
    return Beginning(secret=secret, uri=uri)


async def draft_second_factor(
    unit: Unit, account: Account, secret: str, code: str, *, but: UUID | None = None
) -> Codes:
    """Set up a second factor with its first code; return its recovery codes, all new."""
    step = step_of(secret, code, unit.now) if is_secret(secret) else None
    if step is None:
        raise Refuse(WRONG_CODE)
    codes = recovery_codes()
    account.totp_secret, account.totp_last_step = secret, step
    account.recovery_sha256 = [recovery_sha256(code) for code in codes]
    await save(unit, account, "totp_secret", "totp_last_step", "recovery_sha256")
    _draft_change(unit, account, "SET")
    await revoke_sessions(unit, account.person_id, but=but)
    return codes


async def confirm_second_factor(
    request: Request,
    session_id: UUID,
    *,
    secret: str,
    code: str,
    password: str,
    policy: Policy = POLICY,
) -> tuple[Outcome, Codes]:
    """Set up a second factor, or replace it; returns ten recovery codes, to be shown once.

    Ends all other sessions; this one counts as having shown it.
    """
    codes: Codes = ()

    async def deed(unit: Unit, proof: Proof) -> None:
        nonlocal codes
        if proof.account.totp_secret is not None:
            _expect_shown(proof.session)
        codes = await draft_second_factor(unit, proof.account, secret, code, but=session_id)
        await _mark(proof.session, shown=True)

    outcome = await with_password(request, session_id, password, deed, policy)
    return outcome, codes if isinstance(outcome, Applied) else ()


async def remove_second_factor(
    request: Request, session_id: UUID, *, password: str, policy: Policy = POLICY
) -> Outcome:
    """Remove the second factor; only where the password is long enough to stand alone.

    Ends all other sessions. This one, and tokens, do not count as having shown it any more.
    """

    async def deed(unit: Unit, proof: Proof) -> None:
        _expect_shown(proof.session)
        if proof.account.totp_secret is None:
            raise Refuse(NotFound("secondFactor"))
        if not proof.account.password_is_long:
            raise Refuse(_TOO_SHORT)
        await _forget(unit, proof.account)
        _draft_change(unit, proof.account, "REMOVED")
        await _mark(proof.session, shown=False)
        await revoke_sessions(unit, proof.account.person_id, but=session_id)

    return await with_password(request, session_id, password, deed, policy)


async def new_recovery_codes(
    request: Request, session_id: UUID, *, password: str, policy: Policy = POLICY
) -> tuple[Outcome, Codes]:
    """Replace the recovery codes by ten new ones, to be shown once."""
    codes = recovery_codes()

    async def deed(unit: Unit, proof: Proof) -> None:
        _expect_shown(proof.session)
        if proof.account.totp_secret is None:
            raise Refuse(NotFound("secondFactor"))
        proof.account.recovery_sha256 = [recovery_sha256(code) for code in codes]
        await save(unit, proof.account, "recovery_sha256")
        _draft_change(unit, proof.account, "RECOVERY_CODES")

    outcome = await with_password(request, session_id, password, deed, policy)
    return outcome, codes if isinstance(outcome, Applied) else ()


async def draft_clearing(unit: Unit, account: Account, capacity: Capacity | None) -> None:
    """Take second factor and password off somebody else's account, and end all sessions."""
    account.password_hash, account.password_is_long = None, False
    await save(unit, account, "password_hash", "password_is_long")
    await _forget(unit, account)
    _draft_change(unit, account, "CLEARED", capacity)
    await revoke_sessions(unit, account.person_id, capacity=capacity)


async def _forget(unit: Unit, account: Account) -> None:
    """Take the second factor off; tokens made with it do not count as such any more."""
    account.totp_secret, account.recovery_sha256 = None, []
    await save(unit, account, "totp_secret", "recovery_sha256")
    await weaken_tokens(unit, account.person_id)


def _draft_change(
    unit: Unit, account: Account, what: str, capacity: Capacity | None = None
) -> None:
    draft = unit.draft(EventKind.SECOND_FACTOR_CHANGED, capacity=capacity)
    draft.details = {"person": str(account.person_id), "what": what}


def _expect_shown(session: Session) -> None:
    if not session.second_factor:
        raise Refuse(_NOT_SHOWN)


async def _mark(session: Session, *, shown: bool) -> None:
    session.second_factor = shown
    await session.save(update_fields=["second_factor"])
