"""Lists of records in a fraction of the executor's time, with the same result.

graphql-core resolves and completes each field of each object through a dozen calls and builds a
`Path` and a `GraphQLResolveInfo` for it, even where the field is a plain attribute with a leaf
type. Here those fields are read in one loop, and lists of objects that have nothing else in one
loop over the objects. Every other field goes to the base class, and so does whatever is not at
once right: the base class reads it again and produces its own error, at its own place, with its
own null propagation.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from types import GeneratorType
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLString,
    TypeNameMetaFieldDef,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path, UndefinedType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from typing_extensions import override

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


class Plan(NamedTuple):
    """How one selection on one object type is completed.

    `template` has every response key in the order of the selection, `__typename` filled in.
    """

    template: dict[str, Any]
    leaves: tuple[tuple[str, Leaf], ...]
    others: GroupedFieldSet


class FastExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Executes as its base class does, reading plain attributes with leaf types in one loop.

    A plain attribute is one that a Strawberry field without resolver, arguments and extensions
    names. It may be read twice, so it must not change by being read. Where resolvers are wrapped
    by middleware, or the schema knows `@defer`, everything is left to the base class.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's own
        super().__init__(*args, **kwargs)
        self._plans: dict[int, tuple[GroupedFieldSet, Plan | None]] = {}
        wrapped = self.middleware_manager and self.middleware_manager.middlewares
        self._plans_apply = not wrapped and self.schema.get_directive("defer") is None

    @override
    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        plan = None if path is None else self._plan(parent_type, grouped_field_set)
        if plan is None:
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        results, others = plan.template.copy(), plan.others
        failed = set()
        for key, (attribute, exact, complete) in plan.leaves:
            try:
                value = getattr(source_value, attribute)
                results[key] = value if type(value) is exact else complete(value)
            except Exception:  # noqa: BLE001 - the base class meets it again and reports it
                failed.add(key)
        if failed:
            given = grouped_field_set.items()
            others = {key: field for key, field in given if key in failed or key in others}
        if not others:
            return results
        rest = super().execute_fields(parent_type, source_value, path, others, position_context)
        if self.is_awaitable(rest):
            return merged(results, rest)
        results.update(cast("dict[str, Any]", rest))
        return results

    @override
    def complete_iterable_value(
        self,
        item_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        items: Iterable[Any],
        position_context: Any,
    ) -> AwaitableOrValue[list[Any]]:
        object_type = get_nullable_type(item_type)
        if isinstance(items, list | tuple) and is_object_type(object_type):
            with suppress(Exception):
                fields = self.collect_subfields(object_type, field_details_list)
                plan = self._plan(object_type, fields.grouped_field_set)
                if plan and not plan.others:
                    return completed_objects(plan, items, object_type, info)
        return super().complete_iterable_value(
            item_type, field_details_list, info, path, items, position_context
        )

    def _plan(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan | None:
        # Keyed by identity, as the base class keys its own memo; the set is kept alive beside
        # the plan, so that its id is not used again.
        known = self._plans.get(id(fields))
        if known is None:
            plan = self._make_plan(parent_type, fields) if self._plans_apply else None
            known = self._plans[id(fields)] = (fields, plan)
        return known[1]

    def _make_plan(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan | None:
        template: dict[str, Any] = dict.fromkeys(fields)
        leaves: list[tuple[str, Leaf]] = []
        others: GroupedFieldSet = {}
        for key, details in fields.items():
            field = self.schema.get_field(parent_type, details[0].node.name.value)
            if field is None:
                return None
            if field is TypeNameMetaFieldDef:
                template[key] = parent_type.name
            elif leaf := plain_leaf(field):
                leaves.append((key, leaf))
            else:
                others[key] = details
        return Plan(template, tuple(leaves), others) if leaves else None


def completed_objects(
    plan: Plan, items: Iterable[Any], object_type: GraphQLObjectType, info: GraphQLResolveInfo[Any]
) -> list[Any]:
    """Complete a list of objects that have plain leaves only; raises where one is not plain."""
    template, leaves, is_type_of = plan.template, plan.leaves, object_type.is_type_of
    completed = []
    for item in items:
        if item is None or isinstance(item, NOT_PLAIN):
            raise NotPlainError
        if is_type_of and is_type_of(item, info) is not True:
            raise NotPlainError
        results = template.copy()
        for key, (attribute, exact, complete) in leaves:
            value = getattr(item, attribute)
            results[key] = value if type(value) is exact else complete(value)
        completed.append(results)
    return completed


async def merged(results: dict[str, Any], rest: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Give the results of the loop with those that the base class waits for."""
    results.update(await rest)
    return results


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
