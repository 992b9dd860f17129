"""What projects can be filtered by: composable, also by what stands in other tables."""

import datetime as dt
from typing import Any, Final

import strawberry
from tortoise.expressions import Q, Subquery

from schema.context import Info
from schema.cycles import offers
from schema.errors import ClientError
from schema.ids import is_code, uuid_of
from schema.nodes import plain
from schema.pages import check_count
from workflows import records
from workflows.cases import owned_on
from workflows.folding import fold
from workflows.refusals import Refuse
from workflows.stages import ProjectStatus, Stage
from workflows.values import text

_ALL: Final = Q(id__isnull=False)
"""Holds of every project: an empty Q would vanish, also from under a NOT or in an OR."""


@strawberry.input(
    description="Conditions on projects. Those given together must all hold; at most 100, and at "
    "most 100 values in each."
)
class ProjectWhere:
    """Composable: and, or and not nest."""

    all_of: list["ProjectWhere"] | None = plain("All of these hold.", name="and")
    any_of: list["ProjectWhere"] | None = plain(
        "At least one of these holds; of none, none does.", name="or"
    )
    none_of: "ProjectWhere | None" = plain("This does not hold.", name="not")
    search: str | None = plain(
        "Words that all stand in code, title, content or effects; up to 200 characters. Width, "
        "case and kana make no difference: ﾃﾞｼﾞﾀﾙ finds デジタル. % and _ are just characters."
    )
    code: list[str] | None = plain("Any of these codes.")
    status: list[ProjectStatus] | None = plain("Any of these statuses.")
    policy: list[strawberry.ID] | None = plain("Under any of these policies.")
    category: list[strawberry.ID] | None = plain("Under any of these categories.")
    department: list[strawberry.ID] | None = plain("Owned by any of these departments today.")
    group: list[strawberry.ID] | None = plain("Owned by any of these groups today.")
    stage: list[Stage] | None = plain("The cycle is at any of these stages.")
    overdue: bool | None = plain("Whether the cycle's due day is past, and the project is active.")
    in_stage_longer_than_days: int | None = plain("The cycle came to its stage longer ago.")
    actionable_by_viewer: bool | None = plain(
        "Whether this viewer can fire some move of the cycle now."
    )


class Conditions:
    """Turns a filter into a condition of the database, for one operation."""

    def __init__(self, info: Info, fiscal_year: int | None) -> None:
        self.info, self.fiscal_year = info, fiscal_year
        self.municipality_id = info.context.municipality_id
        self.today: dt.date = info.context.today
        self._seen = 0

    async def of(self, where: ProjectWhere) -> Q:
        """Return the condition that a filter asks for.

        Raises:
            ClientError: TOO_MANY or BAD_SEARCH.
        """
        self._check_size(where)
        asked = Q(_ALL, *self._on_project(where), *self._on_owner(where), *self._on_cycle(where))
        if where.actionable_by_viewer is not None:
            ids = Q(id__in=await self._actionable())
            asked &= ids if where.actionable_by_viewer else ~ids
        for inner in where.all_of or ():
            asked &= await self.of(inner)
        if where.any_of is not None:
            some = [await self.of(inner) for inner in where.any_of]
            asked &= Q(~_ALL, *some, join_type=Q.OR)
        if where.none_of is not None:
            asked &= ~(await self.of(where.none_of))
        return asked

    def _check_size(self, where: ProjectWhere) -> None:
        """Refuse what no database would take: a tree of conditions, or a list, without end."""
        self._seen += 1
        check_count(self._seen)
        lists = [value for value in vars(where).values() if isinstance(value, list)]
        check_count(max(map(len, lists), default=0))

    def _on_project(self, where: ProjectWhere) -> list[Q]:
        conditions = [Q(search_text__contains=word) for word in _words(where.search)]
        if where.code is not None:
            conditions.append(Q(code__in=[code for code in where.code if is_code(code)]))
        if where.status is not None:
            conditions.append(Q(status__in=where.status))
        if where.category is not None:
            conditions.append(Q(category_id__in=_uuids(where.category, records.Category)))
        if where.policy is not None:
            ids = _uuids(where.policy, records.Policy)
            conditions.append(Q(category__policy_id__in=ids))
        return conditions

    def _on_owner(self, where: ProjectWhere) -> list[Q]:
        wanted: dict[str, Any] = {}
        if where.department is not None:
            wanted["department_id__in"] = _uuids(where.department, records.Department)
        if where.group is not None:
            wanted["group_id__in"] = _uuids(where.group, records.Group)
        if not wanted:
            return []
        owned = records.Ownership.of(self.municipality_id).filter(owned_on(self.today), **wanted)
        return [Q(id__in=Subquery(owned.values("project_id")))]

    def _on_cycle(self, where: ProjectWhere) -> list[Q]:
        conditions = []
        if where.stage is not None:
            conditions.append(Q(stage__in=where.stage))
        if where.in_stage_longer_than_days is not None:
            days = min(max(where.in_stage_longer_than_days, 0), 36_500)
            moment = self.info.context.now - dt.timedelta(days=days)
            conditions.append(Q(entered_stage_at__lt=moment))
        asked = [self.cycle_condition(Q(*conditions))] if conditions else []
        if where.overdue is not None:
            late = self.cycle_condition(Q(due_on__lt=self.today)) & Q(status=ProjectStatus.ACTIVE)
            asked.append(late if where.overdue else ~late)
        return asked

    def cycle_condition(self, condition: Q) -> Q:
        """Return the condition that the cycle looked at fulfils another one."""
        cycles = records.Cycle.of(self.municipality_id).filter(condition)
        if self.fiscal_year is None:
            return Q(current_cycle_id__in=Subquery(cycles.values("id")))
        in_year = cycles.filter(fiscal_year=self.fiscal_year)
        return Q(id__in=Subquery(in_year.values("project_id")))

    async def _actionable(self) -> list[Any]:
        """Return the projects with a move that the viewer can fire."""
        if self.info.context.person_id is None:
            return []
        cycles = records.Cycle.of(self.municipality_id)
        if self.fiscal_year is None:
            current = records.Project.of(self.municipality_id).values("current_cycle_id")
            cycles = cycles.filter(id__in=Subquery(current))
        else:
            cycles = cycles.filter(fiscal_year=self.fiscal_year)
        rows = await cycles
        await self.info.context.loaders.cases([c.id for c in rows])
        return [c.project_id for c in rows if any(o.allowed for o in await offers(self.info, c))]


def _words(search: str | None) -> list[str]:
    try:
        clean = text("search", search or "", limit=200)
    except Refuse as refused:
        reason: Any = refused.refusal
        raise ClientError("BAD_SEARCH", f"{reason.message_ja} / {reason.message_en}") from None
    return [fold(word) for word in clean.split()]


def _uuids(ids: list[strawberry.ID], model: type[records.Row]) -> list[Any]:
    return [uuid_of(public, model) for public in ids]
