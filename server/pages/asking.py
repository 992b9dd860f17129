"""Who asks for a page, and the API that pages are made from: what they show, any front end can."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse

from server.graphql_errors import RefusedError
from server.graphql_execution import Execution
from server.graphql_http import request_id_of
from server.graphql_request import Parameters
from server.identity import Identity, Viewer, ViewerContext
from server.identity.bearer import authorizations
from server.identity.door import address_of
from workflows.records import Municipality

_UNAUTHENTICATED: Final = 401
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def to(path: str) -> RedirectResponse:
    """Return where to go on."""
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


async def identified(
    execution: Execution[ViewerContext],
    identity: Identity,
    connection: HTTPConnection,
    parameters: Mapping[str, Any] = _NOTHING,
) -> Viewer:
    """Return who asks, as `Identity.identify` does; whoever shows too much that is wrong, waits.

    Raises:
        RefusedError: 429 for them, or what `Identity.identify` raises.
    """
    identify = partial(identity.identify, connection, parameters)
    shown = authorizations(connection, parameters)
    shown += [cookie] if (cookie := identity.cookies.shown(connection)) else []
    if execution.rates is None or not shown:
        return await identify()
    return await execution.rates.identified(address_of(connection), repr(shown), identify)


class Asker:
    """What the pages have in common.

    Args:
        counted_as: how requests of whoever is not known are counted: `address` with all reading,
            `door` apart from it.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        *,
        counted_as: str = "address",
    ) -> None:
        self.execution = execution
        self.identity = identity
        self.counted_as = counted_as

    async def viewer(self, request: Request) -> Viewer:
        """Return who asks; a session that has ended makes an anonymous reader."""
        try:
            return await identified(self.execution, self.identity, request)
        except RefusedError as refused:
            if refused.status != _UNAUTHENTICATED:
                raise
            return await self.identity.anonymous(request)

    def prepare(self, context: ViewerContext) -> None:
        """Add to an operation what only the page that asks it knows."""

    async def ask(
        self, request: Request, viewer: Viewer, document: str, **variables: object
    ) -> dict[str, Any]:
        """Return the data of an operation of the API.

        Raises:
            RefusedError: 404, with the first error's code and message, where there is any.
        """
        request_id = request_id_of(request)
        asked = Parameters(document, None, variables, {})
        context = viewer.context(request_id)
        self.prepare(context)
        if viewer.person_id is None:
            context.caller = f"{self.counted_as}:{address_of(request)}"
        self.execution.admit(context)
        operation = self.execution.operation(asked, context)
        executor = self.execution.executor(operation, asked, context)
        payload = await self.execution.answer(executor, request_id)
        for error in payload.get("errors", ()):
            raise RefusedError(404, error["extensions"]["code"], error["message"])
        return payload["data"] or {}

    async def answer(
        self, request: Request, viewer: Viewer, document: str, **variables: object
    ) -> dict[str, Any]:
        """Return the one `answer` of a mutation."""
        data = await self.ask(request, viewer, document, **variables)
        return dict(data["answer"])

    async def town(self, viewer: Viewer) -> str:
        """Return the town's name, which also stands where nothing is published."""
        return (await Municipality.get(id=viewer.municipality_id)).name
