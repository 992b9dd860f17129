"""Who asks, and in which municipality."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.requests import HTTPConnection

from schema.context import Context
from schema.errors import ClientError
from server.graphql_errors import RefusedError
from server.identity.bearer import shown_token, valid_token
from workflows.records import Municipality

_REMEMBERED: Final = 5.0
"""Seconds for which the municipalities and their host names are taken as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks, and about which municipality."""

    municipality_id: UUID
    person_id: UUID | None = None
    """None for anonymous reading."""
    token_sha256: str | None = None
    """Of the token that the person showed."""

    def context(self, request_id: str) -> "ViewerContext":
        """Return the context of one operation of theirs."""
        return ViewerContext(
            municipality_id=self.municipality_id,
            person_id=self.person_id,
            request_id=request_id,
            viewer=self,
        )

    async def recheck(self) -> None:
        """Refuse where the token has expired or been revoked since: one statement.

        Raises:
            RefusedError: 401.
        """
        if self.token_sha256 is not None:
            _ = await valid_token(self.token_sha256)


@dataclass(kw_only=True)
class ViewerContext(Context):
    """One operation of a viewer, who may have to be asked again in a connection that stays."""

    viewer: Viewer

    async def renewed(self) -> "ViewerContext":
        """Return a context for the connection's next operation or event.

        Raises:
            ClientError: UNAUTHENTICATED, where the viewer's token does not hold any more.
        """
        try:
            await self.viewer.recheck()
        except RefusedError as refused:
            raise ClientError("UNAUTHENTICATED", str(refused)) from refused
        return self.viewer.context(self.request_id)


class Identity:
    """Finds viewers; one for each application, since it remembers what municipalities there are."""

    def __init__(self) -> None:
        self._towns: list[tuple[UUID, str | None]] = []
        self._read_at = float("-inf")

    async def identify(
        self, connection: HTTPConnection, parameters: Mapping[str, Any] | None = None
    ) -> Viewer:
        """Return who asks; costs at most one statement, and none for most anonymous readers.

        `parameters` are those of a WebSocket's `connection_init`.

        Raises:
            RefusedError: 401 for a token that does not hold, 404 where no municipality is meant.
        """
        sha256 = shown_token(connection, parameters or {})
        if sha256 is None:
            return Viewer(municipality_id=await self._municipality(connection))
        token = await valid_token(sha256)
        return Viewer(
            municipality_id=token.municipality_id, person_id=token.person_id, token_sha256=sha256
        )

    async def _municipality(self, connection: HTTPConnection) -> UUID:
        """Return the only municipality that there is, or the one with the request's host name."""
        now = time.monotonic()
        if not self._towns or now - self._read_at > _REMEMBERED:
            self._towns = await Municipality.all().values_list("id", "host")
            self._read_at = now
        if not self._towns:
            raise RefusedError(
                404,
                "MUNICIPALITY_UNKNOWN",
                "まだ何も取り込まれていません。meguru seed を行ってください"
                " / Nothing has been loaded yet: run meguru seed",
            )
        if len(self._towns) == 1:
            return self._towns[0][0]
        asked = connection.headers.get("host", "").partition(":")[0].lower().rstrip(".")
        for town_id, host in self._towns:
            if host == asked:
                return town_id
        raise RefusedError(
            404,
            "MUNICIPALITY_UNKNOWN",
            f"ホスト名「{asked}」の地方公共団体は登録されていません"
            f" / No municipality is registered for the host {asked!r}",
        )
