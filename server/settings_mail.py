"""What an installation can set about mail."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from server.settings_fields import THIS_MACHINE, setting
from workflows.accounts.addresses import cleaned_email
from workflows.refusals import Refuse

_WRONG: Final = (
    "smtp://[user:password@]host[:port] か smtps://… です。記号は %XX で書きます"
    " / it is smtp://[user:password@]host[:port] or smtps://…, with special characters as %XX"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The mail server that takes our letters."""

    host: str
    port: int
    tls: Literal["from the start", "before anything is said", "none"]
    user: str
    password: str = field(repr=False)


class MailSettings(BaseSettings):
    """Where letters are handed over, and whose they are."""

    smtp_url: str = setting(
        "",
        "メールサーバー。空なら送らない / Mail server; no mail is sent if empty",
        "smtp://meguru:password@mail.town.example.jp:587",
        repr=False,
    )
    mail_from: str = setting(
        "", "差出人のメールアドレス / Address that mail is from", "meguru@town.example.jp"
    )

    @field_validator("smtp_url")
    @classmethod
    def _is_server(cls, value: str, given: ValidationInfo) -> str:
        if value:
            _ = smtp_server_of(value)
            if not given.data.get("public_url", "invalid, which is told already"):
                # What a request calls us must not get into a letter: whoever asks chooses it.
                raise ValueError(
                    "MEGURU_PUBLIC_URL も要ります / MEGURU_PUBLIC_URL is needed with it"
                )
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, value: str, given: ValidationInfo) -> str:
        has_server = bool(given.data.get("smtp_url", value))
        if has_server != bool(value):
            raise ValueError(
                "MEGURU_SMTP_URL と一緒に設定します / it goes together with MEGURU_SMTP_URL"
            )
        if not value:
            return value
        try:
            return cleaned_email(value)
        except Refuse:
            raise ValueError("メールアドレスではありません / it is no mail address") from None

    @property
    def smtp_server(self) -> SmtpServer | None:
        """The mail server; None where no mail is sent."""
        return smtp_server_of(self.smtp_url) if self.smtp_url else None

    @property
    def smtp_shown(self) -> str:
        """Its URL as it may be shown: without the password."""
        server = self.smtp_server
        if server is None:
            return ""
        scheme = "smtps" if server.tls == "from the start" else "smtp"
        user = f"{server.user}:••••@" if server.user else ""
        host = f"[{server.host}]" if ":" in server.host else server.host
        more = "?starttls=no" if server.tls == "none" else ""
        return f"{scheme}://{user}{host}:{server.port}{more}"


def smtp_server_of(url: str) -> SmtpServer:
    """Read a mail server's URL.

    Raises:
        ValueError: it is none; the text quotes nothing of it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(_WRONG) from None
    more = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not host or port == 0 or parts.scheme not in {"smtp", "smtps"} or parts.fragment:
        raise ValueError(_WRONG)
    is_plain = more == {"starttls": "no"} and parts.scheme == "smtp"
    if parts.path not in {"", "/"} or (parts.query and not is_plain):
        raise ValueError(_WRONG)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password) or not (user + password).isprintable():
        raise ValueError(_WRONG)
    if is_plain and user and host not in THIS_MACHINE:
        raise ValueError(
            "パスワードは暗号化せずに送れません / a password is not sent without encryption"
        )
    if parts.scheme == "smtps":
        return SmtpServer(
            host=host, port=port or 465, tls="from the start", user=user, password=password
        )
    tls: Literal["none", "before anything is said"] = (
        "none" if is_plain else "before anything is said"
    )
    return SmtpServer(
        host=host, port=port or (25 if is_plain else 587), tls=tls, user=user, password=password
    )
