"""What leaves of an execution: its data, its errors up to a number, what it has cost."""

from typing import Any, Final, TypedDict

from graphql import ExecutionResult, GraphQLFormattedError
from graphql.execution import Executor

from schema.costs import Cost
from schema.counted_execution import CountedExecutionContext
from server.graphql_errors import RequestError, presented, told


class Payload(TypedDict, total=False):
    """One result; without `data` where no execution took place."""

    data: dict[str, Any] | None
    errors: list[GraphQLFormattedError]
    extensions: dict[str, Any]


def presentable(
    result: ExecutionResult, request_id: str, executor: Executor[Any], most: int
) -> Payload:
    """Give what may leave of a result, with at most so many errors."""
    payload: Payload = {"data": result.data}
    cost = cost_of(executor)
    if result.errors:
        payload["errors"] = presented(result.errors, request_id)[:most]
    if cost and cost.exceeded:
        # What is there has holes where it was cut off: nobody should take it for an answer.
        payload = {"data": None, "errors": [told_cost(cost)]}
    if cost:
        payload["extensions"] = {"cost": {"used": cost.used, "limit": cost.limit}}
    return payload


def told_cost(cost: Cost) -> GraphQLFormattedError:
    """Give the error of an operation that was cut off; for a mutation with how its deeds ended."""
    message = (
        f"問い合わせの費用が上限の{cost.limit}を超えました。件数や項目を減らすか、分けて送ってください。 / "
        f"The operation costs more than {cost.limit}; ask for fewer items or fields, or in parts."
    )
    if not cost.outcomes:  # nothing was done
        return told("COST_LIMIT", message)
    told_too = {"code": "COST_LIMIT", "outcomes": cost.outcomes}
    return {"message": message + _DONE, "extensions": told_too}


_DONE: Final = (
    " 操作の結果は outcomes のとおりです。同じ idempotencyKey で送り直せば、詳しく分かります。 / "
    "What was asked for is done or refused as outcomes says; send it again with the same "
    "idempotencyKey and fewer fields for the rest."
)
_GOES_ON: Final = (
    "操作は続いています。結果は同じ idempotencyKey でもう一度送って確かめてください。 / "
    "The act goes on; learn its outcome by sending it again with the same idempotencyKey."
)


def timed_out(seconds: float, *, is_mutation: bool = False) -> RequestError:
    """Give the error of an operation that nobody waits for any longer."""
    message = f"{seconds:g}秒以内に終わりませんでした。 / It did not end within {seconds:g} s. " + (
        _GOES_ON if is_mutation else "範囲を狭めてください。 / Ask for less."
    )
    return RequestError([told("TIMEOUT", message)], status=503)


def cost_of(executor: Executor[Any]) -> Cost | None:
    """Give what an execution has cost so far, if that is counted."""
    return executor.cost if isinstance(executor, CountedExecutionContext) else None
