"""What the sample says: people, projects and episodes, read from the town's `demo` folder."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from seed.town import FOLDER
from workflows.stages import Direction, Role, Stage, Trigger

SEED: Final = 46
"""Of everything that the content leaves open: days, hours, who of several."""


class Pace(StrEnum):
    """How far a year runs from the calendar that the office keeps."""

    ON_TIME = "ON_TIME"
    LATE_PLAN = "LATE_PLAN"
    EARLY = "EARLY"
    LATE_CHECK = "LATE_CHECK"
    LATE_ACTION = "LATE_ACTION"


class Attempter(StrEnum):
    """Who tries what is then refused."""

    LEAD = "LEAD"
    STAFF = "STAFF"
    OFFICE = "OFFICE"
    OTHER_LEAD = "OTHER_LEAD"
    EVALUATOR = "EVALUATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody made up, and the posts held from a day to a day."""

    number: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    group: str | None = None
    since: dt.date | None = None
    """None: before the sample begins."""
    until: dt.date | None = None
    shown: bool = False
    """Whether a token is issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An indicator in one year, from plan to result; figures as decimal text."""

    name: str
    unit: str = ""
    baseline: str | None = None
    target: str | None = None
    goal: str = ""
    why: str = ""
    """No number fits."""
    actual: str | None = None
    result: str = ""
    unmeasured: str = ""
    starts_at_zero: bool = False
    """It is counted anew each year."""

    def so_far(self, share: float) -> str | None:
        """Return the figure once a share of the year's way is gone; None where there is none."""
        if self.actual is None or self.baseline is None:
            return None
        end = Decimal(self.actual)
        start = Decimal(0) if self.starts_at_zero else Decimal(self.baseline)
        return str((start + (end - start) * Decimal(str(share))).quantize(end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A trigger pulled in vain, shortly before a step of the year."""

    before: str
    trigger: Trigger
    by: Attempter


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The office sends a cycle back; `again` is what is then added to the sheet."""

    source: Stage
    reason: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """What the lead changes of the plan while it is carried out; `target` is the first figure's."""

    reason: str
    schedule: str = ""
    budget_yen: int | None = None
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A month of the fiscal year in which a project is suspended or resumed, and why."""

    month: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearText:
    """One fiscal year of one project."""

    pace: Pace
    goal: str
    schedule: str
    budget_yen: int
    measures: tuple[Measured, ...]
    interim: str
    activities: str
    grade: str
    issues: str
    improvement: str
    direction: Direction
    attempts: tuple[Attempt, ...]
    returned: Returned | None
    revised: Revised | None
    rescinded: str
    """Why the office takes back what was submitted; empty where it does not."""
    suspended: Pause | None
    resumed: Pause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that the sample says."""

    people: tuple[Person, ...]
    projects: Mapping[str, tuple[YearText, ...]]
    """By code, the years in their order."""
    episodes: Mapping[str, list[dict[str, Any]]]
    """As `episodes.toml` spells them: transfers, rollouts, corrections, amendments, comments,
    evidence, findings."""


def read_content(folder: Path) -> Content:
    """Read a `demo` folder; what is missing or misspelt raises KeyError, TypeError, ValueError."""
    projects: dict[str, tuple[YearText, ...]] = {}
    for path in sorted(folder.glob("projects-*.toml")):
        for code, values in _toml(path).items():
            years = enumerate(values["years"])
            projects[code] = tuple(_year(values, nth, year) for nth, year in years)
    return Content(
        people=tuple(_person(p) for p in _toml(folder / "people.toml")["people"]),
        projects=projects,
        episodes=_toml(folder / "episodes.toml"),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _person(values: dict[str, Any]) -> Person:
    return Person(**values | {"roles": tuple(Role(role) for role in values["roles"])})


def _year(project: dict[str, Any], nth: int, year: dict[str, Any]) -> YearText:
    plain = ("schedule", "interim", "activities", "grade", "issues", "improvement")
    returned = year.get("returned")
    return YearText(
        **{name: year[name] for name in plain},
        pace=Pace(year.get("pace", Pace.ON_TIME)),
        goal=project["goal"],
        budget_yen=project["yen"][nth],
        measures=tuple(_measured(m, nth) for m in project["measures"]),
        direction=Direction(year["direction"]),
        attempts=tuple(
            Attempt(before=a["before"], trigger=Trigger(a["trigger"]), by=Attempter(a["by"]))
            for a in year.get("refused", ())
        ),
        returned=Returned(
            source=Stage(returned["from"]), reason=returned["reason"], again=returned["again"]
        )
        if returned
        else None,
        revised=Revised(**year["revised"]) if "revised" in year else None,
        rescinded=year.get("rescinded", {}).get("reason", ""),
        suspended=Pause(**year["suspended"]) if "suspended" in year else None,
        resumed=Pause(**year["resumed"]) if "resumed" in year else None,
    )


def _measured(values: dict[str, Any], nth: int) -> Measured:
    if "goal" in values:
        return Measured(
            name=values["name"],
            goal=values["goal"],
            why=values["why"],
            result=values["results"][nth],
        )
    earlier = [actual for actual in values["actuals"][:nth] if actual]
    return Measured(
        name=values["name"],
        unit=values["unit"],
        baseline=earlier[-1] if earlier else values["from"],
        target=values["targets"][nth],
        actual=values["actuals"][nth] or None,
        unmeasured="" if values["actuals"][nth] else values["unmeasured"],
        starts_at_zero=values.get("yearly", False),
    )


HASHIKAMI: Final = read_content(FOLDER / "demo")
