"""Whose pages may send requests, and what is believed of where requests come from."""

from typing import Any

import pytest
from starlette.datastructures import Headers

from server.forwarded import Forwarded
from server.middleware import SecurityHeaders
from server.origins import OwnPages

HOST = {"host": "dx.example"}
OWN = {"origin": "https://dx.example"}
FOREIGN = {"origin": "https://evil.example"}
COOKIE = {"cookie": "__Host-meguru=x"}


def site(name: str, mode: str = "cors") -> dict[str, str]:
    """Return what browsers say of where a request comes from."""
    return {"sec-fetch-site": name, "sec-fetch-mode": mode}


def scope_of(
    headers: dict[str, str], method: str = "POST", path: str = "/graphql", **more: object
) -> dict[str, Any]:
    """Return the scope of a request."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    given = {"type": "http", "scheme": "https", "method": method, "path": path, "headers": raw}
    return {**given, "client": ("192.0.2.9", 1234), **more}


async def answered(application: Any, scope: dict[str, Any]) -> tuple[int, Headers, bytes]:  # noqa: ANN401 - ASGI
    """Give the status, headers and body of an application's answer to a request without body."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"], Headers(raw=sent[0]["headers"]), sent[1]["body"]


async def fine(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """Answer whatever is asked."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"fine"})


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        (COOKIE, False),
        (OWN, True),
        (OWN | COOKIE, True),
        (FOREIGN, False),
        (FOREIGN | COOKIE, False),
        ({"origin": "null"}, False),
        ({"origin": "http://dx.example"}, False),
        ({"origin": "https://dx.example:8443"}, False),
        ({"origin": "https://dx.example.evil.example"}, False),
        ({"origin": "https://friend.example"} | COOKIE, True),
        (site("same-origin") | COOKIE, True),
        (site("none") | COOKIE, True),
        (site("same-site") | COOKIE, False),
        (site("cross-site") | COOKIE, False),
        (site("cross-site") | OWN, False),
        (site("cross-site", "navigate") | COOKIE, False),
        (site("cross-site") | {"origin": "https://friend.example"}, True),
        (site("sideways"), False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/graphql", "/sign-in"])
async def test_what_changes_something_is_taken_from_own_pages(
    headers: dict[str, str],
    passes: bool,  # noqa: FBT001 - a table
    method: str,
    path: str,
) -> None:
    """And from programs that are no browsers, which bring no cookie; everywhere, not only there."""
    application = OwnPages(fine, allowed=["https://friend.example"])
    status, answer, body = await answered(application, scope_of(HOST | headers, method, path))
    assert status == (200 if passes else 403)
    assert (b"FOREIGN_ORIGIN" in body) is not passes
    assert answer.get("cache-control") == (None if passes else "no-store")


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        (COOKIE, True),
        (OWN, True),
        (FOREIGN, False),
        (site("same-origin"), True),
        (site("cross-site", "navigate"), True),
        (site("cross-site"), False),
        (site("cross-site", "no-cors") | COOKIE, False),
        (site("same-site"), False),
    ],
)
async def test_the_api_is_not_read_by_pages_elsewhere(
    headers: dict[str, str],
    passes: bool,  # noqa: FBT001 - a table
) -> None:
    """A link to an answer works; a script's request does not. Pages may be linked and shown."""
    application = OwnPages(fine, allowed=[])
    for method in ("GET", "HEAD"):
        scope = scope_of(HOST | headers, method)
        assert (await answered(application, scope))[0] == (200 if passes else 403)
        assert (await answered(application, {**scope, "path": "/"}))[0] == 200


@pytest.mark.parametrize(
    ("scheme", "host", "origin", "passes"),
    [
        ("http", "dx.example:80", "http://dx.example", True),
        ("https", "DX.example:443", "https://dx.example", True),
        ("http", "dx.example:8000", "http://dx.example:8000", True),
        ("http", "dx.example:443", "https://dx.example", False),
        ("http", "dx.example:8000", "http://dx.example", False),
        ("http", "[::1]:8000", "http://[::1]:8000", True),
    ],
)
async def test_an_origin_is_scheme_host_and_port(
    scheme: str,
    host: str,
    origin: str,
    passes: bool,  # noqa: FBT001 - a table
) -> None:
    """Ports that are understood need not be said."""
    scope = scope_of({"host": host, "origin": origin}, scheme=scheme)
    status, _, _ = await answered(OwnPages(fine, allowed=[]), scope)
    assert status == (200 if passes else 403)


async def believed(trusted: list[str], peer: str, scheme: str = "http", **headers: str) -> Any:  # noqa: ANN401 - a scope
    """Give the scope that the application gets."""
    seen: list[Any] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401 - ASGI
        seen.append(scope)

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    scope = scope_of(HOST | named, client=(peer, 1234), scheme=scheme)

    async def nothing(*_: Any) -> Any:  # noqa: ANN401 - ASGI
        raise AssertionError("nobody asks")

    await Forwarded(application, trusted=trusted)(scope, nothing, nothing)
    return seen[0]


FROM_PROXY = {
    "x_forwarded_for": "203.0.113.7",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "dx.town.example.jp",
}


async def test_a_trusted_proxy_is_believed() -> None:
    """Address, scheme and host are then the client's, and the headers themselves are gone."""
    scope = await believed(["10.0.0.0/8"], "10.1.2.3", **FROM_PROXY)
    assert (scope["client"][0], scope["scheme"]) == ("203.0.113.7", "https")
    headers = Headers(scope=scope)
    assert headers["host"] == "dx.town.example.jp"
    assert not [name for name in headers if "forwarded" in name]


@pytest.mark.parametrize("trusted", [[], ["10.0.0.5"], ["192.0.2.0/24"]])
async def test_nobody_else_is(trusted: list[str]) -> None:
    """None is trusted unless it is listed; what they say does not get any further."""
    scope = await believed(trusted, "10.1.2.3", **FROM_PROXY, forwarded="for=1.2.3.4")
    assert (scope["client"][0], scope["scheme"]) == ("10.1.2.3", "http")
    headers = Headers(scope=scope)
    assert headers["host"] == "dx.example"
    assert not [name for name in headers if "forwarded" in name]


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.9, 10.0.0.8", "203.0.113.7"),
        ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, unknown", "10.1.2.3"),
        ("nonsense", "10.1.2.3"),
        ("", "10.1.2.3"),
    ],
)
async def test_the_first_from_the_right_that_is_no_proxy_is_the_client(
    said: str, client: str
) -> None:
    """What the client itself wrote stands to the left of it, and is not read."""
    scope = await believed(["10.0.0.0/8"], "10.1.2.3", x_forwarded_for=said)
    assert scope["client"][0] == client


async def test_a_proxy_may_leave_things_out() -> None:
    """What it does not say stays; `http` takes nothing back, and a list counts from the right."""
    scope = await believed(["::1"], "::1", x_forwarded_proto="https, http")
    assert (scope["client"][0], scope["scheme"]) == ("::1", "http")
    scope = await believed(["::1"], "::1", scheme="ws", x_forwarded_proto="https")
    assert scope["scheme"] == "wss"


async def test_browsers_are_kept_strict() -> None:
    """Over HTTPS they are told to stay there; over plain HTTP that would be a lie."""
    for scheme in ("https", "http"):
        _, headers, _ = await answered(SecurityHeaders(fine), scope_of(HOST, scheme=scheme))
        assert ("strict-transport-security" in headers) is (scheme == "https")
        policy = headers["content-security-policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"):
            assert part in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"
