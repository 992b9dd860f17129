"""Errors as clients and the log see them, contexts, remembered documents, mutations that go on."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import strawberry
from strawberry.extensions import ParserCache

from server.graphql_errors import RequestError
from server.graphql_execution import Execution
from server.graphql_limits import Audience, Bounds, DocumentLimits
from server.graphql_request import Parameters
from tests.server.graphql.conftest import SCHEMA

MASKED = "内部エラーが発生しました / Internal error"


@pytest.fixture
def post(client: httpx.AsyncClient) -> Callable[..., Any]:
    """Give a function that posts a query with headers and gives the response."""

    async def post(query: str, **headers: str) -> httpx.Response:
        return await client.post("", json={"query": query}, headers=headers)

    return post


async def test_a_clients_error_keeps_its_text(post: Callable[..., Any], logged: list[Any]) -> None:
    """A `ClientError` reaches the client with code, message, path and place, and is no bug."""
    response = await post("{ hello refused }")
    assert response.status_code == 200
    assert response.json() == {
        "data": {"hello": "こんにちは、階上町", "refused": None},
        "errors": [
            {
                "message": "カーソルが違います / not a cursor of this list",
                "locations": [{"line": 1, "column": 9}],
                "path": ["refused"],
                "extensions": {"code": "BAD_CURSOR"},
            }
        ],
    }
    assert logged == []


async def test_a_bug_is_masked_and_logged_once(post: Callable[..., Any], logged: list[Any]) -> None:
    """The client learns a request id; the log has the exception and its traceback under it."""
    response = await post("{ hello bug }")
    [error] = response.json()["errors"]
    request_id = error["extensions"]["requestId"]
    assert (error["message"], error["path"]) == (MASKED, ["bug"])
    assert error["extensions"] == {"code": "INTERNAL_ERROR", "requestId": request_id}
    assert "secret" not in response.text
    [entry] = logged
    assert (entry["request_id"], entry["path"], entry["log_level"]) == (
        request_id,
        ["bug"],
        "error",
    )
    assert repr(entry["exc_info"]) == "LookupError('secret of the database')"
    assert entry["exc_info"].__traceback__


async def test_one_exception_of_many_fields_is_logged_once(
    post: Callable[..., Any], logged: list[Any]
) -> None:
    """Where a batch fails, each field tells it, and the log has it once."""
    response = await post("{ a: bug b: bug }")
    assert [error["path"] for error in response.json()["errors"]] == [["a"], ["b"]]
    assert len(logged) == 1


async def test_only_client_errors_are_for_clients(
    post: Callable[..., Any], logged: list[Any]
) -> None:
    """A `GraphQLError` of another kind is a bug, with all that it carries."""
    response = await post("{ unfinished }")
    assert [error["message"] for error in response.json()["errors"]] == [MASKED]
    assert "secret" not in response.text
    assert len(logged) == 1


async def test_the_request_id_is_the_middlewares(
    application: Any,  # noqa: ANN401 - the toy's
    logged: list[Any],
) -> None:
    """Where the application has set a request id, that one is told."""

    async def middleware(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        await application({**scope, "state": {"request_id": "r1"}}, receive, send)

    transport = httpx.ASGITransport(middleware)
    async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
        response = await client.post("/", json={"query": "{ bug }"})
    assert response.json()["errors"][0]["extensions"]["requestId"] == "r1"
    assert logged[0]["request_id"] == "r1"


@pytest.mark.parametrize(
    ("actor", "status", "code"),
    [
        ("intruder", 401, "NOT_SIGNED_IN"),
        ("unreadable", 400, "BAD_TOKEN"),
        ("unlucky", 500, "INTERNAL_ERROR"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_context_that_cannot_be_had(
    post: Callable[..., Any], logged: list[Any], actor: str, status: int, code: str, accept: str
) -> None:
    """What `get_context` raises is told as any other error, with a status of its own."""
    response = await post("{ hello }", accept=accept, **{"x-actor": actor})
    assert (response.status_code, set(response.json())) == (status, {"errors"})
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == [code]
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert len(logged) == (status == 500)
    assert "secret" not in response.text


async def test_similar_names_are_told_on_demand(application: Any) -> None:  # noqa: ANN401 - the toy's
    """Suggestions are off unless they are asked for."""
    schema = strawberry.Schema(application.execution.schema._strawberry_schema.query)  # noqa: SLF001 - the toy's
    audiences: tuple[Audience, ...] = ("nobody", "everyone")
    for suggestions in audiences:
        application.execution = Execution(schema, bounds=Bounds(suggestions=suggestions))
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
            response = await client.post("/", json={"query": "{ hellu hello(nam: 1) }"})
        assert response.text.count("Did you mean") == (2 if suggestions == "everyone" else 0)


async def test_valid_documents_are_remembered_and_no_others(
    application: Any,  # noqa: ANN401 - the toy's
    post: Callable[..., Any],
) -> None:
    """Only what is valid is kept, and of that no more than a number of documents."""
    remembered = application.execution.documents.read
    for query in ("{ hello }", "{ hello }", "{ wrong }", "{ wrong }", "{"):
        await post(query)
    info = remembered.cache_info()
    assert (info.hits, info.misses, info.currsize, info.maxsize) == (1, 4, 1, 100)


async def test_limits_come_first_and_alone(
    application: Any,  # noqa: ANN401 - the toy's
    post: Callable[..., Any],
) -> None:
    """A document over a limit is not validated any further."""
    limits = DocumentLimits(fields=1)
    application.execution = Execution(SCHEMA, bounds=Bounds(document=limits))
    response = await post("{ wrong wrong }")
    codes = [error["extensions"]["code"] for error in response.json()["errors"]]
    assert codes == ["TOO_MANY_FIELDS"]
    assert (await post("{ hello }")).json()["data"]


def test_extensions_would_not_be_run() -> None:
    """A schema with extensions is refused, as they would silently not be run."""

    @strawberry.type
    class Query:
        x: int

    with pytest.raises(ValueError, match="are not run"):
        Execution(strawberry.Schema(Query, extensions=[ParserCache]))


async def test_a_mutation_goes_on_when_its_client_goes(
    application: Any,  # noqa: ANN401 - the toy's
    post: Callable[..., Any],
    seen: list[str],
    waiting: asyncio.Event,
) -> None:
    """Cancelled while it waits, the request ends at once; the mutation ends well, and is awaited."""
    request = asyncio.create_task(post("mutation { save }"))
    while not seen:  # noqa: ASYNC110 - the toy has no event for it
        await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    asyncio.get_running_loop().call_later(0.05, waiting.set)
    await application.drain()
    assert seen == ["begun", "saved"]


async def test_an_executor_that_fails_is_a_bug_too(
    application: Any,  # noqa: ANN401 - the toy's
    post: Callable[..., Any],
    logged: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even what graphql-core does not expect of itself is masked and logged."""

    def fail(*_: object) -> None:
        raise RuntimeError("secret of the executor")

    monkeypatch.setattr(application.execution.executor_class, "execute_fields", fail)
    response = await post("{ hello }")
    assert response.json()["data"] is None
    assert [error["message"] for error in response.json()["errors"]] == [MASKED]
    assert [repr(entry["exc_info"]) for entry in logged] == [
        "RuntimeError('secret of the executor')"
    ]


async def test_a_stream_that_cannot_be_had(application: Any) -> None:  # noqa: ANN401 - the toy's
    """Where a subscription's own arguments are wrong, that is told before any result."""
    query = "subscription($n: Int = 1) { count(to: $n) }"
    asked = Parameters(query, None, {"n": None}, {})
    execution = application.execution
    executor = execution.executor(execution.operation(asked, None), asked, None)
    with pytest.raises(RequestError) as refused:
        await anext(execution.results(executor, "r1"))
    assert [error["extensions"]["code"] for error in refused.value.errors] == ["BAD_USER_INPUT"]


async def test_a_client_that_goes_while_it_asks(
    application: Any,  # noqa: ANN401 - the toy's
    logged: list[Any],
) -> None:
    """A body that never ends gets no answer, and is no bug."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    await application({"type": "http", "method": "POST", "headers": headers}, receive, send)
    assert (sent, logged) == ([], [])
