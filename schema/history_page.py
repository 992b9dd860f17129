"""Pages of the record, and what they can be filtered by."""

import datetime as dt
from collections.abc import Sequence
from itertools import chain
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry
from tortoise.expressions import Q

from schema.context import Info
from schema.history import HistoryEntry
from schema.ids import uuid_of
from schema.nodes import plain
from schema.pages import Key, Page, PageInfo, bad_cursor, encode, page, page_info
from workflows import records
from workflows.records import Event, EventHead, EventKind
from workflows.stages import Stage, Trigger

_LAST_SEQUENCE: Final = 2**63 - 1


@strawberry.input(description="Which entries are wanted; all conditions hold together.")
class HistoryWhere:
    """Conditions on entries."""

    kind: list[EventKind] | None = plain("Any of these kinds.")
    project: strawberry.ID | None = plain("About this project.")
    cycle: strawberry.ID | None = plain("About this cycle.")
    actor: strawberry.ID | None = plain("Done by this person.")
    department: strawberry.ID | None = plain("About projects that this department owned then.")
    actor_department: strawberry.ID | None = plain("Done in a role held in this department.")
    trigger: list[Trigger] | None = plain("Any of these triggers.")
    to: list[Stage] | None = plain("Moves to any of these stages.")
    recorded_from: dt.datetime | None = plain("Recorded then or later.")
    recorded_before: dt.datetime | None = plain("Recorded before then.")


@strawberry.type(description="An entry and its cursor.")
class HistoryEdge:
    """One item of a page."""

    cursor: str = plain("Where this item stands.")
    node: HistoryEntry = plain("The entry.")


async def _total(parent: strawberry.Parent["HistoryConnection"], info: Info) -> int:
    if parent.total is not None:
        return parent.total
    loaders = info.context.loaders
    if parent.condition.filters:
        found = Event.of(loaders.municipality_id).filter(parent.condition)
        return await loaders.once(object(), found.count)
    head = await loaders.once("head", EventHead.of(loaders.municipality_id).get)
    return int(head.size)


@strawberry.type(description="A page of the record.")
class HistoryConnection:
    """Relay's connection over entries."""

    edges: list[HistoryEdge] = plain("The items with their cursors.")
    nodes: list[HistoryEntry] = plain("The items.")
    page_info: PageInfo = plain("Where the page stands.")
    condition: strawberry.Private[Q]
    total: strawberry.Private[int | None]
    """Where it was read along with the page."""
    total_count: int = strawberry.field(
        resolver=_total, description="How many entries there are in all pages."
    )


def condition(where: HistoryWhere | None) -> Q:
    """Return the condition that a filter asks for."""
    if where is None:
        return Q()
    ids = {
        "project_id": (where.project, records.Project),
        "cycle_id": (where.cycle, records.Cycle),
        "actor_id": (where.actor, records.Person),
        "owner_id": (where.department, records.Department),
        "actor_department_id": (where.actor_department, records.Department),
    }
    values: dict[str, Any] = {
        column: uuid_of(public, model)
        for column, (public, model) in ids.items()
        if public is not None
    }
    values |= {
        "kind__in": _each_once(where.kind),
        "trigger__in": _each_once(where.trigger),
        "target__in": _each_once(where.to),
        "recorded_at__gte": where.recorded_from,
        "recorded_at__lt": where.recorded_before,
    }
    return Q(**{name: value for name, value in values.items() if value is not None})


def _each_once(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else list(dict.fromkeys(values))


def matches(event: Event, where: HistoryWhere | None) -> bool:
    """Return whether an entry is wanted, as `condition` would."""
    checks = condition(where).filters
    return all(_holds(event, name, value) for name, value in checks.items())


def _holds(event: Event, name: str, wanted: Any) -> bool:  # noqa: ANN401 - any column's value
    column, _, operator = name.partition("__")
    value = getattr(event, column)
    match operator:
        case "in":
            return value in wanted
        case "gte":
            return bool(value >= wanted)
        case "lt":
            return bool(value < wanted)
        case _:
            return bool(value == wanted)


async def read_page(info: Info, asked: Q, wanted: Page, *, newest_first: bool) -> HistoryConnection:
    """Return one page of the entries that a condition allows."""
    descending = newest_first != wanted.backwards
    loaders = info.context.loaders
    events = Event.of(loaders.municipality_id).filter(asked)
    if wanted.key is not None:
        bound = "sequence__lt" if descending else "sequence__gt"
        events = events.filter(**{bound: _sequence(wanted.key)})
    ordered = events.order_by("-sequence" if descending else "sequence").limit(wanted.size + 1)
    rows = await loaders.once(object(), lambda: ordered)
    return connection(rows, wanted, asked, newest_first=newest_first)


def _sequence(key: Key) -> int:
    match key:
        case (bool(),):
            raise bad_cursor()
        case (int(sequence),) if 0 < sequence <= _LAST_SEQUENCE:
            return sequence
    raise bad_cursor()


def _list_name(*, newest_first: bool) -> str:
    return "history-" if newest_first else "history+"


def connection(
    found: Sequence[Event], wanted: Page, asked: Q, total: int | None = None, *, newest_first: bool
) -> HistoryConnection:
    """Return what was found, one entry more than wanted where there is more, as a page."""
    name = _list_name(newest_first=newest_first)
    more, rows = len(found) > wanted.size, list(found[: wanted.size])
    if wanted.backwards:
        rows.reverse()
    cursors = [encode(name, (row.sequence,)) for row in rows]
    return HistoryConnection(
        edges=[HistoryEdge(cursor=c, node=r) for c, r in zip(cursors, rows, strict=True)],  # type: ignore[arg-type] # a record is what a type shows
        nodes=rows,  # type: ignore[arg-type] # a record is what a type shows
        page_info=page_info(cursors, wanted, more=more),
        condition=asked,
        total=total,
    )


FIRST = Annotated[
    int | None, strawberry.argument(description="At most so many from the start, 1–100; 50.")
]
AFTER = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
LAST = Annotated[int | None, strawberry.argument(description="At most so many from the end.")]
BEFORE = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]
WHERE = Annotated[HistoryWhere | None, strawberry.argument(description="Which entries.")]


async def history(
    info: Info,
    where: WHERE = None,
    newest_first: Annotated[
        bool, strawberry.argument(description="Whether the latest entry comes first.")
    ] = True,
    first: FIRST = None,
    after: AFTER = None,
    last: LAST = None,
    before: BEFORE = None,
) -> HistoryConnection:
    """Return a page of the whole record."""
    wanted = page(_list_name(newest_first=newest_first), first, after, last, before)
    return await read_page(info, condition(where), wanted, newest_first=newest_first)


async def history_of_project(
    parent: strawberry.Parent[records.Project],
    info: Info,
    where: WHERE = None,
    first: FIRST = None,
    after: AFTER = None,
) -> HistoryConnection:
    """Return a page of what the record tells of a project, latest first.

    The same page of many projects is read at once: first which entries there are, then those of
    the pages. A project has tens of them, at most some hundreds.
    """
    wanted = page(_list_name(newest_first=True), first, after, None, None)
    bound = None if wanted.key is None else _sequence(wanted.key)
    asked, loaders = condition(where), info.context.loaders

    async def read(projects: list[UUID]) -> dict[UUID, tuple[list[Event], int]]:
        events = Event.of(loaders.municipality_id)
        told = events.filter(asked, project_id__in=projects).order_by("-sequence")
        of_project: dict[UUID, list[int]] = {project: [] for project in projects}
        for project, sequence in await told.values_list("project_id", "sequence"):
            of_project[project].append(sequence)
        pages = {
            project: [s for s in sequences if bound is None or s < bound][: wanted.size + 1]
            for project, sequences in of_project.items()
        }
        rows = await events.filter(sequence__in=list(chain.from_iterable(pages.values())))
        by_sequence = {row.sequence: row for row in rows}
        return {
            project: ([by_sequence[s] for s in sequences], len(of_project[project]))
            for project, sequences in pages.items()
        }

    name = ("history", repr(asked.filters), wanted.size, bound)
    found, total = await loaders.load(name, parent.id, read, None)
    return connection(found, wanted, asked, total, newest_first=True)
