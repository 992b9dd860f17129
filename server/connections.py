"""What uvicorn's protocols lack: patience with an end, bounds, and a way to cut off a connection."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import websockets.http11
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.patience import ABORT
from workflows.accounts.logins import network_of

HEAD_BYTES: Final = 32 * 1024
"""Of the headers of a request."""
HEAD_LINES: Final = 100


def nothing() -> None:
    """Do nothing."""


class Peers:
    """Counts connections by the address that they come from.

    Args:
        most: that one address may have; 0 for no limit.
        is_trusted: tells a proxy's address, behind which everybody is; it has no limit.
    """

    def __init__(self, most: int = 0, is_trusted: Callable[[str], bool] = bool) -> None:
        self.most = most
        self.is_trusted = is_trusted
        self._open: Counter[str] = Counter()

    def come(self, address: str) -> Callable[[], None] | None:
        """Count a connection; return what to call, once, when it has gone, or None: too many."""
        if not address or not self.most or self.is_trusted(address):
            return nothing
        key = network_of(address)
        if self._open[key] >= self.most:
            return None
        self._open[key] += 1

        def gone() -> None:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

        return gone


class Http(HttpToolsProtocol):
    """HTTP, but the head of a request has to arrive in `head_seconds`; else the line is cut.

    A head that is not over after `HEAD_BYTES`, and the largest part that is read at once, is
    answered with 431; one connection too many of an address with 429.
    """

    head_seconds = 10.0
    peers = Peers()
    _head_due: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _begins = False
    _is_refused = False
    _gone: Callable[[], None] = staticmethod(nothing)

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()
        gone = self.peers.come(self.client[0] if self.client else "")
        if gone is None:
            self._refuse(b"429 Too Many Requests\r\nRetry-After: 10")
            transport.close()
        else:
            self._gone = gone

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._begins = False
        super().data_received(data)
        if self._head_due is None or self._begins or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES:
            self._refuse_head()

    def _refuse_head(self) -> None:
        if not getattr(self.cycle, "response_complete", True):
            self.transport.abort()  # an earlier answer is not over: none can follow it
            return
        self._refuse(b"431 Request Header Fields Too Large")
        # What is still coming is read, and thrown away, until the head is due: where a connection
        # is closed with something unread, its client may never see the answer.
        self.transport.write_eof()

    def _refuse(self, status: bytes) -> None:
        self._is_refused = True
        ends = b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.transport.write(b"HTTP/1.1 " + status + ends)

    @override
    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, WebSocket):  # from now on only that is told when it is lost
            protocol.gone, self._gone = self._gone, nothing

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begins, self._head_bytes = True, 0
        extensions: dict[str, Any] = {ABORT: self.transport.abort}
        self.scope["extensions"] = extensions  # uvicorn gives none over HTTP
        self._await_head()

    @override
    def on_headers_complete(self) -> None:
        self._cancel()
        super().on_headers_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        self._gone()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._cancel()
        self._head_due = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _cancel(self) -> None:
        if self._head_due:
            self._head_due.cancel()
            self._head_due = None


class WebSocket(WebSocketsSansIOProtocol):
    """WebSocket, whose connection can be cut off."""

    gone: Callable[[], None] = staticmethod(nothing)
    """To be called when it is lost."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.gone()
        super().connection_lost(exc)

    @override
    def handle_connect(self, event: websockets.http11.Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # noqa: PLR2004 - switching protocols
            extensions: Any = self.scope["extensions"]
            extensions[ABORT] = self.transport.abort  # the application has not begun yet


def http_with(head_seconds: float, peers: Peers | None = None) -> type[Http]:
    """Return the protocol with seconds for the head of a request, and what counts connections."""
    return type("Http", (Http,), {"head_seconds": head_seconds, "peers": peers or Peers()})
