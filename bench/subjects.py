"""What the questions are about: the rows of a generated database that are asked for and moved."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bench.driving import LEAD
from server.database import connected
from workflows.accounts.tokens import issue_token
from workflows.cases import load_cases
from workflows.fiscal import day_of
from workflows.ledger import now
from workflows.records import Cycle, Event, EventHead, Municipality, Person, Project
from workflows.stages import ProjectStatus, Stage
from workflows.unit import Request

ENTRIES: Final = 20
"""Shown on a project's page: the one that is asked for has so many."""


@dataclass(frozen=True, slots=True)
class Movable:
    """A cycle in DO, which can be sent back and started again."""

    cycle_id: UUID
    project_id: UUID
    department_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class Subject:
    """One municipality, and what is asked about it."""

    code: str
    size: int
    """Entries of its record."""
    project: str
    person_id: UUID
    token: str
    movable: list[Movable]


async def subject_of(url: str) -> Subject:
    """Find what to ask about: the municipality with the longest record; a token is issued in it.

    Raises:
        ValueError: the database was not made by `bench.generate`, or is too small.
    """
    async with connected(url):
        head = await EventHead.all().order_by("-size").first()
        if head is None:
            raise ValueError("the database is empty: fill it with python -m bench.generate")
        town = await Municipality.get(id=head.municipality_id)
        person = await Person.of(town.id).get(staff_number=LEAD)
        console = Request(municipality_id=town.id, act="bench", at_console=True)
        _, token = await issue_token(console, person.id, "bench", 1)
        return Subject(
            code=town.code,
            size=head.size + 1,
            project=await _project(town.id),
            person_id=person.id,
            token=token,
            movable=await _movable(town.id),
        )


async def _project(municipality_id: UUID) -> str:
    """Return the code of a project whose page is full."""
    for project in await Project.of(municipality_id).order_by("position"):
        told = Event.of(municipality_id).filter(project_id=project.id).limit(ENTRIES)
        if len(await told) == ENTRIES:
            return project.code
    raise ValueError(f"no project has {ENTRIES} entries: make more events")


async def _movable(municipality_id: UUID) -> list[Movable]:
    projects = Project.of(municipality_id).filter(status=ProjectStatus.ACTIVE)
    current = await projects.values_list("current_cycle_id", flat=True)
    cycles = await Cycle.of(municipality_id).filter(id__in=current, stage=Stage.DO)
    cases = await load_cases(municipality_id, [c.id for c in cycles], day_of(now()))
    return [
        Movable(c.cycle.id, c.project.id, c.owner.department_id, c.cycle.revision)
        for c in cases.values()
    ]
