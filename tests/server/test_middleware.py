"""What every request goes through: how large its head may be, and what of its path is logged."""

from typing import Any
from urllib.parse import quote

import pytest
from starlette.types import Message

from server.middleware import SmallHeads, path_shown
from tests.server.test_origins import answered, fine, scope_of

SECRET = "meguru_l_7Jd-_k3nS9vQ2xZp4RtYwAcEgHiLmNoPqRsTuVxW"  # noqa: S105 - made up here


@pytest.mark.parametrize(
    "path",
    [
        f"/link/{SECRET}",
        f"/link/{SECRET}/",
        f"/link/{SECRET[:20]}",
        f"/%6cink/{SECRET}",
        f"/%256cink/{SECRET}",
        f"/%25256cink/{SECRET}",
        f"/%2525256cink/{SECRET[:20]}",
        f"//link/{SECRET}",
        f"/link//{SECRET}",
        f"/LINK/{SECRET[:20]}",
        f"/link%2F{SECRET[:20]}",
        f"/link/a%0a{SECRET[:20]}",
        f"/x/../link/{SECRET}",
        f"/links/{SECRET}",
        f"/{SECRET}",
        f"/x{quote('/link/', safe='')}{SECRET}",
        f"/{SECRET[:30]}%{ord(SECRET[30]):02x}{SECRET[31:]}",
        f"/{'x/' * 200}{SECRET}",
    ],
)
def test_no_secret_of_a_link_is_logged(path: str) -> None:
    """Neither where it belongs, nor where somebody has put it, and however that is encoded."""
    shown = path_shown(path.encode())
    assert SECRET[9:20] not in shown
    assert "…" in shown


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/a%0a%7b%22f%22:1%7d", "/%E9%9A%8E", "/link", "/a%2520b"]
)
def test_other_paths_are_logged_as_they_were_sent(path: str) -> None:
    """Percent-encoded, so that none forges a line."""
    assert path_shown(path.encode()) == path


def test_what_stands_beside_a_secret_forges_no_line() -> None:
    """It is encoded anew."""
    assert path_shown(f"/a%0ab/{SECRET}".encode()) == "/a%0Ab/…"
    assert path_shown(b"/x/link/S") == "/x/link/…"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"a", b"b")] * 100, 200),
        ([(b"a", b"b")] * 101, 431),
        ([(b"a", b"b" * (32 * 1024 - 1))], 200),
        ([(b"a", b"b" * 32 * 1024)], 431),
        ([(b"a" * 32 * 1024, b"b")], 431),
        ([(b"a" * 330, b"b")] * 100, 431),
    ],
)
async def test_heads_are_small(headers: list[tuple[bytes, bytes]], status: int) -> None:
    """At most so many, and so long."""
    got, answer, body = await answered(SmallHeads(fine), {**scope_of({}), "headers": headers})
    assert got == status
    assert (b"HEADERS_TOO_LARGE" in body) is (status == 431)
    assert answer.get("connection") == (None if status == 200 else "close")


async def test_a_websocket_with_a_large_head_is_refused() -> None:
    """Before it is accepted, which is answered with 403."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def nothing(*_: Any) -> Any:  # noqa: ANN401 - ASGI
        raise AssertionError("nobody asks")

    scope = {"type": "websocket", "headers": [(b"a", b"b")] * 101}
    await SmallHeads(nothing)(scope, nothing, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
