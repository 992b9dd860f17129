"""The provider, and Meguru set up for it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.app import Application, create_app
from server.settings import Settings
from tests.server.npm import install
from tests.server.oidc.browsing import SECRET, SITE, Browser, Provider
from tests.town import Town


@pytest.fixture
def database_url(sqlite_town: str) -> str:
    """Give the town on one database: what differs between them is tested with the domain."""
    return sqlite_town


@pytest.fixture(scope="session")
def provider_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """Start the provider."""
    install(Path(__file__).parent)
    provider = Provider(tmp_path_factory.mktemp("provider"))
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(provider_of_session: Provider) -> Provider:
    """Give the provider, which runs and knows the lead and the admin."""
    if provider_of_session.process is None or provider_of_session.process.poll() is not None:
        provider_of_session.start()
    provider_of_session.knows(
        s1={"preferred_username": "lead", "groups": ["all", "meguru"]},
        s2={"preferred_username": "admin", "groups": ["all"]},
        s3={"preferred_username": "stranger"},
    )
    return provider_of_session


Install = Callable[..., Application]


@pytest.fixture
def install_with(provider: Provider, town: Town) -> Install:
    """Make an application for the town, with the provider and further settings."""
    assert town

    def make(**values: Any) -> Application:  # noqa: ANN401 - any setting
        given = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": "meguru",
            "oidc_client_secret": SECRET,
            "public_url": SITE,
        }
        return create_app(Settings(**{**given, **values}))

    return make


@pytest.fixture
async def browser(install_with: Install) -> AsyncIterator[Browser]:
    """Give a browser, and an application with no further settings."""
    async with Browser(install_with()) as opened:
        yield opened
