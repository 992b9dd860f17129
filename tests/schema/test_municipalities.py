"""Three towns in one database: whatever is asked of one, nothing of the others is found."""

import asyncio
import copy
from dataclasses import replace
from typing import Any, Final

from tests.schema import questions
from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.documents import selection
from tests.schema.test_subscription import following, take
from tests.schema.valid import WHO, prepare, valid_inputs
from tests.schema.verbs import Desk
from tests.town import Town
from workflows import records
from workflows.feed import FEED
from workflows.records import Event, Municipality, Row
from workflows.replay import audit

MODELS: Final[tuple[type[Row], ...]] = tuple(
    model
    for model in vars(records).values()
    if isinstance(model, type) and issubclass(model, Row) and model is not Row
)


async def ids_of(town: Town) -> list[str]:
    """Return the ids of everything that a town has."""
    rows = [row.public_id for model in MODELS for row in await model.of(town.id)]
    return [f"mun_{town.id.hex}", *rows]


def ids_in(answer: object) -> set[str]:
    """Return every id in an answer."""
    match answer:
        case dict():
            return {i for value in answer.values() for i in ids_in(value)}
        case list():
            return {i for value in answer for i in ids_in(value)}
        case str() if len(answer) == 36 and answer[3:4] == "_":
            return {answer}
        case _:
            return set()


async def test_each_town_reads_only_its_own(read_towns: Towns) -> None:
    """Everything that a query reaches: no id of another town is anywhere in the answer."""
    everything = selection("Query", 2)
    for town in read_towns.all:
        seen = ids_in(await ask(town, everything, "office_lead"))
        seen |= ids_in(await ask(town, questions.HISTORY, "auditor"))
        assert len(seen) > 50
        assert seen <= set(await ids_of(town))


async def test_nodes_of_another_town_are_not_there(read_towns: Towns) -> None:
    """By id, of every type: each town finds all of its own, and nothing else."""
    secret = records.Token.__module__
    kept = {records.EventHead, records.Export, records.RecordTile}
    shown = [m.prefix for m in MODELS if m.__module__ != secret and m not in kept]
    for town in read_towns.all:
        for other in read_towns.all:
            ids = await ids_of(other)
            found: list[Answer | None] = []
            for start in range(0, len(ids), 100):
                asked = ids[start : start + 100]
                found += (await ask(town, questions.NODES, "auditor", ids=asked))["nodes"]
            taken = records.Export.of(town.id).filter(person_id=town.people["auditor"])
            own = {copy.public_id for copy in await taken}
            mine = [i for i in ids if i[:3] in {"mun", *shown} or i in own] if town is other else []
            assert [node["id"] for node in found if node] == mine


async def test_filters_by_ids_of_another_town_find_nothing(read_towns: Towns) -> None:
    """Projects and entries of nobody: the ids are as good as unknown."""
    mine, theirs = read_towns.small, Desk(read_towns.large)
    project = await theirs.project()
    of_projects: list[Answer] = [
        {"department": [theirs.department("税務課")]},
        {"group": [await theirs.first(records.Group)]},
        {"policy": [await theirs.first(records.Policy)]},
        {"category": [await theirs.first(records.Category)]},
    ]
    document = "query($where: ProjectWhere) { projects(where: $where) { totalCount } }"
    for where in of_projects:
        assert await ask(mine, document, where=where) == {"projects": {"totalCount": 0}}
        assert (await ask(theirs.town, document, where=where))["projects"]["totalCount"] > 0
    of_entries: list[Answer] = [
        {"project": project["id"]},
        {"cycle": (await theirs.cycle("1_05"))["id"]},
        {"actor": theirs.person("lead")},
        {"department": theirs.department("税務課")},
        {"actorDepartment": theirs.department("税務課")},
        {"departmentNow": theirs.department("税務課")},
        {"person": theirs.person("lead")},
    ]
    document = "query($where: HistoryWhere) { history(where: $where) { totalCount } }"
    for where in of_entries:
        assert await ask(mine, document, "auditor", where=where) == {"history": {"totalCount": 0}}
        assert (await ask(theirs.town, document, "auditor", where=where))["history"][
            "totalCount"
        ] > 0
    document = "query($id: ID!) { project(ref: {id: $id}) { code } }"
    assert await ask(mine, document, id=project["id"]) == {"project": None}


def places(given: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Return the paths to all ids in an input."""
    items = given.items() if isinstance(given, dict) else enumerate(given)
    found = []
    for name, value in items:
        if isinstance(value, dict | list):
            found += places(value, (*path, name))
        elif ids_in(value):
            found.append((*path, name))
    return found


def at(given: Any, path: tuple[Any, ...], value: str | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path; with a value, put it there first."""
    for step in path[:-1]:
        given = given[step]
    if value is not None:
        given[path[-1]] = value
    return given[path[-1]]


async def test_no_verb_reaches_another_town(towns: Towns) -> None:
    """Each id of each valid input, one at a time, put into the same input of another town."""
    here, there = await prepare(towns.large), await prepare(towns.small)
    foreign = [model.prefix for model in MODELS]
    their_ids = {prefix: [] for prefix in foreign}
    for public in await ids_of(there.town):
        their_ids.setdefault(public[:3], []).append(public)
    size, checked = await there.town.size(), 0
    for verb, given in (await valid_inputs(here)).items():
        for path in places(given):
            asked = copy.deepcopy(given)
            at(asked, path, their_ids[at(given, path)[:3]][0])
            error = await here.refused(verb, WHO[verb], **asked)
            assert error["__typename"] == "NotFound", (verb, path, error)
            assert error["path"] == [str(step) for step in path]
            checked += 1
    assert checked > 12
    assert await there.town.size() == size
    assert await audit(there.town.id) == []
    assert await audit(here.town.id) == []


async def test_a_person_of_another_town_is_nobody(towns: Towns) -> None:
    """Not a viewer, and not signed in for any verb: nothing is recorded in either town."""
    here, there = await prepare(towns.large), towns.small
    stranger = replace(here.town, people=there.people)
    sizes = [await town.size() for town in towns.all]
    assert await ask(stranger, "{ viewer { person { id } } }", "office") == {"viewer": None}
    for verb, given in (await valid_inputs(here)).items():
        error = await Desk(stranger).refused(verb, WHO[verb], **given)
        assert error["__typename"] == "NotSignedIn", verb
    asked = {"where": {"actionableByViewer": True}}
    document = "query($where: ProjectWhere) { projects(where: $where) { totalCount } }"
    assert (await ask(stranger, document, "office", **asked))["projects"]["totalCount"] == 0
    assert [await town.size() for town in towns.all] == sizes


async def test_keys_and_sequences_are_each_towns_own(towns: Towns) -> None:
    """The same idempotency key in two towns is two acts, each the next of its own record."""
    made = key()
    for town in (towns.large, towns.small):
        size = await town.size()
        given = {"name": "新任", "staffNumber": "5555", "idempotencyKey": made}
        done = await Desk(town).done("registerPerson", "admin", **given)
        assert (done["replayed"], done["entry"]["sequence"]) == (False, size + 1)


async def test_a_follower_hears_of_one_town(towns: Towns) -> None:
    """What two other towns write, before and meanwhile, does not come."""
    here = towns.hashikami
    mine = {event.public_id for event in await Event.of(here.id)}
    async with following(here, after=0) as entries:
        assert {entry["id"] for entry in await take(entries, len(mine))} == mine
        waiting = asyncio.create_task(take(entries, 1))
        for number, town in enumerate((towns.large, towns.small, here)):
            await asyncio.sleep(0.05)
            assert not waiting.done()
            FEED.announce(here.id)
            given = {"name": "新任", "staffNumber": f"777{number}"}
            await Desk(town).done("registerPerson", "admin", **given)
        (entry,) = await waiting
        assert entry["__typename"] == "PersonRegistration"
        assert entry["sequence"] == len(mine) + 1


async def test_there_really_are_three(read_towns: Towns) -> None:
    """The read_towns have data of every kind, so that there is something to cross over to."""
    assert await Municipality.all().count() == 3
    # A tile takes 256 entries; how far somebody read their news is told to nobody else.
    for model in set(MODELS) - {records.RecordTile, records.NewsMark}:
        assert await model.of(read_towns.large.id).count() > 0, model
        assert await model.of(read_towns.small.id).count() > 0, model
