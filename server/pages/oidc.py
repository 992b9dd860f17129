"""Signing in at the organisation's identity provider: away, and back."""

import secrets
from datetime import UTC, datetime
from html import escape
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.graphql_execution import Execution
from server.graphql_http import request_id_of
from server.identity import Identity, Viewer, ViewerContext
from server.identity.discovery import ProviderUnavailableError
from server.identity.door import address_of
from server.identity.oidc import CALLBACK, IdentityProvider, NotVouchedError, Trip
from server.identity.trips import TripCookie
from server.pages.asking import Asker, to
from server.pages.forms import html
from server.pages.html import document, paragraph
from server.pages.onward import home, own_path, wanted
from server.pages.sign_in import PROVIDER_PATH
from workflows import unit
from workflows.accounts.outcomes import SignedIn, SlowedDown
from workflows.accounts.provider import Vouched, sign_in_by_provider

log = structlog.get_logger(__name__)

_TITLE: Final = ("サインインできませんでした", "You could not be signed in")
_FAILED: Final = (
    "もう一度お試しください。続くときは、次のログイン名での登録を管理者に依頼してください。",
    "Try again; if that does not help, ask your admin to register you with this login:",
)
_SLOWED: Final = (
    "失敗が続いたため、しばらくサインインできません。時間をおいてください。",
    "Too many attempts failed. Wait a while.",
)
_AWAY: Final = (
    "組織のサインインの仕組み（IDプロバイダー）に接続できません。時間をおいてお試しください。",
    "Your organisation's identity provider cannot be reached. Try again later.",
)
_BACK: Final = '<p><a href="/sign-in">サインインへ <span lang="en">Back to sign-in</span></a></p>'
_LONGEST: Final = 2000


class OidcPages(Asker):
    """The way to the identity provider, and the way back.

    Whatever is wrong, the person is told the same: the log says what it was.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        provider: IdentityProvider,
        cookie: TripCookie,
    ) -> None:
        super().__init__(execution, identity)
        self.provider = provider
        self.cookie = cookie

    def routes(self) -> list[Route]:
        """Return the pages with their paths."""
        return [
            Route(PROVIDER_PATH, self.depart, methods=["GET"]),
            Route(CALLBACK, self.arrive, methods=["GET"]),
        ]

    async def depart(self, request: Request) -> Response:
        """Send the browser to the provider."""
        viewer, town = await self._admitted(request)
        trip = Trip.new(wanted(request.query_params))
        try:
            response = to(await self.provider.address(trip))
        except ProviderUnavailableError as error:
            return _away(viewer, town, error)
        self.cookie.keep(response, trip)
        return response

    async def arrive(self, request: Request) -> Response:
        """Sign in whom the provider vouches for."""
        viewer, town = await self._admitted(request)
        trip = self.cookie.shown(request)
        if trip is None:
            return _failed(viewer, town, "no cookie")
        state = _only(request, "state") or ""
        if not secrets.compare_digest(state.encode(), trip.state.encode()):
            return _failed(viewer, town, "state")
        try:
            response = await _let_in(
                viewer, town, await self._vouched(request, trip), own_path(trip.on)
            )
        except NotVouchedError as error:
            response = _failed(viewer, town, str(error))
        except ProviderUnavailableError as error:
            response = _away(viewer, town, error)
        self.cookie.forget(response)  # it is good for one answer
        return response

    async def _admitted(self, request: Request) -> tuple[Viewer, str]:
        """Return who asks and the town's name; counts as a request, so that floods are refused."""
        viewer = await self.viewer(request)
        context = viewer.context(request_id_of(request))
        context.caller = f"door:{address_of(request)}"
        self.execution.admit(context)
        return viewer, await self.town(viewer)

    async def _vouched(self, request: Request, trip: Trip) -> Vouched:
        await self.provider.check_sender(request.query_params.getlist("iss"))
        code = _only(request, "code")
        if not code or "error" in request.query_params:
            raise NotVouchedError(f"error: {_only(request, 'error')!r:.60}")
        return await self.provider.vouched(code, trip)


async def _let_in(viewer: Viewer, town: str, vouched: Vouched, on: str) -> Response:
    door = viewer.door
    asked = unit.Request(
        municipality_id=viewer.municipality_id, act="signInByProvider", at_door=True
    )
    outcome = await sign_in_by_provider(asked, vouched, door.visitor, door.policy)
    match outcome:
        case SignedIn():
            door.keep(outcome.secret, outcome.session.expires_at)
            return to(on or home())
        case SlowedDown():
            response = _page(town, paragraph(_SLOWED, "alert"), "SLOWED_DOWN", 429)
            seconds = (outcome.until - datetime.now(UTC)).total_seconds()
            response.headers["Retry-After"] = str(max(1, round(seconds)))
            return response
        case _:
            reason = "not registered, or disabled" if vouched.admitted else "group"
            return _failed(viewer, town, reason, vouched.login)


def _failed(viewer: Viewer, town: str, reason: str, login: str | None = None) -> Response:
    request_id = request_id_of(viewer.door.connection)
    log.warning("oidc.refused", reason=reason, request_id=request_id)
    shown = f"<p><code>{escape(login)}</code></p>" if login else ""
    return _page(town, paragraph(_FAILED, "alert") + shown, "SIGN_IN_FAILED", 403)


def _away(viewer: Viewer, town: str, error: ProviderUnavailableError) -> Response:
    request_id = request_id_of(viewer.door.connection)
    log.error("oidc.unavailable", reason=str(error), request_id=request_id)
    return _page(town, paragraph(_AWAY, "alert"), "PROVIDER_UNAVAILABLE", error.status)


def _only(request: Request, name: str) -> str | None:
    """Return a parameter that is there exactly once; none where it is there twice, or too long."""
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 and len(values[0]) <= _LONGEST else None


def _page(town: str, told: str, code: str, status: int) -> Response:
    return html(document(town, _TITLE, told, f"<p><code>{code}</code></p>", _BACK), status)
