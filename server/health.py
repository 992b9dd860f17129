"""Whether the process lives, and whether it can serve."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from server.database import UnguardedRecordError, check_guards
from workflows.records import EventHead

log = structlog.get_logger(__name__)

PATIENCE: Final = 1.0
"""Seconds that the database has to answer."""


Keyless = Callable[[], Awaitable[list[str]]]
"""Tells for which municipalities no checkpoint can be signed."""


async def healthz(_request: Request) -> JSONResponse:
    """Answer, which shows that the process lives and its loop turns."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


class Readiness:
    """Answers 200 while the database answers, guarded and readable; otherwise 503 with reasons.

    There is one probe at a time: a database that hangs is not asked again until it has answered,
    and a statement is never cancelled half-way. What exactly failed stands in the log only.
    """

    def __init__(
        self,
        patience: float = PATIENCE,
        *,
        keyless: Keyless | None = None,
        is_faulty: Callable[[], bool] = lambda: False,
    ) -> None:
        self.patience = patience
        self.keyless = keyless
        self.is_faulty = is_faulty
        self._probe: asyncio.Task[list[dict[str, str]]] | None = None

    async def readyz(self, _request: Request) -> JSONResponse:
        """Answer one request."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(_reasons(self.keyless))
        await asyncio.wait({self._probe}, timeout=self.patience)
        reasons = self._probe.result() if self._probe.done() else [_reason("DATABASE_SLOW")]
        if self.is_faulty():
            reasons = [*reasons, _reason("RECORD_FAULT")]
        return JSONResponse(
            {"status": "not ready" if reasons else "ready", "reasons": reasons},
            status_code=503 if reasons else 200,
            headers={"Cache-Control": "no-store"},
        )


_MESSAGES: Final = {
    "DATABASE_SLOW": "データベースが応答しません / The database does not answer in time",
    "DATABASE_UNAVAILABLE": "データベースを使えません / The database cannot be used",
    "RECORD_FAULT": "記録の検証で異状が見つかりました。meguru verify で調べてください / "
    "Verifying the record found faults: see meguru verify",
    "RECORD_KEY_MISSING": "署名鍵のファイルがありません。戻すか meguru key rotate --lost を / "
    "A signing key's file is missing: restore it, or run meguru key rotate --lost",
    "RECORD_UNGUARDED": "記録を守るトリガーがありません / The record's triggers are missing",
}


def _reason(code: str) -> dict[str, str]:
    return {"code": code, "message": _MESSAGES[code]}


async def _reasons(keyless: Keyless | None) -> list[dict[str, str]]:
    """Return why requests cannot be served; empty where they can."""
    try:
        await check_guards()
        await EventHead.first()
        is_missing = keyless is not None and bool(await keyless())
    except UnguardedRecordError:
        log.exception("readiness.record_unguarded")
        return [_reason("RECORD_UNGUARDED")]
    except Exception as error:
        log.warning("readiness.database_unavailable", exc_info=error)
        return [_reason("DATABASE_UNAVAILABLE")]
    return [_reason("RECORD_KEY_MISSING")] if is_missing else []
