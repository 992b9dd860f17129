"""The matrix of acting: each viewer, each mutation, on the own, another's and a missing object.

What should come of it is worked out from `schema.rights`, `stages.MOVES` and who is appointed to
what, and held against what is answered. A new mutation fails here until it has a row in `RIGHTS`
and either a case in `cases` or, where what it is about is the viewer's own, a line in `ELSEWHERE`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from schema.rights import RIGHTS, Right
from tests.schema.asking import Answer, context, execute, key
from tests.schema.conftest import Towns
from tests.schema.documents import BUILT
from tests.schema.oracle import VIEWERS, Viewer
from tests.schema.valid import prepare, valid_inputs
from tests.schema.verbs import VERBS, Desk
from workflows.authority import Scope
from workflows.records import Event
from workflows.stages import MOVES, SCOPED_ROLES, Role, Trigger

OURS, THEIRS = "町民生活課", "税務課"
OBJECT: Final = {
    **dict.fromkeys(("fireTransition", "editSheet", "proposeRollout"), "cycle"),
    **dict.fromkeys(("changeProjectStatus", "transferOwnership"), "project"),
    "answerRollout": "rollout",
    "correct": "sequence",
    "endAppointment": "appointment",
    "endDelegation": "delegation",
    **dict.fromkeys(("answerFinding", "closeFinding"), "finding"),
    "raiseFinding": "project",
    "withdrawEvidence": "evidence",
    "comment": "project",
    "withdrawComment": "comment",
    "takeCopy": "department",
}
"""The input that names what a verb is about."""
ROLE_FIRST: Final = {"endAppointment", "endDelegation", "raiseFinding", "closeFinding"}
"""Verbs that are for one role wherever: who has it not is not told whether there is such a thing."""
ELSEWHERE: Final = {
    **dict.fromkeys(("signIn", "signOut", "acceptLink", "requestReset"), "tests/server"),
    **dict.fromkeys(
        (
            *("changePassword", "beginSecondFactor", "confirmSecondFactor", "removeSecondFactor"),
            *("newRecoveryCodes", "endSession", "endOtherSessions", "createToken", "revokeToken"),
            *("issueLink", "disableAccount", "enableAccount", "changeLogin", "changeEmail"),
        ),
        "tests/workflows/accounts",
    ),
    **dict.fromkeys(("issueCheckpoint", "addCosignature"), "tests/schema/test_proofs.py"),
    "markNewsSeen": "tests/schema/test_news.py",
    "fireTransitions": "tests/schema/test_several.py: each as fireTransition",
}
"""Mutations about sign-in and the own account, and where they are tested."""
COUNTED: Final[dict[Scope, set[Role]]] = {
    Scope.READ: set(),
    Scope.WRITE: {Role.STAFF, Role.LEAD, Role.OFFICE},
    Scope.AUDIT: {Role.AUDITOR},
    Scope.ADMIN: {Role.ADMIN},
}
"""The roles in which a token of each scope acts."""


@dataclass(frozen=True)
class Case:
    """One thing to try: a verb with its input, and whose what it is about is."""

    verb: str
    given: Answer
    owner: str | None
    right: Right
    missing: bool = False


def acting(viewer: Viewer) -> list[tuple[Role, str | None]]:
    """Return the roles in which a viewer acts, and where they are held."""
    held = replace(viewer, scope=None).held
    return [one for one in held if viewer.scope is None or one[0] in COUNTED[viewer.scope]]


def is_allowed(viewer: Viewer, case: Case) -> bool:
    """Return whether one of a viewer's roles is enough, or that the comment is their own."""
    is_own = case.verb == "withdrawComment" and viewer.who == "staff"
    return (is_own and bool(acting(viewer))) or any(
        role in case.right.roles and (role not in SCOPED_ROLES or department == case.owner)
        for role, department in acting(viewer)
    )


def oversees(viewer: Viewer, case: Case) -> bool:
    """Return whether a viewer, as they act, sees the findings and the evidence of a department.

    The auditor raised them, and sees those however little a token lets them do.
    """
    return (case.verb == "answerFinding" and viewer.who == "auditor") or any(
        role in {Role.OFFICE, Role.AUDITOR} or (role in SCOPED_ROLES and where == case.owner)
        for role, where in acting(viewer)
    )


def expected(viewer: Viewer, case: Case) -> set[str]:
    """Return the errors of which exactly one should come, or none where it is allowed."""
    if viewer.who is None:
        return {"NotSignedIn"}
    allowed = is_allowed(viewer, case)
    if case.missing:
        return {"NotFound"} if allowed or case.verb not in ROLE_FIRST else {"Forbidden"}
    if case.verb in {"answerFinding", "withdrawEvidence", "withdrawComment"} and not oversees(
        viewer, case
    ):
        return {"NotFound"}  # and of no finding or evidence, unless by who oversees them
    if case.verb == "answerRollout" and not acting(viewer):
        return {"NotFound"}  # whoever acts in no role is told of no offers
    return set() if allowed else {"Forbidden"}


async def cases(desk: Desk) -> list[Case]:
    """Return what to try: each verb, each trigger, each part of a sheet."""
    inputs = await valid_inputs(desk)
    inputs["correct"] = {k: v for k, v in inputs["correct"].items() if k in {"sequence", "reason"}}
    inputs["correct"]["statement"] = "達成度はB"
    other = await desk.town.project("1_06")
    theirs = {"cycle": f"cyc_{other.current_cycle_id.hex}", "project": other.public_id}
    opened = await Event.of(desk.town.id).get(project_id=other.id, kind="PROJECT_ADDED")
    theirs["sequence"] = opened.sequence  # type: ignore[assignment] # a number
    found = []
    for verb, given in inputs.items():
        right = RIGHTS[verb]
        name = OBJECT.get(verb)
        owner = THEIRS if verb == "answerRollout" else OURS
        found.append(Case(verb, given, owner, right))
        if name in theirs:
            found.append(Case(verb, {**given, name: theirs[name]}, THEIRS, right))
        if name is not None:
            none = 10**6 if name == "sequence" else f"{given[name][:4]}{uuid4().hex}"
            found.append(Case(verb, {**given, name: none}, None, right, missing=True))
    return [one for case in found for one in variants(case)]


def variants(case: Case) -> list[Case]:
    """Return a case for each trigger or part, with the roles that are said for it alone."""
    if case.verb == "fireTransition":
        base = {k: v for k, v in case.given.items() if k != "report"}
        return [
            replace(
                case,
                given={**base, "trigger": trigger, "reason": "理由"},
                right=Right(
                    roles=frozenset().union(*(m.roles for m in MOVES if m.trigger is trigger))
                ),
            )
            for trigger in Trigger
        ]
    if case.verb == "editSheet":
        own = RIGHTS["editSheet"].roles - {Role.OFFICE}
        improved = {**case.given, "part": {"improvement": {"improvement": "広報"}}}
        return [replace(case, right=Right(roles=own)), replace(case, given=improved)]
    return [case]


async def tried(desk: Desk, viewer: Viewer, case: Case) -> Answer:
    """Return what a verb answers that is only tried."""
    asked = await context(desk.town, viewer.who, credential=viewer.credential)
    given = {"idempotencyKey": key(), "validateOnly": True, **case.given}
    data, errors = await execute(asked, VERBS[case.verb], {"input": given})
    assert not errors, (viewer, case, errors)
    answer: Answer = data[case.verb]
    return answer


def test_every_mutation_has_a_row() -> None:
    """Each mutation of the SDL is in `RIGHTS`, and is tried here or in a place that is named."""
    assert BUILT.mutation_type
    assert RIGHTS.keys() == BUILT.mutation_type.fields.keys()
    assert RIGHTS.keys() == VERBS.keys() | ELSEWHERE.keys()
    for verb, right in RIGHTS.items():
        assert bool(right.roles) or right.own or right.anybody, verb


async def test_every_verb_by_every_viewer(towns: Towns, tell: Callable[[str], None]) -> None:
    """Allowed where a role is enough, and refused otherwise, before anything else is told."""
    desk = await prepare(towns.large)
    everything, size = await cases(desk), await desk.town.size()
    told: dict[str, set[str]] = {}
    for viewer in VIEWERS:
        for case in everything:
            answer = await tried(desk, viewer, case)
            wanted, came = expected(viewer, case), answer["__typename"]
            refused = {came} & {"NotSignedIn", "Forbidden"}
            if case.missing or not is_allowed(viewer, case):
                refused |= {came} & {"NotFound"}
            assert refused == wanted, (viewer, case, answer)
            told.setdefault(came, set()).add(case.verb)
            if case.missing and came == "NotFound":
                assert answer["path"] == [OBJECT[case.verb]]
    assert {"NotSignedIn", "Forbidden", "NotFound", "Validated"} <= told.keys()
    assert await desk.town.size() == size
    tell(f"{len(VIEWERS) * len(everything):,} cases: acts of every viewer")
