"""What is in the way of an act, and who could resolve it."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import field, plain
from schema.people import Person
from workflows import records
from workflows.blockers import Blocker as DomainBlocker
from workflows.blockers import BlockerCode
from workflows.stages import SCOPED_ROLES

_UUID_LENGTH: Final = 36


@dataclass(frozen=True, slots=True)
class BlockerSource:
    """A blocker, and whose staff and leads it means."""

    blocker: DomainBlocker
    owner_id: UUID | None

    @property
    def code(self) -> BlockerCode:
        """The blocker's code."""
        return self.blocker.code

    @property
    def fields(self) -> list[str]:
        """What is missing, as the API spells it."""
        return [api_path(path) for path in self.blocker.fields]


def api_path(path: str) -> str:
    """Return a path of the domain as the API spells it: camel case, indicators by public id."""
    return ".".join(_api_step(step) for step in path.split("."))


def _api_step(step: str) -> str:
    if len(step) == _UUID_LENGTH:
        return f"{records.Indicator.prefix}_{UUID(step).hex}"
    head, *tail = step.split("_")
    return head + "".join(word.capitalize() for word in tail)


def code_of(name: str) -> str:
    """Return a refusal's code from its type's name: RevisionConflict is REVISION_CONFLICT."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _message(parent: strawberry.Parent[BlockerSource], lang: LANG = Lang.JA) -> str:
    return parent.blocker.message(japanese=lang is Lang.JA)


async def _resolvable_by(
    parent: strawberry.Parent[BlockerSource], info: Info
) -> list[records.Person]:
    appointments = await info.context.loaders.appointments_today()
    people = {
        a.person_id: a.person
        for a in appointments
        if a.role in parent.blocker.resolvable_by
        and (a.role not in SCOPED_ROLES or a.department_id == parent.owner_id)
    }
    return list(people.values())


@strawberry.type(description="One reason why something is not possible now.")
class Blocker:
    """What is in the way, and who could change that."""

    code: BlockerCode = plain("For programs.")
    fields: list[str] = plain(
        "Input or sheet fields that are missing, for instance schedule or "
        "indicators.ind_….actual with the indicator's id."
    )
    message = field(_message, str, "What to do about it.")
    resolvable_by = field(_resolvable_by, list[Person], "Who could resolve it today.")
