"""The schema, put together."""

from typing import Final

import strawberry

from schema.entries import ENTRIES
from schema.entries_of_plan import ENTRIES_OF_PLAN
from schema.fast_execution import FastExecutionContext
from schema.mutations import Mutation
from schema.queries import Query
from schema.results import ERRORS
from schema.scalars import config
from schema.subscriptions import Subscription

SCHEMA: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*ENTRIES, *ENTRIES_OF_PLAN, *ERRORS],
    execution_context_class=FastExecutionContext,
    config=config(),
)
