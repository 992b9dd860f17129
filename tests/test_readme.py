"""What the README shows is what one gets."""

import json
import re
from pathlib import Path
from uuid import uuid4

from schema.api import SCHEMA
from schema.context import Context
from tests.town import Town
from workflows.machine import mermaid

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


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
