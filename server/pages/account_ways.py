"""How the ways to an account look: where its owner is signed in, and tokens for programs."""

from html import escape
from typing import Any, Final

from server.pages.browsers import browser_name
from server.pages.frame import Words
from server.pages.html import checkbox, folded, form, moment, paragraph, section, table, text_input

_END: Final = ("終了する", "End")


def sessions(held: list[dict[str, Any]]) -> str:
    """Return where somebody is signed in, each to be ended."""
    head: list[Words] = [("開始", "Since"), ("最後の操作", "Last seen"), ("接続元", "From"), _END]
    rows = (
        (
            moment(s["startedAt"]),
            moment(s["seenAt"]),
            f"{escape(browser_name(s['userAgent']))}<br>{escape(s['address'])}",
            "このブラウザー"
            if s["isCurrent"]
            else form("/account", _END, do="session", id=s["id"]),
        )
        for s in held
    )
    others = form("/account", ("ほかをすべて終了する", "End all others"), do="others")
    words = ("サインイン中のブラウザー", "Where you are signed in")
    return section(words, table(words, head, rows), others if len(held) > 1 else "")


_SCOPES: Final[dict[str, tuple[frozenset[str], Words]]] = {
    "WRITE": (frozenset({"STAFF", "LEAD", "OFFICE"}), ("書き込みも許す", "May write as well")),
    "AUDIT": (frozenset({"AUDITOR"}), ("監査委員として", "As auditor")),
    "ADMIN": (frozenset({"ADMIN"}), ("管理者として", "As admin")),
}


_SCOPE_NAMES: Final = {"READ": "閲覧", "WRITE": "書き込み", "AUDIT": "監査委員", "ADMIN": "管理者"}


def tokens(held: list[dict[str, Any]], roles: set[str]) -> str:
    """Return somebody's tokens, each to be revoked, and how to make one."""
    head: list[Words] = [
        ("用途", "For"),
        ("範囲", "Scopes"),
        ("期限", "Expires"),
        ("最後の使用", "Last used"),
        ("取消し", "Revoke"),
    ]
    rows = (
        (
            escape(t["name"]),
            escape("、".join(_SCOPE_NAMES.get(one, one) for one in t["scopes"])),
            moment(t["expiresAt"]),
            moment(t["lastUsedAt"]),
            form("/account", ("取り消す", "Revoke"), do="token", id=t["id"]),
        )
        for t in held
    )
    words = ("トークン（プログラム用）", "Tokens, for programs")
    none = paragraph(("まだありません。", "None yet."))
    return section(words, table(words, head, rows) if held else none, _new_token(roles))


def _new_token(roles: set[str]) -> str:
    make = ("トークンを作る", "Make a token")
    scopes = ((scope, words) for scope, (of, words) in _SCOPES.items() if of & roles)
    days = ("有効日数（365まで）", "Days, up to 365")
    return folded(
        make,
        form(
            "/account",
            make,
            text_input("name", ("用途", "What it is for"), maxlength="100"),
            text_input("days", days, inputmode="numeric", value="90"),
            *(checkbox(f"scope-{scope}", words) for scope, words in scopes),
            do="create",
        ),
    )
