"""`meguru verify`: the whole record where it stands, held against itself and what was kept."""

import asyncio
from pathlib import Path

import typer

from server.cli.console import (
    FAILED,
    OUT,
    REFUSED,
    bar,
    fail,
    settings_or_exit,
    town_of,
    with_database,
)
from workflows.notes import NoteError, VerifierKey
from workflows.records import Municipality
from workflows.verification import MEANINGS, FaultName, Given, Kept, Report, verify


def run(code: str | None, keys: list[Path], checkpoints: list[Path]) -> None:
    """Verify, print what is wrong, and leave with 1 where something is."""
    settings = settings_or_exit()
    given = Given(
        checkpoints=[_kept(path) for path in checkpoints],
        keys=[key for path in keys for key in _keys(path)],
        evidence=settings.evidence_folder,
    )

    async def work() -> tuple[Municipality, Report]:
        town = await town_of(code)
        with bar("検証 / Verifying") as tell:

            async def pause(done: int, total: int) -> None:
                tell(done, total)
                await asyncio.sleep(0)

            return town, await verify(town.id, given, pause=pause)

    try:
        found = with_database(work, settings, upgrade=False)
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a driver raises: nothing was found out
        japanese, english = MEANINGS[FaultName.UNREADABLE]
        fail(f"検証を終えられませんでした。{japanese}", f"Not verified. {english} ({error})")
    _print(*found)


def _print(town: Municipality, report: Report) -> None:
    for fault in report.faults:
        japanese, english = MEANINGS[fault.name]
        entry = f"記録{fault.sequence}番 / entry {fault.sequence} " if fault.sequence else ""
        OUT.print(f"✗ {fault.name}: {entry}{fault.about}", style="red", markup=False)
        OUT.print(f"    {japanese} / {english}", markup=False)
    if report.count > len(report.faults):
        more = report.count - len(report.faults)
        OUT.print(f"  ほかに{more}件 / and {more} more", style="red", markup=False)
    checked = f"{town.name}: 記録{report.checked}件 / {report.checked} entries"
    if report.tables_match is None:
        OUT.print("! 書き込みが続き、表は比べられませんでした / Tables were not compared: too busy")
    if report.count:
        OUT.print(f"✗ {checked}", style="red", markup=False)
        raise typer.Exit(FAILED)
    OUT.print(f"✓ {checked}", markup=False)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").rstrip() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} を読めません", f"{path} cannot be read: {error}", REFUSED)


def _kept(path: Path) -> Kept:
    try:
        return Kept.parse(_text(path), path.name)
    except NoteError as error:
        fail(f"{path} はチェックポイントではありません", f"{path}: {error}", REFUSED)


def _keys(path: Path) -> list[VerifierKey]:
    try:
        return [VerifierKey.parse(line) for line in _text(path).split()]
    except NoteError as error:
        fail(f"{path} は検証用の公開鍵ではありません", f"{path}: {error}", REFUSED)
