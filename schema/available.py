"""Every move out of a cycle's stage, possible for the viewer or not, and what is in the way."""

from dataclasses import dataclass
from uuid import UUID

import strawberry

from schema.blockers import Blocker, BlockerSource
from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import field, plain
from workflows import records
from workflows.authority import Capacity, may
from workflows.blockers import Blocker as DomainBlocker
from workflows.blockers import BlockerCode
from workflows.cases import Case
from workflows.labels import label
from workflows.machine import blockers, moves_from
from workflows.readings import Reading
from workflows.refusals import Forbidden
from workflows.stages import Move, Stage, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A move out of the present stage, as seen by the viewer."""

    move: Move
    blocked_by: list[BlockerSource]

    @property
    def trigger(self) -> Trigger:
        """What to fire."""
        return self.move.trigger

    @property
    def source(self) -> Stage:
        """The present stage."""
        return self.move.source

    @property
    def target(self) -> Stage:
        """Where it leads."""
        return self.move.target

    @property
    def requires_reason(self) -> bool:
        """Whether it must be fired with a reason."""
        return self.move.requires_reason

    @property
    def allowed(self) -> bool:
        """Whether nothing is in the way."""
        return not self.blocked_by


def _trigger_label(parent: strawberry.Parent[Offer], lang: LANG = Lang.JA) -> str:
    return label(parent.trigger, japanese=lang is Lang.JA)


@strawberry.type(description="A move out of the present stage, possible for this viewer or not.")
class AvailableTransition:
    """What may be fired, and what is in the way."""

    trigger: Trigger = plain("What to fire.")
    source: Stage = plain("The present stage.", name="from")
    target: Stage = plain(
        "Where it leads; for OPEN_NEXT the first stage of the next fiscal year's cycle.", name="to"
    )
    allowed: bool = plain("Whether it would succeed now, given the input it asks for.")
    requires_reason: bool = plain("Whether it must be fired with a reason.")
    blocked_by: list[Blocker] = plain("Everything in the way; empty where allowed.")
    label = field(_trigger_label, str, "What the page calls it.")


def capacities_of_viewer(info: Info, principal_id: UUID | None) -> tuple[Capacity, ...]:
    """Return what the viewer may act as, as far as what they are known by goes.

    With a principal, that person's capacities, as far as the viewer may decide for them.
    """
    counted = info.context.credential.acts_in
    held = info.context.capacities
    return tuple(c for c in held if c.principal_id == principal_id and c.role in counted)


def _authority_blocker(
    info: Info, capacities: tuple[Capacity, ...], move: Move, case: Case
) -> list[DomainBlocker]:
    answer = may(move.roles, capacities, info.context.today, case.owner.department_id)
    if not isinstance(answer, Forbidden):
        return []
    known = info.context.person_id is not None
    code = BlockerCode.NOT_AUTHORISED if known else BlockerCode.NOT_SIGNED_IN
    return [DomainBlocker(code, (), move.roles)]


async def offers(info: Info, cycle: records.Cycle, principal_id: UUID | None = None) -> list[Offer]:
    """Return every move out of a cycle's stage, and what is in the viewer's way.

    What the viewer would give with the move (a reason, a report, changes) is taken as given. Who may
    neither make the move nor see the draft is told no more than that.
    """
    case = await info.context.loaders.case(cycle.id)
    capacities = capacities_of_viewer(info, principal_id)
    facts = case.facts(
        info.context.person_id,
        on_behalf_of_id=principal_id,
        reason="…",
        report="…",
        plan_changed=True,
    )
    owner_id = case.owner.department_id
    sees_draft = info.context.sight.sees(Reading.DRAFT, owner_id)
    found = []
    for move in moves_from(case.cycle.stage, facts):
        barred = _authority_blocker(info, capacities, move, case)
        told = barred if barred and not sees_draft else [*barred, *blockers(move, facts)]
        found.append(Offer(move=move, blocked_by=[BlockerSource(b, owner_id) for b in told]))
    return found
