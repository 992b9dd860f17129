"""The tables of moves, held against themselves typed anew from docs/domain.md."""

import datetime as dt
from itertools import product
from uuid import UUID

import pytest

from tests.workflows.facts import facts
from tests.workflows.table import BACK, PROJECT, ROWS, roles_of, rows_of
from workflows.authority import Capacity, may
from workflows.blockers import BlockerCode
from workflows.guards import GUARDS, LastMove
from workflows.machine import (
    after,
    after_status,
    blockers,
    mermaid,
    move_for,
    moves_from,
    roles_for,
)
from workflows.refusals import Blocked
from workflows.stages import (
    MOVES,
    ProjectStatus,
    Role,
    Stage,
    StatusTrigger,
    Trigger,
)

OWN, OTHER = UUID(int=10), UUID(int=11)
TODAY = dt.date(2026, 5, 1)


LAST_MOVES = (None, *BACK)


def _last_move(key: tuple[str, str] | None, stage: Stage) -> LastMove | None:
    """Return the last move as it would stand with a cycle that is at a stage."""
    if key is None or key[1] != stage:
        return None
    return LastMove(trigger=Trigger(key[0]), source=Stage(BACK[key]), is_last_event=True)


def _expected_target(stage: Stage, trigger: Trigger, last: tuple[str, str] | None) -> str | None:
    if trigger is Trigger.RESCIND:
        return BACK.get(last) if last is not None and last[1] == stage else None
    return ROWS.get((trigger, stage), (None, []))[0]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("trigger", Trigger)
def test_every_stage_trigger_role_department_and_status(stage: Stage, trigger: Trigger) -> None:
    """Nobody can do more, or less, than the table says: 37,800 combinations in all."""
    for role, department, status, last, covered in product(
        Role, (OWN, OTHER, None), ProjectStatus, LAST_MOVES, (True, False)
    ):
        capacity = Capacity(role, department, TODAY, TODAY)
        day = TODAY if covered else TODAY + dt.timedelta(days=1)
        scoped = role in {"STAFF", "LEAD"}
        allowed = may(roles_for(trigger), (capacity,), day, OWN) is capacity
        assert allowed is (
            role in roles_of(trigger) and (not scoped or department == OWN) and covered
        )
        asked = facts(stage=stage, status=status, last_move=_last_move(last, stage))
        answer = after(stage, trigger, asked)
        target = _expected_target(stage, trigger, last)
        if target is not None and status is ProjectStatus.ACTIVE:
            assert answer == target
        else:
            assert isinstance(answer, Blocked)


@pytest.mark.parametrize(("stage", "trigger"), list(product(Stage, Trigger)))
def test_a_trigger_without_a_row_is_blocked_by_the_stage(stage: Stage, trigger: Trigger) -> None:
    """What does not start at a stage says so, and nothing else; what does is in the list."""
    listed = trigger in {move.trigger for move in moves_from(stage, facts())}
    known = (trigger, stage) in ROWS or (
        trigger is Trigger.RESCIND and stage in {key[1] for key in BACK}
    )
    assert listed is known
    answer = after(stage, trigger, facts())
    codes = [b.code for b in answer.blockers] if isinstance(answer, Blocked) else []
    assert (codes == [BlockerCode.WRONG_STAGE]) is not known


@pytest.mark.parametrize("key", list(BACK))
def test_rescind_leads_back_along_the_last_move_only(key: tuple[str, str]) -> None:
    """The row that is listed is the one that fits the last move, wherever it stands."""
    stage = Stage(key[1])
    asked = facts(last_move=_last_move(key, stage))
    move = move_for(stage, Trigger.RESCIND, asked)
    assert move is not None
    assert move.target == BACK[key]
    assert blockers(move, asked) == ()


def test_the_table_has_no_row_beyond_these() -> None:
    """As many rows as typed here, each with an existing guard, each named once."""
    assert len(MOVES) == len(ROWS) + len(BACK)
    assert len({(m.trigger, m.source, m.target) for m in MOVES}) == len(MOVES)
    named = {name for move in MOVES for name in move.guards}
    assert named == set(GUARDS)


def test_reasons_are_required_where_a_move_goes_back_or_changes_the_plan() -> None:
    """The page asks for a reason exactly where the guard will."""
    asking = {m.trigger for m in MOVES if m.requires_reason}
    assert asking == {Trigger.SEND_BACK, Trigger.RESCIND, Trigger.REVISE_PLAN}
    assert all(m.requires_reason == ("reason_is_given" in m.guards) for m in MOVES)


@pytest.mark.parametrize(("status", "trigger"), list(product(ProjectStatus, StatusTrigger)))
def test_every_status_and_trigger(status: ProjectStatus, trigger: StatusTrigger) -> None:
    """A project's status changes along its own table, and not otherwise."""
    targets = {(name, source): target for name, source, target in rows_of(PROJECT)}
    answer = after_status(status, trigger)
    target = targets.get((trigger, status))
    if target is None:
        assert isinstance(answer, Blocked)
        assert [b.code for b in answer.blockers] == [BlockerCode.WRONG_STATUS]
    else:
        assert answer == target


def test_several_appointments_are_recorded_as_the_owners_first() -> None:
    """Whoever holds several roles that would do acts as the owner's lead, else as staff."""
    staff, lead = Capacity(Role.STAFF, OWN), Capacity(Role.LEAD, OWN)
    office, elsewhere = Capacity(Role.OFFICE, OTHER), Capacity(Role.LEAD, OTHER)
    roles = frozenset(Role)
    assert may(roles, (office, staff, lead), TODAY, OWN) is lead
    assert may(roles, (office, staff, elsewhere), TODAY, OWN) is staff
    assert may(roles, (office, elsewhere), TODAY, OWN) is office
    assert may(roles, (office, elsewhere), TODAY, None) is office


def test_an_appointment_covers_its_first_and_its_last_day() -> None:
    """From the first day to the last, both included; without an end it goes on."""
    first, last = dt.date(2026, 4, 1), dt.date(2027, 3, 31)
    year = Capacity(Role.LEAD, OWN, first, last)
    day = dt.timedelta(days=1)
    held = [year.holds(d) for d in (first - day, first, last, last + day)]
    assert held == [False, True, True, False]
    assert Capacity(Role.LEAD, OWN, first).holds(dt.date.max)


def test_the_diagram_shows_every_move_but_rescind() -> None:
    """One arrow a row, and every stage under its name, in both languages."""
    diagram = mermaid()
    arrows = [line for line in diagram.splitlines() if " --> " in line and "[*]" not in line]
    assert len(arrows) == len(ROWS)
    assert "    ACTION --> CLOSED: サイクルを終了する" in arrows
    assert '    state "分析・評価" as CHECK' in diagram
    assert '    state "Check" as CHECK' in mermaid(japanese=False)
    assert "RESCIND" not in diagram
    assert "取り消す" not in diagram
