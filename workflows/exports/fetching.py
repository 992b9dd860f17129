"""Fetching a copy: whether it still can be, and what it then consists of."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from workflows.exports.asked import CopyAsked, CopyFormat
from workflows.exports.jsonl import jsonl
from workflows.exports.kept import LASTS, KeptCopies, MissingCopyError
from workflows.exports.sights import sees_as_much, sight_of
from workflows.exports.table import table
from workflows.fiscal import day_of
from workflows.records import Event, EventKind, Export
from workflows.shown import whole
from workflows.sight import Sight


class UnavailableCode(StrEnum):
    """Why a copy can be fetched no more."""

    COPY_EXPIRED = "COPY_EXPIRED"
    COPY_OUTDATED = "COPY_OUTDATED"
    COPY_LOST = "COPY_LOST"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A copy can be fetched no more; another one has to be taken."""

    code: UnavailableCode

    def message(self, *, japanese: bool = True) -> str:
        """Return what happened and what to do."""
        return _MESSAGES[self.code][0 if japanese else 1]


_MESSAGES: Final = {
    UnavailableCode.COPY_EXPIRED: (
        "写しを受け取れる期間(7日間)が過ぎました。新しい写しを取ってください。",
        "A copy can be fetched for 7 days, and these are over. Take a new one.",
    ),
    UnavailableCode.COPY_OUTDATED: (
        "その後、記録の一部が消去されたか、閲覧できる範囲が狭まりました。新しい写しを取ってください。",
        "Since then something was removed from the record, or you see less of it. Take a new one.",
    ),
    UnavailableCode.COPY_LOST: (
        "写しの一部を保存したファイルが失われたか、変わっています。新しい写しを取ってください。",
        "A file that the copy needs is gone, or was changed. Take a new one.",
    ),
}


class OutdatedCopyError(Exception):
    """Something was removed from the record while a copy was being fetched."""


def expires_at(export: Export) -> dt.datetime:
    """Return until when a copy can be fetched."""
    return export.created_at + dt.timedelta(seconds=LASTS)


def file_name(export: Export) -> str:
    """Return what a copy is called when it is saved."""
    code, kind = export.asked["town"]["code"], export.asked["format"]
    ending = "jsonl" if kind == CopyFormat.JSONL else "csv"
    return f"meguru-{code}-{export.size}.{ending}"


async def available(
    export: Export, sight: Sight, now: dt.datetime, kept: KeptCopies
) -> Unavailable | None:
    """Return why a copy cannot be fetched by whoever sees so much now; None where it can."""
    if now >= expires_at(export):
        return Unavailable(UnavailableCode.COPY_EXPIRED)
    if not await sees_as_much(sight, export, day_of(now)) or await _is_outdated(export):
        return Unavailable(UnavailableCode.COPY_OUTDATED)
    try:
        await kept.check(export)
    except MissingCopyError:
        return Unavailable(UnavailableCode.COPY_LOST)
    return None


async def content(export: Export, note: str, kept: KeptCopies) -> AsyncIterator[bytes]:
    """Yield a copy, some hundreds of lines at a time; the same bytes whenever it is asked.

    `note` is the signed checkpoint of its size; a table has none.

    Raises:
        OutdatedCopyError: something was removed meanwhile; what was yielded has no end then.
    """
    asked, sight = CopyAsked.from_json(export.asked), sight_of(export)
    if asked.format is CopyFormat.JSONL:
        parts = jsonl(export, asked, sight, note, kept)
    else:
        parts = table(export, asked, sight, kept)
    held: bytes = b""
    async for part in parts:
        if held:
            yield held
        held = part
    if await _is_outdated(export):
        raise OutdatedCopyError(str(export.id))
    yield held


def known_count(export: Export) -> int | None:
    """Return how many entries a copy holds, where that is known without counting."""
    asked = CopyAsked.from_json(export.asked)
    is_complete = asked.format is CopyFormat.JSONL and asked.part.is_all
    return export.size if is_complete else None


async def entry_count(export: Export) -> int:
    """Return how many entries a copy holds."""
    if (known := known_count(export)) is not None:
        return known
    asked, sight = CopyAsked.from_json(export.asked), sight_of(export)
    held = whole(sight) if asked.format is CopyFormat.JSONL else Q()
    within = Event.of(export.municipality_id).filter(sequence__lte=export.size)
    return await sight.among(within).filter(asked.part.condition).filter(held).count()


async def outdated(municipality_id: UUID, redaction: int) -> list[Export]:
    """Return the copies of which an entry, by its sequence, has removed something."""
    earlier = Export.of(municipality_id).filter(size__lt=redaction)
    week = dt.timedelta(seconds=LASTS)
    return await earlier.filter(created_at__gt=dt.datetime.now(dt.UTC) - 2 * week)


async def _is_outdated(export: Export) -> bool:
    later = Event.of(export.municipality_id).filter(sequence__gt=export.size)
    return await later.filter(kind=EventKind.REDACTED).exists()
