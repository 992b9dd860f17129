"""The application: what is answered at which path, from the first request to a clean stop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any, Final

import structlog
from graphql import NoSchemaIntrospectionCustomRule
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from schema.api import SCHEMA
from server.database import connected
from server.graphql_errors import RefusedError
from server.graphql_execution import Execution
from server.graphql_http import MeguruGraphQL, request_id_of
from server.graphql_limits import depth_limit
from server.health import Readiness, healthz
from server.identity import Identity, ViewerContext
from server.middleware import RequestLog, SecurityHeaders
from server.page import PlanPage, style
from server.settings import Settings
from workflows.feed import FEED
from workflows.ledger import finish_running

log = structlog.get_logger(__name__)

GRACE: Final = 2.0
"""Seconds that acts have to finish after the requests that they were asked in were given up."""
_LOCAL: Final = ("localhost", "127.0.0.1")
"""Hosts that are always answered, for probes."""


class Application:
    """Meguru as an ASGI application."""

    def __init__(self, settings: Settings, *, upgrade: bool = True) -> None:
        self.settings = settings
        self.upgrade = upgrade
        self.identity = Identity()
        self.execution: Execution[ViewerContext] = Execution(
            SCHEMA,
            renew=ViewerContext.renewed,
            limits=(
                depth_limit(settings.max_depth),
                *(() if settings.introspection else (NoSchemaIntrospectionCustomRule,)),
            ),
            suggestions=settings.suggestions,
        )
        self.graphql = MeguruGraphQL(
            self.execution,
            self._context,
            body_limit=settings.body_limit,
            init_timeout=settings.ws_init_timeout,
            max_subscriptions=settings.ws_subscriptions,
            allowed_origins=settings.allowed_origins,
        )
        self._stop_by = 0.0
        self._asgi = RequestLog(SecurityHeaders(self._starlette()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or the application's life."""
        await self._asgi(scope, receive, send)

    def stop(self) -> None:
        """End every stream; whoever follows the record connects anew, elsewhere or later.

        To be called when the server stops taking connections. What is then in flight has
        `stop_seconds` to finish.
        """
        self._stop_by = asyncio.get_running_loop().time() + self.settings.stop_seconds
        self.graphql.stop()
        FEED.close()

    def _starlette(self) -> Starlette:
        page = PlanPage(self.execution, self.identity)
        hosts = [*self.settings.allowed_hosts, *_LOCAL] if self.settings.allowed_hosts else ["*"]
        return Starlette(
            routes=[
                Route("/", page.answer),
                Route("/page.css", style),
                Route("/healthz", healthz),
                Route("/readyz", Readiness().readyz),
                Route("/graphql", self.graphql),
                WebSocketRoute("/graphql", self.graphql),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
                Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
            ],
            exception_handlers={HTTPException: _told, RefusedError: _told, Exception: _told},
            lifespan=self._lifespan,
        )

    async def _context(
        self, connection: HTTPConnection, parameters: dict[str, Any]
    ) -> ViewerContext:
        viewer = await self.identity.identify(connection, parameters)
        return viewer.context(request_id_of(connection))

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        pool = self.settings.database_pool
        async with connected(self.settings.database, pool=pool, upgrade=self.upgrade):
            FEED.open()
            watch = asyncio.create_task(_watch_other_processes())
            try:
                yield
            finally:
                watch.cancel()
                if not self.graphql.stopped:
                    self.stop()
                await self._finish()

    async def _finish(self) -> None:
        """Wait for the acts that were begun, but not longer than a stop may take."""
        try:
            async with asyncio.timeout_at(self._stop_by + GRACE):
                await self.graphql.drain()
                await finish_running()
        except TimeoutError:
            log.error("stop.unfinished")  # noqa: TRY400 - what is left undone is rolled back


def create_app(settings: Settings, *, upgrade: bool = True) -> Application:
    """Return the application; `upgrade` applies the database's migrations when it starts."""
    return Application(settings, upgrade=upgrade)


async def _watch_other_processes() -> None:
    """Follow what other processes record, also past a database that was away for a while."""
    while True:
        try:
            await FEED.watch_other_processes()
        except Exception:
            log.exception("feed.watch_interrupted")
        await asyncio.sleep(1)


def _told(request: Request, error: Exception) -> Response:
    """Answer what no route answers; GraphQL tells its own errors."""
    match error:
        case RefusedError():
            return _message(str(error), error.status, error.headers)
        case HTTPException():
            text = f"この要求には応じられません / {error.detail}"
            return _message(text, error.status_code, error.headers or {})
        case _:
            text = f"内部エラーが発生しました / Internal error: {request_id_of(request)}"
            return _message(text, 500, {})


def _message(text: str, status: int, headers: Mapping[str, str]) -> Response:
    head = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>Meguru</title>'
    return HTMLResponse(f"{head}<p>{escape(text)}</p></html>", status, headers)
