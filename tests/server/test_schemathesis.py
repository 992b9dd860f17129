"""Whatever the schema allows is asked of the running server, which has no unhandled error."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from graphql import StringValueNode
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from tests.server.processes import Served, served

EACH = 3
"""Examples of each field of Query and Mutation."""
MINE = {"INTERNAL_ERROR", "TIMEOUT"}
"""Codes that say that it was the server's fault."""


@pytest.fixture
def fresh(own_town: str, tmp_path: Path) -> Iterator[Served]:
    """Serve a town that may be written to, without rates."""
    rates = {f"MEGURU_{name}_PERSON": "100000000" for name in ("RATE", "COST")}
    with served(tmp_path, DATABASE_URL=own_town, **rates) as running:
        yield running


def texts() -> st.SearchStrategy[StringValueNode]:
    """Return numbers as GraphQL writes our decimals, and what is none."""
    return st.sampled_from(["0", "-1.5", "1e9", "x", ""]).map(nodes.String)


def test_no_unhandled_error(fresh: Served, tokens: dict[str, str]) -> None:
    """Every field of Query and Mutation, asked by the office; each error is one with a code."""
    schemathesis.graphql.scalar("Decimal", texts())
    known = {"Authorization": f"Bearer {tokens['office']}"}
    schema = schemathesis.graphql.from_url(f"{fresh.url}graphql", headers=known)
    told: Counter[str] = Counter()
    asked: set[str] = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()
        asked.add(operation.label)
        told += codes_of(operation, known)
    assert {"Query.projects", "Query.node", "Mutation.editSheet"} <= asked
    assert not MINE & set(told)
    faults = [line for line in fresh.logged() if line["level"] == "error"]
    assert faults == []


def codes_of(operation: Any, headers: dict[str, str]) -> Counter[str]:  # noqa: ANN401 - untyped
    """Ask a few examples of an operation, and count the codes that are told."""
    told: Counter[str] = Counter()

    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:  # noqa: ANN401 - untyped
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (operation.label, case.body, answer.text)
        for error in answer.json().get("errors", ()):
            told[error["extensions"]["code"]] += 1

    ask()
    return told
