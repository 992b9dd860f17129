"""Measure everything in one run: `python -m bench.run --help`.

Meguru and the limit are asked in turns, a second each, so that whatever else the machine does
falls on both; what counts is their ratio. 0.5 means half as many answers a second.
"""

import base64
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import httpx
import orjson
import typer
import uvloop
from rich.console import Console

from bench import questions, scratch
from bench.client import Next, again, ask_for, get, post
from bench.generate import run as generate
from bench.generate import sizes
from bench.measured import Measured, Process, processes, table
from bench.moving import movers
from bench.processes import HOST, Server, api, limit
from bench.subjects import Subject, subject_of
from server.database import sqlite_url

CONSOLE: Final = Console(stderr=True)
SMALL: Final = 700
"""Entries of the record where it need not be long."""
STARTS: Final = 3
"""Cold starts, of which the median counts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is asked."""

    rounds: int
    seconds: float
    connections: int


@dataclass(frozen=True, slots=True)
class Question:
    """The same question to both servers."""

    name: str
    api: Iterator[Next]
    limit: Iterator[Next]


def graphql(document: str, **variables: object) -> bytes:
    """Return the body of a GraphQL request."""
    return orjson.dumps({"query": document, "variables": variables})


def reads(subject: Subject, *, deep: bool) -> list[tuple[str, bytes, str]]:
    """Return what is read: a name, the body of the request to Meguru, and the limit's path."""
    middle = subject.size // 2
    cursor = base64.urlsafe_b64encode(orjson.dumps(["history-", middle])).decode().rstrip("=")
    first = ("history, first page", graphql(questions.HISTORY), "/history")
    if deep:
        body = graphql(questions.HISTORY, after=cursor)
        return [first, (f"history, {middle:,} deep", body, f"/history?before={middle}")]
    return [
        ("board", graphql(questions.BOARD), "/board"),
        (
            "detail",
            graphql(questions.DETAIL, code=subject.project),
            f"/detail?code={quote(subject.project)}",
        ),
        first,
        ("nothing", graphql(questions.BARE), "/bare"),
    ]


def check_same(servers: tuple[Server, Server], name: str, body: bytes, path: str) -> None:
    """Compare the two answers, the order of the keys included.

    Raises:
        ValueError: they differ.
    """
    mine, best = (f"http://{HOST}:{server.port}" for server in servers)
    headers = {"Content-Type": "application/json"}
    answers = (
        httpx.post(f"{mine}/graphql", content=body, headers=headers, timeout=60),
        httpx.get(best + path, timeout=60),
    )
    for answer in answers:
        answer.raise_for_status()
    written = [orjson.dumps(orjson.loads(answer.content)["data"]) for answer in answers]
    if written[0] != written[1]:
        raise ValueError(f"{name}: the answers differ:\n{written[0]!r}\n{written[1]!r}")


async def measure(
    database: str, servers: tuple[Server, Server], question: Question, pace: Pace
) -> Measured:
    """Ask both servers in turns, after a short warm-up."""
    measured = Measured(database, question.name)
    for n in range(pace.rounds + 1):
        seconds = pace.seconds if n else pace.seconds / 2
        loads = [
            await ask_for(seconds, HOST, server.port, pace.connections, ask)
            for server, ask in zip(servers, (question.api, question.limit), strict=True)
        ]
        if n:
            measured.api.add(loads[0])
            measured.limit.add(loads[1])
    return measured


def on(
    database: str, url: str, pace: Pace, *, deep: bool = False
) -> tuple[list[Measured], Process]:
    """Measure on one database."""
    subject = uvloop.run(subject_of(url))
    asked = reads(subject, deep=deep)
    first, measured, starts = asked[0][1], [], []
    for _ in range(1 if deep else STARTS - 1):
        with api(url, first) as server:
            starts.append(server.started_in)
    with api(url, first) as mine, limit(url, subject.code) as best:
        for name, body, path in asked:
            if name != "nothing":
                check_same((mine, best), name, body, path)
        wanted = [
            Question(name, again(post("/graphql", body)), again(get(path)))
            for name, body, path in asked
        ]
        if not deep:
            wanted.append(Question("one transition", *movers(subject, pace.connections)))
        for question in wanted:
            CONSOLE.print(f"{database}: {question.name} …")
            measured.append(uvloop.run(measure(database, (mine, best), question, pace)))
        starts.append(mine.started_in)
        return measured, Process(database, statistics.median(starts), mine.resident_bytes() / 2**20)


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def main(
    postgres: Annotated[
        str | None, typer.Option(help="A PostgreSQL server; one from a wheel if none is given.")
    ] = None,
    deep_events: Annotated[
        int, typer.Option(help="Entries of the deep record, on PostgreSQL; 0 leaves it out.")
    ] = 2_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="Of each question.")] = 7,
    seconds: Annotated[float, typer.Option(min=0.1, help="Each server has in a round.")] = 1.0,
    connections: Annotated[int, typer.Option(min=1, help="Kept busy at a time.")] = 8,
    json: Annotated[Path | None, typer.Option(help="Where to write the figures.")] = None,
) -> None:
    """Measure Meguru beside hand-written SQL behind a bare route, on SQLite and PostgreSQL."""
    pace = Pace(rounds, seconds, connections)
    measured: list[Measured] = []
    taken: list[Process] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(scratch.postgres_server(postgres))
        wanted = [("SQLite", sqlite_url(folder / "bench.sqlite3"), SMALL)]
        wanted.append(("PostgreSQL", uvloop.run(scratch.make(server)), SMALL))
        if deep_events:
            wanted.append(("PostgreSQL, deep", uvloop.run(scratch.make(server)), deep_events))
        for name, url, events in wanted:
            if name != "SQLite":
                stack.callback(scratch.drop, server, url)
            uvloop.run(generate(url, sizes(1, 46, events, in_one=True), 0))
            more, process = on(name, url, pace, deep=events > SMALL)
            measured += more
            taken.append(process)
    out = Console()
    out.width = max(out.width, 110)  # the tables, also where the output is kept in a file
    out.print(table(measured))
    out.print(processes(taken))
    if json:
        told = {
            "measured": [one.told() for one in measured],
            "processes": [asdict(one) for one in taken],
        }
        json.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    app()
