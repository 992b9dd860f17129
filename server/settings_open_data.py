"""What an installation can set about its open data (公開データ)."""

from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings

from server.settings_fields import setting


class OpenDataSettings(BaseSettings):
    """On which terms what is published may be used: for the town to say, so that none is the default."""

    open_data_licence: str = setting(
        "",
        "公開データの利用条件の名称。空なら示さない / Terms of use of the open data; not told if empty",
        "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）",
        max_length=200,
    )
    open_data_licence_url: str = setting(
        "",
        "その条文のURL / URL of their text",
        "https://creativecommons.org/licenses/by/4.0/legalcode.ja",
        max_length=500,
    )

    @field_validator("open_data_licence_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"https", "http"} or not parts.hostname):
            raise ValueError("it is no https:// address")
        return value
