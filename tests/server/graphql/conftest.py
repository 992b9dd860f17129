"""A toy schema, and the application that serves it in this process or behind a real port."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import strawberry
import structlog
import uvicorn
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from typing_extensions import override

from schema.errors import ClientError
from schema.fast_execution import FastExecutionContext
from server.graphql_errors import RefusedError
from server.graphql_execution import Execution
from server.graphql_http import MeguruGraphQL
from server.streams import TransportBounds

Seen = list[str]
BUG = LookupError("secret of the database")


@dataclass(frozen=True)
class Context:
    """Who asks, how often the context was renewed, and what the toy has done."""

    actor: str
    seen: Seen
    renewals: int = 0
    waiting: asyncio.Event = field(default_factory=asyncio.Event)


Info = strawberry.Info[Context, None]


@strawberry.type
class Item:
    """Something in a list."""

    name: str


@strawberry.input(one_of=True)
class Reference:
    """A one-of input."""

    id: strawberry.Maybe[strawberry.ID]
    code: strawberry.Maybe[str]


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    def hello(self, name: str = "階上町") -> str:
        """Greet."""
        return f"こんにちは、{name}"

    @strawberry.field
    async def actor(self, info: Info) -> str:
        """Tell who asks, and in which renewal of the context."""
        return f"{info.context.actor} {info.context.renewals}"

    @strawberry.field
    def number(self, n: int = 1) -> int | None:
        """Give the number back."""
        return n

    @strawberry.field
    def referred(self, to: Reference) -> str:
        """Take a one-of input."""
        return "id" if to.id else "code"

    @strawberry.field
    def items(self) -> list[Item]:
        """Give a list with Japanese in it."""
        return [Item(name="基本方針")]

    @strawberry.field
    def refused(self) -> int | None:
        """Raise what is meant for clients."""
        raise ClientError("BAD_CURSOR", "カーソルが違います / not a cursor of this list")

    @strawberry.field
    def bug(self) -> int | None:
        """Raise what is not; the same exception each time, as a loader does for all its keys."""
        raise BUG

    @strawberry.field
    def unfinished(self) -> int | None:
        """Raise what looks like a client's error and is not."""
        raise GraphQLError("secret of the resolver", extensions={"secret": "x"})

    @strawberry.field
    def doubled(self, n: strawberry.Maybe[int]) -> int:
        """Take an argument that may be left out, but not be null."""
        return 2 * n.value if n else 0


@strawberry.type
class Mutation:
    """Writes."""

    @strawberry.mutation
    async def save(self, info: Info) -> str:
        """Begin, wait for the test and write."""
        info.context.seen.append("begun")
        await info.context.waiting.wait()
        info.context.seen.append("saved")
        return "saved"

    @strawberry.mutation
    def touch(self, info: Info) -> str:
        """Write at once."""
        info.context.seen.append("touched")
        return "touched"


@strawberry.type
class Renewed:
    """What an event is executed in."""

    @strawberry.field
    def times(self, info: Info) -> int:
        """Give how often the context was renewed."""
        return info.context.renewals


@strawberry.type
class Subscription:
    """Watches; each stream tells when it was closed."""

    @strawberry.subscription
    async def count(self, info: Info, to: int) -> AsyncGenerator[int, None]:
        """Count, and then wait if `to` is negative."""
        try:
            for number in range(abs(to)):
                yield number
            if to < 0:
                await asyncio.Event().wait()
        finally:
            info.context.seen.append("closed")

    @strawberry.subscription
    async def renewed(self) -> AsyncGenerator[Renewed, None]:
        """Give two events that tell the renewal of their context."""
        yield Renewed()
        yield Renewed()

    @strawberry.subscription
    async def broken(self, *, refused: bool = False) -> AsyncGenerator[int, None]:
        """Give one event and break."""
        yield 1
        if refused:
            raise ClientError("GONE", "もうありません / gone")
        raise LookupError("secret of the stream")


SCHEMA = strawberry.Schema(
    Query, Mutation, Subscription, execution_context_class=FastExecutionContext
)


@pytest.fixture
def seen() -> Seen:
    """Give what the toy has done."""
    return []


@pytest.fixture
def waiting() -> asyncio.Event:
    """Give the event that `save` waits for."""
    return asyncio.Event()


@pytest.fixture
def application(seen: Seen, waiting: asyncio.Event) -> MeguruGraphQL[Context]:
    """Give the application; the actor is the header's or the connection parameter's."""

    async def get_context(connection: HTTPConnection, parameters: dict[str, Any]) -> Context:
        actor = parameters.get("actor") or connection.headers.get("x-actor", "nobody")
        if actor == "intruder":
            raise RefusedError(401, "NOT_SIGNED_IN", "sign in", {"WWW-Authenticate": "Bearer"})
        if actor == "unreadable":
            raise ClientError("BAD_TOKEN", "not a token")
        if actor == "unlucky":
            raise LookupError("secret of the sessions")
        return Context(actor, seen, waiting=waiting)

    async def renew(context: Context) -> Context:
        if context.actor == f"leaves after {context.renewals}":
            raise ClientError("SESSION_ENDED", "サインアウトしました / signed out")
        return replace(context, renewals=context.renewals + 1)

    execution = Execution(SCHEMA, renew=renew)
    bounds = TransportBounds(keep_alive=0.3, init_seconds=1)
    return MeguruGraphQL(execution, get_context, bounds=bounds)


@pytest.fixture
async def client(application: MeguruGraphQL[Context]) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that asks the application in this process."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://toy/graphql") as client:
        yield client


class StoppingServer(uvicorn.Server):
    """A server that has its event streams ended before it waits for them."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.stop()  # type: ignore[union-attr] - it is the application below
        await super().shutdown(sockets)


@pytest.fixture
async def server(application: MeguruGraphQL[Context]) -> AsyncIterator[uvicorn.Server]:
    """Serve the application by uvicorn at a free port of this machine, until the test ends."""
    config = uvicorn.Config(application, lifespan="off", log_config=None, ws="websockets-sansio")
    server = StoppingServer(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield server
        server.should_exit = True
        await asyncio.wait_for(serving, 5)


@pytest.fixture
def host(server: uvicorn.Server) -> str:
    """Give the host and port of the server."""
    return "{}:{}".format(*server.servers[0].sockets[0].getsockname())


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """Give what is logged."""
    with structlog.testing.capture_logs() as entries:
        yield entries
