"""What each move demands, over plain facts. Every guard tells all that is missing, not the first.

A guard is named in `stages.MOVES` and yields a Blocker for each thing in the way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from workflows.blockers import Blocker, BlockerCode
from workflows.stages import ENDS_PROJECT, Direction, Move, ProjectStatus, Role, Stage, Trigger

_AUTHORS: Final = frozenset({Role.STAFF, Role.LEAD})
_LEAD: Final = frozenset({Role.LEAD})
_OFFICE: Final = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFacts:
    """What is known of one indicator."""

    id: UUID
    baseline: str | None = None
    target: str | None = None
    qualitative_goal: str = ""
    reason_no_number: str = ""
    actual: str | None = None
    result: str = ""
    reason_not_measured: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMove:
    """The last thing that moved the cycle to another stage."""

    trigger: Trigger
    source: Stage
    is_last_event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a guard may look at."""

    stage: Stage
    status: ProjectStatus
    fiscal_year: int
    plan_first_year: int
    plan_last_year: int
    actor_id: UUID | None = None
    on_behalf_of_id: UUID | None = None
    """Whose decision it is, where the actor makes it for them."""
    indicators: tuple[IndicatorFacts, ...] = ()
    schedule: str = ""
    grade: str | None = None
    issues: str = ""
    direction: Direction | None = None
    improvement: str = ""
    evaluator_id: UUID | None = None
    evaluated_for_id: UUID | None = None
    """On whose behalf it was evaluated."""
    last_move: LastMove | None = None
    next_is_open: bool = False
    """There is a cycle for the next fiscal year."""
    another_runs: bool = False
    """Another fiscal year's cycle of the project is under way."""
    reason: str = ""
    report: str = ""
    plan_changed: bool = False


Guard = Callable[[Facts, Move], Iterator[Blocker]]


def project_is_active(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """Suspended and ended projects keep their stage."""
    if facts.status is not ProjectStatus.ACTIVE:
        yield Blocker(BlockerCode.PROJECT_NOT_ACTIVE, ("status",), _OFFICE)


def plan_is_written(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """Ask for an indicator with baseline and target, or a goal with its reason; and a schedule."""
    if not facts.indicators:
        yield Blocker(BlockerCode.NO_INDICATOR, ("indicators",), _AUTHORS)
    for indicator in facts.indicators:
        if indicator.qualitative_goal:
            wanted = {"reason_no_number": indicator.reason_no_number or None}
        else:
            wanted = {"baseline": indicator.baseline, "target": indicator.target}
        missing = tuple(f"indicators.{indicator.id}.{k}" for k, v in wanted.items() if v is None)
        if missing:
            yield Blocker(BlockerCode.INDICATOR_INCOMPLETE, missing, _AUTHORS)
    if not facts.schedule:
        yield Blocker(BlockerCode.NO_SCHEDULE, ("schedule",), _AUTHORS)


def report_is_given(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """An interim report has a text."""
    if not facts.report:
        yield Blocker(BlockerCode.NO_REPORT, ("report.text",), _AUTHORS)


def reason_is_given(facts: Facts, move: Move) -> Iterator[Blocker]:
    """Moves back and changes of plan say why."""
    if not facts.reason:
        yield Blocker(BlockerCode.NO_REASON, ("reason",), move.roles)


def plan_changes(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """A revision of the plan changes something."""
    if not facts.plan_changed:
        yield Blocker(BlockerCode.NO_CHANGE, ("plan",), _LEAD)


def results_are_known(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """Every indicator has an actual, or says why it cannot be measured."""
    for indicator in facts.indicators:
        if indicator.qualitative_goal:
            name, known = "result", bool(indicator.result)
        else:
            name, known = "actual", indicator.actual is not None
        if not known and not indicator.reason_not_measured:
            yield Blocker(BlockerCode.NO_ACTUAL, (f"indicators.{indicator.id}.{name}",), _AUTHORS)


def evaluation_is_written(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """An evaluation has a grade and names the issues."""
    if not facts.grade:
        yield Blocker(BlockerCode.NO_GRADE, ("grade",), _AUTHORS)
    if not facts.issues:
        yield Blocker(BlockerCode.NO_ISSUES, ("issues",), _AUTHORS)


def decision_is_written(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """A cycle closes with a direction and an improvement."""
    if facts.direction is None:
        yield Blocker(BlockerCode.NO_DIRECTION, ("direction",), _AUTHORS | _OFFICE)
    if not facts.improvement:
        yield Blocker(BlockerCode.NO_IMPROVEMENT, ("improvement",), _AUTHORS | _OFFICE)


def closer_did_not_evaluate(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """Whoever evaluated does not close: most projects belong to the office's own department.

    Neither may whoever it was evaluated for, nor anybody on behalf of either.
    """
    deciding = {facts.actor_id, facts.on_behalf_of_id} - {None}
    if deciding & {facts.evaluator_id, facts.evaluated_for_id}:
        yield Blocker(BlockerCode.SAME_PERSON_EVALUATED, (), _OFFICE)


def no_other_cycle_runs(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """A project does not end while another fiscal year's cycle is under way."""
    if facts.direction in ENDS_PROJECT and facts.another_runs:
        yield Blocker(BlockerCode.CYCLE_RUNNING, ("direction",), _OFFICE)


def last_move_can_be_taken_back(facts: Facts, move: Move) -> Iterator[Blocker]:
    """Only the last move, only where nothing followed, and never a compensating entry itself."""
    last = facts.last_move
    if last is None or last.trigger is Trigger.RESCIND or last.source is not move.target:
        yield Blocker(BlockerCode.NOTHING_TO_RESCIND)
    elif not last.is_last_event:
        yield Blocker(BlockerCode.SOMETHING_AFTER_IT)


def next_year_is_in_plan(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """The plan's period bounds the fiscal years."""
    if facts.fiscal_year + 1 > facts.plan_last_year:
        yield Blocker(BlockerCode.YEAR_OUTSIDE_PLAN)


def next_is_not_open(facts: Facts, _move: Move) -> Iterator[Blocker]:
    """One cycle a project and fiscal year."""
    if facts.next_is_open:
        yield Blocker(BlockerCode.CYCLE_EXISTS)


GUARDS: Final[dict[str, Guard]] = {
    guard.__name__: guard
    for guard in (
        project_is_active,
        plan_is_written,
        report_is_given,
        reason_is_given,
        plan_changes,
        results_are_known,
        evaluation_is_written,
        decision_is_written,
        closer_did_not_evaluate,
        no_other_cycle_runs,
        last_move_can_be_taken_back,
        next_year_is_in_plan,
        next_is_not_open,
    )
}
