"""What a redaction (墨消し) would remove and what it would leave, asked before it is done."""

from typing import Annotated, Any, Final

import strawberry

from schema.answers import error_of
from schema.context import Info
from schema.costs import ACT
from schema.inputs import optional
from schema.nodes import field, plain
from schema.previewed import looking
from schema.redaction_told import LEFT, RedactionPart
from schema.redactions import EVERYWHERE, FILES, TARGETS, RedactionTargetInput, asked_of
from schema.results import Forbidden, InvalidInput, NotFound, NotSignedIn
from workflows import redaction
from workflows.changes import RECORDED

_LOOKED_FOR: Final = 500
"""What it costs to look for texts everywhere."""


@strawberry.input(description="Values that might be removed, as `redact` would be asked.")
class PreviewRedactionInput:
    """Nothing is written."""

    targets: list[RedactionTargetInput] | None = optional(TARGETS)
    everywhere: bool = strawberry.field(default=False, description=EVERYWHERE)
    evidence: list[strawberry.ID] | None = optional(FILES)


def _row_id(parent: strawberry.Parent[redaction.InRow]) -> strawberry.ID:
    return strawberry.ID(f"{RECORDED[parent.table].prefix}_{parent.row_id.hex}")


@strawberry.type(description="A row of a table that still holds what would go.")
class RedactionRow:
    """［消去］ would stand there."""

    subject_id = field(_row_id, strawberry.ID, "Whose row.")
    table: str = plain("In which table.")
    columns: list[str] = plain("Which of its columns.")


@strawberry.type(description="Evidence (証拠書類) that would lose its name and its note.")
class RedactionFile:
    """And its file, unless somebody else needs that."""

    evidence: strawberry.ID = plain("Which evidence.")
    deleted: bool = plain("Whether its file goes: not where other evidence is the same file.")


def _files(parent: strawberry.Parent[redaction.Preview]) -> list[RedactionFile]:
    return [
        RedactionFile(evidence=strawberry.ID(row.public_id), deleted=row.id not in parent.shared)
        for row in parent.evidence
    ]


@strawberry.type(description="What a redaction would remove, and what it would leave.")
class RedactionPreview:
    """Nothing was written."""

    entries: list[RedactionPart] = plain("Which values of which entries would go.")
    rows: list[RedactionRow] = plain("What would be overwritten in tables.")
    files = field(_files, list[RedactionFile], "What would become of the evidence.")
    left: list[RedactionPart] = plain(LEFT)
    left_count: int = plain("In how many entries there are such values.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether a preview is behind it."""
        return isinstance(obj, redaction.Preview)


PreviewRedactionAnswer = Annotated[
    RedactionPreview | NotSignedIn | Forbidden | NotFound | InvalidInput,
    strawberry.union("PreviewRedactionAnswer", description="The preview, or why there is none."),
]


async def preview_redaction(
    info: Info,
    input: Annotated[PreviewRedactionInput, strawberry.argument(description="Which.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Tell what a redaction would do."""
    info.context.charge(_LOOKED_FOR if input.everywhere else ACT)
    asked = asked_of(input.targets, input.evidence, everywhere=input.everywhere)
    found = await redaction.preview_redaction(looking(info, "previewRedaction"), asked)
    return found if isinstance(found, redaction.Preview) else error_of(found, input)
