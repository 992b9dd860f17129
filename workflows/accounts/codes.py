"""Codes of a second factor (RFC 6238), each taken once, and the recovery codes beside them."""

import base64
import datetime as dt
import re
import secrets
import unicodedata
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError

from workflows.accounts.secrecy import sha256_of
from workflows.records import Account

RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10
_RECOVERY_LENGTH: Final = 16
_DIGITS: Final = 6
_MOST: Final = 64
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")
"""As many bits as `pyotp` makes."""


def step_of(secret: str, code: str, moment: dt.datetime) -> int | None:
    """Return the step whose code it is, of this moment's, the one before and the one after."""
    plain = _plain(code)
    if len(plain) != _DIGITS or not plain.isascii() or not plain.isdigit():
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(plain, for_time=moment, valid_window=1)
    except OTPVerificationError:
        return None


def is_secret(secret: str) -> bool:
    """Return whether it can be the secret of a second factor: 160 bits in Base32."""
    return _SECRET.fullmatch(secret) is not None


def spend(account: Account, code: str, moment: dt.datetime) -> bool:
    """Take a code of an account's second factor, or a recovery code, so that it is taken once.

    Changes `totp_last_step` or `recovery_sha256`; whoever calls saves them.
    """
    if account.totp_secret is None:
        return False
    step = step_of(account.totp_secret, code, moment)
    if step is not None:
        is_new = bool(step > account.totp_last_step)
        account.totp_last_step = max(step, account.totp_last_step)
        return is_new
    sha256 = recovery_sha256(code)
    if sha256 not in account.recovery_sha256:
        return False
    account.recovery_sha256 = [kept for kept in account.recovery_sha256 if kept != sha256]
    return True


def recovery_codes() -> tuple[str, ...]:
    """Return ten codes of 80 random bits, in groups that can be read out."""
    return tuple(_new_code() for _ in range(RECOVERY_CODES))


def recovery_sha256(code: str) -> str:
    """Return what is kept of a recovery code; spaces, hyphens, case and width do not matter."""
    return sha256_of(_plain(code).replace("-", "").upper())


def _new_code() -> str:
    code = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(code[at : at + 4] for at in range(0, _RECOVERY_LENGTH, 4))


def _plain(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code[:_MOST]).split())
