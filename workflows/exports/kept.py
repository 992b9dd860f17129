"""What a copy needs beside the record, as it was when the copy was taken: a file for each, for a week.

Entries do not change; tables, names and checkpoints do. These are written down under the record's
lock, one line each, and read back when the copy is fetched.
"""

import asyncio
import gzip
import hashlib
import io
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from typing_extensions import Buffer, override

from workflows.records import Export

BATCH: Final = 500
"""Lines that are read at once."""
_DAYS: Final = 7
LASTS: Final = _DAYS * 86_400.0
"""Seconds for which a copy can be fetched."""
_WRITTEN: Final = 600.0
"""Seconds without a write after which nobody is writing a file any more."""
_ENDING: Final = ".gz"


class MissingCopyError(Exception):
    """The file of a copy is not there, or is not the one that was written."""


class KeptCopies:
    """The folder with the files; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, export: Export) -> Path:
        """Return where a copy's file is, or would be."""
        return self.folder / f"{export.municipality_id.hex}-{export.id.hex}{_ENDING}"

    async def keep(self, export: Export, lines: AsyncIterator[bytes]) -> str:
        """Write a copy's lines; return the file's SHA-256. It is durable once `secure` has returned."""
        await asyncio.to_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        path = self.path_of(export)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as raw:
                hashed = _Hashed(raw)
                with gzip.GzipFile("", "wb", 1, hashed, mtime=0) as file:
                    batch: list[bytes] = []
                    async for line in lines:
                        batch.append(line)
                        if len(batch) == BATCH:
                            await asyncio.to_thread(file.write, b"".join(batch))
                            batch.clear()
                    await asyncio.to_thread(file.write, b"".join(batch))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return hashed.sha256.hexdigest()

    async def secure(self, export: Export) -> None:
        """Have a copy's file survive a loss of power; it may be gone already."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(_sync, self.path_of(export))

    async def check(self, export: Export) -> None:
        """Hold a copy's file against what was written.

        Raises:
            MissingCopyError: it is not there, or another one.
        """
        try:
            found = await asyncio.to_thread(_sha256, self.path_of(export))
        except FileNotFoundError:
            raise MissingCopyError(str(export.id)) from None
        if found != export.asked["kept"]:
            raise MissingCopyError(str(export.id))

    async def lines(self, export: Export, mark: bytes) -> AsyncIterator[bytes]:
        """Yield the lines that begin with a mark, without it, some hundreds in memory at a time."""
        with await asyncio.to_thread(gzip.open, self.path_of(export), "rb") as file:
            marked = (line[len(mark) :] for line in file if line.startswith(mark))
            while batch := await asyncio.to_thread(_next, marked):
                for line in batch:
                    yield line

    def discard(self, export: Export) -> None:
        """Remove a copy's file, where it is there."""
        self.path_of(export).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove the files of copies that can be fetched no more, whoever's they are."""
        for path in self.folder.glob(f"*{_ENDING}"):
            _remove_older(path, time.time() - LASTS)

    async def sweep_unnamed(self) -> int:
        """Remove files that no copy is known to have, and return how many: a crash left them.

        A copy's row follows its file within seconds, so that only those are looked at that were not
        written to for minutes.
        """
        left = await asyncio.to_thread(self._unwritten)
        known = (
            await Export.filter(id__in=sorted(left)).values_list("id", flat=True) if left else ()
        )
        unnamed = left.keys() - set(known)
        for export_id in unnamed:
            left[export_id].unlink(missing_ok=True)
        return len(unnamed)

    def _unwritten(self) -> dict[UUID, Path]:
        """Return the files that nobody is writing, by the copy that they are named after."""
        found: dict[UUID, Path] = {}
        for path in self.folder.glob(f"*{_ENDING}"):
            with suppress(FileNotFoundError, ValueError):
                if path.stat().st_mtime < time.time() - _WRITTEN:
                    found[UUID(path.name.removesuffix(_ENDING).partition("-")[2])] = path
        return found


class _Hashed(io.RawIOBase):
    """Writes on to a file, and hashes what is written."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.file, self.sha256 = file, hashlib.sha256()

    @override
    def write(self, data: Buffer) -> int:
        self.sha256.update(data)
        return self.file.write(data)


def _sync(path: Path) -> None:
    for one, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(one, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _next(lines: Iterator[bytes]) -> list[bytes]:
    return list(islice(lines, BATCH))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_older(path: Path, moment: float) -> None:
    try:
        if path.stat().st_mtime < moment:
            path.unlink()
    except FileNotFoundError:
        return
