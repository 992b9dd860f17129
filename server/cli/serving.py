"""`meguru serve`: from nothing to a page in a browser."""

# ruff: noqa: PLC0415 - what only a first start needs would delay every other one by 0.2 s

import gc
import socket

from server.app import create_app
from server.cli.console import OUT, fail, settings_or_exit, with_database
from server.identity.door import LINK_PATH
from server.logs import configure
from server.process import AddressError, exit_on_signals, listening, serve, url_of
from server.settings import Settings
from workflows.accounts.links import first_admin_link
from workflows.records import Municipality, Plan


def run(*, demo: bool, host: str | None, port: int | None) -> None:
    """Prepare the database, then serve until told to stop."""
    exit_on_signals()
    settings = settings_or_exit(host=host, port=port)
    configure(settings.log_format, settings.log_level)
    try:
        # First of all: that the port is taken should be known before anything is loaded.
        listener = listening(settings.host, settings.port)
    except AddressError as error:
        fail(error.message_ja, error.message_en)
    links: list[str] = []
    if demo:
        settings = _with_sample(settings, url_of(listener))
    else:
        settings, links = _with_plan(settings)
    application = create_app(settings, upgrade=False)
    gc.freeze()
    gc.enable()
    serve(settings, application, listener, lambda: _tell(settings, listener, links))


def _with_sample(settings: Settings, url: str) -> Settings:
    from server.cli.demo import filled, sample_settings, show_tokens

    sample = sample_settings(settings)
    tokens = with_database(lambda: filled(sample), sample, by_itself=True)
    show_tokens(tokens, settings.public_url or url.rstrip("/"))
    return sample


def _with_plan(settings: Settings) -> tuple[Settings, list[str]]:
    """Load the plan where there is none; return one-time links for first admins that are missing."""

    async def prepare() -> list[str]:
        if not await Plan.exists():
            from server.cli.seeding import load_source, source_of

            await load_source(source_of(None, None))
        towns = await Municipality.all().order_by("code")
        secrets = [await first_admin_link(town.id) for town in towns]
        return [secret for secret in secrets if secret]

    return settings, with_database(prepare, settings, by_itself=True)


def _tell(settings: Settings, listener: socket.socket, links: list[str]) -> None:
    url = url_of(listener)
    for line in (
        f"めぐる / Meguru  {url}",
        f"API              {url}graphql",
        f"データ / Data    {settings.database_shown}",
        *(
            f"最初の管理者 / First admin  {settings.public_url or url.rstrip('/')}{LINK_PATH}{secret}"
            for secret in links
        ),
        "Ctrl+C で終了 / Ctrl+C stops it",
    ):
        OUT.print(line, markup=False)
    OUT.file.flush()
