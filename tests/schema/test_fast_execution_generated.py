"""The fast executor gives what the executor of Strawberry gives, for any query over any data."""
# ruff: noqa: ANN401 - records and what is wrong with them are of any type

import asyncio
import enum
import json
import random
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, execute, get_named_type, is_leaf_type, parse
from strawberry.schema.config import StrawberryConfig

from schema.errors import ClientError
from schema.fast_execution import FastExecutionContext

Digest = NewType("Digest", object)


def printed_digest(value: object) -> str | None:
    """Refuse text, and give for zero the null that no scalar may give."""
    if isinstance(value, str):
        raise ClientError("BAD_DIGEST", f"no digest: {value}")
    return None if value == 0 else f"sha256:{value}"


@strawberry.enum
class Stage(enum.StrEnum):
    """A stage."""

    PLAN = "plan"
    DO = "do"


@strawberry.interface
class Node:
    """Anything with an id."""

    id: strawberry.ID


@strawberry.type
class Department(Node):
    """A type that says itself what it is."""

    name: str
    head: str | None

    @classmethod
    def is_type_of(cls, record: Any, _info: Any) -> bool:
        """Tell a record by its kind."""
        return bool(record.kind == "department")


@strawberry.type
class Project(Node):
    """Leaves of every kind, plain objects, and fields with resolvers."""

    code: str
    title: str | None
    number: int
    share: float | None
    done: bool
    stage: Stage
    stages: list[Stage | None] | None
    tags: list[str]
    table: list[list[int | None]] | None
    digest: Digest
    department: Department | None
    owner: Department
    children: list["Project"]
    parts: list["Project | None"] | None
    nodes: list[Node | None]

    @classmethod
    def is_type_of(cls, record: Any, _info: Any) -> bool:
        """Tell a record by its kind."""
        return bool(record.kind == "project")

    @strawberry.field
    def label(self, lang: str = "ja") -> str | None:
        """Resolve at once."""
        return None if self.code == "refused" else f"{lang}: {self.code}"

    @strawberry.field
    async def later(self) -> int:
        """Resolve after a while."""
        await asyncio.sleep(0)
        return self.number + 1


@strawberry.type
class Span:
    """A type that does not say what it is."""

    code: str
    number: int | None


@strawberry.type
class Query:
    """The toy's root; its fields read the root value."""

    projects: list[Project] | None
    maybe: list[Project | None] | None
    project: Project | None
    nodes: list[Node] | None
    spans: list[Span] | None

    @strawberry.field
    async def waiting(self) -> list[Project] | None:
        """Give the same after a while."""
        await asyncio.sleep(0)
        return self.projects


digest = strawberry.scalar(name="Digest", serialize=printed_digest)
parts: dict[str, Any] = {"config": StrawberryConfig(scalar_map={Digest: digest})}
BASE = strawberry.Schema(Query, **parts)
FAST = strawberry.Schema(Query, **parts, execution_context_class=FastExecutionContext)
FRAGMENTS = """
fragment Named on Node { named: id ... on Department { name } ... on Project { code title } }
fragment Whole on Project { code tags ...Named done en: label(lang: "en") }
"""
LEAVES: dict[str, list[str]] = {}
OBJECTS: dict[str, dict[str, str]] = {}
for type_name in ("Query", "Project", "Department", "Node", "Span"):
    fields: Any = BASE._schema.type_map[type_name].fields  # noqa: SLF001 - no public name
    inner = {name: get_named_type(field.type) for name, field in fields.items()}
    LEAVES[type_name] = ["__typename", *(name for name in inner if is_leaf_type(inner[name]))]
    OBJECTS[type_name] = {n: inner[n].name for n in inner if not is_leaf_type(inner[n])}
FRAGMENTS_ON = {"Project": ["Project", "Node"], "Department": ["Department", "Node"]}
FRAGMENTS_ON |= {"Node": ["Node", "Project", "Department"]}
CONDITIONS = ["@include(if: $yes)", "@skip(if: $yes)", "@include(if: $no)", "@skip(if: $no)"]
WRONG = (None, ValueError("broken"), ClientError("X", "y"), 2**40, {}, "?", 0, float("nan"))


class Chance:
    """Gives documents and data at random, from a seed; `faults` is how often a value is wrong."""

    def __init__(self, seed: int, faults: float) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.one = self.random.choice
        self.faults = faults

    def perhaps(self, sound: object) -> Any:
        """Give the value, or now and then one that the field does not expect."""
        return self.one(WRONG) if self.random.random() < self.faults else sound

    def some(self, make: Callable[[], Any], most: int = 3) -> list[Any]:
        """Give a list of up to `most` things, some of them wrong."""
        return [self.perhaps(make()) for _ in range(self.random.randint(0, most))]

    def record(self, kind: str, **sound: object) -> SimpleNamespace:
        """Give a record with some of its values wrong, and now and then of another kind."""
        other = "department" if kind == "project" else "project"
        kind = other if self.random.random() < self.faults else kind
        values = {name: self.perhaps(value) for name, value in sound.items()}
        return SimpleNamespace(kind=kind, **values)

    def department(self) -> SimpleNamespace:
        """Give the record of a department."""
        return self.record("department", id="d", name="総務課", head=self.one([None, "x"]))

    def project(self, depth: int = 2) -> SimpleNamespace:
        """Give the record of a project with children to the depth."""
        children = self.some(lambda: self.project(depth - 1)) if depth else []
        return self.record(
            "project",
            id=self.one(["p", 7]),
            code=self.one(["1_01", "refused"]),
            title=self.one([None, "階上町", Stage.DO]),
            number=self.one([3, True, 2**31 - 1]),
            share=self.one([0.25, 1, None]),
            done=True,
            stage=self.one([*Stage, "plan"]),
            stages=self.some(lambda: self.one(list(Stage))),
            tags=tuple(self.some(lambda: "tag")),
            table=self.some(lambda: self.some(lambda: self.one([1, None]))),
            digest=self.one([5, 6]),
            department=self.one([self.department(), None]),
            owner=self.department(),
            children=children,
            parts=self.one([tuple(children), iter(children), None]),
            nodes=[self.one([child, self.department()]) for child in children],
        )

    def root(self) -> SimpleNamespace:
        """Give a root value."""
        return SimpleNamespace(
            projects=self.some(self.project),
            maybe=self.some(self.project),
            project=self.project(),
            nodes=self.some(self.one([self.department, self.project])),
            spans=self.some(lambda: SimpleNamespace(code=self.perhaps("s"), number=1), most=9),
        )

    def selection(self, type_: str, depth: int = 3) -> str:
        """Give a selection set on the type: aliases, fragments, directives, fields said twice."""
        return "{" + " ".join(self.selected(type_, depth) for _ in range(5)) + "}"

    def selected(self, type_: str, depth: int) -> str:
        """Give one selection on the type."""
        condition = self.one(["", "", "", "", *CONDITIONS])
        alias = f"a{self.random.getrandbits(60)}: "  # that no other field has, nor conflicts with
        kind = self.one(["leaf", "leaf", "object", "object", "inline", "spread"])
        if kind == "object" and depth and OBJECTS[type_]:
            name, inner = self.one(list(OBJECTS[type_].items()))
            return f"{alias}{name} {condition} {self.selection(inner, depth - 1)}"
        if kind == "inline" and depth and type_ in FRAGMENTS_ON:
            on = self.one(FRAGMENTS_ON[type_])
            return f"... on {on} {condition} {self.selection(on, depth - 1)}"
        if kind == "spread" and type_ in FRAGMENTS_ON:
            return f"...{'Whole' if type_ == 'Project' else 'Named'} {condition}"
        return f"{self.one(['', alias])}{self.one(LEAVES[type_])} {condition}"


async def outcome(schema: strawberry.Schema, query: str, root: object) -> tuple[str, Any, Any]:
    """Execute and give the data with its order, the errors as clients see them, their causes."""
    result: Any = execute(
        schema._schema,  # noqa: SLF001 - there is no public name for it
        parse(query),
        root,
        variable_values={"yes": True, "no": False},
        executor_class=schema.execution_context_class,
    )
    result = await result if asyncio.iscoroutine(result) else result
    # What an error has left behind is settled by tasks of its own.
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    errors: list[GraphQLError] = result.errors or []
    causes = [repr(error.original_error) for error in errors]
    return json.dumps(result.data), [error.formatted for error in errors], causes


def test_any_query_over_any_data() -> None:
    """Data, key order, errors, paths and causes are those of the base executor."""
    seen = Counter[str]()
    for seed in range(270):
        faults = (0, 0.005, 0.05)[seed % 3]
        selection = Chance(seed, faults).selection("Query")
        query = f"query ($yes: Boolean!, $no: Boolean!) {selection} {FRAGMENTS}"
        fast = asyncio.run(outcome(FAST, query, Chance(-seed, faults).root()))
        assert fast == asyncio.run(outcome(BASE, query, Chance(-seed, faults).root()))
        seen["large"] += len(fast[0]) > 1000
        seen["erroneous"] += len(fast[0]) > 200 and bool(fast[1])
    assert min(seen["large"], seen["erroneous"]) > 20
