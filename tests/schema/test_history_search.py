"""Filters and full-text search over the record, held against plain Python, for every viewer."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import pytest

from schema.history_where import HistoryWhere, condition, holds
from tests.schema.asking import Answer, ask, context, error_codes
from tests.schema.conftest import Towns
from tests.schema.oracle import VIEWERS, Oracle, Viewer
from tests.schema.test_delegation import let
from tests.schema.test_sight_matrix import drafts, told
from tests.schema.test_subscription import following, take
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.fiscal import day_of
from workflows.folding import fold
from workflows.ledger import now
from workflows.readings import ENTRIES, Reading
from workflows.records import Authority, Event, EventKind
from workflows.shown import RAW
from workflows.stages import Stage

LISTED: Final = """query($where: HistoryWhere, $after: String) {
  history(where: $where, newestFirst: false, first: 100, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { sequence } } }"""
TEXTS: Final = {
    "wide": "ＤＸ推進ー％＿￥とＷｉ－Ｆｉ",
    "narrow": "ﾃﾞｼﾞﾀﾙﾃﾞﾊﾞｲﾄﾞの 解消 (wi-fi)",
    "kana": "きっずルームのデジタル化",
    "signs": '目標は100%、10_0件、C:\\dx、"引用"',
}
"""What reports say, by the name that tests call them."""
SEARCHES: Final = {
    "デジタル": {"narrow", "kana"},
    "でじたる かいしょう": set[str](),
    "ﾃﾞｼﾞﾀﾙ 解消": {"narrow"},
    "dx推進": {"wide"},
    "wi-fi": {"wide", "narrow"},
    "100%、": {"signs"},
    "1%0": set(),
    "10_0件": {"signs"},
    "1___件": set(),
    "C:\\dx": {"signs"},
    "C:dx": set(),
    "\\\\": set(),
    "％＿": {"wide"},
    '"引用"': {"signs"},
    "' OR 1=1 --": set(),
}
Test = Callable[[Viewer, Event], bool]


@dataclass(frozen=True)
class Archive:
    """A town with drafts, decisions on behalf, a project that changed hands, and words to find."""

    oracle: Oracle
    events: list[Event]
    reports: dict[int, str]
    """The names of TEXTS by sequence."""

    @property
    def town(self) -> Town:
        """The town itself."""
        return self.oracle.town

    def whole(self, viewer: Viewer, event: Event) -> bool:
        """Return whether a viewer should see an entry whole."""
        return self.oracle.sees(viewer, RAW[ENTRIES[event.kind]], event)

    def names(self, viewer: Viewer, event: Event) -> bool:
        """Return whether a viewer should see who did it."""
        return self.oracle.sees(viewer, Reading.NAMES, event)

    def seen(self, viewer: Viewer) -> list[Event]:
        """Return the entries that are there for a viewer."""
        return [event for event in self.events if self.oracle.is_there(viewer, event)]


@pytest.fixture
async def archive(towns: Towns) -> Archive:
    """Let happen what the filters ask for."""
    town, desk = towns.large, Desk(towns.large)
    await drafts(town)
    assert (await town.bring_to(Stage.DO, "1_09", "other_lead")).stage is Stage.DO
    await desk.fire("office", "SEND_BACK", "1_08", reason="根拠が無い")
    await let(desk, "nobody", "other_lead")
    on_behalf = {"onBehalfOf": desk.person("other_lead")}
    await desk.fire("nobody", "REPORT_INTERIM", "1_09", report={"text": "代わりに"}, **on_behalf)
    reports = {}
    for name, text in TEXTS.items():
        who = "lead" if name in {"wide", "signs"} else "other_lead"
        code = "1_05" if who == "lead" else "1_09"
        done = await desk.fire(who, "REPORT_INTERIM", code, report={"text": text})
        reports[done["transition"]["sequence"]] = name
    project = await desk.project("1_08")
    asked = {"project": project["id"], "expectedRevision": project["revision"]}
    hands = {"department": desk.department("税務課"), "effectiveOn": str(day_of(now()))}
    await desk.done("transferOwnership", "office", **asked, **hands, reason="機構改革")
    events = await Event.of(town.id).order_by("sequence")
    # By then the leave is over, so that everybody sees what their own appointments let them.
    later = replace(await Oracle.of(town), now=now() + dt.timedelta(days=40))
    return Archive(later, events, reports)


def questions(archive: Archive) -> list[tuple[Answer, Test]]:
    """Return each condition alone, with what it should keep of what is there for a viewer."""
    town, owners, desk = archive.town, archive.oracle.owners, Desk(archive.town)
    whole, names = archive.whole, archive.names
    asked: list[tuple[Answer, Test]] = [
        ({"from": ["CHECK", "ACTION"]}, lambda _, e: e.source in {"CHECK", "ACTION"}),
        ({"from": []}, lambda _v, _e: False),
        ({"authority": []}, lambda _v, _e: False),
        *(({"authority": [a]}, lambda _, e, a=a: e.authority is a) for a in Authority),
        ({"authority": ["OWN", "CONSOLE"]}, lambda _, e: e.authority in {"OWN", "CONSOLE"}),
    ]
    for name in ("税務課", "町民生活課"):
        mine = town.departments[name]
        here = {project for project, owner in owners.items() if owner == mine}
        asked.append(
            (
                {"departmentNow": desk.department(name)},
                lambda _, e, here=here: e.project_id in here,  # type: ignore[misc]
            )
        )
    asked += [({"grade": [grade, grade]}, _graded(archive, grade)) for grade in ("A", "B")]
    for who in ("other_lead", "lead", "nobody", "admin"):
        person = town.people[who]
        asked += [
            (
                {"onBehalfOf": desk.person(who)},
                lambda v, e, p=person: e.on_behalf_of_id == p and names(v, e),  # type: ignore[misc]
            ),
            (
                {"person": desk.person(who)},
                lambda v, e, p=person: (  # type: ignore[misc]
                    (p in {e.actor_id, e.on_behalf_of_id} and names(v, e))
                    or (str(p) in e.body and whole(v, e))
                ),
            ),
        ]
    for words in (*SEARCHES, "交付率", "八戸市のadmin", "休暇", "税務", "紫陽花"):
        parts = [fold(word) for word in words.split()]
        asked.append(
            (
                {"text": words},
                lambda v, e, parts=parts: (  # type: ignore[misc]
                    whole(v, e) and all(part in (e.search_text or "") for part in parts)
                ),
            )
        )
    return asked


def _graded(archive: Archive, grade: str) -> Test:
    published = {Stage.ACTION, Stage.CLOSED}
    return lambda viewer, event: (
        event.grade == grade
        and (archive.oracle.sees(viewer, Reading.EDITS, event) or event.target in published)
    )


async def listed(archive: Archive, viewer: Viewer, where: Answer) -> tuple[list[int], int]:
    """Return the sequences on all pages, and how many the pages say there are."""
    found: list[int] = []
    after: str | None = None
    while True:
        answer = await told(archive.oracle, viewer, LISTED, where=where, after=after)
        page = answer["history"]
        found += [node["sequence"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found, page["totalCount"]


async def first_pages(
    archive: Archive, viewer: Viewer, wheres: list[Answer]
) -> list[tuple[list[int], int]]:
    """Return the first page of each filter, and how many there are, asked for in one operation."""
    given = {f"w{n}": where for n, where in enumerate(wheres)}
    declared = ", ".join(f"${name}: HistoryWhere" for name in given)
    fields_ = " ".join(
        f"{name}: history(where: ${name}, newestFirst: false, first: 100)"
        " { totalCount nodes { sequence } }"
        for name in given
    )
    answer = await told(archive.oracle, viewer, f"query({declared}) {{ {fields_} }}", **given)
    return [
        ([node["sequence"] for node in page["nodes"]], page["totalCount"])
        for page in answer.values()
    ]


def _where(given: Answer) -> HistoryWhere:
    """Return a filter as a resolver gets it, all that is not given being null."""
    spelled = {"from": "source", "onBehalfOf": "on_behalf_of", "departmentNow": "department_now"}
    nulls: Any = dict.fromkeys(field.name for field in fields(HistoryWhere))
    return HistoryWhere(**nulls | {spelled.get(n, n): value for n, value in given.items()})


async def test_each_condition_keeps_what_it_should(
    archive: Archive, tell: Callable[[str], None]
) -> None:
    """For every viewer: on pages, in their count, and of one entry at a time as it is followed."""
    cases, kept = 0, 0
    asked_ = questions(archive)
    for viewer in VIEWERS:
        seen = archive.seen(viewer)
        asked = await context(
            archive.town, viewer.who, archive.oracle.now, credential=viewer.credential
        )
        pages = await first_pages(archive, viewer, [where for where, _ in asked_])
        for (where, wanted), page in zip(asked_, pages, strict=True):
            expected = [event.sequence for event in seen if wanted(viewer, event)]
            assert page == (expected[:100], len(expected)), (viewer, where)
            one = await condition(asked.loaders, _where(where))
            assert [e.sequence for e in seen if holds(e, one)] == expected, (viewer, where)
            cases, kept = cases + 1, kept + bool(expected)
    tell(f"{cases:,} cases: filters of the record, {kept:,} that keep something")
    assert kept > cases / 4


async def test_a_search_finds_what_it_should(archive: Archive) -> None:
    """Width, case, kana and blanks make no difference; wildcards are characters like others."""
    for words, expected in SEARCHES.items():
        found, _ = await listed(archive, Viewer("auditor"), {"text": words})
        assert {archive.reports[s] for s in found if s in archive.reports} == expected, words


async def test_nobody_learns_by_counting(archive: Archive) -> None:
    """What a report says moves no count of who does not see that entry whole."""
    for who in ("lead", "other_lead", "staff", "nobody", "admin", None):
        for where in ({"text": "デジタル"}, {"text": "代わりに"}):
            assert await listed(archive, Viewer(who), where) == ([], 0), who
    for who in ("nobody", None):
        where = {"onBehalfOf": Desk(archive.town).person("other_lead")}
        found, _ = await listed(archive, Viewer(who), where)
        assert bool(found) is (who == "nobody")
    draft = next(e for e in archive.events if e.grade and e.target not in {"ACTION", "CLOSED"})
    assert draft.sequence not in (await listed(archive, Viewer(None), {"grade": [draft.grade]}))[0]
    assert draft.sequence in (await listed(archive, Viewer("office"), {"grade": [draft.grade]}))[0]


async def test_conditions_hold_together(archive: Archive) -> None:
    """Several given at once keep what each of them keeps."""
    questions_ = questions(archive)
    wheres = [where for where, _ in questions_]
    for one, other in zip(wheres, wheres[7:], strict=False):
        if one.keys() & other.keys():
            continue
        for viewer in (Viewer("auditor"), Viewer("lead")):
            both, _ = await listed(archive, viewer, one | other)
            first, second = [(await listed(archive, viewer, w))[0] for w in (one, other)]
            assert both == sorted({*first} & {*second}), (one, other)


async def test_search_follows_the_record(archive: Archive) -> None:
    """Who follows with a search is sent what it finds, and only where it is seen whole."""
    town = archive.town
    for who, expected in (("auditor", 2), ("lead", 0)):
        viewer = await context(town, who)
        where = {"text": "デジタル", "kind": [EventKind.TRANSITION]}
        async with following(town, viewer=viewer, after=0, where=where) as entries:
            found = await take(entries, expected)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await anext(entries)
        assert len(found) == expected


@pytest.mark.parametrize(
    "words", ["a\0b", "\ud800", "\x1b", "あ" * 201, " ".join("あいうえおかきくけこさ")]
)
async def test_a_search_that_cannot_be_is_refused(read_towns: Towns, words: str) -> None:
    """Controls, lone surrogates, endless texts and eleven words are told."""
    for where in ({"text": words}, {"text": words, "kind": []}):
        assert await error_codes(read_towns.small, LISTED, where=where) == ["BAD_SEARCH"]


async def test_blanks_ask_for_nothing(read_towns: Towns) -> None:
    """A search of blanks is none, and lists of nothing keep nothing."""
    town = read_towns.small
    everything = (await ask(town, LISTED, "staff"))["history"]["totalCount"]
    blank = (await ask(town, LISTED, "staff", where={"text": " \n　"}))["history"]["totalCount"]
    assert blank == everything
    for name in ("grade", "authority", "from"):
        found = (await ask(town, LISTED, "staff", where={name: []}))["history"]
        assert found["totalCount"] == 0


async def test_owned_today_is_asked_of_the_day(archive: Archive) -> None:
    """An entry of the former owner is the present one's as of the day it changed hands."""
    desk = Desk(archive.town)
    where = {
        "departmentNow": desk.department("税務課"),
        "project": (await desk.project("1_08"))["id"],
    }
    for moment, some in ((now(), True), (now() - dt.timedelta(days=2), False)):
        found = (await ask(archive.town, LISTED, "office", moment, where=where))["history"]
        assert (found["totalCount"] > 0) is some
