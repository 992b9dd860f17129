"""What a cycle and a project can be, and every move between them, as data only.

The plan's section 4 asks for Plan, Do, Check and Action; the table follows `docs/domain.md`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WORKFLOW_VERSION: Final = "2026-1"
"""Kept with every transition; raised whenever MOVES or what a guard demands changes."""


class Stage(StrEnum):
    """Where a cycle is (段階)."""

    PLAN = "PLAN"
    DO = "DO"
    CHECK = "CHECK"
    ACTION = "ACTION"
    CLOSED = "CLOSED"


class Trigger(StrEnum):
    """What moves a cycle."""

    START = "START"
    REPORT_INTERIM = "REPORT_INTERIM"
    REVISE_PLAN = "REVISE_PLAN"
    SUBMIT_RESULTS = "SUBMIT_RESULTS"
    EVALUATE = "EVALUATE"
    CLOSE = "CLOSE"
    SEND_BACK = "SEND_BACK"
    RESCIND = "RESCIND"
    OPEN_NEXT = "OPEN_NEXT"


class ProjectStatus(StrEnum):
    """Whether a project is being worked on."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    ABOLISHED = "ABOLISHED"


class StatusTrigger(StrEnum):
    """What changes a project's status."""

    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    COMPLETE = "COMPLETE"
    ABOLISH = "ABOLISH"
    REOPEN = "REOPEN"


class Direction(StrEnum):
    """Where a project goes from here (今後の方向性)."""

    EXPAND = "EXPAND"
    CONTINUE = "CONTINUE"
    REVISE = "REVISE"
    REDUCE = "REDUCE"
    COMPLETE = "COMPLETE"
    ABOLISH = "ABOLISH"


class Role(StrEnum):
    """What a person is appointed to be."""

    STAFF = "STAFF"
    LEAD = "LEAD"
    OFFICE = "OFFICE"
    AUDITOR = "AUDITOR"
    ADMIN = "ADMIN"


class FindingStatus(StrEnum):
    """How far a finding (指摘) has come."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class RolloutStatus(StrEnum):
    """How a proposed rollout (横展開) stands."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class SheetPart(StrEnum):
    """A part of the sheet (進捗管理シート), each filled in at one stage."""

    PLAN = "PLAN"
    RESULTS = "RESULTS"
    EVALUATION = "EVALUATION"
    IMPROVEMENT = "IMPROVEMENT"


ENDS_PROJECT: Final = {
    Direction.COMPLETE: StatusTrigger.COMPLETE,
    Direction.ABOLISH: StatusTrigger.ABOLISH,
}
"""Directions that end the project when its cycle is closed."""

RUNNING: Final = frozenset({Stage.DO, Stage.CHECK, Stage.ACTION})
"""Stages of a cycle that is under way: past its plan and not over."""

EDITABLE: Final = {
    Stage.PLAN: SheetPart.PLAN,
    Stage.DO: SheetPart.RESULTS,
    Stage.CHECK: SheetPart.EVALUATION,
    Stage.ACTION: SheetPart.IMPROVEMENT,
}
"""The one part of the sheet that a stage leaves open; a closed cycle leaves none."""

SHEET_FIELDS: Final = {
    SheetPart.PLAN: ("goal", "schedule", "budget_yen"),
    SheetPart.RESULTS: ("activities", "spent_yen"),
    SheetPart.EVALUATION: ("grade", "issues"),
    SheetPart.IMPROVEMENT: ("improvement", "direction"),
}
"""What a part says beside its indicators: a column each."""

SCOPED_ROLES: Final = frozenset({Role.STAFF, Role.LEAD})
"""Roles that count only in the department that owns the project."""


@dataclass(frozen=True, slots=True)
class Due:
    """The day by which a stage should be left: months count from April of the fiscal year."""

    months_after_april: int
    day: int


DUE: Final = {
    Stage.PLAN: Due(1, 31),
    Stage.DO: Due(11, 31),
    Stage.CHECK: Due(13, 31),
    Stage.ACTION: Due(14, 30),
}
"""The plan by 31 May, the work by 31 March, the check by 31 May and the action by 30 June after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table: a trigger out of a stage, who may pull it and what it demands."""

    trigger: Trigger
    source: Stage
    target: Stage
    roles: frozenset[Role]
    guards: tuple[str, ...]
    """Names of functions in `guards`, asked in this order; all that object are told."""
    requires_reason: bool = False
    opens_cycle: bool = False
    """The target is the first stage of the next fiscal year's cycle; this one stays as it is."""


_LEAD = frozenset({Role.LEAD})
_OFFICE = frozenset({Role.OFFICE})
_P, _D, _C, _A, _X = Stage


def _move(
    trigger: Trigger,
    source: Stage,
    target: Stage,
    roles: frozenset[Role],
    *guards: str,
    opens_cycle: bool = False,
) -> Move:
    return Move(
        trigger=trigger,
        source=source,
        target=target,
        roles=roles,
        guards=("project_is_active", *guards),
        requires_reason="reason_is_given" in guards,
        opens_cycle=opens_cycle,
    )


MOVES: Final[tuple[Move, ...]] = (
    _move(Trigger.START, _P, _D, _LEAD, "plan_is_written"),
    _move(Trigger.REPORT_INTERIM, _D, _D, _LEAD | {Role.STAFF}, "report_is_given"),
    _move(Trigger.REVISE_PLAN, _D, _D, _LEAD, "reason_is_given", "plan_changes", "plan_is_written"),
    _move(Trigger.SUBMIT_RESULTS, _D, _C, _LEAD, "results_are_known"),
    _move(Trigger.EVALUATE, _C, _A, _LEAD, "evaluation_is_written"),
    _move(Trigger.CLOSE, _A, _X, _OFFICE, "decision_is_written", "closer_did_not_evaluate",
          "no_other_cycle_runs"),
    _move(Trigger.SEND_BACK, _D, _P, _OFFICE, "reason_is_given"),
    _move(Trigger.SEND_BACK, _C, _D, _OFFICE, "reason_is_given"),
    _move(Trigger.SEND_BACK, _A, _C, _OFFICE, "reason_is_given"),
    *(
        _move(Trigger.RESCIND, source, target, _OFFICE, "last_move_can_be_taken_back",
              "reason_is_given")
        for source, target in ((_D, _P), (_C, _D), (_A, _C), (_P, _D), (_D, _C), (_C, _A))
    ),
    *(
        _move(Trigger.OPEN_NEXT, source, _P, _OFFICE, "next_year_is_in_plan", "next_is_not_open",
              opens_cycle=True)
        for source in (_C, _A, _X)
    ),
)  # fmt: skip
"""Every move of a cycle. RESCIND goes back along the last move, which may itself be a SEND_BACK."""


@dataclass(frozen=True, slots=True)
class StatusMove:
    """One row of the project's own table; the office pulls every one of them."""

    trigger: StatusTrigger
    source: ProjectStatus
    target: ProjectStatus


STATUS_MOVES: Final = (
    StatusMove(StatusTrigger.SUSPEND, ProjectStatus.ACTIVE, ProjectStatus.SUSPENDED),
    StatusMove(StatusTrigger.RESUME, ProjectStatus.SUSPENDED, ProjectStatus.ACTIVE),
    StatusMove(StatusTrigger.COMPLETE, ProjectStatus.ACTIVE, ProjectStatus.COMPLETED),
    StatusMove(StatusTrigger.ABOLISH, ProjectStatus.ACTIVE, ProjectStatus.ABOLISHED),
    StatusMove(StatusTrigger.ABOLISH, ProjectStatus.SUSPENDED, ProjectStatus.ABOLISHED),
    StatusMove(StatusTrigger.REOPEN, ProjectStatus.COMPLETED, ProjectStatus.ACTIVE),
    StatusMove(StatusTrigger.REOPEN, ProjectStatus.ABOLISHED, ProjectStatus.ACTIVE),
)
