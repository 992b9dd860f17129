"""The front end: one document for all of its addresses, and its built files, cached for ever."""

import os
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

BUILT: Final = Path(__file__).parents[1] / "web"
"""Where `scripts/build-web` puts it."""
PATHS: Final = (
    "/work",
    "/news",
    "/board",
    "/plan",
    "/projects/{code}",
    "/history",
    "/history/{entry:int}",
    *(
        f"/history/{name}"
        for name in ("compare", "findings", "scrutiny", "verify", "checkpoints", "copies")
    ),
    "/admin",
    "/admin/people/{number:path}",
    *(f"/admin/{name}" for name in ("reshuffle", "delegations", "plan", "settings")),
)
"""The addresses that the front end knows; the same stand in `web/src/lib/screens.ts`."""
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def is_built(folder: Path = BUILT) -> bool:
    """Return whether the front end was built into the package."""
    return (folder / "index.html").is_file()


def document_of(folder: Path = BUILT) -> str:
    """Return the one document of the front end."""
    return (folder / "index.html").read_text(encoding="utf-8")


def web_routes(folder: Path = BUILT) -> list[BaseRoute]:
    """Return what answers at the front end's addresses; nothing where it was not built.

    `/licenses` has the licences of everything from others that is in its files.
    """
    if not is_built(folder):
        return []
    document = document_of(folder)

    async def page(_request: Request) -> Response:
        return HTMLResponse(document, headers=HEADERS)

    async def licenses(_request: Request) -> Response:
        texts = [folder / "licenses.md", folder / "graphiql" / "licenses.md"]
        told = "\n".join(text.read_text("utf-8") for text in texts if text.is_file())
        return PlainTextResponse(told, headers={"Cache-Control": "no-cache"})

    assets = Mount("/web/assets", Assets(directory=folder / "assets"))
    return [*(Route(path, page) for path in PATHS), Route("/licenses", licenses), assets]


class Assets(StaticFiles):
    """Files whose names change with what is in them."""

    @override
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _FOR_EVER
        return response
