"""A client of graphql-transport-ws that keeps to no rules but those it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

TRANSPORT = [Subprotocol("graphql-transport-ws")]


class Socket:
    """A client of one connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: object) -> None:
        """Send a message."""
        await self.connection.send(json.dumps(message))

    async def subscribe(self, query: str, key: str = "1", **parameters: object) -> None:
        """Ask for an operation."""
        await self.send(type="subscribe", id=key, payload={"query": query, **parameters})

    async def read(self) -> Any:  # noqa: ANN401 - a message
        """Give the next message, which must be text."""
        text = await asyncio.wait_for(self.connection.recv(), 2)
        assert isinstance(text, str)
        return json.loads(text)

    async def closed(self) -> tuple[int, str]:
        """Read to the end and give the code and reason the server closed with."""
        try:
            while True:
                await self.read()
        except ConnectionClosed:
            return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def opened(host: str, **options: Any) -> AsyncIterator[Socket]:  # noqa: ANN401 - passed on
    """Open a connection."""
    async with connect(
        f"ws://{host}/graphql", **{"subprotocols": TRANSPORT, **options}
    ) as connection:
        yield Socket(connection)


@asynccontextmanager
async def ready(host: str, **payload: object) -> AsyncIterator[Socket]:
    """Open a connection and have it acknowledged."""
    async with opened(host) as client:
        await client.send(type="connection_init", payload=payload)
        assert await client.read() == {"type": "connection_ack"}
        yield client


async def until(condition: Callable[[], bool]) -> None:
    """Wait, at most a second, until the condition holds."""
    async with asyncio.timeout(1):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
