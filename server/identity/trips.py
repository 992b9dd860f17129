"""The cookie that binds a sign-in at the identity provider to the browser that began it."""

import hmac
import secrets
import time
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.identity.oidc import Trip

_SECONDS: Final = 600
"""In which a person signs in at the provider."""
_LONGEST: Final = 3000
_HEADER: Final = {"alg": "dir", "enc": "A256GCM"}
_CLAIMS: Final = JWTClaimsRegistry(exp={"essential": True})
_BYTES: Final = 32
_PURPOSE: Final = b"meguru: cookie of a sign-in by OIDC"


class TripCookie:
    """Keeps a `Trip` in the browser, encrypted, for ten minutes.

    Args:
        secure: as of the session's cookie.
        secret: what the key is derived from, so that every process can read what another wrote;
            where it is empty each process has a key of its own.
    """

    def __init__(self, *, secure: bool, secret: str) -> None:
        self.secure = secure
        self.name = "__Host-meguru-oidc" if secure else "meguru-oidc"
        given = secret.encode() or secrets.token_bytes(_BYTES)
        self._key = OctKey.import_key(hmac.digest(given, _PURPOSE, "sha256"))

    def keep(self, response: Response, trip: Trip) -> None:
        """Have the browser keep it; one that it kept before is gone."""
        said = {"state": trip.state, "nonce": trip.nonce, "verifier": trip.verifier, "on": trip.on}
        claims = {**said, "exp": int(time.time()) + _SECONDS}
        value = jwt.encode(_HEADER, claims, self._key, registry=JWERegistry())
        response.set_cookie(
            self.name, value, max_age=_SECONDS, secure=self.secure, httponly=True, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name, secure=self.secure, httponly=True, samesite="lax")

    def shown(self, connection: HTTPConnection) -> Trip | None:
        """Return what the browser kept; None for nothing, what is too old, or not written here."""
        value = connection.cookies.get(self.name, "")
        if not 0 < len(value) <= _LONGEST:
            return None
        try:
            claims = jwt.decode(value, self._key, registry=JWERegistry()).claims
            _CLAIMS.validate(claims)
            names = ("state", "nonce", "verifier", "on")
            return Trip(**{name: claims[name] for name in names})
        except (JoseError, ValueError, TypeError, KeyError):
            return None
