"""What is shown where there is no page, or none can be shown."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.graphql_errors import RequestError
from server.graphql_http import request_id_of

_NOT_FOUND: Final = (
    '<!doctype html><html lang="ja"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>ページが見つかりません – Meguru</title>"
    '<link rel="stylesheet" href="/page.css"><link rel="icon" href="data:,">'
    '<body class="form"><main><h1>ページが見つかりません <span lang="en">Not found</span></h1>'
    "<p>アドレスを確かめるか、計画の一覧からお探しください。 "
    '<span lang="en">Check the address, or start from the plan.</span></p>'
    '<p><a class="button" href="/">計画の一覧へ <span lang="en">To the plan</span></a></p>'
    "</main></body></html>"
)
_NOT_FOUND_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}


def told(request: Request, error: Exception) -> Response:
    """Answer what no route answers; GraphQL tells its own errors."""
    match error:
        case RequestError():
            return _message(str(error), error.status, error.headers)
        case HTTPException(status_code=404):
            return HTMLResponse(_NOT_FOUND, 404, _NOT_FOUND_HEADERS)
        case HTTPException():
            text = f"この要求には応じられません / {error.detail}"
            return _message(text, error.status_code, error.headers or {})
        case _:
            text = f"内部エラーが発生しました / Internal error: {request_id_of(request)}"
            return _message(text, 500, {})


def _message(text: str, status: int, headers: Mapping[str, str]) -> Response:
    head = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>Meguru</title>'
    return HTMLResponse(f"{head}<p>{escape(text)}</p></html>", status, headers)
