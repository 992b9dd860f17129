"""What is asked about a file of evidence, read from a request, and how it is refused."""

from pathlib import PurePath
from typing import Final
from urllib.parse import quote
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request

from schema.answers import error_of
from schema.ids import optional_uuid_of, uuid_of
from server.graphql_errors import RefusedError
from server.graphql_request import too_large
from server.identity import ViewerContext
from workflows import records, refusals
from workflows.ledger import Applied, Outcome, Refused
from workflows.records import Event
from workflows.revise.evidence import NewEvidence
from workflows.stages import SheetPart
from workflows.unit import Request as ActRequest

_FORMS: Final = ("multipart/", "application/x-www-form-urlencoded")
_STATUS: Final[dict[type, int]] = {
    refusals.NotSignedIn: 401,
    refusals.Forbidden: 403,
    refusals.NotFound: 404,
    refusals.InvalidInput: 422,
}
_CONFLICT: Final = 409


def asked_of(request: Request, context: ViewerContext, room: int) -> tuple[ActRequest, NewEvidence]:
    """Return the act that a request asks for, and what the file is to be evidence of.

    Raises:
        RefusedError: 400, where a parameter cannot be what it claims to be.
    """
    given = request.query_params
    new = NewEvidence(
        cycle_id=uuid_of(given.get("cycle", ""), records.Cycle),
        part=_part(given),
        name=given.get("name", ""),
        note=given.get("note", ""),
        room=room,
    )
    act = ActRequest(
        municipality_id=context.municipality_id,
        act="attachEvidence",
        actor_id=context.person_id,
        credential=context.credential,
        on_behalf_of_id=optional_uuid_of(given.get("onBehalfOf"), records.Person),
        idempotency_key=_key(request),
        given={name: given.get(name, "") for name in ("cycle", "part", "name", "note")},
    )
    return act, new


def _part(given: QueryParams) -> SheetPart:
    part = given.get("part", "")
    if part not in SheetPart.__members__:
        some = ", ".join(SheetPart)
        message = f"`part`: {some} のいずれかを指定してください / Give one of {some}"
        raise RefusedError(400, "BAD_REQUEST", message)
    return SheetPart(part)


def _key(request: Request) -> UUID | None:
    key = request.headers.get("idempotency-key")
    try:
        return None if key is None else UUID(key)
    except ValueError:
        message = "`Idempotency-Key`: UUIDを指定してください / Give a UUID"
        raise RefusedError(400, "BAD_REQUEST", message) from None


def check_head(request: Request, limit: int) -> int:
    """Return the size that a body says it has, or 1; refuse what is no plain file, or too large.

    Raises:
        RefusedError: 413 or 415.
    """
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(_FORMS) or "content-encoding" in request.headers:
        message = (
            "ファイルそのものを本文として送ってください（フォームや圧縮は不可）"
            " / Send the file itself as the body: no form, no compression"
        )
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", message)
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isdecimal() else 1
    if size > limit:
        raise too_large(413, limit)
    return max(size, 1)


def done(outcome: Outcome) -> tuple[Event | None, bool]:
    """Return an act's entry, where it has one, and whether an earlier request had done it.

    Raises:
        RefusedError: it was refused.
    """
    if isinstance(outcome, Refused):
        error = error_of(outcome.refusal, None)
        status = _STATUS.get(type(outcome.refusal), _CONFLICT)
        raise RefusedError(status, error.code, " / ".join(error.texts))
    if isinstance(outcome, Applied):
        return outcome.events[0], outcome.replayed
    return None, False


def disposition(name: str) -> str:
    """Return the header by which a browser saves a file under its name (RFC 6266, RFC 8187)."""
    plain = f"evidence{PurePath(name).suffix}" if name.isprintable() else "evidence"
    ascii_name = plain.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
