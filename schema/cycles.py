"""Cycles: the sheet, the indicators, and every move out of the present stage."""

import datetime as dt
from dataclasses import dataclass

import strawberry

from schema.blockers import Blocker, BlockerSource
from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import Node, backed_by, field, later, many, plain
from schema.people import Person
from schema.sheets import Indicator, Sheet
from workflows import records
from workflows.authority import ROLES, Capacity, edit_act, may
from workflows.blockers import Blocker as DomainBlocker
from workflows.blockers import BlockerCode
from workflows.cases import Case
from workflows.fiscal import label_en, label_ja
from workflows.labels import label
from workflows.machine import blockers, moves_from
from workflows.refusals import Forbidden
from workflows.stages import (
    EDITABLE,
    Move,
    ProjectStatus,
    SheetPart,
    Stage,
    Trigger,
)

Parent = strawberry.Parent[records.Cycle]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """A move out of the present stage, as seen by the viewer."""

    move: Move
    blocked_by: list[BlockerSource]

    @property
    def trigger(self) -> Trigger:
        return self.move.trigger

    @property
    def source(self) -> Stage:
        return self.move.source

    @property
    def target(self) -> Stage:
        return self.move.target

    @property
    def requires_reason(self) -> bool:
        return self.move.requires_reason

    @property
    def allowed(self) -> bool:
        return not self.blocked_by


def _trigger_label(parent: strawberry.Parent[_Offer], lang: LANG = Lang.JA) -> str:
    return label(parent.trigger, japanese=lang is Lang.JA)


@strawberry.type(description="A move out of the present stage, possible for this viewer or not.")
class AvailableTransition:
    """What may be fired, and what is in the way."""

    trigger: Trigger = plain("What to fire.")
    source: Stage = plain("The present stage.", name="from")
    target: Stage = plain(
        "Where it leads; for OPEN_NEXT the first stage of the next fiscal year's cycle.", name="to"
    )
    allowed: bool = plain("Whether it would succeed now, given the input it asks for.")
    requires_reason: bool = plain("Whether it must be fired with a reason.")
    blocked_by: list[Blocker] = plain("Everything in the way; empty where allowed.")
    label = field(_trigger_label, str, "What the page calls it.")


async def _capacities(info: Info) -> tuple[Capacity, ...]:
    if info.context.person_id is None:
        return ()
    appointments = await info.context.loaders.appointments_of(info.context.person_id)
    return tuple(Capacity(a.role, a.department_id, a.starts_on, a.ends_on) for a in appointments)


def _authority_blocker(
    info: Info, capacities: tuple[Capacity, ...], move: Move, case: Case
) -> list[DomainBlocker]:
    answer = may(move.roles, capacities, info.context.today, case.owner.department_id)
    if not isinstance(answer, Forbidden):
        return []
    known = info.context.person_id is not None
    code = BlockerCode.NOT_AUTHORISED if known else BlockerCode.NOT_SIGNED_IN
    return [DomainBlocker(code, (), move.roles)]


async def offers(info: Info, cycle: records.Cycle) -> list[_Offer]:
    """Return every move out of a cycle's stage, and what is in the viewer's way.

    What the viewer would give with the move (a reason, a report, changes) is taken as given.
    """
    case = await info.context.loaders.case(cycle.id)
    capacities = await _capacities(info)
    facts = case.facts(info.context.person_id, reason="…", report="…", plan_changed=True)
    owner_id = case.owner.department_id
    return [
        _Offer(
            move=move,
            blocked_by=[
                BlockerSource(b, owner_id)
                for b in (
                    *_authority_blocker(info, capacities, move, case),
                    *blockers(move, facts),
                )
            ],
        )
        for move in moves_from(case.cycle.stage, facts)
    ]


async def _available(parent: Parent, info: Info) -> list[_Offer]:
    return await offers(info, parent)


def _open_part(parent: Parent) -> SheetPart | None:
    return EDITABLE.get(parent.stage)


async def _viewer_can_edit(parent: Parent, info: Info) -> bool:
    part = EDITABLE.get(parent.stage)
    if part is None or info.context.person_id is None:
        return False
    case = await info.context.loaders.case(parent.id)
    if case.project.status is not ProjectStatus.ACTIVE:
        return False
    roles, owner_id = ROLES[edit_act(part)], case.owner.department_id
    answer = may(roles, await _capacities(info), info.context.today, owner_id)
    return isinstance(answer, Capacity)


async def _is_overdue(parent: Parent, info: Info) -> bool:
    if parent.due_on is None or parent.due_on >= info.context.today:
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
        _evaluator, Person | None, "Who evaluated it, and may therefore not close it."
    )
    sheet = field(_sheet, Sheet, "What its stages say.")
    indicators = field(_indicators, list[Indicator], "What it is measured by, in order.")
    transitions = field(
        _transitions,
        many(later("Transition", "schema.entries")),
        "Every move of it, earliest first; its opening by OPEN_NEXT included.",
    )
    spans = field(_spans, list[StageSpan], "How long it was at each stage, earliest first.")
    available_transitions = field(
        _available,
        list[AvailableTransition],
        "Every move out of the present stage, possible for this viewer or not, and why not.",
    )
    open_sheet_part = field(
        _open_part, SheetPart | None, "Which part of the sheet the stage leaves open."
    )
    viewer_can_edit_sheet = field(
        _viewer_can_edit, bool, "Whether this viewer may edit the open part."
    )
