"""Revising the plan, and offering results to other departments."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.acts import REPLAYED
from schema.answers import about, respond
from schema.context import Info
from schema.dated import DatedActForInput
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of, uuid_of
from schema.inputs import given_or_none, optional, request
from schema.nodes import plain
from schema.plans import Plan
from schema.projects import Project, Rollout
from schema.results import RevisionConflict, result
from workflows import records
from workflows.records import Event
from workflows.revise import plan as plans
from workflows.revise import rollouts


@strawberry.input(description="A project to add.")
class AdditionInput:
    """It gets the next free code under its policy, and a cycle in PLAN."""

    category: strawberry.ID = plain("Under which category.")
    department: strawberry.ID = plain("Who will own it.")
    group: strawberry.ID | None = optional("Which group; none where there is none.")
    title: str = plain("事業名称; one line, up to 300 characters.")
    content: str = plain("事業内容; up to 10,000 characters.")
    expected_effects: list[str] = plain("期待される効果; at least one line.")


@strawberry.input(description="What is to change of a project. What is left out stays.")
class AmendmentInput:
    """The project's own words."""

    project: strawberry.ID = plain("Which project.")
    expected_revision: int = plain("The project's revision as the viewer saw it.")
    title: str | None = optional("事業名称.")
    content: str | None = optional("事業内容.")
    expected_effects: list[str] | None = optional("期待される効果, all of them.")


@strawberry.input(description="A project to take out of the plan.")
class WithdrawalInput:
    """It is abolished; its history stays."""

    project: strawberry.ID = plain("Which project.")
    expected_revision: int = plain("The project's revision as the viewer saw it.")


@strawberry.input(description="A revision of the plan, all of it or none.")
class RevisePlanInput(DatedActForInput):
    """What is added, changed and withdrawn."""

    summary: str = plain("What is revised; up to 10,000 characters.")
    reason: str = plain("Why; up to 10,000 characters.")
    effective_on: dt.date = plain("From when on it holds.")
    additions: list[AdditionInput] | None = optional("Projects to add.")
    amendments: list[AmendmentInput] | None = optional("Projects to change.")
    withdrawals: list[WithdrawalInput] | None = optional("Projects to take out.")


@strawberry.type(description="The plan was revised.")
class PlanRevisionApplied:
    """The plan after the revision, and its entry."""

    plan: Plan = plain("The plan as it is now.")
    entry: HistoryEntry = plain("The entry in the record; each project has one of its own.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="An offer of an evaluated, well-graded result (横展開).")
class ProposeRolloutInput(DatedActForInput):
    """To whom."""

    cycle: strawberry.ID = plain("Whose result.")
    department: strawberry.ID = plain("To which department.")
    message: str = plain("What to write to it; up to 10,000 characters.")


@strawberry.type(description="The offer was made.")
class RolloutProposed:
    """The offer, and its entry."""

    rollout: Rollout = plain("The offer.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="A department's answer to an offer.")
class AnswerRolloutInput(DatedActForInput):
    """Accept with a new project of one's own, or say why not."""

    rollout: strawberry.ID = plain("Which offer.")
    accept: bool = plain("Whether it is accepted.")
    answer: str | None = optional("What to answer; needed to decline.")
    title: str | None = optional(
        "Of the new project; the original's title and the department where none is given."
    )
    group: strawberry.ID | None = optional("Which group will own the new project.")


@strawberry.type(description="The offer was answered.")
class RolloutAnswered:
    """The offer, the new project, and the entry."""

    rollout: Rollout = plain("The offer as it is now.")
    project: Project | None = plain("The new project, where it was accepted.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


RevisePlanResult = result("RevisePlanResult", PlanRevisionApplied, RevisionConflict)
ProposeRolloutResult = result("ProposeRolloutResult", RolloutProposed)
AnswerRolloutResult = result("AnswerRolloutResult", RolloutAnswered)


def _revision(asked: RevisePlanInput) -> plans.Revision:
    return plans.Revision(
        summary=asked.summary,
        reason=asked.reason,
        effective_on=asked.effective_on,
        additions=[
            plans.Addition(
                category_id=uuid_of(a.category, records.Category),
                department_id=uuid_of(a.department, records.Department),
                group_id=optional_uuid_of(a.group, records.Group),
                title=a.title,
                content=a.content,
                expected_effects=a.expected_effects,
            )
            for a in asked.additions or ()
        ],
        amendments=[
            plans.Amendment(
                project_id=uuid_of(a.project, records.Project),
                expected_revision=a.expected_revision,
                title=given_or_none(a.title),
                content=given_or_none(a.content),
                expected_effects=given_or_none(a.expected_effects),
            )
            for a in asked.amendments or ()
        ],
        withdrawals=[
            plans.Withdrawal(
                project_id=uuid_of(w.project, records.Project),
                expected_revision=w.expected_revision,
            )
            for w in asked.withdrawals or ()
        ],
    )


async def revise_plan(
    info: Info,
    input: Annotated[RevisePlanInput, strawberry.argument(description="The revision.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Revise the plan within its period."""
    outcome = await plans.revise_plan(request(info, "revisePlan", input), _revision(input))

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        plan: Any = await info.context.loaders.plan()
        entry: Any = event
        return PlanRevisionApplied(plan=plan, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


async def propose_rollout(
    info: Info,
    input: Annotated[ProposeRolloutInput, strawberry.argument(description="The offer.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Offer a well-graded result to another department."""
    outcome = await rollouts.propose_rollout(
        request(info, "proposeRollout", input),
        rollouts.Proposal(
            cycle_id=uuid_of(input.cycle, records.Cycle),
            department_id=uuid_of(input.department, records.Department),
            message=input.message,
        ),
    )

    success = about(info, records.Rollout, "rollout", RolloutProposed)
    return await respond(info, input, outcome, success)


async def answer_rollout(
    info: Info,
    input: Annotated[AnswerRolloutInput, strawberry.argument(description="The answer.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Accept or decline an offer."""
    outcome = await rollouts.answer_rollout(
        request(info, "answerRollout", input),
        rollouts.Answer(
            rollout_id=uuid_of(input.rollout, records.Rollout),
            accept=input.accept,
            answer=input.answer or "",
            title=given_or_none(input.title),
            group_id=optional_uuid_of(input.group, records.Group),
        ),
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        rollout_id = UUID(event.document["details"]["rollout"])
        rollout: Any = await info.context.loaders.row(records.Rollout, rollout_id)
        project: Any = await info.context.loaders.row(records.Project, rollout.new_project_id)
        entry: Any = event
        return RolloutAnswered(rollout=rollout, project=project, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)
