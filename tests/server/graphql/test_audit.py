"""The audits of the npm package graphql-http, against a real port."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.server.npm import install, node

AUDIT = Path(__file__).parents[1] / "graphql_http_audit"


async def run(*command: str) -> str:
    """Run a command in the audit's folder and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=AUDIT, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0
    return output.decode()


@pytest.mark.parametrize("besides", ["", "text/event-stream"])
async def test_every_audit_passes(host: str, besides: str) -> None:
    """All 61 pass, whether or not each request takes an event stream besides."""
    await asyncio.to_thread(install, AUDIT)
    results: list[Any] = json.loads(
        await run(*node(), "audit.mjs", f"http://{host}/graphql", besides)
    )
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
