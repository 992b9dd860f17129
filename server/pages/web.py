"""The front end: one document for all of its addresses, and its built files, cached for ever."""

import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

BUILT: Final = Path(__file__).parents[1] / "web"
"""Where `scripts/build-web` puts it."""
SCREENS: Final = {
    "/work": "Work",
    "/news": "News",
    "/board": "Board",
    "/plan": "Plan",
    "/projects/{code}": "Project",
    "/history": "history/Search",
    "/history/{entry:int}": "history/Entry",
    "/history/compare": "history/Compare",
    "/history/findings": "history/Findings",
    "/history/scrutiny": "history/Scrutiny",
    "/history/verify": "history/Verify",
    "/history/checkpoints": "history/Checkpoints",
    "/history/copies": "history/Copies",
    "/admin": "admin/People",
    "/admin/people/{number:path}": "admin/Person",
    "/admin/reshuffle": "admin/Reshuffle",
    "/admin/delegations": "admin/Delegations",
    "/admin/plan": "admin/Import",
    "/admin/settings": "admin/Settings",
}
"""The addresses that the front end knows, and what shows each; the same stand in
`web/src/lib/screens.ts`."""
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
}
Manifest = dict[str, dict[str, Any]]
"""Vite's, of what was built: each source's file, its styles, and what it imports."""
_ENTRY: Final = "index.html"
_CODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""What the build compresses with, the smaller first, and how those files' names end."""
_NEVER: Final = re.compile(r"q=0(\.0*)?")
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def is_built(folder: Path = BUILT) -> bool:
    """Return whether the front end was built into the package."""
    return (folder / "index.html").is_file()


def document_of(path: str, folder: Path = BUILT) -> str:
    """Return the front end's document, which also names what shows an address.

    A browser then fetches that at once, not only once the first script has asked for it.
    """
    document = (folder / "index.html").read_text(encoding="utf-8")
    manifest: Manifest = json.loads((folder / "manifest.json").read_bytes())
    first = dict.fromkeys(_needed(f"src/screens/{SCREENS[path]}.svelte", manifest))
    scripts, styles = [], []
    for key in first:
        scripts.append(
            f'<link rel="modulepreload" crossorigin href="/web/{manifest[key]["file"]}">'
        )
        styles += [
            f'<link rel="stylesheet" crossorigin href="/web/{file}">'
            for file in manifest[key].get("css", ())
        ]
    return document.replace("</head>", "\n".join([*scripts, *styles, "</head>"]), 1)


def _needed(key: str, manifest: Manifest) -> Iterator[str]:
    """Yield a file of the manifest and what it imports, without what every page has."""
    if key in {_ENTRY, *manifest[_ENTRY].get("imports", ())}:
        return
    yield key
    for imported in manifest[key].get("imports", ()):
        yield from _needed(imported, manifest)


def web_routes(folder: Path = BUILT) -> list[BaseRoute]:
    """Return what answers at the front end's addresses; nothing where it was not built.

    `/licenses` has the licences of everything from others that is in its files.
    """
    if not is_built(folder):
        return []

    async def licenses(_request: Request) -> Response:
        texts = [folder / "licenses.md", folder / "graphiql" / "licenses.md"]
        told = "\n".join(text.read_text("utf-8") for text in texts if text.is_file())
        return PlainTextResponse(told, headers={"Cache-Control": "no-cache"})

    assets = Mount("/web/assets", Assets(directory=folder / "assets"))
    return [
        *(Route(path, _page(path, folder)) for path in SCREENS),
        Route("/licenses", licenses),
        assets,
    ]


def _page(path: str, folder: Path) -> Callable[[Request], Awaitable[Response]]:
    document = document_of(path, folder)

    async def page(_request: Request) -> Response:
        return HTMLResponse(document, headers=HEADERS)

    return page


class Assets(StaticFiles):
    """Files whose names change with what is in them, and compressed ones that lie beside them."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if not isinstance(response, FileResponse):
            return response
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for coding in filter(partial(_takes, accepted), _CODINGS):
            if smaller := self._compressed(response, coding, scope):
                return smaller
        return response

    def _compressed(self, whole: FileResponse, coding: str, scope: Scope) -> Response | None:
        path = f"{whole.path}{_CODINGS[coding]}"
        try:
            found = os.stat(path)  # noqa: PTH116 - as the base class looks files up
        except FileNotFoundError:
            return None
        response = self.file_response(path, found, scope)
        response.headers["Content-Encoding"] = coding
        response.headers["Content-Type"] = whole.headers["content-type"]
        return response

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
        response.headers["Vary"] = "Accept-Encoding"
        return response


def _takes(accepted: str, coding: str) -> bool:
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == coding:
            return not _NEVER.fullmatch(weight.strip())
    return False
