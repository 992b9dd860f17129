"""Processes that die, and processes that race."""

import asyncio
import contextlib
import random
import time
from multiprocessing.connection import Connection

import pytest

from server.database import connected
from tests.town import OWN, Town, applied
from tests.workflows import acting
from tests.workflows.acting import Ack, Hit, Shot
from workflows.merkle import Frontier, leaf_hash
from workflows.records import Event, EventHead, Sheet
from workflows.refusals import RevisionConflict
from workflows.replay import audit, events_of, since
from workflows.stages import Role, Stage, Trigger
from workflows.tree import frontier_of, root_at

KILLS = 50
ROUNDS = 200
WRITTEN = 1_000
"""10,000 were tried as well."""


def _acks(pipe: Connection) -> list[Ack]:
    """Return what a killed process had been told before it died."""
    acks = []
    with contextlib.suppress(EOFError):
        while pipe.poll():
            acks.append(pipe.recv())
    return acks


def _kill_in_the_middle(url: str, span: float) -> tuple[list[Ack], float]:
    """Let a process act for a while, kill it; return its acks, and how long it took to the first."""
    started = time.monotonic()
    process, pipe = acting.start(acting.edit_on, url)
    first: Ack = pipe.recv()
    ready = time.monotonic() - started
    time.sleep(span)
    process.kill()
    process.join()
    acks = [first, *_acks(pipe)]
    pipe.close()
    return acks, ready


async def test_killing_loses_and_doubles_nothing(database_url: str) -> None:
    """50 times kill -9 amid writes: every acknowledged act is there once, whole, within 10 s."""
    chance = random.Random(46)  # noqa: S311 - no secret
    told: list[Ack] = []
    slowest = 0.0
    for number in range(KILLS):
        acks, ready = _kill_in_the_middle(database_url, chance.uniform(0, 0.06))
        told += acks
        slowest = max(slowest, ready)
        async with connected(database_url, upgrade=False):
            town = await Town.load()
            last = await town.last_event()
            assert last.sequence in {acks[-1].sequence, acks[-1].sequence + 1}
            sheet = await Sheet.of(town.id).get(cycle_id=(await town.cycle()).id)
            assert sheet.goal == str(last.idempotency_key)
            if number % 10 == KILLS % 10 or number == KILLS - 1:
                assert await audit(town.id) == []
    async with connected(database_url, upgrade=False):
        keyed = await Event.of(town.id).exclude(idempotency_key=None)
    sequences = {event.idempotency_key: event.sequence for event in keyed}
    assert len(sequences) == len(keyed)
    assert all(sequences[ack.key] == ack.sequence for ack in told)
    in_flight = len(keyed) - len(told)
    assert 0 <= in_flight <= KILLS
    assert slowest < 10
    print(f"{len(told)} acts, {in_flight} done unheard, ready in {slowest:.2f} s at most")  # noqa: T201 - a figure to report


async def test_a_killed_process_gives_its_lock_back(database_url: str) -> None:
    """It dies with the record locked: what it drafted is gone, and the next act goes on at once."""
    process, pipe = acting.start(acting.hold_lock, database_url)
    assert pipe.recv()
    async with connected(database_url, upgrade=False):
        town = await Town.load()
        size = await town.size()
        process.kill()
        process.join()
        started = time.monotonic()
        event = applied(await town.fill_in(Stage.PLAN))
        assert time.monotonic() - started < 2
        assert event.sequence == size + 1
        assert await audit(town.id) == []
    pipe.close()


async def _race(
    town: Town, pipes: list[Connection], people: tuple[str, str], trigger: Trigger
) -> None:
    """Let two people fire the same move at once: one wins, the other hears what happened."""
    cycle = await town.cycle()
    for who, pipe in zip(people, pipes, strict=True):
        pipe.send(Shot(town.people[who], cycle.id, trigger, cycle.revision))
    hits: list[Hit] = [pipe.recv() for pipe in pipes]
    assert sorted(hit.applied for hit in hits) == [False, True], hits
    (loser,) = [hit for hit in hits if not hit.applied]
    assert loser.conflict == (cycle.revision, cycle.revision + 1), loser
    conflict = RevisionConflict(*loser.conflict, cycle.project_id, cycle.id)
    (event,) = await since(town.id, conflict)
    winner = people[hits.index(Hit(applied=True))]
    assert (event.trigger, event.actor_id) == (trigger, town.people[winner])


@pytest.fixture
def shooters(database_url: str) -> object:
    """Give the pipes of two processes that are connected and wait for shots."""
    started = [acting.start(acting.shoot, database_url) for _ in range(2)]
    assert all(pipe.recv() for _, pipe in started)
    yield [pipe for _, pipe in started]
    for process, pipe in started:
        pipe.send(None)
        process.join()
        pipe.close()


async def test_of_two_who_fire_the_same_move_one_wins(
    database_url: str, shooters: list[Connection]
) -> None:
    """200 rounds forth and back: one is applied, the other conflicts, and nothing is ever locked."""
    async with connected(database_url, upgrade=False):
        town = await Town.load()
        await town.employ("second", Role.LEAD, "町民生活課")
        applied(await town.fill_in(Stage.PLAN))
        size = await town.size()
        for number in range(ROUNDS):
            if number % 2 == 0:
                await _race(town, shooters, ("lead", "second"), Trigger.START)
            else:
                await _race(town, shooters, ("office", "office_lead"), Trigger.SEND_BACK)
        assert await town.size() == size + 2 * ROUNDS
        await town.bring_to(Stage.PLAN)
        applied(await town.fire("lead", Trigger.START))
        await town.bring_to(Stage.CHECK, OWN)
        await _race(town, shooters, ("office", "office_lead"), Trigger.OPEN_NEXT)
        assert await audit(town.id) == []


async def test_eight_writers_in_two_processes_grow_one_tree(database_url: str) -> None:
    """Sequences without a gap, times in order, and one tree over all: what each wrote is in it."""
    started = [acting.start(acting.write_beside, database_url) for _ in range(2)]
    assert all(pipe.recv() for _, pipe in started)
    async with connected(database_url, upgrade=False):
        size = await (town := await Town.load()).size()
        for _, pipe in started:
            pipe.send(WRITTEN // 2)
        for process, pipe in started:
            assert await asyncio.to_thread(pipe.recv)
            process.join()
            pipe.close()
        frontier, before = Frontier(), None
        async for event in events_of(town.id):
            assert event.sequence == frontier.size + 1
            assert before is None or event.recorded_at >= before
            frontier, before = frontier.add(leaf_hash(event.body.encode()))[0], event.recorded_at
        assert frontier.size == size + WRITTEN
        assert frontier_of(await EventHead.of(town.id).get()) == frontier
        assert await root_at(town.id, frontier.size) == frontier.root
