"""Bearer tokens (RFC 6750): what a connection shows, and whose it is."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import HTTPConnection

from server.graphql_errors import RefusedError
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.tokens import PREFIX
from workflows.records import Token

_LONGEST: Final = 200
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="meguru"'}


def authorizations(connection: HTTPConnection, parameters: Mapping[str, Any]) -> list[object]:
    """Return every authorisation that is shown, whatever it is: in headers and parameters."""
    shown: list[object] = [*connection.headers.getlist("authorization")]
    return shown + [value for name, value in parameters.items() if name.lower() == "authorization"]


def shown_token(connection: HTTPConnection, parameters: Mapping[str, Any]) -> str | None:
    """Return the hash of the token that is shown, or None where no kind of authorisation is.

    A WebSocket may show it in the payload of its `connection_init`, since a browser's cannot send
    headers: `{"authorization": "Bearer meguru_…"}`.

    Raises:
        RefusedError: 401, for anything else than one bearer token.
    """
    shown = authorizations(connection, parameters)
    if not shown:
        return None
    scheme, _, secret = shown[0].partition(" ") if isinstance(shown[0], str) else ("", "", "")
    secret = secret.strip()
    is_ours = scheme.lower() == "bearer" and secret.startswith(PREFIX) and len(secret) <= _LONGEST
    if len(shown) > 1 or not is_ours:
        raise unauthenticated(
            f"Authorization は「Bearer {PREFIX}…」の形で一つだけ送ってください",
            f"Send one Authorization, of the form Bearer {PREFIX}…",
        )
    return sha256_of(secret)


async def valid_token(sha256: str) -> Token:
    """Return the row of a token that holds now, by the secret's hash.

    Raises:
        RefusedError: 401, where it is unknown, expired or revoked.
    """
    # Across municipalities: the token is what tells which one is meant.
    token = await Token.get_or_none(sha256=sha256)
    if token is None:
        raise unauthenticated("このトークンは知られていません", "This token is not known")
    if token.revoked_at is not None:
        raise unauthenticated("このトークンは取り消されています", "This token has been revoked")
    if token.expires_at <= dt.datetime.now(dt.UTC):
        raise unauthenticated(
            "このトークンは有効期限が切れています。新しいものを発行してもらってください",
            "This token has expired; ask for a new one",
        )
    return token


def unauthenticated(japanese: str, english: str) -> RefusedError:
    """Return the refusal of who cannot be known, with the challenge that HTTP asks for."""
    return RefusedError(401, "UNAUTHENTICATED", f"{japanese} / {english}", _CHALLENGE)


def session_ended() -> RefusedError:
    """Return the refusal of a session that has ended: by time, by its owner or by an admin."""
    return RefusedError(
        401,
        "SESSION_ENDED",
        "サインインの有効期間が終わりました。もう一度サインインしてください"
        " / The session has ended; sign in again",
    )
