"""The tables at a point of the record, folded from the entries, and remembered for who asks next.

A state shares the rows that did not change with those it was folded from: to keep one costs a
pointer a row. Nothing in one is ever changed once it is there.

Of each municipality one fold is under way at a time, in a task of its own: others wait for it, and
whoever has waited long enough is told to come back while it goes on.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson

from workflows.changes import RECORDED, Json
from workflows.past.moments import Point
from workflows.readings import ENTRIES, Reading
from workflows.records import Event, EventKind
from workflows.sealing import opened

Row = Mapping[str, Json]
Tables = Mapping[str, Mapping[UUID, Row]]

STEP: Final = 1_000
"""Entries of a fold after which a state is remembered on the way; of a long one, more."""
ON_THE_WAY: Final = 32
"""States that a fold leaves at most, evenly, so that no later one has far to go."""
REMEMBERED: Final = 128
"""States that a process keeps, of all municipalities together."""
PATIENCE: Final = 1.5
"""Seconds that somebody waits for a fold: an operation may look at several moments."""
_BATCH: Final = 200
NO_CHANGES: Final = tuple(
    kind
    for kind, what in ENTRIES.items()
    if what in {Reading.ACCOUNTS, Reading.REFUSALS, Reading.COPIES}
)
"""Kinds of entries that change no row: by far the most of a long record are sign-ins."""


@dataclass(frozen=True, slots=True)
class _State:
    sequence: int
    entry_id: UUID | None
    """Tells the entry from one of the same number in another record, or in a backup of this one."""
    redaction_id: UUID | None
    tables: Tables


class UnfinishedError(Exception):
    """The tables are still being folded: whoever asks again will find them, or that there is less to do.

    Args:
        folded: up to which entry that has been done.
        wanted: the entry up to which it goes.
    """

    def __init__(self, folded: int, wanted: int) -> None:
        super().__init__(f"{folded} of {wanted}")
        self.folded = folded
        self.wanted = wanted


_EMPTY: Final[Tables] = MappingProxyType({name: MappingProxyType({}) for name in RECORDED})
_KNOWN: Final[OrderedDict[tuple[UUID, int, UUID | None], _State]] = OrderedDict()
_FOLDING: Final[dict[UUID, asyncio.Task[None]]] = {}


async def last_redaction(municipality_id: UUID) -> UUID | None:
    """Return the entry that last removed something: with another one, the past reads otherwise."""
    redactions = Event.of(municipality_id).filter(kind=EventKind.REDACTED)
    found: Any = await redactions.order_by("-sequence").limit(1).values_list("id", flat=True)
    return found[0] if found else None


async def tables_at(municipality_id: UUID, point: Point) -> Tables:
    """Return every recorded table as it stood; what has been removed since is removed here too.

    Raises:
        UnfinishedError: that takes longer than PATIENCE; it goes on all the same.
    """
    until = time.monotonic() + PATIENCE
    while True:
        state = await _known(municipality_id, point)
        if state.sequence == point.sequence:
            _remember(municipality_id, state)
            return state.tables
        folding = _FOLDING.get(municipality_id)
        is_own = folding is None or folding.done()
        if folding is None or folding.done():
            folding = asyncio.create_task(_go_on(municipality_id, state, point))
            folding.add_done_callback(_met)
            _FOLDING[municipality_id] = folding
        await asyncio.wait({folding}, timeout=until - time.monotonic())
        if is_own and folding.done():
            folding.result()
        elif time.monotonic() >= until:
            raise UnfinishedError((await _known(municipality_id, point)).sequence, point.sequence)


async def entries_to_fold(municipality_id: UUID, point: Point) -> int:
    """Return how many entries lie between a point and the nearest state that is remembered."""
    return point.sequence - (await _known(municipality_id, point)).sequence


def _met(folding: asyncio.Task[None]) -> None:
    """Take note of what a fold raised, where nobody waits for it any more."""
    if not folding.cancelled():
        folding.exception()


async def _known(municipality_id: UUID, point: Point) -> _State:
    redaction_id = await last_redaction(municipality_id)
    _forget_others(municipality_id, redaction_id)
    return await _nearest(municipality_id, point.sequence, redaction_id)


def _forget_others(municipality_id: UUID, redaction_id: UUID | None) -> None:
    """Forget states from before the last redaction: what was removed is not to stay in memory."""
    stale = [
        key
        for key, state in _KNOWN.items()
        if key[0] == municipality_id and state.redaction_id != redaction_id
    ]
    for key in stale:
        del _KNOWN[key]


async def _nearest(municipality_id: UUID, sequence: int, redaction_id: UUID | None) -> _State:
    """Return the last remembered state of this very record that is not later than a sequence."""
    known = [
        state
        for (owner, number, _), state in _KNOWN.items()
        if owner == municipality_id and number <= sequence
    ]
    entries = Event.of(municipality_id).filter(sequence__in=[state.sequence for state in known])
    ids = set(await entries.values_list("id", flat=True)) if known else set()
    begin = _State(0, None, redaction_id, _EMPTY)
    return max([begin, *(s for s in known if s.entry_id in ids)], key=lambda s: s.sequence)


def _remember(municipality_id: UUID, state: _State) -> None:
    if state.entry_id is None:
        return
    key = (municipality_id, state.sequence, state.entry_id)
    _KNOWN[key] = state
    _KNOWN.move_to_end(key)
    while len(_KNOWN) > REMEMBERED:
        _ = _KNOWN.popitem(last=False)


async def _go_on(municipality_id: UUID, state: _State, point: Point) -> None:
    """Fold on from an earlier state to a point, and remember that."""
    tables = {name: dict(rows) for name, rows in state.tables.items()}
    after, kept, step = state.sequence, 0, _step(point.sequence - state.sequence)
    while found := await _entries(municipality_id, after, point.sequence):
        for sequence, entry_id, body, openings in found:
            _apply(tables, changes_in(body, openings))
            after = sequence
            kept += 1
            if kept % step == 0:
                passed = _State(sequence, entry_id, state.redaction_id, _frozen(tables))
                _remember(municipality_id, passed)
        await asyncio.sleep(0)
    last = _State(point.sequence, point.entry_id, state.redaction_id, _frozen(tables))
    _remember(municipality_id, last)


def _step(distance: int) -> int:
    return max(STEP, -(-distance // ON_THE_WAY))


async def _entries(municipality_id: UUID, after: int, until: int) -> list[Any]:
    """Return the next entries that may change rows."""
    entries = Event.of(municipality_id).filter(sequence__gt=after, sequence__lte=until)
    telling = entries.exclude(kind__in=NO_CHANGES).order_by("sequence").limit(_BATCH)
    found: list[Any] = await telling.values_list("sequence", "id", "body", "openings")
    return found


def changes_in(body: str, openings: str | None) -> list[dict[str, Any]]:
    """Return the changes of rows in an entry's body, of which `after` alone is opened."""
    changes: list[dict[str, Any]] = orjson.loads(body)["changes"]
    afters = opened([change["after"] for change in changes], orjson.loads(openings or "[]"))
    return [change | {"after": after} for change, after in zip(changes, afters, strict=True)]


def _apply(tables: dict[str, dict[UUID, Row]], changes: Iterable[Mapping[str, Any]]) -> None:
    """Fold changes in; a row that others share is replaced, never changed."""
    for change in changes:
        rows, row_id = tables.setdefault(change["table"], {}), UUID(change["id"])
        before = rows.get(row_id, {}) if "before" in change else {}
        rows[row_id] = {**before, **change["after"]}


def _frozen(tables: Mapping[str, Mapping[UUID, Row]]) -> Tables:
    """Return tables as they are now, that nobody can change."""
    return MappingProxyType({name: MappingProxyType(dict(r)) for name, r in tables.items()})
