"""The unit of work: the one path on which anything is written.

One transaction locks the municipality's head row first, decides, appends the events, writes the
tables, commits, and only then announces. When `perform` returns Applied, the act is durable; when
it raises, nothing was written. A refusal writes nothing but its own event.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from tortoise.exceptions import DoesNotExist
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from workflows.authority import Capacity
from workflows.changes import write
from workflows.feed import FEED
from workflows.fiscal import day_of
from workflows.records import Event, EventHead, EventKind, RecordTile
from workflows.refusals import IdempotencyMismatch, NotSignedIn, Refusal, Refuse
from workflows.standing import delegated_capacities, own_capacities
from workflows.tree import frontier_of, grown
from workflows.unit import Request, Unit


@dataclass(frozen=True, slots=True)
class Applied:
    """The act was done: its events, durable. `replayed` where an earlier call had done it."""

    events: tuple[Event, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Validated:
    """The act would be done; nothing was written."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The act was not done, and why."""

    refusal: Refusal
    event: Event | None = None
    """The entry of the attempt; none for somebody unknown, at the console, at the door,
    `validate_only`, or where the person had REFUSALS of them within the hour."""


Outcome = Applied | Validated | Refused
Decide = Callable[[Unit], Awaitable[None]]
"""Reads what it needs, then drafts entries on the unit, or raises Refuse."""

REFUSALS: Final = 100
"""So many refused attempts of one person are entries within an hour: nothing can be taken out of the
record again, so nobody is to fill it with what came to nothing. More are answered the same."""
_HOUR: Final = dt.timedelta(hours=1)
_TICK: Final = dt.timedelta(microseconds=1)
"""Between two acts at least, so that a time tells them apart."""
_RUNNING: Final[set[asyncio.Task[Outcome]]] = set()


def now() -> dt.datetime:
    """Return the server's clock."""
    return dt.datetime.now(dt.UTC)


async def perform(request: Request, decide: Decide) -> Outcome:
    """Do one act, or tell why not.

    The transaction runs in a task of its own: a caller that is cancelled stops waiting, but what
    was begun is finished, and the database's lock is given back.
    """
    if request.actor_id is None and not (request.at_console or request.at_door):
        return Refused(NotSignedIn())
    task = asyncio.create_task(_transact(request, decide))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return await asyncio.shield(task)


async def finish_running() -> None:
    """Wait until every act that was begun is finished: part of a clean stop."""
    while _RUNNING:
        await asyncio.wait(set(_RUNNING))


async def _transact(request: Request, decide: Decide) -> Outcome:
    async with in_transaction() as transaction:
        outcome = await _outcome(request, decide)
        if request.validate_only:
            await transaction.rollback()
            return outcome
    FEED.announce(request.municipality_id)
    if request.told is not None and isinstance(outcome, Applied) and not outcome.replayed:
        request.told(outcome.events)
    return outcome


async def _outcome(request: Request, decide: Decide) -> Outcome:
    unit = await _begin(request)
    if unit is None:
        return Refused(NotSignedIn())
    earlier = await _earlier(request)
    if earlier and earlier[0].request_sha256 == request.sha256():
        return Applied(earlier, replayed=True)
    if earlier and earlier[0].request_sha256 is None:
        # A redaction removed what was asked then: it is not to come back by being asked again.
        unit.request = replace(request, given={})
    try:
        if earlier:
            raise Refuse(IdempotencyMismatch(earlier[0].sequence))  # noqa: TRY301 - as any other
        unit.check_effective_at()
        await decide(unit)
        unit.check_on_behalf()
    except Refuse as refused:
        return await _refuse(unit, refused.refusal)
    return Validated() if request.validate_only else Applied(await _append(unit))


async def _begin(request: Request) -> Unit | None:
    """Lock the record; return None where its municipality does not know who asks."""
    heads = EventHead.of(request.municipality_id)
    # A write comes first: it takes the row's lock on PostgreSQL, and the file's on SQLite, where
    # two processes that began by reading would lock each other out.
    if not await heads.update(size=F("size")):
        raise DoesNotExist(EventHead)
    head = await EventHead.of(request.municipality_id).get()
    moment = max(now(), head.last_recorded_at + _TICK)
    capacities = await _capacities(request, day_of(moment))
    if capacities is None:
        return None
    return Unit(request=request, frontier=frontier_of(head), now=moment, capacities=capacities)


async def _capacities(request: Request, today: dt.date) -> tuple[Capacity, ...] | None:
    """Return what counts when the act is decided: the principal's where it is on their behalf."""
    mid, actor_id, credential = request.municipality_id, request.actor_id, request.credential
    if actor_id is None:
        return ()
    own = await own_capacities(mid, actor_id, credential)
    if own is None or request.on_behalf_of_id is None:
        return own
    return await delegated_capacities(mid, actor_id, request.on_behalf_of_id, today, credential)


async def _earlier(request: Request) -> tuple[Event, ...]:
    """Return the events of an earlier act with the same key; one act has one time."""
    if request.idempotency_key is None:
        return ()
    own = Event.of(request.municipality_id).filter(actor_id=request.actor_id)
    first = await own.filter(idempotency_key=request.idempotency_key).first()
    if first is None:
        return ()
    same_act = own.filter(sequence__gte=first.sequence, recorded_at=first.recorded_at)
    return tuple(await same_act.order_by("sequence"))


async def _refuse(unit: Unit, refusal: Refusal) -> Refused:
    if unit.request.validate_only or unit.request.at_console or unit.request.at_door:
        return Refused(refusal)
    kept = await _refused_lately(unit)
    if kept >= REFUSALS:
        return Refused(refusal)
    unit.refuse(refusal, last=kept == REFUSALS - 1)
    (event,) = await _append(unit)
    return Refused(refusal, event)


async def _refused_lately(unit: Unit) -> int:
    """Return how many refused attempts of the person are entries of the last hour."""
    own = Event.of(unit.municipality_id).filter(actor_id=unit.request.actor_id)
    return await own.filter(kind=EventKind.REFUSAL, recorded_at__gt=unit.now - _HOUR).count()


async def _append(unit: Unit) -> tuple[Event, ...]:
    events = unit.events()
    await Event.bulk_create(events)
    leaves = (str(event.leaf_hash) for event in events)
    frontier, tiles = grown(unit.municipality_id, unit.frontier, leaves)
    await EventHead.of(unit.municipality_id).update(
        size=frontier.size,
        last_recorded_at=unit.now,
        peaks=[peak.hex() for peak in frontier.peaks],
    )
    if tiles:
        await RecordTile.bulk_create(tiles)
    changes = [change for draft in unit.drafts for change in draft.changes]
    await write(unit.municipality_id, changes)
    for row in unit.beside:
        await row.save(force_create=True)
    if unit.sign is not None:
        await unit.sign(frontier)
    return events
