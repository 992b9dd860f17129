"""Rules of the house that neither a linter nor an import contract can hold."""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "schema", "server", "seed")


def test_only_the_database_module_connects() -> None:
    """Tortoise is initialised in one place, with the pragmas, timeouts and checks that belong to it."""
    connecting = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"Tortoise\.init|TortoiseContext|RegisterTortoise", path.read_text("utf-8"))
    }
    assert connecting == {"server/database.py"}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_has_no_other_package_called_schema(lock: str) -> None:
    """It would shadow our own; and every requirement is pinned with hashes."""
    text = (ROOT / lock).read_text("utf-8")
    names = re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)
    assert "schema" not in names
    assert text.count("--hash=sha256:") >= len(names) > 20


def test_the_containers_have_no_default_password() -> None:
    """Compose refuses to start where none is given, each time it is used."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert re.findall(r"\$\{POSTGRES_PASSWORD(.{2})", text) == [":?", ":?"]


def test_the_scripts_can_be_run() -> None:
    """As they stand, by their names."""
    scripts = [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"]
    assert len(scripts) >= 7
    assert all(os.access(script, os.X_OK) for script in scripts)
