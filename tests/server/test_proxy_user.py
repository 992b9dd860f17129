"""A reverse proxy that signs people in: believed where it is one, and nowhere else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import HTTPConnection

from server.app import Application, create_app
from server.graphql_errors import RefusedError
from server.identity.cookies import Cookies
from server.settings import Settings
from tests.town import Town, applied
from tests.workflows.accounts.holders import PASSWORD, events_of, hold
from workflows.accounts.manage import change_login, disable_account
from workflows.accounts.tokens import issue_token
from workflows.records import EventKind, Session, SignInMethod

PROXY, STRANGER = "10.0.0.5", "10.0.0.6"
HEADER = "X-Remote-User"
COOKIE = "__Host-meguru"
Ask = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_town: str) -> str:
    """Give the town on one database: what differs between them is tested with the domain."""
    return sqlite_town


@pytest.fixture
def application(town: Town) -> Application:
    """Give an application that believes one proxy."""
    assert town
    return create_app(Settings(trusted_proxies=(PROXY,), proxy_user_header=HEADER))


@asynccontextmanager
async def client(application: Application, peer: str = PROXY) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with a cookie jar, which reaches the application from an address."""
    transport = httpx.ASGITransport(application, client=(peer, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="https://dx.example") as opened:
        yield opened


async def who(opened: httpx.AsyncClient, *headers: tuple[str, str]) -> str | int | None:
    """Return the staff number of who is known; the status where the request is refused."""
    query = {"query": "{ viewer { person { staffNumber } } }"}
    answer = await opened.get("/graphql", params=query, headers=list(headers))
    if answer.status_code != 200:
        return answer.status_code
    viewer = answer.json()["data"]["viewer"]
    return viewer and str(viewer["person"]["staffNumber"])


async def test_who_the_proxy_names_is_signed_in(application: Application, town: Town) -> None:
    """Once: the cookie holds from then on, with the header beside it."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead")) == "lead"
        assert opened.cookies[COOKIE].startswith("meguru_s_")
        assert await who(opened, (HEADER, " Lead ")) == "lead"
        assert (await opened.get("/account", headers={HEADER: "lead"})).status_code == 200
    session = await Session.of(town.id).get()
    assert (session.method, session.second_factor) == (SignInMethod.PROXY, False)
    assert session.address == PROXY
    assert len(await events_of(town, EventKind.SIGNED_IN)) == 1


async def test_the_header_of_anybody_else_is_nothing(application: Application, town: Town) -> None:
    """Whoever writes it, and whatever they say of where they come from."""
    async with client(application, STRANGER) as opened:
        for headers in (
            [(HEADER, "admin")],
            [(HEADER.lower(), "admin"), ("X-Forwarded-For", PROXY)],
            [(HEADER, "admin"), ("X-Forwarded-For", f"{PROXY}, {PROXY}"), ("Forwarded", PROXY)],
        ):
            assert await who(opened, *headers) is None
        assert not opened.cookies
    assert not await Session.of(town.id).exists()


async def test_a_client_behind_the_proxy_cannot_pass_for_the_proxy(
    application: Application, town: Town
) -> None:
    """The peer counts, not the address that it forwards; the session tells the client's address."""
    async with client(application) as opened:
        headers = [(HEADER, "lead"), ("X-Forwarded-For", "192.0.2.9")]
        assert await who(opened, *headers) == "lead"
    assert (await Session.of(town.id).get()).address == "192.0.2.9"


async def test_a_header_that_is_there_twice_is_not_believed(application: Application) -> None:
    """One of them may be the client's; so is one that a proxy joined."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead"), (HEADER, "admin")) is None
        assert await who(opened, (HEADER, "lead"), (HEADER.lower(), "lead")) is None
        assert await who(opened, (HEADER, "lead, admin")) == 403


async def test_an_empty_header_names_nobody(application: Application) -> None:
    """So proxies let anonymous readers through."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "")) is None
        assert await who(opened, (HEADER, "  ")) is None


async def test_without_the_setting_no_header_is_believed(town: Town) -> None:
    """Not even from a trusted proxy."""
    assert town
    async with client(create_app(Settings(trusted_proxies=(PROXY,)))) as opened:
        assert await who(opened, (HEADER, "lead")) is None


async def test_a_session_by_the_proxy_ends_with_its_word(application: Application) -> None:
    """Without the header, with another's login in it, or past the proxy, the cookie is worth nothing."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead")) == "lead"
        cookie = ("Cookie", f"{COOKIE}={opened.cookies[COOKIE]}")
        assert await who(opened, (HEADER, "staff")) == "staff"
        assert await who(opened, (HEADER, "staff"), cookie) == "staff"
    async with client(application) as opened:
        assert await who(opened, cookie) == 401
    async with client(application, STRANGER) as opened:
        assert await who(opened, cookie) == 401
        assert await who(opened, cookie, (HEADER, "lead")) == 401


async def test_a_session_by_password_needs_no_header(application: Application, town: Town) -> None:
    """But it does not outweigh the proxy's word about somebody else."""
    begun = (await hold(town, "lead", PASSWORD)).begun
    cookie = ("Cookie", f"{COOKIE}={begun.secret}")
    async with client(application) as opened:
        assert await who(opened, cookie) == "lead"
        assert await who(opened, cookie, (HEADER, "lead")) == "lead"
        assert not opened.cookies
        assert await who(opened, cookie, (HEADER, "staff")) == "staff"
        assert opened.cookies[COOKIE] != begun.secret


@pytest.mark.parametrize("login", ["nobody-known", "<script>", "\x7f", "x" * 5000, "é"])
async def test_a_login_that_nobody_has_is_refused(application: Application, login: str) -> None:
    """As JSON and as a page; nobody is read as anonymous who wants to be somebody."""
    async with client(application) as opened:
        sent = {HEADER.encode(): login.encode()}
        answer = await opened.get("/graphql", params={"query": "{ __typename }"}, headers=sent)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_FAILED"
        page = await opened.get("/", headers=sent)
        assert (page.status_code, page.headers["content-type"][:9]) == (403, "text/html")
        assert "script" not in page.text
        assert not opened.cookies


async def test_a_disabled_account_is_refused_at_once(application: Application, town: Town) -> None:
    """Its session has ended, and no new one begins."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead")) == "lead"
        applied(await disable_account(town.console(), town.people["lead"]))
        assert await who(opened, (HEADER, "lead")) == 403


async def test_failures_slow_down(application: Application, town: Town) -> None:
    """A proxy that names somebody unknown with every request does not fill the record."""
    async with client(application) as opened:
        answers = [await who(opened, (HEADER, "unknown")) for _ in range(8)]
        assert answers == [403] * 5 + [429] * 3
        answer = await opened.get("/", headers={HEADER: "unknown"})
        assert int(answer.headers["Retry-After"]) > 0
    assert len(await events_of(town, EventKind.SIGN_IN_FAILED)) == 5


async def test_the_login_is_the_accounts(application: Application, town: Town) -> None:
    """Once it was changed, the staff number finds nobody any more."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead")) == "lead"
        applied(await change_login(town.console(), town.people["lead"], "t.yamada"))
        assert await who(opened, (HEADER, "lead")) == 403
        assert await who(opened, (HEADER, "T.Yamada")) == "lead"


async def test_a_token_outweighs_the_header(application: Application, town: Town) -> None:
    """Programs that come through the proxy are known by their own; no session begins."""
    outcome, secret = await issue_token(town.console(), town.people["office"], "test", 30)
    applied(outcome)
    async with client(application) as opened:
        token = ("Authorization", f"Bearer {secret}")
        assert await who(opened, (HEADER, "lead"), token) == "office"
    assert not await Session.of(town.id).exists()


async def test_a_websocket_holds_with_cookie_and_header_and_begins_no_session(
    application: Application,
) -> None:
    """It cannot set a cookie, and the parameters of its `connection_init` are the client's own."""
    async with client(application) as opened:
        assert await who(opened, (HEADER, "lead")) == "lead"
        cookie = f"{COOKIE}={opened.cookies[COOKIE]}".encode()
    identify = application.identity.identify
    named = {"state": {"proxy_login": "lead"}, "client": (PROXY, 1)}

    def socket(**values: Any) -> HTTPConnection:  # noqa: ANN401 - of a scope
        headers = [(b"host", b"dx.example"), *values.pop("headers", [])]
        return HTTPConnection({"type": "websocket", "headers": headers, **values})

    viewer = await identify(socket(headers=[(b"cookie", cookie)], **named), {})
    assert viewer.door.session_id is not None
    with pytest.raises(RefusedError) as caught:
        await identify(socket(**named), {})
    assert caught.value.status == 401
    parameters = {HEADER: "lead", "proxy_login": "lead"}
    assert (await identify(socket(client=(PROXY, 1)), parameters)).person_id is None


async def test_nobody_behind_reads_the_header(application: Application) -> None:
    """It is taken out of the request, whoever sent it."""
    seen = []

    async def within(scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401 - of ASGI
        seen.append(dict(scope["headers"]))

    guard = application._asgi  # noqa: SLF001 - what stands outermost
    guard.app = within
    for peer in (PROXY, STRANGER):
        headers = [(b"X-Remote-User", b"lead"), (b"host", b"h")]
        scope = {"type": "http", "client": (peer, 1), "headers": headers}
        await guard(scope, None, None)  # type: ignore[arg-type] - neither is used
    assert seen == [{b"host": b"h"}] * 2


async def test_a_session_of_the_proxy_keeps_its_cookie_safe(application: Application) -> None:
    """As any session's."""
    async with client(application) as opened:
        answer = await opened.get("/", headers={HEADER: "lead"})
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith(f"{Cookies(secure=True).name}=meguru_s_")
        assert "HttpOnly; SameSite=Lax; Secure" in cookie
        assert answer.headers["Cache-Control"] == "no-store"
