"""Settings of the identity provider and the proxy that do not go together are told at once."""

import os

import pytest

from server.cli.settings import shown
from server.settings import Settings, SettingsError, read_settings

PROVIDER = {
    "MEGURU_OIDC_ISSUER": "https://id.example.jp/realms/town/",
    "MEGURU_OIDC_CLIENT_ID": "meguru",
    "MEGURU_PUBLIC_URL": "https://dx.example/",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MEGURU_"):
            monkeypatch.delenv(name)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """Read settings from an environment with these."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def told(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """Return what is said about an environment that cannot be used."""
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **variables)
    return str(caught.value)


def test_the_issuer_is_kept_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens name it as it is, with or without a slash at its end."""
    settings = read(monkeypatch, **PROVIDER)
    assert settings.oidc_issuer == "https://id.example.jp/realms/town/"
    assert settings.public_url == "https://dx.example"


@pytest.mark.parametrize("missing", ["MEGURU_OIDC_CLIENT_ID", "MEGURU_PUBLIC_URL"])
def test_an_issuer_needs_more(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """What is missing is named, in both languages."""
    line = told(monkeypatch, **{**PROVIDER, missing: ""})
    assert missing in line
    assert "要ります" in line
    assert "needed" in line


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.jp",
        "ftp://id.example.jp",
        "id.example.jp",
        "https://x?y=1",
        "https://x#y",
    ],
)
def test_an_issuer_that_cannot_be_believed_is_refused(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    """Plain HTTP is for this machine only."""
    assert "MEGURU_OIDC_ISSUER" in told(monkeypatch, **{**PROVIDER, "MEGURU_OIDC_ISSUER": issuer})
    local = {**PROVIDER, "MEGURU_OIDC_ISSUER": "http://127.0.0.1:8080"}
    assert read(monkeypatch, **local).oidc_issuer == "http://127.0.0.1:8080"


def test_a_header_is_believed_from_listed_proxies_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """So there have to be some."""
    line = told(monkeypatch, MEGURU_PROXY_USER_HEADER="X-Remote-User")
    assert "MEGURU_TRUSTED_PROXIES" in line
    both = {"MEGURU_PROXY_USER_HEADER": "X-Remote-User", "MEGURU_TRUSTED_PROXIES": "10.0.0.5"}
    assert read(monkeypatch, **both).proxy_user_header == "X-Remote-User"


@pytest.mark.parametrize(
    "name", ["Cookie", "authorization", "X-Forwarded-For", "Host", "X Remote", "X_Remote", "é"]
)
def test_a_header_with_another_meaning_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It would be taken away from those that read it."""
    given = {"MEGURU_PROXY_USER_HEADER": name, "MEGURU_TRUSTED_PROXIES": "10.0.0.5"}
    assert "MEGURU_PROXY_USER_HEADER" in told(monkeypatch, **given)


def test_the_client_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by `meguru settings` nor where settings are shown otherwise."""
    settings = read(monkeypatch, **PROVIDER, MEGURU_OIDC_CLIENT_SECRET="hunter2")  # noqa: S106 - of tests
    assert shown(settings, "oidc_client_secret") == "••••"
    assert "hunter2" not in repr(settings)
    monkeypatch.setenv("MEGURU_OIDC_CLIENT_SECRET", "")
    assert shown(read_settings(), "oidc_client_secret") == ""
