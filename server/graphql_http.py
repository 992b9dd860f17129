"""GraphQL over HTTP, Server-Sent Events and WebSocket as one ASGI application.

What the first asks for: https://graphql.github.io/graphql-over-http/draft/
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic
from uuid import uuid4

import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from schema.errors import ClientError
from server.documents import TrustedDocuments
from server.graphql_answers import Payload
from server.graphql_caching import is_known, kept, may_be_kept, moments_in, tag_of
from server.graphql_errors import RefusedError, RequestError, presented
from server.graphql_execution import Context, Execution, Operation, caller_of
from server.graphql_request import (
    ANY_DOCUMENT,
    GRAPHQL_RESPONSE,
    JSON,
    Accepted,
    Parameters,
    accepted,
    length_of,
    parameters_of,
)
from server.graphql_sse import EventStream, failed
from server.graphql_websocket import Connection, GetContext, refuse_foreign_origin
from server.streams import Streams, TransportBounds

StateOf = Callable[[Context, Sequence[Any] | None], Awaitable[str | None]]


class MeguruGraphQL(Generic[Context]):
    """Answers at one path, on every transport.

    Args:
        execution: of the schema.
        get_context: gives the context of a request, or of a WebSocket connection with the payload
            of its `connection_init`. May raise `RefusedError` or `ClientError`.
        bounds: what each transport may take.
        documents: that are trusted, and perhaps the only ones.
        state_of: gives what an answer depends on besides the request, or None where it may not be
            kept, of the moments that it is about, or None where it is about the present; with it, trusted documents that are asked for by GET have an `ETag`.
        body_limit_of: gives how many bytes whoever asks may send, where that is more than `bounds`
            say; asked only about requests that announce more.
    """

    def __init__(
        self,
        execution: Execution[Context],
        get_context: GetContext[Context],
        *,
        bounds: TransportBounds | None = None,
        documents: TrustedDocuments = ANY_DOCUMENT,
        state_of: StateOf[Context] | None = None,
        body_limit_of: Callable[[Context], int] | None = None,
    ) -> None:
        self.execution = execution
        self.get_context = get_context
        self.bounds = bounds or TransportBounds()
        self.documents = documents
        self.counted = Streams(self.bounds.streams)
        self.state_of = state_of
        self.body_limit_of = body_limit_of
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
        if await refuse_foreign_origin(websocket, self.bounds.origins):
            return
        await Connection(
            websocket,
            execution=self.execution,
            get_context=self.get_context,
            bounds=self.bounds,
            request_id=request_id_of(websocket),
            documents=self.documents,
            streams=self.counted,
        ).run()

    async def _response(self, request: Request) -> ASGIApp:
        request_id = request_id_of(request)
        takes = accepted(request.headers.get("accept", ""))
        try:
            return await self._answer(request, takes, request_id)
        except RequestError as error:
            if takes.json is None and takes.events and not isinstance(error, RefusedError):
                return EventStream(failed(error), self.bounds.keep_alive)
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
        asked, context = await self._asked(request)
        operation = self.execution.operation(asked, context)
        check_transport(operation, request.method, takes)
        executor = self.execution.executor(operation, asked, context)
        if operation.type is OperationType.SUBSCRIPTION or takes.json is None:
            ended = self.counted.open(caller_of(context))
            results = self.execution.results(executor, request_id)
            recheck = partial(self._recheck, context, request_id)
            return EventStream(
                results, self.bounds.keep_alive, recheck, self.bounds.recheck_seconds, ended
            )
        tag = None
        is_query = request.method == "GET" and operation.type is OperationType.QUERY
        if is_query and asked.sha256 and self.state_of and may_be_kept(operation.document):
            moments = moments_in(operation.document, executor)
            tag = tag_of(asked, takes, await self.state_of(context, moments))
        if tag and is_known(request, tag):
            return Response(status_code=304, headers=kept(tag))
        payload = await self.execution.answer(executor, request_id)
        keeps = kept(tag) if tag and "errors" not in payload else None
        return json_response(payload, takes, headers=keeps)

    async def _asked(self, request: Request) -> tuple[Parameters, Context]:
        """Return what is asked, and by whom; of a long body, who sends it decides how long it may be."""
        limit, is_long = self.bounds.body, length_of(request) > self.bounds.body
        if is_long and self.body_limit_of is not None:
            context = await self.get_context(request, {})
            self.execution.admit(context)
            limit = max(limit, self.body_limit_of(context))
            return await parameters_of(request, limit, self.documents), context
        asked = await parameters_of(request, limit, self.documents)
        context = await self.get_context(request, {})
        self.execution.admit(context)
        return asked, context

    async def _recheck(self, context: Context, request_id: str) -> None:
        """Ask anew whether whoever follows a stream may; raises `RequestError` if not."""
        try:
            await self.execution.renew(context)
        except RequestError:
            raise
        except Exception as error:
            raise RequestError(presented([error], request_id)) from error


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
