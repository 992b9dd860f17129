"""What the commands share: how they speak, how they fail, and how they come by the database."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Final, NoReturn, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from server.database import UnguardedRecordError, alone, connected
from server.settings import Settings, SettingsError, read_settings
from workflows.ledger import Applied, Outcome, Refused
from workflows.records import Municipality, Person
from workflows.refusals import InvalidInput

T = TypeVar("T")

_PIPED: Final = 200
"""Columns of a table where nobody looks at it on a terminal."""
OUT: Final = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPED)
ERR: Final = Console(stderr=True, highlight=False, soft_wrap=True)

FAILED: Final = 1
REFUSED: Final = 2
"""Exit code for input that cannot be used: nothing was done."""


def fail(japanese: str, english: str, code: int = FAILED) -> NoReturn:
    """Say what is wrong and what to do about it, and leave."""
    ERR.print(f"{japanese} / {english}", style="red", markup=False)
    raise typer.Exit(code)


def settings_or_exit(*, host: str | None = None, port: int | None = None) -> Settings:
    """Return the settings with their data folder made; leave with every fault where there is one."""
    try:
        settings = read_settings(host=host, port=port)
        settings.make_data_dir()
    except SettingsError as error:
        for line in error.lines:
            ERR.print(line, style="red", markup=False)
        raise typer.Exit(REFUSED) from None
    return settings


def local_url(settings: Settings) -> str:
    """Return the URL by which a browser on this machine reaches the server, were it running."""
    return f"http://127.0.0.1:{settings.port}"


def with_database(
    work: Callable[[], Awaitable[T]],
    settings: Settings,
    *,
    upgrade: bool = True,
    by_itself: bool = False,
) -> T:
    """Do some work with the database connected, and leave with a message where it cannot be.

    What is done by itself waits for, and keeps waiting, other processes' work of that sort.
    """

    async def run() -> T:
        async with AsyncExitStack() as stack:
            await _enter(stack, settings, upgrade=upgrade)
            if by_itself:
                await stack.enter_async_context(alone(settings.database))
            return await work()

    return asyncio.run(run())


async def _enter(stack: AsyncExitStack, settings: Settings, *, upgrade: bool) -> None:
    try:
        await stack.enter_async_context(connected(settings.database, upgrade=upgrade))
    except UnguardedRecordError as error:
        fail("記録を守るトリガーがありません", str(error))
    except Exception as error:  # noqa: BLE001 - each driver has its own; all mean the same here
        fail(
            f"データベース {settings.database_shown} を使えません。DATABASE_URL を確かめてください",
            f"The database cannot be used; check DATABASE_URL ({type(error).__name__}: {error})",
        )


async def town_of(code: str | None) -> Municipality:
    """Return the municipality with a code, or the only one there is; leave where neither is."""
    towns = await Municipality.all().order_by("code")
    found = [town for town in towns if code in {None, town.code}]
    if not towns:
        fail("計画がありません。先に meguru seed を", "There is no plan yet; first run meguru seed")
    if len(found) != 1:
        codes = "、".join(f"{town.code} {town.name}" for town in towns)
        fail(f"--town で選んでください: {codes}", "Choose one with --town", REFUSED)
    return found[0]


async def person_of(municipality_id: UUID, staff_number: str) -> Person:
    """Return the person with a staff number; leave where there is none."""
    person = await Person.of(municipality_id).get_or_none(staff_number=staff_number)
    if person is None:
        fail(
            f"職員番号 {staff_number} の職員はいません。meguru people で確かめてください",
            f"Nobody has the staff number {staff_number}; see meguru people",
            REFUSED,
        )
    return person


def table(key: str, *columns: str) -> Table:
    """Return a table whose first column is shown whole, and whose others are folded, not cut."""
    result = Table(box=None, pad_edge=False)
    result.add_column(key, no_wrap=True, overflow="ignore")
    for column in columns:
        result.add_column(column, overflow="fold")
    return result


def applied_or_exit(outcome: Outcome, japanese: str, english: str) -> None:
    """Leave, saying why, where an act was not done."""
    match outcome:
        case Applied():
            return
        case Refused(InvalidInput() as refusal):
            fail(refusal.message_ja, f"{refusal.path}: {refusal.message_en}", REFUSED)
        case _:
            fail(japanese, english, REFUSED)


def tell_diverged() -> NoReturn:
    """Leave, since the record is not what was signed of it."""
    fail(
        "記録が、署名済みのチェックポイントの内容と一致しません。署名しませんでした。"
        "サーバーをそのままの状態に保ち、監査委員に連絡してください(meguru verify)",
        "The record is not what its last checkpoint says, so nothing was signed. Keep the machine "
        "as it is, and call the auditors (meguru verify)",
    )


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, and nothing elsewhere; call what is given with done and total."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield tell
