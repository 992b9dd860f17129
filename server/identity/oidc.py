"""The organisation's identity provider, asked by OpenID Connect's authorization code flow.

    OidcError                    (discovery)
      ProviderUnavailableError   it does not answer, or not as a provider answers
      NotVouchedError            it answers, and vouches for nobody

One issuer is believed, the one that is set; PKCE (S256), state and nonce bind an answer to the
browser that asked. No token is kept: the session is this installation's own.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from server.identity.discovery import (
    SECONDS,
    Discovery,
    Metadata,
    OidcError,
    ProviderUnavailableError,
    in_time,
)
from server.identity.id_tokens import (
    ClaimNames,
    Expected,
    TokenRefusedError,
    UnknownKeyError,
    verified_claims,
)
from server.settings_identity import IdentitySettings
from server.tries import Tried
from workflows.accounts.provider import Vouched

CALLBACK: Final = "/auth/oidc/callback"
"""Below `public_url`: to be registered with the provider."""
_PATIENCE: Final = 2.0
"""Seconds that a page about it waits for it."""
_SECRET_BASIC, _SECRET_POST = "client_secret_basic", "client_secret_post"


class NotVouchedError(OidcError):
    """The provider, or what came back in its name, vouches for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What a browser keeps while its person is away at the provider."""

    state: str
    nonce: str
    verifier: str
    on: str = ""
    """Where the person was going to; empty for nowhere in particular."""

    @classmethod
    def new(cls, on: str = "") -> "Trip":
        """Begin one: each part but the last has more than 256 random bits."""
        return cls(
            state=generate_token(48), nonce=generate_token(48), verifier=generate_token(64), on=on
        )


class IdentityProvider:
    """The one provider of this installation; remembers what it says of itself for an hour."""

    def __init__(self, settings: IdentitySettings) -> None:
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self.redirect_uri = settings.public_url + CALLBACK
        self.names = ClaimNames.of(settings)
        self._secret = settings.oidc_client_secret or None
        self._tls = httpx2.create_ssl_context()  # takes long to make: once
        self._discovery = Discovery(self.issuer, lambda: self._client({}))

    async def address(self, trip: Trip) -> str:
        """Return where the browser is to go.

        Raises:
            ProviderUnavailableError: it cannot be asked who it is.
        """
        said = (await self._discovery.metadata()).said
        async with self._client(said) as client:
            url, _ = client.create_authorization_url(
                said["authorization_endpoint"],
                state=trip.state,
                nonce=trip.nonce,
                code_verifier=trip.verifier,
            )
        return str(url)

    async def tried(self) -> Tried | None:
        """Return how it last answered who it is, having asked where that is not known.

        None where it takes longer to answer than whoever wants to know waits.
        """
        with suppress(ProviderUnavailableError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                _ = await self._discovery.metadata()
        return self._discovery.tried

    async def check_sender(self, issuers: list[str]) -> None:
        """Check the `iss` that came back with a browser (RFC 9207).

        Raises:
            NotVouchedError: it is another's, or missing where the provider says that it sends it.
            ProviderUnavailableError: it cannot be asked whether it does.
        """
        expected = bool(issuers) or (await self._discovery.metadata()).tells_issuer
        if expected and issuers != [self.issuer]:
            raise NotVouchedError("iss of the response")

    async def vouched(self, code: str, trip: Trip) -> Vouched:
        """Return whom the provider vouches for, in exchange for a code that came back.

        Raises:
            ProviderUnavailableError: it cannot be asked.
            NotVouchedError: it takes no such code, or its ID token does not hold.
        """
        metadata = await self._discovery.metadata()
        token = await self._exchange(metadata.said, code, trip)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderUnavailableError("no id_token")
        try:
            claims = self._claims(id_token, access_token, trip, metadata)
        except UnknownKeyError:
            metadata = await self._discovery.metadata(newer_than=metadata)
            try:
                claims = self._claims(id_token, access_token, trip, metadata)
            except UnknownKeyError as error:
                raise NotVouchedError("unknown key") from error
        return self.names.vouched(claims)

    def _claims(
        self, id_token: str, access_token: str | None, trip: Trip, metadata: Metadata
    ) -> dict[str, Any]:
        expected = Expected(
            issuer=self.issuer,
            client_id=self.client_id,
            nonce=trip.nonce,
            access_token=access_token,
            algorithms=metadata.algorithms,
        )
        try:
            return verified_claims(id_token, metadata.keys, expected)
        except TokenRefusedError as error:
            raise NotVouchedError(f"id_token: {error}") from error

    async def _exchange(self, said: dict[str, Any], code: str, trip: Trip) -> dict[str, Any]:
        async with self._client(said) as client, in_time("token endpoint"):
            try:
                token: dict[str, Any] = await client.fetch_token(
                    said["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=trip.verifier,
                    redirect_uri=self.redirect_uri,
                )
            except OAuthError as error:
                if error.error == "invalid_grant":
                    raise NotVouchedError("code refused") from error
                raise ProviderUnavailableError(f"token endpoint: {error.error!s:.50}") from error
        return token

    def _client(self, said: dict[str, Any]) -> Any:  # noqa: ANN401 - authlib is not typed
        """Return a client for one exchange; it follows no redirect."""
        methods = said.get("token_endpoint_auth_methods_supported") or [_SECRET_BASIC]
        with_secret = _SECRET_BASIC if _SECRET_BASIC in methods else _SECRET_POST
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self._secret,
            token_endpoint_auth_method=with_secret if self._secret else "none",
            scope="openid profile",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            timeout=SECONDS,
            follow_redirects=False,
            verify=self._tls,
        )
