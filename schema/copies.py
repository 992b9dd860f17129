"""Copies of the record (写し): taken here, fetched at their own URL."""

import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from schema.acts import REPLAYED
from schema.answers import respond
from schema.context import Info
from schema.errors import ClientError
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of
from schema.inputs import ActInput, given_or_none, optional, request
from schema.nodes import plain
from schema.results import result
from workflows import records
from workflows.checkpoints import issue_of_size
from workflows.exports import CopyAsked, CopyFormat, Part, expires_at, take_copy
from workflows.ledger import now
from workflows.records import Event, Export

PATH: Final = "/record/copies"
"""Beneath which copies are fetched."""
_MOST: Final = 100


@strawberry.type(description="A copy of the record (写し), or of a part of it.")
class Copy:
    """Made when it is fetched; always the same."""

    id: strawberry.ID = plain("Opaque.")
    url: str = plain("Where whoever took it, and nobody else, fetches it.")
    format: CopyFormat = plain("How it is written.")
    disclosure: bool = plain("Whether it holds published words alone (情報公開用).")
    size: int = plain("Up to which entry it goes: the one that tells of the copy.")
    taken_at: dt.datetime = plain("When it was taken.")
    expires_at: dt.datetime = plain("Until when it can be fetched.")


@strawberry.input(description="A copy of the record, or of one part of it.")
class TakeCopyInput(ActInput):
    """A project, a department or a fiscal year; without any of them, all."""

    format: CopyFormat = plain(
        "JSONL, which can be verified, is for the office, auditors and admins; it holds the tables "
        "too where all of it is taken by who sees everything. Tables are for everybody: staff and "
        "leads take those of their own department and its projects."
    )
    project: strawberry.ID | None = optional("Only what is about this project.")
    department: strawberry.ID | None = optional("Only what is about what this department owned.")
    fiscal_year: int | None = optional("Only what was recorded in this fiscal year, Japan's time.")
    disclosure: bool | None = optional(
        "情報公開用: all entries, so that it can be verified, but published words alone; JSONL, for "
        "the office."
    )


@strawberry.type(description="The copy was taken.")
class CopyMade:
    """Fetch it at its URL."""

    copy: Copy = plain("The copy.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


TakeCopyResult = result("TakeCopyResult", CopyMade)


async def take(
    info: Info,
    input: Annotated[TakeCopyInput, strawberry.argument(description="Of what, and how.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Take a copy of the record."""
    if info.context.copies is None:
        raise ClientError(
            "COPIES_UNAVAILABLE", "ここでは写しを取れません。 / No copies can be taken here."
        )
    outcome, export = await take_copy(
        request(info, "takeCopy", input), _asked(input), info.context.copies
    )
    if export is not None and input.format is CopyFormat.JSONL:
        # As long as the key that signs this size is there; whoever fetches it asks again.
        _ = await issue_of_size(export.municipality_id, export.size, info.context.signing.ring)

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of `respond`
        entry: Any = event
        if export is None:
            raise LookupError(f"the copy of entry {event.sequence} is gone")
        return CopyMade(copy=_copy(export), entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


def _asked(source: TakeCopyInput) -> CopyAsked:
    part = Part(
        project_id=optional_uuid_of(source.project, records.Project),
        department_id=optional_uuid_of(source.department, records.Department),
        fiscal_year=given_or_none(source.fiscal_year),
    )
    disclosure = bool(given_or_none(source.disclosure))
    return CopyAsked(format=source.format, part=part, disclosure=disclosure)


def _copy(export: Export) -> Copy:
    asked = CopyAsked.from_json(export.asked)
    return Copy(
        id=strawberry.ID(export.public_id),
        url=f"{PATH}/{export.public_id}",
        format=asked.format,
        disclosure=asked.disclosure,
        size=export.size,
        taken_at=export.created_at,
        expires_at=expires_at(export),
    )


async def copies(info: Info) -> list[Copy]:
    """Return the viewer's own copies that can be fetched, the latest first."""
    rows = info.context.loaders.rows(Export)
    mine = rows.filter(person_id=info.context.person_id).order_by("-created_at").limit(_MOST)
    found = await info.context.loaders.once("copies", lambda: mine)
    return [_copy(export) for export in found if now() < expires_at(export)]
