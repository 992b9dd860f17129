"""GraphQL over HTTP, the asking side: what media type a client takes and what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from server.documents import TrustedDocuments
from server.graphql_errors import RefusedError

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
PARAMETERS = {
    "query": str,
    "documentId": str,
    "operationName": str,
    "variables": dict,
    "extensions": dict,
}
ANY_DOCUMENT = TrustedDocuments()


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a GraphQL request, of the types that the specification says."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]
    extensions: dict[str, Any]
    sha256: str | None = None
    """Of the document, where it is a trusted one."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The best JSON media type that a client takes, and whether it takes an event stream."""

    json: str | None
    events: bool


def accepted(header: str) -> Accepted:
    """Read an Accept header; without one, `application/json` is meant.

    Between the two JSON types the higher weight decides, then the newer type where it is named.
    `*/*` is no wish for an event stream.
    """
    weights = dict(map(weighed, (header or JSON).lower().split(",")))
    any_type = weights.get("application/*", weights.get("*/*", 0.0))
    json = weights.get(JSON, any_type)
    response = weights.get(GRAPHQL_RESPONSE, 0.0)
    best = GRAPHQL_RESPONSE if response >= json else JSON
    return Accepted(best if max(json, response) else None, bool(weights.get(EVENT_STREAM)))


def weighed(media_range: str) -> tuple[str, float]:
    """Give the media type of one part of an Accept header and its weight, 1 if none is legible."""
    media, *parameters = (part.strip() for part in media_range.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return media, float(parameter[2:])
            except ValueError:
                break
    return media, 1.0


async def parameters_of(
    request: Request, body_limit: int, documents: TrustedDocuments = ANY_DOCUMENT
) -> Parameters:
    """Read what a GET or POST request asks; raises `RefusedError` with what to do about it."""
    if request.method == "GET":
        return checked(query_parameters(request.scope["query_string"], body_limit), documents)
    if request.method != "POST":
        raise RefusedError(
            405,
            "METHOD_NOT_ALLOWED",
            "GET か POST で送ってください / Use GET or POST",
            {"Allow": "GET, POST"},
        )
    content_type = request.headers.get("content-type", "").lower()
    media, _, rest = content_type.partition(";")
    if media.strip() != JSON or ("charset" in rest and "utf-8" not in rest):
        raise RefusedError(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            f"Content-Type は {JSON}（UTF-8）にしてください / Send {JSON} in UTF-8",
        )
    return checked(decoded(await body_of(request, body_limit), "本文 / The body"), documents)


async def body_of(request: Request, limit: int) -> bytes:
    """Read the body, but not more of it than the limit, in bytes."""
    body = bytearray()
    if length_of(request) <= limit:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise too_large(413, limit)


def length_of(request: Request) -> int:
    """Return how many bytes a request announces; 0 where it does not, or not as a number."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def too_large(status: int, limit: int) -> RefusedError:
    """Give the refusal of a request over the limit, in bytes."""
    message = f"要求が大きすぎます（上限 {limit} バイト） / The request exceeds {limit} bytes"
    return RefusedError(status, "PAYLOAD_TOO_LARGE", message)


def query_parameters(query_string: bytes, limit: int) -> dict[str, Any]:
    """Read the parameters of a GET request, which holds variables and extensions as JSON."""
    if len(query_string) > limit:
        raise too_large(414, limit)
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        message = "URL が UTF-8 ではありません / The URL's query is not UTF-8"
        raise RefusedError(400, "BAD_REQUEST", message) from error
    parameters: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = decoded(parameters[name].encode(), f"`{name}`")
    return {name: value for name, value in parameters.items() if value != ""}


def decoded(text: bytes, what: str) -> Any:  # noqa: ANN401 - any JSON value
    """Parse JSON; refuses invalid UTF-8 and what is nested deeper than 1024 levels too."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"{what} は正しい JSON（UTF-8）ではありません / is not valid JSON in UTF-8"
        raise RefusedError(400, "BAD_REQUEST", message) from error


def checked(given: object, documents: TrustedDocuments = ANY_DOCUMENT) -> Parameters:
    """Check the types of the parameters; a list, as for a batch, is refused like any other."""
    if not isinstance(given, Mapping):
        message = "本文は JSON オブジェクト一つにしてください / The body must be one JSON object"
        raise RefusedError(400, "BAD_REQUEST", message)
    for name, kind in PARAMETERS.items():
        value = given.get(name)
        if value is not None and not isinstance(value, kind):
            wanted = "文字列 / a string" if kind is str else "オブジェクト / an object"
            raise RefusedError(400, "BAD_REQUEST", f"`{name}`: {wanted}")
    text, sha256 = documents.text(given.get("query"), given)
    return Parameters(
        query=text,
        operation_name=given.get("operationName"),
        variables=given.get("variables") or {},
        extensions=given.get("extensions") or {},
        sha256=sha256,
    )
