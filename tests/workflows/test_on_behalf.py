"""Acting on somebody's behalf (代決): as what, with which key, and under four eyes."""

from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from tests.town import OWN, Town, applied, blocker_codes, refused
from tests.workflows.delegating import DAY, let, today
from workflows.advance import Fire, fire
from workflows.authority import Credential, Scope
from workflows.ledger import Applied, Outcome, perform
from workflows.records import Appointment, Cycle, EventKind
from workflows.refusals import Forbidden, IdempotencyMismatch
from workflows.replay import audit, fold
from workflows.revise.delegation import end_delegation
from workflows.revise.people import end_appointment, register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.stages import Role, Stage, Trigger
from workflows.unit import Unit

OFFICES_OWN: Final = "2_01"


async def edit(town: Town, who: str, principal: str | UUID | None, **values: Any) -> Outcome:  # noqa: ANN401 - Request's own
    """Edit the plan of a project of 町民生活課 on somebody's behalf."""
    behalf = town.people[principal] if isinstance(principal, str) else principal
    cycle = await town.cycle()
    change = PlanEdit(values={"goal": str(uuid4())})
    request = town.by(who, on_behalf_of_id=behalf, **values)
    return await edit_sheet(request, cycle.id, cycle.revision, change)


async def move(town: Town, who: str, principal: str | None, trigger: Trigger, code: str) -> Outcome:
    """Fire a trigger on somebody's behalf."""
    cycle = await town.cycle(code)
    behalf = town.people[principal] if principal else None
    asked = Fire(
        cycle_id=cycle.id, trigger=trigger, expected_revision=cycle.revision, reason="理由"
    )
    return await fire(town.by(who, on_behalf_of_id=behalf), asked)


async def test_whoever_has_leave_acts_as_the_other(town: Town) -> None:
    """Who acted, for whom, and in whose capacity; without it, as oneself."""
    applied(await let(town, "other_staff", "lead"))
    event = applied(await edit(town, "other_staff", "lead"))
    assert (event.actor_id, event.on_behalf_of_id) == (
        town.people["other_staff"],
        town.people["lead"],
    )
    assert (event.actor_role, event.actor_department_id) == (
        Role.LEAD,
        town.departments["町民生活課"],
    )
    assert event.document["actor"] == {
        "person": str(town.people["other_staff"]),
        "role": "LEAD",
        "department": str(town.departments["町民生活課"]),
        "onBehalfOf": str(town.people["lead"]),
    }
    assert isinstance(refused(await edit(town, "other_staff", None)), Forbidden)
    assert applied(await edit(town, "lead", None)).on_behalf_of_id is None
    assert await audit(town.id) == []


async def test_only_the_others_capacities_count(town: Town) -> None:
    """Who acts for somebody has nothing of their own meanwhile."""
    applied(await let(town, "lead", "other_lead"))
    assert isinstance(refused(await edit(town, "lead", "other_lead")), Forbidden)
    applied(await edit(town, "lead", None))


async def test_without_leave_it_is_refused_alike(town: Town) -> None:
    """Another's leave, another's person, a person that is none, oneself: one answer, recorded."""
    applied(await let(town, "staff", "lead"))
    answers = set()
    for who, principal in [
        ("other_staff", town.people["lead"]),
        ("other_staff", town.people["nobody"]),
        ("other_staff", town.people["other_staff"]),
        ("other_staff", UUID(int=7)),
        ("lead", town.people["staff"]),
    ]:
        size = await town.size()
        answers.add(refused(await edit(town, who, principal)))
        event = await town.last_event()
        assert (await town.size(), event.kind) == (size + 1, EventKind.REFUSAL)
        assert (event.actor_id, event.on_behalf_of_id) == (town.people[who], principal)
        assert event.actor_role is None
    (answer,) = answers
    assert isinstance(answer, Forbidden)
    assert await audit(town.id) == []


@pytest.mark.parametrize(
    ("starts", "ends", "allowed"),
    [(0, 0, True), (-9, 0, True), (0, 9, True), (1, 9, False), (-9, -1, False)],
)
async def test_it_holds_from_its_first_day_to_its_last(
    town: Town, starts: int, ends: int, allowed: bool  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    """Both included, by the day in Japan."""
    days = {"starts_on": today() + starts * DAY, "ends_on": today() + ends * DAY}
    applied(await let(town, "nobody", "lead", **days))
    outcome = await edit(town, "nobody", "lead")
    assert isinstance(outcome, Applied) == allowed


async def test_it_ends_at_once(town: Town) -> None:
    """Ended yesterday, the next act is refused; so it is once the other's appointment ended."""
    event = applied(await let(town, "nobody", "lead"))
    applied(await edit(town, "nobody", "lead"))
    delegation = UUID(event.document["details"]["delegation"])
    applied(await end_delegation(town.by("admin"), delegation, today() - DAY))
    assert isinstance(refused(await edit(town, "nobody", "lead")), Forbidden)
    applied(await let(town, "nobody", "lead"))
    applied(await edit(town, "nobody", "lead"))
    appointment = await Appointment.of(town.id).get(person_id=town.people["lead"])
    applied(await end_appointment(town.by("admin"), appointment.id, today() - DAY))
    assert isinstance(refused(await edit(town, "nobody", "lead")), Forbidden)
    assert await audit(town.id) == []


async def test_there_are_no_chains(town: Town) -> None:
    """The delegate of a delegate does not act for the first, nor for the second as the first."""
    applied(await let(town, "other_staff", "lead"))
    applied(await let(town, "nobody", "other_staff"))
    for principal in ("lead", "other_staff"):
        assert isinstance(refused(await edit(town, "nobody", principal)), Forbidden)


async def test_an_admins_and_an_auditors_acts_are_their_own(town: Town) -> None:
    """Leave for them opens nothing; an act that asks for no capacity is for oneself only."""
    applied(await let(town, "nobody", "admin"))
    request = town.by("nobody", on_behalf_of_id=town.people["admin"])
    assert isinstance(refused(await register_person(request, "新人", "N1")), Forbidden)
    applied(await let(town, "admin", "lead"))
    request = town.by("admin", on_behalf_of_id=town.people["lead"])
    assert isinstance(refused(await register_person(request, "新人", "N1")), Forbidden)

    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.CORRECTED)

    assert refused(await perform(request, decide)) == Forbidden(frozenset())
    assert refused(
        await perform(town.console(on_behalf_of_id=town.people["lead"]), decide)
    ) == Forbidden(frozenset())
    assert isinstance(await perform(town.by("admin"), decide), Applied)


@pytest.mark.parametrize(
    ("credential", "allowed"),
    [
        (Credential(), True),
        (Credential(scopes=frozenset({Scope.WRITE})), True),
        (Credential(scopes=frozenset({Scope.READ})), False),
        (Credential(scopes=frozenset({Scope.ADMIN, Scope.AUDIT})), False),
        (Credential(barred=frozenset({Role.LEAD})), False),
    ],
)
async def test_it_goes_no_further_than_what_was_shown(
    town: Town, credential: Credential, allowed: bool  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    """A token that only reads does not write for another either."""
    applied(await let(town, "nobody", "lead"))
    outcome = await edit(town, "nobody", "lead", credential=credential)
    assert isinstance(outcome, Applied) == allowed


async def test_a_key_is_the_actors_and_for_one_principal(town: Town) -> None:
    """The same key with another principal is another act."""
    applied(await let(town, "nobody", "lead"))
    key = uuid4()
    event = applied(await edit(town, "nobody", "lead", idempotency_key=key))
    again = await edit(town, "nobody", "lead", idempotency_key=key)
    assert isinstance(again, Applied)
    assert again.replayed
    for principal in (None, "staff"):
        outcome = await edit(town, "nobody", principal, idempotency_key=key)
        assert refused(outcome) == IdempotencyMismatch(event.sequence)
    assert isinstance(await edit(town, "lead", None, idempotency_key=key), Applied)


EYES: Final = [
    # who evaluates, for whom; who closes, for whom; whether they may
    ("office_lead", None, "office", None, True),
    ("office_lead", None, "office_lead", None, False),
    ("office_lead", None, "office_lead", "office", False),
    ("office_lead", None, "nobody", "office_lead", False),
    ("office", "office_lead", "office", None, False),
    ("office", "office_lead", "office_lead", None, False),
    ("office", "office_lead", "nobody", "office", False),
    ("office", "office_lead", "nobody", "office_lead", False),
    ("office", "office_lead", "third", None, True),
    ("office", "office_lead", "nobody", "third", True),
    ("nobody", "office_lead", "nobody", "office", False),
    ("nobody", "office_lead", "office", None, True),
]


@pytest.mark.parametrize(("by", "for_", "closer", "closes_for", "allowed"), EYES)
async def test_four_eyes(
    sqlite_town_loaded: Town, by: str, for_: str | None, closer: str, closes_for: str | None,
    allowed: bool,  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    """Neither who evaluated nor whom it was evaluated for closes, themselves or by another."""
    town = sqlite_town_loaded
    await town.employ("third", Role.OFFICE, "総務課")
    for one, other in [
        ("nobody", "office_lead"), ("nobody", "office"), ("nobody", "third"),
        ("office", "office_lead"), ("office_lead", "office"),
    ]:  # fmt: skip
        applied(await let(town, one, other))
    await town.bring_to(Stage.CHECK, OFFICES_OWN, "office_lead")
    applied(await town.fill_in(Stage.CHECK, OFFICES_OWN, "office_lead"))
    applied(await move(town, by, for_, Trigger.EVALUATE, OFFICES_OWN))
    cycle = await town.cycle(OFFICES_OWN)
    assert cycle.evaluator_id == town.people[by]
    assert cycle.evaluated_for_id == (town.people[for_] if for_ else None)
    applied(await town.fill_in(Stage.ACTION, OFFICES_OWN, "office_lead"))
    outcome = await move(town, closer, closes_for, Trigger.CLOSE, OFFICES_OWN)
    if allowed:
        applied(outcome)
    else:
        assert blocker_codes(outcome) == ["SAME_PERSON_EVALUATED"]
    assert await audit(town.id) == []


async def test_taking_back_an_evaluation_takes_back_for_whom(town: Town) -> None:
    """And evaluating anew by oneself leaves nobody it was done for."""
    applied(await let(town, "nobody", "lead"))
    await town.bring_to(Stage.CHECK)
    applied(await town.fill_in(Stage.CHECK))
    before = await town.cycle()
    applied(await move(town, "nobody", "lead", Trigger.EVALUATE, OWN))
    assert (await town.cycle()).evaluated_for_id == town.people["lead"]
    applied(await town.fire("office", Trigger.RESCIND, reason="誤り"))
    after = await town.cycle()
    assert (after.evaluator_id, after.evaluated_for_id) == (None, None)
    assert before.stage == after.stage
    applied(await move(town, "nobody", "lead", Trigger.EVALUATE, OWN))
    applied(await town.fire("office", Trigger.SEND_BACK, reason="もう一度"))
    applied(await town.fire("lead", Trigger.EVALUATE))
    cycle = await town.cycle()
    assert (cycle.evaluator_id, cycle.evaluated_for_id) == (town.people["lead"], None)
    state = await fold(town.id)
    assert state.tables["cycles"][cycle.id]["evaluated_for_id"] is None
    assert await Cycle.of(town.id).filter(evaluated_for_id__isnull=False).count() == 0
    assert await audit(town.id) == []
