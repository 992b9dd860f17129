"""Server-Sent Events, read as they come from a real port."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from tests.server.graphql.websocket_client import until


@asynccontextmanager
async def stream(
    host: str, query: str, method: str = "POST", accept: str = "text/event-stream"
) -> AsyncIterator[httpx.Response]:
    """Ask for an event stream."""
    async with httpx.AsyncClient(timeout=5) as client:
        how: dict[str, Any] = {"json" if method == "POST" else "params": {"query": query}}
        url, headers = f"http://{host}/graphql", {"Accept": accept}
        async with client.stream(method, url, headers=headers, **how) as response:
            yield response


async def text_of(host: str, query: str, method: str = "POST") -> str:
    """Give a stream's whole text without its keep-alive comments."""
    async with stream(host, query, method) as response:
        assert response.status_code == 200
        text = (await response.aread()).decode()
    assert text.startswith(":\n\n")
    return re.sub(r"(?m)^:\n\n", "", text)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_frames(host: str, seen: list[str], method: str) -> None:
    """A subscription's results come as `next` events with bare line feeds, then `complete`."""
    assert await text_of(host, "subscription { count(to: 2) }", method) == (
        'event: next\ndata: {"data":{"count":0}}\n\n'
        'event: next\ndata: {"data":{"count":1}}\n\n'
        "event: complete\ndata:\n\n"
    )
    assert seen == ["closed"]


async def test_headers(host: str) -> None:
    """The stream says its type, may not be kept, and is not held back by a proxy."""
    async with stream(host, "subscription { count(to: 1) }") as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store, no-transform"
        assert response.headers["x-accel-buffering"] == "no"


async def test_queries_and_mutations_are_one_event(host: str, seen: list[str]) -> None:
    """A client that takes nothing but an event stream gets one result as such, in Japanese."""
    data = '{"data":{"hello":"こんにちは、階上町"}}'
    expected = f"event: next\ndata: {data}\n\nevent: complete\ndata:\n\n"
    assert await text_of(host, "{ hello }") == expected
    assert '"touched"' in await text_of(host, "mutation { touch }")
    assert seen == ["touched"]


async def test_a_subscription_needs_only_that_a_stream_is_taken_too(host: str) -> None:
    """What takes JSON and a stream gets the one for queries, the other for subscriptions."""
    accept = "application/graphql-response+json, application/json, text/event-stream"
    for query, media in (("{ hello }", "json"), ("subscription { count(to: 1) }", "event-stream")):
        async with stream(host, query, accept=accept) as response:
            assert media in response.headers["content-type"]


async def test_loaders_are_new_for_each_event(host: str) -> None:
    """Each event is executed in a context of its own."""
    text = await text_of(host, "subscription { renewed { times } }")
    assert text.count('{"times":1}') == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n: Int!) { count(to: $n) }", "BAD_USER_INPUT"),
        ("subscription { count(to: 99999999999) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "TOO_MANY_OPERATIONS"),
    ],
)
async def test_errors_before_execution_are_an_event(host: str, query: str, code: str) -> None:
    """An `EventSource` shows no body of a 400, so the errors come as a result without data."""
    text = await text_of(host, query)
    assert text.startswith('event: next\ndata: {"errors":[{')
    assert f'"code":"{code}"' in text
    assert text.endswith("event: complete\ndata:\n\n")


async def test_a_stream_that_breaks(host: str, logged: list[Any]) -> None:
    """After its results come masked errors, and the log has the bug."""
    text = await text_of(host, "subscription { broken }")
    first, last, complete, end = text.split("\n\n")
    assert first == 'event: next\ndata: {"data":{"broken":1}}'
    assert last.startswith('event: next\ndata: {"errors":[{"message":"内部エラー')
    assert (complete, end) == ("event: complete\ndata:", "")
    assert "secret" not in text
    assert [repr(entry["exc_info"]) for entry in logged] == ["LookupError('secret of the stream')"]


async def test_a_stream_that_is_refused_midway(host: str, logged: list[Any]) -> None:
    """What is meant for clients reaches them from a stream too."""
    text = await text_of(host, "subscription { broken(refused: true) }")
    assert '{"message":"もうありません / gone","extensions":{"code":"GONE"}}' in text
    assert logged == []


async def test_silence_is_kept_alive(host: str) -> None:
    """A comment comes in good time where nothing else does, and again."""
    text = ""
    async with stream(host, "subscription { count(to: -1) }") as response, asyncio.timeout(2):
        async for part in response.aiter_text():
            text += part
            if text.endswith("\n\n:\n\n:\n\n"):
                break
    assert text == ':\n\nevent: next\ndata: {"data":{"count":0}}\n\n:\n\n:\n\n'


async def test_the_client_goes(host: str, seen: list[str]) -> None:
    """The generator is closed at once, not when the next event or comment is due."""
    async with stream(host, "subscription { count(to: -1) }") as response:
        async for line in response.aiter_lines():
            if "data" in line:
                break
        assert seen == []
    await until(lambda: seen == ["closed"])


async def test_the_server_stops(host: str, server: uvicorn.Server, seen: list[str]) -> None:
    """A stop ends the streams, without `complete`, so that clients connect anew."""
    async with stream(host, "subscription { count(to: -1) }") as response:
        text = ""
        async for part in response.aiter_text():
            text += part
            server.should_exit = True
        assert "data" in text
        assert "complete" not in text
    await until(lambda: seen == ["closed"])


async def test_a_stream_begun_in_the_stop_ends_too(host: str, application: Any) -> None:  # noqa: ANN401 - the toy's
    """A request that the stop overtakes does not hold it up."""
    application.stop()
    text = await text_of(host, "subscription { count(to: -1) }")
    assert "complete" not in text


async def test_a_mutation_goes_on_when_its_client_goes(
    host: str,
    application: Any,  # noqa: ANN401 - the toy's
    seen: list[str],
    waiting: asyncio.Event,
) -> None:
    """A mutation asked for as a stream is not stopped half-way either."""
    async with stream(host, "mutation { save }"):
        await until(lambda: seen == ["begun"])
    await until(lambda: not application.streams)
    waiting.set()
    await application.drain()
    assert seen == ["begun", "saved"]
