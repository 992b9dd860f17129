"""Findings (指摘) raised, answered and closed; evidence (証拠書類) withdrawn."""

import datetime as dt
from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import about, respond
from schema.context import Info
from schema.evidence import Evidence
from schema.finding_results import FindingChanged
from schema.findings import Finding
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of, uuid_of
from schema.inputs import ActInput, given_or_none, optional, request
from schema.nodes import plain
from schema.on_behalf import ActForInput
from schema.results import result
from workflows import records
from workflows.revise import evidence as evidences
from workflows.revise import findings
from workflows.stages import FindingStatus

_EXPECTED = "Its status as the viewer saw it."


@strawberry.input(description="What an auditor points out, and about what.")
class RaiseFindingInput(ActInput):
    """About an entry, a project, or a department."""

    text: str = plain("What is pointed out; up to 10,000 characters.")
    entry: strawberry.ID | None = optional("An entry of the record.")
    project: strawberry.ID | None = optional("A project: the department that owns it answers.")
    department: strawberry.ID | None = optional(
        "Which department has to answer, where neither a project nor an entry about one is meant."
    )
    answer_due_on: dt.date | None = optional("By when an answer is asked for.")


@strawberry.input(description="What the department says to a finding.")
class AnswerFindingInput(ActForInput):
    """By the lead; anew until the finding is closed."""

    finding: strawberry.ID = plain("Which finding.")
    expected_status: FindingStatus = plain(_EXPECTED)
    text: str = plain("The answer; up to 10,000 characters.")
    follow_up_on: dt.date | None = optional("By when what it promises will have been done.")


@strawberry.input(description="How a finding ends.")
class CloseFindingInput(ActInput):
    """For good."""

    finding: strawberry.ID = plain("Which finding.")
    expected_status: FindingStatus = plain(_EXPECTED)
    conclusion: str = plain(
        "What the auditor makes of it; also that it was unfounded. Up to 10,000 characters."
    )


@strawberry.input(description="Evidence that is not to count any more.")
class WithdrawEvidenceInput(ActForInput):
    """Which, and why."""

    evidence: strawberry.ID = plain("Which evidence.")
    reason: str = plain("Why; up to 10,000 characters.")


@strawberry.type(description="A finding was raised, answered or closed.")
class FindingRecorded:
    """The finding, and the entry."""

    finding: Finding = plain("The finding as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


@strawberry.type(description="Evidence was withdrawn; the file and the record of it stay.")
class EvidenceWithdrawn:
    """The evidence, and the entry."""

    evidence: Evidence = plain("The evidence as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


RaiseFindingResult = result("RaiseFindingResult", FindingRecorded)
AnswerFindingResult = result("AnswerFindingResult", FindingRecorded, FindingChanged)
CloseFindingResult = result("CloseFindingResult", FindingRecorded, FindingChanged)
WithdrawEvidenceResult = result("WithdrawEvidenceResult", EvidenceWithdrawn)


async def raise_finding(
    info: Info,
    input: Annotated[RaiseFindingInput, strawberry.argument(description="The finding.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Point something out."""
    outcome = await findings.raise_finding(
        request(info, "raiseFinding", input),
        findings.NewFinding(
            text=input.text,
            entry_id=optional_uuid_of(input.entry, records.Event),
            project_id=optional_uuid_of(input.project, records.Project),
            department_id=optional_uuid_of(input.department, records.Department),
            answer_due_on=given_or_none(input.answer_due_on),
        ),
    )
    success = about(info, records.Finding, "finding", FindingRecorded)
    return await respond(info, input, outcome, success)


async def answer_finding(
    info: Info,
    input: Annotated[AnswerFindingInput, strawberry.argument(description="The answer.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Answer a finding."""
    outcome = await findings.answer_finding(
        request(info, "answerFinding", input),
        findings.FindingAnswer(
            finding_id=uuid_of(input.finding, records.Finding),
            text=input.text,
            expected_status=input.expected_status,
            follow_up_on=given_or_none(input.follow_up_on),
        ),
    )
    success = about(info, records.Finding, "finding", FindingRecorded)
    return await respond(info, input, outcome, success)


async def close_finding(
    info: Info,
    input: Annotated[CloseFindingInput, strawberry.argument(description="The end.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Close a finding."""
    outcome = await findings.close_finding(
        request(info, "closeFinding", input),
        findings.Conclusion(
            finding_id=uuid_of(input.finding, records.Finding),
            text=input.conclusion,
            expected_status=input.expected_status,
        ),
    )
    success = about(info, records.Finding, "finding", FindingRecorded)
    return await respond(info, input, outcome, success)


async def withdraw_evidence(
    info: Info,
    input: Annotated[WithdrawEvidenceInput, strawberry.argument(description="Which, and why.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Withdraw evidence."""
    outcome = await evidences.withdraw_evidence(
        request(info, "withdrawEvidence", input),
        uuid_of(input.evidence, records.Evidence),
        input.reason,
    )
    success = about(info, records.Evidence, "evidence", EvidenceWithdrawn)
    return await respond(info, input, outcome, success)
