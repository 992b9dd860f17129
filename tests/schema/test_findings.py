"""Findings and evidence through the API: pages, filters, who sees what and may do what."""

import datetime as dt
from typing import Final
from uuid import uuid4

import pytest

from tests.schema.asking import ask, context, error_codes, execute
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import PEOPLE, Town, applied
from tests.workflows.delegating import let
from workflows.ledger import now
from workflows.records import Event, Finding
from workflows.replay import audit

LIST: Final = """query($where: FindingWhere, $first: Int, $after: String) {
  findings(where: $where, first: $first, after: $after) { totalCount
    edges { cursor node { number } } nodes { number }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
ONE: Final = """query($id: ID!) { node(id: $id) { ... on Finding { number status statusLabel
  en: statusLabel(lang: EN) overdue viewerCanAnswer department { name } project { code }
  entry { sequence } entrySequence raisedBy { staffNumber } answeredBy { staffNumber }
  closedBy { staffNumber } history { __typename sequence ... on FindingEntry { kind number } } } } }"""
OVERSEERS: Final = {"office", "office_lead", "auditor"}


async def numbers(town: Town, who: str = "auditor", when: int = 0, **where: object) -> list[int]:
    """Return the numbers of the findings that somebody finds, some days from now."""
    moment = now() + dt.timedelta(days=when)
    found = (await ask(town, LIST, who, moment, where=where))["findings"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["number"] for node in found["nodes"]]


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down in a town with five findings: two from before, and three with days."""
    desk = Desk(towns.hashikami)
    project = {"project": (await desk.project())["id"]}
    for text, values in (
        ("一", project),
        ("二", {"department": desk.department("税務課")}),
        ("三", {**project, "answerDueOn": _in(10)}),
        ("四", project),
        ("五", {"department": desk.department("町民生活課"), "answerDueOn": _in(10)}),
    ):
        await desk.done("raiseFinding", "auditor", text=text, **values)
    for text, expected in (("四", "OPEN"), ("五", "OPEN")):
        finding = await desk.first(Finding, text=text)
        answer = {"text": "はい", "expectedStatus": expected, "followUpOn": _in(20)}
        await desk.done("answerFinding", "lead", finding=finding, **answer)
    end = {"finding": await desk.first(Finding, text="一"), "expectedStatus": "OPEN"}
    await desk.done("closeFinding", "auditor", **end, conclusion="誤解")
    return desk


def _in(days: int) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).date().isoformat()


async def test_findings_are_filtered(desk: Desk) -> None:
    """By status, by who has to answer today, by project, by whether they wait too long."""
    town = desk.town
    project = (await desk.project())["id"]
    ours, theirs = desk.department("町民生活課"), desk.department("税務課")
    assert await numbers(town) == [5, 4, 3, 2, 1]
    assert await numbers(town, status=["OPEN"]) == [3, 2]
    assert await numbers(town, status=["ANSWERED", "CLOSED", "ANSWERED"]) == [5, 4, 1]
    assert await numbers(town, status=[]) == []
    assert await numbers(town, project=project) == [4, 3, 1]
    assert await numbers(town, department=ours) == [5, 4, 3, 1]
    assert await numbers(town, department=theirs) == [2]
    assert await numbers(town, department=theirs, project=project) == []
    assert await numbers(town, project="prj_") == []
    for days, late in ((0, []), (15, [3]), (25, [5, 4, 3])):
        assert await numbers(town, when=days, overdue=True) == late
        rest = [n for n in (5, 4, 3, 2, 1) if n not in late]
        assert await numbers(town, when=days, overdue=False) == rest
        asked = "{ findings { nodes { number overdue } } }"
        nodes = (await ask(town, asked, "office", now() + dt.timedelta(days=days)))["findings"]
        assert [n["number"] for n in nodes["nodes"] if n["overdue"]] == late
    assert await audit(town.id) == []


async def test_findings_come_in_pages(desk: Desk) -> None:
    """Page by page nothing is left out or told twice, also while more is raised."""
    walked: list[int] = []
    after = None
    while True:
        page = (await ask(desk.town, LIST, "auditor", first=2, after=after))["findings"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        walked += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if len(walked) == 2:
            more = {"department": desk.department("税務課"), "text": "六"}
            await desk.done("raiseFinding", "auditor", **more)
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert walked == [5, 4, 3, 2, 1]
    for cursor in ("", "W10", "WyJmaW5kaW5ncyIsdHJ1ZV0", "WyJmaW5kaW5ncyIsLTFd"):
        assert await error_codes(desk.town, LIST, "auditor", after=cursor) == ["BAD_CURSOR"]
    assert await error_codes(desk.town, LIST, "auditor", first=0) == ["BAD_PAGE"]


async def test_a_finding_tells_what_came_of_it(desk: Desk) -> None:
    """Its subject, its people, what it is called, and the entries about it."""
    entry = await Event.of(desk.town.id).get(kind="TRANSITION")
    raised = await desk.done("raiseFinding", "auditor", entry=entry.public_id, text="根拠")
    finding = raised["finding"]
    assert (finding["project"], finding["entry"]) == (
        {"code": "1_02"},
        {"sequence": entry.sequence},
    )
    asked = {"finding": finding["id"], "text": "はい"}
    for status in ("OPEN", "ANSWERED"):
        await desk.done("answerFinding", "lead", expectedStatus=status, **asked)
    error = await desk.refused("closeFinding", "auditor", finding=finding["id"], conclusion="了", expectedStatus="OPEN")  # fmt: skip
    assert (error["__typename"], error["code"], error["path"]) == (
        *("FindingChanged", "FINDING_CHANGED"),
        ["expectedStatus"],
    )
    assert error["finding"] == {"status": "ANSWERED", "closedBy": None, "answer": "はい"}
    end = {"finding": finding["id"], "conclusion": "了", "expectedStatus": "ANSWERED"}
    await desk.done("closeFinding", "auditor", **end)
    error = await desk.refused("answerFinding", "lead", expectedStatus="ANSWERED", **asked)
    assert error["finding"]["closedBy"] == {"staffNumber": "auditor"}
    told = (await ask(desk.town, ONE, "lead", id=finding["id"]))["node"]
    assert (told["statusLabel"], told["en"]) == ("終了", "Closed")
    assert told["entrySequence"] == entry.sequence
    people = [told[name]["staffNumber"] for name in ("raisedBy", "answeredBy", "closedBy")]
    assert people == ["auditor", "lead", "auditor"]
    kinds = [one["kind"] for one in told["history"]]
    assert kinds == ["FINDING_RAISED", *["FINDING_ANSWERED"] * 2, "FINDING_CLOSED"]
    assert {one["number"] for one in told["history"]} == {told["number"]}


async def test_who_may_answer_is_told(desk: Desk) -> None:
    """The lead, while it is not closed; and who decides for them, when asked as on their behalf."""
    town = desk.town
    applied(await let(town, "other_staff", "lead"))
    behalf = """query($id: ID!, $for: ID) { node(id: $id) {
      ... on Finding { viewerCanAnswer(onBehalfOf: $for) } } }"""
    for text, may in (("一", set()), ("二", {"other_lead"}), ("三", {"lead"}), ("五", {"lead"})):
        finding = await desk.first(Finding, text=text)
        for who in PEOPLE:
            node = (await ask(town, ONE, who, id=finding))["node"]
            assert (node or {}).get("viewerCanAnswer", False) == (who in may), (text, who)
        asked = {"id": finding, "for": desk.person("lead")}
        node = (await ask(town, behalf, "other_staff", **asked))["node"]
        assert node["viewerCanAnswer"] == ("lead" in may)


PLACES: Final = """{ findings { nodes { number } totalCount }
  projects(first: 100) { nodes { code findings { number } } }
  departments { name findings { number } } }"""


async def test_findings_are_seen_by_whom_they_concern(desk: Desk) -> None:
    """Overseers see all, departments their own; to others each place looks as if there were none."""
    town = desk.town
    nothing = await ask(town, PLACES)
    for who in (*PEOPLE, None):
        own = {d for _, d in PEOPLE[who]} if who else set()
        expected = {5, 4, 3, 2, 1} if who in OVERSEERS else set()
        expected |= {5, 4, 3, 1} if "町民生活課" in own else set()
        expected |= {2} if "税務課" in own else set()
        told = await ask(town, PLACES, who)
        assert {n["number"] for n in told["findings"]["nodes"]} == expected, who
        assert told["findings"]["totalCount"] == len(expected)
        of_departments = {n["number"] for d in told["departments"] for n in d["findings"]}
        assert of_departments == expected
        of_projects = {n["number"] for p in told["projects"]["nodes"] for n in p["findings"]}
        assert of_projects == expected - {5, 2}
        if not expected:
            assert told == nothing
        for text in "一二三四五":
            finding = await desk.first(Finding, text=text)
            answer = await execute(await context(town, who), ONE, {"id": finding})
            missing = await execute(await context(town, who), ONE, {"id": f"fnd_{uuid4().hex}"})
            seen = "一二三四五".index(text) + 1 in expected
            assert (answer == missing) is not seen


async def test_after_a_transfer_the_findings_are_the_new_owners(desk: Desk) -> None:
    """To answer; the old owner still sees them."""
    town, project = desk.town, await desk.project()
    asked = {"project": project["id"], "expectedRevision": project["revision"], "reason": "改編"}
    today = now().astimezone(dt.timezone(dt.timedelta(hours=9))).date().isoformat()
    to = desk.department("税務課")
    await desk.done("transferOwnership", "office", department=to, effectiveOn=today, **asked)
    assert await numbers(town, "other_staff", department=to) == [4, 3, 2, 1]
    assert await numbers(town, "lead") == [5, 4, 3, 1]
    assert await numbers(town, "lead", department=desk.department("町民生活課")) == [5]
    told = (await ask(town, ONE, "lead", id=await desk.first(Finding, text="三")))["node"]
    assert (told["department"], told["viewerCanAnswer"]) == ({"name": "税務課"}, False)
