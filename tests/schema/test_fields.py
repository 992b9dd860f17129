"""What stands behind every type: fields without a resolver are attributes of a record."""

import dataclasses
from typing import Any

import pytest
from strawberry.types.base import StrawberryObjectDefinition
from tortoise.models import Model

from schema.api import SCHEMA
from schema.available import Offer
from schema.blockers import BlockerSource
from schema.by_id import BY_PREFIX
from schema.history import ENTRY_TYPES
from schema.nodes import NODE_TYPES
from workflows import records
from workflows.records import Event, EventHead, EventKind, Row, Token
from workflows.stages import Move, StatusMove

SHOWN_AS = {
    "Actor": Event,
    "AvailableTransition": Offer,
    "Blocker": BlockerSource,
    "HistoryEntry": Event,
    "WorkflowMove": Move,
    "WorkflowStatusMove": StatusMove,
    **dict.fromkeys(ENTRY_TYPES.values(), Event),
    **{name_of(None): model for model, name_of in NODE_TYPES.items() if model is not Event},
}
"""The class whose objects a type shows, where that is another than the type's own."""


def definitions() -> dict[str, StrawberryObjectDefinition]:
    """Return the definitions of all object types."""
    found = SCHEMA.schema_converter.type_map.items()
    return {
        name: concrete.definition
        for name, concrete in found
        if isinstance(concrete.definition, StrawberryObjectDefinition)
        and not concrete.definition.is_input
    }


def has(shown: type, name: str) -> bool:
    """Return whether objects of a class have an attribute."""
    if issubclass(shown, Model) and name in shown._meta.fields_map:  # noqa: SLF001 - Tortoise's way
        return True
    own = {field.name for field in dataclasses.fields(shown)} if _is_data(shown) else set()
    return name in own or hasattr(shown, name)


def _is_data(shown: Any) -> bool:  # noqa: ANN401 - any class
    return dataclasses.is_dataclass(shown)


@pytest.mark.parametrize("name", sorted(set(definitions()) - {"Node"}))
def test_a_field_without_resolver_is_an_attribute(name: str) -> None:
    """What no function resolves, the record behind the type has under that name."""
    definition = definitions()[name]
    shown = SHOWN_AS.get(name, definition.origin)
    plain = [f.python_name for f in definition.fields if f.is_basic_field]
    assert [attribute for attribute in plain if not has(shown, attribute)] == []


def test_every_kind_of_entry_has_a_type() -> None:
    """No event is without a type, and each type implements HistoryEntry."""
    assert ENTRY_TYPES.keys() == set(EventKind)
    interfaces = {
        name: {interface.name for interface in definition.interfaces}
        for name, definition in definitions().items()
    }
    assert all("HistoryEntry" in interfaces[name] for name in ENTRY_TYPES.values())


def test_every_record_but_secrets_is_a_node() -> None:
    """Whatever lasts has a type and is found by its id; accounts and bookkeeping are not."""
    rows = {
        model
        for model in vars(records).values()
        if isinstance(model, type) and issubclass(model, Row) and model is not Row
    }
    secret = {row for row in rows if row.__module__ == Token.__module__}
    assert rows - secret - {EventHead, records.RecordTile} == set(BY_PREFIX.values())
    assert NODE_TYPES.keys() == {*BY_PREFIX.values(), records.Municipality}
    prefixes = [model.prefix for model in rows]
    assert len(set(prefixes)) == len(prefixes)
