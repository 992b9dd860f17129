"""`meguru doctor`: what an operator should know of an installation, and what to do about it."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

from server.cli.console import FAILED, OUT, settings_or_exit
from server.database import UnguardedRecordError, connected, pending_migrations
from server.keys import KeyFolder, is_at_hand
from server.settings import Settings
from workflows.checkpoints import current_key
from workflows.records import Evidence, Municipality
from workflows.replay import audit

_LEAST_SPACE: Final = 100_000_000
"""Bytes that should be free where the data is."""
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what is wrong with it (empty where nothing is), and what to do."""

    what: str
    wrong: str = ""
    advice: str = ""


def run() -> None:
    """Check everything, print it, and leave with 1 where something is wrong."""
    findings = asyncio.run(_collected(settings_or_exit()))
    for finding in findings:
        OUT.print(f"{'✗' if finding.wrong else '✓'} {finding.what}", markup=False)
        if finding.wrong:
            OUT.print(f"    {finding.wrong}\n    → {finding.advice}", style="red", markup=False)
    OUT.print(
        "  記録全体の検証は meguru verify / To verify all of the record: meguru verify",
        markup=False,
    )
    if any(finding.wrong for finding in findings):
        raise typer.Exit(FAILED)


async def _collected(settings: Settings) -> list[Finding]:
    return [finding async for finding in examine(settings)]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is found; what depends on something that is wrong is not looked at."""
    yield _disk(settings)
    what = f"データベース / Database: {settings.database_shown}"
    try:
        pending = await pending_migrations(settings.database)
    except Exception as error:  # noqa: BLE001 - each driver has its own
        advice = "DATABASE_URL と、データベースが動いていることを確かめる / Check DATABASE_URL"
        yield Finding(what, f"{type(error).__name__}: {error}", advice)
        return
    yield Finding(what)
    yield Finding(
        "データベースの構造 / Migrations",
        ", ".join(pending),
        "meguru serve か meguru seed を行う / Run meguru serve or meguru seed",
    )
    if pending:
        return
    try:
        async with connected(settings.database, upgrade=False):
            yield Finding("記録を守るトリガー / Triggers that guard the record")
            for municipality in await Municipality.all().order_by("code"):
                yield await _record(municipality)
                yield await _key(municipality, KeyFolder(settings.keys_folder))
            has_evidence = await Evidence.exists()
        yield await asyncio.to_thread(_evidence, settings.evidence_folder, has_evidence)
    except UnguardedRecordError as error:
        yield Finding(
            "記録を守るトリガー / Triggers that guard the record",
            str(error),
            "バックアップから戻し、誰が消したかを調べる / Restore a backup, find out who did it",
        )


async def _record(municipality: Municipality) -> Finding:
    mismatches = await audit(municipality.id)
    return Finding(
        f"記録と現在の値の一致 / Record and tables agree: {municipality.name}",
        "\n    ".join(f"{m.where}: {m.message}" for m in mismatches[:_SHOWN]),
        "記録を経ずに書き換えられている。バックアップと比べる"
        " / Something was written past the record: compare with a backup",
    )


async def _key(municipality: Municipality, folder: KeyFolder) -> Finding:
    what = f"署名鍵 / Signing key: {municipality.name}"
    key = await current_key(municipality.id)
    if key is None:  # the first start makes it
        return Finding(what)
    is_here = await asyncio.to_thread(is_at_hand, municipality, folder, key)
    return Finding(
        what,
        "" if is_here else f"{folder.path(municipality.code)}",
        "バックアップから戻すか、meguru key rotate --lost を行う"
        " / Restore the file from a backup, or run meguru key rotate --lost",
    )


def _evidence(folder: Path, has_evidence: bool) -> Finding:  # noqa: FBT001 - of a thread
    """Look at the folder; one that is not there is made with the first file."""
    what = f"証拠書類のフォルダー / Folder of evidence: {folder}"
    advice = "読み書きを許すか、MEGURU_EVIDENCE_DIR を変える / Allow reading and writing, or set it"
    if not folder.exists() and not has_evidence:
        return Finding(what)
    try:
        _ = next(folder.iterdir(), None)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"meguru")
    except OSError as error:
        return Finding(what, str(error.strerror), advice)
    return Finding(what)


def _disk(settings: Settings) -> Finding:
    what = f"データのフォルダー / Data folder: {settings.data_dir}"
    try:
        with tempfile.TemporaryFile(dir=settings.data_dir) as probe:
            probe.write(b"meguru")
    except OSError as error:
        advice = (
            "書き込みを許すか、MEGURU_DATA_DIR を変える / Allow writing, or set MEGURU_DATA_DIR"
        )
        return Finding(what, str(error.strerror), advice)
    free = shutil.disk_usage(settings.data_dir).free
    wrong = "" if free >= _LEAST_SPACE else f"空き / Free: {free // 1_000_000} MB"
    return Finding(what, wrong, "空きを作る / Make room")
