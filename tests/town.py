"""The town that tests act in: the real plan, and people in every role."""

import asyncio
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from seed.load import load
from seed.reader import read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from server.database import connected
from workflows.advance import Fire, fire
from workflows.ledger import Applied, Outcome, Refused
from workflows.records import (
    Cycle,
    Department,
    Event,
    EventHead,
    Indicator,
    Municipality,
    Person,
    Project,
)
from workflows.refusals import Blocked, Refusal
from workflows.revise.people import NewAppointment, appoint, register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import (
    ActualEdit,
    EvaluationEdit,
    ImprovementEdit,
    IndicatorEdit,
    PlanEdit,
    ResultsEdit,
)
from workflows.stages import Role, Stage, Trigger
from workflows.unit import Request

PEOPLE = {
    "lead": [(Role.LEAD, "町民生活課")],
    "staff": [(Role.STAFF, "町民生活課")],
    "other_lead": [(Role.LEAD, "税務課")],
    "other_staff": [(Role.STAFF, "税務課")],
    "office": [(Role.OFFICE, "総務課")],
    "office_lead": [(Role.LEAD, "総務課"), (Role.OFFICE, "総務課")],
    "auditor": [(Role.AUDITOR, None)],
    "admin": [(Role.ADMIN, None)],
    "nobody": [],
}
"""Who there is, by the name that tests call them (also their staff number)."""
OWN = "1_02"
"""A project of 町民生活課, which `lead` and `staff` belong to."""


async def found_town(
    code: str = HASHIKAMI_TOWN.code, projects: Collection[str] | None = None
) -> None:
    """Load the plan, or some of its projects, and appoint everybody, in the connected database."""
    source = HASHIKAMI_PLAN.read_bytes()
    text = read(source)
    if projects is not None:
        text = replace(text, projects=tuple(p for p in text.projects if str(p.code) in projects))
    assert await load(text, source, replace(HASHIKAMI_TOWN, code=code))
    municipality = await Municipality.get(code=code)
    console = Request(municipality_id=municipality.id, act="test", at_console=True)
    departments = {d.name: d.id for d in await Department.of(municipality.id)}
    for name, roles in PEOPLE.items():
        outcome = await register_person(console, f"{name} さん", name)
        assert isinstance(outcome, Applied)
        person = await Person.of(municipality.id).get(staff_number=name)
        for role, department in roles:
            new = NewAppointment(
                person_id=person.id,
                role=role,
                department_id=departments[department] if department else None,
                starts_on=dt.date(2024, 4, 1),
            )
            assert isinstance(await appoint(console, new), Applied)


def build(url: str, projects: Collection[str] | None = None) -> None:
    """Make a database that tests start from."""

    async def run() -> None:
        async with connected(url):
            await found_town(projects=projects)

    asyncio.run(run())


def applied(outcome: Outcome) -> Event:
    """Return the first event of an act that was done."""
    assert isinstance(outcome, Applied), outcome
    return outcome.events[0]


def refused(outcome: Outcome) -> Refusal:
    """Return why an act was not done."""
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal


def blocker_codes(outcome: Outcome) -> list[str]:
    """Return the codes of everything in the way of an act that was blocked."""
    refusal = refused(outcome)
    assert isinstance(refusal, Blocked), refusal
    return [str(blocker.code) for blocker in refusal.blockers]


@dataclass(frozen=True)
class Town:
    """The municipality, its people by name, and its departments by name."""

    id: UUID
    people: dict[str, UUID]
    departments: dict[str, UUID]

    @classmethod
    async def load(cls, code: str = HASHIKAMI_TOWN.code) -> "Town":
        """Read the town back from the database that is connected."""
        municipality = await Municipality.get(code=code)
        return cls(
            municipality.id,
            {p.staff_number: p.id for p in await Person.of(municipality.id)},
            {d.name: d.id for d in await Department.of(municipality.id)},
        )

    def by(self, who: str | None, **values: object) -> Request:
        """Return a request of somebody; None is somebody unknown."""
        actor_id = self.people[who] if who else None
        return Request(municipality_id=self.id, act="test", actor_id=actor_id, **values)  # type: ignore[arg-type]

    def console(self, **values: object) -> Request:
        """Return a request of the server's operator."""
        return Request(municipality_id=self.id, act="test", at_console=True, **values)  # type: ignore[arg-type]

    async def employ(
        self,
        name: str,
        role: Role,
        department: str | None,
        starts_on: dt.date = dt.date(2024, 4, 1),
        ends_on: dt.date | None = None,
    ) -> UUID:
        """Register one more person, appoint them, and return their id."""
        applied(await register_person(self.console(), f"{name} さん", name))
        person = await Person.of(self.id).get(staff_number=name)
        self.people[name] = person.id
        new = NewAppointment(
            person_id=person.id,
            role=role,
            department_id=self.departments[department] if department else None,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        applied(await appoint(self.console(), new))
        return person.id

    async def size(self) -> int:
        """Return how many entries the record has."""
        return (await EventHead.of(self.id).get()).size

    async def last_event(self) -> Event:
        """Return the last entry of the record."""
        return await Event.of(self.id).get(sequence=await self.size())

    async def project(self, code: str = OWN) -> Project:
        """Return a project as it stands."""
        return await Project.of(self.id).get(code=code)

    async def cycle(self, code: str = OWN) -> Cycle:
        """Return a project's current cycle as it stands."""
        return await Cycle.of(self.id).get(id=(await self.project(code)).current_cycle_id)

    async def indicators(self, code: str = OWN) -> list[Indicator]:
        """Return the indicators on the current cycle's sheet."""
        cycle = await self.cycle(code)
        return await Indicator.of(self.id).filter(cycle_id=cycle.id, withdrawn=False)

    async def fire(
        self, who: str | None, trigger: Trigger, code: str = OWN, **values: object
    ) -> Outcome:
        """Pull a trigger on a project's current cycle."""
        cycle = await self.cycle(code)
        asked = {"expected_revision": cycle.revision, "reason": "", **values}
        return await fire(
            self.by(who, idempotency_key=uuid4()),
            Fire(cycle_id=cycle.id, trigger=trigger, **asked),  # type: ignore[arg-type]
        )

    async def fill_in(self, stage: Stage, code: str = OWN, who: str = "lead") -> Outcome:
        """Write the part of the sheet that a stage asks for."""
        cycle = await self.cycle(code)
        edit: PlanEdit | ResultsEdit | EvaluationEdit | ImprovementEdit
        match stage:
            case Stage.PLAN:
                indicator = IndicatorEdit(name="交付率", unit="%", baseline="10", target="50")
                edit = PlanEdit(values={"schedule": "4月から"}, indicators=[indicator])
            case Stage.DO:
                actuals = [
                    ActualEdit(indicator_id=i.id, actual="42") for i in await self.indicators(code)
                ]
                edit = ResultsEdit(values={"activities": "導入した"}, actuals=actuals)
            case Stage.CHECK:
                edit = EvaluationEdit(values={"grade": "A", "issues": "周知不足"})
            case _:
                edit = ImprovementEdit(values={"improvement": "広報", "direction": "CONTINUE"})
        return await edit_sheet(self.by(who), cycle.id, cycle.revision, edit)

    async def bring_to(self, stage: Stage, code: str = OWN, lead: str = "lead") -> Cycle:
        """Move a project's cycle on to a stage, filling in what each move asks for."""
        moves = {
            Stage.PLAN: Trigger.START,
            Stage.DO: Trigger.SUBMIT_RESULTS,
            Stage.CHECK: Trigger.EVALUATE,
            Stage.ACTION: Trigger.CLOSE,
        }
        order = list(Stage)
        assert order.index((await self.cycle(code)).stage) <= order.index(stage)
        for at, trigger in moves.items():
            cycle = await self.cycle(code)
            if cycle.stage is stage:
                return cycle
            if cycle.stage is not at:
                continue
            applied(await self.fill_in(at, code, lead))
            closer = "office" if trigger is Trigger.CLOSE else lead
            applied(await self.fire(closer, trigger, code))
        return await Cycle.of(self.id).get(id=cycle.id)
