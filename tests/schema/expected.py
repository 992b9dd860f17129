"""What an answer should be for a viewer, made from the answer to somebody who sees everything."""

from typing import Any, Final

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from tests.schema.asking import Answer
from tests.schema.classified import FIELDS
from tests.schema.documents import BUILT
from tests.schema.oracle import Oracle, Viewer

ROW_TYPES: Final = {
    name
    for name, named in BUILT.type_map.items()
    if isinstance(named, GraphQLObjectType) and "Node" in {i.name for i in named.interfaces}
}


def selection(name: str) -> str:
    """Return a selection of every field of a type; of rows within it only what they are."""
    named = BUILT.type_map[name]
    assert isinstance(named, GraphQLObjectType)
    parts = ["__typename"]
    for field, declared in named.fields.items():
        if FIELDS[name][field] == "VIEWER" or any(
            map(is_required_argument, declared.args.values())
        ):
            continue
        inner = get_named_type(declared.type)
        if is_leaf_type(inner):
            parts.append(field)
        elif inner.name in ROW_TYPES or is_abstract_type(inner):
            parts.append(f"{field} {{ __typename id }}")
        else:
            parts.append(f"{field} {selection(inner.name)}")
    return f"{{ {' '.join(parts)} }}"


def empty(declared: GraphQLOutputType) -> Any:  # noqa: ANN401 - JSON
    """Return what a field holds where there is nothing to see."""
    if not is_non_null_type(declared):
        return None
    return [] if is_list_type(declared.of_type) else ""


class Expectation:
    """What one viewer should see of one row."""

    def __init__(self, oracle: Oracle, viewer: Viewer, row: Any) -> None:  # noqa: ANN401 - any row
        self.oracle, self.viewer, self.row = oracle, viewer, row

    def of(self, told: Answer) -> Answer:
        """Return a value of the row, or the row, without what the viewer should not see."""
        name = told["__typename"]
        named = BUILT.type_map[name]
        assert isinstance(named, GraphQLObjectType)
        kept: Answer = {"__typename": name}
        for field, value in told.items():
            if field == "__typename":
                continue
            what = self.oracle.reading(FIELDS[name][field], self.row)
            if what is None or self.oracle.sees(self.viewer, what, self.row):
                kept[field] = self._within(value)
            else:
                kept[field] = empty(named.fields[field].type)
        return kept

    def _within(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            inner = [(one, self._within(one)) for one in value]
            return [new for old, new in inner if new is not None or old is None]
        if not isinstance(value, dict):
            return value
        row = self.oracle.rows.get(value.get("id", ""))
        if row is not None:
            return value if self.oracle.is_there(self.viewer, row) else None
        return value if value.keys() == {"__typename", "id"} else self.of(value)
