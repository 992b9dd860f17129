"""How much each person or address may ask in a minute.

A bucket for requests and one for what they cost, each refilled steadily: the whole of a minute may
be spent at once. What an operation costs is known only afterwards, so a bucket may be overdrawn
once; then it has to recover. `limits` was tried: its storage in memory starts a thread for nearly
every request, and took 0.07 to 0.24 ms of it where this takes 0.01 ms.
"""

import datetime as dt
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from schema.budgets import Budget
from server.graphql_errors import RefusedError
from workflows.accounts.logins import network_of

Found = TypeVar("Found")
_MINUTE: Final = 60.0
_UNAUTHENTICATED: Final = 401
_REMEMBERED: Final = 50_000
"""Callers; who has not asked for longest is forgotten first, with what was left."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one caller may ask in a minute."""

    requests: int
    cost: int


class Buckets:
    """One bucket for each caller.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def level(self, key: str, size: int) -> float:
        """Return what is left; below zero where more was taken."""
        left, at = self._levels.get(key, (float(size), 0.0))
        return min(size, left + (self.clock() - at) * size / _MINUTE)

    def take(self, key: str, size: int, amount: int) -> None:
        """Take from a bucket; more than there is overdraws it, but by no more than its size."""
        left = max(self.level(key, size) - amount, -size)
        self._levels[key] = (left, self.clock())
        self._levels.move_to_end(key)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)


class Rates:
    """Counts requests and costs by caller: `person:` and an id, or `address:` and an address.

    `door:` and an address is whoever comes in there: as much again, so that one can come in where
    too much was read. Whoever has no name is not limited.
    """

    def __init__(
        self,
        person: Allowance,
        address: Allowance,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.person = person
        self.address = address
        self._requests = Buckets(clock)
        self._costs = Buckets(clock)
        self._held: OrderedDict[bytes, None] = OrderedDict()

    def admit(self, caller: str) -> None:
        """Count a request.

        Raises:
            RefusedError: 429, RATE_LIMITED, with the seconds after which there is room again.
        """
        if not caller:
            return
        key, allowance = self._of(caller)
        waits = max(
            _wait(self._requests.level(key, allowance.requests), allowance.requests),
            _wait(self._costs.level(key, allowance.cost), allowance.cost),
        )
        if waits:
            raise _too_many(waits)
        self._requests.take(key, allowance.requests, 1)

    async def identified(
        self, address: str, shown: str, identify: Callable[[], Awaitable[Found]]
    ) -> Found:
        """Return who is found by what a request shows, such as a token.

        What does not hold is counted, apart from requests and as many a minute of an address.
        Then it is looked up no more, but for what was found before: one program with an old token
        locks nobody out who comes from the same address.

        Raises:
            RefusedError: 429, RATE_LIMITED, or what `identify` raises.
        """
        key, size = f"failed:{network_of(address)}", self.address.requests
        sha256 = hashlib.sha256(ascii(shown).encode()).digest()
        waits = _wait(self._requests.level(key, size), size)
        if waits and sha256 not in self._held:
            raise _too_many(waits)
        self._requests.take(key, size, 1)  # before: many at once are no more than one by one
        try:
            found = await identify()
        except RefusedError as refused:
            if refused.status == _UNAUTHENTICATED:
                self._held.pop(sha256, None)
            raise
        self._requests.take(key, size, -1)
        self._held[sha256] = None
        self._held.move_to_end(sha256)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)
        return found

    def spend(self, caller: str, cost: int) -> None:
        """Charge what an operation has cost."""
        if caller:
            key, allowance = self._of(caller)
            self._costs.take(key, allowance.cost, cost)

    def budget(self, caller: str, used: int = 0) -> Budget | None:
        """Return what is left of a caller's costs, less what is used and not charged yet."""
        if not caller:
            return None
        key, allowance = self._of(caller)
        left = self._costs.level(key, allowance.cost) - used
        full_in = (allowance.cost - left) * _MINUTE / allowance.cost
        return Budget(
            limit=allowance.cost,
            remaining=max(0, math.floor(left)),
            resets_at=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=full_in),
        )

    def _of(self, caller: str) -> tuple[str, Allowance]:
        kind, _, name = caller.partition(":")
        if kind == "person":
            return caller, self.person
        return f"{kind}:{network_of(name)}", self.address


def _too_many(waits: int) -> RefusedError:
    message = (
        f"要求が多すぎます。{waits}秒待ってからもう一度送ってください。 / "
        f"Too many requests; try again in {waits} s."
    )
    refused = RefusedError(429, "RATE_LIMITED", message, {"Retry-After": str(waits)})
    refused.errors[0]["extensions"]["retryAfter"] = waits  # a WebSocket has no headers
    return refused


def _wait(left: float, size: int) -> int:
    """Return after how many whole seconds one may be taken; 0 where it may be now."""
    return 0 if left >= 1 else math.ceil((1 - left) * _MINUTE / size)
