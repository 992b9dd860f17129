"""A year looked at as an auditor does, through the API: by an oracle, past the sight, at size."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Final
from uuid import uuid4

import pytest

from tests.schema.asking import Answer, ask, context, execute
from tests.schema.conftest import Towns
from tests.schema.oracle import VIEWERS, Viewer
from tests.schema.test_delegation import let
from tests.schema.verbs import Desk
from tests.town import PEOPLE, Town
from workflows.fiscal import day_of, fiscal_year_of
from workflows.ledger import now
from workflows.office_hours import is_outside
from workflows.records import Cycle, Event, EventKind
from workflows.stages import Role, Stage, Trigger

_FOUND: Final = "{ totalCount nodes { __typename sequence } }"
SCRUTINY: Final = f"""query($year: Int!) {{ scrutiny(fiscalYear: $year) {{ fiscalYear
  projects {{ project {{ code cycle(fiscalYear: $year) {{ spans {{ stage seconds }} }} }}
    stages {{ stage seconds }} returns rescinds refusals planRevisions }}
  actedFor {{ person {{ id name }} onBehalfOf {{ id name }} entries {_FOUND} }}
  outsideOfficeHours {_FOUND} editedAfterApproval {_FOUND} recordedLate {_FOUND}
  bulk {{ totalCount nodes {{ person {{ id }} startedAt endedAt entries {_FOUND} }} }} }} }}"""
YEAR: Final = fiscal_year_of(day_of(now()))


async def scrutiny(town: Town, who: str = "auditor", year: int = YEAR) -> Answer:
    """Return what stands out in a year, now."""
    found: Answer = (await ask(town, SCRUTINY, who, year=year))["scrutiny"]
    return found


def sequences(found: Answer) -> list[int]:
    """Return which entries were found, all of which must be told."""
    assert found["totalCount"] == len(found["nodes"])
    return [node["sequence"] for node in found["nodes"]]


async def prepared(town: Town) -> Desk:
    """Let somebody act for another, and something be recorded long after it took effect."""
    desk = Desk(town)
    await let(desk, "staff", "other_lead")
    for number in range(2):
        cycle = await desk.cycle("1_06")
        part = {"plan": {"goal": f"目標{number}"}}
        asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"], "part": part}
        await desk.done("editSheet", "staff", **asked, onBehalfOf=desk.person("other_lead"))
    return desk


async def test_everything_that_happened(towns: Towns) -> None:
    """Each answer is what the entries say, told without the fold that gives it."""
    town = towns.large
    desk = await prepared(town)
    events = await Event.of(town.id).order_by("sequence")
    cycles = {c.id: c for c in await Cycle.of(town.id).filter(fiscal_year=2026)}
    told = await scrutiny(town, year=2026)
    projects = {one["project"]["code"]: one for one in told["projects"]}
    assert len(projects) == len(cycles) == len(told["projects"])
    mine = projects["1_02"]
    assert (mine["returns"], mine["rescinds"], mine["planRevisions"]) == (1, 1, 1)
    for one in told["projects"]:
        spans: Counter[str] = Counter()
        for span in one["project"]["cycle"]["spans"]:
            spans[span["stage"]] += span["seconds"]
        assert {s["stage"]: s["seconds"] for s in one["stages"]} == {s: spans[s] for s in Stage}
    refusals = Counter(e.cycle_id for e in events if e.kind is EventKind.REFUSAL)
    assert sum(one["refusals"] for one in told["projects"]) == sum(
        count for cycle_id, count in refusals.items() if cycle_id in cycles
    )
    assert mine["refusals"] > 0
    for_other = [e.sequence for e in events if e.on_behalf_of_id]
    (pair,) = told["actedFor"]
    assert (pair["person"]["id"], pair["onBehalfOf"]["id"]) == (
        desk.person("staff"),
        desk.person("other_lead"),
    )
    assert sequences(pair["entries"]) == for_other
    assert len(for_other) == 2
    moves = [e for e in events if e.kind is EventKind.TRANSITION]
    outside = [e.sequence for e in moves if is_outside(e.recorded_at)]
    assert sequences(told["outsideOfficeHours"]) == outside
    edited = sequences(told["editedAfterApproval"])
    kinds = Counter(e.trigger or e.kind for e in events if e.sequence in edited)
    assert kinds == {Trigger.REVISE_PLAN: 1, EventKind.CORRECTED: 1}
    assert sequences(told["recordedLate"]) == []


def _like(event: Event, sequence: int, moment: dt.datetime, **values: object) -> Event:
    """Return an entry that is like another one, as if it had been recorded at a moment."""
    copied = {name: getattr(event, name) for name in event._meta.db_fields}  # noqa: SLF001 - all columns
    copied |= {"id": uuid4(), "sequence": sequence, "recorded_at": moment, "effective_at": None}
    return Event(**copied | {"idempotency_key": None} | values)


async def _latest(town: Town, **where: object) -> Event:
    found = await Event.of(town.id).filter(**where).order_by("-sequence").first()
    assert found
    return found


async def test_a_year_ends_in_march(towns: Towns) -> None:
    """To the microsecond in Japan; what is about the year's cycles counts for these all the same."""
    town, tokyo = towns.large, dt.timezone(dt.timedelta(hours=9))
    project = await town.project("1_02")
    cycle = await Cycle.of(town.id).get(project_id=project.id, fiscal_year=2026)
    move = await _latest(town, trigger=Trigger.REPORT_INTERIM, project_id=project.id)
    edit = await _latest(town, kind=EventKind.SHEET_EDITED, cycle_id=cycle.id)
    refusal = await _latest(town, kind=EventKind.REFUSAL, cycle_id=cycle.id)
    before, size = await scrutiny(town, year=2026), await town.size()
    end = dt.datetime(2027, 4, 1, tzinfo=tokyo)
    last = end - dt.timedelta(microseconds=1)
    late = last - dt.timedelta(days=31)
    head = town.people["office"]
    await Event.bulk_create(
        [
            _like(move, size + 1, last, effective_at=late, on_behalf_of_id=head),
            _like(move, size + 2, end, effective_at=late, on_behalf_of_id=head),
            _like(edit, size + 3, end),
            _like(refusal, size + 4, end),
        ]
    )
    after, other = await scrutiny(town, year=2026), await scrutiny(town, year=2027)
    assert sequences(after["outsideOfficeHours"])[-1:] == [size + 1]
    assert sequences(other["outsideOfficeHours"]) == [size + 2]
    assert (sequences(after["recordedLate"]), sequences(other["recordedLate"])) == (
        [size + 1],
        [size + 2],
    )
    assert [sequences(one["entries"]) for one in after["actedFor"]] == [[size + 1]]
    assert [sequences(one["entries"]) for one in other["actedFor"]] == [[size + 2]]
    more = {*sequences(after["editedAfterApproval"])} - {*sequences(before["editedAfterApproval"])}
    assert more == {size + 3}
    assert sequences(other["editedAfterApproval"]) == []
    refused = [
        next(p["refusals"] for p in told["projects"] if p["project"]["code"] == "1_02")
        for told in (before, after, other)
    ]
    assert refused == [refused[0], refused[0] + 1, 0]


@pytest.mark.parametrize("viewer", VIEWERS, ids=str)
async def test_who_may_ask(read_towns: Towns, viewer: Viewer) -> None:
    """Auditors and the office, as far as a token lets them be; for others there is none."""
    town = read_towns.small
    asked = await context(town, viewer.who, credential=viewer.credential)
    data, errors = await execute(asked, SCRUTINY, {"year": 2026})
    may = bool({Role.OFFICE, Role.AUDITOR} & {role for role, _ in viewer.held})
    assert not errors
    assert (data["scrutiny"] is not None) is may


async def test_only_what_is_seen_is_counted(towns: Towns) -> None:
    """An entry that somebody may not see is in no answer to them: sign-ins are not the office's."""
    town = towns.large
    signed_in = await _latest(town, kind=EventKind.SIGNED_IN)
    size = await town.size()
    moment, head = signed_in.recorded_at, town.people["lead"]
    long_ago = moment - dt.timedelta(days=90)
    await Event.bulk_create(
        [
            _like(signed_in, size + 1, now(), effective_at=long_ago, on_behalf_of_id=head),
            _like(signed_in, size + 2, now(), on_behalf_of_id=head),
        ]
    )
    for who, some in (("auditor", [size + 1, size + 2]), ("office", [])):
        told = await scrutiny(town, who)
        assert sequences(told["recordedLate"]) == some[:1]
        assert [s for one in told["actedFor"] for s in sequences(one["entries"])] == some


async def test_each_town_and_year_is_its_own(read_towns: Towns) -> None:
    """Nothing of others is found, and years without anything, or beyond all calendars, are empty."""
    for year in (-(2**31), -1, 0, 1, 1899, 1900, 2025, 2500, 9_998, 9_999, 2**31 - 1):
        told = await scrutiny(read_towns.small, year=year)
        assert told["projects"] == told["actedFor"] == []
        assert told["bulk"] == {"totalCount": 0, "nodes": []}
    codes = []
    for town in read_towns.all:
        told = await scrutiny(town, year=2026)
        sizes = await Cycle.of(town.id).filter(fiscal_year=2026).count()
        assert len(told["projects"]) == sizes
        codes.append(sequences(told["editedAfterApproval"]))
    assert codes[0] == []


async def test_twenty_thousand_entries_of_a_year(towns: Towns, tell: Callable[[str], None]) -> None:
    """A year of a large town: every entry is asked, the first hundred of each list are told."""
    town, count = towns.large, 20_000
    move = await _latest(town, trigger=Trigger.REPORT_INTERIM)
    refusal = await _latest(town, kind=EventKind.REFUSAL)
    size, begin = await town.size(), dt.datetime(2030, 4, 1, tzinfo=dt.UTC)
    people = [town.people[who] for who in PEOPLE]
    entries = [
        _like(
            refusal if n % 10 == 9 else move,
            size + 1 + n,
            begin + n * dt.timedelta(minutes=26) / 4 - (n % 8) * dt.timedelta(minutes=6),
            actor_id=people[n // 8 % len(people)],
            effective_at=begin - dt.timedelta(days=60) if n % 100 == 0 else None,
            on_behalf_of_id=people[n % 3] if n % 50 == 0 else None,
        )
        for n in range(count)
    ]
    await Event.bulk_create(entries, batch_size=500)
    started = perf_counter()
    told = await scrutiny(town, year=2030)
    seconds = perf_counter() - started
    moves = [e for e in entries if e.kind is EventKind.TRANSITION]
    outside = [e.sequence for e in moves if is_outside(e.recorded_at)]
    assert told["outsideOfficeHours"]["totalCount"] == len(outside)
    assert [n["sequence"] for n in told["outsideOfficeHours"]["nodes"]] == outside[:100]
    assert told["recordedLate"]["totalCount"] == count // 100
    acted = sum(one["entries"]["totalCount"] for one in told["actedFor"])
    assert acted == count // 50
    assert told["bulk"]["totalCount"] == 0
    tell(f"{seconds:.2f} s: the scrutiny of {count:,} entries of a year")
    assert seconds < 10
