"""How an installation is set up and how it fares, for its admins. The process tells; no secret is told."""

import datetime as dt
from typing import Any, Protocol
from uuid import UUID

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.integrity import Integrity
from schema.nodes import field, plain
from schema.proofs import Checkpoint
from workflows import records
from workflows.readings import Reading
from workflows.verification import Standing


def _title(parent: strawberry.Parent["SettingGroup"], lang: LANG = Lang.JA) -> str:
    return parent.titles[0 if lang is Lang.JA else 1]


def _description(parent: strawberry.Parent["Setting"], lang: LANG = Lang.JA) -> str:
    return parent.descriptions[0 if lang is Lang.JA else 1]


@strawberry.type(description="Something that an installation can set: an environment variable.")
class Setting:
    """To change it, set the variable and start the server anew."""

    name: str = plain("For instance body_limit.")
    variable: str = plain("The environment variable, for instance MEGURU_BODY_LIMIT.")
    value: str | None = plain("What holds now; null for a secret, of which only isSet is told.")
    default: str | None = plain("What holds where nothing is set; null for a secret.")
    example: str = plain("A value that could be given.")
    is_set: bool = plain("Whether it was set when the server started.")
    is_changed: bool = plain("Whether what holds now is something else than the default.")
    is_secret: bool = plain("Whether its value is never shown.")
    descriptions: strawberry.Private[tuple[str, str]]
    description = field(_description, str, "What it is for.")


@strawberry.type(description="Settings that belong together.")
class SettingGroup:
    """In the order in which they are declared."""

    name: str = plain("For programs, for instance limits.")
    titles: strawberry.Private[tuple[str, str]]
    title = field(_title, str, "What they are about.")
    settings: list[Setting] = plain("The settings.")


@strawberry.type(
    description="How something outside the installation answered when it was last asked."
)
class LastTry:
    """Since the server was started."""

    tried_at: dt.datetime = plain("When.")
    has_worked: bool = plain("Whether it answered as it should.")
    failure: str = plain("What went wrong, for whoever looks into it; empty where nothing did.")


@strawberry.type(description="The identity provider (OpenID Connect) by which people sign in.")
class ProviderStatus:
    """As set, and as it answers."""

    issuer: str = plain("Its URL.")
    client_id: str = plain("What it knows this installation by.")
    callback_url: str = plain("To be registered with it.")
    login_claim: str = plain("The claim that holds the login.")
    group_claim: str = plain("The claim that holds groups.")
    group: str = plain("The group that may sign in; empty where everybody may.")
    last_try: LastTry | None = plain(
        "How it last answered who it is; it is asked for this, but not more often than once in an "
        "hour while it answers. Null where it is still being asked."
    )


@strawberry.type(description="The mail server that takes letters about accounts.")
class MailStatus:
    """As set, and as it took the last letter."""

    server: str = plain("Its host and port.")
    sender: str = plain("The address that letters are from.")
    last_try: LastTry | None = plain("How it took the last letter; null before the first.")


async def _last_checkpoint(
    _parent: strawberry.Parent["RecordKeeping"], info: Info
) -> records.Checkpoint | None:
    return await info.context.loaders.checkpoint(None)


def _integrity(_parent: strawberry.Parent["RecordKeeping"], info: Info) -> Standing:
    return info.context.standings.of(info.context.municipality_id)


@strawberry.type(description="How the record is vouched for.")
class RecordKeeping:
    """Its schedule, and whether it can be kept."""

    checkpoint_minutes: int = plain("Minutes between checkpoints of a record that grows.")
    has_key: bool = plain("Whether the key that checkpoints are signed with is at hand.")
    has_diverged: bool = plain("Whether the record was not what had been signed of it.")
    witness_count: int = plain("How many witnesses are known.")
    last_checkpoint = field(_last_checkpoint, Checkpoint | None, "Null before the first.")
    self_check_minutes: int = plain("Minutes between verifications of the whole record.")
    integrity = field(_integrity, Integrity, "What the last verification found.")


@strawberry.type(description="How an installation is set up, and how it fares.")
class Installation:
    """Settings are environment variables and stay so: nothing of it can be changed here."""

    version: str = plain("Of Meguru.")
    database: str = plain("The kind of database: SQLite or PostgreSQL.")
    public_url: str | None = plain("The URL by which people reach it; null where it is not set.")
    started_at: dt.datetime = plain("When this process was started.")
    setting_groups: list[SettingGroup] = plain("Every setting.")
    identity_provider: ProviderStatus | None = plain("Null where none is set.")
    proxy_user_header: str | None = plain(
        "The header in which a trusted proxy names who is signed in; null where none does."
    )
    trusted_proxies: list[str] = plain("Proxies whose headers are believed.")
    mail: MailStatus | None = plain("Null where no mail is sent.")
    record: RecordKeeping = plain("How the record is vouched for.")


class Installed(Protocol):
    """Tells of the process: what only it can know."""

    async def told(self, municipality_id: UUID) -> Installation:
        """Return how it is set up, and how what concerns a municipality fares."""


async def installation(info: Info) -> Any:  # noqa: ANN401 - a type that is nobody's row
    """Return how the process is set up; None for others than admins."""
    context = info.context
    if context.installed is None or not context.sight.sees(Reading.INSTALLATION):
        return None
    return await context.installed.told(context.municipality_id)
