"""The two state machines, run by `transitions`; nothing else imports that library.

The machine is one, synchronous and without models: a throwaway object carries the state and the
facts, so that nothing is registered, shared between requests or changed in place.
"""

from dataclasses import dataclass
from typing import Final, cast

from transitions import EventData, Machine

from workflows.blockers import Blocker, BlockerCode
from workflows.guards import GUARDS, Facts
from workflows.labels import label
from workflows.refusals import Blocked, blocked
from workflows.stages import (
    MOVES,
    STATUS_MOVES,
    Move,
    ProjectStatus,
    Role,
    Stage,
    StatusTrigger,
    Trigger,
)


@dataclass(slots=True)
class _Run:
    """What the machine moves: one state, gone after one trigger."""

    state: str
    facts: Facts | None = None


def blockers(move: Move, facts: Facts) -> tuple[Blocker, ...]:
    """Return everything that stands in the way of one move."""
    return tuple(b for name in move.guards for b in GUARDS[name](facts, move))


def moves_from(stage: Stage, facts: Facts) -> tuple[Move, ...]:
    """Return one move for each trigger out of a stage, in the table's order.

    RESCIND goes back to where the last move came from; where there is nothing to take back, the
    first of its rows stands for it.
    """
    chosen: dict[Trigger, Move] = {}
    for move in MOVES:
        if move.source is stage:
            last = facts.last_move
            fits = last is not None and last.source is move.target
            if move.trigger not in chosen or (move.trigger is Trigger.RESCIND and fits):
                chosen[move.trigger] = move
    return tuple(chosen.values())


def move_for(stage: Stage, trigger: Trigger, facts: Facts) -> Move | None:
    """Return the row of the table that a trigger would follow; None where there is none."""
    return next((m for m in moves_from(stage, facts) if m.trigger is trigger), None)


def roles_for(trigger: Trigger) -> frozenset[Role]:
    """Return who may pull a trigger, from whichever stage."""
    return frozenset(role for move in MOVES if move.trigger is trigger for role in move.roles)


def after(stage: Stage, trigger: Trigger, facts: Facts) -> Stage | Blocked:
    """Return the stage a trigger leads to, or everything that is in the way.

    OPEN_NEXT leads to the first stage of another cycle; that stage is what is returned.
    """
    move = move_for(stage, trigger, facts)
    if move is None:
        return blocked(BlockerCode.WRONG_STAGE)
    run = _Run(stage, facts)
    if _CYCLE.events[trigger].trigger(run):
        return Stage(run.state)
    return Blocked(blockers(move, facts))


def after_status(status: ProjectStatus, trigger: StatusTrigger) -> ProjectStatus | Blocked:
    """Return the status a trigger leads to, or that it does not start there."""
    run = _Run(status)
    if not _PROJECT.get_transitions(trigger, status):
        return blocked(BlockerCode.WRONG_STATUS)
    _PROJECT.events[trigger].trigger(run)
    return ProjectStatus(run.state)


def _allows(move: Move) -> object:
    """Return the machine's condition for a move: none of its guards objects."""

    def condition(event: EventData) -> bool:
        return not blockers(move, cast("Facts", cast("_Run", event.model).facts))

    return condition


def _machine(states: list[str], rows: list[dict[str, object]]) -> Machine:
    return Machine(
        model=None,
        states=states,
        transitions=rows,
        initial=None,
        auto_transitions=False,
        send_event=True,
    )


_CYCLE: Final = _machine(
    [str(stage) for stage in Stage],
    [
        {
            "trigger": str(m.trigger),
            "source": str(m.source),
            "dest": str(m.target),
            "conditions": [_allows(m)],
        }
        for m in MOVES
    ],
)
_PROJECT: Final = _machine(
    [str(status) for status in ProjectStatus],
    [
        {"trigger": str(m.trigger), "source": str(m.source), "dest": str(m.target)}
        for m in STATUS_MOVES
    ],
)


def mermaid(*, japanese: bool = True) -> str:
    """Return the cycle's state diagram as Mermaid text (stateDiagram-v2).

    RESCIND is left out: it runs back along every other arrow.
    """
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{label(s, japanese=japanese)}" as {s}' for s in Stage]
    lines.append(f"    [*] --> {Stage.PLAN}")
    lines += [
        f"    {m.source} --> {m.target}: {label(m.trigger, japanese=japanese)}"
        for m in MOVES
        if m.trigger is not Trigger.RESCIND
    ]
    lines.append(f"    {Stage.CLOSED} --> [*]")
    return "\n".join(lines) + "\n"
