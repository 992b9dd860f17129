"""What the fast executor does itself, and what it leaves to its base class."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NewType

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse
from strawberry.schema.config import StrawberryConfig
from typing_extensions import override

from schema.fast_execution import FastExecutionContext

Mark = NewType("Mark", object)


@strawberry.type
class Row:
    """Plain leaves, and a field with a resolver."""

    id: strawberry.ID
    name: str | None
    number: int
    done: bool
    tags: list[str]
    mark: Mark

    @classmethod
    def is_type_of(cls, record: Any, _info: object) -> bool:  # noqa: ANN401 - any record
        """Tell a record of this type by its id."""
        return bool(record.id == "r")

    @strawberry.field
    def label(self) -> str:
        """Resolve."""
        return f"label {self.number}"


@strawberry.type
class Query:
    """Reads the root value."""

    rows: list[Row]
    maybe: list[Row | None]


mark = strawberry.scalar(name="Mark", serialize=lambda value: value or None)
CONFIG = StrawberryConfig(scalar_map={Mark: mark})
SCHEMA = strawberry.Schema(Query, config=CONFIG)
PLAIN = "__typename id name number done tags"


def row(**changes: object) -> SimpleNamespace:
    """Give a record, whose own label is not the one that the resolver makes."""
    values = {"id": "r", "name": "階上町", "number": 1, "done": True, "tags": ["a"], "mark": 1}
    return SimpleNamespace(**values | {"label": "not this"} | changes)


def run(query: str, root: object, **options: Any) -> tuple[ExecutionResult, int]:  # noqa: ANN401 - passed on
    """Execute and give the result and how many selections and fields are executed one by one."""
    calls = []

    class Counting(FastExecutionContext):
        @override
        def execute_fields(self, *args: Any) -> Any:
            calls.append(args)
            return super().execute_fields(*args)

        @override
        def execute_field(self, *args: Any) -> Any:
            calls.append(args)
            return super().execute_field(*args)

    document, schema = parse(query), SCHEMA._schema  # noqa: SLF001 - no public name
    result = execute(schema, document, root, executor_class=Counting, **options)
    assert isinstance(result, ExecutionResult)
    return result, len(calls)


def test_plain_records_cost_one_field() -> None:
    """Of a list of records with plain fields, only the root's selection and field are executed."""
    result, calls = run("{ rows { " + PLAIN + " } }", SimpleNamespace(rows=[row()] * 46))
    expected = {"__typename": "Row", "id": "r", "name": "階上町", "number": 1, "done": True}
    assert result.data == {"rows": [expected | {"tags": ["a"]}] * 46}
    assert calls == 2


def test_only_fields_with_resolvers_are_left_over() -> None:
    """Beside a field with a resolver the plain fields are still read in the loop."""
    result, calls = run("{ rows { id label done } }", SimpleNamespace(rows=[row()] * 46))
    assert result.data
    assert list(result.data["rows"][45].items()) == [
        ("id", "r"),
        ("label", "label 1"),
        ("done", True),
    ]
    assert calls == 2 + 46 + 46


def test_a_wrong_value_is_reported_where_it_stands() -> None:
    """A value out of range nulls its nullable object; the others stay, the path is told."""
    root = SimpleNamespace(maybe=[row(), row(number=2**31), row()])
    result, _ = run("{ maybe { number } }", root)
    assert result.data == {"maybe": [{"number": 1}, None, {"number": 1}]}
    assert [error.path for error in result.errors or []] == [["maybe", 1, "number"]]


def test_a_wrong_value_beside_a_resolver_costs_its_field_only() -> None:
    """The base class executes the wrong field anew, and no other plain one."""
    root = SimpleNamespace(maybe=[row(), row(number=2**31)])
    result, calls = run("{ maybe { id done number label } }", root)
    assert [error.path for error in result.errors or []] == [["maybe", 1, "number"]]
    assert calls == 2 + 2 + 2  # the root and the list; two objects; a label and the number


class AnswerError(Exception):
    """An exception with the attributes of a record."""

    id = "r"
    name = "階上町"


@pytest.mark.parametrize(
    ("selection", "wrong", "message"),
    [
        ("number", row(number="x"), "Int cannot represent non-integer value: 'x'"),
        ("number", row(number=None), "Cannot return null for non-nullable field Row.number."),
        ("name", row(name=AnswerError("broken")), "broken"),
        ("tags", row(tags=None), "Cannot return null for non-nullable field Row.tags."),
        ("tags", row(tags=["a", None]), "Cannot return null for non-nullable field Row.tags."),
        ("tags", row(tags="ab"), "Expected Iterable, but did not find one for field 'Row.tags'."),
        ("mark", row(mark=0), "to return non-nullable value, returned: None"),
        ("name", row(id="other"), "Expected value of type 'Row' but got: <SimpleNamespace"),
        ("name", AnswerError("a broken record"), "a broken record"),
    ],
)
def test_the_base_class_says_what_is_wrong(selection: str, wrong: object, message: str) -> None:
    """Whatever is not plain gets the base class's own error."""
    result, _ = run("{ maybe { " + selection + " } }", SimpleNamespace(maybe=[row(), wrong]))
    assert [message in str(error) for error in result.errors or []] == [True]


def test_middleware_sees_every_field() -> None:
    """Where resolvers are wrapped, plain fields go through the wrapping too."""
    seen = []

    def record(resolve: Callable[..., object], source: object, info: Any) -> object:  # noqa: ANN401 - only its name is read
        seen.append(info.field_name)
        return resolve(source, info)

    run("{ rows { name done } }", SimpleNamespace(rows=[row()]), middleware=[record])
    assert seen == ["rows", "name", "done"]


async def test_deferred_fields_are_left_to_the_base_class() -> None:
    """A schema that knows `@defer` delivers a deferred fragment after the first answer."""
    deferring = replace(CONFIG, enable_experimental_incremental_execution=True)
    schema = strawberry.Schema(
        Query, config=deferring, execution_context_class=FastExecutionContext
    )
    root = SimpleNamespace(rows=[row()])
    result: Any = await schema.execute("{ rows { id ... @defer { name } } }", root_value=root)
    assert result.initial_result.data == {"rows": [{"id": "r"}]}
