"""What a sight leaves of a row: copies without what it does not cover.

A draft that may not be seen looks as if nothing had been written yet.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import Q

from workflows.readings import ENTRIES, READINGS, Reading
from workflows.records import Event, EventKind, Indicator, PlanRevision, Sheet
from workflows.sight import Sight
from workflows.stages import SHEET_FIELDS, SheetPart, Stage

RAW: Final[dict[Reading, Reading]] = {
    Reading.PUBLISHED: Reading.RAW_WORK,
    Reading.COOPERATION: Reading.RAW_WORK,
    Reading.EDITS: Reading.RAW_WORK,
    Reading.EVIDENCE: Reading.RAW_WORK,
    Reading.FINDINGS: Reading.RAW_WORK,
    Reading.DISCUSSION: Reading.RAW_WORK,
    Reading.COPIES: Reading.RAW_PEOPLE,
    Reading.REFUSALS: Reading.RAW_REFUSALS,
    Reading.PERSONNEL: Reading.RAW_PEOPLE,
    Reading.ACCOUNTS: Reading.RAW_PEOPLE,
}
"""What it takes to see an entry whole, by what it takes to see that there is one."""
CHANGES: Final[dict[EventKind, Reading]] = {
    **dict.fromkeys(EventKind, Reading.COMMENTS),
    EventKind.TRANSITION: Reading.EDITS,
    EventKind.SHEET_EDITED: Reading.EDITS,
    EventKind.CORRECTED: Reading.EDITS,
}
"""What it takes to see which columns an entry changed."""
DETAILS: Final[dict[str, Reading]] = {
    **dict.fromkeys(
        (
            *("workflow", "fiscalYear", "secondsInFrom", "opened", "byClose", "direction"),
            *("trigger", "title", "code", "sha256", "number", "added", "changed", "withdrawn"),
            *("effectiveOn", "fromDepartment", "fromGroup", "toDepartment", "toGroup", "key"),
        ),
        Reading.PUBLISHED,
    ),
    "approvalNumber": Reading.COMMENTS,
    "report": Reading.COMMENTS,
    "sheet": Reading.EDITS,
}
"""What it takes to see a detail of an entry that anybody sees; one that is not here stays hidden."""
_WHOLE_ONLY: Final = frozenset({"given"})
"""Details of other entries that are seen only by whoever sees the whole entry."""
_RESULTS: Final = ("actual", "result", "reason_not_measured")
"""What the results' part says of an indicator; the plan's says the rest."""
_LABELS: Final = {SheetPart.EVALUATION: ("grade_label_ja", "grade_label_en")}


def entry(sight: Sight, event: Event) -> Event:
    """Return an entry that may be seen, with what of it may be."""
    what = ENTRIES[event.kind]
    if sight.sees_of(event, RAW[what]):
        return event
    told: Any = copy(event)
    told.idempotency_key = told.request_sha256 = told.body = told.openings = None
    told.search_text = None
    told.authority = event.authority  # follows from the names, and is no name
    if not sight.sees_of(event, Reading.NAMES):
        told.actor_id = told.on_behalf_of_id = None
    document = event.document
    details, changes = document["details"].items(), CHANGES[event.kind]
    told.document = {
        "reason": document["reason"] if sight.sees_of(event, Reading.COMMENTS) else "",
        "details": {k: v for k, v in details if _sees_detail(sight, event, what, k)},
        "changes": document["changes"] if sight.sees_of(event, changes) else [],
    }
    shown: Event = told
    return shown


def whole(sight: Sight) -> Q:
    """Return the condition that an entry that may be seen is seen whole; empty where all are."""
    kinds: dict[Reading, list[EventKind]] = {}
    for kind, what in ENTRIES.items():
        kinds.setdefault(RAW[what], []).append(kind)
    everywhere = [kind for what, some in kinds.items() if sight.sees(what) for kind in some]
    if len(everywhere) == len(ENTRIES):
        return Q()
    some = [Q(kind__in=everywhere)] if everywhere else []
    for what, of_kind in kinds.items():
        if not sight.sees(what) and (READINGS[what].own or sight.departments(what)):
            some.append(Q(sight.entries_with(what), kind__in=of_kind))
    # Told at once, where it is none: a search need not read what nobody may find.
    return Q(*some, join_type=Q.OR) if some else Q(id__isnull=True)


def entries(sight: Sight, events: Iterable[Event]) -> list[Event]:
    """Return those of the entries that may be seen, with what of them may be."""
    return [entry(sight, event) for event in events if sight.sees_entry(event)]


def _sees_detail(sight: Sight, event: Event, what: Reading, name: str) -> bool:
    if what is not Reading.PUBLISHED:
        return name not in _WHOLE_ONLY
    needed = DETAILS.get(name)
    return needed is not None and sight.sees_of(event, needed)


def settled(part: SheetPart, stage: Stage) -> bool:
    """Return whether a stage has left a part of the sheet behind: it is no draft any more."""
    return list(Stage).index(stage) > list(SheetPart).index(part)


def sees_part(sight: Sight, part: SheetPart, stage: Stage, owner_id: UUID | None) -> bool:
    """Return whether a part of a sheet may be seen, of a cycle at a stage."""
    what = Reading.PUBLISHED if settled(part, stage) else Reading.DRAFT
    return sight.sees(what, owner_id)


def sheet(sight: Sight, row: Sheet, stage: Stage, owner_id: UUID | None) -> Sheet:
    """Return a sheet without the parts that are drafts, where those may not be seen."""
    hidden = [part for part in SheetPart if not sees_part(sight, part, stage, owner_id)]
    if not hidden:
        return row
    told = copy(row)
    columns = row._meta.fields_map  # noqa: SLF001 - Tortoise's documented way
    for part in hidden:
        for name in (*SHEET_FIELDS[part], *_LABELS.get(part, ())):
            setattr(told, name, columns[name].default)
    return told


def indicator(
    sight: Sight, row: Indicator, stage: Stage, owner_id: UUID | None
) -> Indicator | None:
    """Return an indicator without its results, or None, where those are drafts that are hidden.

    One that was taken off the sheet stands in the drafts of whoever sees these.
    """
    if row.withdrawn and not sight.sees(Reading.DRAFT, owner_id):
        return None
    if not sees_part(sight, SheetPart.PLAN, stage, owner_id):
        return None
    if sees_part(sight, SheetPart.RESULTS, stage, owner_id):
        return row
    told = copy(row)
    columns = row._meta.fields_map  # noqa: SLF001 - Tortoise's documented way
    for name in _RESULTS:
        setattr(told, name, columns[name].default)
    return told


def revision(sight: Sight, row: PlanRevision) -> PlanRevision:
    """Return a revision of the plan, without its reason where that may not be seen."""
    if sight.sees(Reading.COMMENTS):
        return row
    told: Any = copy(row)
    told.reason = None
    without: PlanRevision = told
    return without
