"""Transferring a project to another department or group (所管替え)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import expect_project, project_of
from workflows.ledger import Outcome, perform
from workflows.opening import begin_ownership
from workflows.records import Department, EventKind, Group, Ownership, Project
from workflows.refusals import NotFound, Refuse, blocked
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A project's new owner, from a day on."""

    project_id: UUID
    expected_revision: int
    department_id: UUID
    group_id: UUID | None
    effective_on: dt.date
    """May lie ahead, so that the changes of 1 April can be entered in March."""
    reason: str


async def transfer_ownership(request: Request, asked: Transfer) -> Outcome:
    """Give a project another owner; the earlier ownership stays and ends the day before."""

    async def decide(unit: Unit) -> None:
        project = await project_of(unit, asked.project_id)
        capacity = unit.authorise_person(ROLES[Act.TRANSFER_OWNERSHIP])
        expect_project(project, asked.expected_revision)
        await check_owner(unit.municipality_id, asked.department_id, asked.group_id)
        reason = text("reason", asked.reason)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=(Role.OFFICE,)))
        last = await _last_ownership(project, asked)
        draft = unit.draft(
            EventKind.OWNERSHIP_TRANSFERRED,
            capacity=capacity,
            project_id=project.id,
            owner_id=last.department_id,
            reason=reason,
            revision=project.revision + 1,
            details={
                "fromDepartment": str(last.department_id),
                "fromGroup": str(last.group_id) if last.group_id else None,
                "toDepartment": str(asked.department_id),
                "toGroup": str(asked.group_id) if asked.group_id else None,
                "effectiveOn": asked.effective_on.isoformat(),
            },
        )
        draft.update(last, ends_on=asked.effective_on - dt.timedelta(days=1))
        begin_ownership(draft, project, asked.department_id, asked.group_id, asked.effective_on)
        draft.update(project, revision=project.revision + 1)

    return await perform(request, decide)


async def _last_ownership(project: Project, asked: Transfer) -> Ownership:
    last = await (
        Ownership.of(project.municipality_id)
        .filter(project_id=project.id, ends_on__isnull=True)
        .get()
    )
    if (last.department_id, last.group_id) == (asked.department_id, asked.group_id):
        raise Refuse(blocked(BlockerCode.OWNER_UNCHANGED, "department", "group"))
    if asked.effective_on <= last.starts_on:
        raise invalid(
            "effectiveOn",
            f"現在の所管の開始日({last.starts_on})より後の日付を指定してください。",
            f"Give a day after the present ownership begins ({last.starts_on}).",
        )
    return last


async def check_owner(
    municipality_id: UUID, department_id: UUID, group_id: UUID | None, path: str = ""
) -> None:
    """Refuse a department or group that there is not, or a group of another department."""
    if not await Department.of(municipality_id).filter(id=department_id).exists():
        raise Refuse(NotFound(f"{path}department"))
    if group_id is None:
        return
    group = await Group.of(municipality_id).get_or_none(id=group_id)
    if group is None:
        raise Refuse(NotFound(f"{path}group"))
    if group.department_id != department_id:
        raise invalid(
            f"{path}group",
            "グループは、指定した課のものを選んでください。",
            "Choose a group of that department.",
        )
