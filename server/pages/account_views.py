"""How the page of the own account looks."""

from html import escape
from typing import Any, Final

from server.pages.account_ways import sessions, tokens
from server.pages.frame import Words
from server.pages.html import (
    appointments,
    both,
    checkbox,
    codes,
    details,
    document,
    folded,
    form,
    moment,
    paragraph,
    password_input,
    section,
    text_input,
)
from server.pages.sign_in import KEEP
from workflows.labels import label
from workflows.stages import Role

_TITLE: Final = ("アカウント", "Account")
_DONE: Final = paragraph(("変更しました。", "Changed."), "done")
PASSWORD: Final = ("現在のパスワード", "Present password")
BACK: Final = (
    '<p><a href="/account">アカウントへ <span lang="en">Back to the account</span></a></p>'
)


def said(answer: dict[str, Any]) -> str:
    """Return what was made, which is shown once, or that it was done."""
    match answer:
        case {"recoveryCodes": made}:
            return codes(made)
        case {"secret": secret}:
            words = ("トークンです。二度と表示されません。", "The token; it is not shown again.")
            return paragraph(words, "done") + f"<p><code>{escape(secret)}</code></p>"
        case {"mailedTo": str(address), "expiresAt": until}:
            words = (
                f"リンクを {address} に送りました（{moment(until)} まで有効）。",
                f"The link was sent to {address}.",
            )
            return paragraph(words, "done")
        case {"url": url, "expiresAt": until}:
            words = (
                f"リンクを本人だけに渡してください（{moment(until)} まで有効）。二度と表示されません。",
                "Give this link to the person and to nobody else; it is not shown again.",
            )
            return paragraph(words, "done") + f"<p><code>{escape(url)}</code></p>"
        case _:
            return _DONE


def account_page(town: str, viewer: dict[str, Any], shown: str, bar: str) -> str:
    """Return the page of the own account; `shown` is what is said about the last deed."""
    account, person, roles = viewer["account"], viewer["person"], roles_of(viewer)
    missing = "、".join(label(Role(role)) for role in viewer["secondFactorMissingFor"])
    warning = paragraph(
        (
            f"{missing}の権限は、二要素認証を設定してサインインし直すまで使えません。",
            "Roles that need a second factor do not count before one is set up and shown.",
        ),
        "alert",
    )
    return document(
        town,
        _TITLE,
        shown,
        warning if missing else "",
        _profile(viewer),
        '<p><a href="/accounts">職員のアカウント <span lang="en">Everybody’s accounts</span></a></p>'
        if "ADMIN" in roles
        else "",
        _second_factor(account),
        _password(),
        _email(person["id"], (account or {}).get("email") or ""),
        sessions(viewer["sessions"]),
        tokens(viewer["tokens"], roles),
        bar=bar,
    )


def roles_of(viewer: dict[str, Any]) -> set[str]:
    """Return the roles that the viewer holds."""
    return {appointment["role"] for appointment in viewer["appointments"]}


def _profile(viewer: dict[str, Any]) -> str:
    account, person = viewer["account"] or {}, viewer["person"]
    before = moment(account.get("previousSignedInAt"))
    return details(
        (("氏名", "Name"), escape(person["name"])),
        (("職員番号", "Staff number"), escape(person["staffNumber"])),
        (("ログイン名", "Login"), escape(account.get("login") or "–")),
        (("任命", "Appointments"), appointments(viewer["appointments"])),
        (("今回のサインイン", "This sign-in"), moment(account.get("lastSignedInAt"))),
        (
            ("前回のサインイン", "Your sign-in before this one"),
            f"{before}<br>"
            + both(
                (
                    "心当たりがないときは、システム管理者に連絡してください。",
                    "If it was not you, tell an admin.",
                )
            ),
        ),
    ) + form(
        "/sign-out",
        ("サインアウト", "Sign out"),
        checkbox(
            KEEP,
            (
                "書きかけの文をこのパソコンに残す（自分専用のパソコンのときだけ）",
                "Keep what I have begun to type (only on a computer of your own)",
            ),
        ),
    )


def _email(person: str, known: str) -> str:
    return section(
        ("メールアドレス", "Mail address"),
        paragraph(
            (
                "パスワード再設定のリンクや、アカウントの変更のお知らせが届きます。",
                "Reset links and notices about the account go there.",
            )
        ),
        form(
            "/account",
            ("保存する", "Save"),
            text_input(
                "email",
                ("アドレス", "Address"),
                type="email",
                maxlength="254",
                autocomplete="email",
                value=known,
                required="no",
            ),
            do="email",
            id=person,
        ),
    )


def _second_factor(account: dict[str, Any] | None) -> str:
    words = ("二要素認証", "Second factor")
    link = '<p><a href="/account/second-factor">設定する <span lang="en">Set up</span></a></p>'
    if account is None or not account["hasSecondFactor"]:
        return section(words, link)
    left = account["recoveryCodesLeft"]
    return section(
        words,
        paragraph((f"設定済み。回復コードの残り: {left}", f"Set up; recovery codes left: {left}")),
        _by_password(("回復コードを作り直す", "Make new recovery codes"), "codes"),
        _by_password(("二要素認証をやめる", "Remove the second factor"), "remove"),
    )


def _by_password(words: Words, do: str) -> str:
    """Return a form that asks for the password once more, folded."""
    return folded(words, form("/account", words, password_input("password", PASSWORD), do=do))


def _password() -> str:
    words = ("パスワードを変える", "Change the password")
    return section(
        ("パスワード", "Password"),
        folded(
            words,
            form(
                "/account",
                ("変更する", "Change"),
                password_input("password", PASSWORD),
                password_input("new", ("新しいパスワード", "New password"), new=True),
                do="password",
            ),
        ),
    )
