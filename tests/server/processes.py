"""Real processes of `meguru`, each in an environment of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

MEGURU = Path(sys.executable).with_name("meguru")


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment with no setting of Meguru in it but those given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEGURU_", "DATABASE_URL"))}
    return {**kept, "COLUMNS": "200", "NO_COLOR": "1", **settings}


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a folder of its own."""
    return subprocess.run(  # noqa: S603 - our own command
        [str(MEGURU), *arguments],
        cwd=cwd,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass
class Served:
    """A server that runs, what it printed when it was ready, and its log."""

    process: subprocess.Popen[str]
    url: str
    printed: str
    log: Path

    @property
    def host(self) -> str:
        """The host and port."""
        return self.url.removeprefix("http://").rstrip("/")

    def logged(self) -> list[dict[str, Any]]:
        """Return the lines of the log so far."""
        *whole, _ = self.log.read_text("utf-8").split("\n")
        return [json.loads(line) for line in whole]

    def line(self, **expected: object) -> dict[str, Any]:
        """Return the last line of the log with these values; it may come just after an answer."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for line in reversed(self.logged()):
                if expected.items() <= line.items():
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no line with {expected} in {self.logged()}")

    def ask(self, query: str, token: str | None = None, **variables: Any) -> httpx.Response:  # noqa: ANN401 - JSON
        """Send a GraphQL request."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables}
        return httpx.post(f"{self.url}graphql", json=body, headers=headers, timeout=20)

    def stop(self, patience: float = 20.0) -> float:
        """Ask it to stop, and return how many seconds it took."""
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(patience)
        return time.perf_counter() - began


@contextmanager
def served(folder: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """Serve on a free port, with JSON lines in a log, until the block ends."""
    log = folder / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [str(MEGURU), "serve", "--port", "0", *arguments],
            cwd=folder,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    try:
        printed = ""
        while "Ctrl+C" not in printed:
            line = process.stdout.readline()
            assert line, f"it did not start:\n{printed}{log.read_text('utf-8')}"
            printed += line
        url = printed.partition("Meguru")[2].split()[0]
        yield Served(process, url, printed, log)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
