"""The workflow itself, as data: stages, moves, who may, and the diagram."""

import datetime as dt
from typing import Annotated, Final

import strawberry

from schema.enums import LANG, Lang
from schema.nodes import field, plain
from workflows.labels import label
from workflows.machine import mermaid
from workflows.opening import due_on
from workflows.stages import (
    MOVES,
    STATUS_MOVES,
    WORKFLOW_VERSION,
    Move,
    ProjectStatus,
    Role,
    Stage,
    StatusTrigger,
    Trigger,
)


def _move_label(parent: strawberry.Parent[Move], lang: LANG = Lang.JA) -> str:
    return label(parent.trigger, japanese=lang is Lang.JA)


def _roles(parent: strawberry.Parent[Move]) -> list[Role]:
    return sorted(parent.roles)


def _guards(parent: strawberry.Parent[Move]) -> list[str]:
    return list(parent.guards)


@strawberry.type(description="One row of the table of moves.")
class WorkflowMove:
    """A trigger out of a stage."""

    trigger: Trigger = plain("What is fired.")
    source: Stage = plain("From which stage.", name="from")
    target: Stage = plain("To which stage.", name="to")
    requires_reason: bool = plain("Whether a reason must be given.")
    opens_cycle: bool = plain("Whether `to` is a stage of the next fiscal year's cycle.")
    roles = field(_roles, list[Role], "Who may fire it; STAFF and LEAD only in the owner.")
    guards = field(_guards, list[str], "The names of what it demands.")
    label = field(_move_label, str, "What the page calls it.")


def _status_move_label(
    parent: strawberry.Parent["WorkflowStatusMove"], lang: LANG = Lang.JA
) -> str:
    return label(parent.trigger, japanese=lang is Lang.JA)


@strawberry.type(description="One row of the table of a project's status.")
class WorkflowStatusMove:
    """The office pulls every one of them."""

    trigger: StatusTrigger = plain("What is fired.")
    source: ProjectStatus = plain("From which status.", name="from")
    target: ProjectStatus = plain("To which status.", name="to")
    label = field(_status_move_label, str, "What the page calls it.")


def _stage_label(parent: strawberry.Parent["StageInfo"], lang: LANG = Lang.JA) -> str:
    return label(parent.stage, japanese=lang is Lang.JA)


_LAST_YEAR: Final = 9990
"""Days beyond it are none to a calendar of four digits."""


def _due_on(
    parent: strawberry.Parent["StageInfo"],
    fiscal_year: Annotated[int, strawberry.argument(description="2026 is 令和8年度.")],
) -> dt.date | None:
    return due_on(fiscal_year, parent.stage) if 1 <= fiscal_year <= _LAST_YEAR else None


@strawberry.type(description="A stage and what it is called.")
class StageInfo:
    """A stage."""

    stage: Stage = plain("Which stage.")
    label = field(_stage_label, str, "What the page calls it.")
    due_on = field(
        _due_on,
        dt.date | None,
        "The day by which a fiscal year's cycles should leave it; null for the last stage.",
    )


def _status_label(parent: strawberry.Parent["StatusInfo"], lang: LANG = Lang.JA) -> str:
    return label(parent.status, japanese=lang is Lang.JA)


@strawberry.type(description="A project's status and what it is called.")
class StatusInfo:
    """A status."""

    status: ProjectStatus = plain("Which status.")
    label = field(_status_label, str, "What the page calls it.")


def _mermaid(lang: LANG = Lang.JA) -> str:
    return mermaid(japanese=lang is Lang.JA)


@strawberry.type(description="The workflow: two state machines, as data.")
class Workflow:
    """What holds for every cycle and project."""

    version: str = plain("Kept with every transition.")
    stages: list[StageInfo] = plain("Every stage, in order.")
    statuses: list[StatusInfo] = plain("Every status of a project.")
    moves: list[WorkflowMove] = plain("Every move of a cycle.")
    status_moves: list[WorkflowStatusMove] = plain("Every move of a project's status.")
    mermaid = field(_mermaid, str, "The cycle's diagram as Mermaid text (stateDiagram-v2).")


def workflow() -> Workflow:
    """Return the workflow."""
    moves: list[WorkflowMove] = list(MOVES)  # type: ignore[arg-type] # a row is what a type shows
    rows: list[WorkflowStatusMove] = list(STATUS_MOVES)  # type: ignore[arg-type] # likewise
    return Workflow(
        version=WORKFLOW_VERSION,
        stages=[StageInfo(stage=stage) for stage in Stage],
        statuses=[StatusInfo(status=status) for status in ProjectStatus],
        moves=moves,
        status_moves=rows,
    )
