"""What a client is told when something goes wrong, and what only the log is told.

    RequestError                 no execution took place: the document or its variables are at fault
      RefusedError               nor was it looked at: the HTTP request is at fault

Every error that leaves has `extensions.code`. Only four kinds of errors leave with their own text:
those of the two classes above, those that graphql-core finds in a document or in its arguments,
and `schema.errors.ClientError`. Any other is a bug: the client gets a request id, and the log gets
the exception with its traceback under the same id.
"""

from collections.abc import Iterable, Mapping

import structlog
from graphql import GraphQLError, GraphQLFormattedError
from strawberry.exceptions import StrawberryInputCoercionError

from schema.errors import ClientError

log = structlog.get_logger(__name__)


class RequestError(Exception):
    """The operation was not executed.

    Args:
        errors: as they go into the answer, each with its `extensions.code`.
        status: the HTTP status, but for `application/json` that of a well-formed answer, 200,
            unless `always` says that the status holds there too.
    """

    def __init__(
        self,
        errors: list[GraphQLFormattedError],
        *,
        status: int = 400,
        always: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors
        self.status = status
        self.always = always
        self.headers = headers or {}


class RefusedError(RequestError):
    """The request was not looked at; `get_context` may raise it too, with 401 or 403."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__([told(code, message)], status=status, always=True, headers=headers)


def told(code: str, message: str) -> GraphQLFormattedError:
    """Give an error as it goes into an answer."""
    return {"message": message, "extensions": {"code": code}}


def coded(errors: Iterable[GraphQLError], code: str) -> list[GraphQLFormattedError]:
    """Give errors that graphql-core found before execution; a code that a rule has set stays."""
    return [
        {**error.formatted, "extensions": {"code": code, **(error.extensions or {})}}
        for error in errors
    ]


def internal(request_id: str) -> GraphQLFormattedError:
    """Give all that a client learns of a bug."""
    return {
        "message": "内部エラーが発生しました / Internal error",
        "extensions": {"code": "INTERNAL_ERROR", "requestId": request_id},
    }


def presented(errors: Iterable[Exception], request_id: str) -> list[GraphQLFormattedError]:
    """Give errors of an execution as clients may see them, and log each bug once."""
    logged: set[int] = set()
    answers: list[GraphQLFormattedError] = []
    for error in errors:
        cause = origin(error)
        placed = error.formatted if isinstance(error, GraphQLError) else {"message": ""}
        if isinstance(cause, ClientError):
            answers.append(placed)
        elif is_about_input(cause):
            answers.append({**placed, "extensions": {"code": "BAD_USER_INPUT"}})
        else:
            answers.append({**placed, **internal(request_id)})
            if id(cause) not in logged:
                logged.add(id(cause))
                path = placed.get("path")
                log.error("graphql.bug", request_id=request_id, path=path, exc_info=cause)
    return answers


def origin(error: Exception) -> Exception:
    """Give what was raised first, before graphql-core located it in the document."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def is_about_input(error: Exception) -> bool:
    """Tell whether graphql-core or Strawberry refused an argument when coercing it."""
    if isinstance(error, StrawberryInputCoercionError):
        return True
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    raised_in = frame.tb_frame.f_globals["__name__"] if frame else None
    return isinstance(error, GraphQLError) and raised_in == "graphql.execution.values"
