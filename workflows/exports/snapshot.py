"""What is kept for a copy when it is taken, a line each: read under the record's lock.

The first byte of a line says what it is: an earlier checkpoint, a row, a published value, names.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

from workflows import shown
from workflows.changes import RECORDED, Json, row_as_json
from workflows.exports.asked import CopyAsked, CopyFormat
from workflows.records import Checkpoint, Cycle, Department, Indicator, Person, Project, Row, Sheet
from workflows.sight import Sight

R = TypeVar("R", bound=Row)

CHECKPOINT: Final = b"c"
ROW: Final = b"r"
PUBLISHED: Final = b"p"
NAMES: Final = b"n"
_BATCH: Final = 500
_ANYBODY: Final = Sight(person_id=None)
"""What is published is disclosed, also by a town that lets nobody read who is not signed in."""


def sees_all(sight: Sight) -> bool:
    """Return whether somebody sees every entry whole, and so the tables too."""
    return all(sight.sees(what) for what in shown.RAW.values())


def snapshot(
    municipality_id: UUID, asked: CopyAsked, size: int, sight: Sight
) -> AsyncIterator[bytes]:
    """Return the lines that are kept for a copy of a record of some size."""
    if asked.format is not CopyFormat.JSONL:
        return _marked(NAMES, _names(municipality_id))
    if not asked.part.is_all:
        return _chained()
    notes = _marked(CHECKPOINT, _earlier_notes(municipality_id, size))
    if asked.disclosure:
        return _chained(notes, _marked(PUBLISHED, _published(municipality_id)))
    return _chained(notes, _marked(ROW, _rows(municipality_id))) if sees_all(sight) else notes


async def _chained(*parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        async for line in part:
            yield line


async def _marked(mark: bytes, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for line in lines:
        yield mark + line


def json_line(value: dict[str, Any]) -> bytes:
    """Return a line of a copy."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def digest_of(row_id: object, column: str, value: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return what a value in a column of a row is known by: short, since there are many."""
    text = orjson.dumps([str(row_id), column, value], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).digest()[:16]


async def pages(model: type[R], municipality_id: UUID) -> AsyncIterator[list[R]]:
    """Yield all rows of a table, by id, some hundreds at a time."""
    after = UUID(int=0)
    while page := await _page(model, municipality_id, after):
        yield page
        after = page[-1].id


async def _page(model: type[R], municipality_id: UUID, after: UUID) -> list[R]:
    rows = model.of(municipality_id).filter(id__gt=after)
    return await rows.order_by("id").limit(_BATCH)


async def _earlier_notes(municipality_id: UUID, size: int) -> AsyncIterator[bytes]:
    after = 0
    while (
        page := await Checkpoint.of(municipality_id)
        .filter(size__gt=after, size__lt=size)
        .order_by("size")
        .limit(_BATCH)
    ):
        for checkpoint in page:
            yield json_line({"type": "checkpoint", "note": checkpoint.note})
        after = page[-1].size


async def _rows(municipality_id: UUID) -> AsyncIterator[bytes]:
    for table, model in RECORDED.items():
        async for page in pages(model, municipality_id):
            for row in page:
                values = {k: v for k, v in row_as_json(row).items() if v is not None}
                told = {"type": "row", "table": table, "id": str(row.id), "values": values}
                yield json_line(told)


async def _published(municipality_id: UUID) -> AsyncIterator[bytes]:
    """Yield what sheets say that anybody may read, by row and, of sheets, by cycle."""
    async for sheets in pages(Sheet, municipality_id):
        stages = await _stages(municipality_id, [one.cycle_id for one in sheets])
        for sheet in sheets:
            told = shown.sheet(_ANYBODY, sheet, stages[sheet.cycle_id].stage, None)
            for column, value in row_as_json(told).items():
                yield _hexadecimal(sheet.id, column, value)
                yield _hexadecimal(sheet.cycle_id, column, value)
    async for indicators in pages(Indicator, municipality_id):
        stages = await _stages(municipality_id, [one.cycle_id for one in indicators])
        for one in indicators:
            measured = shown.indicator(_ANYBODY, one, stages[one.cycle_id].stage, None)
            for column, value in row_as_json(measured).items() if measured else ():
                yield _hexadecimal(one.id, column, value)


def _hexadecimal(row_id: UUID, column: str, value: Json) -> bytes:
    return digest_of(row_id, column, value).hex().encode() + b"\n"


async def _stages(municipality_id: UUID, cycle_ids: list[UUID]) -> dict[UUID, Cycle]:
    found = await Cycle.of(municipality_id).filter(id__in=sorted(set(cycle_ids)))
    return {cycle.id: cycle for cycle in found}


async def _names(municipality_id: UUID) -> AsyncIterator[bytes]:
    """Yield what people, departments and projects are called, by id."""
    async for people in pages(Person, municipality_id):
        yield json_line({str(person.id): [person.name] for person in people})
    async for departments in pages(Department, municipality_id):
        yield json_line({str(one.id): [one.name] for one in departments})
    async for projects in pages(Project, municipality_id):
        yield json_line({str(one.id): [one.code, one.title] for one in projects})
