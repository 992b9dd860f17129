"""Execution whose cost is counted, and that resolves nothing more once it is too much."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    ListValueNode,
    ObjectValueNode,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path
from typing_extensions import override

from schema.costs import INPUT_OBJECT, INTROSPECTED, Cost, api_name, objects_in
from schema.fast_execution import FastExecutionContext


class CountedExecutionContext(FastExecutionContext):
    """Charges what is completed to `cost`, where one is set: see `schema.costs`."""

    cost: Cost | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the base class's own
        super().__init__(*args, **kwargs)
        # Selections on the items of lists, by identity as in `plan`: paid for with their list.
        self._prepaid: set[int] = set()

    @override
    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        cost = self.cost
        if cost is not None:
            weight = 0
            if id(grouped_field_set) not in self._prepaid:
                weight = self.plan(parent_type, grouped_field_set).weight
                weight -= path is not None and isinstance(path.key, int)
                if path is None:
                    weight += INPUT_OBJECT * self._objects_given(grouped_field_set)
                if cost.is_mutation and path is not None and path.prev is None:
                    cost.outcomes.append(parent_type.name)
            if not cost.admits(weight, path):
                return {}
        return super().execute_fields(
            parent_type, source_value, path, grouped_field_set, position_context
        )

    def _objects_given(self, fields: GroupedFieldSet) -> int:
        """Return how many objects the fields are given by variables, each time it is given."""
        found, waiting = 0, [a.value for f in fields.values() for a in f[0].node.arguments or ()]
        sizes = {name: objects_in(v) for name, v in self.variable_values.coerced.items()}
        while waiting:
            match waiting.pop():
                case VariableNode(name=name):
                    found += sizes.get(name.value, 0)
                case ListValueNode(values=values):
                    waiting += values
                case ObjectValueNode(fields=given):
                    waiting += [one.value for one in given]
                case _:
                    pass  # a scalar
        return found

    @override
    def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        names = [details[0].node.name.value for details in grouped_field_set.values()]
        acts = [name for name in names if not name.startswith("__")]
        if self.cost is not None and not self.cost.charge_acts(acts):
            return {}
        return super().execute_fields_serially(
            parent_type, source_value, path, grouped_field_set, position_context
        )

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
        cost, item = self.cost, get_nullable_type(item_type)
        if cost is not None and not is_leaf_type(item):
            items = items if isinstance(items, list | tuple) else list(items)
            weight, each = 1, 1
            if is_object_type(item):
                each = INTROSPECTED if item.name.startswith("__") else 1
                fields = self.collect_subfields(item, field_details_list).grouped_field_set
                weight = self.plan(item, fields).weight
                self._prepaid.add(id(fields))
            if cost.is_mutation and path.prev is None:
                cost.outcomes += map(api_name, items)
            if not cost.admits(weight * len(items) // each, path):
                return []
        return super().complete_iterable_value(
            item_type, field_details_list, info, path, items, position_context
        )
