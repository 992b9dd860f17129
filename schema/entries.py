"""The kinds of entries in the record, each with what only it tells."""

import datetime as dt
from typing import Final

import strawberry

from schema.blockers import Blocker, BlockerSource, code_of
from schema.context import Info
from schema.cycles import Cycle
from schema.history import HistoryEntry, Parent, detail, row_of, told_by, uuid_or_none
from schema.nodes import field, later, plain
from schema.people import Department, Group
from schema.projects import Project, Rollout
from schema.scalars import Decimal
from schema.snapshots import SheetSnapshot, sheet_snapshot
from workflows import records
from workflows.blockers import Blocker as DomainBlocker
from workflows.blockers import BlockerCode
from workflows.records import Event, EventKind
from workflows.stages import Role, RolloutStatus, SheetPart, Stage, StatusTrigger, Trigger


@strawberry.type(description="A figure so far, in an interim report.")
class ReportedFigure:
    """One indicator's figure."""

    name: str = plain("The indicator's name then.")
    unit: str = plain("The indicator's unit then.")
    value: Decimal | None = plain("The figure.")


@strawberry.type(description="An interim report (中間報告).")
class InterimReport:
    """What was reported."""

    text: str = plain("The report.")
    figures: list[ReportedFigure] = plain("Figures so far.")


def _report(parent: Parent) -> InterimReport | None:
    report = parent.document["details"].get("report")
    if report is None:
        return None
    figures = [
        ReportedFigure(name=f["name"], unit=f["unit"], value=f["value"]) for f in report["figures"]
    ]
    return InterimReport(text=report["text"], figures=figures)


def _sheet_before(parent: Parent) -> SheetSnapshot | None:
    sheet = parent.document["details"].get("sheet")
    return sheet_snapshot(parent.public_id, sheet) if sheet else None


async def _rescinded_by(parent: Parent, info: Info) -> Event | None:
    referring = await info.context.loaders.referring(parent.sequence)
    return next((e for e in referring if e.trigger is Trigger.RESCIND), None)


async def _refers_to(parent: Parent, info: Info) -> Event | None:
    return await info.context.loaders.event(parent.refers_to)


def _approval(parent: Parent) -> str | None:
    return parent.document["details"].get("approvalNumber") or None


@strawberry.type(description="A move of a cycle (遷移).")
class Transition(HistoryEntry):
    """What moved, from where to where, with the sheet as it stood."""

    is_type_of = told_by("Transition", EventKind.TRANSITION)
    trigger: Trigger = plain("What was fired.")
    source: Stage = plain(
        "The stage before; for OPEN_NEXT the stage of the cycle it was opened from.", name="from"
    )
    target: Stage = plain("The stage after.", name="to")
    approval_number = field(
        _approval, str | None, "決裁番号, where there is one; null for who may not read comments."
    )
    seconds_in_from = field(
        detail("secondsInFrom"), int | None, "How long the cycle was at `from`; null at openings."
    )
    sheet_before = field(
        _sheet_before,
        SheetSnapshot | None,
        "The sheet as it stood; null at openings, and for who may not see edits.",
    )
    report = field(
        _report,
        InterimReport | None,
        "REPORT_INTERIM: the report; null for who may not read comments.",
    )
    opened = field(
        row_of(records.Cycle, "opened"), Cycle | None, "The next fiscal year's cycle, if it opened."
    )
    workflow_version = field(detail("workflow"), str, "Which version of the table of moves held.")
    rescinds = field(
        _refers_to, later("Transition", "schema.entries") | None, "RESCIND: what it takes back."
    )
    rescinded_by = field(
        _rescinded_by, later("Transition", "schema.entries") | None, "The entry that took it back."
    )


def _refusal_blockers(parent: Parent) -> list[BlockerSource]:
    refusal = parent.document["details"]["refusal"]
    owner_id = uuid_or_none(refusal.get("owner_id"))
    return [
        BlockerSource(
            DomainBlocker(
                BlockerCode(b["code"]),
                tuple(b["fields"]),
                frozenset(Role(r) for r in b["resolvable_by"]),
            ),
            owner_id,
        )
        for b in refusal.get("blockers", ())
    ]


def _refusal_code(parent: Parent) -> str:
    return code_of(parent.document["details"]["refusal"]["type"])


@strawberry.type(description="An attempt that was refused. It changed nothing.")
class Refusal(HistoryEntry):
    """Who tried what, and why not."""

    is_type_of = told_by("Refusal", EventKind.REFUSAL)
    trigger: Trigger | None = plain("Which move was tried; null for other acts.", name="attempted")
    act = field(detail("act"), str, "The mutation that was tried.")
    code = field(_refusal_code, str, "Why: the code it was answered with, for instance FORBIDDEN.")
    blocked_by = field(_refusal_blockers, list[Blocker], "What was in the way then.")


def _part(parent: Parent) -> SheetPart:
    return SheetPart(parent.document["details"]["part"])


def _status_trigger(parent: Parent) -> StatusTrigger:
    return StatusTrigger(parent.document["details"]["trigger"])


@strawberry.type(description="A part of a sheet was edited.")
class SheetEdit(HistoryEntry):
    """See `changes` for the differences."""

    is_type_of = told_by("SheetEdit", EventKind.SHEET_EDITED)
    part = field(_part, SheetPart, "Which part.")


@strawberry.type(description="A project's status changed.")
class StatusChange(HistoryEntry):
    """See `changes` for before and after."""

    is_type_of = told_by("StatusChange", EventKind.STATUS_CHANGED)
    status_trigger = field(_status_trigger, StatusTrigger, "What changed it.")


def _effective_on(parent: Parent) -> dt.date:
    return dt.date.fromisoformat(parent.document["details"]["effectiveOn"])


@strawberry.type(description="A project was given to another department or group (所管替え).")
class OwnershipTransfer(HistoryEntry):
    """From whom to whom, from when on."""

    is_type_of = told_by("OwnershipTransfer", EventKind.OWNERSHIP_TRANSFERRED)
    effective_on = field(_effective_on, dt.date, "The first day of the new ownership.")
    from_department = field(
        row_of(records.Department, "fromDepartment"), Department, "The owner before."
    )
    from_group = field(row_of(records.Group, "fromGroup"), Group | None, "The group before.")
    to_department = field(
        row_of(records.Department, "toDepartment"), Department, "The owner after."
    )
    to_group = field(row_of(records.Group, "toGroup"), Group | None, "The group after.")


@strawberry.type(description="An earlier entry was corrected (訂正); the earlier one stays.")
class Correction(HistoryEntry):
    """What it should have said."""

    is_type_of = told_by("Correction", EventKind.CORRECTED)
    statement = field(detail("statement"), str, "What the earlier entry should have said.")
    corrects = field(
        _refers_to, HistoryEntry | None, "The earlier entry; null for who may not see that."
    )


@strawberry.type(description="A result was offered to another department (横展開).")
class RolloutProposal(HistoryEntry):
    """To whom."""

    is_type_of = told_by("RolloutProposal", EventKind.ROLLOUT_PROPOSED)
    rollout = field(
        row_of(records.Rollout, "rollout"),
        Rollout | None,
        "The offer; null for who may not see it any more.",
    )
    department = field(row_of(records.Department, "department"), Department, "To whom.")


def _answer(parent: Parent) -> RolloutStatus:
    return RolloutStatus(parent.document["details"]["status"])


@strawberry.type(description="A department answered an offer.")
class RolloutAnswer(HistoryEntry):
    """Whether it accepted."""

    is_type_of = told_by("RolloutAnswer", EventKind.ROLLOUT_ANSWERED)
    rollout = field(
        row_of(records.Rollout, "rollout"),
        Rollout | None,
        "The offer; null for who may not see it any more.",
    )
    status = field(_answer, RolloutStatus, "The answer.")
    new_project = field(
        row_of(records.Project, "project"), Project | None, "The project that came of it."
    )


ENTRIES: Final = [
    Transition,
    Refusal,
    SheetEdit,
    StatusChange,
    OwnershipTransfer,
    Correction,
    RolloutProposal,
    RolloutAnswer,
]
