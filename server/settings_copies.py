"""What an installation can set about copies of the record (写し)."""

from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings

from server.settings_fields import setting


class CopySettings(BaseSettings):
    """Where what copies need is kept."""

    copies_dir: Path | None = setting(
        None,
        "写しに要る控えのフォルダー(7日間)。空ならデータベースのそば / What copies need; beside the data if empty",
        "/var/lib/meguru/copies",
    )

    @field_validator("copies_dir", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return value or None
