"""The two verifiers as they are run: programs of their own, in two languages."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.server.npm import node

ROOT = Path(__file__).parents[2]
PYTHON = [sys.executable, "-I", str(ROOT / "verifier" / "meguru_verify.py")]
NODE = [*node(), str(Path(__file__).with_name("meguru_verify.mjs"))]


def run(command: list[str], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a verifier to its end."""
    return subprocess.run(  # noqa: S603 - our own programs
        [*command, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def told(command: list[str], *arguments: object) -> list[dict[str, Any]]:
    """Return the faults that a verifier tells of."""
    done = run(command, *arguments, "--json")
    assert done.returncode in {0, 1}, done.stderr
    faults: list[dict[str, Any]] = json.loads(done.stdout)["faults"]
    assert done.returncode == bool(faults)
    return faults


def names(command: list[str], *arguments: object) -> set[str]:
    """Return the names of the faults that a verifier tells of."""
    return {fault["name"] for fault in told(command, *arguments)}
