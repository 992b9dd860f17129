"""What the town does beside the cycles in the sample: people, owners, rollouts, corrections."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from seed.demo.deeds import Given
from seed.demo.desk import Desk
from workflows.ledger import Outcome
from workflows.revise.corrections import CorrectionAsked, correct
from workflows.revise.delegation import NewDelegation, delegate
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.revise.people import NewAppointment, appoint, end_appointment, register_person
from workflows.revise.plan import Amendment, Revision, revise_plan
from workflows.revise.rollouts import Answer, Proposal, answer_rollout, propose_rollout
from workflows.sheets import ResultsEdit
from workflows.stages import Role
from workflows.unit import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Given):
    """Registers a person."""

    act: ClassVar[str] = "registerPerson"
    number: str
    name: str

    async def do(self, desk: Desk, request: Request) -> Outcome:  # noqa: ARG002 - as every deed
        """Register."""
        return await register_person(request, self.name, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint(Given):
    """Appoints a person from a day on."""

    act: ClassVar[str] = "appoint"
    number: str
    role: Role
    department: str | None
    starts_on: dt.date

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Appoint."""
        department_id = await desk.department_id(self.department) if self.department else None
        new = NewAppointment(
            person_id=await desk.person_id(self.number),
            role=self.role,
            department_id=department_id,
            starts_on=self.starts_on,
        )
        return await appoint(request, new)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAppointment(Given):
    """Sets the last day of a person's only appointment."""

    act: ClassVar[str] = "endAppointment"
    number: str
    ends_on: dt.date

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """End it."""
        return await end_appointment(request, await desk.appointment_id(self.number), self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lend(Given):
    """Lets one person decide on another's behalf (代決) for a time."""

    act: ClassVar[str] = "delegate"
    principal: str
    delegate: str
    starts_on: dt.date
    ends_on: dt.date
    reason: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Lend."""
        new = NewDelegation(
            principal_id=await desk.person_id(self.principal),
            delegate_id=await desk.person_id(self.delegate),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            reason=self.reason,
        )
        return await delegate(request, new)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTo(Given):
    """Gives a project to another department."""

    act: ClassVar[str] = "transferOwnership"
    code: str
    department: str
    group: str | None
    effective_on: dt.date
    reason: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Transfer."""
        project = await desk.project(self.code)
        asked = Transfer(
            project_id=project.id,
            expected_revision=project.revision,
            department_id=await desk.department_id(self.department),
            group_id=await desk.group_id(self.department, self.group),
            effective_on=self.effective_on,
            reason=self.reason,
        )
        return await transfer_ownership(request, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Given):
    """Proposes to roll a result out to another department."""

    act: ClassVar[str] = "proposeRollout"
    code: str
    fiscal_year: int
    department: str
    message: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Propose."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        department_id = await desk.department_id(self.department)
        asked = Proposal(cycle_id=cycle.id, department_id=department_id, message=self.message)
        return await propose_rollout(request, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOffer(Given):
    """Accepts or declines what was proposed."""

    act: ClassVar[str] = "answerRollout"
    code: str
    department: str
    accept: bool
    answer: str
    title: str | None

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Answer."""
        asked = Answer(
            rollout_id=await desk.rollout_id(self.code, self.department),
            accept=self.accept,
            answer=self.answer,
            title=self.title,
        )
        return await answer_rollout(request, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Given):
    """Corrects an earlier act; with an amount, the sheet's settled sum (決算額) as well."""

    act: ClassVar[str] = "correct"
    of: str
    """The act's name in the script: its code, fiscal year and step."""
    statement: str
    reason: str
    spent_yen: int | None

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Correct."""
        sequence = await desk.sequence_of(self.of)
        if self.spent_yen is None:
            asked = CorrectionAsked(sequence=sequence, statement=self.statement, reason=self.reason)
            return await correct(request, asked)
        code, fiscal_year, _ = self.of.split("/")
        asked = CorrectionAsked(
            sequence=sequence,
            statement=self.statement,
            reason=self.reason,
            edit=ResultsEdit(values={"spent_yen": self.spent_yen}),
            expected_revision=(await desk.cycle(code, int(fiscal_year))).revision,
        )
        return await correct(request, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendPlan(Given):
    """Revises the plan: the content of one project changes."""

    act: ClassVar[str] = "revisePlan"
    code: str
    effective_on: dt.date
    summary: str
    reason: str
    content: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Revise."""
        project = await desk.project(self.code)
        amendment = Amendment(
            project_id=project.id, expected_revision=project.revision, content=self.content
        )
        asked = Revision(
            summary=self.summary,
            reason=self.reason,
            effective_on=self.effective_on,
            amendments=[amendment],
        )
        return await revise_plan(request, asked)
