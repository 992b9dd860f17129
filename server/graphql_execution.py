"""From the text of an operation to its results, on every transport alike."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import lru_cache
from inspect import isawaitable
from typing import Any, Generic, NamedTuple, TypedDict, TypeGuard, TypeVar, cast

import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLFormattedError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from graphql.execution import Executor, create_source_event_stream, map_source_to_response_event
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from server.graphql_errors import RequestError, coded, presented, told
from server.graphql_request import Parameters

Context = TypeVar("Context")
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class Payload(TypedDict, total=False):
    """One result; without `data` where no execution took place."""

    data: dict[str, Any] | None
    errors: list[GraphQLFormattedError]


class Operation(NamedTuple):
    """A valid document and the operation in it that is asked for."""

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

    Args:
        schema: must have no extensions nor operation directives: they would not be run.
        renew: gives the context for one operation, or one event of a subscription, from that of
            the connection: the same actor with loaders of its own. What it raises ends the
            operation.
        limits: rules for what is valid but too much; checked first, and alone.
        max_tokens: of a document; more are a syntax error.
        suggestions: whether errors name similar fields, arguments and types.
        remembered: how many documents are parsed and validated only once. One of 2,000 tokens
            takes 1.1 MB, a usual one 15 kB.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        renew: Callable[[Context], Awaitable[Context]] = unchanged,
        limits: Sequence[type[ASTValidationRule]] = (),
        max_tokens: int = 2_000,
        suggestions: bool = False,
        remembered: int = 100,
    ) -> None:
        if schema.extensions or schema.directives:
            raise ValueError("extensions and operation directives are not run: pass rules instead")
        self.schema = schema._schema  # noqa: SLF001 - there is no public name for it
        self.executor_class = schema.execution_context_class
        self.renew = renew
        self.limits = limits
        self.max_tokens = max_tokens
        self.hide_suggestions = not suggestions
        # A document that is not valid raises, so it is not remembered.
        self.document = lru_cache(maxsize=remembered)(self._document)
        self.mutations: set[asyncio.Task[Payload]] = set()

    def _document(self, text: str) -> DocumentNode:
        """Parse and validate."""
        try:
            document = parse(text, max_lexical_tokens=self.max_tokens, max_comments=self.max_tokens)
        except GraphQLError as error:
            raise RequestError(coded([error], "GRAPHQL_PARSE_FAILED")) from error
        for rules in filter(None, (self.limits, RULES)):
            hide = self.hide_suggestions
            if errors := validate(self.schema, document, rules, hide_suggestions=hide):
                raise RequestError(coded(errors, "GRAPHQL_VALIDATION_FAILED"))
        return document

    def operation(self, asked: Parameters) -> Operation:
        """Give the operation that is asked for; raises `RequestError`."""
        document = self.document(asked.query)
        nodes = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        if asked.operation_name is not None:
            nodes = [one for one in nodes if one.name and one.name.value == asked.operation_name]
        elif len(nodes) > 1:
            message = (
                "操作が複数あります。operationName で一つを選んでください"
                " / Several operations: choose one with operationName"
            )
            error = told("OPERATION_NAME_REQUIRED", message)
            raise RequestError([error], always=True)
        if not nodes or self.schema.get_root_type(nodes[0].operation) is None:
            message = "その操作はありません / There is no such operation"
            raise RequestError([told("OPERATION_NOT_FOUND", message)], always=True)
        return Operation(document, nodes[0])

    def executor(self, operation: Operation, asked: Parameters, context: Context) -> Executor[Any]:
        """Coerce the variables; raises `RequestError` where they do not fit."""
        built = self.executor_class.build(
            self.schema,
            operation.document,
            context_value=context,
            raw_variable_values=asked.variables,
            operation_name=asked.operation_name,
            is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
            hide_suggestions=self.hide_suggestions,
            operation_extensions=asked.extensions,
        )
        if isinstance(built, list):
            raise RequestError(coded(built, "BAD_USER_INPUT"))
        return built

    async def answer(self, executor: Executor[Any], request_id: str) -> Payload:
        """Execute a query or a mutation.

        A mutation that has begun goes on to its end, and its bugs are logged, even if the task
        that waits for it is cancelled.
        """
        if executor.operation.operation is not OperationType.MUTATION:
            return await payload_of(executor, request_id)
        task = asyncio.create_task(payload_of(executor, request_id))
        self.mutations.add(task)
        task.add_done_callback(self.mutations.discard)
        return await asyncio.shield(task)

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
            events = map_source_to_response_event(executor, source, self._event)
            async with aclosing(events):
                async for result in events:
                    yield presentable(result, request_id)
        except RequestError:
            raise
        except Exception as error:
            raise RequestError(presented([error], request_id)) from error

    async def _source(self, executor: Executor[Any], request_id: str) -> AsyncIterable[Any]:
        """Give the events that a subscription's resolver makes."""
        source: Any = create_source_event_stream(executor)
        source = await source if isawaitable(source) else source
        if isinstance(source, ExecutionResult):
            raise RequestError(presented(source.errors or [], request_id))
        return cast("AsyncIterable[Any]", source)

    async def _event(self, executor: Executor[Any]) -> ExecutionResult:
        """Execute a subscription for one event, in a context of its own."""
        executor.context_value = await self.renew(executor.context_value)
        result: Any = executor.execute_operation(serially=False)
        return cast("ExecutionResult", await result if isawaitable(result) else result)


async def payload_of(executor: Executor[Any], request_id: str) -> Payload:
    """Execute and give what may leave, even where the executor itself fails."""
    try:
        result: Any = executor.execute_operation()
        result = await result if isawaitable(result) else result
    except Exception as error:  # noqa: BLE001 - logged, with its traceback, when presented
        return {"data": None, "errors": presented([error], request_id)}
    return presentable(result, request_id)


def presentable(result: ExecutionResult, request_id: str) -> Payload:
    """Give what may leave of a result."""
    payload: Payload = {"data": result.data}
    if result.errors:
        payload["errors"] = presented(result.errors, request_id)
    return payload
