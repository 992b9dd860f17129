"""Where the files of evidence (証拠書類) are kept: a folder, in which each is named by its SHA-256.

Two uploads of the same content share one file, whichever towns they are of. A file is there, whole
and on the disk, before the record speaks of it; what a crash leaves behind is swept away later.
"""

import hashlib
import math
import os
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

DAY: Final = 86_400.0
"""Seconds for which what nothing speaks of is left alone: an upload may be under way."""
_INCOMING: Final = "incoming-"
_DIGITS: Final = 64


class ChangedFileError(Exception):
    """A file is not what its name says."""


class Incoming:
    """A file that is being received, hashed on the way; gone with its block unless it was kept."""

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._folder = folder
        self._hash = hashlib.sha256()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{_INCOMING}{uuid4().hex}"
        self.path.touch(mode=0o600, exist_ok=False)
        self._file = self.path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """The hash of what has come so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, part: bytes) -> None:
        """Take the next part."""
        self._file.write(part)
        self._hash.update(part)
        self.size += len(part)

    def flush(self) -> None:
        """Have all that has come be read by others."""
        self._file.flush()

    def keep(self) -> None:
        """Put the file in its place, durably; one of the same content is replaced by it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.path.replace(self._folder / self.sha256)
        _sync(self._folder)


class EvidenceFiles:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Return where a file is, if it is there."""
        return self.folder / sha256

    def receive(self) -> Incoming:
        """Begin to receive a file."""
        return Incoming(self.folder)

    def read(self, sha256: str) -> bytes:
        """Return a file whose content was held against its name.

        Raises:
            FileNotFoundError: it is not there.
            ChangedFileError: it is not what its name says.
        """
        content = self.path_of(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ChangedFileError(sha256)
        return content

    def there(self, names: Iterable[str], before: float = math.inf) -> list[str]:
        """Return which of the files are there, and came before a moment."""
        return [name for name in names if _came_before(self.folder / name, before)]

    def discard(self, name: str, before: float = math.inf) -> bool:
        """Remove a file for good, if it came before a moment; return whether it was there and did.

        Whoever asks has seen that nothing needs it, under the locks of all records.
        """
        path = self.folder / name
        if not _came_before(path, before):
            return False
        path.unlink(missing_ok=True)
        _sync(self.folder)
        return True

    def old(self) -> list[str]:
        """Return the names of files that are there for a day: such as uploads cut short left."""
        if not self.folder.is_dir():
            return []
        moment = time.time() - DAY
        ours = filter(_is_ours, self.folder.iterdir())
        return [path.name for path in ours if _came_before(path, moment)]


def _is_ours(path: Path) -> bool:
    is_hash = len(path.name) == _DIGITS and set(path.name) <= set("0123456789abcdef")
    return is_hash or path.name.startswith(_INCOMING)


def _came_before(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    """Have a folder's names survive a power cut, where the system lets folders be synced."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
