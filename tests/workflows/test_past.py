"""The past is what was there: held against tables that were read when they stood so."""

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from server.database import connected
from tests.town import Town, applied, build
from tests.workflows.random_acts import RandomActs
from tests.workflows.random_steps import PROJECTS, STEP, Step
from tests.workflows.tables import Tables, tables_of
from tests.workflows.test_random_acts import SETTINGS, sqlite_hamlet
from workflows import ledger
from workflows.changes import RECORDED, row_as_json
from workflows.fiscal import TOKYO, fiscal_year_of
from workflows.ledger import Outcome
from workflows.past import (
    AtEntry,
    AtTime,
    AtYearEnd,
    Moment,
    PastTables,
    Point,
    UnfinishedError,
    entries_to_fold,
    moments,
    point_of,
    states,
    tables_at,
)
from workflows.past.moments import SETTLES
from workflows.records import Event, EventHead, EventKind, Project
from workflows.redaction import Redact, Target, redact
from workflows.refusals import InvalidInput, Refuse
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.stages import Stage
from workflows.unit import Unit

__all__ = ["sqlite_hamlet"]
TICK: Final = dt.timedelta(microseconds=1)
LATER: Final = dt.timedelta(days=3650)


async def past_of(town: Town, moment: Moment) -> PastTables:
    """Return what stood at a moment."""
    point = await point_of(town.id, moment, ledger.now() + LATER)
    return PastTables(town.id, point, await tables_at(town.id, point))


async def stood(town: Town, sequence: int) -> Tables:
    """Return the tables just after an entry, as the past tells them."""
    told = await past_of(town, AtEntry(sequence))
    return {
        name: {str(row.id): row_as_json(row) for row in told.rows(model)}
        for name, model in RECORDED.items()
    }


async def stand(town: Town) -> Tables:
    """Return the tables as they stand now."""
    stored = await tables_of(town)
    return {name: stored[name] for name in RECORDED}


class RememberedActs(RandomActs):
    """Random acts, after each of which the tables are remembered."""

    remembered: dict[int, Tables]

    @override
    async def act(self, doing: Callable[[], Awaitable[Outcome | None]]) -> None:
        _ = await doing()
        self.remembered[await self.town.size()] = await stand(self.town)


def _run(new_url: Callable[[], str], examples: int, monkeypatch: pytest.MonkeyPatch) -> int:
    compared = 0

    async def in_a_new_town(url: str, steps: list[Step]) -> None:
        nonlocal compared
        async with connected(url, upgrade=False):
            acts = RememberedActs(await Town.load(), {})  # type: ignore[arg-type] # nothing counted
            acts.remembered = {await acts.town.size(): await stand(acts.town)}
            monkeypatch.setattr(ledger, "now", acts.now)
            await acts.run(steps)
            for order in (sorted(acts.remembered), sorted(acts.remembered, reverse=True)):
                for sequence in order:
                    assert await stood(acts.town, sequence) == acts.remembered[sequence]
                    compared += 1

    @settings(SETTINGS, max_examples=examples)
    @given(st.lists(STEP, min_size=20, max_size=30))
    def do(steps: list[Step]) -> None:
        asyncio.run(in_a_new_town(new_url(), steps))

    # On the way too: with steps so short, states are gone on from in every way.
    for step in (3, 10**6):
        monkeypatch.setattr(states, "STEP", step)
        do()
    return compared


def test_random_acts_on_sqlite(
    sqlite_hamlet: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After any sequence of acts, every moment between them is told as it was."""
    compared = _run(sqlite_hamlet, 6, monkeypatch)
    print(f"{compared:,} moments compared")  # noqa: T201 - figures to report
    assert compared > 500


def test_random_acts_on_postgres(
    new_postgres: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on the other database, for a while."""
    template = new_postgres()
    build(template, PROJECTS)
    compared = _run(lambda: new_postgres(template), 2, monkeypatch)
    assert compared > 50


async def at_times(town: Town, monkeypatch: pytest.MonkeyPatch, *times: dt.datetime) -> list[int]:
    """Edit the sheet at some times of the clock; return the entries' sequences."""
    sequences = []
    for number, moment in enumerate(times):
        monkeypatch.setattr(ledger, "now", lambda moment=moment: moment)
        cycle = await town.cycle()
        edit = PlanEdit(values={"goal": f"目標{number}"})
        sequences.append(
            applied(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, edit)).sequence
        )
    monkeypatch.undo()
    return sequences


async def test_a_time_means_the_last_entry_up_to_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the microsecond; a fiscal year ends with 31 March in Japan."""
    year = fiscal_year_of(ledger.now().date()) + 3
    turn = dt.datetime(year + 1, 4, 1, tzinfo=TOKYO)
    tick, now = dt.timedelta(microseconds=1), turn + dt.timedelta(days=30)
    early, last, new = await at_times(
        town, monkeypatch, turn - dt.timedelta(days=20), turn - tick, turn
    )
    wanted: list[tuple[Moment, int, dt.date]] = [
        (AtTime(turn), new, turn.date()),
        (AtTime(turn - tick), last, dt.date(year + 1, 3, 31)),
        (AtTime(turn - 2 * tick), early, dt.date(year + 1, 3, 31)),
        (AtYearEnd(year), last, dt.date(year + 1, 3, 31)),
        (AtYearEnd(year - 1), early - 1, dt.date(year, 3, 31)),
        (AtEntry(early), early, (turn - dt.timedelta(days=20)).date()),
        (AtEntry(0), 0, dt.date.min),
        (AtTime(dt.datetime(1, 1, 1, tzinfo=dt.UTC)), 0, dt.date(1, 1, 1)),
        (AtYearEnd(1970), 0, dt.date(1971, 3, 31)),
    ]
    for moment, sequence, day in wanted:
        point = await point_of(town.id, moment, now)
        assert (point.sequence, point.day) == (sequence, day), moment
        entry = await Event.of(town.id).get_or_none(sequence=sequence)
        expected = (entry.id, entry.recorded_at) if entry else (None, None)
        assert (point.entry_id, point.recorded_at) == expected


async def test_what_is_not_over_is_refused(town: Town) -> None:
    """With what to do about it, in both languages, and the field that is wrong."""
    now, size = ledger.now(), await town.size()
    year = fiscal_year_of(now.astimezone(TOKYO).date())
    wrong: list[tuple[Moment, str]] = [
        (AtTime(now), "at"),
        (AtTime(now - SETTLES + TICK), "at"),
        (AtTime(now + dt.timedelta(days=1)), "at"),
        (AtTime(dt.datetime.max.replace(tzinfo=dt.UTC)), "at"),
        *((AtYearEnd(y), "fiscalYearEnd") for y in (year, year + 1, 10**9, 1969, 0, -1)),
        *((AtEntry(s), "sequence") for s in (size + 1, 2**31 - 1, -1)),
    ]
    for moment, path in wrong:
        with pytest.raises(Refuse) as refused:
            _ = await point_of(town.id, moment, now)
        why = refused.value.refusal
        assert isinstance(why, InvalidInput), moment
        assert why.path == path
        assert why.message_ja.endswith("。")
        assert why.message_en.endswith(".")
    await asyncio.sleep(SETTLES.total_seconds())
    assert (await point_of(town.id, AtTime(now), ledger.now())).sequence == size
    assert (await point_of(town.id, AtYearEnd(year - 1), now)).sequence == 0


async def _time_given_out(town: Town) -> dt.datetime:
    return (await EventHead.of(town.id).get()).last_recorded_at


async def test_a_time_is_answered_the_same_where_the_clock_is_set_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is recorded afterwards is later than whatever was asked about; nothing is written twice."""
    size, start = await town.size(), await _time_given_out(town) + dt.timedelta(days=2)
    monkeypatch.setattr(ledger, "now", lambda: start)
    at = start - SETTLES
    asks = [point_of(town.id, AtTime(at - n * TICK), start) for n in range(20)]
    points = await asyncio.gather(*asks)
    assert {point.sequence for point in points} == {size}
    await moments._give_out(town.id, at)  # noqa: SLF001 - as whoever was a moment late
    assert await _time_given_out(town) == start
    assert await town.size() == size
    (late,) = await at_times(town, monkeypatch, start - dt.timedelta(hours=2))
    assert (await Event.of(town.id).get(sequence=late)).recorded_at > at
    assert (await point_of(town.id, AtTime(at), start + SETTLES)).sequence == size
    assert await audit(town.id) == []


async def test_asking_writes_once_a_second_at_most(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many ask about ever later times."""
    start, given = await _time_given_out(town) + dt.timedelta(days=2), set[dt.datetime]()
    for n in range(60):
        moment = start + n * dt.timedelta(milliseconds=50)
        monkeypatch.setattr(ledger, "now", lambda moment=moment: moment)
        await point_of(town.id, AtTime(moment - SETTLES), moment)
        given.add(await _time_given_out(town))
    assert len(given) == 3


async def test_an_act_in_flight_counts_where_it_began_before(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks meanwhile about a later time waits for it."""
    start = await _time_given_out(town) + dt.timedelta(days=2)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.SIGNED_IN)
        began.set()
        await go_on.wait()

    monkeypatch.setattr(ledger, "now", lambda: start)
    acting = asyncio.create_task(ledger.perform(town.by("lead"), decide))
    await began.wait()
    monkeypatch.setattr(ledger, "now", lambda: start + 2 * SETTLES)
    at = AtTime(start + SETTLES)
    asking = asyncio.create_task(point_of(town.id, at, start + 2 * SETTLES))
    await asyncio.sleep(0.2)
    go_on.set()
    entry = applied(await acting)
    assert (await asking).sequence == entry.sequence
    assert entry.recorded_at == start


async def test_nobody_changes_what_is_remembered(town: Town) -> None:
    """Neither through the tables that are handed out, nor through the rows made of them."""
    moment = AtEntry(await town.size())
    told = await past_of(town, moment)
    tables = await tables_at(town.id, told.point)
    with pytest.raises(TypeError):
        tables["projects"] = {}  # type: ignore[index] # that is the test
    with pytest.raises(TypeError):
        tables["projects"][told.rows(Project)[0].id] = {}  # type: ignore[index]
    for project in told.rows(Project):
        project.title = "別の題"
        project.expected_effects.append("別の効果")
    assert await stood(town, told.point.sequence) == await stand(town)


async def test_what_is_removed_is_removed_of_the_past_too(town: Town) -> None:
    """Also where the state was remembered before, and nothing of it stays in memory."""
    secret = "ひみつの氏名"  # noqa: S105 - no password
    cycle = await town.cycle()
    edit = PlanEdit(values={"goal": secret, "schedule": "4月"})
    entry = applied(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, edit))
    _ = await town.fill_in(Stage.PLAN)
    assert (await past_of(town, AtEntry(entry.sequence))).sheet(cycle.id).goal == secret
    target = Target(entry_id=entry.id, field="changes.0.after.goal")
    asked = Redact(targets=[target], reason="個人情報のため", everywhere=True)
    _ = applied(await redact(town.by("admin"), asked))
    for _again in range(2):
        sheet = (await past_of(town, AtEntry(entry.sequence))).sheet(cycle.id)
        assert (sheet.goal, sheet.schedule) == ("［消去］", "4月")
        assert secret not in repr(_remembered(town))
    assert await stood(town, await town.size()) == await stand(town)


def _remembered(town: Town) -> list[object]:
    return [
        {name: {k: dict(v) for k, v in rows.items()} for name, rows in state.tables.items()}
        for (owner, _, _), state in states._KNOWN.items()  # noqa: SLF001 - what is in memory
        if owner == town.id
    ]


async def test_a_list_that_was_removed_is_still_a_list(town: Town) -> None:
    """So that who asks for a project's effects is told that they are gone."""
    (added,) = await Event.of(town.id).filter(
        kind=EventKind.PROJECT_ADDED, project_id=(await town.project()).id
    )
    target = Target(entry_id=added.id, field="changes.0.after.expected_effects")
    _ = applied(await redact(town.by("admin"), Redact(targets=[target], reason="誤記のため")))
    told = await past_of(town, AtEntry(added.sequence))
    project = told.row(Project, (await town.project()).id)
    assert project is not None
    assert project.expected_effects == ["［消去］"]


async def test_a_record_of_the_same_town_elsewhere_is_another(town: Town) -> None:
    """A state of a backup, whose entries have the same numbers, is not taken for this record's."""
    cycle = await town.cycle()

    async def edit(goal: str) -> Event:
        asked = PlanEdit(values={"goal": goal})
        return applied(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, asked))

    first = await edit("こちら")
    point = await point_of(town.id, AtEntry(first.sequence), ledger.now() + LATER)
    other = Point(point.sequence, Event().id, point.recorded_at, point.day)
    false = states._State(point.sequence, other.entry_id, None, states._EMPTY)  # noqa: SLF001
    states._remember(town.id, false)  # noqa: SLF001 - as if it were of another database
    assert PastTables(town.id, point, await tables_at(town.id, point)).rows(Project)


async def test_memory_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many moments are asked for, a fixed number of states is kept: the latest asked."""
    monkeypatch.setattr(states, "REMEMBERED", 5)
    for sequence in range(1, await town.size() + 1):
        _ = await stood(town, sequence)
    assert len(states._KNOWN) == 5  # noqa: SLF001
    assert max(key[1] for key in states._KNOWN) == await town.size()  # noqa: SLF001


async def test_one_fold_at_a_time_goes_on_for_whoever_comes_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for long; each is told how far it is, and finds what was folded meanwhile."""
    size = await town.size()
    points = [await point_of(town.id, AtEntry(s), ledger.now()) for s in (size, size - 5, size - 9)]
    monkeypatch.setattr(states, "_KNOWN", OrderedDict())
    monkeypatch.setattr(states, "_BATCH", 5)
    monkeypatch.setattr(states, "STEP", 5)
    begun = _count_folds(monkeypatch)
    with monkeypatch.context() as hurried:
        hurried.setattr(states, "PATIENCE", 0)
        asks = [tables_at(town.id, point) for point in points for _ in range(5)]
        answers = await asyncio.gather(*asks, return_exceptions=True)
    assert len(begun) == 1
    assert all(isinstance(one, UnfinishedError) for one in answers)
    assert 0 < await entries_to_fold(town.id, points[0]) <= size
    told = await asyncio.gather(*(tables_at(town.id, point) for point in points for _ in range(5)))
    assert len(begun) <= 3
    assert len(told) == 15
    assert await entries_to_fold(town.id, points[0]) == 0
    assert await stood(town, size) == await stand(town)


def _count_folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    begun, go_on = list[int](), states._go_on  # noqa: SLF001 - what is counted

    async def counted(municipality_id: UUID, state: states._State, point: Point) -> None:
        begun.append(point.sequence)
        await go_on(municipality_id, state, point)

    monkeypatch.setattr(states, "_go_on", counted)
    return begun


async def test_a_long_way_leaves_states_evenly(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no later moment is far from one."""
    size = await town.size()
    monkeypatch.setattr(states, "_KNOWN", OrderedDict())
    monkeypatch.setattr(states, "STEP", 1)
    monkeypatch.setattr(states, "ON_THE_WAY", 4)
    _ = await stood(town, size)
    assert len(states._KNOWN) <= 5  # noqa: SLF001
    for sequence in range(1, size):
        point = await point_of(town.id, AtEntry(sequence), ledger.now())
        assert await entries_to_fold(town.id, point) <= size // 4 + 1 + len(states.NO_CHANGES)


async def test_a_fold_that_fails_tells_who_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one begins anew."""
    point = await point_of(town.id, AtEntry(await town.size()), ledger.now())
    monkeypatch.setattr(states, "_KNOWN", OrderedDict())
    with monkeypatch.context() as broken:
        broken.setattr(states, "changes_in", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _ = await tables_at(town.id, point)
    assert PastTables(town.id, point, await tables_at(town.id, point)).rows(Project)
