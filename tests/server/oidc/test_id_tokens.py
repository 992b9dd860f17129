"""ID tokens that are forged, out of date or meant for somebody else."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from server.identity.id_tokens import (
    ALGORITHMS,
    ClaimNames,
    Expected,
    TokenRefusedError,
    UnknownKeyError,
    shows_second_factor,
    verified_claims,
)

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "k1"})
CURVE = ECKey.generate_key("P-256", {"kid": "e1"})
EXPECTED = Expected(issuer=ISSUER, client_id="meguru", nonce="n-1")


def published(*keys: RSAKey | ECKey | OctKey) -> KeySet:
    """Return keys as the provider publishes them."""
    return KeySet.import_key_set({"keys": [key.as_dict(private=False) for key in keys]})


KEYS = published(KEY, CURVE)


def claims(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return what a token says; None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "sub": "s1",
        "aud": "meguru",
        "exp": now + 60,
        "iat": now,
        "nonce": "n-1",
    }
    return {name: value for name, value in {**said, **values}.items() if value is not None}


def signed(
    said: dict[str, Any], key: RSAKey | ECKey | OctKey = KEY, alg: str = "RS256", **header: str
) -> str:
    """Return a token."""
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jwt.encode({"alg": alg, "kid": "k1", **header}, dict(said), key, registry=registry)


def refused(token: str, expected: Expected = EXPECTED, keys: KeySet = KEYS) -> str:
    """Return why a token is refused."""
    with pytest.raises(TokenRefusedError) as caught:
        verified_claims(token, keys, expected)
    return str(caught.value)


def test_a_token_that_holds_is_believed() -> None:
    """Whether signed by RSA or by an elliptic curve, for us alone or for us among others."""
    assert verified_claims(signed(claims()), KEYS, EXPECTED)["sub"] == "s1"
    token = signed(claims(), CURVE, "ES256", kid="e1")
    assert verified_claims(token, KEYS, EXPECTED)["sub"] == "s1"
    token = signed(claims(aud=["meguru", "other"], azp="meguru"))
    assert verified_claims(token, KEYS, EXPECTED)["sub"] == "s1"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"iss": "https://id.example/"}, "iss"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": [ISSUER]}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": ["other"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["meguru", "other"]}, "azp"),
        ({"aud": ["meguru", "other"], "azp": "other"}, "azp"),
        ({"azp": "other"}, "azp"),
        ({"sub": None}, "sub"),
        ({"sub": 5}, "sub"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": "n-2"}, "nonce"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": int(time.time()) - 40}, "xpired"),
        ({"iat": None}, "iat"),
        ({"iat": int(time.time()) + 86_400}, "future"),
        ({"nbf": int(time.time()) + 86_400}, "not yet valid"),
        ({"amr": "pwd"}, "amr"),
    ],
)
def test_each_claim_about_the_token_has_to_hold(values: dict[str, Any], reason: str) -> None:
    """Though the signature is right."""
    assert reason in refused(signed(claims(**values)))


def test_clocks_may_differ_a_little() -> None:
    """By less than half a minute."""
    now = int(time.time())
    assert verified_claims(signed(claims(exp=now - 20, iat=now + 20)), KEYS, EXPECTED)


def test_the_access_token_has_to_be_the_one_it_came_with() -> None:
    """Where the ID token tells its hash."""
    expected = Expected(issuer=ISSUER, client_id="meguru", nonce="n-1", access_token="other")  # noqa: S106 - of tests
    assert "at_hash" in refused(signed(claims(at_hash="qqqqqqqqqqqqqqqqqqqqqq")), expected)


def test_an_unsigned_token_is_refused() -> None:
    """However the algorithm `none` is written."""
    said = signed(claims()).split(".")[1]
    for header in ('{"alg":"none"}', '{"alg":"None","kid":"k1"}', '{"kid":"k1"}', '{"alg":null}'):
        encoded = urlsafe_b64encode(header.encode()).decode().rstrip("=")
        assert refused(f"{encoded}.{said}.")


@pytest.mark.parametrize("names", [("RS256",), ("HS256", "RS256"), ALGORITHMS])
def test_a_token_keyed_by_what_others_know_is_refused(names: tuple[str, ...]) -> None:
    """HS256 by the provider's public key, or by a secret, even one among the provider's keys."""
    expected = Expected(issuer=ISSUER, client_id="meguru", nonce="n-1", algorithms=names)
    text = b".".join(
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "kid": "k1"}, claims())
    )
    secret = b"a client secret of the tests"
    shared = KeySet([OctKey.import_key(secret, {"kid": "k1"})])
    for key, keys in ((KEY.as_pem(private=False), KEYS), (secret, shared)):
        tag = urlsafe_b64encode(hmac.digest(key, text, "sha256")).rstrip(b"=")
        assert "not allowed" in refused((text + b"." + tag).decode(), expected, keys)


def test_a_provider_that_announces_nothing_else_is_not_believed() -> None:
    """An empty choice would leave it to the library."""
    only = Expected(issuer=ISSUER, client_id="meguru", nonce="n-1", algorithms=("HS256", "none"))
    assert refused(signed(claims()), only) == "algorithms"


def test_only_asymmetric_algorithms_are_believed() -> None:
    """So nobody who can check a token can make one."""
    assert all(name[:2] in {"RS", "PS", "ES"} for name in ALGORITHMS)


def test_a_token_of_another_key_is_refused() -> None:
    """Even under the name of the right one."""
    assert refused(signed(claims(), OTHER))
    head, _, rest = signed(claims()).partition(".")
    forged = signed(claims(sub="s2"), OTHER).split(".")[1]
    assert refused(f"{head}.{forged}.{rest.split('.')[1]}")


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    """`jwk` in the header proves only that its sender can sign."""
    registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    header = {"alg": "RS256", "kid": "k1", "jwk": OTHER.as_dict(private=False)}
    assert refused(jwt.encode(header, claims(), OTHER, registry=registry))


def test_a_key_that_is_not_for_signatures_is_not_used() -> None:
    """Providers publish keys for encryption beside the others."""
    enc = RSAKey.generate_key(2048, {"kid": "k2", "use": "enc"})
    token = signed(
        claims(), RSAKey.import_key(enc.as_dict(private=True) | {"use": "sig"}), kid="k2"
    )
    with pytest.raises(UnknownKeyError):
        verified_claims(token, published(KEY, enc), EXPECTED)


def test_a_key_that_is_not_known_yet_is_told_apart() -> None:
    """So that the provider's keys are read anew."""
    with pytest.raises(UnknownKeyError):
        verified_claims(signed(claims(), kid="k9"), KEYS, EXPECTED)


@pytest.mark.parametrize("token", ["", "a.b.c", "x", "..", "a" * 300_000, "é.é.é"])
def test_what_is_no_token_is_refused(token: str) -> None:
    """Whatever its size."""
    assert refused(token)


def test_an_empty_nonce_is_compared_with_nothing_and_refused() -> None:
    """The library would take it for: do not compare."""
    expected = Expected(issuer=ISSUER, client_id="meguru", nonce="")
    assert refused(signed(claims()), expected) == "nonce"


@pytest.mark.parametrize(
    ("amr", "expected"),
    [
        (["mfa"], True),
        ("mfa", True),
        (["pwd", "otp"], True),
        (["pin", "hwk"], True),
        (["hwk", "fpt"], True),
        (["pwd"], False),
        (["otp"], False),
        (["pwd", "pin"], False),
        (["otp", "sms"], False),
        (["pwd", "rba", "wia"], False),
        ([], False),
        (None, False),
        ({"mfa": True}, False),
        ([["mfa"]], False),
    ],
)
def test_two_factors_are_two_kinds(amr: object, *, expected: bool) -> None:
    """RFC 8176: two things that one knows are one factor."""
    assert shows_second_factor(amr) is expected


def test_the_group_is_compared_whole() -> None:
    """In a list or as it is; another type of claim holds nobody."""
    names = ClaimNames(login="login", group_claim="g", group="meguru", reads_amr=False)
    for said in (["a", "meguru"], "meguru"):
        assert names.vouched({"sub": "s1", "g": said}).admitted
    for said in (["meguru2"], "meguru admin", {"meguru": 1}, None, [["meguru"]], 5):
        assert not names.vouched({"sub": "s1", "g": said}).admitted


def test_a_login_is_text() -> None:
    """What is none finds nobody; a long one is cut."""
    names = ClaimNames(login="login", group_claim="g", group="", reads_amr=False)
    for said in (None, 5, ["lead"], "", True):
        assert names.vouched({"sub": "s1", "login": said}).login is None
    assert names.vouched({"sub": "s1", "login": "x" * 500}).login == "x" * 100
