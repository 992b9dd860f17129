"""GraphQL over Server-Sent Events, in what its protocol calls the distinct connections mode.

What the protocol asks for: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from server.graphql_answers import Payload
from server.graphql_errors import RequestError
from server.graphql_request import EVENT_STREAM

COMPLETE = b"event: complete\ndata:\n\n"
KEEP_ALIVE = b":\n\n"
HEADERS = [
    (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),  # nginx hands each event on at once
]


class EventStream:
    """An ASGI response that sends results as they come, and a comment where none came for a while.

    When the client goes or `end` is called, the generator of the results is closed at once. A
    stream that the server ends has no `complete` event, so that the client connects anew.

    Args:
        results: what is sent; where it raises, the errors are sent as the last result.
        keep_alive: seconds of silence after which a comment is sent.
        recheck: called every `recheck_seconds`; a `RequestError` from it ends the stream, with
            its errors as the last result.
        ended: called when the stream has ended.
    """

    def __init__(
        self,
        results: AsyncGenerator[Payload, None],
        keep_alive: float,
        recheck: Callable[[], Awaitable[object]] | None = None,
        recheck_seconds: float = 30.0,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.results = results
        self.keep_alive = keep_alive
        self.recheck = recheck
        self.recheck_seconds = recheck_seconds
        self.ended = ended
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Have the stream ended by the server."""
        self._ended.set()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream until it ends, the client goes or `end` is called."""
        ends: set[asyncio.Task[Any]] = {
            asyncio.create_task(disconnected(receive)),
            asyncio.create_task(self._ended.wait()),
        }
        if self.recheck:
            ends.add(asyncio.create_task(refused_at(self.recheck, self.recheck_seconds)))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send_part(send, KEEP_ALIVE)  # some browsers wait for a first byte
            await self._send_results(send, ends)
        finally:
            for end in ends:
                end.cancel()
            try:
                await asyncio.gather(*ends, return_exceptions=True)
                await self.results.aclose()
            finally:
                self.ended()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_results(self, send: Send, ends: set[asyncio.Task[Any]]) -> None:
        upcoming = asyncio.ensure_future(anext(self.results, None))
        try:
            while True:
                await asyncio.wait(
                    {upcoming, *ends}, timeout=self.keep_alive, return_when=asyncio.FIRST_COMPLETED
                )
                if over := [end for end in ends if end.done()]:
                    if refused := next((r for r in map(_result, over) if r), None):
                        await send_part(send, next_event({"errors": refused.errors}) + COMPLETE)
                    return
                if not upcoming.done():
                    await send_part(send, KEEP_ALIVE)
                    continue
                frames, last = frames_of(upcoming)
                await send_part(send, frames)
                if last:
                    return
                upcoming = asyncio.ensure_future(anext(self.results, None))
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)


def frames_of(upcoming: asyncio.Future[Payload | None]) -> tuple[bytes, bool]:
    """Give the frames of a result, or of the end of the results, and whether they are the last."""
    try:
        payload = upcoming.result()
    except RequestError as error:
        return next_event({"errors": error.errors}) + COMPLETE, True
    return (next_event(payload), False) if payload else (COMPLETE, True)


async def failed(error: RequestError) -> AsyncGenerator[Payload, None]:
    """Give the results of an operation that was not executed: none, but its errors."""
    raise error
    yield {}  # pragma: no cover - what makes it a generator


def next_event(payload: Payload) -> bytes:
    """Give a result as an event."""
    return b"event: next\ndata: " + orjson.dumps(payload) + b"\n\n"


async def send_part(send: Send, body: bytes) -> None:
    """Send a part of the body."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def disconnected(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def refused_at(recheck: Callable[[], Awaitable[object]], every: float) -> RequestError:
    """Wait until whoever follows may not any more, and give the errors that say why."""
    while True:
        await asyncio.sleep(every)
        try:
            await recheck()
        except RequestError as error:
            return error


def _result(ended: asyncio.Task[Any]) -> RequestError | None:
    result = ended.result()
    return result if isinstance(result, RequestError) else None
