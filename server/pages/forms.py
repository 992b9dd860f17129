"""Forms as they come in, and the private pages that answer them."""

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse

from server.graphql_errors import RefusedError

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    # With no-referrer, browsers send forms with `Origin: null`; over plain HTTP that is all they say.
    "Referrer-Policy": "same-origin",
}
_LONGEST: Final = 16 * 1024
"""Bytes of a form; it holds a few lines of text."""


def html(page: str, status: int = 200) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(page, status, headers=HEADERS)


async def fields_of(request: Request) -> dict[str, str]:
    """Return what a form was sent with; of a field that is there twice, the first.

    Raises:
        RefusedError: 413 for too much, 415 for another type.
    """
    if request.headers.get("content-type", "").partition(";")[0] != (
        "application/x-www-form-urlencoded"
    ):
        raise RefusedError(415, "BAD_REQUEST", "フォームではありません / This is no form")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            raise RefusedError(413, "TOO_LARGE", "送信内容が大きすぎます / The form is too large")
    given = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=50)
    return {name: values[0] for name, values in given.items()}
