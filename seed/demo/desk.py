"""Finding the rows that the sample's deeds are about, by what people call them."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from workflows.cases import live_indicators
from workflows.evidence_files import EvidenceFiles
from workflows.records import (
    Appointment,
    Cycle,
    Department,
    Event,
    Group,
    Indicator,
    Person,
    Project,
    Rollout,
)

_NAMES: Final = UUID("c8a1f0de-5c3e-4c0e-9a55-0d6f4f9b2d10")


def key_of(name: str) -> UUID:
    """Return the idempotency key of an act by its name: the same in every run."""
    return uuid5(_NAMES, name)


@dataclass(frozen=True, slots=True)
class Desk:
    """The rows of one municipality as they stand now; what is not there raises DoesNotExist."""

    municipality_id: UUID
    files: EvidenceFiles
    """Where files of evidence are kept."""
    _people: dict[str, UUID] = field(default_factory=dict)

    async def person_id(self, number: str) -> UUID:
        """Return a person's id."""
        if number not in self._people:
            person = await Person.of(self.municipality_id).get(staff_number=number)
            self._people[number] = person.id
        return self._people[number]

    async def appointment_id(self, number: str) -> UUID:
        """Return the id of a person's only appointment."""
        person_id = await self.person_id(number)
        return (await Appointment.of(self.municipality_id).get(person_id=person_id)).id

    async def department_id(self, name: str) -> UUID:
        """Return a department's id."""
        return (await Department.of(self.municipality_id).get(name=name)).id

    async def group_id(self, department: str, name: str | None) -> UUID | None:
        """Return a group's id; None where there is no group."""
        if name is None:
            return None
        groups = Group.of(self.municipality_id)
        return (await groups.get(department__name=department, name=name)).id

    async def project(self, code: str) -> Project:
        """Return a project."""
        return await Project.of(self.municipality_id).get(code=code)

    async def cycle(self, code: str, fiscal_year: int) -> Cycle:
        """Return a project's cycle."""
        cycles = Cycle.of(self.municipality_id)
        return await cycles.get(project__code=code, fiscal_year=fiscal_year)

    async def indicators(self, cycle: Cycle) -> list[Indicator]:
        """Return the indicators on a cycle's sheet, in their order."""
        return await live_indicators(self.municipality_id, [cycle.id])

    async def rollout_id(self, code: str, department: str) -> UUID:
        """Return the id of a project's offer to a department."""
        rollouts = Rollout.of(self.municipality_id)
        return (await rollouts.get(project__code=code, department__name=department)).id

    async def sequence_of(self, name: str) -> int:
        """Return the sequence of an act of the sample."""
        return int((await self.entry(name)).sequence)

    async def entry(self, name: str) -> Event:
        """Return the entry of an act of the sample."""
        return await Event.of(self.municipality_id).get(idempotency_key=key_of(name))

    async def named_by(self, name: str, what: str) -> UUID:
        """Return the id that the entry of an act of the sample gives under a name."""
        return UUID((await self.entry(name)).document["details"][what])

    async def knows(self, name: str) -> bool:
        """Return whether the record tells of an act of the sample; never of one refused."""
        return await Event.of(self.municipality_id).filter(idempotency_key=key_of(name)).exists()
