"""Copies of the record (写し), to be fetched by whoever took them: made while they are sent."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from schema.copies import PATH
from schema.costs import ACT
from schema.ids import uuid_of
from server.graphql_errors import RefusedError, RequestError
from server.graphql_execution import Execution
from server.graphql_http import request_id_of
from server.identity import Identity, ViewerContext
from server.pages.asking import identified
from workflows.checkpoints import Issued, Outgrown, Signing, is_diverged, issue_of_size
from workflows.exports import CopyFormat, KeptCopies, available, content, entry_count, file_name
from workflows.records import Export

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 2
"""Copies that one person may be fetching, and eight of all."""
_ALL: Final = 8
_JSON: Final = "application/json; charset=utf-8"
_MEDIA: Final = {
    CopyFormat.JSONL: "application/jsonl",
    CopyFormat.CSV: "text/csv; charset=utf-8",
    CopyFormat.CSV_CP932: "text/csv; charset=Shift_JIS",
}
_UNSIGNED: Final = (
    "写しを取ったときに署名鍵がなく、署名されませんでした。新しい写しを取ってください"
    " / The copy was not signed when it was taken: the key was missing. Take a new one"
)
_DIVERGED: Final = (
    "記録が、署名済みのチェックポイントの内容と一致しないため、写しに署名しませんでした。"
    "サーバーをそのままの状態に保ち、監査委員に連絡してください"
    " / The record is not what its last checkpoint says, so the copy was not signed. Keep the "
    "machine as it is, and call the auditors"
)
_CSP: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


class CopyPages:
    """Sends copies.

    Args:
        signing: what their checkpoints are signed with, where that was not done already.
        kept: where what they need beside the record is kept.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        signing: Signing,
        kept: KeptCopies,
    ) -> None:
        self.execution = execution
        self.identity = identity
        self.signing = signing
        self.kept = kept
        self._going: Counter[str] = Counter()

    def routes(self) -> list[Route]:
        """Return the path with what answers there: HEAD tells what GET would, and sends nothing."""
        return [Route(f"{PATH}/{{copy}}", self.answer, methods=["GET", "HEAD"])]

    async def answer(self, request: Request) -> Response:
        """Answer one request: the copy, or why not, as the API tells it."""
        try:
            return await self._fetch(request)
        except RequestError as refused:
            body = orjson.dumps({"errors": refused.errors})
            headers = {"Cache-Control": "no-store", **refused.headers}
            return Response(body, refused.status, headers, _JSON)

    async def _fetch(self, request: Request) -> Response:
        viewer = await identified(self.execution, self.identity, request)
        context = viewer.context(request_id_of(request))
        self.execution.admit(context)
        export = await Export.of(context.municipality_id).get_or_none(
            id=uuid_of(request.path_params["copy"], Export), person_id=context.person_id
        )
        if export is None or context.person_id is None:
            raise RefusedError(404, "NOT_FOUND", "見つかりません / There is no such thing")
        gone = await available(export, context.sight, context.now, self.kept)
        if gone is not None:
            message = f"{gone.message()} / {gone.message(japanese=False)}"
            raise RefusedError(410, str(gone.code), message)
        note = await self._note(export)
        if self._going[context.caller] >= _AT_ONCE or self._going.total() >= _ALL:
            message = "写しの受取りが混み合っています / Too many copies are being fetched"
            raise RefusedError(429, "TOO_MANY_COPIES", message, {"Retry-After": "30"})
        if self.execution.rates:
            self.execution.rates.spend(context.caller, ACT)
        is_head = request.method == "HEAD"
        return StreamingResponse(
            _nothing() if is_head else self._sent(export, note, context.caller),
            media_type=_MEDIA[CopyFormat(export.asked["format"])],
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": _CSP,
                "Content-Disposition": f'attachment; filename="{file_name(export)}"',
                "X-Entry-Count": str(await entry_count(export)),
            },
        )

    async def _note(self, export: Export) -> str:
        """Return the signed checkpoint of a copy's size; a table needs none.

        Raises:
            RefusedError: 503, where the key is not there, or the record is not what was signed
                before; 410, where it was not when the copy was taken, and the record has grown.
        """
        if export.asked["format"] != CopyFormat.JSONL:
            return ""
        issued = await issue_of_size(export.municipality_id, export.size, self.signing.ring)
        if isinstance(issued, Issued):
            return issued.checkpoint.note
        if isinstance(issued, Outgrown):
            raise RefusedError(410, "COPY_UNSIGNED", _UNSIGNED)
        if is_diverged(issued):
            raise RefusedError(503, "RECORD_DIVERGED", _DIVERGED)
        message = (
            "署名鍵がサーバーにないため、写しに署名できません。サーバーの管理者に連絡してください"
            " / The copy cannot be signed: the server lacks its key. Tell its operator"
        )
        raise RefusedError(503, "SIGNING_KEY_MISSING", message)

    async def _sent(self, export: Export, note: str, caller: str) -> AsyncIterator[bytes]:
        """Yield the copy; whoever goes away ends it."""
        self._going[caller] += 1
        try:
            async for part in content(export, note, self.kept):
                yield part
        finally:
            self._going[caller] -= 1
            if not self._going[caller]:
                del self._going[caller]


async def _nothing() -> AsyncIterator[bytes]:
    """Yield nothing: how many bytes a copy has is not known before it was made."""
    for part in (b"",):
        yield part
