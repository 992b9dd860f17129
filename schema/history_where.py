"""What entries can be filtered by: one condition, asked of the database or of a single entry."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import strawberry
from tortoise.expressions import Q

from schema.costs import CONDITION, SCAN, WORD
from schema.errors import ClientError
from schema.ids import is_code, uuid_of
from schema.loaders import Loaders
from schema.nodes import plain
from schema.pages import check_count
from schema.project_where import MOST_WORDS_OF_A_SEARCH, words_of
from workflows import records, shown
from workflows.cases import owned_on
from workflows.readings import Reading
from workflows.records import Authority, Event, EventKind, Ownership
from workflows.sight import Sight
from workflows.stages import SheetPart, Stage, Trigger

_AT_DOOR: Final = [kind for kind in EventKind if Event(kind=kind).authority is Authority.DOOR]
_NOBODY: Final = Q(actor_id__isnull=True, on_behalf_of_id__isnull=True)
_BY_AUTHORITY: Final = {
    Authority.ON_BEHALF: Q(on_behalf_of_id__isnull=False),
    Authority.OWN: Q(on_behalf_of_id__isnull=True, actor_id__isnull=False),
    Authority.DOOR: Q(_NOBODY, kind__in=_AT_DOOR),
    Authority.CONSOLE: Q(_NOBODY, kind__in=[k for k in EventKind if k not in _AT_DOOR]),
}
"""As `Event.authority` has it."""
_GRADED: Final = [stage for stage in Stage if shown.settled(SheetPart.EVALUATION, stage)]


@strawberry.input(description="Which entries are wanted; all conditions hold together.")
class HistoryWhere:
    """Conditions on entries."""

    kind: list[EventKind] | None = plain("Any of these kinds.")
    project: strawberry.ID | None = plain("About this project.")
    cycle: strawberry.ID | None = plain("About this cycle.")
    actor: strawberry.ID | None = plain("Done by this person, where the viewer may see who did it.")
    on_behalf_of: strawberry.ID | None = plain(
        "Done by others for this person (代決), where the viewer may see names."
    )
    person: strawberry.ID | None = plain(
        "Done by this person or for them, where the viewer may see names; or naming them anywhere, "
        "in entries that the viewer sees whole (that have a `body`)."
    )
    authority: list[Authority] | None = plain("By any of these rights.")
    department: strawberry.ID | None = plain("About projects that this department owned then.")
    department_now: strawberry.ID | None = plain(
        "About projects that this department owns today, also while others owned them."
    )
    actor_department: strawberry.ID | None = plain("Done in a role held in this department.")
    trigger: list[Trigger] | None = plain("Any of these triggers.")
    source: list[Stage] | None = plain("Moves from any of these stages.", name="from")
    to: list[Stage] | None = plain("Moves to any of these stages.")
    grade: list[str] | None = plain(
        "Moves while any of these grades stood on the sheet; where the viewer sees the sheet of the "
        "entry, else only moves by which the grade was published, or after."
    )
    text: str | None = plain(
        "Up to 10 words that all stand in the names and texts of the entry; 200 characters. Only in "
        "entries that the viewer sees whole (that have a `body`). Width, case, kana and blanks make "
        "no difference: ﾃﾞｼﾞﾀﾙ finds デジタル. % and _ are just characters."
    )
    sequence_from: int | None = plain("This entry and later ones.")
    sequence_before: int | None = plain("Entries before this one.")
    recorded_from: dt.datetime | None = plain("Recorded then or later.")
    recorded_before: dt.datetime | None = plain("Recorded before then.")


def cost_of(where: HistoryWhere | None) -> int:
    """Return what a filter costs beside what is read for any page.

    Raises:
        ClientError: BAD_SEARCH.
    """
    if where is None:
        return 0
    given = sum(value is not None for value in vars(where).values())
    scans = sum(value is not None for value in (where.text, where.person))
    return given * CONDITION + scans * SCAN + len(_words(where)) * WORD


def _words(where: HistoryWhere) -> list[str]:
    words = words_of(where.text)
    if len(words) > MOST_WORDS_OF_A_SEARCH:
        raise ClientError("BAD_SEARCH", f"検索の語は{MOST_WORDS_OF_A_SEARCH}までです"
                          f"({len(words)}語あります)。 / Search for at most "
                          f"{MOST_WORDS_OF_A_SEARCH} words; there are {len(words)}.")  # fmt: skip
    return words


async def condition(loaders: Loaders, where: HistoryWhere | None) -> Q:
    """Return the condition that a filter asks for.

    By what the viewer may not see of an entry, the entry is not found.

    Raises:
        ClientError: BAD_SEARCH or TOO_MANY.
    """
    if where is None:
        return Q()
    sight = await loaders.sight_of(Event)
    asked = [
        await _between(loaders, where),
        on_columns(where),
        *_on_people(where, sight),
        *_on_contents(where, sight),
    ]
    if where.authority is not None:
        asked.append(_any(_BY_AUTHORITY[one] for one in dict.fromkeys(where.authority)))
    if where.department_now is not None:
        asked.append(await _owned_today(loaders, where.department_now))
    return _all(*asked)


def _on_people(where: HistoryWhere, sight: Sight) -> Iterator[Q]:
    if where.actor is not None or where.on_behalf_of is not None:
        yield sight.names
    if where.person is not None:
        person_id = uuid_of(where.person, records.Person)
        does = Q(actor_id=person_id) | Q(on_behalf_of_id=person_id)
        named = Q(body__contains=f'"{person_id}"')
        yield Q(_all(does, sight.names), _all(named, shown.whole(sight)), join_type=Q.OR)


def _on_contents(where: HistoryWhere, sight: Sight) -> Iterator[Q]:
    if where.grade is not None:
        check_count(len(where.grade))
        yield Q(grade__in=[code for code in dict.fromkeys(where.grade) if is_code(code)])
        if _restricts(edits := sight.entries_with(Reading.EDITS)):
            yield Q(edits, Q(target__in=_GRADED), join_type=Q.OR)
    if words := _words(where):
        yield _all(shown.whole(sight), *(Q(search_text__contains=word) for word in words))


def on_columns(where: HistoryWhere) -> Q:
    """Return the condition on what anybody may see of an entry that is there for them."""
    ids = {
        "project_id": (where.project, records.Project),
        "cycle_id": (where.cycle, records.Cycle),
        "actor_id": (where.actor, records.Person),
        "on_behalf_of_id": (where.on_behalf_of, records.Person),
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
        "source__in": _each_once(where.source),
        "target__in": _each_once(where.to),
        "sequence__gte": where.sequence_from,
        "sequence__lt": where.sequence_before,
    }
    return Q(**{name: value for name, value in values.items() if value is not None})


async def _between(loaders: Loaders, where: HistoryWhere) -> Q:
    """Return the condition on times, by sequence: these are in one order, and entries are too."""
    bounds = {"sequence__gte": where.recorded_from, "sequence__lt": where.recorded_before}
    values: dict[str, Any] = {
        name: await loaders.first_since(moment)
        for name, moment in bounds.items()
        if moment is not None
    }
    return Q(**values)


async def _owned_today(loaders: Loaders, public: str) -> Q:
    department_id = uuid_of(public, records.Department)
    owned = loaders.rows(Ownership).filter(owned_on(loaders.today), department_id=department_id)
    found = await loaders.once(("owned by", department_id), lambda: owned)
    return Q(project_id__in=sorted({one.project_id for one in found}))


def _each_once(values: list[Any] | None) -> list[Any] | None:
    return None if values is None else list(dict.fromkeys(values))


def _restricts(asked: Q) -> bool:
    return bool(asked.filters or asked.children)


def _all(*conditions: Q) -> Q:
    """Return the condition that all of some hold; empty ones keep everything."""
    return Q(*filter(_restricts, conditions))


def _any(conditions: Iterable[Q]) -> Q:
    some = list(conditions)
    return Q(*some, join_type=Q.OR) if some else Q(id__isnull=True)


def holds(event: Event, asked: Q) -> bool:
    """Return whether a condition holds of an entry, as the database would find."""
    answers = [_compares(event, name, value) for name, value in asked.filters.items()]
    answers += [holds(event, child) for child in asked.children]
    return all(answers) if asked.join_type == Q.AND else any(answers)


def _compares(event: Event, name: str, wanted: Any) -> bool:  # noqa: ANN401 - any column's value
    column, _, operator = name.partition("__")
    value = getattr(event, column)
    if operator == "isnull":
        return (value is None) is wanted
    return value is not None and _OPERATORS[operator](value, wanted)


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "": lambda value, wanted: bool(value == wanted),
    "in": lambda value, wanted: value in wanted,
    "gte": lambda value, wanted: bool(value >= wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "contains": lambda value, wanted: wanted in value,
}
