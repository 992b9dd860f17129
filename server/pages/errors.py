"""What is shown where there is no page, or none can be shown."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.graphql_errors import RequestError
from server.graphql_http import request_id_of
from server.pages.frame import HEADERS, Words, navigation
from server.pages.html import document, paragraph

_TITLE: Final = ("ページが見つかりません", "Not found")
_ADVICE: Final = (
    "アドレスを確かめるか、計画の一覧からお探しください。",
    "Check the address, or start from the plan.",
)
_UNANSWERED: Final = ("表示できません", "This cannot be shown")
_ON: Final = '<p><a class="button" href="/">計画の一覧へ <span lang="en">To the plan</span></a></p>'


def not_found() -> HTMLResponse:
    """Answer where there is no page, with what leads on."""
    return _page(_TITLE, paragraph(_ADVICE), 404, {})


def told(request: Request, error: Exception) -> Response:
    """Answer what no route answers; GraphQL tells its own errors."""
    match error:
        case RequestError():
            return _message(str(error), error.status, error.headers)
        case HTTPException(status_code=404):
            return not_found()
        case HTTPException():
            text = f"この要求には応じられません / {error.detail}"
            return _message(text, error.status_code, error.headers or {})
        case _:
            text = f"内部エラーが発生しました / Internal error: {request_id_of(request)}"
            return _message(text, 500, {})


def _message(text: str, status: int, headers: Mapping[str, str]) -> Response:
    return _page(_UNANSWERED, f"<p>{escape(text)}</p>", status, headers)


def _page(title: Words, told: str, status: int, headers: Mapping[str, str]) -> HTMLResponse:
    made = document("", title, told, _ON, bar=navigation(None))
    return HTMLResponse(made, status, {**HEADERS, "Cache-Control": "no-store", **headers})
