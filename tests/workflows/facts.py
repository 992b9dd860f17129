"""Facts in which nothing is missing, for tests to take things away from."""

from typing import Any
from uuid import UUID

from workflows.guards import Facts, IndicatorFacts
from workflows.stages import Direction, ProjectStatus, Stage

ACTOR = UUID(int=1)
EVALUATOR = UUID(int=2)
INDICATOR = UUID(int=3)


def indicator(**values: Any) -> IndicatorFacts:  # noqa: ANN401 - IndicatorFacts' own fields
    """Return an indicator that is planned and measured."""
    return IndicatorFacts(
        **{"id": INDICATOR, "baseline": "10", "target": "50", "actual": "42", **values}
    )


def facts(**values: Any) -> Facts:  # noqa: ANN401 - Facts' own fields
    """Return the facts of a cycle with a complete sheet, asked with all that a move can ask."""
    complete = {
        "stage": Stage.PLAN,
        "status": ProjectStatus.ACTIVE,
        "fiscal_year": 2026,
        "plan_first_year": 2026,
        "plan_last_year": 2027,
        "actor_id": ACTOR,
        "indicators": (indicator(),),
        "schedule": "4月から",
        "grade": "A",
        "issues": "周知不足",
        "direction": Direction.CONTINUE,
        "improvement": "広報",
        "evaluator_id": EVALUATOR,
        "reason": "理由",
        "report": "報告",
        "plan_changed": True,
    }
    return Facts(**{**complete, **values})
