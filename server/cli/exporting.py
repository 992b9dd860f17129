"""`meguru export`: a copy of the record into a file, as the operator at the console."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from server.cli.console import (
    OUT,
    REFUSED,
    applied_or_exit,
    bar,
    fail,
    settings_or_exit,
    tell_diverged,
    town_of,
    with_database,
)
from server.keys import KeyFolder, introduce
from server.settings import Settings
from workflows.checkpoints import Issued, is_diverged, issue_of_size
from workflows.exports import CopyAsked, CopyFormat, KeptCopies, Part, content, take_copy
from workflows.records import Department, Event, Export, Municipality, Project
from workflows.unit import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for."""

    file: Path
    format: CopyFormat
    project: str | None
    department: str | None
    fiscal_year: int | None
    disclosure: bool
    town: str | None


def run(wanted: Wanted) -> None:
    """Take a copy, and write it to a file that is not there yet."""
    if wanted.file.exists():
        fail(f"{wanted.file} は既にあります", f"{wanted.file} exists already", REFUSED)
    settings = settings_or_exit()
    size = with_database(lambda: _export(wanted, settings), settings)
    OUT.print(f"{wanted.file}: 記録{size}件まで / up to entry {size}", markup=False)


async def _export(wanted: Wanted, settings: Settings) -> int:
    town = await town_of(wanted.town)
    folder, kept = KeyFolder(settings.keys_folder), KeptCopies(settings.copies_folder)
    await introduce(town, folder, settings.origin_of(town.code))
    asked = CopyAsked(
        format=wanted.format, part=await _part(town, wanted), disclosure=wanted.disclosure
    )
    request = Request(municipality_id=town.id, act="takeCopy", at_console=True)
    outcome, export = await take_copy(request, asked, kept, folder)
    if is_diverged(outcome):
        tell_diverged()
    applied_or_exit(outcome, "写しを取れませんでした", "No copy was taken")
    if export is None:
        raise LookupError("a copy that was taken is there")
    try:
        with bar("写し / Copy") as tell:
            await _write(wanted.file, export, await _note(export, folder), kept, tell)
    finally:
        kept.discard(export)
    return int(export.size)


async def _part(town: Municipality, wanted: Wanted) -> Part:
    project_id: UUID | None = None
    department_id: UUID | None = None
    if wanted.project is not None:
        project = await Project.of(town.id).get_or_none(code=wanted.project)
        if project is None:
            fail(f"取組事業 {wanted.project} はありません", "There is no such project", REFUSED)
        project_id = project.id
    if wanted.department is not None:
        department = await Department.of(town.id).get_or_none(name=wanted.department)
        if department is None:
            fail(f"課 {wanted.department} はありません", "There is no such department", REFUSED)
        department_id = department.id
    return Part(project_id=project_id, department_id=department_id, fiscal_year=wanted.fiscal_year)


async def _note(export: Export, folder: KeyFolder) -> str:
    if export.asked["format"] != CopyFormat.JSONL:
        return ""
    issued = await issue_of_size(export.municipality_id, export.size, folder)
    if not isinstance(issued, Issued):
        fail("署名鍵がありません。meguru key show", "The signing key is missing: meguru key show")
    return issued.checkpoint.note


async def _write(
    file: Path, export: Export, note: str, kept: KeptCopies, tell: Callable[[int, int], None]
) -> None:
    """Write the copy beside its place, and put it there once it is whole."""
    part_of_it = file.with_name(f"{file.name}.part")
    total = await _count(export)
    done = 0
    try:
        with os.fdopen(
            os.open(part_of_it, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"
        ) as to:
            async for part in content(export, note, kept):
                to.write(part)
                done = min(total, done + part.count(b"\n"))
                tell(done, total)
            to.flush()
            os.fsync(to.fileno())
        part_of_it.replace(file)
    except OSError as error:
        fail(f"{file} に書けません", f"It cannot be written: {error.strerror or error}")
    finally:
        part_of_it.unlink(missing_ok=True)


async def _count(export: Export) -> int:
    asked = CopyAsked.from_json(export.asked)
    if asked.part.is_all:
        return int(export.size)
    events = Event.of(export.municipality_id).filter(asked.part.condition)
    return int(await events.filter(sequence__lte=export.size).count())
