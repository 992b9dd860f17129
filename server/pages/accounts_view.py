"""How the page of everybody's accounts looks."""

from html import escape
from typing import Any, Final

from server.pages.account_views import BACK
from server.pages.frame import Words
from server.pages.html import (
    appointments,
    document,
    form,
    moment,
    table,
    text_input,
)

ACCOUNTS: Final = ("職員のアカウント", "Accounts")


def accounts_page(
    town: str, people: list[dict[str, Any]], shown: str, *, mails: bool, bar: str = ""
) -> str:
    """Return the page of everybody's accounts; `mails` where mail can be sent."""
    head: list[Words] = [
        ("職員番号", "Number"),
        ("氏名", "Name"),
        ("任命", "Appointments"),
        ("状態", "State"),
        ("メールアドレス", "Mail address"),
        ("操作", "Do"),
    ]
    rows = (
        (
            escape(p["staffNumber"]),
            escape(p["name"]),
            appointments(p["appointments"]),
            _state(p["account"]),
            _email(p),
            _deeds(p, mails=mails),
        )
        for p in people
    )
    return document(town, ACCOUNTS, shown, table(ACCOUNTS, head, rows), BACK, bar=bar)


def _state(account: dict[str, Any] | None) -> str:
    if account is None:
        return "アカウントなし"
    if account["disabled"]:
        return "停止中"
    said = "パスワードあり" if account["hasPassword"] else "パスワード未設定"
    factor = "、二要素認証" if account["hasSecondFactor"] else ""
    return f"{said}{factor}<br>{moment(account['lastSignedInAt'])}"


def _email(person: dict[str, Any]) -> str:
    known = (person["account"] or {}).get("email") or ""
    typed = text_input(
        "email",
        ("アドレス", "Address"),
        maxlength="254",
        autocomplete="off",
        value=known,
        required="no",
    )
    return form("/accounts", ("保存する", "Save"), typed, do="email", id=person["id"])


def _deeds(person: dict[str, Any], *, mails: bool) -> str:
    who, account = person["id"], person["account"]
    if account and account["disabled"]:
        return form("/accounts", ("再開する", "Enable"), do="enable", id=who)
    made = form("/accounts", ("リンクを作る", "Make a link"), do="link", id=who)
    if account is None:
        return made
    if mails and account["email"]:
        made += form("/accounts", ("リンクをメールで送る", "Mail a link"), do="mail", id=who)
    clear = form(
        "/accounts",
        ("二要素認証を消してリンクを作る", "Clear 2FA, make a link"),
        do="clear",
        id=who,
    )
    return made + clear + form("/accounts", ("停止する", "Disable"), do="disable", id=who)
