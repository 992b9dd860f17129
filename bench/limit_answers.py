"""Rows of the hand-written statements, built into the answers that the API gives."""

import base64
from collections.abc import Sequence
from typing import Any, Final

import orjson

from bench.limit_sql import ENTRY_TYPES

Row = Sequence[Any]
PAGE: Final = 50


def answer(data: dict[str, Any]) -> bytes:
    """Return an answer as it is sent."""
    return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)


def board(rows: Sequence[Row]) -> bytes:
    """Build the board."""
    nodes = [
        {
            "id": r[0],
            "code": r[1],
            "title": r[2],
            "status": r[3],
            "stage": r[4],
            "department": {"id": r[5], "name": r[6]},
            "category": {"id": r[7], "code": r[8], "name": r[9]},
            "policy": {"id": r[10], "code": r[11], "name": r[12]},
            "currentCycle": {"id": r[13], "dueOn": r[14]},
        }
        for r in rows
    ]
    return answer({"projects": {"totalCount": len(nodes), "nodes": nodes}})


def detail(r: Row) -> bytes:
    """Build a project's page."""
    sheet = ("id", "goal", "schedule", "budgetYen", "activities", "spentYen", "grade",
             "gradeLabel", "issues", "improvement", "direction")  # fmt: skip
    project = {
        "id": r[0],
        "code": r[1],
        "title": r[2],
        "content": r[3],
        "expectedEffects": orjson.Fragment(r[4]),
        "status": r[5],
        "revision": r[6],
        "department": {"id": r[7], "name": r[8]},
        "group": {"id": r[9], "name": r[10]} if r[9] else None,
        "category": {"id": r[11], "code": r[12], "name": r[13]},
        "policy": {"id": r[14], "code": r[15], "name": r[16]},
        "currentCycle": {
            "id": r[17],
            "fiscalYear": r[18],
            "stage": r[19],
            "enteredStageAt": r[20],
            "dueOn": r[21],
            "revision": r[22],
            "sheet": dict(zip(sheet, r[23:34], strict=True)),
            "indicators": orjson.Fragment(r[34] or b"[]"),
        },
        "history": {"nodes": orjson.Fragment(r[35])},
    }
    return answer({"project": project})


def history(rows: Sequence[Row]) -> bytes:
    """Build a page of the record."""
    shown = rows[:PAGE]
    last = orjson.dumps(["history-", shown[-1][3]])
    info = {
        "hasNextPage": len(rows) > PAGE,
        "endCursor": base64.urlsafe_b64encode(last).decode().rstrip("="),
    }
    page = {"totalCount": rows[0][0], "pageInfo": info, "nodes": [entry(r) for r in shown]}
    return answer({"history": page})


def entry(r: Row) -> dict[str, Any]:
    """Build an entry of the record."""
    built = {
        "__typename": ENTRY_TYPES[r[1]],
        "id": r[2],
        "sequence": r[3],
        "recordedAt": r[4],
        "reason": r[5],
        "actor": {
            "role": r[6],
            "person": {"id": r[7], "name": r[8]} if r[7] else None,
            "department": {"id": r[9], "name": r[10]} if r[9] else None,
        },
        "project": {"id": r[11], "code": r[12], "title": r[13]} if r[11] else None,
    }
    if r[1] == "TRANSITION":
        built |= {"trigger": r[14], "from": r[15], "to": r[16]}
    return built
