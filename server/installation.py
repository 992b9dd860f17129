"""How this process is set up and how what it depends on answers, for the API to tell admins."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from inspect import get_annotations
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic.fields import FieldInfo
from typing_extensions import override

from schema.installation import (
    Installation,
    Installed,
    LastTry,
    MailStatus,
    ProviderStatus,
    RecordKeeping,
    Setting,
    SettingGroup,
)
from server.keeping import Keeping
from server.settings import Settings, variable_of
from server.tries import Tried
from workflows.records import Municipality

if TYPE_CHECKING:
    from server.identity.oidc import IdentityProvider
    from server.mail import Mailer

_TITLES: Final[dict[str, tuple[str, str]]] = {
    "Settings": ("サーバーとデータベース", "Server and database"),
    "IdentitySettings": ("サインインと公開の範囲", "Sign-in, and what is public"),
    "MailSettings": ("メール", "Mail"),
    "RecordSettings": ("記録の署名と検証", "Signing and verifying the record"),
    "EvidenceSettings": ("証拠書類", "Evidence"),
    "CopySettings": ("写し", "Copies"),
    "OpenDataSettings": ("公開データ", "Open data"),
    "LimitSettings": ("制限", "Limits"),
}
"""The classes of settings, as a reader comes to them, and what they are called."""


class Process(Installed):
    """This process.

    Args:
        settings: as they were read when it started.
        keeping: what looks after the record.
        mail: what sends letters; None where none are sent.
        provider: the identity provider; None where none is set.
    """

    def __init__(
        self,
        settings: Settings,
        keeping: Keeping,
        mail: "Mailer | None",
        provider: "IdentityProvider | None",
    ) -> None:
        self.settings, self.keeping = settings, keeping
        self.mail, self.provider = mail, provider
        self.started_at = datetime.now(UTC)

    @override
    async def told(self, municipality_id: UUID) -> Installation:
        settings = self.settings
        return Installation(
            version=version("meguru"),
            database=kind_of_database(settings.database),
            public_url=settings.public_url or None,
            started_at=self.started_at,
            setting_groups=list(groups(settings)),
            identity_provider=await self._provider(),
            proxy_user_header=settings.proxy_user_header or None,
            trusted_proxies=list(settings.trusted_proxies),
            mail=self._mail(),
            record=await self._record(municipality_id),
        )

    async def _provider(self) -> ProviderStatus | None:
        if self.provider is None:
            return None
        tried = await self.provider.tried()
        return ProviderStatus(
            issuer=self.provider.issuer,
            client_id=self.provider.client_id,
            callback_url=self.provider.redirect_uri,
            login_claim=self.settings.oidc_login_claim,
            group_claim=self.settings.oidc_group_claim,
            group=self.settings.oidc_group,
            last_try=_last(tried),
        )

    def _mail(self) -> MailStatus | None:
        if self.mail is None:
            return None
        server = self.mail.server
        return MailStatus(
            server=f"{server.host}:{server.port}",
            sender=self.mail.sender,
            last_try=_last(self.mail.tried),
        )

    async def _record(self, municipality_id: UUID) -> RecordKeeping:
        notary = self.keeping.notary
        town = await Municipality.get(id=municipality_id)
        return RecordKeeping(
            checkpoint_minutes=self.settings.checkpoint_minutes,
            has_key=town.code not in await notary.codes_without_key(),
            has_diverged=municipality_id in notary.diverged,
            witness_count=len(self.settings.record_witnesses),
            self_check_minutes=self.settings.self_check_minutes,
        )


def kind_of_database(url: str) -> str:
    """Return what kind of database a URL is of, and nothing else of it."""
    return "SQLite" if urlsplit(url).scheme == "sqlite" else "PostgreSQL"


def groups(settings: Settings) -> Iterator[SettingGroup]:
    """Yield every setting, by the class that declares it."""
    for declaring, titles in _TITLES.items():
        found = [
            _setting(settings, name, field)
            for name, field in Settings.model_fields.items()
            if _declaring(name) == declaring
        ]
        name = declaring.removesuffix("Settings").lower() or "server"
        yield SettingGroup(name=name, titles=titles, settings=found)


def _declaring(name: str) -> str:
    return next(c.__name__ for c in Settings.__mro__ if name in get_annotations(c))


def _setting(settings: Settings, name: str, field: FieldInfo) -> Setting:
    japanese, _, english = (field.description or "").partition(" / ")
    value, default = getattr(settings, name), field.default
    # What may not be printed with the settings may not be told either.
    is_secret = field.repr is False
    return Setting(
        name=name,
        variable=variable_of(name, field),
        value=None if is_secret else as_variable(value),
        default=None if is_secret else as_variable(default),
        example="" if is_secret else str((field.examples or [""])[0]),
        is_set=name in settings.model_fields_set,
        is_changed=value != default,
        is_secret=is_secret,
        descriptions=(japanese, english or japanese),
    )


def as_variable(value: object) -> str:
    """Return a value as the environment variable would hold it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _last(tried: Tried | None) -> LastTry | None:
    if tried is None:
        return None
    return LastTry(tried_at=tried.at, has_worked=not tried.failure, failure=tried.failure)
