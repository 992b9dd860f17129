"""Reading in waves: what is asked for meanwhile is read together, and nothing is read twice.

While the statements of one wave run, new keys only queue; once all have been answered, everything
queued is read, with one statement for each relation. So the number of an operation's statements
follows from its document, and not from which statement happened to be answered first. Strawberry's
DataLoader sends a statement for whatever it was asked within one turn of the event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")
Read = Callable[[list[Any]], Awaitable[Mapping[Any, Any]]]
"""Reads what there is for the keys; keys that it leaves out get the default."""

_QUIET_TURNS: Final = 4
"""Turns of the event loop without a new key, after which all resolvers wait: a list in a list
takes that long to begin."""
_IN_A_WAVE: Final[ContextVar[bool]] = ContextVar("in_a_wave", default=False)


@dataclass(slots=True)
class _Queue:
    read: Read
    default: object
    waiting: dict[Hashable, asyncio.Future[Any]] = field(default_factory=dict)

    def answer(self, found: Mapping[Any, Any] | BaseException) -> None:
        for key, future in self.waiting.items():
            if isinstance(found, BaseException):
                future.set_exception(found)
                future.exception()  # whoever asked may have been cancelled meanwhile
            else:
                future.set_result(found.get(key, self.default))


def _met(found: asyncio.Future[Any]) -> None:
    if not found.cancelled():
        found.exception()  # whoever asked may have been cancelled meanwhile


class Batches:
    """What one operation has read, and what it is about to read."""

    def __init__(self) -> None:
        self._known: dict[tuple[Hashable, Hashable], asyncio.Future[Any]] = {}
        self._queues: dict[Hashable, _Queue] = {}
        self._reading: asyncio.Task[None] | None = None

    async def load(self, name: Hashable, key: Hashable, read: Read, default: object) -> Any:  # noqa: ANN401 - what `read` gives
        """Return what `read` gives for a key; the first `read` of a name is used for all its keys.

        Raises:
            RuntimeError: asked from within a `read`, which would wait for itself.
        """
        if _IN_A_WAVE.get():
            raise RuntimeError(f"what is read in a wave may not load: {name}")
        known = self._known.get((name, key))
        if known is None:
            known = self._known[name, key] = asyncio.get_running_loop().create_future()
            self._queues.setdefault(name, _Queue(read, default)).waiting[key] = known
            if self._reading is None:
                self._reading = asyncio.create_task(self._read())
        # Others may wait for the same key after this caller has been cancelled.
        return await asyncio.shield(known)

    async def found_once(self, name: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """Return what `find` gives, found once an operation however often it is asked.

        Unlike a `read` it may load.
        """
        known = self._known.get((name, None))
        if known is None:
            known = self._known[name, None] = asyncio.ensure_future(find())
            known.add_done_callback(_met)
        return cast("T", await asyncio.shield(known))

    def know(self, name: Hashable, key: Hashable, value: object) -> None:
        """Remember what was read already."""
        if (name, key) not in self._known:
            self._known[name, key] = asyncio.get_running_loop().create_future()
            self._known[name, key].set_result(value)

    async def _read(self) -> None:
        _IN_A_WAVE.set(True)
        while self._queues:
            await self._until_quiet()
            wave, self._queues = list(self._queues.values()), {}
            reads = (queue.read(list(queue.waiting)) for queue in wave)
            answers = await asyncio.gather(*reads, return_exceptions=True)
            for queue, found in zip(wave, answers, strict=True):
                queue.answer(found)
        self._reading = None

    async def _until_quiet(self) -> None:
        quiet = 0
        while quiet < _QUIET_TURNS:
            before = len(self._known)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._known) == before else 0
