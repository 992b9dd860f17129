"""Comments (コメント): what people say about a project beside its sheets, and to each other.

The words stand in the comment's row alone, and so once in each entry: among its changes.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import case_of, project_of
from workflows.changes import Json
from workflows.ledger import Outcome, perform
from workflows.readings import Reading
from workflows.records import Comment, Event, EventKind
from workflows.refusals import NotFound, Refuse, blocked
from workflows.unit import Request, Unit
from workflows.values import invalid, text

LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """What is said, and about what: a project, or one of its cycles."""

    text: str
    project_id: UUID | None = None
    cycle_id: UUID | None = None
    reply_to_id: UUID | None = None
    """The comment that it answers, if it answers one."""


async def comment(request: Request, new: NewComment) -> Outcome:
    """Say something about a project, as who works where it is owned, or as the office."""

    async def decide(unit: Unit) -> None:
        await _note_subject(unit, new)
        unit.authorise_person(ROLES[Act.COMMENT], unit.about["owner_id"])
        await _expect_answerable(unit, new.reply_to_id)
        row = Comment(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            project_id=unit.about["project_id"],
            cycle_id=unit.about.get("cycle_id"),
            reply_to_id=new.reply_to_id,
            text=text("text", new.text, limit=LONGEST, required=True),
            written_by_id=unit.request.actor_id,
            written_at=unit.now,
        )
        draft = unit.draft(EventKind.COMMENTED, **unit.about, details=_details(row))
        draft.insert(row)

    return await perform(request, decide)


async def withdraw_comment(request: Request, comment_id: UUID, reason: str) -> Outcome:
    """Withdraw an own comment, or as the office anybody's: it stays, and is marked."""

    async def decide(unit: Unit) -> None:
        row = await Comment.of(unit.municipality_id).get_or_none(id=comment_id)
        if row is None:
            raise Refuse(NotFound("comment"))
        _ = await project_of(unit, row.project_id)
        is_own = row.written_by_id == unit.request.actor_id
        owner_id = unit.about["owner_id"]
        if not unit.sight.sees(Reading.DISCUSSION, owner_id, own=is_own):
            unit.about.clear()
            raise Refuse(NotFound("comment"))
        unit.authorise_person(ROLES[Act.COMMENT if is_own else Act.WITHDRAW_COMMENT], owner_id)
        if row.withdrawn:
            raise Refuse(blocked(BlockerCode.ALREADY_WITHDRAWN))
        unit.about["cycle_id"] = row.cycle_id
        draft = unit.draft(EventKind.COMMENT_WITHDRAWN, **unit.about, details=_details(row))
        draft.refers_to = await _written_in(unit, row)
        why = text("reason", reason, limit=LONGEST, required=True)
        draft.update(row, withdrawn=True, withdrawal_reason=why)

    return await perform(request, decide)


async def _note_subject(unit: Unit, new: NewComment) -> None:
    """Note which project is meant, and which cycle, if one is."""
    if (new.project_id is None) == (new.cycle_id is None):
        raise invalid(
            "project",
            "取組事業かサイクルのどちらか一方を指定してください。",
            "Name a project or a cycle, not both.",
        )
    if new.cycle_id is not None:
        _ = await case_of(unit, new.cycle_id)
    elif new.project_id is not None:
        _ = await project_of(unit, new.project_id)


async def _expect_answerable(unit: Unit, comment_id: UUID | None) -> None:
    """Refuse an answer to what is not said about the same project."""
    if comment_id is None:
        return
    found = Comment.of(unit.municipality_id).filter(
        id=comment_id, project_id=unit.about["project_id"]
    )
    if not await found.exists():
        raise Refuse(NotFound("replyTo"))


async def _written_in(unit: Unit, row: Comment) -> int:
    written = await Event.of(unit.municipality_id).get(
        kind=EventKind.COMMENTED, recorded_at=row.written_at
    )
    return int(written.sequence)


def _details(row: Comment) -> dict[str, Json]:
    return {"comment": str(row.id)}
