"""Small towns, to be founded in the same database as 階上町."""

import datetime as dt
from dataclasses import replace

from seed.load import load
from seed.reader import read
from seed.town import HASHIKAMI_TOWN
from tests.seed.plans import COLUMNS, Category, Plan, Project
from tests.town import PEOPLE, Town, applied
from workflows.revise.people import NewAppointment, appoint, register_person

HACHINOHE, SANNOHE = "022039", "024414"
"""全国地方公共団体コード of two neighbours."""
_OWNERS = (("総務課", "行政防災G"), ("町民生活課", "戸籍住民G"), ("税務課", None))


def small_plan(name: str, size: int = 3) -> bytes:
    """Return the text of a plan with `size` projects, three a category and nine a policy.

    It runs to 令和30年度, so that it is not over when the tests are run.
    """
    numbers = range(size)
    policies = {str(n // 9 + 1): f"{name}の方針{n // 9 + 1}" for n in numbers}
    categories: dict[str, list[Category]] = {policy: [] for policy in policies}
    for n in numbers[::3]:
        code = f"{n // 9 + 1}-{n % 9 // 3 + 1}"
        count = len(numbers[n : n + 3])
        categories[code[0]].append(Category(code, f"{name}の分類{code}", count))
    projects = [
        Project(
            code=f"{n // 9 + 1}_{n % 9 + 1:02}",
            department=_OWNERS[n % 3][0],
            group=_OWNERS[n % 3][1],
            category=categories[str(n // 9 + 1)][n % 9 // 3],
            title=f"{name}の取組{n + 1}",
            content=f"{name}の内容。",
            effects=(f"{name}の効果",),
            style="plain",
        )
        for n in numbers
    ]
    plan = Plan(
        title=f"{name}計画",
        prefecture="青森県",
        municipality=name,
        year=30,
        policies=policies,
        categories=categories,
        projects=projects,
        tables=[(size, COLUMNS)],
        per_row=1,
        gap=1,
    )
    return plan.write().raw()


async def found_small_town(code: str, name: str, size: int = 3) -> Town:
    """Found a town with a small plan and people in every role, in the connected database."""
    source = small_plan(name, size)
    assert await load(read(source), source, replace(HASHIKAMI_TOWN, code=code))
    town = await Town.load(code)
    for who in PEOPLE:
        applied(await register_person(town.console(), f"{name}の{who}", who))
    town = await Town.load(code)
    for who, roles in PEOPLE.items():
        for role, department in roles:
            new = NewAppointment(
                person_id=town.people[who],
                role=role,
                department_id=town.departments[department] if department else None,
                starts_on=dt.date(2024, 4, 1),
            )
            applied(await appoint(town.console(), new))
    return town
