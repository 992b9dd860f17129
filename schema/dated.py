"""Inputs of acts that may have taken effect before they are recorded."""

import datetime as dt
from typing import Final

import strawberry

from schema.inputs import ActInput
from schema.on_behalf import ActForInput

_EFFECTIVE_AT: Final = "When it took effect, where that was before now."


@strawberry.input(description="What an act is asked with that may have taken effect earlier.")
class DatedActInput(ActInput):
    """Common to all acts about people."""

    effective_at: dt.datetime | None = strawberry.field(default=None, description=_EFFECTIVE_AT)


@strawberry.input(description="The same, where it may be done on somebody's behalf.")
class DatedActForInput(ActForInput):
    """Common to all acts about cycles, projects and the plan."""

    effective_at: dt.datetime | None = strawberry.field(default=None, description=_EFFECTIVE_AT)
