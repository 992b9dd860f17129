"""`meguru token`: issuing, listing and revoking bearer tokens, as the operator at the console."""

import datetime as dt
import re
from uuid import UUID

from server.cli.console import (
    OUT,
    REFUSED,
    applied_or_exit,
    fail,
    person_of,
    settings_or_exit,
    table,
    town_of,
    with_database,
)
from workflows.accounts.tokens import issue_token, revoke_token
from workflows.records import Token
from workflows.unit import Request

_ID = re.compile(rf"{Token.prefix}_([0-9a-f]{{32}})")


def issue(staff_number: str, name: str, days: int, town: str | None) -> None:
    """Issue a token to a person, and show its secret, once."""

    async def work() -> str:
        municipality = await town_of(town)
        person = await person_of(municipality.id, staff_number)
        request = _request(municipality.id, "issueToken")
        outcome, secret = await issue_token(request, person.id, name, days)
        applied_or_exit(outcome, "発行できませんでした", "It was not issued")
        OUT.print(f"{person.name} ({staff_number})、{days}日間 / for {days} days:", markup=False)
        return secret

    OUT.print(with_database(work, settings_or_exit()), markup=False)
    OUT.print("二度と表示されません / It cannot be shown again", style="dim")


def show(town: str | None) -> None:
    """List every token of a municipality, its secret excepted."""

    async def work() -> list[Token]:
        municipality = await town_of(town)
        tokens = Token.of(municipality.id).order_by("-expires_at")
        return await tokens.select_related("person")

    now = dt.datetime.now(dt.UTC)
    rows = table("ID", "職員 / Person", "用途 / For", "期限 / Expires", "状態 / State")
    for token in with_database(work, settings_or_exit()):
        person = f"{token.person.staff_number} {token.person.name}"
        expires = token.expires_at.isoformat(timespec="minutes")
        rows.add_row(token.public_id, person, token.name, expires, _state(token, now))
    OUT.print(rows)


def _state(token: Token, now: dt.datetime) -> str:
    if token.revoked_at is not None:
        return "取消済み / revoked"
    return "期限切れ / expired" if token.expires_at <= now else "有効 / valid"


def revoke(token_id: str, town: str | None) -> None:
    """Revoke a token at once; open subscriptions end with their next event."""
    match = _ID.fullmatch(token_id)
    if match is None:
        fail(
            "トークンのIDは tok_ と32桁の16進数です。meguru token list で確かめてください",
            "A token's id is tok_ and 32 hexadecimal digits; see meguru token list",
            REFUSED,
        )

    async def work() -> None:
        municipality = await town_of(town)
        outcome = await revoke_token(_request(municipality.id, "revokeToken"), UUID(hex=match[1]))
        applied_or_exit(
            outcome,
            "そのIDの有効なトークンはありません。meguru token list で確かめてください",
            "There is no such token, or it is revoked already; see meguru token list",
        )

    with_database(work, settings_or_exit())
    OUT.print("取り消しました / Revoked")


def _request(municipality_id: UUID, act: str) -> Request:
    return Request(municipality_id=municipality_id, act=act, at_console=True)
