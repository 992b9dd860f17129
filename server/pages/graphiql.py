"""GraphiQL, from our own files: an editor for the API, for who may ask for its schema."""

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from server.graphql_execution import Execution, reaches
from server.identity import Identity, ViewerContext
from server.pages.asking import Asker, to
from server.pages.web import BUILT, Assets

FOLDER: Final = BUILT / "graphiql"
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types default",
}


class GraphiqlPage(Asker):
    """Shows GraphiQL where it was built.

    Whoever may not ask for the schema has no use for it: they are led to the sign-in where that
    would help, and otherwise there is no such page.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        folder: Path = FOLDER,
    ) -> None:
        super().__init__(execution, identity)
        self.folder = folder

    def routes(self) -> list[BaseRoute]:
        """Return what answers; nothing where it was not built."""
        if not (self.folder / "graphiql.html").is_file():
            return []
        assets = Mount("/web/graphiql/assets", Assets(directory=self.folder / "assets"))
        return [Route("/graphiql", self.answer_page), assets]

    async def answer_page(self, request: Request) -> Response:
        """Answer with the page, or lead to the sign-in.

        Raises:
            HTTPException: 404 where nobody may ask for the schema.
        """
        viewer = await self.viewer(request)
        audience = self.execution.bounds.introspection
        if viewer.is_closed or (audience == "signed-in" and not reaches(audience, viewer)):
            return to("/sign-in")
        if not reaches(audience, viewer):
            raise HTTPException(404)
        return HTMLResponse((self.folder / "graphiql.html").read_bytes(), headers=_HEADERS)
