"""Argon2id, in threads: two at a time, and a line of bounded length before them.

Hashing takes 19 MiB and some 25 ms of a core, which is the point of it; without a bound, whoever
sends enough passwords would have all of the server's memory and time.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher

T = TypeVar("T")

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's parameters. A hash with others is replaced when its password is next typed."""
RUNNING: Final = 2
WAITING: Final = 20


class BusyError(Exception):
    """So many passwords are being checked that one more would wait too long."""


class Threads:
    """Runs work in a few threads; whoever finds the line before them full is sent away."""

    def __init__(self, running: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(running, thread_name_prefix="argon2")
        self._places = threading.Semaphore(running + waiting)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns.

        A place is given back when the work is done, or was taken out of the line before it began,
        and not when whoever waits for it goes away.

        Raises:
            BusyError: the line is full.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


THREADS: Final = Threads(RUNNING, WAITING)
"""The process's only ones; they belong to no event loop."""
