"""Three municipalities in one database: nothing crosses from one to another."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from tortoise.transactions import in_transaction

from server.database import connected
from tests.town import Town, applied, found_town, refused
from tests.workflows.tables import tables_of
from workflows.accounts.tokens import issue_token
from workflows.advance import Fire, fire
from workflows.founding import found
from workflows.ledger import Outcome
from workflows.records import (
    Appointment,
    Category,
    Event,
    EventHead,
    Group,
    Municipality,
    Project,
    Rollout,
    Row,
)
from workflows.refusals import InvalidInput, NotFound, NotSignedIn, Refuse
from workflows.replay import audit
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.revise.people import NewAppointment, appoint, end_appointment
from workflows.revise.plan import Addition, Amendment, Revision, Withdrawal, revise_plan
from workflows.revise.rollouts import Answer, Proposal, answer_rollout, propose_rollout
from workflows.revise.sheets import edit_sheet
from workflows.revise.status import StatusChange, change_status
from workflows.sheets import IndicatorEdit, PlanEdit, ResultsEdit
from workflows.stages import Role, Stage, StatusTrigger, Trigger

R = TypeVar("R", bound=Row)
CODES = ("024465", "023019", "024422")
TODAY = dt.date(2026, 6, 1)


@pytest.fixture
async def towns(database_url: str) -> AsyncIterator[tuple[Town, Town, Town]]:
    """Found two more towns beside the first, each with the same plan and people of its own."""
    async with connected(database_url, upgrade=False):
        for code in CODES[1:]:
            await found_town(code)
        first, second, third = [await Town.load(code) for code in CODES]
        yield first, second, third


async def _first(model: type[R], town: Town) -> R:
    row = await model.of(town.id).first()
    assert row is not None
    return row


def _transfer(project: Project, department_id: UUID, group_id: UUID | None = None) -> Transfer:
    return Transfer(
        project_id=project.id,
        expected_revision=project.revision,
        department_id=department_id,
        group_id=group_id,
        effective_on=dt.date(2027, 1, 1),
        reason="x",
    )


def _revision(**values: Any) -> Revision:  # noqa: ANN401 - Revision's own fields
    return Revision(summary="x", reason="x", effective_on=TODAY, **values)


def _addition(category: Category, department_id: UUID) -> Addition:
    return Addition(
        category_id=category.id,
        department_id=department_id,
        group_id=None,
        title="x",
        content="x",
        expected_effects=["x"],
    )


async def _on_the_work(here: Town, there: Town) -> dict[str, Outcome]:
    """Return what acts on cycles answer that name something of another town."""
    lead, office = here.by("lead"), here.by("office")
    cycle, own_cycle = await there.cycle(), await here.cycle()
    (indicator,) = await there.indicators()
    rollout = await _first(Rollout, there)
    own = here.departments["税務課"]
    return {
        "fire": await fire(lead, Fire(
            cycle_id=cycle.id, trigger=Trigger.SUBMIT_RESULTS, expected_revision=cycle.revision)),
        "edit": await edit_sheet(lead, cycle.id, cycle.revision, ResultsEdit()),
        "indicator": await edit_sheet(lead, own_cycle.id, own_cycle.revision, PlanEdit(
            indicators=[IndicatorEdit(id=indicator.id, name="x")])),
        "offer": await propose_rollout(office, Proposal(
            cycle_id=cycle.id, department_id=own, message="x")),
        "answer": await answer_rollout(here.by("other_lead"), Answer(
            rollout_id=rollout.id, accept=True)),
    }  # fmt: skip


async def _on_the_plan(here: Town, there: Town) -> dict[str, Outcome]:
    """Return what acts on projects answer that name something of another town."""
    office = here.by("office")
    theirs, ours = await there.project(), await here.project()
    department, own = there.departments["税務課"], here.departments["税務課"]
    group = await _first(Group, there)
    category, own_category = await _first(Category, there), await _first(Category, here)
    named = {"project_id": theirs.id, "expected_revision": theirs.revision}
    return {
        "status": await change_status(office, StatusChange(
            **named, trigger=StatusTrigger.SUSPEND, reason="x")),
        "project": await transfer_ownership(office, _transfer(theirs, own)),
        "department": await transfer_ownership(office, _transfer(ours, department)),
        "group": await transfer_ownership(office, _transfer(ours, own, group.id)),
        "category": await revise_plan(office, _revision(additions=[_addition(category, own)])),
        "owner": await revise_plan(
            office, _revision(additions=[_addition(own_category, department)])),
        "amend": await revise_plan(office, _revision(
            amendments=[Amendment(**named, title="x")])),
        "withdraw": await revise_plan(office, _revision(withdrawals=[Withdrawal(**named)])),
    }  # fmt: skip


async def _on_the_people(here: Town, there: Town) -> dict[str, Outcome]:
    """Return what acts on people answer that name something of another town."""
    admin = here.by("admin")
    appointment = await _first(Appointment, there)
    post = {"role": Role.LEAD, "starts_on": TODAY}
    return {
        "person": await appoint(admin, NewAppointment(
            **post, person_id=there.people["nobody"], department_id=here.departments["税務課"])),
        "post": await appoint(admin, NewAppointment(
            **post, person_id=here.people["nobody"], department_id=there.departments["税務課"])),
        "end": await end_appointment(admin, appointment.id, TODAY),
        "token": (await issue_token(here.console(), there.people["office"], "x", 1))[0],
    }  # fmt: skip


async def test_what_another_town_has_is_not_found(towns: tuple[Town, Town, Town]) -> None:
    """Every act, with every kind of id of the neighbours; and nothing of theirs is touched."""
    here, there, _ = towns
    await there.bring_to(Stage.ACTION)
    proposal = Proposal(
        cycle_id=(await there.cycle()).id,
        department_id=there.departments["税務課"],
        message="いかが",
    )
    applied(await propose_rollout(there.by("office"), proposal))
    before, size = await tables_of(there), await there.size()
    own_before = await tables_of(here)
    for attempts in (_on_the_work, _on_the_plan, _on_the_people):
        for name, outcome in (await attempts(here, there)).items():
            assert isinstance(refused(outcome), NotFound), name
    assert await tables_of(there) == before
    assert await tables_of(here) == own_before
    assert await there.size() == size
    for town in towns:
        assert await audit(town.id) == []


async def test_a_neighbour_is_nobody(towns: tuple[Town, Town, Town]) -> None:
    """The office of one town is unknown in the next, and its attempt is not in that record."""
    here, there, _ = towns
    sizes = [await town.size() for town in towns]
    applied(await there.fill_in(Stage.PLAN))
    stranger = here.by("office")
    request = type(stranger)(municipality_id=there.id, act="test", actor_id=here.people["lead"])
    cycle = await there.cycle()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
    assert refused(await fire(request, asked)) == NotSignedIn()
    assert [await town.size() for town in towns] == [sizes[0], sizes[1] + 1, sizes[2]]


async def test_every_town_has_its_own_sequence_keys_and_codes(
    towns: tuple[Town, Town, Town],
) -> None:
    """1, 2, 3, … in each; the same key and the same staff number in all of them."""
    key = uuid4()
    for number, town in enumerate(towns):
        for _ in range(number):
            refused(await town.fire("nobody", Trigger.START))
        applied(await town.fill_in(Stage.PLAN))
        cycle = await town.cycle()
        asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
        applied(await fire(town.by("lead", idempotency_key=key), asked))
    for town in towns:
        sequences = await Event.of(town.id).order_by("sequence").values_list("sequence", flat=True)
        assert list(sequences) == list(range(1, await town.size() + 1))
        assert await Event.of(town.id).filter(idempotency_key=key).count() == 1
        assert await audit(town.id) == []
    assert len({await town.size() for town in towns}) == 3
    assert await EventHead.all().count() == 3


async def test_towns_do_not_wait_for_each_other(
    towns: tuple[Town, Town, Town], database_url: str
) -> None:
    """On PostgreSQL one town's lock is no other's; on SQLite there is one writer a file."""
    here, there, _ = towns
    if database_url.startswith("sqlite"):
        assert await EventHead.of(here.id).count() == 1
        return
    locked, done = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with in_transaction():
            await EventHead.of(here.id).update(size=await here.size())
            locked.set()
            await done.wait()

    holder = asyncio.create_task(hold())
    await locked.wait()
    applied(await asyncio.wait_for(there.fill_in(Stage.PLAN), 2))
    waiting = asyncio.create_task(here.fill_in(Stage.PLAN))
    assert not (await asyncio.wait([waiting], timeout=0.2))[0]
    done.set()
    applied(await waiting)
    await holder


async def test_a_town_is_founded_once_under_a_real_code(town: Town) -> None:
    """Again gives the same one; a wrong check digit is refused, and leaves nothing."""
    again = await found("024465", "別の名", "青森県")
    assert (again.id, again.name) == (town.id, "階上町")
    for code in ("024466", "24465", ""):
        with pytest.raises(Refuse) as raised:
            await found(code, "x", "青森県")
        assert isinstance(raised.value.refusal, InvalidInput)
    assert await Municipality.all().count() == await EventHead.all().count() == 1
