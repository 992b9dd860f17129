"""Writes the longest selections that the SDL allows, so that no field goes unasked."""

from collections.abc import Iterable

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.api import SCHEMA

BUILT = build_schema(SCHEMA.as_str())
FOREIGN_KEYS = {"HistoryEntry", "Node"}
"""Interfaces of which only the id is selected within something else."""


def selection(name: str, depth: int) -> str:
    """Return a selection of every field of a type, objects within objects down to a depth."""
    named = BUILT.type_map[name]
    if isinstance(named, GraphQLObjectType):
        return f"{{ __typename {_all(named.fields.items(), depth)} }}"
    common = named.fields if isinstance(named, GraphQLInterfaceType) else {}
    assert isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
    own = {
        member.name: _all([f for f in member.fields.items() if f[0] not in common], depth)
        for member in BUILT.get_possible_types(named)
    }
    members = [f"... on {member} {{ {fields} }}" for member, fields in own.items() if fields]
    return f"{{ __typename {_all(common.items(), depth)} {' '.join(members)} }}"


def _all(fields: Iterable[tuple[str, GraphQLField]], depth: int) -> str:
    parts = []
    for name, field in fields:
        inner = get_named_type(field.type)
        if any(map(is_required_argument, field.args.values())):
            continue
        if is_leaf_type(inner):
            parts.append(name)
        elif inner.name in FOREIGN_KEYS:
            parts.append(f"{name} {{ __typename id }}")
        elif depth > 0:
            parts.append(f"{name} {selection(inner.name, depth - 1)}")
    return " ".join(parts)
