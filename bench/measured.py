"""What was measured, and how it is told."""

import statistics
from dataclasses import dataclass, field
from typing import Final

from rich.table import Table

from bench.client import Load

_P95: Final = 0.95


@dataclass(slots=True)
class Rounds:
    """The rounds of one server at one question."""

    requests_per_second: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, load: Load) -> None:
        """Add a round."""
        self.requests_per_second.append(len(load.took) / load.seconds)
        self.milliseconds += [1000 * seconds for seconds in load.took]

    def percentile(self, share: float) -> float:
        """Return how many milliseconds a share of the requests took at most."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def told(self) -> dict[str, float]:
        """Return the figures."""
        return {
            "requests_per_second": round(statistics.median(self.requests_per_second), 1),
            "p50_ms": round(self.percentile(0.5), 2),
            "p95_ms": round(self.percentile(_P95), 2),
        }


@dataclass(slots=True)
class Measured:
    """One question on one database, asked of both servers in turns."""

    database: str
    question: str
    api: Rounds = field(default_factory=Rounds)
    limit: Rounds = field(default_factory=Rounds)

    def ratio(self) -> float:
        """Return the median over the rounds of Meguru's answers a second to the limit's."""
        pairs = zip(self.api.requests_per_second, self.limit.requests_per_second, strict=True)
        return statistics.median(mine / best for mine, best in pairs)

    def told(self) -> dict[str, object]:
        """Return the figures."""
        return {
            "database": self.database,
            "question": self.question,
            "meguru": self.api.told(),
            "limit": self.limit.told(),
            "ratio": round(self.ratio(), 3),
        }


@dataclass(frozen=True, slots=True)
class Process:
    """What a server's process took."""

    database: str
    cold_start_seconds: float
    """From the start of the process to the first board, the median of several."""
    resident_mb: float
    """After the run."""


def table(measured: list[Measured]) -> Table:
    """Return the table of what was measured."""
    shown = Table(title="Meguru beside hand-written SQL behind a bare route")
    for name in ("database", "question"):
        shown.add_column(name)
    for name in ("req/s", "p50 ms", "p95 ms", "limit req/s", "p50 ms", "p95 ms", "ratio"):
        shown.add_column(name, justify="right")
    for one in measured:
        figures = [*one.api.told().values(), *one.limit.told().values()]
        shown.add_row(
            one.database, one.question, *(f"{f:.1f}" for f in figures), f"{one.ratio():.2f}"
        )
    return shown


def processes(taken: list[Process]) -> Table:
    """Return the table of what the processes took."""
    shown = Table(title="The process")
    for name in ("database", "cold start s", "resident MB"):
        shown.add_column(name, justify="left" if name == "database" else "right")
    for one in taken:
        shown.add_row(one.database, f"{one.cold_start_seconds:.2f}", f"{one.resident_mb:.0f}")
    return shown
