"""What is asked about a file of evidence, read from a request, and how it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from graphql import GraphQLFormattedError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from schema.answers import error_of
from schema.blockers import BlockerSource
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
    refusals.Forbidden: 403,
    refusals.NotFound: 404,
    refusals.InvalidInput: 422,
}
_CONFLICT: Final = 409
_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters by the names that errors call them by."""

    cycle: str
    part: str
    name: str
    note: str


def refused(
    status: int,
    code: str,
    texts: Texts,
    headers: Mapping[str, str] | None = None,
    **told: object,
) -> RefusedError:
    """Return a refusal with its message in Japanese and English, together and one by one."""
    error = RefusedError(status, code, " / ".join(texts), headers)
    error.errors[0]["extensions"] |= {"messages": in_each(texts), **told}
    return error


def with_messages(error: GraphQLFormattedError) -> GraphQLFormattedError:
    """Return an error with its message in each language, also where another part refused."""
    japanese, _, english = error["message"].partition(" / ")
    messages = in_each((japanese, english or japanese))
    return {**error, "extensions": {"messages": messages, **error["extensions"]}}


def in_each(texts: Texts) -> dict[str, str]:
    """Return a message by language."""
    return {"ja": texts[0], "en": texts[1]}


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
        texts = f"`part`: {some} のいずれかを指定してください", f"`part`: give one of {some}"
        raise refused(400, "BAD_REQUEST", texts, path=["part"])
    return SheetPart(part)


def _key(request: Request) -> UUID | None:
    key = request.headers.get("idempotency-key")
    try:
        return None if key is None else UUID(key)
    except ValueError:
        texts = "`Idempotency-Key`: UUIDを指定してください", "`Idempotency-Key`: give a UUID"
        raise refused(400, "BAD_REQUEST", texts, path=["idempotencyKey"]) from None


def check_head(request: Request, limit: int) -> int:
    """Return the size that a body says it has, or 1; refuse what is no plain file, or too large.

    Raises:
        RefusedError: 413 or 415.
    """
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(_FORMS) or "content-encoding" in request.headers:
        texts = (
            "ファイルそのものを本文として送ってください（フォームや圧縮は不可）",
            "Send the file itself as the body: no form, no compression",
        )
        raise refused(415, "UNSUPPORTED_MEDIA_TYPE", texts)
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isdecimal() else 1
    if size > limit:
        raise too_large(413, limit)
    return max(size, 1)


def done(outcome: Outcome, new: NewEvidence) -> tuple[Event | None, bool]:
    """Return an act's entry, where it has one, and whether an earlier request had done it.

    Raises:
        RefusedError: it was refused.
    """
    if isinstance(outcome, Refused):
        raise _told(outcome.refusal, new)
    if isinstance(outcome, Applied):
        return outcome.events[0], outcome.replayed
    return None, False


def _told(refusal: refusals.Refusal, new: NewEvidence) -> RefusedError:
    """Return a refusal as the API tells it: what is in the way, and which parameter is meant."""
    asked = Asked(cycle=str(new.cycle_id), part=str(new.part), name=new.name, note=new.note)
    error = error_of(refusal, asked)
    told: dict[str, Any] = {} if error.path is None else {"path": error.path}
    if isinstance(refusal, refusals.Blocked):
        told["blockedBy"] = [
            {
                "code": str(blocker.code),
                "message": in_each((blocker.message(), blocker.message(japanese=False))),
                "fields": BlockerSource(blocker, refusal.owner_id).fields,
            }
            for blocker in refusal.blockers
        ]
    if isinstance(refusal, refusals.NotSignedIn):
        return refused(401, "UNAUTHENTICATED", error.texts, _CHALLENGE, **told)
    status = _STATUS.get(type(refusal), _CONFLICT)
    return refused(status, error.code, error.texts, **told)


def disposition(name: str) -> str:
    """Return the header by which a browser saves a file under its name (RFC 6266, RFC 8187)."""
    plain = f"evidence{PurePath(name).suffix}" if name.isprintable() else "evidence"
    ascii_name = plain.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
