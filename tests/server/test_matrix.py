"""The printed matrix, and the page that shows it."""

from pathlib import Path

from typer.testing import CliRunner

from server.cli import app
from server.cli.matrix import text
from workflows.authority import Act
from workflows.readings import Reading
from workflows.records import EventKind
from workflows.stages import Trigger

PAGE = Path(__file__).parent.parent.parent / "docs" / "authorisation.md"


def test_the_page_shows_what_is_printed() -> None:
    """`meguru matrix` prints the tables, and the docs end with just these."""
    printed = CliRunner().invoke(app, ["matrix"])
    assert printed.exit_code == 0
    assert printed.output == text()
    assert PAGE.read_text(encoding="utf-8").endswith(text())


def test_every_row_of_the_tables_is_printed() -> None:
    """Each reading, kind of entry, move and deed has one line that begins with it."""
    begins = [line.split(" | ")[0] for line in text().splitlines()]
    for table in (Reading, EventKind, Trigger, Act):
        for member in table:
            assert f"| `{member}`" in begins
    assert "| `fireTransition`" in begins
