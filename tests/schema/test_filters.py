"""Filters on projects, held against plain Python."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.schema.asking import Answer, ask, context, error_codes, execute
from tests.schema.conftest import Towns
from tests.schema.statements import statements
from tests.schema.test_paging import BOUNDED
from tests.town import Town
from workflows import records
from workflows.fiscal import day_of
from workflows.folding import fold
from workflows.records import Category, Cycle, Ownership, Project

FOUND: Final = """query($where: ProjectWhere, $year: Int) {
  projects(first: 100, where: $where, fiscalYear: $year) { totalCount nodes { code } } }"""
MOVES: Final = """query($year: Int!) { projects(first: 100, fiscalYear: $year) { nodes { code
  cycle(fiscalYear: $year) { availableTransitions { allowed } } } } }"""
IDS: Final = {
    "department": ("町民生活課", "税務課", "-税務課", "dep_00000000000000000000000000000001"),
    "group": ("戸籍住民G", "行政防災G", "grp_", ""),
    "policy": ("1", "2", "-2", "6"),
    "category": ("1-1", "5-3", "\ud800"),
}
"""Names, of which each database has other ids; with a dash, the id under another type's prefix."""


def some(*values: object) -> st.SearchStrategy[list[Any]]:
    """Draw a list of values, which may be empty or repeat itself."""
    return st.lists(st.sampled_from(values), max_size=3)


def size(where: Answer) -> tuple[int, int]:
    """Return how many conditions a filter has, and levels."""
    inner = [*where.get("and", ()), *where.get("or", ())]
    inner += [where["not"]] if "not" in where else []
    sizes = [size(one) for one in inner]
    own = max(len(where.keys() - {"and", "or", "not"}), 1)
    return own + sum(count for count, _ in sizes), 1 + max((deep for _, deep in sizes), default=0)


LEAVES: Final = st.fixed_dictionaries(
    {},
    optional={
        **{condition: some(*names) for condition, names in IDS.items()},
        "code": some("1_02", "1_05", "6_01", "1_2", "", "\ud800", "\0"),
        "status": some("ACTIVE", "SUSPENDED", "ABOLISHED"),
        "stage": some("PLAN", "DO", "CHECK", "CLOSED"),
        "overdue": st.booleans(),
        "inStageLongerThanDays": st.sampled_from((-1, 0, 39, 41, 2**31 - 1)),
        "actionableByViewer": st.booleans(),
        "search": st.sampled_from(("", "取組1", "の 取組 八戸", "効果", "1_0", "ﾄﾘｸﾐ")),
    },
)
ONE_BY_ONE: Final[list[Answer]] = [
    *({"overdue": value} for value in (True, False)),
    *({"actionableByViewer": value} for value in (True, False)),
    *({"inStageLongerThanDays": value} for value in (0, 39, 41)),
    *({"stage": [value]} for value in ("PLAN", "DO", "CHECK", "CLOSED")),
    *({"status": [value]} for value in ("ACTIVE", "ABOLISHED")),
    *({"code": [value]} for value in ("1_02", "6_01", "1_2")),
    *({condition: [name]} for condition, names in IDS.items() for name in names),
]
"""Each condition alone: one that is drawn among others may not decide anything."""
WHERE: Final = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "and": st.lists(inner, max_size=2),
            "or": st.lists(inner, max_size=3),
            "not": inner,
            "stage": some("PLAN", "DO"),
        },
    ),
    max_leaves=5,
).filter(lambda where: size(where)[0] <= 30 and size(where)[1] <= 5)


@dataclass(frozen=True)
class Oracle:
    """What is known of a town at a moment: of each cycle, and ids by name."""

    town: Town
    now: dt.datetime
    facts: list[Answer]
    ids: dict[str, str]


COMPOSED: Final[dict[str, Callable[[Answer, Any], bool]]] = {
    "and": lambda facts, value: all(holds(facts, inner) for inner in value),
    "or": lambda facts, value: any(holds(facts, inner) for inner in value),
    "not": lambda facts, value: not holds(facts, value),
    "search": lambda facts, value: all(fold(word) in facts["search"] for word in value.split()),
    "inStageLongerThanDays": lambda facts, value: facts["days"] > min(max(value, 0), 36_500),
    "overdue": lambda facts, value: facts["overdue"] is value,
    "actionableByViewer": lambda facts, value: facts["actionableByViewer"] is value,
}


def holds(facts: Answer, where: Answer) -> bool:
    """Return whether a project and its cycle fulfil a filter."""
    return all(
        COMPOSED[name](facts, value) if name in COMPOSED else facts[name] in value
        for name, value in where.items()
    )


async def public_ids(town: Town) -> dict[str, str]:
    """Return the ids by name, and under another prefix by name with a dash."""
    of_name: dict[str, str] = {}
    for model in (records.Department, records.Group, records.Policy, records.Category):
        for row in await model.of(town.id):
            name = getattr(row, "code", None) or getattr(row, "name", "")
            of_name |= {name: row.public_id, f"-{name}": f"prj_{row.id.hex}"}
    return of_name


def with_ids(where: Answer, of_name: dict[str, str]) -> Answer:
    """Return a filter with ids for names."""

    def one(name: str, value: Any) -> Any:  # noqa: ANN401 - of any condition
        if name in IDS:
            return [of_name.get(item, item) for item in value]
        if name == "not":
            return with_ids(value, of_name)
        return [with_ids(item, of_name) for item in value] if name in {"and", "or"} else value

    return {name: one(name, value) for name, value in where.items()}


async def known(town: Town, now: dt.datetime) -> list[Answer]:
    """Return what there is to be known of each project and each of its cycles."""
    today, found = day_of(now), []
    categories = {c.id: c for c in await Category.of(town.id)}
    owners = {o.project_id: o for o in await Ownership.of(town.id).filter(starts_on__lte=today)}
    for cycle in await Cycle.of(town.id).order_by("project__position").select_related("project"):
        project = cycle.project
        category, owner = categories[project.category_id], owners[project.id]
        text = (project.code, project.title, project.content, *project.expected_effects)
        found.append(
            {
                "year": cycle.fiscal_year,
                "current": project.current_cycle_id == cycle.id,
                "code": project.code,
                "status": project.status,
                "category": category.public_id,
                "policy": f"pol_{category.policy_id.hex}",
                "department": f"dep_{owner.department_id.hex}",
                "group": owner.group_id and f"grp_{owner.group_id.hex}",
                "stage": cycle.stage,
                "overdue": (cycle.due_on or today) < today and project.status == "ACTIVE",
                "days": (now - cycle.entered_stage_at).total_seconds() / 86_400,
                "search": fold("\n".join(text)),
            }
        )
    return found


async def actionable(town: Town, now: dt.datetime, year: int) -> dict[str, bool]:
    """Return whether the lead can fire some move, by project."""
    nodes = (await ask(town, MOVES, "lead", now, year=year))["projects"]["nodes"]
    return {
        node["code"]: any(move["allowed"] for move in node["cycle"]["availableTransitions"])
        for node in nodes
    }


@pytest.fixture
async def oracle(read_towns: Towns) -> Oracle:
    """Learn of the larger town all that filters ask for, forty days on."""
    town, now = read_towns.large, dt.datetime.now(dt.UTC) + dt.timedelta(days=40)
    facts = await known(town, now)
    can_act = {year: await actionable(town, now, year) for year in (2026, 2027)}
    for one in facts:
        one["actionableByViewer"] = can_act[one["year"]][one["code"]]
    assert {one["actionableByViewer"] for one in facts} == {True, False}
    assert {one["stage"] for one in facts} == {"PLAN", "DO", "CHECK", "CLOSED"}
    return Oracle(town, now, facts, await public_ids(town))


@BOUNDED
@given(where=st.lists(WHERE, min_size=8, max_size=8), year=st.sampled_from((None, 2026, 2027)))
@example(where=[{"or": []}, {"not": {}}, {"and": []}, {"not": {"or": []}}], year=None)
@example(where=[{"not": {"code": []}}, {"or": [{}]}, {"not": {"group": []}}], year=2026)
@example(where=ONE_BY_ONE, year=2026)
@example(where=ONE_BY_ONE, year=None)
async def test_filters_are_what_python_would_keep(
    oracle: Oracle, where: list[Answer], year: int | None
) -> None:
    """Any composition of conditions, over the current cycles and those of a year."""
    facts = [one for one in oracle.facts if (one["year"] == year if year else one["current"])]
    for one in where:
        asked = with_ids(one, oracle.ids)
        answer = await ask(oracle.town, FOUND, "lead", oracle.now, where=asked, year=year)
        expected = [project["code"] for project in facts if holds(project, asked)]
        assert [node["code"] for node in answer["projects"]["nodes"]] == expected, one
        assert answer["projects"]["totalCount"] == len(expected)


async def test_a_filter_agrees_with_the_field(oracle: Oracle) -> None:
    """What is found as overdue says so of itself, and nothing else does."""
    document = """query($where: ProjectWhere) { projects(first: 100, where: $where) { nodes {
      currentCycle { overdue } } } }"""
    for overdue in (True, False):
        answer = await ask(oracle.town, document, None, oracle.now, where={"overdue": overdue})
        assert {n["currentCycle"]["overdue"] for n in answer["projects"]["nodes"]} == {overdue}


async def test_an_empty_filter_keeps_all(read_towns: Towns) -> None:
    """No filter, an empty one and one of nulls are the same."""
    nulls = dict.fromkeys(("and", "or", "not", "search", "code", "stage", "overdue"))
    for where in (None, {}, nulls):
        found = (await ask(read_towns.large, FOUND, where=where))["projects"]
        assert found["totalCount"] == await Project.of(read_towns.large.id).count()


async def test_nobody_can_act_anonymously(read_towns: Towns) -> None:
    """Without a viewer no project is actionable, and all are not."""
    count = await Project.of(read_towns.large.id).count()
    for actionable, expected in ((True, 0), (False, count)):
        where = {"actionableByViewer": actionable}
        found = (await ask(read_towns.large, FOUND, where=where))["projects"]
        assert found["totalCount"] == expected


def nested(levels: int) -> Answer:
    """Return a filter of so many objects, one in the other."""
    where: Answer = {"search": "取組"}
    for _ in range(levels - 1):
        where = {"not": where}
    return where


@pytest.mark.parametrize(
    "where",
    [
        {"code": ["1_05"] * 100},
        {"or": [{"overdue": True}] * 30},
        {"and": [{"overdue": True, "stage": ["PLAN"], "search": "取組"}] * 10},
        nested(5),
        {"search": " ".join("取組の一二三四五六七")},
        {"or": [{"search": " ".join("取組の一二三四五六七")}] * 3},
    ],
)
async def test_as_much_as_a_filter_may_ask(read_towns: Towns, where: Answer) -> None:
    """The bounds themselves are allowed."""
    assert await error_codes(read_towns.small, FOUND, where=where) == []


@pytest.mark.parametrize(
    "where",
    [
        {"code": ["a"] * 101},
        {"or": [{"overdue": True}] * 31},
        {"or": [{}] * 31},
        {"and": [{"overdue": True, "stage": ["PLAN"], "search": "取組"}] * 10 + [{}]},
        nested(6),
        nested(60),
        {"and": [{"or": [nested(4)]}]},
        {"or": [{"overdue": True}] * 101},
        {"or": [{"and": [{}] * 50}, {"and": [{}] * 50}]},
        {"not": {"category": ["x"] * 40_000}},
    ],
)
async def test_a_filter_without_end_is_refused(read_towns: Towns, where: Answer) -> None:
    """Of conditions, levels and values in one no more than a filter may have."""
    assert await error_codes(read_towns.small, FOUND, where=where) == ["TOO_MANY"]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"search": " ".join("あいうえおかきくけこさ")}, 11),
        ({"or": [{"not": {"search": " ".join("あいうえおかきくけこ")}}] * 4}, 40),
    ],
)
async def test_a_search_without_end_is_refused(
    read_towns: Towns, where: Answer, count: int
) -> None:
    """The error tells how many words there may be, and how many there are."""
    assert await error_codes(read_towns.small, FOUND, where=where) == ["BAD_SEARCH"]
    errors = (await execute(await context(read_towns.small), FOUND, {"where": where}))[1]
    assert f"{10 if count == 11 else 30}" in errors[0]["message"]
    assert f"there are {count}" in errors[0]["message"]


async def test_filters_of_one_operation_are_read_once(oracle: Oracle) -> None:
    """Equal or not, and whoever can act is found out once: the statements are those of one."""
    wheres: list[Answer] = [
        {"actionableByViewer": True},
        {"actionableByViewer": True},
        {"actionableByViewer": False, "stage": ["PLAN"]},
        {"not": {"actionableByViewer": True}},
        {"search": "取組1", "department": [oracle.ids["税務課"]], "policy": [oracle.ids["1"]]},
    ]
    sent = []
    for count in (1, len(wheres)):
        given = {f"w{i}": wheres[-1 - i] for i in range(count)}
        declared = ", ".join(f"${name}: ProjectWhere" for name in given)
        fields = " ".join(f"{n}: projects(where: ${n}) {{ totalCount }}" for n in given)
        with statements() as collected:
            answer = await ask(
                oracle.town, f"query({declared}) {{ {fields} }}", "lead", oracle.now, **given
            )
        sent.append(collected)
    of_cases = {text for text in sent[1] if text not in sent[0]}
    assert len(sent[1]) == len(set(sent[1]))
    assert len(sent[1]) == len(sent[0]) + len(of_cases)
    kept = [[f for f in oracle.facts if f["current"] and holds(f, w)] for w in wheres[::-1]]
    assert [found["totalCount"] for found in answer.values()] == [len(one) for one in kept]
