"""What the README and the guides show is what one gets."""

import json
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from graphql import parse, validate

from schema.api import SCHEMA
from schema.context import Context
from tests.server.processes import environment, served
from tests.town import Town
from workflows.machine import mermaid

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_diagram_is_the_machines() -> None:
    """The diagram is what `meguru diagram` prints."""
    assert _blocks("mermaid") == [mermaid()]


async def test_the_examples_answer_as_shown(town: Town) -> None:
    """The query and the mutation give exactly the answers beside them."""
    cycle = await town.cycle("1_02")
    variables = {"cycle": cycle.public_id, "key": str(uuid4())}
    answers = []
    for document in _blocks("graphql"):
        context = Context(
            municipality_id=town.id, person_id=town.people["lead"], request_id="readme"
        )
        result = await SCHEMA.execute(document, variables, context)
        assert not result.errors
        answers.append({"data": result.data})
    assert answers == [json.loads(block) for block in _blocks("json")]


def test_the_record_is_verified_as_shown(sqlite_town: str, tmp_path: Path) -> None:
    """The commands work as they stand, and the verifier says that nothing is wrong."""
    (commands,) = (block for block in _blocks("sh") if "meguru_verify" in block)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / "verifier").symlink_to(ROOT / "verifier")
    with served(tmp_path, DATABASE_URL=sqlite_town) as server:
        done = subprocess.run(  # noqa: S603 - what the README says
            ["/bin/bash", "-e", "-c", commands.replace("http://127.0.0.1:8000/", server.url)],
            cwd=tmp_path,
            env=environment(DATABASE_URL=sqlite_town),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is wrong." in done.stdout
    assert "No --key" not in done.stdout
    assert "No --checkpoint" not in done.stdout


@pytest.mark.parametrize("guide", ["docs/api.md", "docs/ja/audit.md"])
def test_every_document_in_a_guide_fits_the_schema(guide: str) -> None:
    """Those in GraphQL, and those inside what is to be posted."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    posted = [json.loads(block) for block in _blocks("json", text)]
    documents = _blocks("graphql", text) + [one["query"] for one in posted if "query" in one]
    assert len(documents) > 5
    for document in documents:
        assert validate(SCHEMA._schema, parse(document)) == [], document  # noqa: SLF001 - Strawberry has no other way


def _anchors(text: str) -> set[str]:
    """Return what the headings of a page can be reached by."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in headings}


def test_links_lead_somewhere() -> None:
    """To files that are there, and to headings in them."""
    pages = [ROOT / "README.md", ROOT / "verifier/README.md", *ROOT.glob("docs/**/*.md")]
    astray = []
    for page in pages:
        links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        for link in links:
            if link.startswith(("http:", "https:")):
                continue
            path, _, heading = link.partition("#")
            to = (page.parent / path).resolve() if path else page
            if not to.exists() or (heading and heading not in _anchors(to.read_text("utf-8"))):
                astray.append(f"{page.relative_to(ROOT)}: {link}")
    assert astray == []


def test_every_fault_is_explained_to_auditors() -> None:
    """The guide names those that the specification names."""
    specified = (ROOT / "docs/record.md").read_text(encoding="utf-8")
    guide = (ROOT / "docs/ja/audit.md").read_text(encoding="utf-8")
    rows = re.compile(r"^\| (`[A-Z_`, ]+`) \|", re.MULTILINE)
    names = [
        set(re.findall(r"[A-Z_]{5,}", " ".join(rows.findall(one)))) for one in (specified, guide)
    ]
    assert names[0] == names[1]
    assert len(names[0]) > 15
