"""Copies of the record (写し): taken here, fetched at their own URL."""

import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from schema.acts import REPLAYED
from schema.answers import respond
from schema.context import Info
from schema.copied_part import CopiedPart, copied_part
from schema.costs import SCAN
from schema.errors import ClientError
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of
from schema.inputs import ActInput, given_or_none, optional, request
from schema.nodes import Node, backed_by, field, plain
from schema.results import RecordDiverged, result
from workflows import records
from workflows.exports import (
    CopyAsked,
    CopyFormat,
    Part,
    entry_count,
    expires_at,
    known_count,
    take_copy,
)
from workflows.records import Event, Export

PATH: Final = "/record/copies"
"""Beneath which copies are fetched."""
Parent = strawberry.Parent[Export]


def _url(parent: Parent) -> str:
    return f"{PATH}/{parent.public_id}"


def _format(parent: Parent) -> CopyFormat:
    return CopyAsked.from_json(parent.asked).format


def _disclosure(parent: Parent) -> bool:
    return CopyAsked.from_json(parent.asked).disclosure


def _part(parent: Parent) -> CopiedPart:
    return copied_part(CopyAsked.from_json(parent.asked).part)


def _expires_at(parent: Parent) -> dt.datetime:
    return expires_at(parent)


async def _entry_count(parent: Parent, info: Info) -> int:
    if (known := known_count(parent)) is not None:
        return known
    info.context.charge(SCAN)
    counted = ("entries of a copy", parent.id)
    return await info.context.loaders.once(counted, lambda: entry_count(parent))


@strawberry.type(description="A copy of the record (写し), or of a part of it.")
class Copy(Node):
    """Made when it is fetched; always the same. Nobody but its taker is told of it."""

    is_type_of = backed_by(Export, "Copy")
    url = field(_url, str, "Where whoever took it, and nobody else, fetches it.")
    format = field(_format, CopyFormat, "How it is written.")
    disclosure = field(_disclosure, bool, "Whether it holds published words alone (情報公開用).")
    part = field(_part, CopiedPart, "Which part of the record it holds.")
    size: int = plain("Up to which entry it goes: the one that tells of the copy.", name="treeSize")
    entry_count = field(
        _entry_count,
        int,
        "How many entries it holds, for who wants to show how far a download has come. The header "
        "`X-Entry-Count` says the same.",
    )
    created_at: dt.datetime = plain("When it was taken.", name="takenAt")
    expires_at = field(_expires_at, dt.datetime, "Until when it can be fetched.")


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


TakeCopyResult = result("TakeCopyResult", CopyMade, RecordDiverged)


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
        request(info, "takeCopy", input),
        _asked(input),
        info.context.copies,
        info.context.signing.ring,
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of `respond`
        entry: Any = event
        copy: Any = export
        if export is None:
            raise LookupError(f"the copy of entry {event.sequence} is gone")
        return CopyMade(copy=copy, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


def _asked(source: TakeCopyInput) -> CopyAsked:
    part = Part(
        project_id=optional_uuid_of(source.project, records.Project),
        department_id=optional_uuid_of(source.department, records.Department),
        fiscal_year=given_or_none(source.fiscal_year),
    )
    disclosure = bool(given_or_none(source.disclosure))
    return CopyAsked(format=source.format, part=part, disclosure=disclosure)
