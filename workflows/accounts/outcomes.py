"""What can become of asking to be signed in. Secrets stand only here, and are kept nowhere.

SignInOutcome
├── SignedIn             a session began; its secret goes into the cookie
├── SecondFactorNeeded   the password is right, and a code is asked for
├── SignInFailed         no more is said: not whether there is such an account
├── SlowedDown           too many failures; nothing was tried
└── Busy                 too many passwords are being checked; nothing was tried
"""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from workflows.records import Account, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody typed to sign in."""

    login: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    """Of the second factor, or a recovery code; empty where none was typed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Where somebody comes from."""

    address: str
    user_agent: str = ""
    replaces: UUID | None = None
    """The session that the browser showed: one that begins there takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session began."""

    session: Session
    account: Account
    """With `previous_signed_in_at`, which its owner is shown."""
    secret: str = field(repr=False)
    """`meguru_s_` and 256 bits, for the cookie; it cannot be had again."""
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)
    """Where a second factor was set up with it: to be shown once."""


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password is right, but a code is asked for as well.

    After a link was accepted: the new password is set, and the person may sign in with a code.
    """


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """The login, the password or the code is wrong, or the account is disabled."""


@dataclass(frozen=True, slots=True)
class SlowedDown:
    """Too many attempts failed. Nothing was tried."""

    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Busy:
    """Too many passwords are being checked at once. Nothing was tried."""


SignInOutcome = SignedIn | SecondFactorNeeded | SignInFailed | SlowedDown | Busy
