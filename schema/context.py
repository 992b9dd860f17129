"""What a resolver may know of the operation it answers for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import strawberry

from schema.budgets import Budget
from schema.loaders import Loaders
from workflows.accounts.outcomes import Visitor
from workflows.accounts.policy import Policy
from workflows.accounts.post import Post
from workflows.authority import UNLIMITED, Capacity, Credential
from workflows.checkpoints import UNSIGNED, Signing
from workflows.exports import KeptCopies
from workflows.fiscal import day_of
from workflows.ledger import now
from workflows.sight import Sight
from workflows.verification import Standings

if TYPE_CHECKING:
    from schema.installation import Installed
    from schema.planned_text import PlanTexts


class Door(Protocol):
    """Where an operation comes from, and how its session is kept: what only the server can do."""

    @property
    def policy(self) -> Policy:
        """The figures of signing in."""

    @property
    def session_id(self) -> UUID | None:
        """The session that the operation was asked in; None for a token, and for nobody."""

    @property
    def visitor(self) -> Visitor:
        """Where the operation comes from."""

    @property
    def post(self) -> Post | None:
        """What takes letters to people; None where no mail is sent."""

    def keep(self, secret: str, expires_at: dt.datetime) -> None:
        """Have the client keep a session's secret."""

    def forget(self) -> None:
        """Have the client forget the session's secret."""

    def link_url(self, secret: str) -> str:
        """Return the address of the page where a one-time link is followed."""


@dataclass(kw_only=True)
class Context:
    """One operation: whose municipality, who asks, when. Never kept longer than that."""

    municipality_id: UUID
    person_id: UUID | None
    """None for anonymous reading."""
    request_id: str
    credential: Credential = UNLIMITED
    """What the person is known by."""
    capacities: tuple[Capacity, ...] = ()
    """Everything that the person is, was or will be appointed to, and what others are for whom they
    may decide: these count for reading, and for an act on that person's behalf."""
    public: bool = True
    """Whether what the town publishes is read by anybody."""
    door: Door | None = None
    """None where nobody can sign in or out, as over a WebSocket."""
    signing: Signing = UNSIGNED
    """What checkpoints are signed with."""
    copies: KeptCopies | None = None
    """Where what copies of the record need is kept; None where none are taken."""
    redacted: Callable[[], None] = lambda: None
    """Called once something was removed from the record: its files are to go at once."""
    standings: Standings = field(default_factory=Standings)
    """What the process last found when it verified its records."""
    plan_texts: "PlanTexts | None" = None
    """What reads plan texts; None where none are read."""
    installed: "Installed | None" = None
    """What tells how the process is set up; None where nothing does."""
    caller: str = ""
    """Whom limits count for: `person:` and an id, or `address:` and an address; empty for nobody."""
    budget: Callable[[], Budget | None] = lambda: None
    """What whoever asks may still ask; none where that is not limited."""
    charge: Callable[[int], None] = lambda _points: None
    """Charges for work that is about to begin, beside what fields and objects cost: see
    `schema.costs.Cost.charge`."""
    now: dt.datetime = field(default_factory=now)
    """One moment for the whole answer, so that its parts agree."""
    sight: Sight = field(init=False)
    """What the person may see."""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self._look()

    def read_anew(self) -> None:
        """Forget what was read, and look at the clock: something was written since."""
        self.now = now()
        self._look()

    def _look(self) -> None:
        self.sight = Sight.of(
            self.person_id, self.capacities, self.credential, self.today, public=self.public
        )
        self.loaders = Loaders(self.municipality_id, self.today, self.sight)

    async def renewed(self) -> "Context":
        """Return a context for the next event, of the same person as they stand now."""
        return self

    @property
    def today(self) -> dt.date:
        """The day in Japan."""
        return day_of(self.now)


Info = strawberry.Info[Context, None]
