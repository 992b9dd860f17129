"""What taking over a plan's text answers."""

import strawberry

from schema.acts import REPLAYED
from schema.history import HistoryEntry
from schema.nodes import plain
from schema.planned_text import PlanObstacle, PlanTextProblem
from schema.plans import Plan
from schema.results import PreviewOutdated, UserError, result


@strawberry.type(description="The text cannot be taken over. Nothing was changed.")
class PlanTextRefused(UserError):
    """Correct the text."""

    problems: list[PlanTextProblem] = plain("What is wrong, by line; the first 500.")
    problem_count: int = plain("How many problems there are.")
    obstacles: list[PlanObstacle] = plain("What no text can bring about.")


@strawberry.type(description="The text was taken over.")
class PlanImported:
    """The plan as it is now; each project has an entry of its own, all recorded at one time."""

    plan: Plan = plain("The plan as it is now.")
    added_count: int = plain("How many projects were added.")
    changed_count: int = plain("How many projects were changed.")
    entry: HistoryEntry = plain("The first of the entries; the others follow it in the record.")
    replayed: bool = plain(REPLAYED)


ImportPlanResult = result("ImportPlanResult", PlanImported, PreviewOutdated, PlanTextRefused)
