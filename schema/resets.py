"""Asking for a reset, where somebody forgot the password: by mail, and nobody learns who has one."""

from typing import Annotated, Any, Final

import strawberry

from schema.account_results import SlowedDown, account_result, unsuccessful
from schema.answers import error_of
from schema.context import Door, Info
from schema.nodes import plain
from schema.signing_in import at_door, door_of
from workflows import refusals, unit
from workflows.accounts.post import Post, mail_link
from workflows.accounts.reset import count_asking, issue_reset

NO_MAIL: Final = refusals.InvalidInput(
    "mail",
    "メールは設定されていません。リンクは、管理者が直接渡してください。",
    "No mail is sent from here. An admin hands the link over.",
)


@strawberry.type(
    description="It was asked for. Whether there is such an account, and whether mail goes out, is "
    "not said."
)
class ResetRequested:
    """Always the same."""

    ok: bool = plain("Always true.")


RequestResetResult = account_result("RequestResetResult", ResetRequested, SlowedDown)


async def request_reset(
    info: Info,
    login: Annotated[str, strawberry.argument(description="What is typed to sign in.")],
) -> Any:  # noqa: ANN401 - the union's members
    """Ask for a one-time link by mail."""
    door = door_of(info)
    if door.post is None:
        return error_of(NO_MAIL, None)
    request = at_door(info, "requestReset")
    slowed = await count_asking(request, login, door.visitor, door.policy)
    if slowed is not None:
        return unsuccessful(slowed, info.context.now)
    door.post.begin(_send(door, door.post, request, login))
    return ResetRequested(ok=True)


async def _send(door: Door, post: Post, request: unit.Request, login: str) -> None:
    secret = await issue_reset(request, login, door.visitor)
    if secret:
        _ = await mail_link(post, secret, door.link_url(secret))
