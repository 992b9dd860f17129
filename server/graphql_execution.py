"""From a document to its results, on every transport alike."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Generic, NamedTuple, TypeGuard, TypeVar, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import Executor, create_source_event_stream, map_source_to_response_event
from strawberry.execution import optimized_is_awaitable

from schema.costs import Cost
from schema.counted_execution import CountedExecutionContext
from server.graphql_answers import Payload, cost_of, presentable, timed_out
from server.graphql_closed import refuse_closed
from server.graphql_errors import RequestError, coded, presented, told
from server.graphql_limits import Audience, Bounds
from server.graphql_request import Parameters
from server.graphql_validation import Documents
from server.rates import Rates

Context = TypeVar("Context")


class Operation(NamedTuple):
    """A valid document and the operation in it."""

    document: DocumentNode
    node: OperationDefinitionNode

    @property
    def type(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.node.operation


async def unchanged(context: Context) -> Context:
    """Give the context as it is."""
    return context


class Execution(Generic[Context]):
    """Executes operations against one schema.

    A context may have a `caller`, whom rates count for, and a `person_id`, which says that whoever
    asks is signed in. Where it has a `budget`, it is told how to find out what is left; where it has
    a `charge`, how to charge for work of its own.

    Args:
        schema: must have no extensions nor operation directives: they would not be run.
        renew: gives the context for one operation, or one event of a subscription, from that of
            the connection: the same actor with loaders of its own. What it raises ends the
            operation.
        bounds: what an operation may ask and take.
        rates: how often, and how much in a minute; without any it is not counted.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        renew: Callable[[Context], Awaitable[Context]] = unchanged,
        bounds: Bounds | None = None,
        rates: Rates | None = None,
    ) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("extensions and operation directives are not run")
        self.schema = schema._schema  # noqa: SLF001 - there is no public name for it
        self.executor_class = schema.execution_context_class
        self.renew = renew
        self.bounds = bounds or Bounds()
        self.rates = rates
        self.documents = Documents(self.schema, self.bounds.document, self.bounds.errors)
        self.mutations: set[asyncio.Task[Payload]] = set()

    def admit(self, context: Context) -> None:
        """Count a request; raises `RefusedError` with 429 where there were too many."""
        if self.rates:
            self.rates.admit(caller_of(context))

    def operation(self, asked: Parameters, context: Context) -> Operation:
        """Give the operation that is asked for; raises `RequestError`."""
        suggests = reaches(self.bounds.suggestions, context)
        document = self.documents.read(asked.query, suggests)
        if document.introspects and not reaches(self.bounds.introspection, context):
            message = (
                "スキーマの問い合わせはサインインした人だけができます"
                " / Only who is signed in may ask for the schema"
                if self.bounds.introspection == "signed-in"
                else "スキーマは問い合わせられません / The schema may not be asked for"
            )
            raise RequestError([told("INTROSPECTION_OFF", message)])
        definitions = document.node.definitions
        nodes = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        if (name := asked.operation_name) is not None:
            nodes = [one for one in nodes if one.name and one.name.value == name]
        if not nodes or self.schema.get_root_type(nodes[0].operation) is None:
            message = "その操作はありません / There is no such operation"
            raise RequestError([told("OPERATION_NOT_FOUND", message)], always=True)
        if getattr(context, "is_closed", False):
            refuse_closed(document.node, nodes[0])
        return Operation(document.node, nodes[0])

    def executor(self, operation: Operation, asked: Parameters, context: Context) -> Executor[Any]:
        """Coerce the variables; raises `RequestError` where they do not fit."""
        built = self.executor_class.build(
            self.schema,
            operation.document,
            context_value=context,
            raw_variable_values=asked.variables,
            operation_name=asked.operation_name,
            is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
            hide_suggestions=not reaches(self.bounds.suggestions, context),
            operation_extensions=asked.extensions,
        )
        if isinstance(built, list):
            raise RequestError(coded(built[: self.bounds.errors], "BAD_USER_INPUT"))
        self._count(built)
        return built

    def _count(self, executor: Executor[Any]) -> None:
        """Begin to count what an execution costs, and tell its context what is left."""
        context, cost, rates = executor.context_value, None, self.rates
        if self.bounds.cost is not None and isinstance(executor, CountedExecutionContext):
            is_mutation = executor.operation.operation is OperationType.MUTATION
            cost = executor.cost = Cost(self.bounds.cost, is_mutation=is_mutation)
        if cost and hasattr(context, "charge"):
            context.charge = cost.charge
        if rates and hasattr(context, "budget"):
            context.budget = lambda: rates.budget(caller_of(context), cost.used if cost else 0)

    async def answer(self, executor: Executor[Any], request_id: str) -> Payload:
        """Execute a query or a mutation.

        A mutation that has begun goes on to its end, and its bugs are logged, even if the task
        that waits for it is cancelled or has waited long enough. Raises `RequestError` in the
        latter case.
        """
        is_mutation = executor.operation.operation is OperationType.MUTATION
        try:
            async with asyncio.timeout(self.bounds.seconds):
                if not is_mutation:
                    return await self._payload(executor, request_id)
                task = asyncio.create_task(self._payload(executor, request_id))
                self.mutations.add(task)
                task.add_done_callback(self.mutations.discard)
                return await asyncio.shield(task)
        except TimeoutError:
            raise timed_out(self.bounds.seconds, is_mutation=is_mutation) from None

    async def _payload(self, executor: Executor[Any], request_id: str) -> Payload:
        """Execute and give what may leave, even where the executor itself fails."""
        try:
            result: Any = executor.execute_operation()
            result = await result if isawaitable(result) else result
        except Exception as error:  # noqa: BLE001 - logged, with its traceback, when presented
            return {"data": None, "errors": presented([error], request_id)}
        finally:
            self._spend(executor)
        return presentable(result, request_id, executor, self.bounds.errors)

    def _spend(self, executor: Executor[Any]) -> None:
        cost = cost_of(executor)
        if self.rates and cost:
            self.rates.spend(caller_of(executor.context_value), cost.used)

    async def results(
        self, executor: Executor[Any], request_id: str
    ) -> AsyncGenerator[Payload, None]:
        """Give the one result of a query or mutation, or a subscription's as they come.

        Raises `RequestError` where the stream cannot be had or breaks.
        """
        try:
            if executor.operation.operation is not OperationType.SUBSCRIPTION:
                yield await self.answer(executor, request_id)
                return
            source = await self._source(executor, request_id)
            # Whatever is made of an event is handed on as it is.
            events: AsyncGenerator[Any, None] = map_source_to_response_event(
                executor, source, self._event(request_id)
            )
            async with aclosing(events):
                async for result in events:
                    yield result
        except RequestError:
            raise
        except Exception as error:
            raise RequestError(presented([error], request_id)) from error

    async def _source(self, executor: Executor[Any], request_id: str) -> AsyncIterable[Any]:
        """Give the events that a subscription's resolver makes."""
        source: Any = create_source_event_stream(executor)
        source = await source if isawaitable(source) else source
        if isinstance(source, ExecutionResult):
            raise RequestError(presented(source.errors or [], request_id)[: self.bounds.errors])
        return cast("AsyncIterable[Any]", source)

    def _event(self, request_id: str) -> Callable[[Executor[Any]], Awaitable[Any]]:
        """Give how a subscription is executed for one event, in a context of its own."""

        async def payload(executor: Executor[Any]) -> Payload:
            try:
                async with asyncio.timeout(self.bounds.seconds):
                    executor.context_value = await self.renew(executor.context_value)
                    self._count(executor)
                    result: Any = executor.execute_operation(serially=False)
                    result = await result if isawaitable(result) else result
            except TimeoutError:
                raise timed_out(self.bounds.seconds) from None
            finally:
                self._spend(executor)
            return presentable(result, request_id, executor, self.bounds.errors)

        return payload


def caller_of(context: object) -> str:
    """Give whom rates and streams are counted for; empty for nobody."""
    return str(getattr(context, "caller", ""))


def reaches(audience: Audience, context: object) -> bool:
    """Tell whether whoever asks is among those."""
    signed_in = getattr(context, "person_id", None) is not None
    return audience == "everyone" or (audience == "signed-in" and signed_in)
