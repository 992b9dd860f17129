"""The record: what every entry tells, whatever its kind."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLResolveInfo

from schema.context import Info
from schema.field_changes import FieldChange, field_changes
from schema.nodes import NODE_TYPES, Node, field, later, many, plain
from schema.people import Department, Person
from schema.proofs import InclusionProof, leaf_hash, proof
from schema.scalars import Hash
from workflows import records
from workflows.records import Authority, Event, EventKind
from workflows.stages import Role

Parent = strawberry.Parent[Event]

ENTRY_TYPES: Final[dict[EventKind, str]] = {}
"""Which API type shows an event, by its kind; each type registers itself."""
NODE_TYPES[Event] = lambda event: ENTRY_TYPES[event.kind]


def told_by(name: str, *kinds: EventKind) -> Callable[[object, GraphQLResolveInfo[Any]], bool]:
    """Declare which kinds of event a type shows: its `is_type_of`."""
    ENTRY_TYPES.update(dict.fromkeys(kinds, name))

    def is_type_of(obj: object, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(obj, Event) and obj.kind in kinds

    return is_type_of


async def _actor_person(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.actor_id)


async def _on_behalf_of(parent: Parent, info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.on_behalf_of_id)


async def _actor_department(parent: Parent, info: Info) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.actor_department_id)


@strawberry.type(description="Who did something, and in which capacity.")
class Actor:
    """The person and the appointment that allowed the act."""

    person = field(
        _actor_person,
        Person | None,
        "Who; null where the server's operator acted at the console, "
        "and for who may not see names.",
    )
    actor_role: Role | None = plain(
        "In which role; null at the console, and where none allowed the act.", name="role"
    )
    on_behalf_of = field(
        _on_behalf_of,
        Person | None,
        "Whose decision it was, where `person` made it for them (代決); null for who may not see "
        "names, and where there is no such person.",
    )
    authority: Authority = plain("By which right.")
    department = field(
        _actor_department, Department | None, "In which department the role was held."
    )


def _changes(parent: Parent) -> list[FieldChange]:
    return field_changes(parent.document["changes"])


def _actor(parent: Parent) -> Event:
    return parent


def _reason(parent: Parent) -> str | None:
    return parent.document["reason"] or None


async def _project(parent: Parent, info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _cycle(parent: Parent, info: Info) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _owner_then(parent: Parent, info: Info) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.owner_id)


def _openings(parent: Parent) -> list[str] | None:
    body: str | None = parent.body  # None where the sight does not cover all of it
    if body is None:
        return None
    openings: list[str] = orjson.loads(parent.openings or "[]")
    return openings


async def _corrected_by(parent: Parent, info: Info) -> list[Event]:
    referring = await info.context.loaders.referring(parent.sequence)
    return [event for event in referring if event.kind is EventKind.CORRECTED]


@strawberry.interface(
    description="An entry of the append-only record (記録). Entries are never changed or deleted."
)
class HistoryEntry(Node):
    """What every entry tells."""

    sequence: int = plain("1, 2, 3, … without gaps: the order of the record.")
    recorded_at: dt.datetime = plain("The server's clock; never earlier than the entry before.")
    effective_at: dt.datetime | None = plain("When it took effect, where that differs.")
    actor = field(_actor, Actor, "Who did it, and in which capacity.")
    project = field(
        _project,
        later("Project", "schema.projects") | None,
        "Which project it is about; null where it is about none.",
    )
    cycle = field(
        _cycle,
        later("Cycle", "schema.cycles") | None,
        "Which cycle it is about; null where it is about none.",
    )
    owner_then = field(
        _owner_then, Department | None, "The department that owned the project then."
    )
    reason = field(
        _reason,
        str | None,
        "The reason that was given; null where none was, and for who may not read comments.",
    )
    changes = field(
        _changes,
        list[FieldChange],
        "What changed, field by field; bookkeeping such as revisions is only in `body`. Empty for who "
        "may not see it.",
    )
    corrected_by = field(
        _corrected_by,
        many(later("Correction", "schema.entries")),
        "Later entries that correct this one, as far as the viewer sees them.",
    )
    body: str | None = plain(
        "The whole entry as canonical JSON (RFC 8785), as the record keeps it; null for who may "
        "not see all of it."
    )
    openings = field(
        _openings,
        many(str) | None,
        "What opens the body's sealed values: 22 characters of salt, then the value as JSON. The "
        'SHA-256 of each stands in `body` as {"sealed": …}. Those that a redaction took away are '
        "not there; null for who may not see all of the entry.",
    )
    leaf_hash = field(
        leaf_hash,
        Hash,
        "The entry's leaf in the record's Merkle tree (RFC 9162): SHA-256(0x00 || `body`).",
    )
    proof = field(
        proof,
        InclusionProof | None,
        "That the entry is in the tree of a checkpoint; null where none covers it yet.",
    )


def uuid_or_none(value: str | None) -> UUID | None:
    """Return an id of the record; None for none."""
    return UUID(value) if value else None


def detail(name: str) -> Any:  # noqa: ANN401 - a resolver
    """Return a resolver that reads one of an entry's details."""

    def resolve(parent: Parent) -> Any:  # noqa: ANN401 - of the field's declared type
        return parent.document["details"].get(name)

    return resolve


def row_of(model: type[records.Row], name: str) -> Any:  # noqa: ANN401 - a resolver
    """Return a resolver that reads the row which one of an entry's details names."""

    async def resolve(parent: Parent, info: Info) -> Any:  # noqa: ANN401 - of the declared type
        return await info.context.loaders.row(
            model, uuid_or_none(parent.document["details"].get(name))
        )

    return resolve
