"""A running server among people who mean it ill: it answers each with a code, and then as before."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from graphql import get_introspection_query
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server.graphql.test_limits import HOSTILE
from tests.server.processes import Served, served

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
FINE = "{ plan { title } }"
MANY = (
    "{ projects(first: 46) { nodes { category { projects { category { projects { code } } } } } } }"
)
FOLLOW = "subscription { history { sequence } }"
FILTERED_MS = 1000.0
"""For a filter: 30 are needed of an idle processor, where those before took 20,000."""
LONGEST_MS = 3000.0
"""The server's own time for one request: 200 are never needed of a processor that does nothing else."""


@pytest.fixture(scope="module")
def attacked(
    town_with_tokens: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve a copy of the town, without rates, so that each attack is met by what is meant for it."""
    folder = tmp_path_factory.mktemp("attacked")
    path = folder / "town.sqlite3"
    path.write_bytes(town_with_tokens[0].read_bytes())
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "MEGURU_RATE_ADDRESS": "1000000",
        "MEGURU_COST_ADDRESS": "100000000",
        "MEGURU_RATE_PERSON": "1000000",
        "MEGURU_BODY_SECONDS": "2",
        "MEGURU_CONNECTIONS_ADDRESS": "0",
    }
    with served(folder, **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each attack the server answers as before, and no line of its log tells of a fault."""
    yield
    if "attacked" in request.fixturenames:
        server: Served = request.getfixturevalue("attacked")
        assert server.ask(FINE).json()["data"]["plan"]["title"]
        faults = [x for x in server.logged() if x["level"] == "error" or x.get("status", 0) == 500]
        assert faults == []


def codes(answer: httpx.Response) -> list[str]:
    """Return the codes of an answer's errors; each has one."""
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def post(server: Served, content: bytes, **headers: str) -> httpx.Response:
    """Post a body, and see that it took the server no time to speak of."""
    request_id = f"h{time.perf_counter_ns()}"
    given = {"Content-Type": JSON, "Accept": RESPONSE, "X-Request-Id": request_id, **headers}
    answer = httpx.post(f"{server.url}graphql", content=content, headers=given, timeout=20)
    assert server.line(request_id=request_id, path="/graphql")["ms"] < LONGEST_MS
    assert answer.status_code < 500
    return answer


def ask(server: Served, query: str, token: str = "", **variables: Any) -> httpx.Response:  # noqa: ANN401 - JSON
    """Post an operation."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return post(server, json.dumps({"query": query, "variables": variables}).encode(), **headers)


@pytest.mark.parametrize("name", [n for n, (t, _) in HOSTILE.items() if len(t) < 60_000])
def test_hostile_documents(attacked: Served, name: str) -> None:
    """Each is answered with the code of its limit; what is valid and nothing but long, is answered."""
    text, code = HOSTILE[name]
    answer = ask(attacked, text)
    if code != "ok":
        assert (answer.status_code, codes(answer)[0]) == (400, code)
        assert len(codes(answer)) <= 3
    else:
        assert "data" in answer.json()


def filters(where: Any, count: int = 29) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return a query that asks one filter under so many aliases, and its variables."""
    asked = " ".join(f"a{i}: projects(where: $w, first: 1) {{ totalCount }}" for i in range(count))
    return f"query($w: ProjectWhere) {{ {asked} }}", {"w": where}


def words(count: int) -> str:
    """Return so many words of one character."""
    return " ".join(chr(0x4E00 + i) for i in range(count))


def nested(levels: int, by: str) -> dict[str, Any]:
    """Return a filter that is nested so deep."""
    where: dict[str, Any] = {"search": "あ"}
    for _ in range(levels):
        where = {by: where if by == "not" else [where]}
    return where


@pytest.mark.parametrize(
    ("where", "count", "code"),
    [
        ({"or": [{"not": {"search": words(99)}}] * 49}, 1, "BAD_SEARCH"),
        ({"or": [{"not": {"search": words(99)}}] * 49}, 29, "COST_LIMIT"),
        ({"or": [{"search": words(80)}] * 98}, 29, "COST_LIMIT"),
        ({"or": [{"actionableByViewer": True}] * 98}, 1, "TOO_MANY"),
        ({"or": [{"not": {"stage": ["PLAN"], "overdue": True}}] * 49}, 29, "COST_LIMIT"),
        ({"or": [{"not": {"stage": ["PLAN"], "overdue": True}}] * 49}, 1, "TOO_MANY"),
        *((nested(n, by), 1, "TOO_MANY") for n in (20, 50, 90) for by in ("not", "and", "or")),
        ({"and": [{"search": words(10)}] * 3}, 29, ""),
        ({}, 29, ""),
    ],
)
def test_filters_without_end(
    attacked: Served, tokens: dict[str, str], where: dict[str, Any], count: int, code: str
) -> None:
    """Each is refused at once, anonymous or not; what is allowed is read once for all aliases."""
    query, variables = filters(where, count)
    for token in ("", tokens["lead"]):
        answer = ask(attacked, query, token, **variables)
        assert codes(answer)[:1] == [code] if code else "errors" not in answer.json()
        lines = [x for x in attacked.logged() if x.get("path") == "/graphql"]
        assert lines[-1]["ms"] < FILTERED_MS


def test_many_passwords_in_one_request(attacked: Served) -> None:
    """Not one is hashed; and one that is longer than any can be is nobody's at once."""
    many = " ".join(f'a{i}: signIn(input: {{login: "x{i}", password: $p}}) {{ __typename }}'
                    for i in range(25))  # fmt: skip
    assert codes(ask(attacked, f"mutation($p: String!) {{ {many} }}", p="あ" * 2000)) == [
        "COST_LIMIT"
    ]
    one = "mutation($p: String!) { signIn(input: {login: $p, password: $p}) { __typename } }"
    for _ in range(12):
        answer = ask(attacked, one, p="あ" * 2000).json()
        assert answer["data"]["signIn"]["__typename"] == "SignInFailed"
        assert answer["extensions"]["cost"]["used"] == 501


def test_a_hundred_acts_in_one_request(attacked: Served) -> None:
    """Each is charged."""
    query = "mutation($i: [FireInput!]!) { fireTransitions(input: $i) { __typename } }"
    act = {"cycle": "cyc_1", "trigger": "START", "expectedRevision": 1}
    acts = [{**act, "idempotencyKey": str(uuid4())} for _ in range(100)]
    assert ask(attacked, query, i=acts).json()["extensions"]["cost"]["used"] == 100 * 51


def test_lists_of_lists_of_lists(attacked: Served) -> None:
    """46³ objects are not made: the cost is counted while they are."""
    answer = ask(attacked, MANY)
    assert answer.json()["data"] is None
    assert codes(answer) == ["COST_LIMIT"]
    assert answer.json()["extensions"]["cost"]["limit"] == 5000


def test_what_each_operation_cost_is_told(attacked: Served) -> None:
    """A page of all projects with what a list shows is far from the limit."""
    shown = "code title stage department { name } currentCycle { dueOn }"
    answer = ask(attacked, f"{{ projects(first: 46) {{ totalCount nodes {{ {shown} }} }} }}")
    cost = answer.json()["extensions"]["cost"]
    assert 46 < cost["used"] < 500


@pytest.mark.parametrize(
    "value",
    [
        *("9" * 5_000, "1e400", "-1", "2147483648", '"' + "a" * 60_000 + '"', "[1]", '{"a": 1}'),
        *("NaN", "true", '"\\u0000"', '"\\ud800"', "1.5", "[" * 1000 + "]" * 1000),
    ],
)
def test_hostile_variables(attacked: Served, value: str) -> None:
    """Neither numbers without end, nor texts that are none, nor what is nested without end."""
    for kind, argument in (
        ("Int", "projects(first: $v) { totalCount }"),
        ("ID!", "node(id: $v) { id }"),
        ("[ID!]!", "nodes(ids: $v) { id }"),
        ("ProjectWhere", "projects(where: $v) { totalCount }"),
        ("String", "projects(after: $v) { totalCount }"),
        ("String", "projects(where: {search: $v}) { totalCount }"),
    ):
        query = f"query($v: {kind}) {{ {argument} }}"
        body = f'{{"query": {json.dumps(query)}, "variables": {{"v": {value}}}}}'
        answer = post(attacked, body.encode())
        for code in codes(answer) if "errors" in answer.json() else ():
            assert code not in {"INTERNAL_ERROR", "TIMEOUT"}


def test_lists_without_end_as_variables(attacked: Served) -> None:
    """Each item may be wrong; three of the errors are told."""
    query = "query($v: [ID!]!) { nodes(ids: $v) { id } }"
    answer = ask(attacked, query, v=[None] * 10_000)
    assert codes(answer) == ["BAD_USER_INPUT"] * 3
    assert codes(ask(attacked, query, v=["prj_1"] * 5_000)) == ["TOO_MANY"]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"1", b"null", b'"x"', b"[" * 60_000, b'{"a":' * 10_000),
        *(b'[{"query":"{plan{title}}"}]', b"\xff\xfe", b"\x00" * 1000, b'{"query":1}'),
        b'{"query":"{plan{title}}","variables":[]}',
        b'{"query":"{plan{title}}","extensions":{"persistedQuery":7}}',
    ],
)
def test_bodies_that_are_no_request(attacked: Served, body: bytes) -> None:
    """400, whatever they are."""
    answer = post(attacked, body)
    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


def test_two_operations(attacked: Served) -> None:
    """Named or not, one is not chosen from several."""
    two = "query A { plan { title } } query B { plan { title } }"
    assert codes(ask(attacked, two)) == ["TOO_MANY_OPERATIONS"]
    named = json.dumps({"query": two, "operationName": "A"}).encode()
    assert codes(post(attacked, named)) == ["TOO_MANY_OPERATIONS"]


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x"],
)
def test_other_content_types(attacked: Served, kind: str) -> None:
    """What a form can send is no request."""
    body = json.dumps({"query": FINE}).encode()
    answer = post(attacked, body, **{"Content-Type": kind})
    assert (answer.status_code, codes(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_posts_of_other_sites(attacked: Served) -> None:
    """Neither with what browsers say now nor with what they said earlier."""
    body = json.dumps({"query": FINE}).encode()
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Cookie": "meguru=x"},
    ):
        answer = post(attacked, body, **headers)
        assert (answer.status_code, codes(answer)) == (403, ["FOREIGN_ORIGIN"])


@pytest.mark.parametrize(
    ("where", "more"),
    [("{kind: [TRANSITION]}", 5), ('{text: "a b"}', 5 + 100 + 2 * 2), ("{}", 0)],
)
def test_a_filter_costs_the_same_of_a_project_as_of_all(
    attacked: Served, where: str, more: int
) -> None:
    """What its conditions ask for, for each project that is asked."""

    def cost(document: str) -> int:
        return int(ask(attacked, document).json()["extensions"]["cost"]["used"])

    page = "history(first: 1%s) { pageInfo { hasNextPage } }"
    given, none = page % f", where: {where}", page % ""
    assert cost(f"{{ {given} }}") - cost(f"{{ {none} }}") == more
    of_one = '{ project(ref: { code: "1_02" }) { %s } }'
    assert cost(of_one % given) - cost(of_one % none) == more
    of_three = "{ projects(first: 3) { nodes { %s } } }"
    assert cost(of_three % given) - cost(of_three % none) == 3 * more


def test_the_schema_is_for_those_who_are_signed_in(
    attacked: Served, tokens: dict[str, str]
) -> None:
    """As are similar names; the standard question passes every limit."""
    question = get_introspection_query(descriptions=True, specified_by_url=True)
    assert codes(ask(attacked, question)) == ["INTROSPECTION_OFF"]
    assert codes(ask(attacked, '{ __type(name: "Plan") { name } }')) == ["INTROSPECTION_OFF"]
    answer = ask(attacked, question, tokens["lead"]).json()
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["used"] <= 5000
    assert "Did you mean" not in ask(attacked, "{ plam { title } }").text
    assert "Did you mean" in ask(attacked, "{ plam { title } }", tokens["lead"]).text


def test_the_budget_is_told_to_who_is_signed_in(attacked: Served, tokens: dict[str, str]) -> None:
    """With when all of it is there again."""
    asked = ask(attacked, "{ viewer { budget { limit remaining resetsAt } } }", tokens["lead"])
    budget = asked.json()["data"]["viewer"]["budget"]
    assert 0 < budget["remaining"] < budget["limit"] == 200_000
    assert budget["resetsAt"].endswith("Z")


def test_half_open_sockets(attacked: Served) -> None:
    """A hundred that say nothing, or half of something, hold nobody up, and are cut off in time."""
    url = urlsplit(attacked.url)
    halves = [b"", b"POST /graphql HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n"]
    halves.append(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    )
    with ExitStack() as lines:
        opened = []
        for number in range(100):
            line = lines.enter_context(socket.create_connection((url.hostname, url.port), 10))
            line.sendall(halves[number % len(halves)])
            opened.append(line)
        began = time.perf_counter()
        assert attacked.ask(FINE).status_code == 200
        assert time.perf_counter() - began < 2
        for number, line in enumerate(opened):
            answer = b""
            while part := line.recv(4096):
                answer += part
            assert answer[:12] == (b"HTTP/1.1 408" if number % len(halves) == 3 else b"")


def test_what_is_no_http(attacked: Served) -> None:
    """Neither noise nor smuggling is a request."""
    url = urlsplit(attacked.url)
    for sent in (
        b"\x16\x03\x01\x02\x00\x01\x00" * 100,
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: " + b"x" * 200_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    ):
        with socket.create_connection((url.hostname, url.port), 10) as line:
            line.sendall(sent)
            assert line.recv(4096)[:12] in {
                *(b"", b"HTTP/1.1 400", b"HTTP/1.1 200", b"HTTP/1.1 415", b"HTTP/1.1 431"),
            }


def opened(server: Served, **options: Any) -> connect:  # noqa: ANN401 - passed on
    """Open a WebSocket."""
    protocols = [Subprotocol("graphql-transport-ws")]
    return connect(f"ws://{server.host}/graphql", subprotocols=protocols, **options)


async def test_a_websocket_that_talks_nonsense_is_closed(attacked: Served) -> None:
    """Whatever it says; text, bytes, or a token that is none."""
    for frame, code in (
        ("nonsense", 4400),
        ("[" * 60_000, 4400),
        (b"\x00\x01", 4400),
        ('{"type":"subscribe","id":"1","payload":{"query":"{x}"}}', 4401),
        ('{"type":"connection_init","payload":{"authorization":"Bearer x"}}', 4403),
        ("x" * 70_000, 1009),
    ):
        async with opened(attacked) as line:
            await line.send(frame)
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(line.recv(), 5)
            assert line.close_code == code


async def test_300_operations_given_up_over_a_websocket(attacked: Served) -> None:
    """Queries and subscriptions, each cancelled at once; mutations are not to be had there."""
    async with opened(attacked) as line:
        await line.send('{"type":"connection_init"}')
        assert json.loads(await line.recv())["type"] == "connection_ack"
        for number in range(300):
            query = (MANY, FOLLOW, "mutation { __typename }")[number % 3]
            message = {"type": "subscribe", "id": str(number), "payload": {"query": query}}
            await line.send(json.dumps(message))
            await line.send(json.dumps({"type": "complete", "id": str(number)}))
        message = {"type": "subscribe", "id": "last", "payload": {"query": FINE}}
        await line.send(json.dumps(message))
        async with asyncio.timeout(20):
            while True:
                answer = json.loads(await line.recv())
                if answer["id"] == "last":
                    break
        assert answer["payload"]["data"]["plan"]["title"]


async def test_a_stream_of_streams(attacked: Served) -> None:
    """Ten from one address; the eleventh is turned away, over either transport."""
    accept = {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=10) as client, AsyncLines(attacked, 10):
        answer = await client.post(f"{attacked.url}graphql", json={"query": FOLLOW}, headers=accept)
        assert (answer.status_code, codes(answer)) == (429, ["STREAM_LIMIT"])


class AsyncLines:
    """So many WebSockets, open at a time."""

    def __init__(self, server: Served, count: int) -> None:
        self.server = server
        self.count = count
        self.lines: list[Any] = []

    async def __aenter__(self) -> None:
        for _ in range(self.count):
            line = await opened(self.server)
            await line.send('{"type":"connection_init"}')
            assert json.loads(await line.recv())["type"] == "connection_ack"
            self.lines.append(line)

    async def __aexit__(self, *_: object) -> None:
        for line in self.lines:
            await line.close()


def test_too_many_requests(own_town: str, tmp_path: Path, tokens: dict[str, str]) -> None:
    """Whoever is not known is counted by address, who is known for themselves."""
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_RATE_ADDRESS="3") as server:
        answers = [server.ask(FINE) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert codes(answers[-1]) == ["RATE_LIMITED"]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert server.ask(FINE, tokens["lead"]).status_code == 200
        assert httpx.get(server.url).status_code == 429


def test_a_proxy_that_is_listed_is_believed(own_town: str, tmp_path: Path) -> None:
    """Addresses behind it are counted apart, and its HTTPS is the client's."""
    settings = {"MEGURU_RATE_ADDRESS": "1", "MEGURU_TRUSTED_PROXIES": "127.0.0.1"}
    with served(tmp_path, DATABASE_URL=own_town, **settings) as server:
        for address in ("203.0.113.1", "203.0.113.2"):
            headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
            assert [httpx.get(server.url, headers=headers).status_code for _ in range(2)] == [
                200,
                429,
            ]
        answer = httpx.get(f"{server.url}healthz", headers={"X-Forwarded-Proto": "https"})
        assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_half_a_body_does_not_hold_up_a_stop(own_town: str, tmp_path: Path) -> None:
    """It is answered with 503 at once, though it might come for a while yet."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        url = urlsplit(server.url)
        with socket.create_connection((url.hostname, url.port), 10) as line:
            line.sendall(
                b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n{"
            )
            time.sleep(0.3)
            assert server.stop() < 3
            assert line.recv(4096).startswith(b"HTTP/1.1 503")
        assert server.process.returncode == 0
