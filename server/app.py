"""The application: what is answered at which path, from the first request to a clean stop."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from schema.api import SCHEMA
from schema.evidence import PATH as EVIDENCE
from schema.past_moments import past_state
from server.bounds import (
    body_limit_of,
    bounds_of,
    documents_of,
    mailer_of,
    policy_of,
    provider_of,
    rates_of,
    transport_bounds_of,
)
from server.database import connected
from server.forwarded import Forwarded
from server.graphql_errors import RequestError
from server.graphql_execution import Execution
from server.graphql_http import MeguruGraphQL, request_id_of
from server.health import Readiness, healthz
from server.identity import Identity, ViewerContext
from server.identity.cookies import SetCookie
from server.identity.proxy import ProxyUser
from server.installation import Process
from server.keeping import Keeping
from server.middleware import RequestLog, SecurityHeaders, SmallHeads
from server.origins import OwnPages
from server.pages.account import AccountPages
from server.pages.api_docs import ApiDocs
from server.pages.asking import identified
from server.pages.copies import CopyPages
from server.pages.errors import told
from server.pages.evidence import EvidencePages
from server.pages.graphiql import GraphiqlPage
from server.pages.open_data import OpenData
from server.pages.plan import PlanPage, style
from server.pages.project import ProjectPage
from server.pages.record import RecordPages
from server.pages.sign_in import SignInPages
from server.pages.web import web_routes
from server.patience import Patience
from server.plan_texts import SeedTexts
from server.settings import Settings
from workflows.feed import FEED
from workflows.ledger import finish_running
from workflows.records import EventHead

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
        self.mail = mailer_of(settings)
        self.identity = Identity(settings, policy_of(settings), self.mail)
        self.keeping = Keeping(settings)
        self.provider = provider_of(settings)
        self.process = Process(settings, self.keeping, self.mail, self.provider)
        self.plan_texts = SeedTexts()
        self.execution: Execution[ViewerContext] = Execution(
            SCHEMA,
            renew=ViewerContext.renewed,
            bounds=bounds_of(settings),
            rates=rates_of(settings),
        )
        self.graphql = MeguruGraphQL(
            self.execution,
            self._context,
            bounds=transport_bounds_of(settings),
            documents=documents_of(settings),
            state_of=_state,
            body_limit_of=partial(body_limit_of, settings),
        )
        self._stop_by = 0.0
        own_pages = OwnPages(SetCookie(self._starlette()), allowed=settings.allowed_origins)
        self.patience = Patience(
            SecurityHeaders(SmallHeads(own_pages)),
            body_seconds=settings.body_seconds,
            read_seconds=settings.read_seconds,
            long_bodies={EVIDENCE: settings.evidence_seconds},
        )
        forwarded = Forwarded(RequestLog(self.patience), trusted=settings.trusted_proxies)
        self.is_trusted = forwarded.is_trusted
        self._asgi = ProxyUser(
            forwarded, header=settings.proxy_user_header, is_trusted=self.is_trusted
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or the application's life."""
        await self._asgi(scope, receive, send)

    def stop(self) -> None:
        """End every stream; whoever follows the record connects anew, elsewhere or later.

        To be called when the server stops taking connections. What is then in flight has
        `stop_seconds` to finish.
        """
        self._stop_by = asyncio.get_running_loop().time() + self.settings.stop_seconds
        self.patience.stop()
        self.graphql.stop()
        FEED.close()

    def _starlette(self) -> Starlette:
        asked = self.execution, self.identity
        page = PlanPage(*asked, self.keeping.standings)
        hosts = [*self.settings.allowed_hosts, *_LOCAL] if self.settings.allowed_hosts else ["*"]
        built = Starlette(
            routes=[
                Route("/", page.answer_page),
                Route("/page.css", style),
                Route("/projects/{code}", ProjectPage(*asked).answer_page),
                *OpenData(*asked, self._licence()).routes(),
                *web_routes(),
                *(GraphiqlPage(*asked).routes() if self.settings.graphiql else ()),
                *ApiDocs(*asked, self.settings).routes(),
                *SignInPages(*asked, counted_as="door").routes(),
                *AccountPages(*asked).routes(),
                *self._provider_routes(),
                *RecordPages(*asked).routes(),
                *EvidencePages(*asked, self.settings, self.keeping.files).routes(),
                *CopyPages(*asked, self.keeping.signing, self.keeping.copies).routes(),
                Route("/healthz", healthz),
                Route("/readyz", self._readiness().readyz),
                Route("/graphql", self.graphql),
                WebSocketRoute("/graphql", self.graphql),
            ],
            middleware=[
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
                Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
            ],
            exception_handlers={HTTPException: told, RequestError: told, Exception: told},
            lifespan=self._lifespan,
        )
        # It would lead to whatever host the request names.
        built.router.redirect_slashes = False
        return built

    def _licence(self) -> tuple[str, str]:
        return self.settings.open_data_licence, self.settings.open_data_licence_url

    def _readiness(self) -> Readiness:
        keyless = self.keeping.notary.codes_without_key
        return Readiness(keyless=keyless, is_faulty=lambda: self.keeping.is_faulty)

    def _provider_routes(self) -> list[Route]:
        """Return the pages that lead to the identity provider; none where none is set."""
        if self.provider is None:
            return []
        from server.identity.trips import TripCookie  # noqa: PLC0415 - as `provider_of`
        from server.pages.oidc import OidcPages  # noqa: PLC0415

        secret = self.settings.oidc_client_secret
        cookie = TripCookie(secure=self.settings.secure_cookies, secret=secret)
        return OidcPages(self.execution, self.identity, self.provider, cookie).routes()

    async def _context(
        self, connection: HTTPConnection, parameters: dict[str, Any]
    ) -> ViewerContext:
        viewer = await identified(self.execution, self.identity, connection, parameters)
        context = viewer.context(request_id_of(connection))
        self.keeping.equip(context)
        context.installed, context.plan_texts = self.process, self.plan_texts
        return context

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        pool = self.settings.database_pool
        async with connected(self.settings.database, pool=pool, upgrade=self.upgrade):
            FEED.open()
            await self.keeping.start()
            try:
                yield
            finally:
                self.keeping.cancel()
                if not self.graphql.stopped:
                    self.stop()
                await self._finish()

    async def _finish(self) -> None:
        """Wait for the acts that were begun, but not longer than a stop may take."""
        try:
            async with asyncio.timeout_at(self._stop_by + GRACE):
                await self.graphql.drain()
                await self.keeping.finish()
                await finish_running()
                await self.identity.uses.finish()
                if self.mail is not None:
                    await self.mail.finish()
        except TimeoutError:
            log.error("stop.unfinished")  # noqa: TRY400 - what is left undone is rolled back


def create_app(settings: Settings, *, upgrade: bool = True) -> Application:
    """Return the application; `upgrade` applies the database's migrations when it starts."""
    return Application(settings, upgrade=upgrade)


async def _state(context: ViewerContext, moments: Sequence[Any] | None) -> str | None:
    """Return what an answer depends on: the record, the day, what the viewer may see of it and do.

    One about moments that are over depends on neither day nor later entries.
    """
    if moments is not None:
        return await past_state(context, moments)
    head = await EventHead.of(context.municipality_id).get()
    acts_in = sorted(context.credential.acts_in)
    seen = f"{context.today} {context.scope_key} {acts_in} {context.standings.version}"
    return f"{context.municipality_id} {head.size} {seen}"
