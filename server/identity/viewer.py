"""Who asks, and in which municipality."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from starlette.requests import HTTPConnection
from typing_extensions import override

from schema.context import Context
from schema.errors import ClientError
from server.graphql_errors import RefusedError
from server.identity.bearer import session_ended, shown_token, valid_token
from server.identity.cookies import Cookies
from server.identity.door import ServerDoor, address_of
from server.identity.proxy import agreed
from server.identity.uses import Uses
from server.settings_identity import IdentitySettings
from workflows.accounts.policy import Policy
from workflows.accounts.post import Post
from workflows.accounts.secrecy import sha256_of
from workflows.accounts.sessions import touch_session, valid_session
from workflows.accounts.tokens import touch_token
from workflows.authority import UNLIMITED, Capacity, Credential
from workflows.records import Municipality, Session, Token
from workflows.stages import Role
from workflows.standing import known_capacities

_REMEMBERED: Final = 5.0
"""Seconds for which the municipalities and their host names are taken as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks, and about which municipality."""

    municipality_id: UUID
    door: ServerDoor
    public: bool
    """Whether what the town publishes is read by anybody."""
    person_id: UUID | None = None
    """None for anonymous reading."""
    shown_sha256: str | None = None
    """Of the token or the session's secret that the person showed."""
    credential: Credential = UNLIMITED
    capacities: tuple[Capacity, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be read: nobody is known, and the town publishes nothing."""
        return self.person_id is None and not self.public

    @property
    def caller(self) -> str:
        """Whom limits count for."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        return f"address:{address_of(self.door.connection)}"

    @property
    def scope_key(self) -> str:
        """What the visible part of the record depends on, besides the day: same key, same sight."""
        if self.person_id is None:
            return "public" if self.public else "closed"
        seen = [self.person_id, sorted(self.credential.sees_as), sorted(map(repr, self.capacities))]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    def context(self, request_id: str) -> "ViewerContext":
        """Return the context of one operation of theirs."""
        return ViewerContext(
            municipality_id=self.municipality_id,
            person_id=self.person_id,
            request_id=request_id,
            credential=self.credential,
            capacities=self.capacities,
            public=self.public,
            caller=self.caller,
            door=self.door,
            viewer=self,
        )

    async def renewed(self) -> "Viewer":
        """Return the viewer as they stand now, which may be less than before.

        Raises:
            RefusedError: 401, where the token or the session has ended since.
        """
        if self.shown_sha256 is None or self.person_id is None:
            return self
        if self.door.session_id is None:
            _ = await valid_token(self.shown_sha256)
        elif await valid_session(self.shown_sha256, self.door.policy) is None:
            raise session_ended()
        held = await known_capacities(self.municipality_id, self.person_id)
        return replace(self, capacities=held)


@dataclass(kw_only=True)
class ViewerContext(Context):
    """One operation of a viewer, who may have to be asked again in a connection that stays."""

    viewer: Viewer

    @property
    def scope_key(self) -> str:
        """What the visible part of the record depends on, besides the day."""
        return self.viewer.scope_key

    @property
    def is_closed(self) -> bool:
        """Whether nothing but the way in may be asked for."""
        return self.viewer.is_closed

    @override
    async def renewed(self) -> "ViewerContext":
        """Return a context for the connection's next operation or event.

        Raises:
            ClientError: UNAUTHENTICATED or SESSION_ENDED, where the viewer is not known any more.
        """
        try:
            viewer = await self.viewer.renewed()
        except RefusedError as refused:
            code = refused.errors[0]["extensions"]["code"]
            raise ClientError(code, str(refused)) from refused
        return viewer.context(self.request_id)


class Identity:
    """Finds viewers; one for each application, since it remembers what municipalities there are."""

    def __init__(
        self, settings: IdentitySettings, policy: Policy, post: Post | None = None
    ) -> None:
        self.post = post
        self.uses = Uses()
        self.cookies = Cookies(secure=settings.secure_cookies)
        self.policy = policy
        self.public_url = settings.public_url
        self.public_reading = settings.public_reading
        self.has_provider = bool(settings.oidc_issuer)
        self.second_factor_roles: frozenset[Role] = frozenset(settings.second_factor_roles)
        self._towns: list[tuple[UUID, str | None]] = []
        self._read_at = float("-inf")

    async def identify(
        self, connection: HTTPConnection, parameters: Mapping[str, Any] | None = None
    ) -> Viewer:
        """Return who asks; costs two statements, and none for most anonymous readers.

        `parameters` are those of a WebSocket's `connection_init`.

        Raises:
            RefusedError: 401 for a token or a session that does not hold, 404 where no
                municipality is meant.
        """
        sha256 = shown_token(connection, parameters or {})
        if sha256 is not None:
            token = await valid_token(sha256)
            self.uses.note(touch_token(token))
            return await self._known(connection, token, self._of_token(token))
        secret = self.cookies.shown(connection)
        session = await valid_session(sha256_of(secret), self.policy) if secret else None
        session = await agreed(connection, session, self.anonymous)
        if session is None and secret is None:
            return await self.anonymous(connection)
        if session is None:
            self.cookies.forget(connection.scope)
            raise session_ended()
        self.uses.note(touch_session(session, self.policy))
        return await self._known(connection, session, self._of_session(session))

    async def anonymous(self, connection: HTTPConnection) -> Viewer:
        """Return a reader who is not known, whatever the request shows.

        Raises:
            RefusedError: 404, where no municipality is meant.
        """
        return Viewer(
            municipality_id=await self._municipality(connection),
            door=self.door(connection),
            public=self.public_reading,
        )

    def door(self, connection: HTTPConnection, session: Session | None = None) -> ServerDoor:
        """Return the door that a request came in by."""
        return ServerDoor(
            connection=connection,
            cookies=self.cookies,
            policy=self.policy,
            public_url=self.public_url,
            post=self.post,
            session_id=session.id if session else None,
        )

    async def _known(
        self, connection: HTTPConnection, shown: Token | Session, credential: Credential
    ) -> Viewer:
        session = shown if isinstance(shown, Session) else None
        return Viewer(
            municipality_id=shown.municipality_id,
            door=self.door(connection, session),
            public=self.public_reading,
            person_id=shown.person_id,
            shown_sha256=shown.sha256,
            credential=credential,
            capacities=await known_capacities(shown.municipality_id, shown.person_id),
        )

    def _of_token(self, token: Token) -> Credential:
        return Credential(scopes=token.granted, barred=self._barred(bool(token.second_factor)))

    def _of_session(self, session: Session) -> Credential:
        return Credential(is_session=True, barred=self._barred(session.second_factor))

    def _barred(self, second_factor: bool) -> frozenset[Role]:  # noqa: FBT001 - of two callers
        return frozenset() if second_factor else self.second_factor_roles

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
