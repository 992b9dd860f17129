"""What is said to who cannot sign in."""

from typing import Final

from server.pages.html import form, listed, section, text_input

LOGIN: Final = ("職員番号（ログイン名）", "Staff number (login)")
FORGOTTEN: Final = section(
    ("パスワードを忘れたとき", "Forgotten password"),
    form(
        "/forgotten",
        ("再設定のリンクをメールで受け取る", "Have a link mailed"),
        text_input("login", LOGIN, autocomplete="username", maxlength="100"),
    ),
)
LOCKED_OUT: Final = section(
    ("サインインできないとき", "If you cannot sign in"),
    listed(
        (
            "パスワードを忘れた、アカウントがない: システム管理者に、設定用のリンクを頼んでください。",
            "Forgotten password, or no account: ask an admin for a link.",
        ),
        (
            "認証アプリを使えない: コードの欄に回復コードを入力してください。それもないときは、システム管理者に頼んでください。",
            "No authenticator app: type one of your recovery codes instead. Without those, ask an admin.",
        ),
        (
            "「しばらくサインインできません」と表示された: 表示された時間だけ待ってから、もう一度お試しください。",
            "Told to wait: wait for as long as it says, then try again.",
        ),
    ),
)
