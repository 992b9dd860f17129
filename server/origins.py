"""From which pages requests are taken: browsers send this site's cookies with those of any page.

https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from collections.abc import Collection
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.graphql_errors import told

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OWN: Final = frozenset({"same-origin", "none"})
_PORTS: Final = {"http": ":80", "https": ":443"}
_API: Final = "/graphql"


def own_origin(scope: Scope) -> str:
    """Return the origin of this site as the client sees it."""
    scheme: str = scope["scheme"]
    scheme = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    host = Headers(scope=scope).get("host", "").lower().removesuffix(_PORTS.get(scheme, ""))
    return f"{scheme}://{host}"


def is_of_another(scope: Scope, origin: str, allowed: Collection[str]) -> bool:
    """Tell whether an Origin header names a page that is neither this site's nor allowed."""
    return origin not in allowed and origin.lower() != own_origin(scope)


def is_foreign(scope: Scope, allowed: Collection[str]) -> bool:
    """Tell whether a page of another site sends a request that it may not send.

    What changes something is taken from pages of this site and from programs that are no browsers:
    those send neither header, and no cookie. Reading the API is refused to pages elsewhere too.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin is not None and origin in allowed:
        return False
    reads = scope["method"] in _SAFE
    if reads and (scope["path"] != _API or headers.get("sec-fetch-mode") == "navigate"):
        return False
    if site is not None:
        return site not in _OWN
    if origin is not None:
        return is_of_another(scope, origin, allowed)
    return not reads and "cookie" in headers


def is_foreign_socket(scope: Scope, allowed: Collection[str]) -> bool:
    """Tell whether a page of another site opens a WebSocket.

    Browsers send the cookies of this site with it, and ask no permission first. They always tell
    the origin: a cookie without one is not taken either.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return "cookie" in headers if origin is None else is_of_another(scope, origin, allowed)


class OwnPages:
    """Refuses, with 403, requests that a page of another site sends.

    Args:
        allowed: origins of other sites whose pages may send requests.
    """

    def __init__(self, app: ASGIApp, *, allowed: Collection[str]) -> None:
        self.app = app
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] != "http" or not is_foreign(scope, self.allowed):
            await self.app(scope, receive, send)
            return
        message = (
            "ほかのサイトのページからの要求は受け付けません"
            " / Requests of other sites' pages are not taken"
        )
        body = orjson.dumps({"errors": [told("FOREIGN_ORIGIN", message)]})
        headers = {"Cache-Control": "no-store"}
        response = Response(body, 403, headers, media_type="application/json; charset=utf-8")
        await response(scope, receive, send)
