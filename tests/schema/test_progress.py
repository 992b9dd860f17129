"""Progress: the figures are what counting the tables by hand gives."""

import datetime as dt
from collections import Counter
from typing import Any, Final

from tests.schema.asking import Answer, ask
from tests.schema.conftest import Towns
from tests.town import Town
from workflows.records import Cycle, Ownership, Sheet
from workflows.stages import ProjectStatus, Stage

COUNTS: Final = """fiscalYear total closed overdue byStage { stage count } byGrade { grade count }
  byStatus { status count }"""
BY: Final = f"""query($year: Int, $by: ProgressBy) {{ progress(fiscalYear: $year, by: $by) {{
  {COUNTS} subject {{ ... on Node {{ id }} }} }} }}"""
EACH: Final = f"""query($year: Int) {{
  departments {{ id progress(fiscalYear: $year) {{ {COUNTS} }} }}
  categories {{ id progress(fiscalYear: $year) {{ {COUNTS} }} }}
  plan {{ policies {{ id progress(fiscalYear: $year) {{ {COUNTS} }} }} }} }}"""
TODAY: Final = dt.datetime.now(dt.timezone(dt.timedelta(hours=9))).date()
Rows = list[dict[str, Any]]


async def rows_of(town: Town, year: int) -> Rows:
    """Return each cycle of the year with what it is counted by."""
    grades = {sheet.cycle_id: sheet.grade for sheet in await Sheet.of(town.id)}
    rows = []
    for cycle in (
        await Cycle.of(town.id).filter(fiscal_year=year).select_related("project__category")
    ):
        owned = Ownership.of(town.id).filter(project_id=cycle.project_id, starts_on__lte=TODAY)
        owner = await owned.order_by("-starts_on").first()
        assert owner
        rows.append(
            {
                "stage": cycle.stage,
                "status": cycle.project.status,
                "grade": grades[cycle.id],
                "late": cycle.due_on is not None and cycle.due_on < TODAY,
                "POLICY": f"pol_{cycle.project.category.policy_id.hex}",
                "CATEGORY": cycle.project.category.public_id,
                "DEPARTMENT": f"dep_{owner.department_id.hex}",
            }
        )
    return rows


def check(counted: Answer, rows: Rows, year: int) -> None:
    """Compare a Progress with the rows that it should count."""
    stages, statuses, grades = (
        Counter(row[name] for row in rows) for name in ("stage", "status", "grade")
    )
    late = [row for row in rows if row["late"] and row["status"] is ProjectStatus.ACTIVE]
    expected = {
        "fiscalYear": year,
        "total": len(rows),
        "closed": stages[Stage.CLOSED],
        "overdue": len(late),
        "byStage": [{"stage": stage, "count": stages[stage]} for stage in Stage],
        "byGrade": [{"grade": grade, "count": grades[grade]} for grade in "ABCD"],
        "byStatus": [{"status": one, "count": statuses[one]} for one in ProjectStatus],
    }
    assert {name: counted[name] for name in expected} == expected


async def test_progress_by_every_dimension(read_towns: Towns) -> None:
    """The whole plan, each policy, category and department, and nothing is counted twice."""
    town = read_towns.large
    for year in (2026, 2027):
        rows = await rows_of(town, year)
        (whole,) = (await ask(town, BY, year=year))["progress"]
        check(whole, rows, year)
        for by in ("POLICY", "CATEGORY", "DEPARTMENT"):
            counted = (await ask(town, BY, year=year, by=by))["progress"]
            for one in counted:
                mine = [row for row in rows if row[by] == one["subject"]["id"]]
                check(one, mine, year)
            assert sum(one["total"] for one in counted) == len(rows)
    assert {row["grade"] for row in await rows_of(town, 2026)} == {"A", None}
    assert ProjectStatus.ABOLISHED in {row["status"] for row in await rows_of(town, 2026)}


async def test_progress_of_each_node_is_that_of_the_list(read_towns: Towns) -> None:
    """What a policy, category or department says of itself is what the root says of it."""
    town = read_towns.large
    each = await ask(town, EACH, year=2026)
    nodes = each["departments"] + each["categories"] + each["plan"]["policies"]
    own = {node["id"]: node["progress"] for node in nodes}
    for by in ("POLICY", "CATEGORY", "DEPARTMENT"):
        for one in (await ask(town, BY, year=2026, by=by))["progress"]:
            assert own.pop(one.pop("subject")["id"]) == one
    assert own == {}


async def test_progress_over_the_fiscal_years(read_towns: Towns) -> None:
    """One for every year of the plan; without a year, the present one."""
    town = read_towns.large
    years = (await ask(town, BY, by="FISCAL_YEAR"))["progress"]
    assert [one["fiscalYear"] for one in years] == list(range(2026, 2049))
    for one in years[:3]:
        check(one, await rows_of(town, one["fiscalYear"]), one["fiscalYear"])
        assert one["subject"] is None
    present = TODAY.year if TODAY.month > 3 else TODAY.year - 1
    assert (await ask(town, BY))["progress"] == (await ask(town, BY, year=present))["progress"]
    assert (await ask(town, BY, year=0))["progress"][0]["total"] == 0
