"""Measure the record itself: `python -m bench.record --help`.

What an entry's hashes and seals cost beside the transition that it tells of, and what proofs and
the stand-alone verifier take with a long record. Times are those of one run; ratios count.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final

import rfc8785
import typer
from rich.console import Console
from rich.table import Table

from bench.generate import run as generate
from bench.generate import sizes
from bench.subjects import Subject, subject_of
from server.database import connected, sqlite_url
from workflows.advance import Fire, fire
from workflows.entries import search_text
from workflows.ledger import Applied
from workflows.merkle import Frontier, leaf_hash
from workflows.records import Event, EventHead, Municipality
from workflows.sealing import Sealer
from workflows.stages import Trigger
from workflows.tree import consistency_proof, frontier_of, grown, inclusion_proof, root_at
from workflows.unit import Request

TIMES: Final = 200
MOVES: Final = 100
CONSOLE: Final = Console()


def milliseconds(taken: list[float]) -> tuple[str, str]:
    """Return the median and the 95th percentile."""
    ordered = sorted(1000 * seconds for seconds in taken)
    return f"{statistics.median(ordered):.3f}", f"{ordered[int(0.95 * len(ordered))]:.3f}"


async def timed(ask: Callable[[], Awaitable[Any]], times: int = TIMES) -> list[float]:
    """Return how long each of many runs took, in seconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - began)
    return taken


async def moves(subject: Subject, municipality_id: Any) -> tuple[list[float], list[Event]]:  # noqa: ANN401 - a UUID
    """Send one cycle back and start it again, many times; return the times and the entries."""
    cycle, events, taken = subject.movable[0], [], []
    for n in range(MOVES):
        request = Request(municipality_id=municipality_id, act="bench", actor_id=subject.person_id)
        asked = Fire(
            cycle_id=cycle.cycle_id,
            trigger=(Trigger.SEND_BACK, Trigger.START)[n % 2],
            expected_revision=cycle.revision + n,
            reason="計測のため",
        )
        began = time.perf_counter()
        outcome = await fire(request, asked)
        taken.append(time.perf_counter() - began)
        if not isinstance(outcome, Applied):
            raise TypeError(f"refused: {outcome}")
        events += outcome.events
    return taken, events


def hashed(event: Event, frontier: Frontier) -> float:
    """Return how long it takes to seal and hash an entry, and to grow the tree by it."""
    document = event.document
    began = time.perf_counter()
    sealer = Sealer()
    sealer.value("reason", document["reason"])
    sealer.members(document["details"])
    for change in document["changes"]:
        sealer.members(change["after"])
        sealer.members(change.get("before", {}))
    search_text(sealer.openings)
    leaf = leaf_hash(event.body.encode()).hex()
    after, _ = grown(event.municipality_id, frontier, [leaf])
    rfc8785.dumps([peak.hex() for peak in after.peaks])
    return time.perf_counter() - began


async def measure(url: str, table: Table) -> None:
    """Measure moves, hashing and proofs on a generated record."""
    subject = await subject_of(url)
    async with connected(url, upgrade=False):
        town = (await Municipality.get(code=subject.code)).id
        taken, events = await moves(subject, town)
        head = await EventHead.of(town).get()
        apart = [hashed(event, frontier_of(head)) for event in events for _ in range(5)]
        size, dice = head.size, Random(46)  # noqa: S311 - repeatable, not secret
        table.add_row("one transition, whole", *milliseconds(taken))
        share = statistics.median(apart) / statistics.median(taken)
        table.add_row(f"of it sealed and hashed ({share:.1%})", *milliseconds(apart))
        asks: dict[str, Callable[[], Awaitable[Any]]] = {
            "inclusion proof": lambda: inclusion_proof(town, dice.randint(1, size), size),
            "inclusion proof in an earlier tree": lambda: _earlier(town, dice.randint(1, size)),
            "consistency proof": lambda: consistency_proof(town, dice.randint(1, size), size),
            "root of an earlier size": lambda: root_at(town, dice.randint(1, size)),
        }
        for name, ask in asks.items():
            table.add_row(f"{name}, {size:,} entries", *milliseconds(await timed(ask)))


async def _earlier(town: Any, size: int) -> None:  # noqa: ANN401 - a UUID
    await inclusion_proof(town, size // 2 + 1, size)


def main(
    events: Annotated[int, typer.Option(help="Entries of the record.")] = 2_000_000,
    database_url: Annotated[
        str | None, typer.Option(help="A generated database; an SQLite file is made without one.")
    ] = None,
) -> None:
    """Measure on one database."""
    table = Table(title="The record")
    for name in ("what", "median ms", "95th percentile ms"):
        table.add_column(name, justify="left" if name == "what" else "right")
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or sqlite_url(Path(folder) / "record.sqlite3")
        if database_url is None:
            asyncio.run(generate(url, sizes(1, 46, events, in_one=True), 0))
        asyncio.run(measure(url, table))
    CONSOLE.print(table)


if __name__ == "__main__":
    typer.run(main)
