"""News through the API: whom what concerns, how far they have seen it, and how far back it goes."""

from typing import Final

import pytest

from tests.schema.asking import Answer, ask, error_codes
from tests.schema.conftest import Towns
from tests.schema.oversight import talk
from tests.schema.verbs import Desk
from tests.town import PEOPLE, Town
from workflows import news
from workflows.records import EventHead, NewsMark
from workflows.stages import Stage

NEWS: Final = """query($first: Int, $after: String) { viewer { news(first: $first, after: $after) {
  totalCount unseen pageInfo { hasNextPage endCursor }
  edges { cursor } nodes { reason seen entry { __typename sequence reason
    ... on Transition { trigger } ... on CommentEntry { kind } ... on FindingEntry { kind }
    actor { person { staffNumber } } project { code } } } } } }"""
MARK: Final = """mutation($through: Int!) { markNewsSeen(through: $through) {
  __typename ... on NewsSeen { through } ... on UserError { code message } } }"""


async def told(town: Town, who: str, **page: object) -> Answer:
    """Return somebody's news."""
    found: Answer = (await ask(town, NEWS, who, **page))["viewer"]["news"]
    return found


async def reasons(town: Town, who: str) -> list[tuple[str, str]]:
    """Return what somebody's news tell of, and why, the latest first."""
    nodes = (await told(town, who))["nodes"]
    return [(n["entry"].get("trigger") or n["entry"].get("kind"), n["reason"]) for n in nodes]


async def mark(town: Town, who: str | None, through: int) -> Answer:
    """Return what marking the news as seen answers."""
    answer: Answer = (await ask(town, MARK, who, through=through))["markNewsSeen"]
    return answer


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down where nothing has happened that anybody has not seen."""
    desk = Desk(towns.hashikami)
    await desk.town.bring_to(Stage.CHECK)
    for who in PEOPLE:
        await mark(desk.town, who, await desk.town.size())
    return desk


async def test_what_others_do_on_own_projects_is_news(desk: Desk) -> None:
    """A move that is sent back says so; what one did oneself is none."""
    await desk.fire("office", "SEND_BACK", reason="実績の根拠がありません")
    nodes = (await told(desk.town, "lead"))["nodes"]
    assert nodes[0]["reason"] == "SENT_BACK"
    assert nodes[0]["entry"]["reason"] == "実績の根拠がありません"
    assert nodes[0]["entry"]["actor"] == {"person": {"staffNumber": "office"}}
    assert "lead" not in {n["entry"]["actor"]["person"]["staffNumber"] for n in nodes}
    assert [r for r in await reasons(desk.town, "office") if r[0] == "SEND_BACK"] == []
    for who in ("other_lead", "other_staff", "nobody", "admin", "auditor"):
        assert "SENT_BACK" not in {reason for _, reason in await reasons(desk.town, who)}, who


async def test_what_waits_for_the_office_is_news(desk: Desk) -> None:
    """What was submitted or evaluated, comments and findings; not each edit."""
    await talk(desk)
    asked = await reasons(desk.town, "office")
    assert asked[:2] == [("COMMENTED", "OFFICE"), ("COMMENTED", "OFFICE")]
    assert ("SUBMIT_RESULTS", "OFFICE") in asked
    assert ("START", "OFFICE") not in asked
    assert {reason for _, reason in asked} == {"OFFICE"}
    mine = await reasons(desk.town, "lead")
    assert mine[:2] == [("COMMENTED", "OWN_PROJECT"), ("COMMENTED", "OWN_PROJECT")]


async def test_findings_and_their_answers_are_news(desk: Desk) -> None:
    """To the department that has to answer, and then to the auditor."""
    project = await desk.project()
    raised = await desk.done("raiseFinding", "auditor", project=project["id"], text="根拠が無い")
    assert (await reasons(desk.town, "staff"))[0] == ("FINDING_RAISED", "OWN_PROJECT")
    assert (await reasons(desk.town, "auditor")) == []
    answer = {"finding": raised["finding"]["id"], "expectedStatus": "OPEN", "text": "整えます"}
    await desk.done("answerFinding", "lead", **answer)
    assert (await reasons(desk.town, "auditor")) == [("FINDING_ANSWERED", "FINDING_ANSWERED")]
    assert (await reasons(desk.town, "other_lead")) == []


async def test_an_offer_is_news_to_whom_it_is_made(desk: Desk) -> None:
    """Though the project is another department's; to third departments it is none."""
    await desk.edit("lead", {"evaluation": {"grade": "A", "issues": "なし"}})
    await desk.fire("lead", "EVALUATE")
    offer = {"cycle": (await desk.cycle())["id"], "message": "いかがですか"}
    await desk.done("proposeRollout", "office", **offer, department=desk.department("税務課"))
    (latest, *_) = (await told(desk.town, "other_lead"))["nodes"]
    assert (latest["reason"], latest["entry"]["__typename"]) == ("OFFERED", "RolloutProposal")
    assert (await told(desk.town, "office_lead"))["nodes"][0]["reason"] != "OFFERED"


async def test_what_was_seen_stays_seen(desk: Desk) -> None:
    """Per person, never backwards, and only as far as the record goes."""
    town, before = desk.town, await desk.town.size()
    assert (await told(town, "lead"))["unseen"] == 0
    await talk(desk)
    found = await told(town, "lead")
    assert found["unseen"] == 2
    assert [n["seen"] for n in found["nodes"]] == [False, False]
    newest = found["nodes"][0]["entry"]["sequence"]
    assert await mark(town, "lead", newest) == {"__typename": "NewsSeen", "through": newest}
    assert (await told(town, "lead"))["unseen"] == 0
    assert (await mark(town, "lead", before))["through"] == newest
    assert (await told(town, "office"))["unseen"] == 2
    for through in (-1, await town.size() + 1):
        assert (await mark(town, "lead", through))["code"] == "INVALID_INPUT"
    assert (await mark(town, None, 1))["code"] == "NOT_SIGNED_IN"
    assert await town.size() == before + 4
    assert await NewsMark.of(town.id).filter(person_id=town.people["lead"]).count() == 1


async def test_news_come_in_pages(desk: Desk) -> None:
    """None twice, none left out; a cursor of another list is refused."""
    await talk(desk)
    everything = [n["entry"]["sequence"] for n in (await told(desk.town, "lead"))["nodes"]]
    assert everything == sorted(everything, reverse=True)
    seen, after = [], None
    while True:
        page = await told(desk.town, "lead", first=2, after=after)
        assert page["totalCount"] == len(everything)
        assert page["edges"][-1]["cursor"] == page["pageInfo"]["endCursor"]
        seen += [n["entry"]["sequence"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == everything
    assert await error_codes(desk.town, NEWS, "lead", after="bm9uZQ") == ["BAD_CURSOR"]
    assert (await ask(desk.town, NEWS))["viewer"] is None


async def test_news_go_no_further_back_than_they_say(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the record nor in number, and the latest are kept."""
    await talk(desk)
    everything = [n["entry"]["sequence"] for n in (await told(desk.town, "lead"))["nodes"]]
    monkeypatch.setattr(news, "MOST", 1)
    found = await told(desk.town, "lead")
    latest = [n["entry"]["sequence"] for n in found["nodes"]]
    assert (latest, found["totalCount"]) == (everything[:1], 1)
    monkeypatch.undo()
    monkeypatch.setattr(news, "REACH", 3)
    size = (await EventHead.of(desk.town.id).get()).size
    reached = [n["entry"]["sequence"] for n in (await told(desk.town, "lead"))["nodes"]]
    assert reached == [one for one in everything if one > size - 3]
    assert len(reached) == 1
