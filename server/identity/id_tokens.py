"""ID tokens: what an identity provider says of a person, once it is certain that it says it.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

from dataclasses import dataclass
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from server.settings_identity import IdentitySettings
from workflows.accounts.provider import Vouched

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
"""Signatures that only the provider can make: never `none`, nor one keyed by a shared secret."""
LEEWAY: Final = 30
"""Seconds by which the provider's clock and ours may differ."""
_SHOWN_LOGIN: Final = 100

_KNOWN = frozenset({"pwd", "pin", "kba"})
_OWNED = frozenset({"otp", "hwk", "swk", "sms", "tel", "sc", "pop"})
_BODILY = frozenset({"fpt", "face", "iris", "retina", "vbm"})
_KINDS: Final = (_KNOWN, _OWNED, _BODILY)
"""RFC 8176's methods by what they show: two kinds are two factors, two of a kind are not."""


class UnknownKeyError(Exception):
    """The token names a key that the provider had not published when its keys were read."""


class TokenRefusedError(Exception):
    """The token proves nothing; the message, for the log, names the check and holds no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token has to agree with."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None = None
    algorithms: tuple[str, ...] = ALGORITHMS
    """Those that the provider announces; others than `ALGORITHMS` do not count."""


def verified_claims(id_token: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """Return what a token says, after its signature and every claim about the token held.

    Raises:
        UnknownKeyError: there is no key of the name that it gives.
        TokenRefusedError: anything is not as it has to be.
    """
    allowed = [name for name in expected.algorithms if name in ALGORITHMS]
    if not allowed:  # an empty list would mean the library's own choice
        raise TokenRefusedError("algorithms")
    if not expected.nonce:  # the library takes that for: do not compare
        raise TokenRefusedError("nonce")
    registry = JWSRegistry(algorithms=allowed, strict_check_header=False)
    try:
        token = jwt.decode(id_token, keys, registry=registry)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "iat": {"essential": True},
            },
            {
                "nonce": expected.nonce,
                "client_id": expected.client_id,
                "access_token": expected.access_token,
            },
        )
        claims.validate(leeway=LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except (JoseError, ValueError, TypeError) as error:
        named = getattr(error, "description", "") or type(error).__name__
        raise TokenRefusedError(f"{named:.200}") from error
    return dict(claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNames:
    """How an installation reads the claims about a person."""

    login: str
    group_claim: str
    group: str
    """Empty where everybody whom the provider knows may sign in."""
    reads_amr: bool
    """Whether a second factor is read from `amr`, or left to the provider."""

    @classmethod
    def of(cls, settings: IdentitySettings) -> "ClaimNames":
        """Return them as set."""
        return cls(
            login=settings.oidc_login_claim,
            group_claim=settings.oidc_group_claim,
            group=settings.oidc_group,
            reads_amr=settings.oidc_second_factor == "amr",
        )

    def vouched(self, claims: dict[str, Any]) -> Vouched:
        """Return whom verified claims speak of.

        The group says whether the person is let in, and nothing else: roles are appointments.
        """
        login = claims.get(self.login)
        return Vouched(
            subject=str(claims["sub"]),
            login=login[:_SHOWN_LOGIN] if isinstance(login, str) and login else None,
            second_factor=not self.reads_amr or shows_second_factor(claims.get("amr")),
            admitted=not self.group or self.group in _texts(claims.get(self.group_claim)),
        )


def shows_second_factor(amr: object) -> bool:
    """Return whether a token's `amr` tells of two factors: `mfa`, or methods of two kinds."""
    methods = set(_texts(amr))
    return "mfa" in methods or sum(bool(kind & methods) for kind in _KINDS) > 1


def _texts(claim: object) -> list[str]:
    """Return a claim's values; some providers send a single one as it is."""
    values = claim if isinstance(claim, list) else [claim]
    return [value for value in values if isinstance(value, str)]
