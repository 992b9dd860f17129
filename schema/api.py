"""The schema, put together."""

from typing import Final

import strawberry

from schema.counted_execution import CountedExecutionContext
from schema.entries import ENTRIES
from schema.entries_of_accounts import ENTRIES_OF_ACCOUNTS
from schema.entries_of_findings import ENTRIES_OF_FINDINGS
from schema.entries_of_plan import ENTRIES_OF_PLAN
from schema.entries_of_record import ENTRIES_OF_RECORD
from schema.mutations import Mutation
from schema.queries import Query
from schema.results import ERRORS
from schema.scalars import config
from schema.subscriptions import Subscription

SCHEMA: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[
        *(*ENTRIES, *ENTRIES_OF_PLAN, *ENTRIES_OF_ACCOUNTS, *ENTRIES_OF_RECORD),
        *(*ENTRIES_OF_FINDINGS, *ERRORS),
    ],
    execution_context_class=CountedExecutionContext,
    config=config(),
)
