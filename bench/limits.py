"""The limit: the same answers by one hand-written SQL statement behind a bare Starlette route.

No ORM, no GraphQL, no rules, nobody to recognise: what is left is the database, its driver,
building the answer and sending it. `uvicorn bench.limits:app` serves it; LIMIT_DATABASE_URL says
of what, LIMIT_CODE of which municipality.
"""

import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench import limit_answers, limit_sql
from bench.limit_databases import Database, connected
from workflows.fiscal import day_of

_LAST: Final = 2**63 - 1
_JSON: Final = "application/json"


class Limit:
    """What is served, of one municipality."""

    def __init__(self, database: Database, municipality_id: UUID) -> None:
        self.database, self.id = database, municipality_id
        dialect = database.dialect
        self.statements = {
            name: getattr(limit_sql, name)(dialect)
            for name in ("board", "detail", "history", "lock", "append", "move")
        }

    async def board(self, _request: Request) -> Response:
        """Answer with every project."""
        rows = await self.database.rows(self.statements["board"], self.id, _today())
        return Response(limit_answers.board(rows), media_type=_JSON)

    async def detail(self, request: Request) -> Response:
        """Answer with one project."""
        code = request.query_params["code"]
        (row,) = await self.database.rows(self.statements["detail"], self.id, _today(), code)
        return Response(limit_answers.detail(row), media_type=_JSON)

    async def history(self, request: Request) -> Response:
        """Answer with fifty entries before a sequence."""
        before = int(request.query_params.get("before", _LAST))
        rows = await self.database.rows(self.statements["history"], self.id, before)
        return Response(limit_answers.history(rows), media_type=_JSON)

    async def fire(self, request: Request) -> Response:
        """Move a cycle: the same rows are written as by the API, in one transaction."""
        asked: dict[str, Any] = orjson.loads(await request.body())
        now, event_id, key = dt.datetime.now(dt.UTC), uuid4(), uuid4()
        ids = [UUID(asked[name]) for name in ("person", "department", "project", "cycle")]
        person, department, project, cycle = ids
        trigger, source, target = asked["trigger"], asked["from"], asked["to"]
        revision = asked["revision"] + 1
        body = {"id": event_id, "recordedAt": now, "revision": revision, **asked}
        async with self.database.transaction() as transaction:
            (sequence,) = await transaction.row(self.statements["lock"], self.id, now)
            text = orjson.dumps({**body, "sequence": sequence}, option=orjson.OPT_SORT_KEYS)
            await transaction.row(
                self.statements["append"],
                *(self.id, event_id, sequence, now, person, "LEAD", department, project, cycle),
                *(department, trigger, source, target, revision, key, "0" * 64, text.decode()),
            )
            moved = await transaction.row(
                self.statements["move"],
                *(self.id, cycle, target, now, now.date(), trigger, source, sequence),
                asked["revision"],
            )
        status = 200 if moved else 409
        answer = {"stage": target, "revision": revision, "sequence": sequence}
        return Response(orjson.dumps(answer), status, media_type=_JSON)


async def bare(_request: Request) -> Response:
    """Answer with nothing: what the server and the client can do at all."""
    return Response(b'{"data":{"__typename":"Query"}}', media_type=_JSON)


def _today() -> dt.date:
    return day_of(dt.datetime.now(dt.UTC))


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    async with connected(os.environ["LIMIT_DATABASE_URL"]) as database:
        text = "SELECT id FROM municipalities WHERE code = ?1"
        text = text.replace("?", database.dialect.mark)
        ((found,),) = await database.rows(text, os.environ["LIMIT_CODE"])
        limit = Limit(database, UUID(str(found)))
        app.router.routes += [
            Route("/board", limit.board),
            Route("/detail", limit.detail),
            Route("/history", limit.history),
            Route("/fire", limit.fire, methods=["POST"]),
        ]
        yield


app = Starlette(routes=[Route("/bare", bare)], lifespan=_lifespan)
