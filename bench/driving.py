"""A municipality of a given size, made by driving the real acts: what the generator multiplies."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final
from uuid import UUID

from seed.load import load
from seed.reader import read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from seed.values import PlanText
from workflows.advance import Fire, fire
from workflows.cases import live_indicators
from workflows.ledger import Applied, Outcome
from workflows.records import Cycle, Department, EventHead, Municipality, Person, Project
from workflows.revise.people import NewAppointment, appoint, register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import (
    ActualEdit,
    EvaluationEdit,
    ImprovementEdit,
    IndicatorEdit,
    PlanEdit,
    Report,
    ResultsEdit,
    SheetEdit,
)
from workflows.stages import Role, Stage, Trigger
from workflows.unit import Request

LEAD: Final = "bench-lead"
"""Staff number of who leads every department, and is of the office too."""
OFFICE: Final = "bench-office"
"""Staff number of who closes: the one who evaluated may not."""
DEPARTMENTS: Final = 9
"""Of the real plan."""
PEOPLE: Final = 2 + DEPARTMENTS + 2
"""Entries that tell of people: two registered, one appointed in every department, both of the
office."""
LARGEST_ACT: Final = 2
"""Entries: a close and the opening of the next year are one act."""
_APPOINTED: Final = dt.date(2024, 4, 1)
_NEXT: Final = {
    Stage.PLAN: Trigger.START,
    Stage.DO: Trigger.SUBMIT_RESULTS,
    Stage.CHECK: Trigger.EVALUATE,
    Stage.ACTION: Trigger.CLOSE,
}


def plan_of(projects: int) -> tuple[PlanText, bytes]:
    """Return a plan with so many projects: those of the real one, again and again."""
    source = HASHIKAMI_PLAN.read_bytes()
    text = read(source)
    chosen = [text.projects[n % len(text.projects)] for n in range(projects)]
    numbered = tuple(
        p if n < len(text.projects) else replace(p, code=f"{p.category_code[0]}_{n + 1:04}")
        for n, p in enumerate(chosen)
    )
    return replace(text, projects=numbered), source


@dataclass
class Town:
    """A municipality that is connected, its people by staff number, and dice for who is next."""

    id: UUID
    people: dict[str, UUID]
    dice: Random

    @classmethod
    async def found(cls, projects: int) -> "Town":
        """Load a plan and appoint people, in an empty database."""
        text, source = plan_of(projects)
        _applied(await load(text, source, HASHIKAMI_TOWN))
        town = cls((await Municipality.get()).id, {}, Random(projects))  # noqa: S311 - no secret
        departments = await Department.of(town.id)
        office = (Role.OFFICE, departments[0].id)
        await town._employ(LEAD, "計測 課長", [*((Role.LEAD, d.id) for d in departments), office])
        await town._employ(OFFICE, "計測 推進担当", [office])
        return town

    async def _employ(self, number: str, name: str, roles: list[tuple[Role, UUID]]) -> None:
        console = Request(municipality_id=self.id, act="bench", at_console=True)
        _applied(await register_person(console, name, number))
        person = await Person.of(self.id).get(staff_number=number)
        self.people[number] = person.id
        for role, department_id in roles:
            new = NewAppointment(
                person_id=person.id,
                role=role,
                department_id=department_id,
                starts_on=_APPOINTED,
            )
            _applied(await appoint(console, new))

    async def size(self) -> int:
        """Return how many entries the record has."""
        return int((await EventHead.of(self.id).get()).size)

    async def live(self, entries: int) -> None:
        """Do acts, here and there, until the record has so many entries, or two fewer at most."""
        projects = [self._turns(p) async for p in Project.of(self.id)]
        while projects and entries - await self.size() >= LARGEST_ACT:
            project = self.dice.choice(projects)
            try:
                await anext(project)
            except StopAsyncIteration:
                projects.remove(project)

    async def _turns(self, project: Project) -> AsyncIterator[None]:
        """Turn a project through its years, an act at a time, to the end of the plan."""
        while True:
            row = await Project.of(self.id).get(id=project.id)
            cycle = await Cycle.of(self.id).get(id=row.current_cycle_id)
            if cycle.stage is Stage.CLOSED:
                return
            _applied(await edit_sheet(self._by(LEAD), cycle.id, cycle.revision, await _part(cycle)))
            yield
            reports = (None, None, None, _NEXT[cycle.stage])
            for trigger in reports if cycle.stage is Stage.DO else (_NEXT[cycle.stage],):
                _applied(await self._fire(cycle.id, trigger))
                yield

    async def _fire(self, cycle_id: UUID, trigger: Trigger | None) -> Outcome:
        cycle = await Cycle.of(self.id).get(id=cycle_id)
        asked = Fire(
            cycle_id=cycle_id,
            trigger=trigger or Trigger.REPORT_INTERIM,
            expected_revision=cycle.revision,
            report=None if trigger else Report(text="計画どおりに進んでいる。"),
        )
        return await fire(self._by(OFFICE if trigger is Trigger.CLOSE else LEAD), asked)

    def _by(self, number: str) -> Request:
        return Request(municipality_id=self.id, act="bench", actor_id=self.people[number])


async def _part(cycle: Cycle) -> SheetEdit:
    """Return the part of the sheet that a stage asks for."""
    year = cycle.fiscal_year
    values: dict[str, str | int | None]
    match cycle.stage:
        case Stage.PLAN:
            known = await live_indicators(cycle.municipality_id, [cycle.id])
            indicator = IndicatorEdit(
                id=known[0].id if known else None,
                name="オンライン申請の割合",
                unit="%",
                baseline="10",
                target=str(year - 1990),
            )
            values = {
                "goal": "窓口に来なくてよい手続を増やす。",
                "schedule": f"{year}年6月に導入。",
                "budget_yen": 1_200_000,
            }
            return PlanEdit(values=values, indicators=[indicator])
        case Stage.DO:
            known = await live_indicators(cycle.municipality_id, [cycle.id])
            actuals = [ActualEdit(indicator_id=i.id, actual="31.5") for i in known]
            values = {
                "activities": "電子申請の様式を整え、職員研修を行った。",
                "spent_yen": 1_100_000,
            }
            return ResultsEdit(values=values, actuals=actuals)
        case Stage.CHECK:
            return EvaluationEdit(values={"grade": "B", "issues": "高齢者への周知が足りない。"})
        case _:
            values = {"improvement": "窓口で申請を手伝う。", "direction": "CONTINUE"}
            return ImprovementEdit(values=values)


def _applied(outcome: Outcome | None) -> None:
    if not isinstance(outcome, Applied):
        raise TypeError(f"an act of the generator was not done: {outcome}")
