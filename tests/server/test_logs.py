"""The log, in a process of its own, since it is configured for the whole of one."""

import json
import subprocess
import sys

import pytest

from tests.server.processes import environment

SCRIPT = """
import logging, sys, structlog
from server.logs import configure
configure(sys.argv[1], sys.argv[2])
log = structlog.get_logger("server.example")

def fail():
    password = "hunter2"
    raise LookupError("見つかりません")

log.debug("of ours, in detail")
log.info("of ours", number=1, path="/a\\nforged")
try:
    fail()
except LookupError as error:
    log.error("bug", exc_info=error)
logging.getLogger("uvicorn.error").error("of a library: %s", "階上町")
logging.getLogger("tortoise.db_client").debug("SELECT 'hunter2'")
logging.getLogger("uvicorn.error").info("GET /?token=hunter2")
"""


def logged(log_format: str, level: str = "INFO") -> str:
    """Return what is logged on standard error; nothing goes to standard output."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT, log_format, level],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("log_format", ["json", "auto"])
def test_each_event_is_one_line_of_json(log_format: str) -> None:
    """Ours and the libraries' alike, Japanese as it is; so too where nobody looks at a terminal."""
    text = logged(log_format)
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["of ours", "bug", "of a library: 階上町"]
    assert {"timestamp", "level", "logger"} <= lines[0].keys()
    assert (lines[0]["number"], lines[0]["level"]) == (1, "info")
    assert "LookupError: 見つかりません" in lines[1]["exception"]
    assert "階上町" in text


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_people_sent_is_not_in_the_log(log_format: str) -> None:
    """No local variables in tracebacks, no details of libraries, even where ours are asked for."""
    text = logged(log_format, "DEBUG")
    assert "of ours, in detail" in text
    assert "見つかりません" in text
    assert "hunter2" not in text


def test_on_a_console_no_value_can_begin_a_line() -> None:
    """Line feeds are shown as such."""
    assert not any(line.startswith("forged") for line in logged("console").splitlines())
