"""How the installation is set up, as its admins' page has it."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from server.identity.oidc import IdentityProvider
from server.installation import Process
from server.keeping import Keeping
from server.mail import Mailer
from server.settings import Settings, variable_of
from server.tries import Tried
from tests.schema.asking import Answer, context, execute
from tests.schema.conftest import Towns
from tests.schema.oracle import VIEWERS
from tests.town import Town
from workflows.ledger import now
from workflows.stages import Role

ASKED: Final = """{ installation {
  version database publicUrl startedAt proxyUserHeader trustedProxies
  settingGroups { name title en: title(lang: EN)
    settings { name variable value default example isSet isChanged isSecret
      description en: description(lang: EN) } }
  identityProvider { issuer clientId callbackUrl loginClaim groupClaim group
    lastTry { triedAt hasWorked failure } }
  mail { server sender lastTry { triedAt hasWorked failure } }
  record { checkpointMinutes hasKey hasDiverged witnessCount selfCheckMinutes
    lastCheckpoint { treeSize } integrity { verified } }
} }"""
SECRETS: Final = ("hidden-of-the-database", "hidden-of-mail", "hidden-of-oidc")


def process(folder: Path, **values: Any) -> Process:  # noqa: ANN401 - any setting
    """Return a process that is set up in a folder."""
    settings = Settings(data_dir=folder, **values)
    provider = IdentityProvider(settings) if settings.oidc_issuer else None
    server = settings.smtp_server
    mail = Mailer(server=server, sender=settings.mail_from) if server else None
    return Process(settings, Keeping(settings), mail, provider)


def everything(folder: Path) -> Process:
    """Return a process in which as much as possible is set, secrets among it."""
    return process(
        folder,
        database_url=f"postgresql://meguru:{SECRETS[0]}@127.0.0.1:5432/meguru",
        public_url="https://dx.town.example.jp",
        smtp_url=f"smtp://meguru:{SECRETS[1]}@mail.town.example.jp:587",
        mail_from="meguru@town.example.jp",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="meguru",
        oidc_client_secret=SECRETS[2],
        oidc_group="meguru",
        trusted_proxies="10.0.0.5",
        proxy_user_header="X-Remote-User",
        body_limit=70_000,
    )


async def told(town: Town, told_by: Process, who: str | None = "admin") -> Answer:
    """Return what somebody is told."""
    asked = await context(town, who)
    asked.installed = told_by
    data, errors = await execute(asked, ASKED, {})
    assert not errors, errors
    found: Answer = data["installation"]
    return found


@pytest.fixture
def town(read_towns: Towns) -> Town:
    """Give a town to look at."""
    return read_towns.hashikami


async def test_every_setting_is_told_once(town: Town, tmp_path: Path) -> None:
    """In a group, with variable, value, default and a description in both languages."""
    found = await told(town, everything(tmp_path))
    settings = [one for group in found["settingGroups"] for one in group["settings"]]
    fields = Settings.model_fields
    assert sorted(one["name"] for one in settings) == sorted(fields)
    assert {one["variable"] for one in settings} == {variable_of(n, f) for n, f in fields.items()}
    assert all(one["description"] and one["en"] != one["description"] for one in settings)
    assert all(group["settings"] and group["title"] for group in found["settingGroups"])
    by_name = {one["name"]: one for one in settings}
    limit = by_name["body_limit"]
    assert (limit["value"], limit["default"]) == ("70000", "65536")
    assert (limit["isSet"], limit["isChanged"]) == (True, True)
    port = by_name["port"]
    assert (port["value"], port["isSet"], port["isChanged"]) == ("8000", False, False)
    assert by_name["public_reading"]["value"] == "true"
    assert by_name["second_factor_roles"]["value"] == "ADMIN,AUDITOR"


async def test_no_secret_is_told(town: Town, tmp_path: Path) -> None:
    """Of URLs with passwords and of secrets only that they are set."""
    found = await told(town, everything(tmp_path))
    assert not [secret for secret in SECRETS if secret in str(found)]
    settings = {s["name"]: s for group in found["settingGroups"] for s in group["settings"]}
    hidden = {name for name, one in settings.items() if one["isSecret"]}
    assert hidden == {"database_url", "smtp_url", "oidc_client_secret"}
    for name in hidden:
        one = settings[name]
        assert (one["value"], one["default"], one["example"]) == (None, None, "")
        assert one["isSet"] is True
    assert found["database"] == "PostgreSQL"


async def test_how_things_fare(town: Town, tmp_path: Path) -> None:
    """The provider is asked and does not answer; the mail server has not been needed yet."""
    set_up = everything(tmp_path)
    found = await told(town, set_up)
    assert found["publicUrl"] == "https://dx.town.example.jp"
    assert found["proxyUserHeader"] == "X-Remote-User"
    assert found["trustedProxies"] == ["10.0.0.5"]
    provider = found["identityProvider"]
    assert provider["issuer"] == "http://127.0.0.1:9"
    assert provider["callbackUrl"] == "https://dx.town.example.jp/auth/oidc/callback"
    assert (provider["groupClaim"], provider["group"]) == ("groups", "meguru")
    assert provider["lastTry"]["hasWorked"] is False
    assert "ConnectError" in provider["lastTry"]["failure"]
    assert found["mail"] == {
        "server": "mail.town.example.jp:587",
        "sender": "meguru@town.example.jp",
        "lastTry": None,
    }
    assert set_up.mail
    set_up.mail.tried = Tried(now(), "TimeoutError: ")
    assert (await told(town, set_up))["mail"]["lastTry"]["hasWorked"] is False
    set_up.mail.tried = Tried(now())
    assert (await told(town, set_up))["mail"]["lastTry"]["hasWorked"] is True
    record = found["record"]
    assert (record["checkpointMinutes"], record["selfCheckMinutes"]) == (60, 60)
    assert record["hasDiverged"] is False
    assert record["integrity"] == {"verified": None}
    set_up.keeping.notary.diverged.add(town.id)
    assert (await told(town, set_up))["record"]["hasDiverged"] is True


async def test_what_is_not_set_is_null(town: Town, tmp_path: Path) -> None:
    """Without any variable: SQLite, and neither provider, proxy, mail nor public URL."""
    found = await told(town, process(tmp_path))
    assert found["database"] == "SQLite"
    for name in ("publicUrl", "identityProvider", "proxyUserHeader", "mail"):
        assert found[name] is None


async def test_only_admins_are_told(town: Town, tmp_path: Path) -> None:
    """By a session, or by a token that acts as one; null for everybody else."""
    set_up = process(tmp_path)
    for viewer in VIEWERS:
        asked = replace(await context(town, viewer.who, credential=viewer.credential))
        asked.installed = set_up
        data, errors = await execute(asked, "{ installation { version } }", {})
        assert not errors
        is_admin = any(role is Role.ADMIN for role, _ in viewer.held)
        assert (data["installation"] is not None) == is_admin, viewer
