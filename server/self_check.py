"""The server verifies its own record: the last checkpoint at its start, then all of it, on and on.

It works in small slices and rests in between, so that nobody who is served notices.
"""

import asyncio
import datetime as dt
import time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog

from workflows.ledger import now
from workflows.records import Municipality
from workflows.verification import (
    Fault,
    FaultName,
    Given,
    Report,
    Standing,
    Standings,
    UnreadableError,
    last_checkpoint,
    read,
    verify,
)

log = structlog.get_logger(__name__)

_SHARE: Final = 0.03
"""Of a processor's time, at most."""
_SOON: Final = 30.0
"""Seconds until another look where the database did not answer, at most."""
Town = tuple[UUID, str]
"""A municipality's id and code: no more of its row is needed, so no more can be spoilt."""


class _StoppedError(Exception):
    """The application stops: what is half-way is given up."""


class SelfCheck:
    """Verifies every municipality's record again and again.

    Args:
        every: from the end of one verification to the beginning of the next.
        evidence: the folder with files of evidence.
    """

    def __init__(self, every: dt.timedelta, evidence: Path) -> None:
        self.every = every
        self.evidence = evidence
        self.standings = Standings()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._worked_since = 0.0
        self._signed: dict[UUID, set[int]] = {}
        """The sizes of which each record had a checkpoint: none of them is ever taken away."""

    async def start(self) -> None:
        """Check each record's last checkpoint, and begin."""
        self._stopping.clear()
        try:
            for town in await self._towns():
                report = await last_checkpoint(town[0])
                if report.count:
                    self._tell(town, report)
        except Exception as error:  # noqa: BLE001 - each driver has its own
            self._interrupted(error)
        self._task = asyncio.create_task(self._again_and_again())

    async def finish(self) -> None:
        """Stop with the slice that is under way."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _again_and_again(self) -> None:
        every = self.every.total_seconds()
        try:
            while True:
                await self._rest(every if await self._all() else min(every, _SOON))
        except _StoppedError:
            return

    async def _all(self) -> bool:
        """Verify every record; return whether it came to an end."""
        try:
            for town in await self._towns():
                self._worked_since = time.perf_counter()
                signed = self._signed.setdefault(town[0], set())
                given = Given(evidence=self.evidence, signed=signed)
                report = await verify(town[0], given, pause=self._pause)
                signed |= report.signed
                self._tell(town, report)
        except _StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - each driver has its own
            self._interrupted(error)
            return False
        return True

    async def _towns(self) -> list[Town]:
        rows: Any = Municipality.all().order_by("code").values_list("id", "code")
        towns: list[Town] = await read("municipalities", lambda: _listed(rows))
        self.standings.put_every(None)
        return towns

    def _interrupted(self, error: Exception) -> None:
        """Tell that nothing was found out; where the database answers, that is a fault itself."""
        log.error("record.check_interrupted", exc_info=error)
        if isinstance(error, UnreadableError):
            fault = Fault(FaultName.UNREADABLE, None, str(error))
            self.standings.put_every(
                Standing(verified=False, checked_at=now(), faults=(fault,)),
            )
            log.error(
                "record.fault", town=None, fault=str(fault.name), entry=None, about=str(error)
            )

    def _tell(self, town: Town, report: Report) -> None:
        """Remember what was found; what is wrong goes to the log, loudly."""
        whole = report.checked > 0
        standing = Standing(
            verified=False if report.count else whole or None,
            checked=report.checked,
            checked_at=now(),
            tables_match=report.tables_match,
            faults=tuple(report.faults),
        )
        self.standings.put(town[0], standing)
        for fault in report.faults:
            log.error(
                "record.fault",
                town=town[1],
                fault=str(fault.name),
                entry=fault.sequence,
                about=fault.about,
            )
        if not report.count:
            log.info("record.verified", town=town[1], entries=report.checked)

    async def _pause(self, _done: int, _total: int) -> None:
        """Rest as long as it takes that the slice was no more than the share of the time."""
        worked = time.perf_counter() - self._worked_since
        await self._rest(worked * (1 / _SHARE - 1))
        self._worked_since = time.perf_counter()

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise _StoppedError


async def _listed(rows: Any) -> list[Any]:  # noqa: ANN401 - Tortoise's
    return list(await rows)
