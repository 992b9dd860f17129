"""What each guard objects to: code, missing fields, and who could resolve it."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import schema
import workflows
from tests.workflows.facts import ACTOR, INDICATOR, facts, indicator
from workflows import stages
from workflows.blockers import MESSAGES, Blocker, BlockerCode
from workflows.guards import GUARDS, LastMove
from workflows.labels import LABELS, label
from workflows.machine import blockers, move_for
from workflows.stages import (
    MOVES,
    Direction,
    Move,
    ProjectStatus,
    Role,
    Stage,
    Trigger,
)

S, L, O = Role.STAFF, Role.LEAD, Role.OFFICE  # noqa: E741 - one letter a role, for the table
PATH = f"indicators.{INDICATOR}"

CASES: list[tuple[Trigger, Stage, dict[str, Any], list[tuple[str, str, set[Role]]]]] = [
    (Trigger.START, Stage.PLAN, {}, []),
    (Trigger.START, Stage.PLAN, {"status": ProjectStatus.SUSPENDED},
     [("PROJECT_NOT_ACTIVE", "status", {O})]),
    (Trigger.START, Stage.PLAN, {"indicators": (), "schedule": ""},
     [("NO_INDICATOR", "indicators", {S, L}), ("NO_SCHEDULE", "schedule", {S, L})]),
    (Trigger.START, Stage.PLAN, {"indicators": (indicator(baseline=None, target=None),)},
     [("INDICATOR_INCOMPLETE", f"{PATH}.baseline {PATH}.target", {S, L})]),
    (Trigger.START, Stage.PLAN, {"indicators": (indicator(target=None), indicator())},
     [("INDICATOR_INCOMPLETE", f"{PATH}.target", {S, L})]),
    (Trigger.START, Stage.PLAN, {"indicators": (indicator(baseline="0", target="0"),)}, []),
    (Trigger.START, Stage.PLAN, {"indicators": (indicator(baseline=None, target=None,
     qualitative_goal="定着", reason_no_number="計測不能"),)}, []),
    (Trigger.START, Stage.PLAN, {"indicators": (indicator(qualitative_goal="定着"),)},
     [("INDICATOR_INCOMPLETE", f"{PATH}.reason_no_number", {S, L})]),
    (Trigger.REPORT_INTERIM, Stage.DO, {}, []),
    (Trigger.REPORT_INTERIM, Stage.DO, {"report": ""}, [("NO_REPORT", "report.text", {S, L})]),
    (Trigger.REVISE_PLAN, Stage.DO, {}, []),
    (Trigger.REVISE_PLAN, Stage.DO, {"reason": "", "plan_changed": False, "schedule": ""},
     [("NO_REASON", "reason", {L}), ("NO_CHANGE", "plan", {L}),
      ("NO_SCHEDULE", "schedule", {S, L})]),
    (Trigger.SUBMIT_RESULTS, Stage.DO, {}, []),
    (Trigger.SUBMIT_RESULTS, Stage.DO, {"indicators": (indicator(actual=None), indicator())},
     [("NO_ACTUAL", f"{PATH}.actual", {S, L})]),
    (Trigger.SUBMIT_RESULTS, Stage.DO, {"indicators": (indicator(actual="0"),)}, []),
    (Trigger.SUBMIT_RESULTS, Stage.DO,
     {"indicators": (indicator(actual=None, reason_not_measured="調査中止"),)}, []),
    (Trigger.SUBMIT_RESULTS, Stage.DO, {"indicators": (indicator(qualitative_goal="定着"),)},
     [("NO_ACTUAL", f"{PATH}.result", {S, L})]),
    (Trigger.SUBMIT_RESULTS, Stage.DO,
     {"indicators": (indicator(qualitative_goal="定着", result="定着した"),)}, []),
    (Trigger.EVALUATE, Stage.CHECK, {}, []),
    (Trigger.EVALUATE, Stage.CHECK, {"grade": None, "issues": ""},
     [("NO_GRADE", "grade", {S, L}), ("NO_ISSUES", "issues", {S, L})]),
    (Trigger.CLOSE, Stage.ACTION, {}, []),
    (Trigger.CLOSE, Stage.ACTION, {"direction": None, "improvement": ""},
     [("NO_DIRECTION", "direction", {S, L, O}), ("NO_IMPROVEMENT", "improvement", {S, L, O})]),
    (Trigger.CLOSE, Stage.ACTION, {"evaluator_id": ACTOR},
     [("SAME_PERSON_EVALUATED", "", {O})]),
    (Trigger.CLOSE, Stage.ACTION, {"evaluator_id": None, "actor_id": None}, []),
    (Trigger.CLOSE, Stage.ACTION, {"another_runs": True}, []),
    (Trigger.CLOSE, Stage.ACTION, {"another_runs": True, "direction": Direction.COMPLETE},
     [("CYCLE_RUNNING", "direction", {O})]),
    (Trigger.CLOSE, Stage.ACTION, {"another_runs": True, "direction": Direction.ABOLISH},
     [("CYCLE_RUNNING", "direction", {O})]),
    (Trigger.SEND_BACK, Stage.CHECK, {}, []),
    (Trigger.SEND_BACK, Stage.CHECK, {"reason": ""}, [("NO_REASON", "reason", {O})]),
    (Trigger.RESCIND, Stage.DO, {"reason": ""},
     [("NOTHING_TO_RESCIND", "", set()), ("NO_REASON", "reason", {O})]),
    (Trigger.RESCIND, Stage.DO, {"last_move": LastMove(
     trigger=Trigger.RESCIND, source=Stage.PLAN, is_last_event=True)},
     [("NOTHING_TO_RESCIND", "", set())]),
    (Trigger.RESCIND, Stage.DO, {"last_move": LastMove(
     trigger=Trigger.START, source=Stage.PLAN, is_last_event=False)},
     [("SOMETHING_AFTER_IT", "", set())]),
    (Trigger.OPEN_NEXT, Stage.CHECK, {}, []),
    (Trigger.OPEN_NEXT, Stage.CHECK, {"fiscal_year": 2027, "next_is_open": True},
     [("YEAR_OUTSIDE_PLAN", "", set()), ("CYCLE_EXISTS", "", set())]),
]  # fmt: skip
"""A trigger out of a stage, what differs from complete facts, and each blocker to be told."""


@pytest.mark.parametrize(("trigger", "stage", "changed", "expected"), CASES)
def test_a_guard_tells_everything_in_the_way(
    trigger: Trigger,
    stage: Stage,
    changed: dict[str, Any],
    expected: list[tuple[str, str, set[Role]]],
) -> None:
    """Every blocker at once, in order, with its fields and who could resolve it."""
    asked = facts(stage=stage, **changed)
    move = move_for(stage, trigger, asked)
    assert move is not None
    assert blockers(move, asked) == tuple(
        Blocker(BlockerCode(code), tuple(fields.split()), frozenset(roles))
        for code, fields, roles in expected
    )


def test_every_guard_objects_in_some_case() -> None:
    """No guard is beyond the cases above: each of them is seen to object to one."""
    seen: set[str] = set()
    for trigger, stage, changed, _ in CASES:
        asked = facts(stage=stage, **changed)
        move = move_for(stage, trigger, asked)
        assert move is not None
        seen |= {name for name in move.guards if any(GUARDS[name](asked, move))}
    assert seen == set(GUARDS)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", ProjectStatus)
def test_no_move_of_a_project_that_is_not_active(move: Move, status: ProjectStatus) -> None:
    """Every row asks for an active project first."""
    codes = [b.code for b in blockers(move, facts(status=status))]
    active = status is ProjectStatus.ACTIVE
    assert (codes[:1] == [BlockerCode.PROJECT_NOT_ACTIVE]) is not active


@pytest.mark.parametrize("code", BlockerCode)
def test_every_code_says_what_to_do_in_both_languages(code: BlockerCode) -> None:
    """A sentence in Japanese and one in English, and no code without them."""
    japanese, english = Blocker(code).message(), Blocker(code).message(japanese=False)
    assert japanese.endswith("。")
    assert any("ぁ" <= c <= "ん" for c in japanese)
    assert english.endswith(".")
    assert english.isascii()
    assert set(MESSAGES) == set(BlockerCode)


@pytest.mark.parametrize("kind", list(LABELS))
def test_every_value_has_a_name_in_both_languages(kind: type[Any]) -> None:
    """No member is forgotten, none is left over, and no two of a kind are called the same."""
    names = LABELS[kind]
    assert set(names) == set(kind)
    for position in (0, 1):
        assert len({pair[position] for pair in names.values()}) == len(names)
    for member in kind:
        assert not label(member).isascii()
        assert label(member, japanese=False).isascii()


def test_every_enum_of_the_stages_has_names() -> None:
    """An enum added to the stages needs its labels."""
    enums = {v for v in vars(stages).values() if isinstance(v, type) and issubclass(v, StrEnum)}
    assert set(LABELS) == enums - {StrEnum}


def test_every_code_is_told_somewhere() -> None:
    """A code that nothing ever answers with would be a promise that is not kept."""
    packages = (Path(str(package.__file__)).parent for package in (workflows, schema))
    sources = [p.read_text(encoding="utf-8") for q in packages for p in q.rglob("*.py")]
    uses = {code: sum(s.count(f"BlockerCode.{code}") for s in sources) for code in BlockerCode}
    assert [code for code, times in uses.items() if times < 2] == []  # once is its message
