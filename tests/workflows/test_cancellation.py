"""A caller that goes away in the middle: the act is done or not, and no lock is left behind."""

import asyncio
import random
from contextlib import suppress
from uuid import UUID, uuid4

from tests.town import Town, applied
from workflows.ledger import Outcome, finish_running
from workflows.records import Event, Sheet
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.stages import Stage

CANCELLATIONS = 60


async def _edit(town: Town, key: UUID) -> asyncio.Task[Outcome]:
    """Edit the sheet so that the key can be seen on it."""
    cycle = await town.cycle()
    edit = PlanEdit(values={"goal": str(key)})
    request = town.by("lead", idempotency_key=key)
    return asyncio.create_task(edit_sheet(request, cycle.id, cycle.revision, edit))


async def test_a_cancelled_caller_leaves_no_lock(town: Town) -> None:
    """60 times, at any moment: the next act goes on at once, and what was begun is whole."""
    chance = random.Random(46)  # noqa: S311 - no secret
    heard = done = 0
    for _ in range(CANCELLATIONS):
        key = uuid4()
        task = await _edit(town, key)
        await asyncio.sleep(chance.choice([0, chance.uniform(0, 0.03)]))
        heard += task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with asyncio.timeout(2):
            applied(await (await _other_edit(town)))
        done += await Event.of(town.id).filter(idempotency_key=key).count()
    await finish_running()
    assert heard < CANCELLATIONS  # some were cancelled before they knew
    assert heard <= done <= CANCELLATIONS
    assert await audit(town.id) == []
    print(f"{heard} heard of, {done} done, of {CANCELLATIONS}")  # noqa: T201 - a figure to report


async def _other_edit(town: Town) -> asyncio.Task[Outcome]:
    """Edit the sheet of another project, of another department."""
    cycle = await town.cycle("2_01")
    edit = PlanEdit(values={"goal": str(uuid4())})
    return asyncio.create_task(edit_sheet(town.by("office_lead"), cycle.id, cycle.revision, edit))


async def test_what_a_cancelled_caller_began_is_finished(town: Town) -> None:
    """Stopped waiting right after the start, the act is done all the same; its key tells so."""
    key = uuid4()
    task = await _edit(town, key)
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await finish_running()
    sheet = await Sheet.of(town.id).get(cycle_id=(await town.cycle()).id)
    assert sheet.goal == str(key)
    assert await Event.of(town.id).filter(idempotency_key=key).count() == 1
    applied(await town.fill_in(Stage.PLAN))
    assert await audit(town.id) == []
