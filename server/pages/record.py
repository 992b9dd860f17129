"""The record's keys, checkpoints and proofs at plain URLs, for auditors' programs and for paper.

They are read by anybody, also where the town publishes nothing else: they hold sizes, times and
hashes, and keep the town honest by being kept elsewhere.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from server.graphql_http import request_id_of
from server.identity.door import address_of
from server.pages.asking import Asker
from server.pages.checkpoint_sheet import render
from workflows.checkpoints import (
    checkpoint_of_size,
    known_keys,
    latest_checkpoint,
    verifier_key,
)
from workflows.records import Checkpoint, Event, Municipality
from workflows.tree import consistency_proof, inclusion_proof

_STYLE: Final = (Path(__file__).parent / "checkpoint_sheet.css").read_bytes()
_LARGEST: Final = 2**53
_MINUTE: Final = "public, max-age=60"
"""For what changes when the next checkpoint is issued."""
_HOUR: Final = "public, max-age=3600"
"""For what stays, but for witnesses' lines that are added."""
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_NO_KEY: Final = "署名鍵はまだありません / There is no key yet"
_NO_CHECKPOINT: Final = "そのチェックポイントはありません / There is no such checkpoint"
_NOT_COVERED: Final = (
    "この番号の記録を含むチェックポイントはまだありません / No checkpoint covers this entry yet"
)
_LEAVES: Final = 1000
"""Of so many entries the leaves are told at once."""
Answer = Callable[[UUID, Request], Awaitable[Response]]


class RecordPages(Asker):
    """Answers about the record of the municipality that the request's host name means."""

    def routes(self) -> list[Route]:
        """Return the routes of the plain URLs."""
        checkpoint = "/record/checkpoint"
        answers: dict[str, Answer] = {
            "/record/key": _keys,
            checkpoint: _latest,
            f"{checkpoint}/{{size:int}}": _of_size,
            f"{checkpoint}/{{size:int}}/print": _printable,
            "/record/proof/{sequence:int}": _inclusion,
            "/record/consistency/{earlier:int}/{later:int}": _consistency,
            "/record/leaves/{first:int}": _leaves,
        }
        return [
            *(Route(path, partial(self._answer, answer)) for path, answer in answers.items()),
            Route("/record/print.css", _style),
        ]

    async def _answer(self, answer: Answer, request: Request) -> Response:
        viewer = await self.identity.anonymous(request)
        context = viewer.context(request_id_of(request))
        context.caller = f"{self.counted_as}:{address_of(request)}"
        self.execution.admit(context)
        if max(request.path_params.values(), default=0) > _LARGEST:
            return _nothing(_NO_CHECKPOINT)
        return await answer(viewer.municipality_id, request)


async def _style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _text(text: str, caching: str) -> Response:
    return PlainTextResponse(text, headers={"Cache-Control": caching})


def _nothing(message: str) -> Response:
    return PlainTextResponse(f"{message}\n", 404)


def _lines(hashes: Iterable[bytes]) -> str:
    return "".join(f"{b64encode(one).decode()}\n" for one in hashes)


async def _keys(municipality_id: UUID, _request: Request) -> Response:
    keys = await known_keys(municipality_id)
    lines = "".join(f"{verifier_key(key)}\n" for key in keys)
    return _text(lines, _MINUTE) if lines else _nothing(_NO_KEY)


async def _latest(municipality_id: UUID, _request: Request) -> Response:
    found = await latest_checkpoint(municipality_id)
    return _text(found.note, _MINUTE) if found else _nothing(_NO_CHECKPOINT)


async def _asked(municipality_id: UUID, request: Request) -> Checkpoint | None:
    return await checkpoint_of_size(municipality_id, request.path_params["size"])


async def _of_size(municipality_id: UUID, request: Request) -> Response:
    found = await _asked(municipality_id, request)
    return _text(found.note, _HOUR) if found else _nothing(_NO_CHECKPOINT)


async def _printable(municipality_id: UUID, request: Request) -> Response:
    found = await _asked(municipality_id, request)
    if found is None:
        return _nothing(_NO_CHECKPOINT)
    town = await Municipality.get(id=municipality_id)
    headers = {"Cache-Control": _HOUR, "Content-Security-Policy": _POLICY}
    return HTMLResponse(render(town, found), headers=headers)


async def _inclusion(municipality_id: UUID, request: Request) -> Response:
    """Answer in the form of C2SP tlog-proof, against the latest checkpoint."""
    sequence = request.path_params["sequence"]
    found = await latest_checkpoint(municipality_id)
    if found is None or not 1 <= sequence <= found.size:
        return _nothing(_NOT_COVERED)
    path = await inclusion_proof(municipality_id, sequence, found.size)
    head = f"c2sp.org/tlog-proof@v1\nindex {sequence - 1}\n"
    return _text(f"{head}{_lines(path)}\n{found.note}", _MINUTE)


async def _consistency(municipality_id: UUID, request: Request) -> Response:
    """Answer in the form in which witnesses are asked (C2SP tlog-witness, add-checkpoint)."""
    earlier, later = request.path_params["earlier"], request.path_params["later"]
    found = await checkpoint_of_size(municipality_id, later)
    if found is None or not 1 <= earlier <= later:
        return _nothing(_NO_CHECKPOINT)
    path = await consistency_proof(municipality_id, earlier, later)
    return _text(f"old {earlier}\n{_lines(path)}\n{found.note}", _HOUR)


async def _leaves(municipality_id: UUID, request: Request) -> Response:
    """Answer with numbers and leaves of what the latest checkpoint covers, from a number on.

    Whoever recomputes the tree needs the leaves of entries too that they may not read; proofs tell
    the same hashes.
    """
    first = request.path_params["first"]
    found = await latest_checkpoint(municipality_id)
    if found is None or not 1 <= first <= found.size:
        return _nothing(_NOT_COVERED)
    last = min(found.size, first + _LEAVES - 1)
    events = Event.of(municipality_id).filter(sequence__gte=first, sequence__lte=last)
    rows: Any = await events.order_by("sequence").values_list("sequence", "leaf_hash")
    return _text("".join(f"{number} {leaf}\n" for number, leaf in rows), _MINUTE)
