"""Moves without end: each connection sends a cycle of its own back and starts it again."""

from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import orjson

from bench.client import AnswerError, Next, post
from bench.questions import FIRE
from bench.subjects import Movable, Subject

_TURNS: Final = (("SEND_BACK", "DO", "PLAN"), ("START", "PLAN", "DO"))


class _Mover:
    """The requests that move one cycle; each knows its revision, since nobody else moves it."""

    def __init__(self, subject: Subject, cycle: Movable) -> None:
        self.subject, self.cycle = subject, cycle
        self.made = 0

    def api(self, answer: bytes) -> bytes:
        """Return the next request to Meguru."""
        trigger, _, _ = self._next(answer, b'"TransitionApplied"')
        asked = {
            "cycle": f"cyc_{self.cycle.cycle_id.hex}",
            "trigger": trigger,
            "expectedRevision": self.cycle.revision + self.made,
            "reason": "計測のため",
            "idempotencyKey": str(uuid4()),
        }
        self.made += 1
        body = orjson.dumps({"query": FIRE, "variables": {"input": asked}})
        return post("/graphql", body, Authorization=f"Bearer {self.subject.token}")

    def limit(self, answer: bytes) -> bytes:
        """Return the next request to the limit."""
        trigger, source, target = self._next(answer, b'"sequence"')
        asked = {
            "person": str(self.subject.person_id),
            "department": str(self.cycle.department_id),
            "project": str(self.cycle.project_id),
            "cycle": str(self.cycle.cycle_id),
            "trigger": trigger,
            "from": source,
            "to": target,
            "revision": self.cycle.revision + self.made,
        }
        self.made += 1
        return post("/fire", orjson.dumps(asked))

    def _next(self, answer: bytes, expected: bytes) -> tuple[str, str, str]:
        if answer and expected not in answer:
            raise AnswerError(answer.decode())
        return _TURNS[self.made % 2]


def movers(subject: Subject, connections: int) -> tuple[Iterator[Next], Iterator[Next]]:
    """Give the requests to Meguru and to the limit: a cycle for each connection to each.

    They are the same cycles in every round: a connection goes on where the last one ended.

    Raises:
        ValueError: there are not enough cycles that can be moved.
    """
    cycles = subject.movable
    if len(cycles) < 2 * connections:
        raise ValueError(f"{2 * connections} cycles in DO are needed, there are {len(cycles)}")
    api = [_Mover(subject, cycle) for cycle in cycles[:connections]]
    limit = [_Mover(subject, cycle) for cycle in cycles[connections : 2 * connections]]
    return _in_turn([m.api for m in api]), _in_turn([m.limit for m in limit])


def _in_turn(each: list[Next]) -> Iterator[Next]:
    while True:
        yield from each
