"""The application as a client meets it: a real process, on a real port."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server.processes import Served, run, served

TITLE = "{ plan { title } }"
VIEWER = "{ viewer { person { name } } }"


def codes(answer: httpx.Response) -> list[str]:
    """Return the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def path_of(url: str) -> Path:
    """Return the file of an SQLite URL."""
    return Path(url.removeprefix("sqlite://"))


def test_anybody_may_read(server: Served) -> None:
    """Japanese is sent as it is."""
    answer = server.ask(TITLE)
    assert answer.json()["data"] == {"plan": {"title": "階上町DX推進計画アクションプラン"}}
    assert "階上町" in answer.text
    assert server.ask(VIEWER).json()["data"]["viewer"] is None


def test_a_token_makes_somebody_known(server: Served, tokens: dict[str, str]) -> None:
    """Over HTTP it is shown in a header."""
    person = server.ask(VIEWER, tokens["lead"]).json()["data"]["viewer"]["person"]
    assert person["name"] == "lead さん"


def test_a_wrong_token_is_refused(server: Served) -> None:
    """With the status and challenge of HTTP, whatever was asked."""
    answer = server.ask(TITLE, "meguru_wrong")
    assert (answer.status_code, codes(answer)) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_every_answer_keeps_browsers_strict(server: Served) -> None:
    """Nothing is loaded, framed, sniffed or told to other sites, whatever the status is."""
    for path in ("", "graphql", "healthz", "readyz", "page.css", "nothing"):
        answer = httpx.get(server.url + path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "server" not in answer.headers


def test_a_request_has_an_id_in_the_answer_and_in_the_log(
    server: Served, tokens: dict[str, str]
) -> None:
    """One line tells method, path, status and time; no query, token or body is in the log."""
    own = {"X-Request-Id": "proxy-1.2_3", "Authorization": f"Bearer {tokens['lead']}"}
    query = {"query": "{ plan { title } } # hunter2"}
    answer = httpx.get(f"{server.url}graphql", params=query, headers=own)
    assert answer.headers["X-Request-Id"] == "proxy-1.2_3"
    httpx.post(f"{server.url}graphql", json=query, headers=own)
    for method in ("GET", "POST"):
        told = {"method": method, "path": "/graphql", "status": 200}
        assert server.line(request_id="proxy-1.2_3", **told)["ms"] > 0
    log = server.log.read_text("utf-8")
    assert "hunter2" not in log
    assert tokens["lead"] not in log


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "a\tb", "あ".encode()])
def test_an_id_that_is_not_one_word_is_replaced(server: Served, given: str | bytes) -> None:
    """It goes into the log: nobody may write there what they like."""
    answer = httpx.get(f"{server.url}healthz", headers={"X-Request-Id": given})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_path_cannot_forge_a_line_of_the_log(server: Served) -> None:
    """It is logged as it was sent, percent-encoded."""
    httpx.get(f"{server.url}a%0a%7b%22forged%22:1%7d")
    assert server.line(path="/a%0a%7b%22forged%22:1%7d")["status"] == 404


def test_probes_leave_no_line(server: Served) -> None:
    """They come every few seconds."""
    httpx.get(f"{server.url}healthz")
    httpx.get(f"{server.url}readyz")
    assert not {"/healthz", "/readyz"} & {line.get("path") for line in server.logged()}


def test_a_body_over_the_limit_is_refused(server: Served) -> None:
    """Whether its length is declared or not; the error is one of GraphQL's, with its code."""
    big = b'{"query":"' + b" " * 70_000 + b'{ plan { title } }"}'

    def chunks() -> Any:  # noqa: ANN401 - a generator of bytes
        yield big

    for content in (big, chunks()):
        answer = httpx.post(
            f"{server.url}graphql", content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, codes(answer)) == (413, ["PAYLOAD_TOO_LARGE"])


def test_long_answers_are_compressed(server: Served) -> None:
    """The plan's page to a third at least; short answers are not."""
    raw = httpx.get(server.url, headers={"Accept-Encoding": "identity"})
    small = httpx.get(server.url, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) * 3 < int(raw.headers["Content-Length"])
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in server.ask(TITLE).headers


def test_what_is_not_there_is_told(server: Served) -> None:
    """As a page in both languages, with the status."""
    nothing = httpx.get(f"{server.url}nothing")
    assert (nothing.status_code, "ページが見つかりません" in nothing.text) == (404, True)
    posted = httpx.post(server.url)
    assert (posted.status_code, set(posted.headers["Allow"].split(", "))) == (405, {"GET", "HEAD"})


def test_the_schema_is_for_those_who_are_signed_in(server: Served, tokens: dict[str, str]) -> None:
    """That is the default, for names that are suggested too: guessing is not helped."""
    schema = "{ __schema { queryType { name } } }"
    assert codes(server.ask(schema)) == ["INTROSPECTION_OFF"]
    asked = server.ask(schema, tokens["lead"]).json()
    assert asked["data"]["__schema"]["queryType"]["name"] == "Query"
    assert "Did you mean" not in server.ask("{ plam { title } }").text


def test_what_is_set_otherwise_holds(own_town: str, tmp_path: Path) -> None:
    """Introspection off, suggestions on, fewer bytes, named hosts."""
    settings = {
        "DATABASE_URL": own_town,
        "MEGURU_INTROSPECTION": "nobody",
        "MEGURU_SUGGESTIONS": "everyone",
        "MEGURU_BODY_LIMIT": "1024",
        "MEGURU_ALLOWED_HOSTS": "dx.example",
    }
    with served(tmp_path, **settings) as server:
        asked = server.ask("{ __schema { queryType { name } } }")
        assert codes(asked) == ["INTROSPECTION_OFF"]
        assert "Did you mean" in server.ask("{ plam { title } }").text
        assert server.ask(TITLE + " " * 1024).status_code == 413
        for host, status in {"dx.example": 200, "evil.example": 400, "127.0.0.1": 200}.items():
            assert httpx.get(server.url, headers={"Host": host}).status_code == status


def test_more_connections_than_are_allowed_are_turned_away(own_town: str, tmp_path: Path) -> None:
    """With 503, and only as long as the others last."""
    follow = {"query": "subscription { history { sequence } }"}
    accept = {"Accept": "text/event-stream"}
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_CONNECTIONS="1") as server:
        with httpx.stream("POST", f"{server.url}graphql", json=follow, headers=accept) as events:
            lines = events.iter_lines()
            assert next(lines) == ":"
            assert server.ask(TITLE).status_code == 503
        assert server.line(path="/graphql")["status"] == 200
        assert server.ask(TITLE).status_code == 200


def test_it_is_ready_while_the_record_is_guarded(own_town: str, tmp_path: Path) -> None:
    """A trigger that somebody drops shows within one probe; the process still lives."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        ready = httpx.get(f"{server.url}readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reasons": []})
        with sqlite3.connect(path_of(own_town)) as database:
            database.execute("DROP TRIGGER events_refuse_update")
        after = httpx.get(f"{server.url}readyz")
        assert after.status_code == 503
        assert [reason["code"] for reason in after.json()["reasons"]] == ["RECORD_UNGUARDED"]
        assert httpx.get(f"{server.url}healthz").json() == {"status": "ok"}
        assert server.line(event="readiness.record_unguarded")["level"] == "error"


def test_it_is_not_ready_where_the_head_cannot_be_read(own_town: str, tmp_path: Path) -> None:
    """Nothing of the database's own words reaches the client; the log has them."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        with sqlite3.connect(path_of(own_town)) as database:
            database.execute("ALTER TABLE event_heads RENAME TO gone")
        answer = httpx.get(f"{server.url}readyz")
        assert answer.status_code == 503
        assert [reason["code"] for reason in answer.json()["reasons"]] == ["DATABASE_UNAVAILABLE"]
        assert "event_heads" not in answer.text
        unavailable = server.line(event="readiness.database_unavailable")
        assert "event_heads" in unavailable["exception"]


def test_a_bug_is_told_by_its_id_only(own_town: str, tmp_path: Path) -> None:
    """The page's reader gets the id under which the log has the traceback, without local values."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        with sqlite3.connect(path_of(own_town)) as database:
            database.execute("ALTER TABLE municipalities RENAME TO gone")
        answer = httpx.get(server.url, headers={"X-Request-Id": "r1"})
        assert answer.status_code == 500
        assert "Internal error: r1" in answer.text
        assert "municipalities" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        failure = server.line(event="request.failed", request_id="r1")
        assert "no such table: municipalities" in failure["exception"]
        assert not any("Exception in ASGI" in line["event"] for line in server.logged())


class Socket:
    """A connection by `graphql-transport-ws`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: object) -> None:
        """Send a message."""
        await self.connection.send(json.dumps(message))

    async def read(self) -> Any:  # noqa: ANN401 - a message
        """Return the next message."""
        return json.loads(await asyncio.wait_for(self.connection.recv(), 5))


def opened(server: Served, **options: Any) -> connect:  # noqa: ANN401 - passed on
    """Open a connection."""
    protocols = [Subprotocol("graphql-transport-ws")]
    return connect(f"ws://{server.host}/graphql", subprotocols=protocols, **options)


async def test_a_websocket_shows_its_token_when_it_begins(
    server: Served, tokens: dict[str, str]
) -> None:
    """It is asked once, and every operation is that person's."""
    async with opened(server) as connection:
        socket = Socket(connection)
        shown = {"authorization": f"Bearer {tokens['lead']}"}
        await socket.send(type="connection_init", payload=shown)
        assert (await socket.read())["type"] == "connection_ack"
        await socket.send(type="subscribe", id="1", payload={"query": VIEWER})
        answer = await socket.read()
        assert answer["payload"]["data"]["viewer"]["person"]["name"] == "lead さん"


async def test_a_websocket_with_a_wrong_token_is_closed(server: Served) -> None:
    """As `graphql-transport-ws` says."""
    async with opened(server) as connection:
        socket = Socket(connection)
        await socket.send(type="connection_init", payload={"authorization": "Bearer meguru_no"})
        with pytest.raises(ConnectionClosed):
            await socket.read()
        assert connection.close_code == 4403


async def test_a_message_over_the_limit_closes_a_websocket(server: Served) -> None:
    """1009: too big."""
    async with opened(server) as connection:
        socket = Socket(connection)
        await socket.send(type="connection_init", payload={"padding": "x" * 70_000})
        with pytest.raises(ConnectionClosed):
            await socket.read()
        assert connection.close_code == 1009


async def test_a_revoked_token_ends_an_open_subscription(
    own_town: str, tmp_path: Path, tokens: dict[str, str]
) -> None:
    """With the next entry of the record, which is that of the revocation itself."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        async with opened(server) as connection:
            socket = Socket(connection)
            shown = {"authorization": f"Bearer {tokens['lead']}"}
            await socket.send(type="connection_init", payload=shown)
            assert (await socket.read())["type"] == "connection_ack"
            query = {"query": "subscription { history { sequence } }"}
            await socket.send(type="subscribe", id="1", payload=query)
            await asyncio.sleep(0.5)
            listed = run("token", "list", cwd=tmp_path, DATABASE_URL=own_town).stdout
            (token_id,) = (x.split()[0] for x in listed.splitlines() if " lead " in x)
            revoked = run("token", "revoke", token_id, cwd=tmp_path, DATABASE_URL=own_town)
            assert revoked.returncode == 0, revoked.stderr
            answer = await socket.read()
            assert answer["type"] == "error"
            assert answer["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
