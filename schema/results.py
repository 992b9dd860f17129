"""What a mutation answers: what was done, that it would be, or a typed error that says why not.

Every error implements UserError, so `... on UserError { code message }` survives new ones.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry
from graphql import GraphQLResolveInfo

from schema.blockers import Blocker, BlockerSource, api_path, code_of
from schema.context import Info
from schema.cycles import Cycle
from schema.enums import LANG, Lang
from schema.history import HistoryEntry
from schema.nodes import field, plain
from schema.people import Department
from schema.projects import Project
from workflows import ledger, records, refusals
from workflows.records import Event
from workflows.stages import Role

Texts = tuple[str, str]


def _message(parent: strawberry.Parent["UserError"], lang: LANG = Lang.JA) -> str:
    return parent.texts[0 if lang is Lang.JA else 1]


@strawberry.interface(description="Why something was not done, and what to do about it.")
class UserError:
    """What every error has."""

    code: str = plain("For programs: the error's type, for instance REVISION_CONFLICT.")
    path: list[str] | None = plain("The input field that is meant; null where none is.")
    texts: strawberry.Private[Texts]
    message = field(_message, str, "For people: what happened and what to do.")

    @classmethod
    def resolve_type(cls, obj: object, _info: GraphQLResolveInfo[Any], *_: object) -> str:
        """Return the name of the error's type."""
        return type(obj).__name__


@strawberry.type(description="Nobody is signed in. Nothing was recorded.")
class NotSignedIn(UserError):
    """Send a token."""


async def _required_in(
    parent: strawberry.Parent["Forbidden"], info: Info
) -> records.Department | None:
    return await info.context.loaders.row(records.Department, parent.department_id)


@strawberry.type(description="None of the viewer's appointments allows this.")
class Forbidden(UserError):
    """Ask somebody who may."""

    required_roles: list[Role] = plain("Any one of these would do.")
    department_id: strawberry.Private[UUID | None]
    required_department = field(
        _required_in, Department | None, "Where STAFF or LEAD would have to be held."
    )


@strawberry.type(description="There is no such thing.")
class NotFound(UserError):
    """`path` names the input field."""


@strawberry.type(description="A value cannot be what it claims to be.")
class InvalidInput(UserError):
    """`path` names the input field."""


@strawberry.type(description="Something is missing or in the way.")
class Blocked(UserError):
    """Everything in the way, at once."""

    blocked_by: list[Blocker] = plain("Everything in the way.")


async def _current_cycle(
    parent: strawberry.Parent["RevisionConflict"], info: Info
) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _current_project(
    parent: strawberry.Parent["RevisionConflict"], info: Info
) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


async def _since(parent: strawberry.Parent["RevisionConflict"], info: Info) -> list[Event]:
    events = Event.of(info.context.municipality_id).filter(revision__gt=parent.expected)
    if parent.cycle_id is not None:
        events = events.filter(cycle_id=parent.cycle_id)
    else:
        events = events.filter(project_id=parent.project_id, cycle_id__isnull=True)
    return await events.order_by("sequence").limit(100)


@strawberry.type(description="It changed since the viewer read it; nothing was overwritten.")
class RevisionConflict(UserError):
    """Look at what happened, and try again with the current revision."""

    expected: int = plain("The revision that was given.")
    current_revision: int = plain("The revision it has now.")
    project_id: strawberry.Private[UUID]
    cycle_id: strawberry.Private[UUID | None]
    cycle = field(_current_cycle, Cycle | None, "The cycle as it is now, where it is one.")
    project = field(_current_project, Project, "The project as it is now.")
    since = field(
        _since, list[HistoryEntry], "What happened since that revision, earliest first; up to 100."
    )


@strawberry.type(description="The idempotency key was used before, with other input.")
class IdempotencyMismatch(UserError):
    """Make a new key for a new act."""

    sequence: int = plain("The entry that the key belongs to.")


@strawberry.type(description="It would be done. Nothing was written (validateOnly).")
class Validated:
    """The answer to validateOnly."""

    ok: bool = plain("Always true.")


ERRORS: Final = (
    NotSignedIn,
    Forbidden,
    NotFound,
    InvalidInput,
    Blocked,
    RevisionConflict,
    IdempotencyMismatch,
)


def result(name: str, success: type) -> Any:  # noqa: ANN401 - a union
    """Declare the union that a mutation answers with."""
    members: Any = success | Validated
    for error in ERRORS:
        members |= error
    return Annotated[
        members, strawberry.union(name, description=f"{success.__name__}, or why not.")
    ]


async def respond(
    info: Info, outcome: ledger.Outcome, success: Callable[[Event, bool], Awaitable[object]]
) -> object:
    """Return an outcome as a member of the mutation's union.

    `success` is given the act's first event, and whether an earlier call had done it.
    """
    info.context.read_anew()
    match outcome:
        case ledger.Applied():
            return await success(outcome.events[0], outcome.replayed)
        case ledger.Validated():
            return Validated(ok=True)
        case ledger.Refused():
            return error_of(outcome.refusal)


def error_of(refusal: refusals.Refusal) -> UserError:  # noqa: PLR0911 - one for each type
    """Return a refusal as the API's error."""
    code = code_of(type(refusal).__name__)
    match refusal:
        case refusals.NotSignedIn():
            return NotSignedIn(code=code, path=None, texts=_NOT_SIGNED_IN)
        case refusals.Forbidden():
            roles = sorted(refusal.required_roles)
            return Forbidden(
                code=code,
                path=None,
                texts=_FORBIDDEN,
                required_roles=roles,
                department_id=refusal.department_id,
            )
        case refusals.NotFound():
            return NotFound(code=code, path=_path(refusal.path), texts=_NOT_FOUND)
        case refusals.InvalidInput():
            texts = (refusal.message_ja, refusal.message_en)
            return InvalidInput(code=code, path=_path(refusal.path), texts=texts)
        case refusals.RevisionConflict():
            return RevisionConflict(
                code=code,
                path=["expectedRevision"],
                texts=_CONFLICT,
                expected=refusal.expected,
                current_revision=refusal.current,
                project_id=refusal.project_id,
                cycle_id=refusal.cycle_id,
            )
        case refusals.IdempotencyMismatch():
            return IdempotencyMismatch(
                code=code, path=["idempotencyKey"], texts=_MISMATCH, sequence=refusal.sequence
            )
        case refusals.Blocked():
            return _blocked(refusal, code)


def _blocked(refusal: refusals.Blocked, code: str) -> Blocked:
    sources: list[Any] = [BlockerSource(b, refusal.owner_id) for b in refusal.blockers]
    texts = [(b.message(), b.message(japanese=False)) for b in refusal.blockers]
    return Blocked(
        code=code,
        path=None,
        texts=("\n".join(ja for ja, _ in texts), "\n".join(en for _, en in texts)),
        blocked_by=sources,
    )


def _path(path: str) -> list[str]:
    return api_path(path).split(".")


_NOT_SIGNED_IN: Final = ("サインインしてください。", "Sign in first.")
_FORBIDDEN: Final = (
    "この操作を行う権限がありません。権限を持つ職員に依頼してください。",
    "You are not appointed to do this. Ask somebody who is.",
)
_NOT_FOUND: Final = (
    "見つかりません。削除されたか、IDが正しくない可能性があります。",
    "There is no such thing. The id may be wrong.",
)
_CONFLICT: Final = (
    "ほかの職員が先に変更しました。変更内容を確認してから、もう一度実行してください。",
    "Somebody else changed it first. Look at what changed, then try again.",
)
_MISMATCH: Final = (
    "このキーは別の操作で使われています。新しいキーで実行してください。",
    "This key was used for another act. Use a new one.",
)
