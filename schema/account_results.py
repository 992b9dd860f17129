"""What acts about accounts answer, where that differs from other acts: none carries a secret back."""

import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from schema.nodes import plain
from schema.results import (
    Blocked,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    UserError,
)
from workflows.accounts import outcomes


@strawberry.type(description="The password is right; a code of the second factor is asked for.")
class SecondFactorNeeded(UserError):
    """Ask again with `code`."""


@strawberry.type(
    description="Login, password or code is wrong. Whether there is such an account is not said."
)
class SignInFailed(UserError):
    """Each failure counts."""


@strawberry.type(description="Too many attempts failed; nothing was tried.")
class SlowedDown(UserError):
    """Wait."""

    retry_after_seconds: int = plain("How long to wait.")


@strawberry.type(description="Too many passwords are being checked at once; nothing was tried.")
class Busy(UserError):
    """Try again in a moment."""


@strawberry.type(
    description="The mail server did not take the letter: the link has ended, what else was asked for "
    "is done."
)
class MailFailed(UserError):
    """Hand a new link over, or try again later."""


_TEXTS: Final = {
    outcomes.SecondFactorNeeded: (
        "認証アプリの6桁のコードか、回復コードを入力してください。",
        "Enter the six digits of your authenticator app, or a recovery code.",
    ),
    outcomes.SignInFailed: (
        "ログイン名、パスワード、コードのいずれかが正しくありません。",
        "The login, the password or the code is wrong.",
    ),
    outcomes.SlowedDown: (
        "失敗が続いたため、しばらくサインインできません。時間をおいてください。",
        "Too many attempts failed. Wait a while.",
    ),
    outcomes.Busy: (
        "ただいま混み合っています。少し待ってからもう一度お試しください。",
        "The server is busy. Try again in a moment.",
    ),
}

Unsuccessful = (
    outcomes.SecondFactorNeeded | outcomes.SignInFailed | outcomes.SlowedDown | outcomes.Busy
)


def unsuccessful(outcome: Unsuccessful, now: dt.datetime) -> UserError:
    """Return the API's error for a sign-in that did not succeed."""
    texts = _TEXTS[type(outcome)]
    match outcome:
        case outcomes.SecondFactorNeeded():
            return SecondFactorNeeded(code="SECOND_FACTOR_NEEDED", path=["code"], texts=texts)
        case outcomes.SignInFailed():
            return SignInFailed(code="SIGN_IN_FAILED", path=None, texts=texts)
        case outcomes.SlowedDown():
            seconds = max(1, round((outcome.until - now).total_seconds()))
            return SlowedDown(
                code="SLOWED_DOWN", path=None, texts=texts, retry_after_seconds=seconds
            )
        case outcomes.Busy():
            return Busy(code="BUSY", path=None, texts=texts)


def mail_failed() -> MailFailed:
    """Return the error of a letter that was not taken; why not is for the operator, in the log."""
    texts = (
        "メールを送れなかったため、リンクは無効にしました。あとでもう一度送るか、リンクを直接渡してください。",
        "The mail could not be sent, so the link has ended. Try later, or hand a link over yourself.",
    )
    return MailFailed(code="MAIL_FAILED", path=["mail"], texts=texts)


AT_DOOR: Final = (SecondFactorNeeded, SignInFailed, SlowedDown, Busy)
_ERRORS: Final = (NotSignedIn, Forbidden, NotFound, InvalidInput, Blocked)


def account_result(name: str, success: type, *more: type) -> Any:  # noqa: ANN401 - a union
    """Declare the union that an act about accounts answers with."""
    members: Any = success
    for error in (*_ERRORS, *more):
        members |= error
    return Annotated[
        members, strawberry.union(name, description=f"{success.__name__}, or why not.")
    ]
