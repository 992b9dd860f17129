"""What every answer gets: an id, a line in the log, and headers that keep browsers strict."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes
from uuid import uuid4

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from server.connections import HEAD_BYTES, HEAD_LINES
from server.graphql_errors import told

log = structlog.get_logger(__name__)

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer that does not set them itself."""
_HSTS: Final = "max-age=31536000"
"""Where the client came by HTTPS: it does so from now on. Not for names below this one, nor for the
lists in browsers: that is for whoever owns the domain to decide."""
PROBES: Final = frozenset({"/healthz", "/readyz"})
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LONGEST: Final = 300
_SECRET: Final = re.compile(r"(?<=link/).+|[A-Za-z0-9_-]{40,}", re.IGNORECASE | re.DOTALL)
"""What stands behind `link/`, and anywhere else what is as long as the secrets that are made here."""
_ENCODED: Final = 3
"""Times that a path may be percent-encoded; what is so more often is not logged at all."""


class RequestLog:
    """Gives each request an id (`state.request_id`, `X-Request-Id`) and logs it once it is over.

    The id of a proxy in front is kept if it is one word. An exception that reaches this place is
    logged with the id and goes no further: whoever asked has got an answer by then.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("request.failed", request_id=request_id)
        finally:
            _tell(scope, request_id, status, time.perf_counter() - began)


def _tell(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    path = path_shown(scope.get("raw_path", b""))[:_LONGEST]
    tell = log.debug if path in PROBES else log.info
    tell(
        scope["type"],
        method=scope.get("method"),
        path=path,
        status=status or None,
        ms=round(seconds * 1000, 1),
        request_id=request_id,
    )


def path_shown(raw_path: bytes) -> str:
    """Return a path as it may be logged: no secret of a link is in it, however it is written.

    Otherwise it is as it was sent, percent-encoded: it can forge no line of the log.
    """
    decoded = raw_path
    for _ in range(_ENCODED):
        decoded = unquote_to_bytes(decoded)
    if decoded != unquote_to_bytes(decoded):
        return "…"
    plain = decoded.decode("latin-1")
    if not _SECRET.search(plain):
        return raw_path.decode("ascii", "backslashreplace")
    return "…".join(quote(part, encoding="latin-1") for part in _SECRET.split(plain))


class SmallHeads:
    """Refuses, with 431, requests with more or longer headers than anybody needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        headers = scope["headers"] if scope["type"] != "lifespan" else ()
        size = sum(len(name) + len(value) for name, value in headers)
        if len(headers) <= HEAD_LINES and size <= HEAD_BYTES:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            message = (
                f"ヘッダーは{HEAD_LINES}行、{HEAD_BYTES}バイトまでです"
                f" / Send at most {HEAD_LINES} headers and {HEAD_BYTES} bytes of them"
            )
            body = orjson.dumps({"errors": [told("HEADERS_TOO_LARGE", message)]})
            kind = "application/json; charset=utf-8"
            await Response(body, 431, {"Connection": "close"}, kind)(scope, receive, send)


class SecurityHeaders:
    """Adds `HEADERS`, and over HTTPS `Strict-Transport-Security`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = {"Strict-Transport-Security": _HSTS} if scope["scheme"] == "https" else {}
        await self.app(scope, receive, _adding(send, {**HEADERS, **own}))


def _adding(send: Send, added: Mapping[str, str]) -> Callable[[Message], Awaitable[None]]:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
