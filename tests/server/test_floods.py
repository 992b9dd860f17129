"""A running server and whoever sends too much: others go on, and the way in stays open."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.server.processes import Served, served

FINE = "{ plan { title } }"
WAY_IN = {"login": "nobody", "password": "wrong"}


def said(server: Served, sent: bytes, *, parts: int = 1, pause: float = 0.0) -> bytes:
    """Send something over a line of its own, in parts; return what is answered."""
    url = urlsplit(server.url)
    size = -(-len(sent) // parts)
    with socket.create_connection((url.hostname, url.port), 10) as line:
        for at in range(0, len(sent), size):
            line.sendall(sent[at : at + size])
            time.sleep(pause)
        return line.recv(4096)


def request_with(head: bytes) -> bytes:
    """Return a request with these lines in its head."""
    return b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + head + b"\r\n"


@pytest.mark.parametrize("parts", [1, 20])
@pytest.mark.parametrize(
    "head",
    [
        b"A: " + b"x" * 200_000 + b"\r\n",
        b"A: " + b"x" * 2_000_000 + b"\r\n",
        b"A: " + b"x" * 40_000 + b"\r\n",
        b"A: b\r\n" * 20_000,
        b"A: b\r\n" * 101,
    ],
)
def test_large_heads_are_refused(server: Served, head: bytes, parts: int) -> None:
    """However they come; the answer reaches whoever still sends."""
    answer = said(server, request_with(head), parts=parts, pause=0.002)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"connection: close" in answer.lower()


def test_a_head_that_never_ends_is_refused_before_it_is_over(server: Served) -> None:
    """It is not collected until there is no room; nor behind a request that was fine."""
    endless = b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 400_000
    assert said(server, endless, parts=10, pause=0.01).startswith(b"HTTP/1.1 431 ")
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname, url.port), 10) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        for at in range(0, len(endless), 40_000):
            line.sendall(endless[at : at + 40_000])
            time.sleep(0.01)
        assert b"HTTP/1.1 431 " in line.recv(4096)


def test_what_is_large_but_fine_is_answered(server: Served) -> None:
    """30 KiB of headers in parts, and bodies, which have a limit of their own."""
    head = b"".join(b"A%d: " % n + b"x" * 1000 + b"\r\n" for n in range(30))
    assert said(server, request_with(head), parts=30).startswith(b"HTTP/1.1 200 ")
    with httpx.Client(base_url=server.url) as client:
        for _ in range(3):
            asked = {"query": FINE + " " * 60_000}
            assert client.post("/graphql", json=asked).status_code == 200


def test_each_request_of_a_line_has_a_head_of_its_own(server: Served) -> None:
    """What came before it is not counted: neither an earlier head, nor a body in the same part."""
    url = urlsplit(server.url)
    body = b'{"query":"{plan{title}}"}' + b" " * 50_000
    kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    head = b"".join(b"A%d: " % n + b"x" * 1000 + b"\r\n" for n in range(20))
    with socket.create_connection((url.hostname, url.port), 10) as line:
        for part in (
            *(b"GET /healthz HTTP/1.1\r\nHost: x\r\n", head, b"\r\n"),
            *(b"GET /healthz HTTP/1.1\r\nHost: x\r\n", head, b"\r\n"),
            b"POST /graphql HTTP/1.1\r\nHost: x\r\n" + kind + body + b"GET /healthz HTTP/1.1\r\nHo",
            b"st: x\r\nConnection: close\r\n\r\n",
        ):
            line.sendall(part)
            time.sleep(0.1)
        answers = b"".join(iter(lambda: line.recv(4096), b""))
    assert answers.count(b"HTTP/1.1 200 ") == 4


def test_a_url_without_end_is_no_http(server: Served) -> None:
    """It is answered with 400, as docs/api.md says."""
    long = b"GET /graphql?query=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert said(server, long).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))


def test_nobody_is_led_to_the_host_that_a_request_names(server: Served) -> None:
    """A slash too many leads nowhere."""
    for path in ("sign-in/", "account/", "graphql/", "healthz/"):
        answer = httpx.get(server.url + path, headers={"Host": "evil.example"})
        assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_secrets_of_links_are_in_no_log(server: Served) -> None:
    """However the path is written."""
    secret = "meguru_l_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"  # noqa: S105 - made up here
    for path in ("link/", "%6cink/", "/link/", "x/../link/", "link%2F", "LINK/", "x/"):
        sent = f"GET /{path}{secret} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert said(server, sent.encode()).startswith(b"HTTP/1.1 404 ")
    assert server.line(path="/x/…")
    assert secret[9:30] not in server.log.read_text("utf-8")


def test_wrong_tokens_are_counted(own_town: str, tmp_path: Path, tokens: dict[str, str]) -> None:
    """By address, as requests are; who is known goes on, and so does who reads without any."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_RATE_ADDRESS="3") as server:
        assert server.ask(FINE, tokens["lead"]).status_code == 200
        wrong = [server.ask(FINE, f"meguru_wrong{n}") for n in range(5)]
        assert [answer.status_code for answer in wrong] == [401, 401, 401, 429, 429]
        assert wrong[-1].json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert 1 <= int(wrong[-1].headers["Retry-After"]) <= 20
        cookie = {"Cookie": "__Host-meguru=meguru_s_x", "Sec-Fetch-Site": "same-origin"}
        assert httpx.get(f"{server.url}account", headers=cookie).status_code == 429
        assert server.ask(FINE, tokens["lead"]).status_code == 200
        assert server.ask(FINE).status_code == 200


def test_one_can_come_in_where_too_much_was_read(own_town: str, tmp_path: Path) -> None:
    """The pages that lead in are counted apart, and as strictly."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_RATE_ADDRESS="3") as server:
        assert [httpx.get(server.url).status_code for _ in range(4)] == [200, 200, 200, 429]
        link = f"{server.url}link/x"
        assert httpx.get(link).status_code == 404
        assert httpx.post(f"{server.url}sign-in", data=WAY_IN).status_code == 422
        assert httpx.get(link).status_code == 404
        assert httpx.get(link).status_code == 429
        assert httpx.post(f"{server.url}sign-in", data=WAY_IN).status_code == 429


@pytest.fixture
def narrow(own_town: str, tmp_path: Path) -> Iterator[Served]:
    """Serve the town to three connections of an address."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_CONNECTIONS_ADDRESS="3") as running:
        yield running


def test_one_address_has_so_many_connections(narrow: Served) -> None:
    """More are answered with 429 at once; when they have gone, others may come."""
    url = urlsplit(narrow.url)
    with ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(socket.create_connection((url.hostname, url.port), 10))
        time.sleep(0.2)
        with socket.create_connection((url.hostname, url.port), 10) as fourth:
            assert fourth.recv(4096).startswith(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: ")
            assert fourth.recv(4096) == b""
    time.sleep(0.2)
    for _ in range(10):
        assert narrow.ask(FINE).status_code == 200


async def test_websockets_are_connections_until_they_end(narrow: Served) -> None:
    """They hold their places, and give them back."""
    protocols = [Subprotocol("graphql-transport-ws")]
    for _ in range(3):
        lines = [
            await connect(f"ws://{narrow.host}/graphql", subprotocols=protocols) for _ in range(3)
        ]
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{narrow.host}/graphql", subprotocols=protocols)
        assert refused.value.response.status_code == 429
        for line in lines:
            await line.close()
        await asyncio.sleep(0.2)


def test_a_trusted_proxy_has_as_many_as_it_needs(own_town: str, tmp_path: Path) -> None:
    """Everybody comes from its address."""
    settings = {"MEGURU_CONNECTIONS_ADDRESS": "1", "MEGURU_TRUSTED_PROXIES": "127.0.0.1"}
    with served(tmp_path, DATABASE_URL=own_town, **settings) as server, ExitStack() as lines:
        url = urlsplit(server.url)
        for _ in range(5):
            lines.enter_context(socket.create_connection((url.hostname, url.port), 10))
        assert server.ask(FINE).status_code == 200
