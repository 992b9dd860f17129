"""Comments (コメント) written and withdrawn."""

from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import about, respond
from schema.comments import Comment
from schema.context import Info
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of, uuid_of
from schema.inputs import ActInput, optional, request
from schema.nodes import plain
from schema.results import result
from workflows import records
from workflows.revise import comments


@strawberry.input(description="What the viewer says, and about what.")
class CommentInput(ActInput):
    """About a project, or about one of its cycles."""

    text: str = plain("What is said; 1 to 2,000 characters.")
    project: strawberry.ID | None = optional("A project, where it is meant as such.")
    cycle: strawberry.ID | None = optional("A cycle, where that year is meant; then no project.")
    reply_to: strawberry.ID | None = optional("The comment that it answers, on the same project.")


@strawberry.input(description="A comment that is not to count any more.")
class WithdrawCommentInput(ActInput):
    """An own one, or for the office anybody's."""

    comment: strawberry.ID = plain("Which comment.")
    reason: str = plain("Why; up to 2,000 characters.")


@strawberry.type(description="A comment was written or withdrawn.")
class CommentRecorded:
    """The comment, and the entry."""

    comment: Comment = plain("The comment as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


CommentResult = result("CommentResult", CommentRecorded)
WithdrawCommentResult = result("WithdrawCommentResult", CommentRecorded)


async def comment(
    info: Info,
    input: Annotated[CommentInput, strawberry.argument(description="The comment.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Say something about a project."""
    outcome = await comments.comment(
        request(info, "comment", input),
        comments.NewComment(
            text=input.text,
            project_id=optional_uuid_of(input.project, records.Project),
            cycle_id=optional_uuid_of(input.cycle, records.Cycle),
            reply_to_id=optional_uuid_of(input.reply_to, records.Comment),
        ),
    )
    success = about(info, records.Comment, "comment", CommentRecorded)
    return await respond(info, input, outcome, success)


async def withdraw_comment(
    info: Info,
    input: Annotated[WithdrawCommentInput, strawberry.argument(description="Which, and why.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Withdraw a comment."""
    outcome = await comments.withdraw_comment(
        request(info, "withdrawComment", input),
        uuid_of(input.comment, records.Comment),
        input.reason,
    )
    success = about(info, records.Comment, "comment", CommentRecorded)
    return await respond(info, input, outcome, success)
