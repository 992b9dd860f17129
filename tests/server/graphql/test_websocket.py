"""graphql-transport-ws, spoken to a real port."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.server.graphql.websocket_client import opened, ready, until

NEVER = "subscription { count(to: -1) }"


async def test_a_subscription(host: str) -> None:
    """Results come as they are made, then the end."""
    async with ready(host) as client:
        await client.subscribe("subscription($n: Int!) { count(to: $n) }", variables={"n": 2})
        messages = [await client.read() for _ in range(3)]
    assert messages == [
        {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
        {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "complete"},
    ]


async def test_a_query_in_a_context_of_its_own(host: str) -> None:
    """Queries are answered, by the connection's actor, and each renews the context."""
    async with ready(host, actor="山田") as client:
        for key in ("1", "1", "2"):
            await client.subscribe("{ actor }", key=key)
            answer = {"id": key, "type": "next", "payload": {"data": {"actor": "山田 1"}}}
            assert await client.read() == answer
            assert await client.read() == {"id": key, "type": "complete"}


async def test_mutations_are_refused(host: str, seen: list[str]) -> None:
    """The refusal is an error of the operation, and the connection goes on."""
    async with ready(host) as client:
        await client.subscribe("mutation { touch }")
        answer = await client.read()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert [e["extensions"]["code"] for e in answer["payload"]] == ["MUTATION_OVER_WEBSOCKET"]
        await client.send(type="ping")
        assert await client.read() == {"type": "pong"}
    assert seen == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "TOO_MANY_OPERATIONS"),
        ("query($n: Int!) { number(n: $n) }", "BAD_USER_INPUT"),
    ],
)
async def test_errors_before_execution(host: str, query: str, code: str) -> None:
    """An operation that cannot be executed ends with an error, the connection goes on."""
    async with ready(host) as client:
        for _ in range(2):  # the id is free again
            await client.subscribe(query)
            answer = await client.read()
            assert answer["type"] == "error"
            assert [error["extensions"]["code"] for error in answer["payload"]] == [code]


async def test_a_stream_that_breaks(host: str, logged: list[Any]) -> None:
    """It ends with a masked error, and the log has the bug."""
    async with ready(host) as client:
        await client.subscribe("subscription { broken }")
        assert (await client.read())["type"] == "next"
        answer = await client.read()
    assert [e["extensions"]["code"] for e in answer["payload"]] == ["INTERNAL_ERROR"]
    assert "secret" not in json.dumps(answer)
    assert [repr(entry["exc_info"]) for entry in logged] == ["LookupError('secret of the stream')"]


async def test_a_session_that_ends(host: str, logged: list[Any]) -> None:
    """What renewing the context refuses ends an operation at its next event, or at its start."""
    for renewals, query in ((1, "subscription { renewed { times } }"), (0, "{ hello }")):
        async with ready(host, actor=f"leaves after {renewals}") as client:
            await client.subscribe(query)
            answer = await client.read()
        assert answer["type"] == "error"
        assert [e["extensions"] for e in answer["payload"]] == [{"code": "SESSION_ENDED"}]
    assert logged == []


async def test_completing_closes_the_generator(host: str, seen: list[str]) -> None:
    """`complete` ends an operation at once and frees its id; for an unknown id it does nothing."""
    async with ready(host) as client:
        await client.send(type="complete", id="none")
        await client.subscribe(NEVER)
        await client.read()
        await client.send(type="complete", id="1")
        await client.subscribe(NEVER)
        assert (await client.read())["payload"] == {"data": {"count": 0}}
        await until(lambda: seen == ["closed"])


async def test_the_client_goes(host: str, seen: list[str]) -> None:
    """Every operation of a connection ends with it."""
    async with ready(host) as client:
        for key in ("1", "2"):
            await client.subscribe(NEVER, key=key)
            await client.read()
    await until(lambda: seen == ["closed", "closed"])


async def test_the_line_breaks_unseen(application: Any, logged: list[Any]) -> None:  # noqa: ANN401 - the toy's
    """A result that can no longer be sent ends its operation, and is no bug."""
    texts = (
        '{"type":"connection_init"}',
        '{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}',
    )
    said = iter(
        [{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": t} for t in texts)]
    )
    broken = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if message := next(said, None):
            return message
        await broken.wait()
        return {"type": "websocket.disconnect", "code": 1006}

    async def send(message: dict[str, Any]) -> None:
        if '"next"' in message.get("text", ""):
            broken.set()
            raise OSError

    scope = {"type": "websocket", "headers": [], "subprotocols": ["graphql-transport-ws"]}
    await asyncio.wait_for(application(scope, receive, send), 2)
    assert (broken.is_set(), logged) == (True, [])


async def test_the_server_stops(host: str, server: uvicorn.Server, seen: list[str]) -> None:
    """A stop closes connections with 1012, so that clients connect anew."""
    async with ready(host) as client:
        await client.subscribe(NEVER)
        await client.read()
        server.should_exit = True
        assert (await client.closed())[0] == 1012
    await until(lambda: seen == ["closed"])


async def test_operations_at_a_time(host: str) -> None:
    """The sixth is refused while five run; when one has ended there is room again."""
    async with ready(host) as client:
        for key in "12345":
            await client.subscribe(NEVER, key=key)
            assert (await client.read())["type"] == "next"
        await client.subscribe(NEVER, key="6")
        answer = await client.read()
        assert (answer["type"], answer["id"]) == ("error", "6")
        assert answer["payload"][0]["extensions"]["code"] == "SUBSCRIPTION_LIMIT"
        await client.send(type="complete", id="3")
        await client.subscribe("{ hello }", key="6")
        assert (await client.read())["type"] == "next"


GARBAGE = (
    *("", "{", "[]", "1", "null", '"x"', "{}", '{"type":1}', '{"type":"start"}', "[" * 5000),
    *(b"\x00", b'{"type":"ping"}', '{"type":"complete"}', '{"type":"complete","id":{}}'),
    *('{"type":"subscribe"}', '{"type":"subscribe","id":"1","payload":"x"}'),
    '{"type":"subscribe","id":"1","payload":{}}',
    '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":["1"],"payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
)


async def test_messages_that_are_none(host: str, logged: list[Any]) -> None:
    """Garbage closes the connection with 4400, and is no bug of ours."""
    for frame in GARBAGE:
        async with ready(host) as client:
            await client.connection.send(frame)
            assert (frame, (await client.closed())[0]) == (frame, 4400)
    assert logged == []


async def test_garbage_before_the_beginning(host: str) -> None:
    """The same holds before `connection_init`, and for its payload."""
    for frame in ("[]", "x", '{"type":"connection_init","payload":[]}', '{"type":"complete"}'):
        async with opened(host) as client:
            await client.connection.send(frame)
            assert (await client.closed())[0] == 4400


async def test_the_order_of_the_beginning(host: str) -> None:
    """No operation before the acknowledgement, no second beginning, no id twice."""
    async with opened(host) as client:
        await client.send(type="ping")
        assert await client.read() == {"type": "pong"}
        await client.send(type="pong")
        await client.subscribe("{ hello }")
        assert await client.closed() == (4401, "Unauthorized")
    async with ready(host) as client:
        await client.send(type="connection_init")
        assert (await client.closed())[0] == 4429
    async with ready(host) as client:
        await client.subscribe(NEVER)
        await client.subscribe(NEVER)
        assert await client.closed() == (4409, "Subscriber for 1 already exists")


async def test_a_client_that_says_nothing(host: str) -> None:
    """It is sent away when its time is over; one that has begun in time is not."""
    async with ready(host) as punctual, opened(host) as silent:
        assert (await silent.closed())[0] == 4408
        await punctual.send(type="ping")
        assert await punctual.read() == {"type": "pong"}


@pytest.mark.parametrize(
    ("actor", "code", "bugs"),
    [("intruder", 4403, 0), ("unreadable", 4403, 0), ("unlucky", 4500, 1)],
)
async def test_a_connection_without_context(
    host: str, logged: list[Any], actor: str, code: int, bugs: int
) -> None:
    """What `get_context` raises closes the connection, and only a bug is logged."""
    async with opened(host) as client:
        await client.send(type="connection_init", payload={"actor": actor})
        got, reason = await client.closed()
    assert (got, len(logged)) == (code, bugs)
    assert "secret" not in reason


@pytest.mark.parametrize("subprotocols", [None, [Subprotocol("graphql-ws")]])
async def test_other_protocols(host: str, subprotocols: list[Subprotocol] | None) -> None:
    """Only graphql-transport-ws is spoken."""
    async with opened(host, subprotocols=subprotocols) as client:
        assert (await client.closed())[0] == 4406


async def test_pages_of_other_origins(host: str, application: Any) -> None:  # noqa: ANN401 - the toy's
    """The handshake of a foreign page is refused with 403, that of an allowed one is not."""
    application.bounds = replace(application.bounds, origins=frozenset({"https://dx.example"}))
    for origin in ("https://evil.example", "null", "http://127.0.0.1"):
        with pytest.raises(InvalidStatus, match="403"):
            async with opened(host, origin=origin):
                pass
    with pytest.raises(InvalidStatus) as refused:
        async with opened(host, additional_headers={"Cookie": "meguru=x"}):
            pass
    assert refused.value.response.status_code == 403
    async with opened(
        host, origin=f"http://{host}", additional_headers={"Cookie": "meguru=x"}
    ) as client:
        await client.send(type="ping")
        assert await client.read() == {"type": "pong"}
    for origin in ("https://dx.example", f"http://{host}", None):
        async with opened(host, origin=origin) as client:
            assert client.connection.subprotocol == "graphql-transport-ws"
