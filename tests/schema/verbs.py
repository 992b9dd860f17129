"""Every mutation with a selection of all that it answers, and a desk to act from."""

from dataclasses import dataclass
from typing import Any, Final

from tests.schema.asking import Answer, ask, key
from tests.town import OWN, Town
from workflows.records import Department, Person

_ERRORS: Final = """
fragment Error on UserError {
  code path message en: message(lang: EN)
  ... on Forbidden { requiredRoles requiredDepartment { name } }
  ... on Blocked { blockedBy { code fields message en: message(lang: EN) resolvableBy { name } } }
  ... on RevisionConflict {
    expected currentRevision currentCycle { id revision stage } currentProject { id revision }
    since { __typename sequence project { code } }
  }
  ... on IdempotencyMismatch { sequence }
  ... on PreviewOutdated { currentPreview }
  ... on PlanTextRefused { problemCount problems { line kind message en: message(lang: EN) }
    obstacles { kind about message en: message(lang: EN) } }
  ... on FindingChanged { finding { status closedBy { staffNumber } answer } }
}"""
_SUCCESSES: Final = {
    "fireTransition": """TransitionApplied { replayed
      cycle { id stage revision indicators { id name } sheet { id goal activities improvement }
        availableTransitions { trigger } }
      transition { id sequence from to } opened { id fiscalYear stage } }""",
    "editSheet": """SheetEdited { entry { __typename id sequence } replayed
      cycle { id stage revision indicators { id name } sheet { id goal schedule budgetYen
        activities spentYen grade issues improvement direction } } }""",
    "changeProjectStatus": """ProjectStatusChanged { entry { __typename id sequence } replayed
      project { id status revision stage } }""",
    "transferOwnership": """OwnershipTransferred { entry { __typename id sequence } replayed
      project { id revision department { name } group { name }
        ownerships { startsOn endsOn department { name } } } }""",
    "correct": """Corrected { entry { __typename id sequence corrects { sequence } } replayed }""",
    "revisePlan": """PlanRevisionApplied { entry { __typename id sequence } replayed
      plan { id revisions { number summary } } }""",
    "importPlan": """PlanImported { entry { __typename id sequence } replayed addedCount
      changedCount plan { id title sourceSha256 mended { line } } }""",
    "proposeRollout": """RolloutProposed { entry { __typename id sequence } replayed
      rollout { id status department { name } } }""",
    "answerRollout": """RolloutAnswered { entry { __typename id sequence } replayed
      rollout { id status answer newProject { id } }
      project { id code rolledOutFrom { code } } }""",
    "registerPerson": """PersonRegistered { entry { __typename id sequence } replayed
      person { id name staffNumber } }""",
    "appoint": """AppointmentChanged { entry { __typename id sequence } replayed
      appointment { id role startsOn endsOn person { id } department { id } } }""",
    "endAppointment": """AppointmentChanged { entry { __typename id sequence } replayed
      appointment { id endsOn } }""",
    "applyAppointments": """AppointmentsApplied { entry { __typename id sequence } replayed
      registered ended appointed }""",
    "raiseFinding": """FindingRecorded { entry { __typename id sequence } replayed
      finding { id number status text department { name } project { code } entry { sequence } } }""",
    "answerFinding": """FindingRecorded { entry { __typename id sequence } replayed
      finding { id status answer followUpOn answeredBy { staffNumber } } }""",
    "closeFinding": """FindingRecorded { entry { __typename id sequence } replayed
      finding { id status conclusion closedBy { staffNumber } } }""",
    "withdrawEvidence": """EvidenceWithdrawn { entry { __typename id sequence } replayed
      evidence { id name withdrawn } }""",
    "comment": """CommentRecorded { entry { __typename id sequence } replayed
      comment { id text project { code } cycle { fiscalYear } replyTo { text }
        writtenBy { staffNumber } withdrawn viewerCanWithdraw } }""",
    "withdrawComment": """CommentRecorded { entry { __typename id sequence } replayed
      comment { id text withdrawn withdrawalReason viewerCanWithdraw } }""",
    "takeCopy": """CopyMade { entry { __typename id sequence } replayed
      copy { id url format disclosure treeSize entryCount takenAt expiresAt
        part { project { id } department { id } fiscalYear } } }""",
    "redact": """Redacted { entry { __typename id sequence ... on Redaction {
      removed { sequence commitments entry { sequence } } } } replayed }""",
    "delegate": """DelegationChanged { entry { __typename id sequence } replayed
      delegation { id principal { id } delegate { id } startsOn endsOn reason } }""",
    "endDelegation": """DelegationChanged { entry { __typename id sequence } replayed
      delegation { id endsOn } }""",
}


def _input(verb: str) -> str:
    return "FireInput" if verb == "fireTransition" else f"{verb[0].upper()}{verb[1:]}Input"


VERBS: Final = {
    verb: f"mutation($input: {_input(verb)}!) {{ {verb}(input: $input) {{ __typename ...Error"
    f" ... on Validated {{ ok }} ... on {success} }} }} {_ERRORS}"
    for verb, success in _SUCCESSES.items()
}
"""A document for each verb."""
FIRE_ALL: Final = (
    VERBS["fireTransition"]
    .replace("FireInput!", "[FireInput!]!")
    .replace("fireTransition(", "fireTransitions(")
)
SUCCESS: Final = {verb: success.split(" ")[0] for verb, success in _SUCCESSES.items()}
"""The type that each verb answers with once it is done."""


@dataclass(frozen=True)
class Desk:
    """Where somebody sits who knows the town only through the API."""

    town: Town

    async def act(self, verb: str, who: str | None, **given: object) -> Answer:
        """Return what a verb answers."""
        asked = {"idempotencyKey": key(), **given}
        answer: Answer = (await ask(self.town, VERBS[verb], who, input=asked))[verb]
        return answer

    async def done(self, verb: str, who: str | None, **given: object) -> Answer:
        """Return the answer of a verb that succeeds."""
        answer = await self.act(verb, who, **given)
        assert answer["__typename"] == SUCCESS[verb], answer
        return answer

    async def refused(self, verb: str, who: str | None, **given: object) -> Answer:
        """Return the error that a verb answers with."""
        answer = await self.act(verb, who, **given)
        assert "code" in answer, answer
        return answer

    async def cycle(self, code: str = OWN) -> Answer:
        """Return a project's current cycle."""
        asked = (
            "query($code: String!) { project(ref: {code: $code}) { currentCycle { id revision"
            " stage fiscalYear indicators { id name } } } }"
        )
        found: Answer = (await ask(self.town, asked, "office", code=code))["project"][
            "currentCycle"
        ]
        return found

    async def project(self, code: str = OWN) -> Answer:
        """Return a project."""
        asked = "query($code: String!) { project(ref: {code: $code}) { id revision status } }"
        found: Answer = (await ask(self.town, asked, code=code))["project"]
        return found

    async def fire(self, who: str, trigger: str, code: str = OWN, **given: object) -> Answer:
        """Fire a trigger that succeeds, on a project's current cycle."""
        cycle = await self.cycle(code)
        asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"], **given}
        return await self.done("fireTransition", who, trigger=trigger, **asked)

    async def edit(self, who: str, part: Answer, code: str = OWN) -> Answer:
        """Edit a part of the current cycle's sheet, which succeeds."""
        cycle = await self.cycle(code)
        asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"]}
        return await self.done("editSheet", who, part=part, **asked)

    def department(self, name: str) -> str:
        """Return a department's id."""
        return f"{Department.prefix}_{self.town.departments[name].hex}"

    def person(self, who: str) -> str:
        """Return a person's id."""
        return f"{Person.prefix}_{self.town.people[who].hex}"

    async def first(self, model: type[Any], **where: object) -> str:
        """Return the id of a row that the API gives only along the way."""
        row = await model.of(self.town.id).filter(**where).first()
        return str(row.public_id)
