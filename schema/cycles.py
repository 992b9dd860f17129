"""Cycles: the sheet, the indicators, and every move out of the present stage."""

import datetime as dt

import strawberry

from schema.available import AvailableTransition, Offer, capacities_of_viewer, offers
from schema.context import Info
from schema.enums import LANG, Lang
from schema.evidence import Evidence, evidence_of_cycle, viewer_can_attach
from schema.ids import optional_uuid_of
from schema.nodes import Node, backed_by, field, later, many, plain
from schema.on_behalf import ON_BEHALF_OF
from schema.people import Person
from schema.sheets import Indicator, Sheet
from schema.viewer_acts import viewer_can_propose_rollout
from workflows import records
from workflows.authority import ROLES, Capacity, edit_act, may
from workflows.fiscal import label_en, label_ja
from workflows.opening import is_past_due
from workflows.stages import (
    EDITABLE,
    ProjectStatus,
    SheetPart,
    Stage,
    Trigger,
)

Parent = strawberry.Parent[records.Cycle]


async def _available(parent: Parent, info: Info, on_behalf_of: ON_BEHALF_OF = None) -> list[Offer]:
    return await offers(info, parent, optional_uuid_of(on_behalf_of, records.Person))


def _open_part(parent: Parent) -> SheetPart | None:
    return EDITABLE.get(parent.stage)


async def _viewer_can_edit(parent: Parent, info: Info, on_behalf_of: ON_BEHALF_OF = None) -> bool:
    part = EDITABLE.get(parent.stage)
    if part is None or info.context.person_id is None:
        return False
    case = await info.context.loaders.case(parent.id)
    if case.project.status is not ProjectStatus.ACTIVE:
        return False
    roles, owner_id = ROLES[edit_act(part)], case.owner.department_id
    held = capacities_of_viewer(info, optional_uuid_of(on_behalf_of, records.Person))
    answer = may(roles, held, info.context.today, owner_id)
    return isinstance(answer, Capacity)


async def _is_overdue(parent: Parent, info: Info) -> bool:
    if not is_past_due(parent.due_on, info.context.today):
        return False
    project = await _project(parent, info)
    return project is not None and project.status is ProjectStatus.ACTIVE


def _year_label(parent: Parent, lang: LANG = Lang.JA) -> str:
    year = parent.fiscal_year
    return label_ja(year) if lang is Lang.JA else label_en(year)


async def _project(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _previous(parent: Parent, info: Info) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.previous_cycle_id)


async def _evaluator(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.evaluator_id)


async def _evaluated_for(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.evaluated_for_id)


async def _sheet(parent: Parent, info: Info) -> records.Sheet:
    return await info.context.loaders.sheet(parent.id)


async def _indicators(parent: Parent, info: Info) -> list[records.Indicator]:
    return await info.context.loaders.indicators(parent.id)


async def _transitions(parent: Parent, info: Info) -> list[records.Event]:
    return await info.context.loaders.transitions(parent.id)


@strawberry.type(description="How long a cycle was at a stage.")
class StageSpan:
    """A stay at a stage."""

    stage: Stage = plain("The stage.")
    entered_at: dt.datetime = plain("When it came there, by effect.")
    left_at: dt.datetime | None = plain("When it left; null while it is there.")
    seconds: int = plain("How long, up to now where it is still there.")


async def _spans(parent: Parent, info: Info) -> list[StageSpan]:
    moves = await info.context.loaders.transitions(parent.id)
    entered = [
        (move.target, move.effective_at or move.recorded_at)
        for move in moves
        if move.target is not None
        and (move.target is not move.source or move.trigger is Trigger.OPEN_NEXT)
    ]
    if not entered or entered[0][0] is not Stage.PLAN or moves[0].trigger is not Trigger.OPEN_NEXT:
        entered.insert(0, (Stage.PLAN, parent.opened_at))
    ends = [at for _, at in entered[1:]]
    spans = []
    for (stage, at), left in zip(entered, [*ends, None], strict=True):
        until = left or (at if stage is Stage.CLOSED else info.context.now)
        seconds = int((until - at).total_seconds())
        spans.append(StageSpan(stage=stage, entered_at=at, left_at=left, seconds=max(seconds, 0)))
    return spans


@strawberry.type(description="One project in one fiscal year (PDCAサイクル).")
class Cycle(Node):
    """What goes round."""

    is_type_of = backed_by(records.Cycle, "Cycle")
    fiscal_year: int = plain("2026 is 令和8年度, April 2026 to March 2027.")
    stage: Stage = plain("Where it is.")
    entered_stage_at: dt.datetime = plain("When it came there, by effect.")
    opened_at: dt.datetime = plain("When it was opened, by effect.")
    due_on: dt.date | None = plain("The day by which the stage should be left; null once closed.")
    plan_revision: int = plain("1, and one more for every revision of the plan while in DO.")
    revision: int = plain("Counts every change; give it back as expectedRevision.")
    fiscal_year_label = field(_year_label, str, "For instance 令和8年度.")
    overdue = field(_is_overdue, bool, "Whether the due day is past, and the project is active.")
    project = field(_project, later("Project", "schema.projects"), "Whose cycle it is.")
    previous = field(
        _previous, later("Cycle", "schema.cycles") | None, "The cycle it was opened from."
    )
    evaluator = field(
        _evaluator,
        Person | None,
        "Who evaluated it, and may therefore not close it; null for who may not see people.",
    )
    evaluated_for = field(
        _evaluated_for,
        Person | None,
        "On whose behalf it was evaluated (代決), if on anybody's: may not close it either; null for "
        "who may not see people.",
    )
    sheet = field(
        _sheet, Sheet, "What its stages say; a draft that the viewer may not see is empty."
    )
    indicators = field(
        _indicators,
        list[Indicator],
        "What it is measured by, in order; none while that is a draft that the viewer may not see.",
    )
    transitions = field(
        _transitions,
        many(later("Transition", "schema.entries")),
        "Every move of it, earliest first; its opening by OPEN_NEXT included.",
    )
    spans = field(_spans, list[StageSpan], "How long it was at each stage, earliest first.")
    available_transitions = field(
        _available,
        list[AvailableTransition],
        "Every move out of the present stage, possible for this viewer or not, and why not: all that "
        "is in the way for who may see the draft or make the move, else only that they may not.",
    )
    open_sheet_part = field(
        _open_part, SheetPart | None, "Which part of the sheet the stage leaves open."
    )
    viewer_can_edit_sheet = field(
        _viewer_can_edit, bool, "Whether this viewer may edit the open part."
    )
    evidence = field(
        evidence_of_cycle,
        list[Evidence],
        "Files that show what the sheet says (証拠書類), earliest first, withdrawn ones included; as far "
        "as the viewer sees them.",
    )
    viewer_can_attach = field(
        viewer_can_attach,
        bool,
        "Whether this viewer may attach evidence to the parts that the cycle has come to: see docs/api.md.",
    )
    viewer_can_propose_rollout = field(
        viewer_can_propose_rollout,
        bool,
        "Whether this viewer may offer its result to other departments (横展開): it is evaluated, and "
        "its grade is one that rolls out.",
    )
