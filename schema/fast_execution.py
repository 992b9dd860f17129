"""Lists of records in a fraction of the executor's time, with the same result.

graphql-core resolves and completes each field of each object through a dozen calls and builds a
`Path` and a `GraphQLResolveInfo` for it, even where the field is a plain attribute with a leaf
type. Here those fields are read in one loop, and lists of objects that have nothing else in one
loop over the objects. Every other field goes to the base class, and so does whatever is not at
once right: the base class reads it again and produces its own error, at its own place, with its
own null propagation.
"""

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    TypeNameMetaFieldDef,
    get_nullable_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from typing_extensions import override

from schema.costs import weight_of
from schema.plain_leaves import NOT_PLAIN, Leaf, NotPlainError, plain_leaf


class Plan(NamedTuple):
    """How one selection on one object type is completed.

    `template` has every response key in the order of the selection, `__typename` filled in.
    """

    template: dict[str, Any]
    leaves: tuple[tuple[str, Leaf], ...]
    others: GroupedFieldSet
    fast: bool
    """Whether the loop is of any use; where not, the base class does it all."""
    weight: int
    """What one object costs, with the fields that are not plain, but without what they return."""


class FastExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Executes as its base class does, reading plain attributes with leaf types in one loop.

    A plain attribute is one that a Strawberry field without resolver, arguments and extensions
    names. It may be read twice, so it must not change by being read. Where resolvers are wrapped
    by middleware, or the schema knows `@defer`, everything is left to the base class.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's own
        super().__init__(*args, **kwargs)
        self._plans: dict[int, tuple[GroupedFieldSet, Plan]] = {}
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
        plan = self.plan(parent_type, grouped_field_set)
        if path is None or not plan.fast:
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
                plan = self.plan(object_type, fields.grouped_field_set)
                if plan.fast and not plan.others:
                    return completed_objects(plan, items, object_type, info)
        return super().complete_iterable_value(
            item_type, field_details_list, info, path, items, position_context
        )

    def plan(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan:
        """Return how a selection on a type is completed; made once an operation."""
        # Keyed by identity, as the base class keys its own memo; the set is kept alive beside
        # the plan, so that its id is not used again.
        known = self._plans.get(id(fields))
        if known is None:
            known = self._plans[id(fields)] = (fields, self._make_plan(parent_type, fields))
        return known[1]

    def _make_plan(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan:
        template: dict[str, Any] = dict.fromkeys(fields)
        leaves: list[tuple[str, Leaf]] = []
        others: GroupedFieldSet = {}
        weight, known = 1, self._plans_apply
        for key, details in fields.items():
            name = details[0].node.name.value
            field = self.schema.get_field(parent_type, name)
            if field is TypeNameMetaFieldDef:
                template[key] = parent_type.name
            elif field and (leaf := plain_leaf(field)):
                leaves.append((key, leaf))
            else:
                others[key] = details
                weight += weight_of(parent_type.name, name)
                known = known and field is not None
        return Plan(template, tuple(leaves), others, known and bool(leaves), weight)


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
