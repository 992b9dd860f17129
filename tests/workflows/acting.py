"""Processes that act on their own, for the tests that kill them or let them race.

They are forked from a server that has imported everything already, so that one is there at once.
"""

import asyncio
import multiprocessing
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, Final
from uuid import UUID, uuid4

from server.database import connected
from tests.town import Town
from workflows.advance import Fire, fire
from workflows.ledger import Applied, Refused, perform
from workflows.records import EventKind
from workflows.refusals import RevisionConflict
from workflows.revise.sheets import edit_sheet
from workflows.sheets import IndicatorEdit, PlanEdit
from workflows.stages import Trigger
from workflows.unit import Request, Unit

CONTEXT: Final = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["__main__", "tests.workflows.acting"])
READY: Final = "ready"


@dataclass(frozen=True)
class Ack:
    """What a process was told about one of its acts: it is durable."""

    key: UUID
    sequence: int


@dataclass(frozen=True)
class Shot:
    """A trigger for a process to fire, and who fires it."""

    actor_id: UUID
    cycle_id: UUID
    trigger: Trigger
    expected_revision: int


@dataclass(frozen=True)
class Hit:
    """What became of it."""

    applied: bool
    conflict: tuple[int, int] | None = None
    other: str = ""


def start(target: Any, url: str) -> tuple[Any, Connection]:  # noqa: ANN401 - a function of this module, a process
    """Start a process; return it and this end of its pipe."""
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=target, args=(url, there), daemon=True)
    process.start()
    there.close()
    return process, here


def edit_on(url: str, pipe: Connection) -> None:
    """Edit sheets one after another, and send an Ack for each, until killed."""
    asyncio.run(_edit_on(url, pipe))


async def _edit_on(url: str, pipe: Connection) -> None:
    async with connected(url, pool=2, upgrade=False):
        town = await Town.load()
        for number in count():
            cycle, key = await town.cycle(), uuid4()
            edit = PlanEdit(
                values={"goal": str(key)},
                indicators=[IndicatorEdit(name=f"{number} {n}", target="1") for n in range(2)],
            )
            request = town.by("lead", idempotency_key=key)
            outcome = await edit_sheet(request, cycle.id, cycle.revision, edit)
            assert isinstance(outcome, Applied)
            pipe.send(Ack(key, outcome.events[0].sequence))


def write_beside(url: str, pipe: Connection) -> None:
    """Write as many entries as the pipe says, four tasks at a time, then tell of it."""
    asyncio.run(_write_beside(url, pipe))


async def _write_beside(url: str, pipe: Connection) -> None:
    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.CORRECTED, reason="同時に")

    async with connected(url, pool=4, upgrade=False):
        town = await Town.load()
        pipe.send(READY)
        left = iter(range(pipe.recv()))

        async def write() -> None:
            for _ in left:
                assert isinstance(await perform(town.by("lead"), decide), Applied)

        await asyncio.gather(*(write() for _ in range(4)))
        pipe.send(READY)


def hold_lock(url: str, pipe: Connection) -> None:
    """Begin an act, tell that the record is locked, and never end it."""
    asyncio.run(_hold_lock(url, pipe))


async def _hold_lock(url: str, pipe: Connection) -> None:
    async with connected(url, pool=2, upgrade=False):
        town = await Town.load()

        async def decide(unit: Unit) -> None:
            unit.draft(EventKind.CORRECTED)
            pipe.send(READY)
            await asyncio.sleep(600)

        await perform(town.by("lead"), decide)


def shoot(url: str, pipe: Connection) -> None:
    """Fire each Shot that comes, and answer with a Hit; end when the pipe is closed."""
    asyncio.run(_shoot(url, pipe))


async def _shoot(url: str, pipe: Connection) -> None:
    async with connected(url, pool=2, upgrade=False):
        town = await Town.load()
        pipe.send(READY)
        while (shot := pipe.recv()) is not None:
            asked = Fire(
                cycle_id=shot.cycle_id,
                trigger=shot.trigger,
                expected_revision=shot.expected_revision,
                reason="理由",
            )
            request = Request(
                municipality_id=town.id,
                act="test",
                actor_id=shot.actor_id,
                idempotency_key=uuid4(),
            )
            pipe.send(_hit(await fire(request, asked)))


def _hit(outcome: object) -> Hit:
    match outcome:
        case Applied():
            return Hit(applied=True)
        case Refused(refusal=RevisionConflict() as conflict):
            return Hit(applied=False, conflict=(conflict.expected, conflict.current))
        case _:
            return Hit(applied=False, other=repr(outcome))
