"""Letters as mail: Japanese first, English below, plain text."""

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

from workflows.accounts.post import Letter, LinkLetter, Notice, NoticeLetter
from workflows.fiscal import TOKYO
from workflows.ledger import now
from workflows.records import LinkPurpose

_SENDER: Final = "めぐる"
_SET: Final = ("パスワードの設定", "Set your password")
_RESET: Final = ("パスワードの再設定", "Set another password")
_LINK_TITLES: Final = {
    LinkPurpose.FIRST_ADMIN: _SET,
    LinkPurpose.INVITATION: _SET,
    LinkPurpose.RESET: _RESET,
}
_NOTICES: Final = {
    Notice.PASSWORD_SET: ("パスワードが設定されました", "Your password was set"),
    Notice.SECOND_FACTOR_SET: ("二要素認証が設定されました", "A second factor was set up"),
    Notice.SECOND_FACTOR_REMOVED: ("二要素認証が解除されました", "The second factor was removed"),
    Notice.RECOVERY_CODES_MADE: ("回復コードが作り直されました", "New recovery codes were made"),
    Notice.EMAIL_CHANGED: ("メールアドレスが変更されました", "Your mail address was changed"),
}
_LINK_TEXT: Final = """\
{name} 様

{town}の「めぐる」です。次のリンクを開いて、パスワードを設定してください。
{until} まで、一度だけ使えます。

{url}

心当たりがない場合は、リンクを開かず、管理者に連絡してください。
このリンクをほかの人に渡さないでください。

----

Open the link above to set your password for Meguru. It works once, until
{until} (Japan time). If you did not expect this, leave it and tell an admin.
Give the link to nobody.
"""
_NOTICE_TEXT: Final = """\
{name} 様

{town}の「めぐる」です。あなたのアカウントで、次の変更がありました。

{japanese}（{moment}）

心当たりがない場合は、すぐに管理者に連絡してください。

----

{english} ({moment}, Japan time).
If it was not you, tell an admin at once.
"""


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """Return a letter as a message, from an address."""
    title, text = _said(letter)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"【めぐる】{title}"
    message["From"] = Address(_SENDER, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Date"] = format_datetime(now().astimezone(TOKYO))
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    return message


def _said(letter: Letter) -> tuple[str, str]:
    """Return a letter's title and text."""
    match letter:
        case LinkLetter():
            title = " / ".join(_LINK_TITLES[letter.purpose])
            return title, _LINK_TEXT.format(
                name=letter.name,
                town=letter.town,
                until=_moment(letter.expires_at),
                url=letter.url,
            )
        case NoticeLetter():
            japanese, english = _NOTICES[letter.notice]
            return f"{japanese} / {english}", _NOTICE_TEXT.format(
                name=letter.name,
                town=letter.town,
                japanese=japanese,
                english=english,
                moment=_moment(letter.happened_at),
            )


def _moment(value: dt.datetime) -> str:
    return value.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
