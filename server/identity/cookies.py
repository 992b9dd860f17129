"""The session's cookie: how it is named, set and taken away."""

import datetime as dt
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATE: Final = "set_cookie"
_LONGEST: Final = 200


class Cookies:
    """Reads and writes the cookie.

    Args:
        secure: whether it goes over HTTPS only (browsers take plain HTTP to their own machine for
            as good). The `__Host-` prefix then has browsers refuse one that anybody else set.
    """

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.name = "__Host-meguru" if secure else "meguru"
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def shown(self, connection: HTTPConnection) -> str | None:
        """Return the secret that a request brings; None for none, or what cannot be one."""
        secret = connection.cookies.get(self.name)
        return secret if secret and len(secret) <= _LONGEST else None

    def keep(self, scope: Scope, secret: str, expires_at: dt.datetime) -> None:
        """Have the answer to a request set the cookie."""
        seconds = max(int((expires_at - dt.datetime.now(dt.UTC)).total_seconds()), 0)
        _state(scope)[_STATE] = f"{self.name}={secret}; Max-Age={seconds}{self._attributes}"

    def forget(self, scope: Scope) -> None:
        """Have the answer to a request take the cookie away."""
        _state(scope)[_STATE] = f"{self.name}=; Max-Age=0{self._attributes}"


def _state(scope: Scope) -> dict[str, Any]:
    state: dict[str, Any] = scope.setdefault("state", {})
    return state


class SetCookie:
    """Adds the cookie that was kept or forgotten while a request was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = _state(scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _STATE in state:
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", state[_STATE])
                headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_cookie)
