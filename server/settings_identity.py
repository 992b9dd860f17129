"""What an installation can set about who is known, how, and for how long."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode

from server.settings_fields import THIS_MACHINE, listed, setting
from workflows.stages import Role

_HEADER: Final = re.compile(r"[A-Za-z0-9-]+")
_TAKEN: Final = frozenset(
    {"authorization", "cookie", "forwarded", "host", "origin", "x-request-id"}
)


class IdentitySettings(BaseSettings):
    """Sign-in, sessions and what may be read without either."""

    public_reading: bool = setting(
        default=True,
        description="公表する範囲をサインインなしで読める / Whether what is published is read anonymously",
        example="false",
    )
    public_url: str = setting(
        "",
        "利用者から見たURL。リンクとOIDCに使う / URL as people reach it, for links and OIDC",
        "https://dx.town.example.jp",
    )
    secure_cookies: bool = setting(
        default=True,
        description="クッキーをHTTPSだけで送る / Cookies are sent over HTTPS only (or to this machine)",
        example="false",
    )
    session_idle_minutes: int = setting(
        30,
        "操作がないとサインアウトになる分数 / Idle minutes that end a session",
        "30",
        ge=1,
        le=1440,
    )
    session_hours: int = setting(
        12, "サインインが続く時間の上限 / Hours that a session lasts at most", "12", ge=1, le=168
    )
    second_factor_roles: Annotated[tuple[Role, ...], NoDecode] = setting(
        (Role.ADMIN, Role.AUDITOR),
        "二要素認証が要る役割(カンマ区切り) / Roles that need a second factor, by commas",
        "ADMIN,AUDITOR",
    )
    oidc_issuer: str = setting(
        "",
        "IDプロバイダー(OIDC)の発行者 / Issuer of the identity provider",
        "https://id.example.jp",
    )
    oidc_client_id: str = setting("", "OIDCのクライアントID / Client id", "meguru")
    oidc_client_secret: str = setting(
        "", "OIDCのクライアントシークレット / Client secret", "…", repr=False
    )
    oidc_login_claim: str = setting(
        "preferred_username",
        "ログイン名となるクレーム / Claim that holds the login",
        "preferred_username",
        min_length=1,
    )
    oidc_group_claim: str = setting(
        "groups", "グループのクレーム / Claim that holds groups", "groups", min_length=1
    )
    oidc_group: str = setting(
        "",
        "サインインを許すグループ。空なら全員 / Group that may sign in; everybody if empty",
        "meguru",
    )
    oidc_second_factor: Literal["provider", "amr"] = setting(
        "provider",
        "二要素認証: providerに任せるか、amrを見るか / Left to the provider, or read from amr",
        "amr",
    )
    proxy_user_header: str = setting(
        "",
        "信頼する中継機がログイン名を書くヘッダー / Header in which a trusted proxy names the login",
        "X-Remote-User",
    )

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        return listed(value.upper() if isinstance(value, str) else value)

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return _checked_url(value).rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str, given: ValidationInfo) -> str:
        # Not a letter is changed: tokens name the issuer as it is.
        parts = urlsplit(_checked_url(value))
        if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
            raise ValueError("http は同じ機械の上でだけ使えます / http is for this machine only")
        if parts.query or parts.fragment:
            raise ValueError("? や # を含められません / it may hold neither ? nor #")
        if value and not given.data.get("public_url", "invalid, which is told already"):
            raise ValueError("MEGURU_PUBLIC_URL も要ります / MEGURU_PUBLIC_URL is needed with it")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _is_there(cls, value: str, given: ValidationInfo) -> str:
        if given.data.get("oidc_issuer") and not value:
            raise ValueError(
                "MEGURU_OIDC_ISSUER と一緒に要ります / it is needed with MEGURU_OIDC_ISSUER"
            )
        return value

    @field_validator("proxy_user_header")
    @classmethod
    def _is_header(cls, value: str, given: ValidationInfo) -> str:
        if value and not _HEADER.fullmatch(value):
            raise ValueError("ヘッダー名ではありません / it is no header's name")
        if value.lower() in _TAKEN or value.lower().startswith("x-forwarded-"):
            raise ValueError("ほかの意味を持つヘッダーです / that header means something else")
        if value and not given.data.get("trusted_proxies", "not a part of this"):
            raise ValueError(
                "MEGURU_TRUSTED_PROXIES も要ります / MEGURU_TRUSTED_PROXIES is needed with it"
            )
        return value


def _checked_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f"{value} is no URL: https://host[:port][/path]")
    return value
