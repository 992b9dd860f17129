"""What an installation can set about the files of evidence (証拠書類)."""

from pathlib import Path
from typing import Final

from pydantic import field_validator
from pydantic_settings import BaseSettings

from server.settings_fields import setting

_MIB: Final = 1024 * 1024


class EvidenceSettings(BaseSettings):
    """Where they are kept, and how much is taken."""

    evidence_dir: Path | None = setting(
        None,
        "証拠書類のフォルダー。空ならデータベースのファイルの隣 / Folder of evidence; beside the data if empty",
        "/var/lib/meguru/evidence",
    )
    evidence_limit: int = setting(
        10 * _MIB,
        "証拠書類1件の上限(バイト) / Bytes of one file of evidence at most",
        "10485760",
        ge=1024,
        le=64 * _MIB,
    )
    evidence_total: int = setting(
        20 * 1024 * _MIB,
        "1つの地方公共団体の証拠書類の上限(バイト) / Bytes of a municipality's evidence in all",
        "21474836480",
        ge=_MIB,
    )
    evidence_seconds: float = setting(
        120.0,
        "証拠書類の受信を待つ秒数 / Seconds that a file of evidence has to arrive",
        "120",
        gt=0,
        le=3600,
    )

    @field_validator("evidence_dir", mode="before")
    @classmethod
    def _none_without(cls, value: object) -> object:
        return value or None
