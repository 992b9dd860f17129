"""The two servers, each a process of its own with one worker, as an installation would run it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

ROOT: Final = Path(__file__).parent.parent
HOST: Final = "127.0.0.1"
_PATIENCE: Final = 60.0
_UNHINDERED: Final = {
    f"MEGURU_{name}_{whose}": "1000000000"
    for name in ("RATE", "COST", "STREAMS")
    for whose in ("PERSON", "ADDRESS")
}
"""Rates are counted as ever, but nobody is turned away."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered."""

    pid: int
    port: int
    started_in: float
    """Seconds from the start of the process to its first answer."""

    def resident_bytes(self) -> int:
        """Return how much memory it takes now."""
        statm = Path(f"/proc/{self.pid}/statm")
        if statm.exists():
            return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        asked = ["ps", "-o", "rss=", "-p", str(self.pid)]
        told = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own
        return int(told.stdout) * 1024


@contextmanager
def api(database_url: str, first: bytes) -> Iterator[Server]:
    """Run Meguru as `meguru serve` does, until the block ends; `first` is what it is asked first."""
    command = [str(Path(sys.executable).with_name("meguru")), "serve"]
    with _running(command, "/graphql", first, DATABASE_URL=database_url, **_UNHINDERED) as server:
        yield server


@contextmanager
def limit(database_url: str, code: str) -> Iterator[Server]:
    """Run the hand-written routes, until the block ends."""
    command = [sys.executable, "-m", "uvicorn", "bench.limits:app", "--no-access-log"]
    command += ["--log-level", "warning", "--http", "httptools", "--loop", "uvloop"]
    given = {"LIMIT_DATABASE_URL": database_url, "LIMIT_CODE": code}
    with _running(command, "/board", None, **given) as server:
        yield server


@contextmanager
def _running(command: list[str], path: str, body: bytes | None, **given: str) -> Iterator[Server]:
    port = _free_port()
    left_out = ("MEGURU_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    with tempfile.TemporaryFile() as told:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", str(port)],
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT), **given},
            stdout=told,
            stderr=told,
        )
        try:
            _first_answer(process, f"http://{HOST}:{port}{path}", body, began)
            yield Server(process.pid, port, time.perf_counter() - began)
        except Exception as error:
            told.seek(0)
            error.add_note(told.read().decode()[-4_000:])
            raise
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _first_answer(
    process: "subprocess.Popen[bytes]", url: str, body: bytes | None, began: float
) -> None:
    """Ask until there is an answer.

    Raises:
        RuntimeError: the process ended, or there was none in a minute.
    """
    headers = {"Content-Type": "application/json"}
    method = "POST" if body else "GET"
    while time.perf_counter() - began < _PATIENCE and process.poll() is None:
        try:
            answer = httpx.request(method, url, content=body, headers=headers, timeout=_PATIENCE)
        except httpx.ConnectError:
            time.sleep(0.005)
            continue
        answer.raise_for_status()
        return
    raise RuntimeError(f"{url} did not answer")
