"""The Node interface, and how a type declares what stands behind it.

There is no mapping layer: resolvers return records, and the API's types only declare which of
their attributes are fields.
"""

from collections.abc import Callable
from types import GenericAlias
from typing import Annotated, Any, Final

import strawberry
from graphql import GraphQLResolveInfo

from workflows.records import Row
from workflows.records.plans import Municipality

NODE_TYPES: Final[dict[type, Callable[[Any], str]]] = {}
"""Which API type shows a record, by the record's class."""


@strawberry.interface(description="Whatever lasts has an id that never changes.")
class Node:
    """Relay's Node: `node(id:)` gives back any of them."""

    public_id: strawberry.ID = strawberry.field(
        name="id", description="Opaque; the same for ever, and in every answer."
    )

    @classmethod
    def resolve_type(cls, obj: object, _info: GraphQLResolveInfo[Any], *_: object) -> str:
        """Return the name of the API type that a record is shown as."""
        return NODE_TYPES[type(obj)](obj)


def backed_by(
    model: type[Row] | type[Municipality], name: str
) -> Callable[[object, GraphQLResolveInfo[Any]], bool]:
    """Declare which record is behind a type: its `is_type_of`."""
    NODE_TYPES[model] = lambda _: name

    def is_type_of(obj: object, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(obj, model)

    return is_type_of


def later(name: str, module: str) -> Any:  # noqa: ANN401 - Strawberry's own notation
    """Name a type of a module that imports this one."""
    return Annotated[name, strawberry.lazy(module)]


def many(graphql_type: object) -> Any:  # noqa: ANN401 - Strawberry's own notation
    """Name the list of a type, also of one named by `later`."""
    return GenericAlias(list, (graphql_type,))


def field(resolver: Callable[..., Any], graphql_type: object, description: str) -> Any:  # noqa: ANN401
    """Declare a field that a function resolves from the record."""
    return strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)


def plain(description: str, name: str | None = None, graphql_type: object = None) -> Any:  # noqa: ANN401
    """Declare a field that is an attribute of the record."""
    return strawberry.field(description=description, name=name, graphql_type=graphql_type)
