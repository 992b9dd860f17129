"""What operators are told names things that there are."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from server.cli import app
from server.settings import Settings, variable_of

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    name: (ROOT / "docs" / name).read_text("utf-8") for name in ("operations.md", "security.md")
}
VARIABLES = {variable_of(name, field) for name, field in Settings.model_fields.items()}


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings."""
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_that_is_named_is_one(document: str) -> None:
    """A name that was changed or misspelt keeps the server from starting."""
    named = set(re.findall(r"\b(?:MEGURU_[A-Z_]+|DATABASE_URL)\b", DOCUMENTS[document]))
    assert named
    assert named <= VARIABLES


def test_every_setting_of_identity_is_explained() -> None:
    """So is what trusts proxies and host names."""
    text = "".join(DOCUMENTS.values())
    about = [
        v for v in VARIABLES if v.startswith(("MEGURU_OIDC", "MEGURU_PROXY", "MEGURU_TRUSTED"))
    ]
    assert len(about) == 9
    assert all(variable in text for variable in about)


def test_every_command_that_is_named_is_one() -> None:
    """With its options."""
    commands = get_command(app).commands  # type: ignore[attr-defined] - it is a group
    for line in re.findall(r"`meguru ([^`]+)`", "".join(DOCUMENTS.values())):
        words = line.split()
        command = commands[words[0]]
        if hasattr(command, "commands") and len(words) > 1 and words[1].islower():
            command = command.commands[words[1].rstrip(",")]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    """To a file that is there, and a heading in it."""
    for target in re.findall(r"\]\(([^)]+)\)", DOCUMENTS[document]):
        path, _, anchor = target.partition("#")
        file = (ROOT / "docs" / path) if path else ROOT / "docs" / document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text("utf-8")), target


def test_every_test_that_is_named_is_there() -> None:
    """A defence that is claimed points to where it is shown."""
    folder = ROOT / "tests"
    names = set(re.findall(r"`((?:[a-z]+/)*test_\w+\.py)`", DOCUMENTS["security.md"]))
    assert len(names) > 10
    for name in names:
        assert list(folder.rglob(name)), name
