"""The server verifies its own record: the last checkpoint at its start, then all of it, on and on.

It works in small slices and rests in between, so that nobody who is served notices.
"""

import asyncio
import datetime as dt
import time
from pathlib import Path
from typing import Final

import structlog

from workflows.ledger import now
from workflows.records import Municipality
from workflows.verification import Given, Report, Standing, Standings, last_checkpoint, verify

log = structlog.get_logger(__name__)

_SHARE: Final = 0.03
"""Of a processor's time, at most."""


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

    async def start(self) -> None:
        """Check each record's last checkpoint, and begin."""
        self._stopping.clear()
        try:
            for town in await Municipality.all().order_by("code"):
                report = await last_checkpoint(town.id)
                if report.count:
                    self._tell(town, report)
        except Exception:
            log.exception("record.check_interrupted")
        self._task = asyncio.create_task(self._again_and_again())

    async def finish(self) -> None:
        """Stop with the slice that is under way."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _again_and_again(self) -> None:
        try:
            while True:
                await self._all()
                await self._rest(self.every.total_seconds())
        except _StoppedError:
            return

    async def _all(self) -> None:
        try:
            for town in await Municipality.all().order_by("code"):
                self._worked_since = time.perf_counter()
                given = Given(evidence=self.evidence)
                self._tell(town, await verify(town.id, given, pause=self._pause))
        except _StoppedError:
            raise
        except Exception:
            log.exception("record.check_interrupted")

    def _tell(self, town: Municipality, report: Report) -> None:
        """Remember what was found; what is wrong goes to the log, loudly."""
        whole = report.checked > 0
        standing = Standing(
            verified=False if report.count else whole or None,
            checked=report.checked,
            checked_at=now(),
            tables_match=report.tables_match,
            faults=tuple(report.faults),
        )
        self.standings.put(town.id, standing)
        for fault in report.faults:
            log.error(
                "record.fault",
                town=town.code,
                fault=str(fault.name),
                entry=fault.sequence,
                about=fault.about,
            )
        if not report.count:
            log.info("record.verified", town=town.code, entries=report.checked)

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
