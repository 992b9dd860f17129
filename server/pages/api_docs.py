"""The API's reference as a page, made of the schema: no JavaScript, and nothing from elsewhere."""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from schema.api import SCHEMA
from server.graphql_execution import Execution, reaches
from server.identity import Identity, ViewerContext
from server.pages.api_guide import guide
from server.pages.api_reference import Reference
from server.pages.asking import Asker, to
from server.pages.frame import HEADERS, Words, navigation, page
from server.pages.html import both
from server.settings import Settings

_FOLDER: Final = Path(__file__).parent
_STYLE: Final = (_FOLDER / "api_docs.css").read_bytes()
_TITLE: Final = ("APIリファレンス", "API reference")


class ApiDocs(Asker):
    """Shows the reference to whoever may ask for the schema.

    Args:
        settings: the limits that hold here.
    """

    def __init__(
        self, execution: Execution[ViewerContext], identity: Identity, settings: Settings
    ) -> None:
        super().__init__(execution, identity)
        self.settings = settings

    def routes(self) -> list[Route]:
        """Return what answers."""
        return [
            Route("/docs", _lead),
            Route("/docs/api", self.answer_page),
            Route("/docs/api.css", _style),
            Route("/docs/api/schema.graphql", self.answer_sdl),
        ]

    async def answer_page(self, request: Request) -> Response:
        """Answer with the reference."""
        return await self._told(request, "html")

    async def answer_sdl(self, request: Request) -> Response:
        """Answer with the schema as it is written (SDL)."""
        return await self._told(request, "plain")

    async def _told(self, request: Request, kind: str) -> Response:
        viewer = await self.viewer(request)
        audience = self.execution.bounds.introspection
        if viewer.is_closed or (audience == "signed-in" and not reaches(audience, viewer)):
            return to("/sign-in")
        if not reaches(audience, viewer):
            raise HTTPException(404)
        body, tag = self._page if kind == "html" else self._sdl
        headers = {**HEADERS, "ETag": tag, "Vary": "Authorization, Cookie"}
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=f"text/{kind}")

    @cached_property
    def _page(self) -> tuple[bytes, str]:
        return _tagged(render(SCHEMA._schema, self.settings))  # noqa: SLF001 - there is no other way

    @cached_property
    def _sdl(self) -> tuple[bytes, str]:
        return _tagged(SCHEMA.as_str() + "\n")


async def _lead(_request: Request) -> Response:
    return RedirectResponse("/docs/api", 308)


async def _style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _tagged(text: str) -> tuple[bytes, str]:
    body = text.encode()
    # Weak, since the same text may be sent compressed.
    return body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def render(schema: GraphQLSchema, settings: Settings) -> str:
    """Return the page for a schema, with what is set."""
    reference = Reference(schema)
    topics = list(guide(schema, settings, reference.text))
    links = [("/docs/api/schema.graphql", ("SDL", "schema.graphql"))]
    links += [("/graphiql", ("GraphiQLで試す", "Try it"))] if settings.graphiql else []
    links += [("/licenses", ("ライセンス", "Licences"))]
    led = " ".join(f'<a href="{to}">{both(words)}</a>' for to, words in links)
    contents = _topics((anchor, words) for anchor, words, _ in topics) + "".join(
        _names(*section) for section in reference.contents()
    )
    told = "\n".join(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{both(words)}</h2>{body}</section>'
        for anchor, words, body in topics
    )
    body = (
        f'<h1>{both(_TITLE)}</h1><p class="links">{led}</p>\n<div class="page">'
        f'<nav aria-label="目次">{contents}</nav>\n<div>{told}\n'
        f"{chr(10).join(reference.sections())}</div></div>"
    )
    # One page for everybody who may see it: who that is does not stand in it.
    return page(_TITLE[0], body, bar=navigation(None), kind="docs", style="/docs/api.css")


def _topics(topics: Iterable[tuple[str, Words]]) -> str:
    made = "".join(
        f'<li><a href="#{anchor}">{escape(words[0])}</a></li>' for anchor, words in topics
    )
    return f"<ul>{made}</ul>"


def _names(anchor: str, words: Words, names: list[tuple[str, str]]) -> str:
    made = "".join(f'<li><a href="#{to}">{name}</a></li>' for to, name in names)
    return (
        f'<details><summary>{escape(words[0])} <span class="count">{len(names)}</span></summary>'
        f'<ul><li><a href="#{anchor}">{escape(words[0])}の先頭</a></li>{made}</ul></details>'
    )
