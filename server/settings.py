"""What an installation can set: environment variables, each checked before anything starts."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict

from server.database import config, sqlite_url
from server.settings_copies import CopySettings
from server.settings_evidence import EvidenceSettings
from server.settings_fields import listed, setting
from server.settings_identity import IdentitySettings
from server.settings_limits import LimitSettings
from server.settings_mail import MailSettings
from server.settings_open_data import OpenDataSettings
from server.settings_record import RecordSettings

PREFIX: Final = "MEGURU_"


class SettingsError(ValueError):
    """Settings that cannot be used; each line of `lines` names one and says what to do."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(
    MailSettings,
    IdentitySettings,
    LimitSettings,
    RecordSettings,
    EvidenceSettings,
    CopySettings,
    OpenDataSettings,
):
    """What an installation can set. Without any variable set, it serves on this machine only."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True
    )

    host: str = setting(
        "127.0.0.1", "待ち受けるアドレス / Address to listen on", "127.0.0.1", min_length=1
    )
    port: int = setting(
        8000,
        "待ち受けるポート。0は空いているもの / Port; 0 takes a free one",
        "8000",
        ge=0,
        le=65535,
    )
    data_dir: Path = setting(
        Path(".data"),
        "データを置くフォルダー。なければ作る / Folder for data; made where there is none",
        "/var/lib/meguru",
    )
    database_url: str = setting(
        "",
        "データベース。空ならデータのフォルダーのSQLite / Database; SQLite in the data folder if empty",
        "postgresql://meguru:password@127.0.0.1:5432/meguru",
        validation_alias="DATABASE_URL",
        repr=False,
    )
    database_pool: int = setting(
        10, "PostgreSQLへの接続の上限 / Connections to PostgreSQL at most", "10", ge=1, le=200
    )
    log_format: Literal["auto", "console", "json"] = setting(
        "auto",
        "ログの形式。autoは端末ならconsole、ほかはjson / Log; auto: console on a terminal, else json",
        "json",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "INFO", "ログに残す重要度 / Least severity that is logged", "INFO"
    )
    stop_seconds: int = setting(
        10, "停止のとき処理中のものを待つ秒数 / Seconds that a stop waits", "10", ge=1, le=300
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "受け付けるホスト名(カンマ区切り)。空ならすべて / Host names answered, by commas; all if empty",
        "dx.town.example.jp",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _parts(cls, value: object) -> object:
        return listed(value)

    @field_validator("data_dir")
    @classmethod
    def _is_folder(cls, value: Path) -> Path:
        folder = value.expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"{folder} is a file")
        return folder

    @field_validator("database_url")
    @classmethod
    def _is_understood(cls, value: str) -> str:
        try:
            if value:
                config(value)
        except ValueError:
            # Not the cause: it may quote a part of the password.
            raise ValueError("it is neither sqlite:////path nor postgresql://…/name") from None
        return value

    @property
    def database(self) -> str:
        """The URL of the database that is used."""
        return self.database_url or sqlite_url(self.data_dir / "meguru.sqlite3")

    @property
    def keys_folder(self) -> Path:
        """Where signing keys are: as set, else beside the SQLite file or in the data folder."""
        if self.record_keys is not None:
            return self.record_keys.expanduser().absolute()
        parts = urlsplit(self.database)
        file = Path("/", unquote(parts.path).lstrip("/"))
        return (file.parent if parts.scheme == "sqlite" else self.data_dir) / "keys"

    @property
    def evidence_folder(self) -> Path:
        """Where evidence is: as set, else beside the SQLite file or in the data folder."""
        if self.evidence_dir is not None:
            return self.evidence_dir.expanduser().absolute()
        parts = urlsplit(self.database)
        beside = Path(unquote(parts.path)).parent if parts.scheme == "sqlite" else self.data_dir
        return beside / "evidence"

    @property
    def copies_folder(self) -> Path:
        """Where what copies need is: as set, else beside the SQLite file or in the data folder."""
        if self.copies_dir is not None:
            return self.copies_dir.expanduser().absolute()
        parts = urlsplit(self.database)
        beside = Path(unquote(parts.path)).parent if parts.scheme == "sqlite" else self.data_dir
        return beside / "copies"

    @property
    def database_shown(self) -> str:
        """That URL as it may be shown: without password and parameters."""
        given = urlsplit(self.database).netloc
        user, at, host = given.rpartition("@")
        name, colon, _ = user.partition(":")
        shown = f"{name}{colon and ':••••'}{at}{host}"
        return self.database.partition("?")[0].replace(f"//{given}", f"//{shown}", 1)

    def make_data_dir(self) -> None:
        """Make the data folder, for its owner only, where there is none.

        Raises:
            SettingsError: it cannot be made.
        """
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                [_line("MEGURU_DATA_DIR", f"{self.data_dir}: {error.strerror}", "/var/lib/meguru")]
            ) from error


def read_settings(*, host: str | None = None, port: int | None = None) -> Settings:
    """Read the environment; what is given takes precedence.

    Raises:
        SettingsError: with everything that is wrong.
    """
    unknown = list(_unknown())
    try:
        given: dict[str, Any] = {"host": host, "port": port}
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError([_told(details) for details in error.errors()] + unknown) from None
    if unknown:
        raise SettingsError(unknown)
    return settings


def variable_of(name: str, field: FieldInfo) -> str:
    """Return the environment variable that sets a field."""
    alias = field.validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


_FIELDS: Final = {variable_of(n, f): f for n, f in Settings.model_fields.items()}


def _unknown() -> Iterator[str]:
    """Yield a line for each variable that looks like a setting and is none: a slip of the hand."""
    for variable in sorted(os.environ):
        if variable.upper().startswith(PREFIX) and variable.upper() not in _FIELDS:
            near = get_close_matches(variable.upper(), _FIELDS, n=1, cutoff=0)[0]
            yield (
                f"{variable}: このような設定はありません。{near} のことですか"
                f" / There is no such setting; did you mean {near}?"
                " 一覧 / See: meguru settings"
            )


def _told(details: ErrorDetails) -> str:
    name = str(details["loc"][0])
    variable = name if name in _FIELDS else PREFIX + name.upper()
    given = details["input"]
    secret = variable in {"DATABASE_URL", "MEGURU_SMTP_URL"}
    wrong = details["msg"].removeprefix("Value error, ")
    value = "" if secret else f"{given!s:.60}: "
    return _line(variable, value + wrong, (_FIELDS[variable].examples or [""])[0])


def _line(variable: str, wrong: str, example: object) -> str:
    return (
        f"{variable}: この値は使えません / This value cannot be used ({wrong})."
        f" 例 / For example: {variable}={example}"
    )
