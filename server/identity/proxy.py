"""Who a trusted reverse proxy says that asks: it signed the person in, and names the login.

The header is taken away from every request, so nobody can read it from anywhere else; what it said
is kept only where the peer itself, not an address that somebody forwarded, is a trusted proxy.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final, Protocol
from uuid import UUID

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from server.graphql_errors import RefusedError
from server.identity.bearer import unauthenticated
from server.identity.door import ServerDoor
from workflows.accounts.logins import account_by_login, folded
from workflows.accounts.outcomes import SignedIn, SlowedDown
from workflows.accounts.provider import sign_in_by_proxy
from workflows.records import Session, SignInMethod
from workflows.unit import Request

_STATE: Final = "proxy_login"


class ProxyUser:
    """Takes the header away; keeps the login that it names where it may be believed.

    It stands before whatever puts another address in the place of the peer's.

    Args:
        header: its name; empty where no proxy signs anybody in.
        is_trusted: tells whether an address is a trusted proxy's.
    """

    def __init__(self, app: ASGIApp, *, header: str, is_trusted: Callable[[str], bool]) -> None:
        self.app = app
        self.header = header.lower().encode()
        self.is_trusted = is_trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if self.header and scope["type"] != "lifespan":
            scope = self._without(scope)
        await self.app(scope, receive, send)

    def _without(self, scope: Scope) -> Scope:
        said = [value for name, value in scope["headers"] if name.lower() == self.header]
        if not said:
            return scope
        headers = [(n, v) for n, v in scope["headers"] if n.lower() != self.header]
        login, peer = said[0].decode(errors="replace").strip(), scope.get("client")
        if len(said) > 1 or not login or not peer or not self.is_trusted(peer[0]):
            return {**scope, "headers": headers}
        return {**scope, "headers": headers, "state": {**scope.get("state", {}), _STATE: login}}


class Entrant(Protocol):
    """Somebody who is not known yet: which municipality they mean, and the door they stand at."""

    @property
    def municipality_id(self) -> UUID:
        """Which municipality is meant."""

    @property
    def door(self) -> ServerDoor:
        """Where a session is kept."""


def named_login(connection: HTTPConnection) -> str | None:
    """Return the login that a trusted proxy named."""
    login = connection.scope.get("state", {}).get(_STATE)
    return login if isinstance(login, str) else None


async def agreed(
    connection: HTTPConnection,
    session: Session | None,
    enter: Callable[[HTTPConnection], Awaitable[Entrant]],
) -> Session | None:
    """Return the session that holds, given what the proxy says; a new one where it names another.

    A session that began by the proxy's word ends with it: without the header, or with somebody
    else's login in it, it does not hold.

    Raises:
        RefusedError: 403 for a login that nobody has or whose account is disabled, 429 after too
            many of those; 401 over a WebSocket, which can keep no new session.
    """
    login = named_login(connection)
    if login is None:
        by_proxy = session is not None and session.method is SignInMethod.PROXY
        return None if by_proxy else session
    if session is not None and await _is_of(session, login):
        return session
    if connection.scope["type"] != "http":
        raise unauthenticated(
            "先に通常の要求でサインインしてください", "Sign in by an ordinary request first"
        )
    return await _begin(login, await enter(connection))


async def _is_of(session: Session, login: str) -> bool:
    account = await account_by_login(session.municipality_id, folded(login))
    return account is not None and account.person_id == session.person_id


async def _begin(login: str, entrant: Entrant) -> Session:
    door, town = entrant.door, entrant.municipality_id
    asked = Request(municipality_id=town, act="signInByProxy", at_door=True)
    outcome = await sign_in_by_proxy(asked, login, door.visitor, door.policy)
    match outcome:
        case SignedIn():
            door.keep(outcome.secret, outcome.session.expires_at)
            return outcome.session
        case SlowedDown():
            seconds = (outcome.until - dt.datetime.now(dt.UTC)).total_seconds()
            raise RefusedError(
                429,
                "SLOWED_DOWN",
                "失敗が続いたため、しばらくサインインできません / Too many attempts failed; wait",
                {"Retry-After": str(max(1, round(seconds)))},
            )
        case _:
            raise RefusedError(
                403,
                "SIGN_IN_FAILED",
                "このログイン名の職員は登録されていないか、停止されています。管理者に依頼してください"
                " / Nobody is registered with this login, or the account is disabled; ask an admin",
            )
