"""GraphQL over WebSocket by the protocol `graphql-transport-ws`.

What the protocol asks for: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, Generic, Never

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from schema.errors import ClientError
from server.documents import TrustedDocuments
from server.graphql_errors import RefusedError, RequestError, presented, told
from server.graphql_execution import Context, Execution, caller_of
from server.graphql_request import Parameters, checked
from server.origins import is_foreign_socket
from server.streams import Streams, TransportBounds

PROTOCOL = "graphql-transport-ws"
GetContext = Callable[[HTTPConnection, dict[str, Any]], Awaitable[Context]]


class ClosingError(Exception):
    """The client breaks the protocol: the connection is closed with the code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


async def refuse_foreign_origin(websocket: WebSocket, allowed: Collection[str]) -> bool:
    """Refuse the handshake, with 403, of a page of another origin; tells whether it did."""
    if not is_foreign_socket(websocket.scope, allowed):
        return False
    await websocket.close(1008)
    return True


class Connection(Generic[Context]):
    """One connection of a client.

    Args:
        execution: executes queries and subscriptions; mutations are refused.
        get_context: called once, with the payload of `connection_init`; a refusal closes: 4403.
        bounds: what it may take. It is closed with 4403 once its actor may not be here any more.
        request_id: stands in the log and in masked errors.
        documents: that are trusted. streams: counts; one too many is closed with 4430.
    """

    def __init__(
        self,
        websocket: WebSocket,
        *,
        execution: Execution[Context],
        get_context: GetContext[Context],
        bounds: TransportBounds,
        request_id: str,
        documents: TrustedDocuments,
        streams: Streams,
    ) -> None:
        self.websocket = websocket
        self.execution = execution
        self.get_context = get_context
        self.bounds = bounds
        self.request_id = request_id
        self.documents = documents
        self.streams = streams
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.tasks: set[asyncio.Task[None]] = set()  # and those that are still being cancelled

    async def run(self) -> None:
        """Serve the connection until either side closes it; then every operation has ended."""
        try:
            if PROTOCOL not in self.websocket.scope["subprotocols"]:
                await self.websocket.accept()
                raise ClosingError(4406, "Subprotocol not acceptable")  # noqa: TRY301 - closes below
            await self.websocket.accept(subprotocol=PROTOCOL)
            context = await self._context()
            async with self._counted(context), self._rechecked(context):
                await self._send({"type": "connection_ack"})
                while True:
                    await self._handle(await self._receive(), context)
        except ClosingError as closing:
            with suppress(WebSocketDisconnect, WebSocketDisconnected):
                await self.websocket.close(closing.code, closing.reason)
        except (WebSocketDisconnect, WebSocketDisconnected):
            pass
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _context(self) -> Context:
        try:
            async with asyncio.timeout(self.bounds.init_seconds):
                payload = await self._init_payload()
        except TimeoutError:
            raise ClosingError(4408, "Connection initialisation timeout") from None
        try:
            return await self.get_context(self.websocket, payload)
        except (RefusedError, ClientError) as error:
            raise ClosingError(4403, "Forbidden") from error
        except Exception as error:
            presented([error], self.request_id)
            raise ClosingError(4500, "Internal error") from error

    @asynccontextmanager
    async def _counted(self, context: Context) -> AsyncGenerator[None, None]:
        """Count the connection while it lasts."""
        try:
            ended = self.streams.open(caller_of(context))
        except RefusedError as error:
            raise ClosingError(4430, "Too many connections") from error
        try:
            yield
        finally:
            ended()

    @asynccontextmanager
    async def _rechecked(self, context: Context) -> AsyncGenerator[None, None]:
        """Close the connection once its actor may not be here any more."""
        try:
            async with asyncio.timeout(None) as until:
                watch = asyncio.create_task(self._watch(context, until))
                try:
                    yield
                finally:
                    watch.cancel()
        except TimeoutError:
            raise ClosingError(4403, "Forbidden") from None

    async def _watch(self, context: Context, until: asyncio.Timeout) -> None:
        while True:
            await asyncio.sleep(self.bounds.recheck_seconds)
            try:
                await self.execution.renew(context)
            except Exception as error:  # noqa: BLE001 - who cannot be checked has to come anew
                presented([error], self.request_id)
                until.reschedule(asyncio.get_running_loop().time())
                return

    async def _init_payload(self) -> dict[str, Any]:
        while True:
            match await self._receive():
                case {"type": "connection_init", **rest}:
                    payload = rest.get("payload")
                    if payload is None or isinstance(payload, dict):
                        return payload or {}
                    raise ClosingError(4400, "Invalid connection_init payload")
                case {"type": "ping"}:
                    await self._send({"type": "pong"})
                case {"type": "pong"}:
                    pass
                case {"type": "subscribe"}:
                    raise ClosingError(4401, "Unauthorized")
                case message:
                    not_understood(message)

    async def _handle(self, message: object, context: Context) -> None:
        match message:
            case {"type": "subscribe", "id": str(key), "payload": dict(payload)} if key:
                await self._subscribe(key, payload, context)
            case {"type": "complete", "id": str(key)}:
                if task := self.operations.pop(key, None):
                    task.cancel()
            case {"type": "ping"}:
                await self._send({"type": "pong"})
            case {"type": "pong"}:
                pass
            case {"type": "connection_init"}:
                raise ClosingError(4429, "Too many initialisation requests")
            case _:
                not_understood(message)

    async def _subscribe(self, key: str, payload: dict[str, Any], context: Context) -> None:
        try:
            asked = checked(payload, self.documents)
        except RefusedError as error:
            raise ClosingError(4400, "Invalid subscribe payload") from error
        if key in self.operations:
            raise ClosingError(4409, f"Subscriber for {key[:50]} already exists")
        if len(self.operations) >= self.bounds.operations:
            message = (
                f"一つの接続では同時に {self.bounds.operations} 件までです"
                f" / At most {self.bounds.operations} operations at a time on one connection"
            )
            await self._send_error(key, RequestError([told("SUBSCRIPTION_LIMIT", message)]))
            return
        task = asyncio.create_task(self._operate(key, asked, context))
        self.operations[key] = task
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _operate(self, key: str, asked: Parameters, context: Context) -> None:
        with suppress(WebSocketDisconnect, WebSocketDisconnected):
            try:
                await self._send_results(key, asked, context)
            except RequestError as error:
                self.operations.pop(key, None)  # the id is free before the client can know
                await self._send_error(key, error)
            else:
                self.operations.pop(key, None)
                await self._send({"id": key, "type": "complete"})

    async def _send_results(self, key: str, asked: Parameters, context: Context) -> None:
        try:
            self.execution.admit(context)
            operation = self.execution.operation(asked, context)
            if operation.type is OperationType.MUTATION:
                message = "変更は HTTP の POST で送ってください / Send mutations by HTTP POST"
                raise RequestError([told("MUTATION_OVER_WEBSOCKET", message)])  # noqa: TRY301 - as others are
            renewed = await self.execution.renew(context)
            executor = self.execution.executor(operation, asked, renewed)
            async with aclosing(self.execution.results(executor, self.request_id)) as results:
                async for payload in results:
                    await self._send({"id": key, "type": "next", "payload": payload})
        except (RequestError, WebSocketDisconnect, WebSocketDisconnected):
            raise
        except Exception as error:
            raise RequestError(presented([error], self.request_id)) from error

    async def _send_error(self, key: str, error: RequestError) -> None:
        await self._send({"id": key, "type": "error", "payload": error.errors})

    async def _send(self, message: dict[str, Any]) -> None:
        await self.websocket.send_text(orjson.dumps(message).decode())

    async def _receive(self) -> object:
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        try:
            return orjson.loads(message.get("text") or b"")
        except orjson.JSONDecodeError:
            raise ClosingError(4400, "Messages must be JSON text") from None


def not_understood(_message: object) -> Never:
    """Close for a message that the protocol does not have."""
    raise ClosingError(4400, "Invalid message")
