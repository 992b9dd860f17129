"""Noting that a token or a session is in use, beside the request that shows it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Uses:
    """Writes off the request's path: a database that another process holds must not delay it.

    A note that cannot be written is lost, and the next request's takes its place.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def note(self, touch: Coroutine[Any, Any, None]) -> None:
        """Begin to write a note."""
        task = asyncio.create_task(touch)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("identity.use_not_noted", exc_info=error)

    async def finish(self) -> None:
        """Wait for the notes that are being written: part of a clean stop."""
        await asyncio.gather(*self._running, return_exceptions=True)
