"""Pages of projects and of the record: whatever the order, each item comes exactly once."""

from typing import Final
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schema.asking import Answer, ask, error_codes
from tests.schema.conftest import Towns
from tests.schema.paging import HISTORY, PROJECTS, Walk
from tests.town import Town
from workflows.records import Event, Project
from workflows.sheets import Report
from workflows.stages import Stage, Trigger

BOUNDED: Final = settings(
    derandomize=True,
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FIELDS: Final = ("POSITION", "CODE", "TITLE", "STAGE", "DUE_ON", "ENTERED_STAGE_AT")
ORDERS: Final = st.lists(
    st.fixed_dictionaries(
        {"field": st.sampled_from(FIELDS)}, optional={"direction": st.sampled_from(("ASC", "DESC"))}
    ),
    max_size=3,
)
FILTERS: Final = st.sampled_from(
    [{}, {"stage": ["PLAN"]}, {"search": "取組1"}, {"not": {"status": ["ACTIVE"]}}, {"code": []}]
)
FACTS: Final = """query($where: ProjectWhere, $year: Int!) {
  projects(first: 100, where: $where, fiscalYear: $year) { nodes { id code title
    cycle(fiscalYear: $year) { stage dueOn enteredStageAt } } } }"""


async def facts(town: Town, where: Answer) -> list[Answer]:
    """Return what projects are ordered by, in the plan's order."""
    found = (await ask(town, FACTS, where=where, year=2026))["projects"]["nodes"]
    return [{**one, **one["cycle"], "place": place} for place, one in enumerate(found)]


def ordered(rows: list[Answer], orders: list[Answer]) -> list[str]:
    """Return the ids in the order that is asked for; rows without a value come last."""
    names = {"CODE": "code", "TITLE": "title", "DUE_ON": "dueOn", "POSITION": "place"}
    names |= {"ENTERED_STAGE_AT": "enteredStageAt", "STAGE": "stage"}
    for order in reversed(orders):
        name = names[order["field"]]
        some = [row for row in rows if row[name] is not None]
        none = [row for row in rows if row[name] is None]
        some.sort(
            key=lambda row, name=name: (  # type: ignore[misc] # bound
                list(Stage).index(row[name]) if name == "stage" else row[name]
            ),
            reverse=order.get("direction") == "DESC",
        )
        rows = some + none
    return [row["id"] for row in rows]


@BOUNDED
@given(orders=ORDERS, where=FILTERS, size=st.integers(5, 50))
async def test_projects_come_in_the_order_asked_for(
    read_towns: Towns, orders: list[Answer], where: Answer, size: int
) -> None:
    """Forwards and backwards give the same list, which is what Python would sort."""
    asked = {"orderBy": orders, "where": where, "fiscalYear": 2026}
    walk = Walk(read_towns.large, PROJECTS, asked)
    expected = ordered(await facts(read_towns.large, where), orders)
    assert await walk.forwards(size) == expected
    assert await walk.backwards(size) == expected


async def test_projects_without_a_due_day_come_last(read_towns: Towns) -> None:
    """A closed cycle has no due day: it is at the end whichever end comes first."""
    for direction in ("ASC", "DESC"):
        order = [{"field": "DUE_ON", "direction": direction}]
        asked = {"orderBy": order, "fiscalYear": 2026}
        last = (await Walk(read_towns.large, PROJECTS, asked).forwards(20))[-1]
        document = (
            "query($id: ID!) { project(ref: {id: $id}) { cycle(fiscalYear: 2026) { stage } } }"
        )
        assert (await ask(read_towns.large, document, id=last))["project"]["cycle"][
            "stage"
        ] == "CLOSED"


async def test_every_page_size_walks_the_whole_list(read_towns: Towns) -> None:
    """From 1 to 50: projects and the record, forwards and backwards."""
    town = read_towns.small
    active = Project.of(town.id).filter(status="ACTIVE").order_by("position")
    told = Event.of(town.id).filter(project_id=(await town.project()).id).order_by("-sequence")
    asked = {"where": {"project": (await town.project()).public_id}}
    for walk, rows in (
        (Walk(town, PROJECTS, {"where": {"status": ["ACTIVE"]}}), await active),
        (Walk(town, HISTORY, asked), await told),
    ):
        expected = [row.public_id for row in rows]
        assert len(expected) > 5
        for size in range(1, 51):
            assert await walk.forwards(size) == expected
            assert await walk.backwards(size) == expected


KINDS: Final = st.sampled_from([None, ["TRANSITION"], ["REFUSAL", "CORRECTED"], []])


@BOUNDED
@given(kind=KINDS, newest_first=st.booleans(), size=st.integers(10, 100))
async def test_the_record_is_walked_once(
    read_towns: Towns, *, kind: list[str] | None, newest_first: bool, size: int
) -> None:
    """Each entry once, in the order asked for, with and without a filter."""
    town = read_towns.small
    events = Event.of(town.id).order_by("-sequence" if newest_first else "sequence")
    wanted = [e.public_id for e in await events if kind is None or e.kind in kind]
    walk = Walk(town, HISTORY, {"where": {"kind": kind}, "newestFirst": newest_first})
    assert await walk.forwards(size) == wanted
    assert await walk.backwards(size) == wanted


async def test_a_projects_history_is_walked_once(read_towns: Towns) -> None:
    """The record of one project, a page at a time; several projects at once agree with it."""
    town = read_towns.small
    document = """query($id: ID!, $first: Int, $after: String) { project(ref: {id: $id}) {
      history(first: $first, after: $after) { totalCount nodes { sequence }
        pageInfo { hasNextPage endCursor } } } }"""
    for project in await Project.of(town.id):
        events = await Event.of(town.id).filter(project_id=project.id).order_by("-sequence")
        walked, after = [], None
        while True:
            asked = {"id": project.public_id, "first": 3, "after": after}
            page = (await ask(town, document, "auditor", **asked))["project"]["history"]
            walked += [node["sequence"] for node in page["nodes"]]
            assert page["totalCount"] == len(events)
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert walked == [event.sequence for event in events]
    document = "{ projects { nodes { id history(first: 2) { totalCount nodes { sequence } } } } }"
    for one in (await ask(town, document, "auditor"))["projects"]["nodes"]:
        told = Event.of(town.id).filter(project_id=UUID(one["id"][4:]))
        latest = [event.sequence for event in await told.order_by("-sequence").limit(2)]
        assert [node["sequence"] for node in one["history"]["nodes"]] == latest
        assert one["history"]["totalCount"] == await told.count()


async def test_entries_written_meanwhile_do_not_shift_a_page(towns: Towns) -> None:
    """The page after a cursor is the same after something new was recorded."""
    walk = Walk(towns.hashikami, HISTORY, {})
    first = await walk.page(first=5)
    cursor = first["pageInfo"]["endCursor"]
    before = await walk.page(first=5, after=cursor)
    await towns.hashikami.fire("lead", Trigger.REPORT_INTERIM, report=Report(text="途中"))
    assert (await walk.page(first=5))["nodes"] != first["nodes"]
    assert (await walk.page(first=5, after=cursor))["nodes"] == before["nodes"]


async def test_page_sizes_have_bounds(read_towns: Towns) -> None:
    """From 1 to 100, forwards or backwards but not both, 50 where none is said."""
    town = read_towns.hashikami
    for name in ("projects", "history"):
        for size in (0, -1, 101, 2**31 - 1, -(2**31)):
            for way in ("first", "last"):
                document = f"{{ {name}({way}: {size}) {{ totalCount }} }}"
                assert await error_codes(town, document) == ["BAD_PAGE"], document
        for both in ("first: 1, last: 1", 'first: 1, before: "x"', 'last: 1, after: "x"'):
            document = f"{{ {name}({both}) {{ totalCount }} }}"
            assert await error_codes(town, document) == ["BAD_PAGE"], document
        for bounds, count in (("", 46), ("(first: 1)", 1), ("(first: 100)", 100)):
            document = f"{{ {name}{bounds} {{ totalCount nodes {{ id }} }} }}"
            found = (await ask(town, document, "auditor"))[name]
            expected = 50 if name == "history" and not bounds else min(count, found["totalCount"])
            assert len(found["nodes"]) == expected, document
    document = '{ project(ref: {code: "1_02"}) { history(first: 101) { totalCount } } }'
    assert await error_codes(town, document) == ["BAD_PAGE"]
