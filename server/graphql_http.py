"""GraphQL over HTTP, Server-Sent Events and WebSocket as one ASGI application.

What the first asks for: https://graphql.github.io/graphql-over-http/draft/
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic
from uuid import uuid4

import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from schema.errors import ClientError
from server.graphql_errors import RefusedError, RequestError, presented
from server.graphql_execution import Context, Execution, Operation, Payload
from server.graphql_request import GRAPHQL_RESPONSE, JSON, Accepted, accepted, parameters_of
from server.graphql_sse import EventStream, failed
from server.graphql_websocket import Connection, GetContext, refuse_foreign_origin


class MeguruGraphQL(Generic[Context]):
    """Answers at one path, on every transport.

    Args:
        execution: of the schema.
        get_context: gives the context of a request, or of a WebSocket connection with the payload
            of its `connection_init`. May raise `RefusedError` or `ClientError`.
        body_limit: bytes of a request; uvicorn's `ws_max_size` limits messages of a WebSocket.
        keep_alive: seconds after which a silent event stream sends a comment.
        init_timeout: seconds a WebSocket client has for its `connection_init`.
        max_subscriptions: operations that one WebSocket connection may run at a time.
        allowed_origins: whose pages may open a WebSocket, besides those of this site.
    """

    def __init__(
        self,
        execution: Execution[Context],
        get_context: GetContext[Context],
        *,
        body_limit: int = 64 * 1024,
        keep_alive: float = 12.0,
        init_timeout: float = 5.0,
        max_subscriptions: int = 5,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        self.execution = execution
        self.get_context = get_context
        self.body_limit = body_limit
        self.keep_alive = keep_alive
        self.init_timeout = init_timeout
        self.max_subscriptions = max_subscriptions
        self.allowed_origins = frozenset(allowed_origins)
        self.streams: set[EventStream] = set()
        self.stopped = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one WebSocket connection."""
        if scope["type"] == "websocket":
            await self._serve(WebSocket(scope, receive, send))
            return
        try:
            response = await self._response(Request(scope, receive))
        except ClientDisconnect:
            return
        if not isinstance(response, EventStream):
            await response(scope, receive, send)
            return
        self.streams.add(response)
        if self.stopped:
            response.end()
        try:
            await response(scope, receive, send)
        finally:
            self.streams.discard(response)

    def stop(self) -> None:
        """End every event stream, now and from now on: a server that waits for them can stop."""
        self.stopped = True
        for stream in self.streams:
            stream.end()

    async def drain(self) -> None:
        """Wait for the mutations whose clients have gone; then the database may be closed."""
        await asyncio.gather(*self.execution.mutations, return_exceptions=True)

    async def _serve(self, websocket: WebSocket) -> None:
        if await refuse_foreign_origin(websocket, self.allowed_origins):
            return
        await Connection(
            websocket,
            execution=self.execution,
            get_context=self.get_context,
            init_timeout=self.init_timeout,
            most=self.max_subscriptions,
            request_id=request_id_of(websocket),
        ).run()

    async def _response(self, request: Request) -> ASGIApp:
        request_id = request_id_of(request)
        takes = accepted(request.headers.get("accept", ""))
        try:
            return await self._answer(request, takes, request_id)
        except RequestError as error:
            if takes.json is None and takes.events and not isinstance(error, RefusedError):
                return EventStream(failed(error), self.keep_alive)
            status = error.status if error.always or takes.json == GRAPHQL_RESPONSE else 200
            return json_response({"errors": error.errors}, takes, status, error.headers)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - logged, with its traceback, when presented
            status = 400 if isinstance(error, ClientError) else 500
            return json_response({"errors": presented([error], request_id)}, takes, status)

    async def _answer(self, request: Request, takes: Accepted, request_id: str) -> ASGIApp:
        if takes.json is None and not takes.events:
            message = (
                f"{GRAPHQL_RESPONSE}, {JSON}, text/event-stream のいずれかで答えます / are had"
            )
            raise RefusedError(406, "NOT_ACCEPTABLE", message)
        asked = await parameters_of(request, self.body_limit)
        operation = self.execution.operation(asked)
        check_transport(operation, request.method, takes)
        context = await self.get_context(request, {})
        executor = self.execution.executor(operation, asked, context)
        if operation.type is OperationType.SUBSCRIPTION or takes.json is None:
            results = self.execution.results(executor, request_id)
            return EventStream(results, self.keep_alive)
        return json_response(await self.execution.answer(executor, request_id), takes)


def check_transport(operation: Operation, method: str, takes: Accepted) -> None:
    """Refuse mutations by GET, and subscriptions of a client that takes no event stream."""
    if operation.type is OperationType.MUTATION and method == "GET":
        message = "変更は POST で送ってください / Send mutations by POST"
        raise RefusedError(405, "METHOD_NOT_ALLOWED", message, {"Allow": "POST"})
    if operation.type is OperationType.SUBSCRIPTION and not takes.events:
        message = (
            "購読は Accept: text/event-stream か WebSocket で受け取ってください"
            " / Subscribe with Accept: text/event-stream or over WebSocket"
        )
        raise RefusedError(406, "NOT_ACCEPTABLE", message)


def json_response(
    payload: Payload, takes: Accepted, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Give the answer in the JSON type that the client prefers, Japanese as it is."""
    return Response(
        orjson.dumps(payload),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type=f"{takes.json or JSON}; charset=utf-8",
    )


def request_id_of(connection: HTTPConnection) -> str:
    """Give the id in the connection's state; where no middleware has set one, it is set here."""
    if not hasattr(connection.state, "request_id"):
        connection.state.request_id = uuid4().hex
    return str(connection.state.request_id)
