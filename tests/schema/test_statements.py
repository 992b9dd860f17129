"""How many SQL statements each page costs: pinned, and the same however many rows there are."""

from typing import Final

import pytest

from tests.schema import questions
from tests.schema.asking import Answer, context, execute
from tests.schema.conftest import Towns
from tests.schema.statements import statements
from tests.town import Town
from workflows import records
from workflows.records import Project, Row

PINNED: Final[list[tuple[str, Answer, int]]] = [
    (questions.BOARD, {"first": 46}, 7),
    (questions.BOARD, {"first": 2}, 7),
    (questions.BOARD_OF_YEAR, {}, 5),
    (questions.BOARD_WITH_MOVES, {}, 11),
    (questions.BOARD_WITH_HISTORY, {}, 5),
    (questions.BOARD_FILTERED, {}, 7),
    (questions.PLAN_TREE, {}, 14),
    (questions.DETAIL, {"code": "1_02"}, 29),
    (questions.HISTORY, {}, 13),
    (questions.PROGRESS, {"by": None}, 4),
    (questions.PROGRESS, {"by": "POLICY"}, 5),
    (questions.PROGRESS, {"by": "CATEGORY"}, 5),
    (questions.PROGRESS, {"by": "DEPARTMENT"}, 5),
    (questions.PROGRESS, {"by": "FISCAL_YEAR"}, 5),
    (questions.DEPARTMENTS, {}, 13),
    (questions.PEOPLE, {}, 5),
    (questions.WORKFLOW, {}, 0),
]
KINDS: Final[tuple[type[Row], ...]] = (
    *(records.Project, records.Cycle, records.Sheet, records.Indicator, records.Ownership),
    *(records.Event, records.Person, records.Appointment, records.Department, records.Group),
    *(records.Policy, records.Category, records.Grade, records.PlanRevision, records.Rollout),
)


async def sent_for(town: Town, document: str, who: str = "lead", **variables: object) -> list[str]:
    """Return the statements of one operation."""
    asked = await context(town, who)
    with statements() as sent:
        _, errors = await execute(asked, document, variables)
    assert not errors, errors
    return sent


async def test_the_counter_counts(read_towns: Towns) -> None:
    """One statement is one, whatever asks."""
    with statements() as sent:
        assert await Project.of(read_towns.large.id).count() == 48
        assert await Project.of(read_towns.small.id).first()
    assert len(sent) == 2
    assert all(statement.startswith("SELECT") for statement in sent)


@pytest.mark.parametrize("size", ["small", "large"])
async def test_a_page_costs_what_is_pinned(read_towns: Towns, size: str) -> None:
    """The same statements for 5 projects and for 46: no relation is read row by row."""
    town: Town = getattr(read_towns, size)
    counted = [
        (document, variables, len(await sent_for(town, document, **variables)))
        for document, variables, _ in PINNED
    ]
    assert counted == PINNED


@pytest.mark.parametrize("each", [1, 6])
async def test_nodes_cost_one_statement_a_type(read_towns: Towns, each: int) -> None:
    """Many ids of a type are read together."""
    town = read_towns.large
    rows = [row for model in KINDS for row in await model.of(town.id).limit(each)]
    ids = [row.public_id for row in rows] + [f"mun_{town.id.hex}"] * each
    sent = await sent_for(town, questions.NODES, "auditor", ids=ids)
    assert len(sent) == len(KINDS) + 1
