"""Who may do what through the API: a row for each mutation. The workflows decide by the same roles.

`meguru matrix` prints it, and a test holds every mutation against it: one without a row fails.
"""

from dataclasses import dataclass
from typing import Final

from workflows.authority import ROLES, Act
from workflows.stages import MOVES, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Who may; any one of these is enough."""

    roles: frozenset[Role] = frozenset()
    """Whoever holds one of these; STAFF and LEAD only in the department that owns the project, or
    that a rollout was offered to."""
    own: bool = False
    """Whoever is signed in, for what is their own."""
    anybody: bool = False
    """Also who is not signed in."""


_FIRE: Final = Right(roles=frozenset().union(*(move.roles for move in MOVES)))
_OWN: Final = Right(own=True)
_DOOR: Final = Right(anybody=True)

RIGHTS: Final[dict[str, Right]] = {
    "fireTransition": _FIRE,
    "fireTransitions": _FIRE,
    "editSheet": Right(roles=ROLES[Act.EDIT_SHEET] | ROLES[Act.EDIT_IMPROVEMENT]),
    "changeProjectStatus": Right(roles=ROLES[Act.CHANGE_STATUS]),
    "transferOwnership": Right(roles=ROLES[Act.TRANSFER_OWNERSHIP]),
    "correct": Right(roles=ROLES[Act.CORRECT]),
    "revisePlan": Right(roles=ROLES[Act.REVISE_PLAN]),
    "importPlan": Right(roles=ROLES[Act.LOAD_PLAN]),
    "proposeRollout": Right(roles=ROLES[Act.PROPOSE_ROLLOUT]),
    "answerRollout": Right(roles=ROLES[Act.ANSWER_ROLLOUT]),
    "registerPerson": Right(roles=ROLES[Act.REGISTER_PERSON]),
    "appoint": Right(roles=ROLES[Act.APPOINT]),
    "endAppointment": Right(roles=ROLES[Act.APPOINT]),
    "applyAppointments": Right(roles=ROLES[Act.APPOINT]),
    "delegate": Right(roles=ROLES[Act.DELEGATE]),
    "endDelegation": Right(roles=ROLES[Act.DELEGATE]),
    "issueCheckpoint": Right(roles=ROLES[Act.ISSUE_CHECKPOINT]),
    "addCosignature": Right(roles=ROLES[Act.ISSUE_CHECKPOINT]),
    "raiseFinding": Right(roles=ROLES[Act.RAISE_FINDING]),
    "answerFinding": Right(roles=ROLES[Act.ANSWER_FINDING]),
    "closeFinding": Right(roles=ROLES[Act.RAISE_FINDING]),
    "withdrawEvidence": Right(roles=ROLES[Act.ATTACH_EVIDENCE]),
    "comment": Right(roles=ROLES[Act.COMMENT]),
    "withdrawComment": Right(roles=ROLES[Act.WITHDRAW_COMMENT], own=True),
    "markNewsSeen": _OWN,
    "takeCopy": Right(roles=ROLES[Act.TAKE_COPY]),
    "redact": Right(roles=ROLES[Act.REDACT]),
    "signIn": _DOOR,
    "signOut": _DOOR,
    "acceptLink": _DOOR,
    "requestReset": _DOOR,
    "changePassword": _OWN,
    "beginSecondFactor": _OWN,
    "confirmSecondFactor": _OWN,
    "removeSecondFactor": _OWN,
    "newRecoveryCodes": _OWN,
    "endSession": Right(roles=ROLES[Act.MANAGE_ACCOUNTS], own=True),
    "endOtherSessions": _OWN,
    "createToken": _OWN,
    "revokeToken": Right(roles=ROLES[Act.MANAGE_ACCOUNTS], own=True),
    "issueLink": Right(roles=ROLES[Act.MANAGE_ACCOUNTS]),
    "disableAccount": Right(roles=ROLES[Act.MANAGE_ACCOUNTS]),
    "enableAccount": Right(roles=ROLES[Act.MANAGE_ACCOUNTS]),
    "changeLogin": Right(roles=ROLES[Act.MANAGE_ACCOUNTS]),
    "changeEmail": Right(roles=ROLES[Act.MANAGE_ACCOUNTS]),
}
"""Mutation to who may. A move's own roles are in `workflows.stages.MOVES`, an edit's by its part."""
