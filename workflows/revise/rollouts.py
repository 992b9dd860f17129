"""Offering a well-graded result to another department (横展開), and its answer."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import Case, case_of
from workflows.entries import Draft
from workflows.ledger import Outcome, perform
from workflows.opening import NewProject, add_project
from workflows.readings import Reading
from workflows.records import Category, Department, EventKind, Grade, Rollout
from workflows.refusals import Blocked, NotFound, Refuse, blocked
from workflows.revise.ownership import check_owner
from workflows.revise.plan import first_cycle_year, next_code
from workflows.stages import Role, RolloutStatus, Stage
from workflows.unit import Request, Unit
from workflows.values import invalid, line, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An evaluated cycle, and the department that might do the same."""

    cycle_id: UUID
    department_id: UUID
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A department's answer: it accepts with a new project of its own, or says why not."""

    rollout_id: UUID
    accept: bool
    answer: str = ""
    """The reason; needed to decline."""
    title: str | None = None
    """Of the new project; the original's title and the department where none is given."""
    group_id: UUID | None = None


_WRONG_STAGE: Final = blocked(BlockerCode.WRONG_STAGE, by=(Role.LEAD,))


async def propose_rollout(request: Request, asked: Proposal) -> Outcome:
    """Offer the result of an evaluated, well-graded cycle to another department."""

    async def decide(unit: Unit) -> None:
        case = await case_of(unit, asked.cycle_id)
        capacity = unit.authorise_person(ROLES[Act.PROPOSE_ROLLOUT])
        await _check_offer(unit, case, asked)
        rollout = Rollout(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            cycle_id=case.cycle.id,
            project_id=case.project.id,
            department_id=asked.department_id,
            message=text("message", asked.message, required=True),
            status=RolloutStatus.PROPOSED,
        )
        draft = unit.draft(EventKind.ROLLOUT_PROPOSED, capacity=capacity, **_subject(case))
        draft.details = {"rollout": str(rollout.id), "department": str(asked.department_id)}
        draft.insert(rollout)
        _follow(draft, case)

    return await perform(request, decide)


async def _check_offer(unit: Unit, case: Case, asked: Proposal) -> None:
    mid = unit.municipality_id
    if not await Department.of(mid).filter(id=asked.department_id).exists():
        raise Refuse(NotFound("department"))
    if asked.department_id == case.owner.department_id:
        raise Refuse(blocked(BlockerCode.OWNER_UNCHANGED, "department"))
    if case.cycle.stage not in {Stage.ACTION, Stage.CLOSED}:
        raise Refuse(Blocked(_WRONG_STAGE.blockers, case.owner.department_id))
    grade = await Grade.of(mid).get_or_none(code=case.sheet.grade)
    if grade is None or not grade.rolls_out:
        raise Refuse(blocked(BlockerCode.NOT_WELL_GRADED, "grade"))
    open_offers = Rollout.of(mid).filter(cycle_id=case.cycle.id, department_id=asked.department_id)
    if await open_offers.exclude(status=RolloutStatus.DECLINED).exists():
        raise invalid(
            "department",
            "この課には既に提案しています。",
            "It has been offered to that department already.",
        )


async def answer_rollout(request: Request, asked: Answer) -> Outcome:
    """Accept or decline an offer, as the lead of the department that it was made to."""

    async def decide(unit: Unit) -> None:
        rollout = await Rollout.of(unit.municipality_id).get_or_none(id=asked.rollout_id)
        if rollout is None or not unit.sight.sees(Reading.COOPERATION):
            raise Refuse(NotFound("rollout"))
        case = await case_of(unit, rollout.cycle_id)
        capacity = unit.authorise_person(ROLES[Act.ANSWER_ROLLOUT], rollout.department_id)
        if rollout.status is not RolloutStatus.PROPOSED:
            raise Refuse(blocked(BlockerCode.ALREADY_ANSWERED))
        answer = text("answer", asked.answer)
        if not asked.accept and not answer:
            no_reason = blocked(BlockerCode.NO_REASON, "answer", by=(Role.LEAD,))
            raise Refuse(Blocked(no_reason.blockers, rollout.department_id))
        draft = unit.draft(
            EventKind.ROLLOUT_ANSWERED, capacity=capacity, reason=answer, **_subject(case)
        )
        status = RolloutStatus.ACCEPTED if asked.accept else RolloutStatus.DECLINED
        draft.details = {"rollout": str(rollout.id), "status": str(status)}
        project_id = await _take_over(unit, draft, case, rollout, asked) if asked.accept else None
        draft.update(rollout, status=status, answer=answer, new_project_id=project_id)
        _follow(draft, case)

    return await perform(request, decide)


async def _take_over(unit: Unit, draft: Draft, case: Case, rollout: Rollout, asked: Answer) -> UUID:
    """Draft the new, linked project in PLAN; return its id."""
    mid = unit.municipality_id
    await check_owner(mid, rollout.department_id, asked.group_id)
    department = await Department.of(mid).get(id=rollout.department_id)
    source = case.project
    category = await Category.of(mid).get(id=source.category_id).select_related("policy")
    code, position = await next_code(case.plan, category)
    title = asked.title or f"{source.title}（{department.name}）"
    project_id = add_project(
        unit,
        NewProject(
            plan_id=source.plan_id,
            category_id=source.category_id,
            code=code,
            title=line("title", title, limit=300),
            content=source.content,
            expected_effects=tuple(source.expected_effects),
            department_id=rollout.department_id,
            group_id=asked.group_id,
            position=position,
            fiscal_year=first_cycle_year(case.plan, unit.effective_on),
            owned_from=unit.effective_on,
            rolled_out_from_id=source.id,
        ),
        draft.capacity,
    )
    draft.details |= {"project": str(project_id)}
    return project_id


def _follow(draft: Draft, case: Case) -> None:
    """Count as something after the cycle's last move, which can then not be taken back."""
    draft.revision = case.cycle.revision + 1
    draft.update(case.cycle, revision=draft.revision)


def _subject(case: Case) -> dict[str, UUID]:
    return {
        "project_id": case.project.id,
        "cycle_id": case.cycle.id,
        "owner_id": case.owner.department_id,
    }
