"""A client that costs little: it repeats a request over connections that it keeps open.

It parses what a benchmark needs of HTTP/1.1, the status and the length, and nothing else.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Final, cast

from typing_extensions import override

Next = Callable[[bytes], bytes]
"""Gives the next request, once it is told the body of the last answer."""
_END: Final = b"\r\n\r\n"


class AnswerError(Exception):
    """The server did not answer as it should; the message says what it said."""


@dataclass(slots=True)
class Load:
    """What came of asking for a while: the seconds that each request took."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)


def get(path: str) -> bytes:
    """Return a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, sent: bytes, **headers: str) -> bytes:
    """Return a POST request of JSON."""
    headers = {"Host": "localhost", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(sent)}\r\n{lines}\r\n"
    )
    return head.encode() + sent


def again(sent: bytes) -> Iterator[Next]:
    """Give the same request again and again, to any number of connections."""
    return repeat(lambda _: sent)


class _Connection(asyncio.Protocol):
    """One connection, with one request under way at a time."""

    def __init__(self, load: Load, ask: Iterator[Next], until: float) -> None:
        self.load, self.next, self.until = load, next(ask), until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received = b""
        self._began = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send(b"")

    def _send(self, body: bytes) -> None:
        self._began = time.perf_counter()
        self._transport.write(self.next(body))

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(_END)
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self._received = b""
        now = time.perf_counter()
        if not head.startswith(b"HTTP/1.1 200") or b'"errors"' in rest[:200]:
            self.done.set_exception(AnswerError((head + b"\n" + rest[:500]).decode()))
            self._transport.close()
            return
        self.load.took.append(now - self._began)
        if now < self.until:
            self._send(rest)
        else:
            self.done.set_result(None)
            self._transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or AnswerError("the server closed the connection"))


async def ask_for(
    seconds: float, host: str, port: int, connections: int, ask: Iterator[Next]
) -> Load:
    """Keep connections busy for some seconds; each takes one item of `ask` for its requests.

    Raises:
        AnswerError: an answer was not 200, or tells of errors.
    """
    load, loop, began = Load(), asyncio.get_running_loop(), time.perf_counter()
    open_ = [
        (await loop.create_connection(
            lambda: _Connection(load, ask, began + seconds), host, port
        ))[1]
        for _ in range(connections)
    ]  # fmt: skip
    await asyncio.gather(*(connection.done for connection in open_))
    load.seconds = time.perf_counter() - began
    return load
