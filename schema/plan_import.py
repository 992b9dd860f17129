"""A later text of the plan: previewed, then taken over. The process knows who reads such texts."""

from typing import Annotated, Any, Final

import strawberry

from schema.answers import error_of, respond
from schema.blockers import code_of
from schema.context import Info
from schema.costs import SCAN
from schema.errors import ClientError
from schema.inputs import ActInput, request
from schema.nodes import plain
from schema.plan_import_results import PlanImported, PlanTextRefused
from schema.planned_text import PlanPreview, PlanTexts
from schema.previewed import by_fingerprint, looking
from schema.results import (
    Forbidden,
    InvalidInput,
    NotSignedIn,
)
from workflows.ledger import Applied, Refused
from workflows.records import Event, EventKind
from workflows.refusals import Refusal

_TEXT: Final = (
    "The plan's text, whole: a cover, numbered sections, and tables between bars, as `meguru seed` "
    "takes it."
)


@strawberry.input(description="A text to look at.")
class PreviewPlanInput:
    """What would be taken over."""

    text: str = plain(_TEXT)


@strawberry.input(description="A text that was looked at.")
class ImportPlanInput(ActInput):
    """The same as was previewed."""

    text: str = plain(_TEXT)
    expected_preview: str = plain("The `sha256` of the preview that the viewer saw.")


PreviewPlanAnswer = Annotated[
    PlanPreview | NotSignedIn | Forbidden | InvalidInput,
    strawberry.union("PreviewPlanAnswer", description="The preview, or why there is none."),
]


def _reader(info: Info) -> PlanTexts:
    if info.context.plan_texts is None:
        raise ClientError(
            "PLAN_TEXTS_UNAVAILABLE",
            "ここでは計画の文書を読めません。 / No plan texts are read here.",
        )
    info.context.charge(SCAN)
    return info.context.plan_texts


async def preview_plan(
    info: Info,
    input: Annotated[PreviewPlanInput, strawberry.argument(description="The text.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Tell what a text would lead to."""
    found = await _reader(info).preview(looking(info, "previewPlan"), input.text)
    return found if isinstance(found, PlanPreview) else error_of(found, input)


async def import_plan(
    info: Info,
    input: Annotated[ImportPlanInput, strawberry.argument(description="The text.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Take over a text that was previewed."""
    # What became of the text is in the entries.
    asked = by_fingerprint(request(info, "importPlan", input), "text", input.text)
    outcome, found = await _reader(info).take_over(asked, input.text, input.expected_preview)
    events = outcome.events if isinstance(outcome, Applied) else ()
    if isinstance(outcome, Refused) and found and (found.problems or found.blocked_by):
        info.context.read_anew()
        return _refused(outcome.refusal, found)

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        kinds = [one.kind for one in events]
        entry: Any = event
        plan: Any = await info.context.loaders.plan()
        return PlanImported(
            plan=plan,
            added_count=kinds.count(EventKind.PROJECT_ADDED),
            changed_count=kinds.count(EventKind.PROJECT_CHANGED),
            entry=entry,
            replayed=replayed,
        )

    return await respond(info, input, outcome, success)


def _refused(refusal: Refusal, found: PlanPreview) -> PlanTextRefused:
    texts = (getattr(refusal, "message_ja", ""), getattr(refusal, "message_en", ""))
    return PlanTextRefused(
        code=code_of(PlanTextRefused.__name__),
        path=["text"],
        texts=texts,
        problems=found.problems,
        problem_count=found.problem_count,
        obstacles=found.blocked_by,
    )
