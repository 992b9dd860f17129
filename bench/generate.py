"""Make an installation of any size: `python -m bench.generate --help`.

A municipality of each size that is needed is made by driving the real acts in a scratch database;
it is stamped out with ids of its own as often as asked for, and its record made as long as asked
for by edits of sheets. So every record folds into its tables, and `--audit` has some replayed.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from bench.driving import PEOPLE, Town
from bench.editing import Editing
from bench.hashing import Growing
from bench.stamping import TABLES, Stamped, Template
from bench.writing import Writer, writer
from seed.town import HASHIKAMI_TOWN
from server.database import connected, sqlite_url
from workflows.municipal_code import is_municipal_code
from workflows.records import Event, EventHead, Municipality, RecordTile
from workflows.replay import audit

DRIVEN: Final = 11
"""Entries of a project, on average and at most, that are made by driving acts: most projects are
then in their second year, none is over. All further entries are edits."""
BATCH: Final = 25
"""Municipalities that are written at once."""
CONSOLE: Final = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Size:
    """How large one municipality is."""

    projects: int
    events: int

    @property
    def driven(self) -> "Size":
        """What of it is made by driving acts."""
        return Size(self.projects, min(self.events, PEOPLE + DRIVEN * self.projects))


def sizes(municipalities: int, projects: int, events: int, *, in_one: bool) -> list[Size]:
    """Return how projects and entries are spread: evenly, or nearly all entries in the first.

    Raises:
        ValueError: there are fewer entries than loading the plans makes.
    """
    each, more = divmod(projects, municipalities)
    shares = [each + (n < more) for n in range(municipalities)]
    least = [1 + share + PEOPLE for share in shares]
    spare = events - sum(least)
    if spare < 0:
        raise ValueError(f"loading such plans makes {sum(least)} entries already")
    each, more = (0, spare) if in_one else divmod(spare, municipalities)
    extra = [each + (more if n == 0 else 0) for n in range(municipalities)]
    return [Size(p, m + e) for p, m, e in zip(shares, least, extra, strict=True)]


def codes() -> Iterator[str]:
    """Yield valid codes of municipalities (check digit), the real town's first, none twice."""
    yield HASHIKAMI_TOWN.code
    for number in range(1_301, 47_999):
        for code in (f"{number:05}{digit}" for digit in range(10)):
            if is_municipal_code(code) and code != HASHIKAMI_TOWN.code:
                yield code


async def made(size: Size) -> Template:
    """Make a municipality by driving acts in a scratch database."""
    with tempfile.TemporaryDirectory() as folder:
        async with connected(sqlite_url(Path(folder) / "town.sqlite3")):
            await EventHead._meta.db.execute_query("PRAGMA synchronous = OFF")  # noqa: SLF001 - scratch
            town = await Town.found(size.projects)
            await town.live(size.events)
            return await Template.read()


async def fill(to: Writer, wanted: list[Size], templates: dict[Size, Template]) -> None:
    """Write every municipality."""
    dice = Random(len(wanted))  # noqa: S311 - repeatable, not secret
    numbered = list(zip(range(len(wanted)), wanted, codes(), strict=False))
    for start in track(range(0, len(numbered), BATCH), "自治体 / municipalities", console=CONSOLE):
        towns: list[Stamped] = []
        edits: list[Editing] = []
        for n, size, code in numbered[start : start + BATCH]:
            town = templates[size.driven].stamp(dice)
            host = f"m{n + 1:04}.example" if len(wanted) > 1 else None
            town.set(Municipality, code=code, name=f"計測町{n + 1}", host=host)
            edits.append(Editing(town, size.events - len(town.tables[Event])))
            towns.append(town)
        for model in (m for m in TABLES if m not in {Event, EventHead}):
            await to.write(model, chain.from_iterable(town.tables[model] for town in towns))
        trees = [Growing(next(town.rows(Municipality))["id"]) for town in towns]
        entries = (
            tree.through(chain(town.tables[Event], edit.events(dice)))
            for tree, town, edit in zip(trees, towns, edits, strict=True)
        )
        await to.write(Event, chain.from_iterable(entries))
        await to.write(RecordTile, chain.from_iterable(tree.tiles() for tree in trees))
        for town, tree in zip(towns, trees, strict=True):
            town.set(EventHead, **tree.head())
            await to.write(EventHead, town.tables[EventHead])


async def run(url: str, wanted: list[Size], audited: int) -> None:
    """Generate, say how long it took, and replay some of the records."""
    began = time.monotonic()
    async with connected(url):
        if await Municipality.exists():
            raise typer.BadParameter("the database is not empty")
    templates = {size: await made(size) for size in {size.driven for size in wanted}}
    CONSOLE.print(f"{len(templates)} driven in {time.monotonic() - began:.0f} s")
    async with writer(url) as to:
        await fill(to, wanted, templates)
        CONSOLE.print(f"written after {time.monotonic() - began:.0f} s")
    CONSOLE.print(
        f"{sum(size.events for size in wanted)} events in {time.monotonic() - began:.0f} s"
    )
    async with connected(url, upgrade=False):
        for town in await Municipality.all().order_by("code").limit(audited):
            CONSOLE.print(town.code, await audit(town.id) or "audited: nothing is wrong")


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def main(
    database_url: Annotated[str, typer.Option(help="An empty database.")],
    municipalities: Annotated[int, typer.Option(min=1)] = 1,
    projects: Annotated[int, typer.Option(min=1, help="In all.")] = 46,
    events: Annotated[int, typer.Option(help="In all.")] = 1_000,
    *,
    events_in_one: Annotated[
        bool, typer.Option("--events-in-one", help="Nearly all in one municipality's record.")
    ] = False,
    audit: Annotated[int, typer.Option(min=0, help="How many records to replay at the end.")] = 1,
) -> None:
    """Make an installation of any size: 1,741 municipalities, 2 million events."""
    try:
        wanted = sizes(municipalities, projects, events, in_one=events_in_one)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    asyncio.run(run(database_url, wanted, audit))


if __name__ == "__main__":
    app()
