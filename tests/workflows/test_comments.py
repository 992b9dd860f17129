"""Comments (コメント): said about a project, answered, withdrawn."""

from typing import Any

import pytest

from tests.town import Town, applied, refused
from workflows.ledger import Outcome
from workflows.records import Comment, Event, EventKind
from workflows.refusals import Blocked, Forbidden, InvalidInput, NotFound, NotSignedIn
from workflows.replay import audit
from workflows.revise.comments import NewComment, comment, withdraw_comment
from workflows.stages import Role
from workflows.unit import Request

OURS = "町民生活課"
SAID = "様式はどれを使えばよいですか"


async def say(town: Town, who: str = "staff", **values: Any) -> Outcome:  # noqa: ANN401 - NewComment's own
    """Comment on the own project, or on whatever differs."""
    asked: dict[str, Any] = {"text": SAID, **values}
    if not asked.keys() & {"project_id", "cycle_id"}:
        asked["project_id"] = (await town.project()).id
    return await comment(town.by(who), NewComment(**asked))


async def take_back(town: Town, who: str, reason: str = "書き間違い", **where: object) -> Outcome:
    """Withdraw the first comment, or whatever differs."""
    found = await Comment.of(town.id).filter(**where).order_by("written_at").first()
    assert found
    return await withdraw_comment(town.by(who), found.id, reason)


async def test_a_comment_is_an_entry_whose_words_only_its_row_holds(town: Town) -> None:
    """The body holds neither the words nor who wrote them; the tables follow from the entries."""
    entry = applied(await say(town))
    row = await Comment.of(town.id).get()
    assert (row.text, row.written_by_id) == (SAID, town.people["staff"])
    assert (row.written_at, row.cycle_id, row.reply_to_id) == (entry.recorded_at, None, None)
    assert (entry.kind, entry.owner_id) == (EventKind.COMMENTED, town.departments[OURS])
    assert entry.document["details"] == {"comment": str(row.id)}
    assert SAID not in entry.body
    assert str(town.people["staff"]) not in entry.body
    assert str(row.id) in entry.body
    assert await audit(town.id) == []


async def test_comments_are_about_a_cycle_and_answer_each_other(town: Town) -> None:
    """An answer is about the same project; one to another project's comment is refused."""
    applied(await say(town))
    asked = await Comment.of(town.id).get()
    cycle = await town.cycle()
    answer = applied(await say(town, "office", cycle_id=cycle.id, reply_to_id=asked.id))
    assert (answer.cycle_id, answer.project_id) == (cycle.id, cycle.project_id)
    other = await town.project("1_06")
    elsewhere = await say(town, "office", project_id=other.id, reply_to_id=asked.id)
    assert refused(elsewhere) == NotFound("replyTo")
    assert refused(await say(town, "office", reply_to_id=town.id)) == NotFound("replyTo")
    both = refused(await say(town, project_id=other.id, cycle_id=cycle.id))
    assert isinstance(both, InvalidInput)
    assert refused(await say(town, project_id=town.id)) == NotFound("project")
    assert refused(await say(town, cycle_id=town.id)) == NotFound("cycle")
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", ["other_lead", "other_staff", "auditor", "admin", "nobody"])
async def test_only_the_department_and_the_office_comment(town: Town, who: str) -> None:
    """Others are refused, whatever else they may do."""
    refusal = refused(await say(town, who))
    assert refusal == Forbidden(
        frozenset({Role.STAFF, Role.LEAD, Role.OFFICE}), town.departments[OURS]
    )
    assert not await Comment.of(town.id).exists()


async def test_nobody_comments_who_is_not_known(town: Town) -> None:
    """Neither somebody who is not signed in, nor the console."""
    new = NewComment(text=SAID, project_id=(await town.project()).id)
    asked = Request(municipality_id=town.id, act="comment")
    assert refused(await comment(asked, new)) == NotSignedIn()
    console = Request(municipality_id=town.id, act="comment", at_console=True)
    assert isinstance(refused(await comment(console, new)), Forbidden)


@pytest.mark.parametrize("words", ["", " \n", "あ" * 2_001, "\u0000"])
async def test_a_comment_has_1_to_2000_characters(town: Town, words: str) -> None:
    """Nothing is not said, nor more than fits."""
    refusal = refused(await say(town, text=words))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "text"


async def test_the_longest_comment_is_taken(town: Town) -> None:
    """2,000 characters."""
    applied(await say(town, text="あ" * 2_000))
    assert len((await Comment.of(town.id).get()).text) == 2_000


async def test_a_withdrawn_comment_stays_and_is_marked(town: Town) -> None:
    """By who wrote it or by the office, once, with a reason; the entry points at the first."""
    written = applied(await say(town))
    assert refused(await take_back(town, "other_lead")) == NotFound("comment")
    assert refused(await take_back(town, "nobody")) == NotFound("comment")
    for who in ("lead", "auditor"):
        assert refused(await take_back(town, who)) == Forbidden(frozenset({Role.OFFICE}))
    assert isinstance(refused(await take_back(town, "staff", " ")), InvalidInput)
    gone = applied(await take_back(town, "staff"))
    assert (gone.kind, gone.refers_to) == (EventKind.COMMENT_WITHDRAWN, written.sequence)
    row = await Comment.of(town.id).get()
    assert (row.withdrawn, row.withdrawal_reason, row.text) == (True, "書き間違い", SAID)
    assert isinstance(refused(await take_back(town, "office")), Blocked)
    applied(await say(town, "lead", text="別の話"))
    applied(await take_back(town, "office", text="別の話"))
    unknown = await withdraw_comment(town.by("office"), town.id, "なし")
    assert refused(unknown) == NotFound("comment")
    assert await audit(town.id) == []


async def test_a_comment_is_found_by_its_words(town: Town) -> None:
    """What is searched is filled in as for every entry."""
    applied(await say(town))
    found = await Event.of(town.id).filter(search_text__contains="様式はどれ")
    assert [event.kind for event in found] == [EventKind.COMMENTED]
