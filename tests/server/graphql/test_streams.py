"""Streams: how many, for how long, and what becomes of clients that do not read."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import strawberry
import uvicorn
from starlette.requests import HTTPConnection
from websockets.exceptions import ConnectionClosed

from schema.errors import ClientError
from server.connections import WebSocket, http_with
from server.graphql_execution import Execution
from server.graphql_http import MeguruGraphQL
from server.patience import Patience
from server.streams import StreamLimits, TransportBounds
from tests.server.graphql.websocket_client import Socket, opened, ready, until

FLOOD = "subscription { flood }"
QUIET = "subscription { quiet }"
PIECE = "あ" * 10_000


@dataclass
class World:
    """What the subscriptions did, and who may still follow."""

    sent: int = 0
    running: int = 0
    revoked: bool = False
    context: Any = None


@dataclass(frozen=True)
class Context:
    """Whom streams are counted for."""

    caller: str
    world: World = field(repr=False)


Info = strawberry.Info[Context, None]


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    async def slow(self, info: Info) -> int:
        """Wait for ever."""
        info.context.world.running += 1
        try:
            await asyncio.Event().wait()
        finally:
            info.context.world.running -= 1
        return 1

    @strawberry.field
    def hello(self) -> str:
        """Greet."""
        return "こんにちは"


@strawberry.type
class Subscription:
    """Watches."""

    @strawberry.subscription
    async def flood(self, info: Info) -> AsyncGenerator[str, None]:
        """Give much, without end."""
        world = info.context.world
        world.running += 1
        try:
            while True:
                world.sent += 1
                yield PIECE
                await asyncio.sleep(0)
        finally:
            world.running -= 1

    @strawberry.subscription
    async def quiet(self, info: Info) -> AsyncGenerator[int, None]:
        """Give one, and then nothing."""
        world = info.context.world
        world.running += 1
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            world.running -= 1


SCHEMA = strawberry.Schema(Query, subscription=Subscription)
BOUNDS = TransportBounds(streams=StreamLimits(person=2, address=1), recheck_seconds=0.2)


@pytest.fixture
def world() -> World:
    """Give what is told of the subscriptions."""
    return World()


@asynccontextmanager
async def served(world: World, bounds: TransportBounds, read_seconds: float) -> AsyncIterator[str]:
    """Serve at a free port with the protocols of production; gives host and port."""

    async def get_context(connection: HTTPConnection, given: dict[str, Any]) -> Context:
        caller = given.get("caller") or connection.headers.get("x-caller", "")
        return Context(str(caller), world)

    async def renew(context: Context) -> Context:
        if world.revoked:
            raise ClientError("SESSION_ENDED", "サインアウトしました / signed out")
        return context

    graphql = MeguruGraphQL(Execution(SCHEMA, renew=renew), get_context, bounds=bounds)
    application = Patience(graphql, body_seconds=0.5, read_seconds=read_seconds)
    config = uvicorn.Config(
        application, lifespan="off", log_config=None, http=http_with(0.5), ws=WebSocket
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield "{}:{}".format(*listening.getsockname())
        graphql.stop()
        server.should_exit = True
        await asyncio.wait_for(serving, 5)


@pytest.fixture
async def host(world: World) -> AsyncIterator[str]:
    """Give the host and port of the server."""
    async with served(world, BOUNDS, read_seconds=0.5) as host:
        yield host


@asynccontextmanager
async def events(host: str, query: str = QUIET, caller: str = "") -> AsyncIterator[httpx.Response]:
    """Ask for an event stream."""
    headers = {"Accept": "text/event-stream", "X-Caller": caller}
    url = f"http://{host}/graphql"
    async with (
        httpx.AsyncClient(timeout=5) as client,
        client.stream("POST", url, json={"query": query}, headers=headers) as response,
    ):
        yield response


@asynccontextmanager
async def deaf(host: str, first: bytes) -> AsyncIterator[socket.socket]:
    """Give the connection of a client that sends something, and then does not read."""
    name, _, port = host.partition(":")
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)  # noqa: FBT003 - the standard library's
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, (name, int(port)))
    await loop.sock_sendall(line, first)
    with line:
        yield line


def post(query: str, *headers: str) -> bytes:
    """Return a request as it goes over the line."""
    body = json.dumps({"query": query}).encode()
    head = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", *headers]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


def frame(text: str) -> bytes:
    """Return a text frame of a WebSocket client, masked with zeros."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data)]) + bytes(4) + data


async def test_a_deaf_event_stream_is_cut_off(host: str, world: World) -> None:
    """What it does not read is not made, others are answered meanwhile, and then it is gone."""
    async with deaf(host, post(FLOOD, "Accept: text/event-stream")):
        await until(lambda: world.running == 1)
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"http://{host}/graphql", json={"query": "{ hello }"})
        assert answer.json() == {"data": {"hello": "こんにちは"}}
        await until(lambda: world.running == 0)
    # What the systems on both sides buffer, 64 KiB of the transport, and one more.
    assert world.sent < 400


async def test_a_deaf_websocket_is_cut_off(host: str, world: World) -> None:
    """The same over WebSocket, whose subscriptions end with it."""
    hello = [
        "GET /graphql HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: graphql-transport-ws",
    ]
    loop = asyncio.get_running_loop()
    async with deaf(host, "\r\n".join([*hello, "", ""]).encode()) as line:
        await asyncio.sleep(0.1)
        await loop.sock_sendall(line, frame('{"type":"connection_init"}'))
        for key in "12":
            message = f'{{"type":"subscribe","id":"{key}","payload":{{"query":"{FLOOD}"}}}}'
            await loop.sock_sendall(line, frame(message))
        await until(lambda: world.running == 2)
        await until(lambda: world.running == 0)
    assert world.sent < 400


@pytest.mark.parametrize("sent", [b"", b"POST /graphql HT", post("{ hello }")[:60]])
async def test_a_head_that_does_not_come_is_not_waited_for(host: str, sent: bytes) -> None:
    """The connection is cut: half a request holds no place."""
    loop = asyncio.get_running_loop()
    async with deaf(host, sent) as line:
        assert await asyncio.wait_for(loop.sock_recv(line, 100), 2) == b""


async def test_a_body_that_does_not_come_is_not_waited_for(host: str) -> None:
    """408, and the connection is closed; what follows is not taken for a request."""
    loop = asyncio.get_running_loop()
    answer = b""
    async with deaf(host, post("{ hello }")[:-5]) as line:
        while part := await asyncio.wait_for(loop.sock_recv(line, 4096), 2):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"REQUEST_TIMEOUT" in answer


async def test_streams_are_counted_for_a_person(host: str) -> None:
    """Of both kinds together; when one has ended there is room again, and others are not meant."""
    async with ready(host, caller="person:1"), events(host, caller="person:1") as first:
        assert first.status_code == 200
        async with events(host, caller="person:1") as second:
            told = json.loads(await second.aread())["errors"][0]["extensions"]["code"]
            assert (second.status_code, told) == (429, "STREAM_LIMIT")
            assert second.headers["retry-after"]
        async with opened(host) as third:
            await third.send(type="connection_init", payload={"caller": "person:1"})
            assert await third.closed() == (4430, "Too many connections")
        async with ready(host, caller="person:2"), ready(host), ready(host):
            pass
    for _ in range(3):
        async with ready(host, caller="person:1"):
            pass


async def test_streams_are_counted_for_an_address(host: str) -> None:
    """Of those who are not known; with IPv6 for the network."""
    async with ready(host, caller="address:2001:db8::1"):
        async with opened(host) as second:
            await second.send(type="connection_init", payload={"caller": "address:2001:db8::2"})
            assert (await second.closed())[0] == 4430
        async with ready(host, caller="address:2001:db8:0:1::1"):
            pass


async def test_a_query_as_an_event_gives_its_place_back(host: str) -> None:
    """Whatever way the stream ends."""
    for _ in range(5):
        async with events(host, "{ hello }", "address:192.0.2.1") as response:
            assert "complete" in (await response.aread()).decode()
    for _ in range(5):
        async with events(host, "{ nothing }", "address:192.0.2.1") as response:
            assert response.status_code == 200


async def test_who_may_not_follow_any_more_is_told_so_without_an_event(
    host: str, world: World
) -> None:
    """A WebSocket is closed with 4403, an event stream ends with the error and `complete`."""
    async with ready(host) as client, events(host) as response:
        await client.subscribe(QUIET)
        assert (await client.read())["type"] == "next"
        await until(lambda: world.running == 2)
        await asyncio.sleep(0.3)
        assert world.running == 2
        world.revoked = True
        assert await client.closed() == (4403, "Forbidden")
        text = (await response.aread()).decode()
    assert '"code":"SESSION_ENDED"' in text
    assert text.endswith("event: complete\ndata:\n\n")
    await until(lambda: world.running == 0)


async def test_300_operations_that_are_given_up_do_no_harm(host: str, world: World) -> None:
    """Each is cancelled before it has ended; then the connection, and others, go on as before."""
    async with ready(host) as client:
        for number in range(300):
            await client.subscribe("{ slow }", key=str(number))
            await client.send(type="complete", id=str(number))
        await client.subscribe("{ hello }", key="last")
        assert (await client.read())["payload"] == {"data": {"hello": "こんにちは"}}
        await until(lambda: world.running == 0)
    async with ready(host) as client:
        await client.subscribe("{ hello }")
        assert (await client.read())["type"] == "next"


async def test_a_connection_that_floods_with_pings_is_only_slowed_down(host: str) -> None:
    """Each is answered, in order; nothing piles up on the server."""
    async with ready(host) as client:
        for _ in range(500):
            await client.send(type="ping")
        for _ in range(500):
            assert await client.read() == {"type": "pong"}


async def test_a_recheck_that_fails_ends_the_stream(world: World) -> None:
    """Who cannot be checked has to come anew; the client learns of no bug."""

    async def lost(_context: Context) -> Context:
        raise LookupError("secret of the database")

    async def get_context(_connection: HTTPConnection, _given: dict[str, Any]) -> Context:
        return Context("", world)

    graphql = MeguruGraphQL(
        Execution(SCHEMA, renew=lost), get_context, bounds=replace(BOUNDS, recheck_seconds=0.1)
    )
    with pytest.raises(Exception, match="Internal error") as caught:
        await graphql._recheck(Context("", world), "r1")  # noqa: SLF001 - what a stream is given
    assert "secret" not in str(caught.value)


async def test_a_closed_connection_is_no_bug(host: str, logged: list[Any]) -> None:
    """A client that goes in the middle of a flood leaves nothing behind."""
    async with ready(host) as client:
        await client.subscribe(FLOOD)
        await client.read()
        client.connection.transport.abort()
        with pytest.raises(ConnectionClosed):
            await Socket(client.connection).read()
    await asyncio.sleep(0.1)
    assert [entry for entry in logged if entry["log_level"] == "error"] == []
