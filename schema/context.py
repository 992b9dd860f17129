"""What a resolver may know of the operation it answers for."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from schema.loaders import Loaders
from workflows.fiscal import day_of
from workflows.ledger import now


@dataclass(kw_only=True)
class Context:
    """One operation: whose municipality, who asks, when. Never kept longer than that."""

    municipality_id: UUID
    person_id: UUID | None
    """None for anonymous reading."""
    request_id: str
    now: dt.datetime = field(default_factory=now)
    """One moment for the whole answer, so that its parts agree."""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.municipality_id, self.today)

    def read_anew(self) -> None:
        """Forget what was read, and look at the clock: something was written since."""
        self.now = now()
        self.loaders = Loaders(self.municipality_id, self.today)

    @property
    def today(self) -> dt.date:
        """The day in Japan."""
        return day_of(self.now)


Info = strawberry.Info[Context, None]
