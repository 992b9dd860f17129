"""Entries of the record while they are being written, and the form they are kept in."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
import rfc8785

from workflows.authority import Capacity
from workflows.changes import Change, Json, instant, row_as_json, to_json
from workflows.folding import fold
from workflows.merkle import leaf_hash
from workflows.records import Event, EventKind, Row
from workflows.refusals import Refusal
from workflows.sealing import Sealer, words
from workflows.stages import Stage, Trigger

FORMAT: int = 2
"""Version of an entry's body. Since 2, names and free text are sealed (`workflows.sealing`)."""
_LONGEST: Final = 1_000
_MOST: Final = 100
_ROOM: Final = 4_096
"""Bytes that the entry of a refused attempt has for what was given and why it was refused."""
_MAX_INTEGER: Final = 2**53 - 1
"""RFC 8785 has no larger ones."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """An entry that is being written: what happened, and which rows it changes."""

    kind: EventKind
    sequence: int
    capacity: Capacity | None = None
    """In which the person acts; none at the console and where nothing allows the act."""
    project_id: UUID | None = None
    cycle_id: UUID | None = None
    owner_id: UUID | None = None
    trigger: Trigger | None = None
    source: Stage | None = None
    target: Stage | None = None
    revision: int | None = None
    refers_to: int | None = None
    reason: str = ""
    details: dict[str, Json] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def update(self, row: Row, **values: object) -> None:
        """Change columns of a row, here and in the record; what stays the same is left out."""
        new = {k: v for k, v in values.items() if to_json(getattr(row, k)) != to_json(v)}
        if not new:
            return
        before = {name: to_json(getattr(row, name)) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        after = {name: to_json(value) for name, value in new.items()}
        self.changes.append(Change(_table(row), row.id, after, before))

    def insert(self, row: Row) -> None:
        """Add a row that is not in its table yet."""
        self.changes.append(Change(_table(row), row.id, row_as_json(row)))


def _table(row: Row) -> str:
    return str(row._meta.db_table)  # noqa: SLF001 - Tortoise's documented way to the table


def refusal_details(act: str, given: Mapping[str, Json], refusal: Refusal) -> dict[str, Json]:
    """Return what the entry of a refused attempt tells of it.

    What was given may be anything, and is kept so far as the record can hold it: text is cut after
    1,000 characters, lists after 100 items, and both shorter until there is room for all.
    """
    why = _kept(_refusal_as_json(refusal), _LONGEST, _MOST)
    room = _ROOM - len(rfc8785.dumps(why))
    return {"act": act, "given": _fitting(given, room), "refusal": why}


def _fitting(given: Mapping[str, Json], room: int) -> Json:
    """Return what is kept of the input in so many bytes; nothing where not even its names fit."""
    longest, most = _LONGEST, _MOST
    kept = _kept({str(key): value for key, value in given.items()}, longest, most)
    while len(rfc8785.dumps(kept)) > room:
        if not (longest or most):
            return {}
        longest, most = longest // 2, most // 2
        kept = _kept(kept, longest, most)
    return kept


def _kept(value: Json, longest: int, most: int) -> Json:
    match value:
        case str():
            return value[:longest].encode(errors="replace").decode()
        case int() if abs(value) > _MAX_INTEGER:
            return str(value)[:longest]
        case list():
            return [_kept(item, longest, most) for item in value[:most]]
        case dict():
            return {key: _kept(item, longest, most) for key, item in value.items()}
        case _:
            return value


def _refusal_as_json(refusal: Refusal) -> dict[str, Json]:
    """Return a refusal as the record spells it, with its type's name."""

    def plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
        return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in items}

    fields = dataclasses.asdict(refusal, dict_factory=plain)
    return {"type": type(refusal).__name__} | {k: to_json(v) for k, v in fields.items()}


def event_of(
    draft: Draft,
    *,
    municipality_id: UUID,
    recorded_at: dt.datetime,
    effective_at: dt.datetime | None,
    actor_id: UUID | None,
    on_behalf_of_id: UUID | None = None,
) -> Event:
    """Return the event that keeps a draft, its body written as RFC 8785 asks, sealed and hashed."""
    event = Event(
        id=uuid4(),
        municipality_id=municipality_id,
        sequence=draft.sequence,
        kind=draft.kind,
        recorded_at=recorded_at,
        effective_at=effective_at,
        actor_id=actor_id,
        on_behalf_of_id=on_behalf_of_id,
        actor_role=draft.capacity.role if draft.capacity else None,
        actor_department_id=draft.capacity.department_id if draft.capacity else None,
        project_id=draft.project_id,
        cycle_id=draft.cycle_id,
        owner_id=draft.owner_id,
        trigger=draft.trigger,
        source=draft.source,
        target=draft.target,
        revision=draft.revision,
        refers_to=draft.refers_to,
        body="",
    )
    _write(event, draft)
    return event


def _write(event: Event, draft: Draft) -> None:
    """Write an entry's body, sealed and hashed, and the columns that follow from what it says."""
    sealer = Sealer()
    told = {
        "reason": sealer.value("reason", draft.reason),
        "details": sealer.members(draft.details),
        "changes": [_sealed(sealer, change) for change in draft.changes],
    }
    columns = columns_as_json(event)
    columns["actor"] = sealer.members(columns["actor"])
    body = rfc8785.dumps(columns | told)
    event.body, event.leaf_hash = body.decode(), leaf_hash(body).hex()
    event.openings = orjson.dumps(sealer.openings).decode()
    event.search_text = search_text(sealer.openings)
    event.grade = grade_of(event.kind, draft.details)


def _sealed(sealer: Sealer, change: Change) -> dict[str, Json]:
    body = change.as_json() | {"after": sealer.members(change.after)}
    return body if change.before is None else body | {"before": sealer.members(change.before)}


def search_text(openings: Iterable[str]) -> str:
    """Return what an entry is found by: its names and texts, folded as `workflows.folding` does."""
    # What was refused may hold NUL, which PostgreSQL's text cannot.
    return fold("\n".join(words(openings))).replace("\0", "")


def grade_of(kind: EventKind, details: Mapping[str, Any]) -> str | None:
    """Return the grade that stood on the sheet when a cycle moved."""
    sheet = details.get("sheet") if kind is EventKind.TRANSITION else None
    return sheet["grade"] if sheet else None


def columns_as_json(event: Event) -> dict[str, Any]:
    """Return what an entry's columns say, as its body spells it."""
    behalf = {"onBehalfOf": str(event.on_behalf_of_id)} if event.on_behalf_of_id else {}
    return {
        "format": FORMAT,
        "id": str(event.id),
        "municipality": str(event.municipality_id),
        "sequence": event.sequence,
        "kind": str(event.kind),
        "recordedAt": instant(event.recorded_at),
        "effectiveAt": instant(event.effective_at) if event.effective_at else None,
        "actor": {
            "person": to_json(event.actor_id),
            "role": to_json(event.actor_role),
            "department": to_json(event.actor_department_id),
            **behalf,
        },
        "project": to_json(event.project_id),
        "cycle": to_json(event.cycle_id),
        "owner": to_json(event.owner_id),
        "trigger": to_json(event.trigger),
        "from": to_json(event.source),
        "to": to_json(event.target),
        "revision": event.revision,
        "refersTo": event.refers_to,
    }


def changes_of(event: Event) -> list[Change]:
    """Return the changes of rows that an entry tells of, in their order."""
    return [
        Change(c["table"], UUID(c["id"]), c["after"], c.get("before"))
        for c in event.document["changes"]
    ]
