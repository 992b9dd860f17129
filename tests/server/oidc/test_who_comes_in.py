"""Whom the provider vouches for, and who of them comes in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.app import Application
from tests.server.oidc.browsing import SITE, Browser, Provider, is_failure
from tests.server.processes import run
from tests.town import Town, applied
from tests.workflows.accounts.holders import events_of
from workflows.accounts.manage import change_login, disable_account
from workflows.records import Account, EventKind, Session

Install = Callable[..., Application]


async def test_who_is_not_in_the_group_is_not_let_in(install_with: Install, town: Town) -> None:
    """Whoever it is; nothing is bound, the failure is in the record, and the group gives no role."""
    async with Browser(install_with(oidc_group="meguru")) as browser:
        answer = await browser.sign_in("s2")
        assert is_failure(answer)
        assert "<code>admin</code>" in answer.text
        assert not await Account.of(town.id).exists()
        (event,) = await events_of(town, EventKind.SIGN_IN_FAILED)
        assert (event.actor_id, event.document["details"]["method"]) == (None, "PROVIDER")
        assert (await browser.get(await browser.leave_for_provider())).is_redirect
    async with Browser(install_with(oidc_group="meguru")) as browser:
        assert (await browser.sign_in("s1")).status_code == 303


async def test_who_loses_the_group_is_not_let_in_any_more(
    install_with: Install, provider: Provider, town: Town
) -> None:
    """Being bound by an earlier sign-in does not help."""
    application = install_with(oidc_group="meguru")
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
    provider.knows(s1={"preferred_username": "lead", "groups": "meguru-readers"})
    async with Browser(application) as browser:
        assert is_failure(await browser.sign_in("s1"))
    (event,) = await events_of(town, EventKind.SIGN_IN_FAILED)
    assert event.document["details"]["person"] == str(town.people["lead"])


async def test_unknown_and_disabled_people_are_told_the_same(
    install_with: Install, provider: Provider, town: Town
) -> None:
    """The page shows the login that the provider gave, which is their own."""
    application = install_with()
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
    applied(await disable_account(town.console(), town.people["lead"]))
    provider.knows(s1={"preferred_username": "<b>x</b>"}, s3={"preferred_username": "<b>x</b>"})
    pages = []
    for subject in ("s1", "s3"):
        async with Browser(application) as browser:
            answer = await browser.sign_in(subject)
            assert is_failure(answer)
            pages.append(answer.text)
    assert pages[0] == pages[1]
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in pages[0]


async def test_an_account_is_found_by_login_once_and_by_subject_from_then_on(
    install_with: Install, provider: Provider, town: Town
) -> None:
    """Logins change hands; subjects do not."""
    application = install_with()
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
    assert (await Account.of(town.id).get()).provider_subject == "s1"
    provider.knows(s1={"preferred_username": "renamed"}, s9={"preferred_username": "lead"})
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
        assert await browser.viewer() == "lead"
    async with Browser(application) as browser:
        assert is_failure(await browser.sign_in("s9"))
    applied(await change_login(town.console(), town.people["lead"], "lead@town.example.jp"))
    provider.knows(s1={})
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303


async def test_an_operator_can_have_an_account_bound_anew(
    install_with: Install, provider: Provider, town: Town, database_url: str, tmp_path: Path
) -> None:
    """Where the provider was set up anew, and knows everybody by other subjects."""
    application = install_with()
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
    provider.knows(s8={"preferred_username": "lead"})
    async with Browser(application) as browser:
        assert is_failure(await browser.sign_in("s8"))
    for code in (0, 2):
        done = run("account", "unbind", "lead", cwd=tmp_path, DATABASE_URL=database_url)
        assert done.returncode == code, done.stderr
    async with Browser(application) as browser:
        assert (await browser.sign_in("s8")).status_code == 303
    assert (await Account.of(town.id).get()).provider_subject == "s8"


@pytest.mark.parametrize(
    ("amr", "expected"), [(["pwd", "otp"], True), (["mfa"], True), (["pwd"], False), (None, False)]
)
async def test_a_second_factor_is_read_from_amr_where_that_is_set(
    install_with: Install, provider: Provider, town: Town, amr: list[str] | None, *, expected: bool
) -> None:
    """Without one the roles that need it do not count."""
    provider.knows(s2={"preferred_username": "admin", **({"amr": amr} if amr else {})})
    async with Browser(install_with(oidc_second_factor="amr")) as browser:
        assert (await browser.sign_in("s2")).status_code == 303
        query = {"query": "{ viewer { secondFactorMissingFor } }"}
        answer = await browser.client.get(f"{SITE}/graphql", params=query)
    missing = answer.json()["data"]["viewer"]["secondFactorMissingFor"]
    assert missing == ([] if expected else ["ADMIN"])
    assert (await Session.of(town.id).get()).second_factor is expected


async def test_the_login_claim_is_a_setting(install_with: Install, provider: Provider) -> None:
    """A person without it, or with something else than text in it, is found by subject only."""
    application = install_with(oidc_login_claim="groups")
    async with Browser(application) as browser:
        assert is_failure(await browser.sign_in("s1"))
    provider.knows(s1={"groups": "lead"})
    async with Browser(application) as browser:
        assert (await browser.sign_in("s1")).status_code == 303


async def test_failures_slow_down(install_with: Install, town: Town) -> None:
    """The provider's word counts as a try, like a password."""
    application = install_with()
    async with Browser(application) as browser:
        for _ in range(5):
            assert is_failure(await browser.sign_in("s3"))
        answer = await browser.sign_in("s3")
        assert is_failure(answer, 429, "SLOWED_DOWN")
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert len(await events_of(town, EventKind.SIGN_IN_FAILED)) == 5
