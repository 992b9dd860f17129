"""GraphQL over HTTP: bodies, media types, statuses and codes that the audits do not ask for."""

from typing import Any

import httpx
import pytest

from server.graphql_request import Accepted, accepted
from server.streams import TransportBounds

RESPONSE = "application/graphql-response+json"


async def ask(
    client: httpx.AsyncClient, query: str, accept: str = RESPONSE, **parameters: object
) -> tuple[int, Any]:
    """Post an operation and give the status and the answer."""
    body = {"query": query, **parameters}
    response = await client.post("", json=body, headers={"Accept": accept})
    return response.status_code, response.json()


def codes(answer: Any) -> list[str]:  # noqa: ANN401 - an answer
    """Give the codes of the errors; each error must have one and a message."""
    assert all(error["message"] for error in answer["errors"])
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_japanese_is_sent_as_it_is(client: httpx.AsyncClient) -> None:
    """The body has the characters, not escapes, and may not be kept by caches."""
    response = await client.post("", json={"query": "{ hello items { name } }"})
    expected = '{"data":{"hello":"こんにちは、階上町","items":[{"name":"基本方針"}]}}'
    assert response.content == expected.encode()
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "json", "events"),
    [
        ("", "application/json", False),
        ("*/*", "application/json", False),
        ("application/*;q=0.1, text/event-stream", "application/json", True),
        ("application/json, text/event-stream", "application/json", True),
        (f"application/json, {RESPONSE}", RESPONSE, False),
        (f"{RESPONSE};q=0.5, application/json", "application/json", False),
        (f"{RESPONSE};q=0, application/json;q=0", None, False),
        (f"{RESPONSE}; charset=utf-8; q=oops", RESPONSE, False),
        ("application/json;q=0, text/event-stream", None, True),
        ("Text/Event-Stream", None, True),
        ("text/html", None, False),
    ],
)
def test_accept_is_negotiated(header: str, json: str | None, events: bool) -> None:  # noqa: FBT001 - a table
    """Weights decide, then the newer type; an event stream has to be asked for by name."""
    assert accepted(header) == Accepted(json, events)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    """The answer says which methods there are."""
    response = await client.request(method, "")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert codes(response.json()) == ["METHOD_NOT_ALLOWED"]


DEEP = b'{"query":"{hello}","variables":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b'"x"', b"1", b"null", b"[]", b'[{"query":"{hello}"}]', b"{}", DEEP),
        '{"query":"{hello(name:\\"é\\")}"}'.encode("latin-1"),
        b'{"query":"{hello}","variables":[]}',
        b'{"query":"{hello}","operationName":{}}',
        b'{"query":"{hello}","extensions":"x"}',
        b'{"query":["{hello}"]}',
    ],
)
@pytest.mark.parametrize("accept", [RESPONSE, "application/json", "text/event-stream"])
async def test_bodies_that_are_no_request(
    client: httpx.AsyncClient, body: bytes, accept: str
) -> None:
    """A body that is not one object of the right types is a 400, in JSON for every client."""
    headers = {"Content-Type": "application/json", "Accept": accept}
    response = await client.post("", content=body, headers=headers)
    assert response.status_code == 400
    assert "json" in response.headers["content-type"]
    assert codes(response.json()) == ["BAD_REQUEST"]
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "text/plain", "application/graphql", "multipart/form-data; boundary=x"),
        *("application/json; charset=shift_jis", "application/x-www-form-urlencoded"),
    ],
)
async def test_other_content_types_are_refused(
    client: httpx.AsyncClient, content_type: str
) -> None:
    """Only JSON in UTF-8 is read, so that no page elsewhere can post without a preflight."""
    headers = {"Content-Type": content_type}
    response = await client.post("", content=b'{"query":"{hello}"}', headers=headers)
    assert response.status_code == 415
    assert codes(response.json()) == ["UNSUPPORTED_MEDIA_TYPE"]


async def test_bodies_over_the_limit_are_refused(client: httpx.AsyncClient) -> None:
    """64 KiB pass; a byte more does not, whether its length is declared or not."""
    query = b'{"query":"{ number }"%s}'
    full = query % (b" " * (64 * 1024 - len(query) + 2))
    headers = {"Content-Type": "application/json"}
    assert (await client.post("", content=full, headers=headers)).status_code == 200

    async def chunks() -> Any:  # noqa: ANN401 - an asynchronous generator
        yield full
        yield b" "

    for content in (full + b" ", chunks()):
        response = await client.post("", content=content, headers=headers)
        assert (response.status_code, codes(response.json())) == (413, ["PAYLOAD_TOO_LARGE"])


async def test_a_declared_length_is_not_waited_for(client: httpx.AsyncClient) -> None:
    """The refusal comes before the body is read."""

    async def never() -> Any:  # noqa: ANN401 - an asynchronous generator
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Type": "application/json", "Content-Length": str(2**20)}
    response = await client.post("", content=never(), headers=headers)
    assert response.status_code == 413


async def test_get(client: httpx.AsyncClient) -> None:
    """Parameters come from the URL, variables as JSON, empty ones as if they were not there."""
    query = "query($n: Int) { number(n: $n) }"
    parameters = {"query": query, "variables": '{"n":3}', "operationName": "", "extensions": ""}
    response = await client.get("", params=parameters)
    assert response.json() == {"data": {"number": 3}}


@pytest.mark.parametrize(
    ("query_string", "status", "code"),
    [
        ("", 400, "BAD_REQUEST"),
        ("query={number}&variables={", 400, "BAD_REQUEST"),
        ("query={number}&variables=3", 400, "BAD_REQUEST"),
        ("query=%ff", 400, "BAD_REQUEST"),
        ("query=" + "a" * 2**15, 414, "PAYLOAD_TOO_LARGE"),
        ("query=mutation{touch}", 405, "METHOD_NOT_ALLOWED"),
        ("query=subscription{count(to:1)}", 406, "NOT_ACCEPTABLE"),
    ],
)
async def test_get_refused(
    application: Any,  # noqa: ANN401 - the toy's
    client: httpx.AsyncClient,
    query_string: str,
    status: int,
    code: str,
) -> None:
    """What cannot be asked by GET is refused in JSON, and no page is shown instead."""
    application.bounds = TransportBounds(body=2**15)
    headers = {"Accept": "text/html,*/*"}
    url = httpx.URL("http://toy/graphql", query=query_string.encode())
    response = await client.get(url, headers=headers)
    assert (response.status_code, codes(response.json())) == (status, [code])


async def test_mutations_by_get_say_how(client: httpx.AsyncClient, seen: list[str]) -> None:
    """The refusal names the method to use, for every media type, and nothing was written."""
    for accept in ("application/json", "text/event-stream"):
        response = await client.get(
            "", params={"query": "mutation { touch }"}, headers={"Accept": accept}
        )
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert seen == []


async def test_nothing_acceptable(client: httpx.AsyncClient) -> None:
    """A client that takes none of the media types is told so, in JSON."""
    status, answer = await ask(client, "{ hello }", accept="text/html")
    assert (status, codes(answer)) == (406, ["NOT_ACCEPTABLE"])


TWO = "query A { number } query B { hello }"


@pytest.mark.parametrize(
    ("query", "parameters", "code", "status"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED", 200),
        ("", {}, "GRAPHQL_PARSE_FAILED", 200),
        ("{" + " number" * 1000 + "}", {}, "TOO_MANY_TOKENS", 200),
        ("#\n" * 1001 + "{ number }", {}, "TOO_MANY_TOKENS", 200),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED", 200),
        ("{ referred(to: {id: 1, code: 2}) }", {}, "GRAPHQL_VALIDATION_FAILED", 200),
        ("query($id: ID) { referred(to: {id: $id}) }", {}, "GRAPHQL_VALIDATION_FAILED", 200),
        ("{ doubled(n: null) }", {}, "GRAPHQL_VALIDATION_FAILED", 200),
        ("query($n: Int!) { number(n: $n) }", {"variables": {"n": "x"}}, "BAD_USER_INPUT", 200),
        ("query($n: Int!) { number(n: $n) }", {}, "BAD_USER_INPUT", 200),
        (TWO, {}, "TOO_MANY_OPERATIONS", 200),
        (TWO, {"operationName": "A"}, "TOO_MANY_OPERATIONS", 200),
        ("query A { number }", {"operationName": "C"}, "OPERATION_NOT_FOUND", 400),
        ("fragment F on Query { number }", {}, "GRAPHQL_VALIDATION_FAILED", 200),
    ],
)
async def test_operations_that_are_not_executed(
    client: httpx.AsyncClient, query: str, parameters: dict[str, Any], code: str, status: int
) -> None:
    """There is a code and no `data`; the newer media type has a 400, the older its own status."""
    for accept, expected in ((RESPONSE, 400), ("application/json", status)):
        given, answer = await ask(client, query, accept, **parameters)
        assert (given, set(codes(answer)), set(answer)) == (expected, {code}, {"errors"})


async def test_an_operation_may_be_named(client: httpx.AsyncClient) -> None:
    """Clients send the name of the only operation too."""
    named = await ask(client, "query A { number }", operationName="A")
    assert named == (200, {"data": {"number": 1}})


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("query($n: Int = 1) { number(n: $n) hello }", ["number"]),
        ("query($n: Int) { doubled(n: $n) }", ["doubled"]),
        ("query($n: Boolean = true) { number @skip(if: $n) }", None),
    ],
)
async def test_input_is_refused_where_it_is_used(
    client: httpx.AsyncClient, query: str, path: list[str] | None
) -> None:
    """What only execution can find wrong with an argument is told as input, with its path."""
    status, answer = await ask(client, query, variables={"n": None})
    assert (status, codes(answer)) == (200, ["BAD_USER_INPUT"])
    assert answer["errors"][0].get("path") == path


async def test_one_of_inputs_are_refused_as_input(client: httpx.AsyncClient) -> None:
    """The variables of a one-of input are checked as those of any other."""
    query = "query($to: Reference!) { referred(to: $to) }"
    status, answer = await ask(client, query, variables={"to": {"id": "1"}})
    assert answer == {"data": {"referred": "id"}}
    status, answer = await ask(client, query, variables={"to": {"id": "1", "code": "2"}})
    assert (status, codes(answer)) == (400, ["BAD_USER_INPUT"])


async def test_deeply_nested_documents_are_refused(client: httpx.AsyncClient) -> None:
    """A document that nests too deeply is a client's error, not the server's."""
    status, answer = await ask(client, "{a" * 900 + "}" * 900)
    assert (status, codes(answer)) == (400, ["GRAPHQL_PARSE_FAILED"])
