"""The cookie of a sign-in that is under way."""

import time

import pytest
from joserfc import jwt
from joserfc.jwe import JWERegistry
from starlette.requests import HTTPConnection
from starlette.responses import Response

from server.identity import trips
from server.identity.oidc import Trip
from server.identity.trips import TripCookie

TRIP = Trip(state="s" * 48, nonce="n" * 48, verifier="v" * 64)


def cookie_of(secret: str = "s", *, secure: bool = True) -> TripCookie:  # noqa: S107 - of tests
    """Return the cookie of an installation with a client secret."""
    return TripCookie(secure=secure, secret=secret)


def value_of(cookie: TripCookie) -> str:
    """Return the value that the cookie is set to."""
    response = Response()
    cookie.keep(response, TRIP)
    return response.headers["set-cookie"].partition("=")[2].partition(";")[0]


def showing(cookie: TripCookie, value: str) -> HTTPConnection:
    """Return a request that brings a value."""
    header = (b"cookie", f"{cookie.name}={value}".encode())
    return HTTPConnection({"type": "http", "headers": [header]})


def test_it_comes_back_whole_and_is_not_readable_meanwhile() -> None:
    """Encrypted, so what was kept for the provider is no business of whoever sees it."""
    cookie = cookie_of()
    value = value_of(cookie)
    assert cookie.shown(showing(cookie, value)) == TRIP
    assert all(part not in value for part in (TRIP.state, TRIP.nonce, TRIP.verifier))


def test_another_process_with_the_same_secret_reads_it() -> None:
    """And none with another, nor one without where each has a key of its own."""
    value = value_of(cookie_of())
    same = cookie_of()
    assert same.shown(showing(same, value)) == TRIP
    for other in (cookie_of("t"), cookie_of("")):
        assert other.shown(showing(other, value)) is None
    value = value_of(cookie_of(""))
    other = cookie_of("")
    assert other.shown(showing(other, value)) is None


def test_it_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the browser makes of its Max-Age."""
    cookie = cookie_of()
    past = time.time() - 601
    with monkeypatch.context() as patch:
        patch.setattr(trips.time, "time", lambda: past)
        value = value_of(cookie)
    assert cookie.shown(showing(cookie, value)) is None


def test_what_was_changed_or_made_elsewhere_is_nothing() -> None:
    """No error either: the person begins anew."""
    cookie = cookie_of()
    value = value_of(cookie)
    *start, tag = value.split(".")
    broken = ".".join([*start, ("A" if tag[0] != "A" else "B") + tag[1:]])
    for wrong in ("", "x", "a.b.c.d.e", broken, value[:-1], value + "x" * 1000):
        assert cookie.shown(showing(cookie, wrong)) is None


def test_a_cookie_that_says_less_is_nothing() -> None:
    """Without its end or one of its parts."""
    cookie = cookie_of()
    header = {"alg": "dir", "enc": "A256GCM"}
    for said in ({"state": "s", "nonce": "n", "verifier": "v"}, {"exp": int(time.time()) + 60}):
        value = jwt.encode(header, dict(said), cookie._key, registry=JWERegistry())  # noqa: SLF001 - to forge one
        assert cookie.shown(showing(cookie, value)) is None


def test_over_plain_http_it_has_another_name() -> None:
    """Browsers take `__Host-` over HTTPS only."""
    response = Response()
    cookie_of(secure=False).keep(response, TRIP)
    assert response.headers["set-cookie"].startswith("meguru-oidc=")
    assert "Secure" not in response.headers["set-cookie"]
