"""Has checkpoints issued while the application runs: at its start, on schedule, after each close.

Every process of an installation has a notary. Whichever is first signs; the others find it done.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog

from server.keys import KeyFolder, introduce, is_at_hand
from workflows.checkpoints import (
    Issued,
    KeyMissing,
    Signing,
    current_key,
    is_due,
    issue,
    latest_checkpoint,
)
from workflows.ledger import Refused
from workflows.records import Municipality
from workflows.refusals import RecordDiverged
from workflows.unit import Request

log = structlog.get_logger(__name__)

_LOOK: Final = 5.0
"""Seconds between looks at what is due, and whether there are new municipalities."""


class Notary:
    """Signs for every municipality of the installation.

    Args:
        signing: with which keys, and which witnesses' lines are taken.
        folder: where these keys are.
        origin_of: what a municipality's record, by its code, is called from its first key on.
        every: how old the last checkpoint becomes while the record grows.
    """

    def __init__(
        self,
        signing: Signing,
        folder: KeyFolder,
        origin_of: Callable[[str], str],
        every: dt.timedelta,
    ) -> None:
        self.signing = signing
        self.folder = folder
        self.origin_of = origin_of
        self.every = every
        self.diverged: set[UUID] = set()
        """Municipalities whose record was not what had been signed of it when it was last due."""
        self._ready: set[UUID] = set()
        """Municipalities whose key was at hand when it was last needed."""
        self._told: set[UUID] = set()
        """Those of which the log says that it was not."""
        self._watch: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Introduce keys and sign where there is neither yet, and begin to look what is due."""
        self._stopping.clear()
        await self._safely(self._begin)
        self._watch = asyncio.create_task(self._look_again_and_again())

    async def finish(self) -> None:
        """Wait until what is being signed is signed; begin nothing more."""
        self._stopping.set()
        if self._watch is not None:
            await self._watch

    async def codes_without_key(self) -> list[str]:
        """Return the codes of the municipalities for which nothing can be signed."""
        missing = []
        for town in await Municipality.all().order_by("code"):
            key = await current_key(town.id)
            if key is None or not await asyncio.to_thread(is_at_hand, town, self.folder, key):
                missing.append(town.code)
        return missing

    async def _begin(self) -> None:
        for town in await Municipality.all().order_by("code"):
            if await self._is_ready(town) and await latest_checkpoint(town.id) is None:
                await self._sign(town)

    async def _is_ready(self, town: Municipality) -> bool:
        """Return whether a municipality has a key that is at hand; otherwise say so, loudly."""
        if town.id in self._ready:
            return True
        try:
            is_there = await introduce(town, self.folder, self.origin_of(town.code))
        except OSError as error:
            log.error("record.key_unwritable", town=town.code, reason=str(error))  # noqa: TRY400 - the file system's matter
            return False
        if is_there:
            self._ready.add(town.id)
            self._told.discard(town.id)
        else:
            self._tell_missing(town)
        return is_there

    async def _look_again_and_again(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    self._stopping.wait(), min(_LOOK, self.every.total_seconds())
                )
            if not self._stopping.is_set():
                await self._safely(self._look)

    async def _look(self) -> None:
        for town in await Municipality.all().order_by("code"):
            if await self._is_ready(town) and await is_due(town.id, self.every):
                await self._sign(town)

    async def _sign(self, town: Municipality) -> None:
        request = Request(municipality_id=town.id, act="issueCheckpoint", at_console=True)
        match await issue(request, self.signing.ring):
            case Issued(checkpoint=checkpoint):
                self.diverged.discard(town.id)
                log.info("record.checkpoint", town=town.code, size=checkpoint.size)
            case KeyMissing():
                self._tell_missing(town)
            case Refused(refusal=RecordDiverged(size=size)):
                self._tell_diverged(town, size)
            case _:
                pass

    async def _safely(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do some work; what goes wrong with it is logged, and tried again with the next look."""
        try:
            await work()
        except Exception:
            log.exception("notary.interrupted")

    def _tell_diverged(self, town: Municipality, size: int | None) -> None:
        if town.id in self.diverged:
            return
        self.diverged.add(town.id)
        log.error(
            "record.fault",
            town=town.code,
            fault="ROOT_DIFFERS",
            entry=size,
            about="nothing was signed",
            advice="Keep the machine as it is, call the auditors, and run: meguru verify",
        )

    def _tell_missing(self, town: Municipality) -> None:
        self._ready.discard(town.id)
        if town.id in self._told:
            return
        self._told.add(town.id)
        log.error(
            "record.key_missing",
            town=town.code,
            file=str(self.folder.path(town.code)),
            advice="Restore the file from a backup, or run: meguru key rotate --lost",
        )
