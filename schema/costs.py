"""What an operation costs: counted while it is executed, on what lists really return.

Each object of the answer costs 1, and each field on it that has a resolver 1 more, or what
`DEARER` says. Plain attributes cost nothing: they were read with their object. A list is charged
at once, before any of its items is completed. Acts, and what a filter asks, are charged before they
begin.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from graphql.pyutils import Path

from schema.errors import ClientError

DEARER: Final = {
    "Query.projects": 20,
    "Query.history": 20,
    "Query.progress": 20,
    "Project.history": 10,
    "Query.findings": 20,
    "Viewer.news": 20,
    "Query.checkpoints": 20,
    "Query.copies": 20,
    "CheckpointConnection.totalCount": 10,
    "CopyConnection.totalCount": 10,
    "FindingConnection.totalCount": 10,
    "HistoryConnection.totalCount": 10,
    "ProjectConnection.totalCount": 10,
    "Cycle.availableTransitions": 5,
}
"""Fields that take statements of their own, or much work, for every object they are asked on."""

INPUT_OBJECT: Final = 10
"""What each object in a variable costs, wherever a query's own field is given it: reading it into
what a resolver takes is work too, and is done before the resolver may refuse it."""
INTROSPECTED: Final = 2
"""So many objects of the schema itself in a list cost 1: they are at hand, and the standard question
for all of them has to pass."""
CONDITION: Final = 5
"""What each condition of a filter costs."""
WORD: Final = 2
"""What each word that is searched for costs."""
SCAN: Final = 100
"""What a condition costs that no index answers: entries are read one after the other."""
ACT: Final = 50
"""What each act costs: a field of a mutation, or each of several acts asked by one field."""
PASSWORD: Final = 500
"""What an act costs that holds a password against a hash."""
WITH_PASSWORD: Final = frozenset(
    {
        "acceptLink",
        "changePassword",
        "confirmSecondFactor",
        "newRecoveryCodes",
        "removeSecondFactor",
        "signIn",
    }
)


def weight_of(type_name: str, field_name: str) -> int:
    """Return what a field with a resolver costs on one object, without what it returns."""
    if type_name.startswith("__") or field_name.startswith("__"):
        return 0
    return DEARER.get(f"{type_name}.{field_name}", 1)


def objects_in(value: object) -> int:
    """Return how many objects there are in a value of JSON; nothing recurses."""
    found, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found += 1
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


@dataclass(slots=True)
class Cost:
    """What one operation has cost so far, and may cost.

    Once it is exceeded nothing more is resolved, and whatever the execution still returns has
    holes: it is not to be shown. Nothing is raised, since an error at each of a thousand places
    takes longer than what it refuses.
    """

    limit: int
    used: int = 0
    exceeded: bool = False
    is_mutation: bool = False
    deeds: int = 0
    """What the acts themselves cost, of `used`: the limit holds for what they answer."""
    outcomes: list[str] = field(default_factory=list)
    """The types with which the deeds of a mutation answered, in order."""

    def charge(self, amount: int) -> None:
        """Charge for work that is about to begin.

        Raises:
            ClientError: COST_LIMIT, where an operation that only reads may cost no more.
        """
        self.used += amount
        if self.is_mutation:
            self.deeds += amount
        elif self.used > self.limit:
            self.exceeded = True
            raise ClientError("COST_LIMIT", "費用の上限です。 / That is over the limit of costs.")

    def charge_acts(self, names: Iterable[str]) -> bool:
        """Charge for a mutation's acts before the first begins, and tell whether to begin.

        Only passwords are refused, and all that is asked with them: one is always checked, several
        only as far as the limit goes.
        """
        weights = [PASSWORD if name in WITH_PASSWORD else ACT for name in names]
        passwords = weights.count(PASSWORD)
        self.exceeded = passwords > 1 and passwords * PASSWORD > self.limit
        if not self.exceeded:
            self.charge(sum(weights))
        return not self.exceeded

    def admits(self, amount: int, path: Path | None) -> bool:
        """Charge what an object or a list costs, and tell whether to go on.

        The answers of deeds themselves are charged, but they exceed nothing.
        """
        self.used += amount
        over = self.used - self.deeds > self.limit
        if over and not (self.is_mutation and path and is_of_a_deed(path)):
            self.exceeded = True
        return not self.exceeded


def api_name(answer: object) -> str:
    """Return what the API calls the type with which a deed answered."""
    declared = getattr(answer, "__strawberry_definition__", None)
    return str(declared.name if declared else type(answer).__name__)


def is_of_a_deed(path: Path) -> bool:
    """Tell whether a path leads to what a mutation's own field returns, or an item of it."""
    return path.prev is None or (isinstance(path.key, int) and path.prev.prev is None)
