"""Filling the sample: once, to its end, never over real data; and the tokens to try it with."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from tortoise.exceptions import DoesNotExist

from seed.demo.content import HASHIKAMI
from seed.demo.content import Person as Newcomer
from seed.demo.fill import (
    Filled,
    RealDataError,
    SampleDataError,
    UnfinishedSampleError,
    fill,
)
from seed.demo.script import script
from seed.demo.tokens import issue_tokens
from seed.load import load
from seed.reader import read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from server.database import connected
from tests.seed.samples import AFTERWARDS, AUTUMN, FILES, SPRING, by_stage, size_of, telling
from workflows.accounts.secrecy import sha256_of
from workflows.fiscal import TOKYO
from workflows.founding import found
from workflows.records import Event, EventKind, Municipality, Person, Plan, Project, Token
from workflows.replay import audit
from workflows.revise.people import register_person
from workflows.revise.status import StatusChange, change_status
from workflows.stages import Role, Stage, StatusTrigger
from workflows.unit import Request


async def test_a_second_run_does_nothing(sample: UUID) -> None:
    """Even after the sample has been used."""
    console = Request(municipality_id=sample, act="registerPerson", at_console=True)
    await register_person(console, "来訪者", "V-1")
    size = await size_of(sample)
    assert await fill(FILES) == Filled(sample, acts=0)
    assert await size_of(sample) == size


async def test_a_complete_sample_is_left_as_another_version_made_it(
    sample: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a later version would tell beside it is not mixed in."""
    newcomer = Newcomer(number="見本999", name="柿崎 実", roles=(Role.STAFF,), department="総務課")
    content = replace(HASHIKAMI, people=(*HASHIKAMI.people, newcomer))
    monkeypatch.setattr("seed.demo.fill.HASHIKAMI", content)
    assert (await fill(FILES)).acts == 0
    assert not await Person.of(sample).filter(staff_number="見本999").exists()


async def test_real_data_is_left_alone(sqlite_town: str) -> None:
    """A town with its real plan is refused, and nothing is written."""
    async with connected(sqlite_town, upgrade=False):
        municipality = await Municipality.get()
        size = await size_of(municipality.id)
        with pytest.raises(RealDataError, match="empty data directory"):
            await fill(FILES)
        assert await size_of(municipality.id) == size


@pytest.mark.usefixtures("empty")
async def test_people_without_a_plan_are_real_data() -> None:
    """Whoever registered people is about to work here; any town's people count."""
    municipality = await found("024414", "三戸町", "青森県")
    console = Request(municipality_id=municipality.id, act="registerPerson", at_console=True)
    await register_person(console, "実在の職員", "1")
    with pytest.raises(RealDataError):
        await fill(FILES)
    assert not await Plan.all().exists()


@pytest.mark.usefixtures("empty")
async def test_a_sample_plan_from_elsewhere_is_not_filled() -> None:
    """Its cycles begin today, so no history fits."""
    source = HASHIKAMI_PLAN.read_bytes()
    await load(read(source), source, HASHIKAMI_TOWN, sample=True)
    with pytest.raises(UnfinishedSampleError, match="without its history"):
        await fill(FILES)


@pytest.mark.usefixtures("empty")
async def test_a_clock_before_the_first_day_is_refused(
    clock: Callable[[dt.datetime], None],
) -> None:
    """Nothing may take effect in the future, so the plan cannot be loaded yet."""
    clock(dt.datetime(2025, 4, 1, 8, 29, tzinfo=TOKYO))
    with pytest.raises(SampleDataError, match="2025-04-01"):
        await fill(FILES)
    assert not await Plan.all().exists()


class Stop(BaseException):
    """Ends a run as a kill would: between two transactions."""


def stop_after(acts: int) -> Callable[[int, int], None]:
    """Return a progress that ends the run after so many acts."""

    def progress(done: int, _of: int) -> None:
        if done == acts:
            raise Stop

    return progress


IN_VAIN = next(n for n, act in enumerate(script(telling(SPRING)), 1) if act.is_refused)
"""The number of the first act that is refused."""


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("stopped_after", [1, 60, IN_VAIN])
async def test_a_stopped_run_is_gone_on_with(
    clock: Callable[[dt.datetime], None], stopped_after: int
) -> None:
    """Later, each act is done once, and none that would have come since."""
    clock(SPRING)
    with pytest.raises(Stop):
        await fill(FILES, stop_after(stopped_after))
    clock(AUTUMN)
    told: list[tuple[int, int]] = []
    acts = script(telling(SPRING))
    rest = await fill(FILES, lambda done, of: told.append((done, of)))
    assert rest.acts == len(acts) - stopped_after
    assert told == [(n, rest.acts) for n in range(1, rest.acts + 1)]
    attempts = await Event.of(rest.municipality_id).filter(kind=EventKind.REFUSAL)
    assert len(attempts) == sum(act.is_refused for act in acts)
    started = sum(act.name.endswith("/START") for act in acts)
    stages = await by_stage(rest.municipality_id)
    assert stages == {(2025, Stage.PLAN): 46 - started, (2025, Stage.DO): started}
    assert await audit(rest.municipality_id) == []


@pytest.mark.usefixtures("empty")
async def test_a_stopped_run_that_cannot_go_on_says_so(
    clock: Callable[[dt.datetime], None],
) -> None:
    """Where somebody has worked in it meanwhile, it is told what to do."""
    clock(SPRING)
    with pytest.raises(Stop):
        await fill(FILES, stop_after(60))
    municipality = await Municipality.get()
    office = await Person.of(municipality.id).get(staff_number="見本103")
    project = await Project.of(municipality.id).get(code="3_01")
    asked = StatusChange(
        project_id=project.id, trigger=StatusTrigger.SUSPEND, expected_revision=1, reason="試し"
    )
    request = Request(municipality_id=municipality.id, act="test", actor_id=office.id)
    await change_status(request, asked)
    with pytest.raises(UnfinishedSampleError, match="3_01/2025"):
        await fill(FILES)


async def test_postgresql_after_the_plans_period(
    empty_postgres: str, clock: Callable[[dt.datetime], None]
) -> None:
    """Told until its last checks, the sample stays within the plan's period."""
    clock(AFTERWARDS)
    async with connected(empty_postgres):
        done = await fill(FILES)
        stages = await by_stage(done.municipality_id)
        assert {year for year, _ in stages} == {2025, 2026, 2027}
        assert stages[2026, Stage.CLOSED] >= 40
        assert stages[2027, Stage.CHECK] >= 30
        assert not await Event.of(done.municipality_id).filter(effective_at__gt=AFTERWARDS).exists()
        assert await audit(done.municipality_id) == []
        assert (await fill(FILES)).acts == 0


@pytest.mark.parametrize("until", [SPRING, AUTUMN, AFTERWARDS])
def test_the_script_is_the_same_each_time(until: dt.datetime) -> None:
    """Names and times do not change from run to run, and no name stands twice."""
    acts = script(telling(until))
    assert acts == script(telling(until))
    assert len({act.name for act in acts}) == len(acts)
    assert all(act.at <= until for act in acts)


def test_an_offer_is_accepted_in_the_year_it_is_recorded_in() -> None:
    """Its cycle opens in the present fiscal year; once the plan is over nobody accepts."""
    name = "1_11/rollout/税務課/answer"
    later = dt.datetime(2027, 4, 20, 10, 0, tzinfo=TOKYO)
    answers = [[a.at for a in script(telling(t)) if a.name == name] for t in (later, AFTERWARDS)]
    assert answers == [[dt.datetime(2027, 4, 1, 9, 30, tzinfo=TOKYO)], []]


async def test_tokens_are_for_four_people_and_replace_the_last_ones(sample: UUID) -> None:
    """A lead, the office, an auditor and the admin; only the newest work."""
    first = await issue_tokens(sample)
    second = await issue_tokens(sample)
    assert [t.person.roles for t in second] == [
        (Role.ADMIN,),
        (Role.OFFICE,),
        (Role.LEAD,),
        (Role.AUDITOR,),
    ]
    live = {t.sha256 for t in await Token.of(sample).filter(revoked_at=None)}
    assert live == {sha256_of(t.secret) for t in second}
    assert len(live) == len(first) == 4


async def test_tokens_need_the_sample(sqlite_town: str) -> None:
    """In a real town there is nobody to give them to."""
    async with connected(sqlite_town, upgrade=False):
        municipality = await Municipality.get()
        with pytest.raises(DoesNotExist):
            await issue_tokens(municipality.id)
        assert not await Token.all().exists()
