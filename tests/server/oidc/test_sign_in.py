"""Signing in at a real identity provider."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from server.app import Application
from server.pages.onward import home
from tests.server.oidc.browsing import (
    CALLBACK,
    COOKIE,
    Browser,
    Provider,
    is_failure,
    parameters,
    reasons,
)
from tests.town import Town
from tests.workflows.accounts.holders import events_of
from workflows.records import Account, Event, EventKind, Session, SignInMethod

Install = Callable[..., Application]


async def test_a_person_signs_in_at_the_provider(browser: Browser, town: Town) -> None:
    """The button leads there; back again they are known by a session of Meguru's own."""
    page = await browser.get("/sign-in")
    assert 'href="/auth/oidc"' in page.text
    answer = await browser.sign_in("s1")
    assert (answer.status_code, answer.headers["location"]) == (303, home())
    kept = answer.headers.get_list("set-cookie")
    session = next(c for c in kept if c.startswith(f"{COOKIE}=meguru_s_"))
    assert all(part in session for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
    assert any(c.startswith("__Host-meguru-oidc=") and "Max-Age=0" in c for c in kept)
    assert await browser.viewer() == "lead"
    begun = await Session.of(town.id).get()
    assert (begun.method, begun.second_factor) == (SignInMethod.PROVIDER, True)
    (event,) = await events_of(town, EventKind.SIGNED_IN)
    assert event.actor_id == town.people["lead"]


async def test_what_leaves_is_bound_to_the_browser(browser: Browser, provider: Provider) -> None:
    """State, nonce and an S256 challenge; the verifier stays in a cookie that only we can read."""
    response = await browser.get("/auth/oidc")
    address = response.headers["location"]
    assert address.startswith(f"{provider.issuer}/auth?")
    asked = parameters(address)
    assert asked["redirect_uri"] == CALLBACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert (asked["scope"], len(asked["state"]), len(asked["nonce"])) == ("openid profile", 48, 48)
    (cookie,) = response.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-meguru-oidc=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in cookie
    for secret in (asked["state"], asked["nonce"]):
        assert secret not in cookie
    again = parameters((await browser.get("/auth/oidc")).headers["location"])
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


async def test_without_a_provider_there_is_no_way_to_one(install_with: Install) -> None:
    """Neither the button nor the paths."""
    async with Browser(install_with(oidc_issuer="")) as browser:
        assert "/auth/oidc" not in (await browser.get("/sign-in")).text
        assert (await browser.get("/auth/oidc")).status_code == 404
        assert (await browser.get(CALLBACK)).status_code == 404


@pytest.mark.parametrize("state", ["", "wrong", "é", None])
async def test_another_state_is_refused(browser: Browser, state: str | None) -> None:
    """Whoever plants it cannot end the sign-in that is under way."""
    back = await browser.way_back("s1")
    given = {**parameters(back), "state": state}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    assert is_failure(await browser.get(f"{CALLBACK}?{query}"))
    assert (await browser.get(f"{back}&state={given['state']}")).status_code == 403  # twice
    assert (await browser.get(back)).status_code == 303


async def test_a_code_is_good_once(browser: Browser, town: Town) -> None:
    """Even with the cookie that was there then."""
    back = await browser.way_back("s1")
    cookie = {"Cookie": f"__Host-meguru-oidc={browser.client.cookies['__Host-meguru-oidc']}"}
    assert (await browser.get(back)).status_code == 303
    browser.client.cookies.clear()
    with capture_logs() as logs:
        assert is_failure(await browser.client.get(back, headers=cookie))
    assert reasons(logs) == ["code refused"]
    assert await Session.of(town.id).all().count() == 1


async def test_without_the_cookie_nobody_is_signed_in(browser: Browser) -> None:
    """An answer that comes to another browser than asked is not taken."""
    back = await browser.way_back("s1")
    browser.client.cookies.clear()
    assert is_failure(await browser.get(back))


async def test_a_code_of_another_browser_is_refused(install_with: Install) -> None:
    """Its verifier is not here: the provider does not take it (PKCE), whatever the state is."""
    application = install_with()
    async with Browser(application) as thief, Browser(application) as victim:
        code = parameters(await victim.way_back("s1"))["code"]
        own = parameters(await thief.way_back("s2"))
        with capture_logs() as logs:
            query = urlencode({**own, "code": code})
            assert is_failure(await thief.get(f"{CALLBACK}?{query}"))
        assert reasons(logs) == ["code refused"]


@pytest.mark.parametrize("issuers", [[], ["https://evil.example"], ["own", "https://evil.example"]])
async def test_an_answer_of_another_provider_is_refused(
    browser: Browser, provider: Provider, issuers: list[str]
) -> None:
    """This one names itself (RFC 9207): it has to, exactly once."""
    given = parameters(await browser.way_back("s1"))
    assert given.pop("iss") == provider.issuer
    named = [("iss", provider.issuer if name == "own" else name) for name in issuers]
    assert is_failure(await browser.get(f"{CALLBACK}?{urlencode([*given.items(), *named])}"))


@pytest.mark.parametrize(("fault", "reason"), [("expired", "expired"), ("nonce", "nonce")])
async def test_a_token_that_does_not_hold_signs_nobody_in(
    browser: Browser, provider: Provider, town: Town, fault: str, reason: str
) -> None:
    """Though the provider itself signed it."""
    provider.knows(s1={"preferred_username": "lead", "_fault": fault})
    with capture_logs() as logs:
        assert is_failure(await browser.sign_in("s1"))
    (told,) = reasons(logs)
    assert told.startswith("id_token: ")
    assert reason in told.lower()
    assert not await Session.of(town.id).exists()


async def test_forms_can_be_sent_over_plain_http(browser: Browser) -> None:
    """Browsers then say no more than the origin, and not even that under `no-referrer`."""
    page = await browser.get("/sign-in")
    assert page.headers["Referrer-Policy"] == "same-origin"


async def test_who_declines_at_the_provider_is_not_signed_in(browser: Browser) -> None:
    """What the provider says about it is not shown."""
    state = parameters(await browser.leave_for_provider())["state"]
    given = {"error": "access_denied", "error_description": "<script>", "state": state}
    answer = await browser.get(f"{CALLBACK}?{urlencode(given)}")
    assert is_failure(answer)
    assert "script" not in answer.text


@pytest.mark.parametrize(
    "given", [{}, {"code": ""}, {"code": "x" * 3000}, {"code": "x", "error": "server_error"}]
)
async def test_an_answer_without_a_code_is_not_asked_about(
    browser: Browser, given: dict[str, str]
) -> None:
    """Nor one that is an error, whatever else it brings."""
    asked = parameters(await browser.way_back("s1"))
    answer = {"state": asked["state"], "iss": asked["iss"], **given}
    with capture_logs() as logs:
        assert is_failure(await browser.get(f"{CALLBACK}?{urlencode(answer)}"))
    assert reasons(logs)[0].startswith("error: ")


async def test_neither_codes_nor_tokens_are_kept(browser: Browser, town: Town) -> None:
    """Not in the record, in a row, in a page or in the log."""
    back = await browser.way_back("s1")
    with capture_logs() as logs:
        answer = await browser.get(back)
    code = parameters(back)["code"]
    events = [event.body for event in await Event.of(town.id)]
    kept = repr([logs, events, answer.text, await Account.of(town.id).values()])
    assert code not in kept
    assert "eyJ" not in kept


async def test_it_works_where_nothing_is_published(install_with: Install) -> None:
    """Who is not known reads nothing then, but the way in is open."""
    async with Browser(install_with(public_reading=False)) as browser:
        assert (await browser.sign_in("s1")).status_code == 303
        assert await browser.viewer() == "lead"


async def test_a_flood_does_not_reach_the_provider(install_with: Install) -> None:
    """Each request counts as any other of its address."""
    async with Browser(install_with(rate_address=3)) as browser:
        answers = [await browser.get("/auth/oidc") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
        assert (await browser.get(f"{CALLBACK}?state=x")).status_code == 429
