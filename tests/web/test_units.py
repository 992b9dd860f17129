"""The front end's own unit tests, run by Vitest."""

import subprocess
from pathlib import Path

from tests.server.npm import node

WEB = Path(__file__).parents[2] / "web"


def test_vitest() -> None:
    """Merging of two versions, sorting of work, event streams: each with its own cases."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*node(), "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"],
        cwd=WEB,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
