"""Which projects a filter keeps, also by what stands in other tables.

A municipality has tens of projects, at most some hundreds: they are read once an operation, and
filtered here. As SQL a filter took longer to be written than to be answered, and one nested deep
was more than a database's parser would take.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry

from schema.available import offers
from schema.context import Info
from schema.ids import uuid_of
from schema.project_where import ProjectWhere, words_of
from workflows.cases import owned_on
from workflows.opening import is_past_due
from workflows.records import Category, Cycle, Department, Group, Ownership, Policy, Project, Row
from workflows.stages import ProjectStatus

Item = tuple[Project, Cycle]
"""A project, and the cycle of it that is looked at."""
Test = Callable[[Item], bool]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What filters ask beside the projects and their cycles; empty where nobody asks."""

    now: dt.datetime
    today: dt.date
    owners: Mapping[UUID, Ownership]
    """Of today, by project."""
    policies: Mapping[UUID, UUID]
    """By category."""
    actionable: AbstractSet[UUID]
    """Projects with a move that the viewer can fire."""


async def facts_of(info: Info, fiscal_year: int | None, given: AbstractSet[str]) -> Facts:
    """Return what filters with these conditions ask."""
    ownerships, categories, actionable = await asyncio.gather(
        _once_if(given & {"department", "group"}, lambda: _ownerships(info)),
        _once_if(given & {"policy"}, lambda: _categories(info)),
        _once_if(given & {"actionable_by_viewer"}, lambda: _actionable(info, fiscal_year)),
    )
    return Facts(
        now=info.context.now,
        today=info.context.today,
        owners={one.project_id: one for one in ownerships},
        policies={one.id: one.policy_id for one in categories},
        actionable=frozenset(actionable),
    )


async def _once_if(is_asked: object, read: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
    return await read() if is_asked else []


async def _ownerships(info: Info) -> list[Ownership]:
    loaders, today = info.context.loaders, info.context.today
    owned = loaders.rows(Ownership).filter(owned_on(today))
    return await loaders.once("owned today", lambda: owned)


async def _categories(info: Info) -> list[Category]:
    rows = info.context.loaders.rows(Category)
    return await info.context.loaders.once("policies of categories", lambda: rows)


async def _actionable(info: Info, fiscal_year: int | None) -> list[UUID]:
    """Return the projects with a move that the viewer can fire; found out once an operation."""
    if info.context.person_id is None:
        return []
    loaders = info.context.loaders

    async def find() -> list[UUID]:
        cycles = [cycle for _, cycle in await items_of(info, fiscal_year)]
        await loaders.cases([cycle.id for cycle in cycles])
        return [c.project_id for c in cycles if any(o.allowed for o in await offers(info, c))]

    return await loaders.found_once(("actionable", fiscal_year), find)


async def items_of(info: Info, fiscal_year: int | None) -> list[Item]:
    """Return all projects that have such a cycle, by id: of a fiscal year, or the current one."""
    loaders = info.context.loaders
    projects, cycles = loaders.rows(Project).order_by("id"), loaders.rows(Cycle)

    async def read() -> list[Item]:
        found = await projects
        if fiscal_year is None:
            wanted = cycles.filter(id__in=[p.current_cycle_id for p in found])
        else:
            wanted = cycles.filter(fiscal_year=fiscal_year)
        by_project = {c.project_id: c for c in (await wanted if found else ())}
        items = [(p, by_project[p.id]) for p in found if p.id in by_project]
        loaders.prime([row for item in items for row in item])
        return items

    return await loaders.once(("projects", fiscal_year), read)


def test_of(where: ProjectWhere, facts: Facts) -> Test:
    """Return what tells whether a project is wanted."""
    tests = [*_on_project(where), *_on_owner(where, facts), *_on_cycle(where, facts)]
    tests += [test_of(inner, facts) for inner in where.all_of or ()]
    if where.policy is not None:
        policies, of_category = _uuids(where.policy, Policy), facts.policies
        tests.append(lambda item: of_category.get(item[0].category_id) in policies)
    if (can_act := where.actionable_by_viewer) is not None:
        tests.append(lambda item: (item[0].id in facts.actionable) is can_act)
    if where.any_of is not None:
        some = [test_of(inner, facts) for inner in where.any_of]
        tests.append(lambda item: any(test(item) for test in some))
    if where.none_of is not None:
        none = test_of(where.none_of, facts)
        tests.append(lambda item: not none(item))
    return lambda item: all(test(item) for test in tests)


def _on_project(where: ProjectWhere) -> Iterator[Test]:
    if words := words_of(where.search):
        yield lambda item: all(word in item[0].search_text for word in words)
    if (code := where.code) is not None:
        codes = frozenset(code)
        yield lambda item: item[0].code in codes
    if (status := where.status) is not None:
        yield lambda item: item[0].status in status
    if where.category is not None:
        categories = _uuids(where.category, Category)
        yield lambda item: item[0].category_id in categories


def _on_owner(where: ProjectWhere, facts: Facts) -> Iterator[Test]:
    owner_of = facts.owners.get  # one that begins later has none yet
    if where.department is not None:
        departments = _uuids(where.department, Department)
        yield lambda item: getattr(owner_of(item[0].id), "department_id", None) in departments
    if where.group is not None:
        groups = _uuids(where.group, Group)
        yield lambda item: getattr(owner_of(item[0].id), "group_id", None) in groups


def _on_cycle(where: ProjectWhere, facts: Facts) -> Iterator[Test]:
    if (stage := where.stage) is not None:
        yield lambda item: item[1].stage in stage
    if where.in_stage_longer_than_days is not None:
        days = min(max(where.in_stage_longer_than_days, 0), 36_500)
        moment = facts.now - dt.timedelta(days=days)
        yield lambda item: item[1].entered_stage_at < moment
    if (overdue := where.overdue) is not None:
        yield lambda item: _is_overdue(item, facts.today) is overdue


def _is_overdue(item: Item, today: dt.date) -> bool:
    project, cycle = item
    return project.status is ProjectStatus.ACTIVE and is_past_due(cycle.due_on, today)


def _uuids(ids: list[strawberry.ID], model: type[Row]) -> AbstractSet[UUID]:
    return frozenset(uuid_of(public, model) for public in ids)
