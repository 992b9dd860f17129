"""What an installation can set about its checkpoints: keys, names, times, witnesses."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode

from server.settings_fields import listed, setting
from workflows.notes import WITNESS, NoteError, VerifierKey, is_key_name

CODE: Final = "{code}"
"""Stands in an origin for the municipality's code."""
_LONGEST: Final = 200


class RecordSettings(BaseSettings):
    """How the record is vouched for."""

    record_keys: Path | None = setting(
        None,
        "署名鍵を置くフォルダー。空ならデータベースのそば / Folder for signing keys; beside the data if empty",
        "/var/lib/meguru-keys",
    )
    record_origin: str = setting(
        f"meguru/{CODE}",
        "チェックポイントに載る記録の名前。最初の鍵で決まる / The record's name; set by its first key",
        f"dx.town.example.jp/{CODE}",
    )
    checkpoint_minutes: int = setting(
        60,
        "チェックポイントを作る間隔(分) / Minutes between checkpoints of a record that grows",
        "60",
        ge=1,
        le=10_080,
    )
    self_check_minutes: int = setting(
        60,
        "記録全体を検証し直す間隔(分) / Minutes between verifications of the whole record",
        "60",
        ge=1,
        le=10_080,
    )
    record_witnesses: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "立会人の公開鍵(カンマ区切り) / Verifier keys of witnesses, by commas",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    )

    @field_validator("record_keys", mode="before")
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        return value or None

    @field_validator("record_witnesses", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return listed(value)

    @field_validator("record_witnesses")
    @classmethod
    def _are_witnesses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            try:
                kind = VerifierKey.parse(text).kind
            except NoteError as error:
                raise ValueError(f"{text:.60}: {error}") from None
            if kind != WITNESS:
                raise ValueError(f"{text:.60}: this is no key of a witness (cosignature/v1)")
        return value

    @field_validator("record_origin")
    @classmethod
    def _is_name(cls, value: str) -> str:
        if not is_key_name(value.replace(CODE, "000000")) or len(value) > _LONGEST:
            raise ValueError("a name has neither spaces nor +, and up to 200 characters")
        return value

    @property
    def witnesses(self) -> tuple[VerifierKey, ...]:
        """The keys of the witnesses whose cosignatures are taken."""
        return tuple(map(VerifierKey.parse, self.record_witnesses))

    def origin_of(self, code: str) -> str:
        """Return the name of a municipality's record, for its first key."""
        return self.record_origin.replace(CODE, code)
