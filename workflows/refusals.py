"""Every way an act can be refused. A refusal is a value; only bugs are exceptions.

Refusal
├── NotSignedIn          nobody is known to be asking
├── Forbidden            the person's appointments do not allow it
├── NotFound             there is no such thing in this municipality
├── InvalidInput         a value cannot be what it claims to be
├── RevisionConflict     somebody else was faster
├── IdempotencyMismatch  the key was used for another act
├── PreviewOutdated      what was previewed is not what would be done any more
├── FindingChanged       a finding was answered or closed since
├── RecordDiverged       the record is not what its last checkpoint says any more
└── Blocked              something is missing; each Blocker says what, and who can resolve it
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from workflows.blockers import Blocker, BlockerCode
from workflows.stages import FindingStatus, Role


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Nobody is known to be asking."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """None of the person's appointments on that day allows the act."""

    required_roles: frozenset[Role]
    """Any one of these would do."""
    department_id: UUID | None = None
    """Where STAFF or LEAD would have to be appointed."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such thing in this municipality."""

    path: str
    """The input field that names it."""


@dataclass(frozen=True, slots=True)
class InvalidInput:
    """A value cannot be what it claims to be."""

    path: str
    message_ja: str
    message_en: str


@dataclass(frozen=True, slots=True)
class RevisionConflict:
    """The cycle, or else the project, changed since the caller read it."""

    expected: int
    current: int
    project_id: UUID
    cycle_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class IdempotencyMismatch:
    """The key was used before, for another act or with other input."""

    sequence: int
    """The event that the key belongs to."""


@dataclass(frozen=True, slots=True)
class PreviewOutdated:
    """Something changed since the preview: what was looked at is not what would be done."""

    expected: str
    current: str
    """Fingerprints of what was previewed, and of what would be done now."""


@dataclass(frozen=True, slots=True)
class FindingChanged:
    """A finding was answered since the caller read it, or it is closed: for good."""

    finding_id: UUID
    expected: FindingStatus
    status: FindingStatus


@dataclass(frozen=True, slots=True)
class RecordDiverged:
    """The record does not begin with what was signed of it: it is not signed again."""

    size: int | None
    """Of the checkpoint that says otherwise; None where the record contradicts itself."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something is missing or in the way."""

    blockers: tuple[Blocker, ...]
    owner_id: UUID | None = None
    """The department whose STAFF and LEAD are meant."""


Refusal = (
    NotSignedIn
    | Forbidden
    | NotFound
    | InvalidInput
    | RevisionConflict
    | IdempotencyMismatch
    | PreviewOutdated
    | FindingChanged
    | RecordDiverged
    | Blocked
)


def blocked(code: BlockerCode, *fields: str, by: Iterable[Role] = ()) -> Blocked:
    """Return a refusal with one blocker."""
    return Blocked((Blocker(code, fields, frozenset(by)),))


class Refuse(Exception):  # noqa: N818 - it carries a refusal, which is no error
    """Ends an act from within; the ledger turns it into the refusal it carries."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal: Refusal = refusal
