"""Which fields are plain attributes with leaf types, and how their values are completed in a loop."""

from collections.abc import Awaitable, Callable
from types import GeneratorType
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.pyutils import UndefinedType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

NOT_PLAIN = (Exception, UndefinedType, Awaitable, GeneratorType)
KNOWN = "plain-leaf"
Completion = Callable[[Any], Any]
AS_IT_IS: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class NotPlainError(Exception):
    """The value is for the base class: a wrong null, awaitable, an exception or out of shape."""


class Leaf(NamedTuple):
    """An attribute to read in the loop; a value whose class is `exact` is its own result."""

    attribute: str
    exact: type
    complete: Completion


def plain_leaf(field: GraphQLField) -> Leaf | None:
    """Give how to read and complete the field in the loop, or None where that cannot be."""
    if KNOWN in field.extensions:
        return cast("Leaf | None", field.extensions[KNOWN])
    declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    leaf = None
    if (
        isinstance(declared, StrawberryField)
        and declared.is_basic_field
        and type(declared).get_result is StrawberryField.get_result
        and declared.default_resolver is getattr
        and (complete := completion(field.type))
    ):
        exact = AS_IT_IS.get(get_nullable_type(field.type), NotPlainError)
        leaf = Leaf(declared.python_name, exact, complete)
    field.extensions[KNOWN] = leaf
    return leaf


def completion(type_: GraphQLOutputType) -> Completion | None:
    """Give a function that completes a value of a leaf type or a list of such, else None.

    The function raises wherever the base class would do anything but return a result.
    """
    bare = get_nullable_type(type_)
    nullable = bare is type_
    if is_leaf_type(bare):
        return leaf_completion(bare, nullable=nullable)
    if is_list_type(bare) and (item := completion(bare.of_type)):
        return list_completion(item, nullable=nullable)
    return None


def leaf_completion(type_: GraphQLLeafType, *, nullable: bool) -> Completion:
    """Complete a scalar or an enum."""
    coerce = type_.coerce_output_value
    plain_classes: set[type] = set()  # seen before, and no exception or promise among them

    def complete(value: Any) -> Any:  # noqa: ANN401 - what the resolver gave
        if value is None and nullable:
            return None
        if type(value) not in plain_classes:
            if value is None or isinstance(value, NOT_PLAIN):
                raise NotPlainError
            plain_classes.add(type(value))
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise NotPlainError
        return coerced

    return complete


def list_completion(item: Completion, *, nullable: bool) -> Completion:
    """Complete a list or tuple; other iterables may be read only once, so they are not for here."""

    def complete(value: Any) -> list[Any] | None:  # noqa: ANN401 - what the resolver gave
        if value is None and nullable:
            return None
        if type(value) is not list and type(value) is not tuple:
            raise NotPlainError
        return [item(each) for each in value]

    return complete
