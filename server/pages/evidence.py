"""Files of evidence (証拠書類) over HTTP: sent to be attached, and fetched.

A file is the body itself. Whoever may not attach it is told so before it is read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Final

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from schema.costs import ACT
from schema.evidence import PATH, bare_type, charset_of, url_of
from schema.ids import uuid_of
from server.graphql_errors import RefusedError, RequestError
from server.graphql_execution import Execution
from server.graphql_http import request_id_of
from server.graphql_request import too_large
from server.identity import Identity, ViewerContext
from server.pages.asking import identified
from server.pages.evidence_asked import (
    asked_of,
    check_head,
    disposition,
    done,
    refused,
    with_messages,
)
from server.pages.evidence_at_once import AtOnce, Counted
from server.settings_evidence import EvidenceSettings
from workflows import records
from workflows.evidence_files import ChangedFileError, EvidenceFiles, Incoming
from workflows.ledger import Refused
from workflows.media_types import TAKEN, media_type_of
from workflows.revise.evidence import KeptFile, admit_evidence, attach_evidence
from workflows.revise.evidence_upkeep import is_removed, take_away

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 3
"""Files that one person may be sending, and as many that they may be fetching."""
_JSON: Final = "application/json; charset=utf-8"
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


class EvidencePages:
    """Takes files, and gives them back to who may see them.

    Args:
        settings: how large a file may be, and all of a municipality's.
        files: where they are kept.
    """

    def __init__(
        self,
        execution: Execution[ViewerContext],
        identity: Identity,
        settings: EvidenceSettings,
        files: EvidenceFiles,
    ) -> None:
        self.execution = execution
        self.identity = identity
        self.settings = settings
        self.files = files
        self._coming = AtOnce(
            _AT_ONCE,
            (
                f"一度に送れるファイルは{_AT_ONCE}件までです",
                f"Send at most {_AT_ONCE} files at a time",
            ),
        )
        self._going = AtOnce(
            _AT_ONCE,
            (
                f"一度に受け取れるファイルは{_AT_ONCE}件までです",
                f"Fetch at most {_AT_ONCE} files at a time",
            ),
        )

    def routes(self) -> list[Route]:
        """Return the paths with what answers there."""
        return [
            Route(PATH, _typed(self._attach), methods=["POST"]),
            Route(f"{PATH}/{{evidence}}", _typed(self._fetch), methods=["GET"]),
        ]

    async def _context(self, request: Request) -> ViewerContext:
        viewer = await identified(self.execution, self.identity, request)
        context = viewer.context(request_id_of(request))
        self.execution.admit(context)
        return context

    async def _attach(self, request: Request) -> Response:
        """Attach the body to a part of a cycle's sheet."""
        context = await self._context(request)
        act, new = asked_of(request, context, self.settings.evidence_total)
        size = check_head(request, self.settings.evidence_limit)
        _ = done(await admit_evidence(act, new, size), new)
        if self.execution.rates:
            self.execution.rates.spend(context.caller, ACT)
        with self._coming.one_more(context.caller):
            file = await self._received(request, new.name)
        outcome = await attach_evidence(act, new, file)
        if isinstance(outcome, Refused):
            _ = await take_away(self.files, [file.sha256])
        event, replayed = done(outcome, new)
        if event is None:
            raise LookupError("what was attached has an entry")
        evidence_id = event.document["details"]["evidence"]
        row = await records.Evidence.of(context.municipality_id).get(id=evidence_id)
        told = {
            "id": row.public_id,
            "url": url_of(row),
            "name": row.name,
            "mediaType": bare_type(row.media_type),
            "charset": charset_of(row.media_type),
            "size": row.size,
            "sha256": f"sha256:{row.sha256}",
        }
        body = orjson.dumps({"evidence": told, "replayed": replayed})
        return Response(body, 200 if replayed else 201, {"Location": url_of(row)}, _JSON)

    async def _received(self, request: Request, name: str) -> KeptFile:
        """Return the file that came, in its place: whole, durable, and of a type that is taken."""
        try:
            with self.files.receive() as incoming:
                await self._fill(request, incoming)
                media_type = await asyncio.to_thread(media_type_of, incoming.path, name)
                if media_type is None:
                    raise _not_taken()
                await asyncio.to_thread(incoming.keep)
                return KeptFile(
                    path=self.files.path_of(incoming.sha256),
                    sha256=incoming.sha256,
                    size=incoming.size,
                    media_type=media_type,
                )
        except OSError as error:
            log.exception("evidence.store_failed", folder=str(self.files.folder))
            texts = "ファイルを保存できません", "The file cannot be stored"
            raise refused(507, "EVIDENCE_NOT_STORED", texts) from error

    async def _fill(self, request: Request, incoming: Incoming) -> None:
        async for part in request.stream():
            await asyncio.to_thread(incoming.write, part)
            if incoming.size > self.settings.evidence_limit:
                raise too_large(413, self.settings.evidence_limit)
        await asyncio.to_thread(incoming.flush)

    async def _fetch(self, request: Request) -> Response:
        """Give a file to who may see it, once it is known to be what the record says."""
        context = await self._context(request)
        evidence_id = uuid_of(request.path_params["evidence"], records.Evidence)
        row = await context.loaders.row(records.Evidence, evidence_id)
        if row is None:
            raise refused(404, "NOT_FOUND", ("見つかりません", "There is no such thing"))
        if await is_removed(row):
            texts = "このファイルは消去されました", "This file was removed for good"
            raise refused(410, "EVIDENCE_REMOVED", texts)
        with ExitStack() as held:
            held.enter_context(self._going.one_more(context.caller))
            content = await self._content(row)
            headers = {**_HEADERS, "Content-Disposition": disposition(row.name)}
            # Not as `media_type`, which would add a charset to text that has another.
            headers["Content-Type"] = row.media_type
            return Counted(content, headers, held.pop_all())

    async def _content(self, row: records.Evidence) -> bytes:
        told = {"evidence": row.public_id, "sha256": row.sha256}
        try:
            return await asyncio.to_thread(self.files.read, row.sha256)
        except FileNotFoundError as error:
            log.error("evidence.missing", **told)  # noqa: TRY400 - the line says it all
            texts = (
                f"ファイルがありません（{row.sha256}）。管理者に連絡してください",
                f"The file {row.sha256} is missing: tell an administrator",
            )
            raise refused(500, "EVIDENCE_MISSING", texts) from error
        except ChangedFileError as error:
            log.error("evidence.changed", **told)  # noqa: TRY400 - the line says it all
            texts = (
                f"ファイルが記録と違います（{row.sha256}）。管理者に連絡してください",
                f"The file {row.sha256} is not what the record says: tell an administrator",
            )
            raise refused(500, "EVIDENCE_CHANGED", texts) from error


def _not_taken() -> RefusedError:
    japanese = (
        f"添付できるのは {TAKEN} です（文字はUTF-8かShift_JIS、マクロは不可）。"
        "ファイルの内容と、名前の拡張子を確認してください"
    )
    english = (
        f"Only {TAKEN} are taken (text in UTF-8 or Shift_JIS, no macros): "
        "look at what the file is, and at the ending of its name"
    )
    return refused(415, "EVIDENCE_TYPE", (japanese, english))


def _typed(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Have what answers tell refusals as the API does."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except RequestError as error:
            body = orjson.dumps({"errors": list(map(with_messages, error.errors))})
            headers = {"Cache-Control": "no-store", **error.headers}
            return Response(body, error.status, headers, _JSON)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    return answered
