"""Verbs: one for each deed. A mutation calls one function of the workflows and shows its outcome."""

import strawberry

from schema import acts, office, people_acts, plan_acts
from schema.nodes import field, many


@strawberry.type(description="Everything that can be done. Each answers with a typed union.")
class Mutation:
    """The verbs."""

    fire_transition = field(
        acts.fire_transition,
        acts.FireResult,
        "Move a cycle: fire a trigger on it. See Cycle.availableTransitions for what is possible.",
    )
    fire_transitions = field(
        acts.fire_transitions,
        many(acts.FireResult),
        "Fire triggers one after another, up to 100. Each has its own answer, which shows how things "
        "are once all have been fired.",
    )
    edit_sheet = field(
        acts.edit_sheet,
        acts.EditSheetResult,
        "Edit the part of a sheet that its stage leaves open.",
    )
    change_project_status = field(
        office.change_project_status,
        office.ChangeProjectStatusResult,
        "Suspend, resume, complete, abolish or reopen a project.",
    )
    transfer_ownership = field(
        office.transfer_ownership,
        office.TransferOwnershipResult,
        "Give a project to another department or group, from a day on.",
    )
    correct = field(
        office.correct, office.CorrectResult, "Correct an earlier entry; the earlier one stays."
    )
    revise_plan = field(
        plan_acts.revise_plan,
        plan_acts.RevisePlanResult,
        "Add, change and withdraw projects within the plan's period.",
    )
    propose_rollout = field(
        plan_acts.propose_rollout,
        plan_acts.ProposeRolloutResult,
        "Offer a well-graded result to another department.",
    )
    answer_rollout = field(
        plan_acts.answer_rollout, plan_acts.AnswerRolloutResult, "Accept or decline an offer."
    )
    register_person = field(
        people_acts.register_person, people_acts.RegisterPersonResult, "Register a person."
    )
    appoint = field(people_acts.appoint, people_acts.AppointResult, "Appoint a person to a role.")
    end_appointment = field(
        people_acts.end_appointment,
        people_acts.EndAppointmentResult,
        "Give an appointment its last day.",
    )
