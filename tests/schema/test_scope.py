"""No query of the schema names a model without naming the town: `Row.of` is the only way in."""

import ast
from pathlib import Path
from typing import Final

import pytest

import schema.api
from workflows import records
from workflows.records import Municipality, Row

SOURCES: Final = sorted(Path(schema.api.__file__).parent.glob("*.py"))
SCOPED: Final = {
    name
    for name, model in vars(records).items()
    if isinstance(model, type) and issubclass(model, Row) and model is not Row
} | {"model", "Row"}
"""The records, and what the schema calls a record that it is given."""
FREE: Final = {"prefix", "id", "__name__"}
"""What may be asked of a model that is no query."""


def unscoped(source: str) -> list[tuple[int, str]]:
    """Return the lines that use a record's class for anything but `of(municipality)`."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        name = _named(node)
        if name is None or not isinstance(outer := parents[node], ast.Attribute):
            continue
        call = parents[outer]
        scoped = outer.attr == "of" and isinstance(call, ast.Call) and len(call.args) == 1
        if not scoped and outer.attr not in FREE and _is_called(call, outer):
            found.append((node.lineno, f"{name}.{outer.attr}"))
    return found


def _is_called(call: ast.AST, function: ast.AST) -> bool:
    return isinstance(call, ast.Call) and call.func is function


def _named(node: ast.AST) -> str | None:
    """Return the record that an expression names: `Cycle` or `records.Cycle`."""
    match node:
        case ast.Name(id=name) if name in SCOPED:
            return name
        case ast.Attribute(value=ast.Name(id="records"), attr=name) if name in SCOPED:
            return name
        case _:
            return None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.name))
def test_every_query_is_scoped(path: Path) -> None:
    """Records are read through `of(municipality)` only."""
    assert unscoped(path.read_text(encoding="utf-8")) == []


def test_raw_sql_and_the_municipality_are_where_they_are_known() -> None:
    """One place reads the municipality by the id of the context, and nothing speaks SQL."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in SOURCES}
    reads = {name for name, text in texts.items() if "Municipality.get(" in text}
    assert reads == {"loaders.py"}
    assert Municipality.__name__ not in SCOPED
    for word in ("RawSQL", "execute_query", ".raw(", "connections", "in_transaction"):
        assert [name for name, text in texts.items() if word in text] == []


OF: Final = {
    "seen.py": {"model"},  # where rows are read past the sight
    "told.py": {"Event", "EventHead"},  # likewise, entries
    "loaders.py": {"Sheet"},  # likewise, grades
}
SECRETS: Final = {"Account", "OneTimeLink", "Session", "Throttle", "Token"}
"""What no row of the API shows but to its owner and to admins: `schema.accounts` and the like."""


def past_the_sight(path: Path) -> set[str]:
    """Return the records that a module asks the database for."""
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_of(n)]
    named = {_named(call.func.value) for call in calls if isinstance(call.func, ast.Attribute)}  # type: ignore[attr-defined] # a call
    return {name for name in named if name is not None}


def _is_of(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "of"
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.name))
def test_rows_are_read_past_the_sight(path: Path) -> None:
    """Only the loaders ask the database, and hand out what the viewer sees."""
    assert past_the_sight(path) - SECRETS <= OF.get(path.name, set())


@pytest.mark.parametrize(
    "line",
    [
        "Cycle.filter(id=1)",
        "await Cycle.all()",
        "await records.Cycle.get(id=cycle_id)",
        "records.Event.all().filter(municipality_id=1)",
        "model.get_or_none(id=1)",
        "Cycle.of()",
        "Cycle.first()",
    ],
)
def test_the_lint_bites(line: str) -> None:
    """Each way past `of` is found."""
    assert len(unscoped(f"async def read():\n    {line}\n")) == 1


@pytest.mark.parametrize(
    "line", ["Cycle.of(mid).filter(id=1)", "await records.Cycle.of(mid).get(id=1)", "model.prefix"]
)
def test_the_lint_lets_pass_what_is_scoped(line: str) -> None:
    """What names the town is fine."""
    assert unscoped(f"async def read():\n    {line}\n") == []
