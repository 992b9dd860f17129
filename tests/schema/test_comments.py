"""Comments through the API: who reads, who may write, what searches find, what is redacted."""

from typing import Final

import pytest

from tests.schema.asking import Answer, ask
from tests.schema.conftest import Towns
from tests.schema.oversight import talk
from tests.schema.verbs import Desk
from tests.town import OWN, PEOPLE
from workflows.records import Comment, Event, EventKind
from workflows.replay import audit

COMMENTS: Final = """query($code: String!) { project(ref: {code: $code}) { viewerCanComment
  comments { text withdrawn withdrawalReason viewerCanWithdraw writtenAt
    writtenBy { staffNumber } cycle { fiscalYear } replyTo { text } project { code } } } }"""
FOUND: Final = """query($where: HistoryWhere!) { history(where: $where) {
  nodes { __typename ... on CommentEntry { kind comment { text } } } } }"""
READERS: Final = {"lead", "staff", "office", "office_lead", "auditor"}
WRITERS: Final = READERS - {"auditor"}


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down where three comments were made, and one of them withdrawn."""
    desk = Desk(towns.hashikami)
    await talk(desk)
    return desk


async def read(desk: Desk, who: str | None) -> Answer:
    """Return what somebody reads of the project's comments."""
    found: Answer = (await ask(desk.town, COMMENTS, who, code=OWN))["project"]
    return found


async def test_comments_are_read_in_order(desk: Desk) -> None:
    """The earliest first, with what each answers, and with what was withdrawn and why."""
    found = (await read(desk, "lead"))["comments"]
    assert [one["text"] for one in found] == ["様式はどれですか", "第2号様式です", "別の事業の話"]
    assert [one["writtenBy"]["staffNumber"] for one in found] == ["staff", "office", "lead"]
    assert [one["replyTo"] for one in found] == [None, {"text": "様式はどれですか"}, None]
    assert [one["cycle"] for one in found] == [None, {"fiscalYear": 2026}, {"fiscalYear": 2026}]
    assert [one["withdrawn"] for one in found] == [False, False, True]
    assert found[2]["withdrawalReason"] == "書く場所の間違い"
    assert {one["project"]["code"] for one in found} == {OWN}


@pytest.mark.parametrize("who", [*PEOPLE, None])
async def test_who_reads_and_who_may_write(desk: Desk, who: str | None) -> None:
    """As for drafts: the department, the office and auditors read; auditors do not write."""
    found = await read(desk, who)
    assert len(found["comments"]) == (3 if who in READERS else 0)
    assert found["viewerCanComment"] is (who in WRITERS)
    mine = {"staff": [0], "office": [0, 1], "office_lead": [0, 1]}.get(who or "", [])
    can = [n for n, one in enumerate(found["comments"]) if one["viewerCanWithdraw"]]
    assert can == mine


@pytest.mark.parametrize("who", [*PEOPLE, None])
async def test_searches_find_comments_by_the_same_rules(desk: Desk, who: str | None) -> None:
    """Who may not read a comment finds no entry of it; its words are searched by who sees all of it."""
    asked: Answer = {"kind": ["COMMENTED", "COMMENT_WITHDRAWN"]}
    found = (await ask(desk.town, FOUND, who, where=asked))["history"]["nodes"]
    assert len(found) == (4 if who in READERS else 0)
    asked["text"] = "第2号様式"
    found = (await ask(desk.town, FOUND, who, where=asked))["history"]["nodes"]
    texts = [node["comment"]["text"] for node in found]
    overseers = {"office", "office_lead", "auditor"}
    assert texts == (["第2号様式です"] if who in overseers else [])


async def test_a_redacted_comment_is_gone_from_row_and_record(desk: Desk) -> None:
    """Its words are blacked out, and the tables still follow from the entries."""
    entry = await desk.first(Event, kind=EventKind.COMMENTED)
    target = {"entry": entry, "field": "changes.0.after.text"}
    await desk.done("redact", "admin", targets=[target], reason="個人情報")
    texts = [one["text"] for one in (await read(desk, "office"))["comments"]]
    assert texts == ["［消去］", "第2号様式です", "別の事業の話"]
    assert "様式はどれですか" not in [c.text for c in await Comment.of(desk.town.id)]
    assert await audit(desk.town.id) == []


async def test_the_rules_are_the_days(desk: Desk) -> None:
    """Where a project goes to another department, that reads and writes, and the earlier does not."""
    project = await desk.project()
    asked = {"project": project["id"], "expectedRevision": project["revision"]}
    day = {"effectiveOn": "2026-04-02", "reason": "機構改革"}
    await desk.done(
        "transferOwnership", "office", **asked, **day, department=desk.department("税務課")
    )
    assert len((await read(desk, "other_staff"))["comments"]) == 3
    assert (await read(desk, "other_staff"))["viewerCanComment"]
    left = await read(desk, "lead")
    assert [one["text"] for one in left["comments"]] == ["別の事業の話"]
    assert not left["viewerCanComment"]
