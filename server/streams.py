"""How many streams, of either kind, a person or an address has open, and what each may take."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from server.graphql_errors import RefusedError
from workflows.accounts.logins import network_of


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """The most that each may have open; for nobody there is no limit."""

    person: int = 3
    address: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportBounds:
    """What a request, an event stream and a WebSocket connection may take."""

    body: int = 64 * 1024
    """Bytes of a request; uvicorn's `ws_max_size` limits messages of a WebSocket."""
    keep_alive: float = 12.0
    """Seconds after which a silent event stream sends a comment."""
    init_seconds: float = 5.0
    """That a WebSocket client has for its `connection_init`."""
    operations: int = 5
    """Of any kind that one WebSocket connection may run at a time."""
    recheck_seconds: float = 30.0
    """After which a stream that is open asks again who follows it."""
    streams: StreamLimits = StreamLimits()
    origins: frozenset[str] = frozenset()
    """Whose pages may open a WebSocket, besides those of this site."""


class Streams:
    """Counts streams by caller."""

    def __init__(self, limits: StreamLimits) -> None:
        self.limits = limits
        self._open: Counter[str] = Counter()

    def open(self, caller: str) -> Callable[[], None]:
        """Count a stream, and return what is to be called, once, when it has ended.

        Raises:
            RefusedError: 429, STREAM_LIMIT.
        """
        if not caller:
            return lambda: None
        kind, _, name = caller.partition(":")
        most = self.limits.person if kind == "person" else self.limits.address
        key = caller if kind == "person" else network_of(name)
        if self._open[key] >= most:
            message = (
                f"同時に開けるストリームは{most}本までです。どれかを閉じてください。"
                f" / At most {most} streams at a time; close one first."
            )
            raise RefusedError(429, "STREAM_LIMIT", message, {"Retry-After": "30"})
        self._open[key] += 1

        def ended() -> None:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

        return ended
