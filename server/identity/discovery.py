"""What the identity provider says of itself, and the keys that it signs with.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from server.identity.id_tokens import ALGORITHMS
from server.tries import Tried
from workflows.ledger import now as now_in_utc

SECONDS: Final = 5.0
"""For each question to the provider, from connecting to the last byte."""
_REMEMBERED: Final = 3600.0
"""Seconds for which what the provider says of itself is taken as it was."""
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcError(Exception):
    """Nobody is signed in. The message is for the log; it holds no secret."""


class ProviderUnavailableError(OidcError):
    """The provider does not answer (503), or answers what no provider may answer (502)."""

    def __init__(self, reason: str, *, status: int = 502) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the provider says of itself, and the keys that it signs with."""

    said: dict[str, Any]
    keys: KeySet

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms that it signs ID tokens with."""
        named = self.said.get("id_token_signing_alg_values_supported")
        return tuple(a for a in named if a in ALGORITHMS) if isinstance(named, list) else ("RS256",)

    @property
    def tells_issuer(self) -> bool:
        """Whether it names itself when it sends browsers back (RFC 9207)."""
        return self.said.get("authorization_response_iss_parameter_supported") is True


class Discovery:
    """Reads the metadata of one issuer, and remembers them for an hour.

    Args:
        issuer: the only one that is believed; its metadata have to name it, letter by letter.
        client: makes a client of authlib, which follows no redirect.
    """

    def __init__(self, issuer: str, client: Callable[[], Any]) -> None:
        self.issuer = issuer
        self._client = client
        self._reading = asyncio.Lock()
        self._known: Metadata | None = None
        self._read_at = float("-inf")
        self._failure: tuple[ProviderUnavailableError, float] | None = None
        self.tried: Tried | None = None
        """How it answered when it was last asked."""

    async def metadata(self, newer_than: Metadata | None = None) -> Metadata:
        """Return what is known; asked anew after an hour, or to be newer than what was given.

        Raises:
            ProviderUnavailableError: it cannot be asked, or is another.
        """
        async with self._reading:
            now = time.monotonic()
            if self._known and self._known is not newer_than and now < self._read_at + _REMEMBERED:
                return self._known
            if self._failure and now < self._failure[1] + SECONDS:
                # Those who waited do not each wait for it to fail again.
                failed = self._failure[0]
                raise ProviderUnavailableError(str(failed), status=failed.status)
            try:
                self._known = await self._read()
            except ProviderUnavailableError as error:
                self._failure = error, time.monotonic()
                self.tried = Tried(now_in_utc(), str(error))
                raise
            self.tried = Tried(now_in_utc())
            self._read_at, self._failure = time.monotonic(), None
            return self._known

    async def _read(self) -> Metadata:
        async with self._client() as client:
            said = await _json(client, self.issuer.rstrip("/") + _WELL_KNOWN)
            if said.get("issuer") != self.issuer:
                raise ProviderUnavailableError("issuer is another than MEGURU_OIDC_ISSUER")
            scheme = urlsplit(self.issuer).scheme
            for name in _ENDPOINTS:
                if urlsplit(str(said.get(name))).scheme not in {scheme, "https"}:
                    raise ProviderUnavailableError(name)
            keys = await _json(client, said["jwks_uri"])
        try:
            return Metadata(said=said, keys=KeySet.import_key_set({"keys": keys["keys"]}))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderUnavailableError("jwks_uri: no keys") from error


@asynccontextmanager
async def in_time(what: str) -> AsyncIterator[None]:
    """Turn whatever keeps the provider from answering into `ProviderUnavailableError`."""
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except (TimeoutError, httpx2.TransportError) as error:
        raise ProviderUnavailableError(f"{what}: {type(error).__name__}", status=503) from error
    except httpx2.HTTPStatusError as error:
        raise ProviderUnavailableError(f"{what}: HTTP {error.response.status_code}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise ProviderUnavailableError(f"{what}: {type(error).__name__}") from error


async def _json(client: Any, url: str) -> dict[str, Any]:  # noqa: ANN401 - authlib is not typed
    async with in_time(url):
        response = await client.request("GET", url, withhold_token=True)
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise ValueError("no object")  # noqa: TRY004 - is turned into what any wrong answer is
    return answer
