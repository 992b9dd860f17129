"""How long clients are waited for: until a request has arrived, and while an answer is not read.

Uvicorn waits for ever for either. What a client does not read stands still where it is made: at
most one part of an answer and the transport's buffer of 64 KiB are kept for it, and then it goes.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.graphql_errors import RefusedError

log = structlog.get_logger(__name__)

ABORT: Final = "meguru.abort"
"""Under this name in `scope["extensions"]` the server gives how to cut a connection off."""
_CLOSE: Final = {"Connection": "close"}
NONE_LONG: Final[Mapping[str, float]] = MappingProxyType({})


class SlowClientError(OSError):
    """The client does not read what it is sent."""


class Patience:
    """Gives up requests whose bodies do not come, and connections that are not read.

    Args:
        body_seconds: in which the whole of a body has to come; then 408 is answered.
        long_bodies: paths at which it has other seconds, with these.
        read_seconds: in which a part of an answer has to find room; then the line is cut.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_seconds: float,
        read_seconds: float,
        long_bodies: Mapping[str, float] = NONE_LONG,
    ) -> None:
        self.app = app
        self.body_seconds = body_seconds
        self.long_bodies = long_bodies
        self.read_seconds = read_seconds
        self.stopping = False
        self._awaited: set[asyncio.Timeout] = set()

    def stop(self) -> None:
        """Wait for bodies no longer: what has not come by now is answered with 503."""
        self.stopping = True
        for timeout in self._awaited:
            timeout.reschedule(asyncio.get_running_loop().time())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(self.read_seconds):
                    await send(message)
            except TimeoutError:
                cut_off(scope)
                raise SlowClientError from None

        if scope["type"] == "http":
            seconds = self.long_bodies.get(scope["path"], self.body_seconds)
            receive = self._in_time(receive, seconds)
        try:
            await self.app(scope, receive, send_in_time)
        except SlowClientError:
            log.info("client.slow", request_id=scope.get("state", {}).get("request_id"))

    def _in_time(self, receive: Receive, seconds: float) -> Receive:
        deadline = asyncio.get_running_loop().time() + seconds
        arrived = False

        async def receive_in_time() -> Message:
            nonlocal arrived
            if arrived:
                return await receive()  # nothing more comes but the client's leaving
            message = await self._next_part(receive, deadline, seconds)
            arrived = not message.get("more_body", False)
            return message

        return receive_in_time

    async def _next_part(self, receive: Receive, deadline: float, seconds: float) -> Message:
        try:
            async with asyncio.timeout_at(0 if self.stopping else deadline) as timeout:
                self._awaited.add(timeout)
                try:
                    return await receive()
                finally:
                    self._awaited.discard(timeout)
        except TimeoutError:
            raise self._given_up(seconds) from None

    def _given_up(self, seconds: float) -> RefusedError:
        if self.stopping:
            message = "サーバーを停止しています / The server is stopping"
            return RefusedError(503, "STOPPING", message, {**_CLOSE, "Retry-After": "5"})
        message = (
            f"要求が{seconds:g}秒以内に届きませんでした"
            f" / The request did not arrive within {seconds:g} s"
        )
        return RefusedError(408, "REQUEST_TIMEOUT", message, _CLOSE)


def cut_off(scope: Scope) -> None:
    """Cut a connection off without waiting for what has not been read, where that is possible."""
    abort: Any = (scope.get("extensions") or {}).get(ABORT)
    if abort:
        abort()
