"""What a mutation answers: what was done, that it would be, or a typed error that says why not.

Every error implements UserError, so `... on UserError { code message }` survives new ones.
"""

from typing import Annotated, Any, Final
from uuid import UUID

import strawberry
from graphql import GraphQLResolveInfo

from schema.blockers import Blocker
from schema.context import Info
from schema.cycles import Cycle
from schema.enums import LANG, Lang
from schema.history import HistoryEntry
from schema.nodes import field, plain
from schema.people import Department
from schema.projects import Project
from workflows import records, refusals
from workflows.records import Event
from workflows.stages import Role

Texts = tuple[str, str]


def _message(parent: strawberry.Parent["UserError"], lang: LANG = Lang.JA) -> str:
    return parent.texts[0 if lang is Lang.JA else 1]


@strawberry.interface(description="Why something was not done, and what to do about it.")
class UserError:
    """What every error has."""

    code: str = plain("For programs: the error's type, for instance REVISION_CONFLICT.")
    path: list[str] | None = plain(
        "From the input to the field that is meant, list positions included; null where none is."
    )
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
    if parent.expected > parent.current_revision:
        return []
    conflict = refusals.RevisionConflict(
        parent.expected, parent.current_revision, parent.project_id, parent.cycle_id
    )
    return await info.context.loaders.since(conflict)


@strawberry.type(description="It changed since the viewer read it; nothing was overwritten.")
class RevisionConflict(UserError):
    """Look at what happened, and try again with the current revision."""

    expected: int = plain("The revision that was given.")
    current_revision: int = plain("The revision it has now.")
    project_id: strawberry.Private[UUID]
    cycle_id: strawberry.Private[UUID | None]
    current_cycle = field(
        _current_cycle, Cycle | None, "The cycle as it is now; null where the project is meant."
    )
    current_project = field(_current_project, Project, "The project as it is now.")
    since = field(
        _since,
        list[HistoryEntry],
        "What happened to the project since that revision, earliest first; the last 100, as far "
        "as the viewer sees them.",
    )


@strawberry.type(description="The idempotency key was used before, with other input.")
class IdempotencyMismatch(UserError):
    """Make a new key for a new act."""

    sequence: int = plain("The entry that the key belongs to.")


@strawberry.type(
    description="Something changed since the preview: it is not what would be done any more."
)
class PreviewOutdated(UserError):
    """Look at a new preview."""

    current_preview: str = plain("The fingerprint of what would be done now.")


@strawberry.type(
    description="The record is not what its last checkpoint says any more: it was changed past the "
    "server. Nothing was signed."
)
class RecordDiverged(UserError):
    """Keep the machine as it is, and call the auditors."""

    tree_size: int | None = plain(
        "Of the checkpoint that says otherwise; null where the record contradicts itself."
    )


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
    IdempotencyMismatch,
)
"""Whatever act is asked for, it may be answered with these."""


def result(name: str, success: type, *more: type) -> Any:  # noqa: ANN401 - a union
    """Declare the union that a mutation answers with; `more` are errors of its own."""
    members: Any = success | Validated
    for error in (*ERRORS, *more):
        members |= error
    return Annotated[
        members, strawberry.union(name, description=f"{success.__name__}, or why not.")
    ]
