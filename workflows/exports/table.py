"""A copy as a table (CSV) for spreadsheets: one line an entry, as far as its reader sees it.

It proves nothing; who wants to verify takes JSON lines.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

import orjson

from workflows import shown
from workflows.changes import Json
from workflows.exports.asked import CopyAsked, CopyFormat
from workflows.exports.encoding import Encoder
from workflows.exports.jsonl import batches
from workflows.exports.kept import KeptCopies
from workflows.exports.snapshot import NAMES
from workflows.exports.words import COLUMNS, KINDS, TABLES
from workflows.fiscal import TOKYO
from workflows.labels import label
from workflows.records import Authority, Event, Export
from workflows.sight import Sight

HEADINGS: Final = (
    *("記録番号", "日時", "効力発生日時", "種類", "取組番号", "取組名", "課", "職員", "役割"),
    *("権限", "きっかけ", "前の段階", "後の段階", "理由", "変更", "訂正・取消しの対象", "ハッシュ"),
)
_AUTHORITIES: Final = {
    Authority.OWN: "本人",
    Authority.ON_BEHALF: "代決",
    Authority.CONSOLE: "管理者の端末",
    Authority.DOOR: "サインイン前",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""With one of these at its beginning a cell is a formula to some spreadsheets."""
_LONGEST: Final = 32_000
"""Characters that fit in a spreadsheet's cell."""
_MORE: Final = "…(以下省略)"
_TIME: Final = "%Y-%m-%d %H:%M:%S"

Names = Mapping[str, list[str]]


async def table(
    export: Export, asked: CopyAsked, sight: Sight, kept: KeptCopies
) -> AsyncIterator[bytes]:
    """Yield a table, many lines at a time, and at its end what its encoding has no characters for."""
    encoder = Encoder(is_cp932=asked.format is CopyFormat.CSV_CP932)
    yield encoder.mark + encoder.encoded(0, rows_as_csv([HEADINGS]))
    names: dict[str, list[str]] = {}
    async for line in kept.lines(export, NAMES):
        names |= orjson.loads(line)
    async for events in batches(export, asked):
        seen = shown.entries(sight, events)
        lines = ((e.sequence, rows_as_csv([_cells(e, names)])) for e in seen)
        yield b"".join(encoder.encoded(sequence, line) for sequence, line in lines)
    if encoder.replacements:
        yield rows_as_csv(encoder.replaced()).encode(encoder.name)


def rows_as_csv(rows: Iterable[Iterable[str]]) -> str:
    """Return lines of a table; nothing in it is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell as no spreadsheet takes it for a formula, and as fits into one."""
    kept = cell if len(cell) <= _LONGEST else cell[:_LONGEST] + _MORE
    return f"'{kept}" if kept.startswith(_FORMULA) else kept


def _cells(event: Event, names: Names) -> list[str]:
    def name(row_id: object, place: int = 0) -> str:
        found = names.get(str(row_id), [])
        return found[place] if place < len(found) else ""

    document = event.document
    department_id = event.owner_id or event.actor_department_id
    person, principal = name(event.actor_id), name(event.on_behalf_of_id)
    return [
        str(event.sequence),
        event.recorded_at.astimezone(TOKYO).strftime(_TIME),
        event.effective_at.astimezone(TOKYO).strftime(_TIME) if event.effective_at else "",
        KINDS[event.kind],
        name(event.project_id),
        name(event.project_id, 1),
        name(department_id),
        f"{person}({principal}の代決)" if principal else person,
        label(event.actor_role) if event.actor_role else "",
        _AUTHORITIES[event.authority],
        label(event.trigger) if event.trigger else "",
        label(event.source) if event.source else "",
        label(event.target) if event.target else "",
        str(document["reason"] or ""),
        "\n".join(_told(change, names) for change in document["changes"] if _words(change)),
        str(event.refers_to or ""),
        str(event.leaf_hash),
    ]


def _words(change: Mapping[str, Any]) -> list[str]:
    return [column for column in change["after"] if column in COLUMNS]


def _told(change: Mapping[str, Any], names: Names) -> str:
    """Return a change of a row as people read it: before and after, column by column."""
    before = change.get("before")
    told = [
        f"{COLUMNS[column]}「{_text(change['after'][column], names)}」"
        if before is None
        else f"{COLUMNS[column]}「{_text(before.get(column), names)}」→"
        f"「{_text(change['after'][column], names)}」"
        for column in _words(change)
        if before is not None or change["after"][column] not in (None, "", [])
    ]
    return f"{TABLES[change['table']]}: {'、'.join(told)}"


def _text(value: Json, names: Names) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "はい" if value else "いいえ"
        case list():
            return "、".join(_text(item, names) for item in value)
        case str() if value in names:
            return names[value][-1]
        case _:
            return str(value)
