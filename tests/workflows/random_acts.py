"""Random acts by random people, each held against the record."""

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from tests.town import Town
from tests.workflows.random_steps import LEADS, PROJECTS, Step
from workflows.advance import Fire, fire
from workflows.ledger import Applied, Outcome, Refused
from workflows.records import Appointment, Event, EventKind, Rollout
from workflows.replay import audit
from workflows.revise.corrections import CorrectionAsked, correct
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.revise.people import NewAppointment, appoint, end_appointment
from workflows.revise.plan import Amendment, Revision, Withdrawal, revise_plan
from workflows.revise.rollouts import Answer, Proposal, answer_rollout, propose_rollout
from workflows.revise.sheets import edit_sheet
from workflows.revise.status import StatusChange, change_status
from workflows.sheets import PlanEdit, Report, SheetEdit
from workflows.stages import Role, Stage, StatusTrigger, Trigger

FORWARD = {
    Stage.PLAN: Trigger.START,
    Stage.DO: Trigger.SUBMIT_RESULTS,
    Stage.CHECK: Trigger.EVALUATE,
    Stage.ACTION: Trigger.CLOSE,
}


class RandomActs:
    """A town in which anybody does anything at any time, and what became of it."""

    def __init__(self, town: Town, seen: Counter[str]) -> None:
        self.town, self.seen = town, seen
        self.ahead = dt.timedelta()

    async def run(self, steps: list[Step]) -> None:
        """Do one act after another."""
        for name, values in steps:
            await getattr(self, name)(**values)

    def now(self) -> dt.datetime:
        """Return the time of this town's clock."""
        return dt.datetime.now(dt.UTC) + self.ahead

    async def act(self, doing: Callable[[], Awaitable[Outcome | None]]) -> None:
        """Do one act and hold the whole record against the tables."""
        size = await self.town.size()
        outcome = await doing()
        grown = await self.town.size() - size
        match outcome:
            case Applied(events=events):
                assert [e.sequence - size for e in events] == list(range(1, grown + 1))
                self.seen.update(f"{e.kind} {e.trigger or ''}".strip() for e in events)
                self.seen["applied"] += 1
            case Refused(event=Event() as event):
                assert grown == 1
                assert event.sequence == size + 1
                assert event.kind is EventKind.REFUSAL
                assert event.document["changes"] == []
                self.seen.update([type(outcome.refusal).__name__, "refused"])
            case _:
                assert grown == 0
                self.seen["nothing"] += 1
        assert await audit(self.town.id) == []

    async def let_time_pass(self, days: int) -> None:
        """Go on, or set the clock back."""
        self.ahead += dt.timedelta(days=days)

    async def go_forward(self, code: str, times: int) -> None:
        """Do what is next, as those do whose work it is."""
        for _ in range(times):
            await self.act(lambda: self._fill_in(code))
            await self.act(lambda: self._fire_next(code))

    async def _fill_in(self, code: str) -> Outcome | None:
        cycle = await self.town.cycle(code)
        if cycle.stage is Stage.CLOSED:
            return None
        return await self.town.fill_in(cycle.stage, code, LEADS[PROJECTS[code]])

    async def _fire_next(self, code: str) -> Outcome:
        trigger = FORWARD.get((await self.town.cycle(code)).stage, Trigger.OPEN_NEXT)
        lead = trigger not in {Trigger.CLOSE, Trigger.OPEN_NEXT}
        return await self.town.fire(LEADS[PROJECTS[code]] if lead else "office", trigger, code)

    async def fire(
        self, who: str, code: str, trigger: Trigger, reason: str, *, late: int, trial: bool
    ) -> None:
        """Fire any trigger as anybody."""
        values: dict[str, Any] = {}
        if trigger is Trigger.REPORT_INTERIM:
            values["report"] = Report(text=reason)
        if trigger is Trigger.REVISE_PLAN:
            values["plan"] = PlanEdit(values={"goal": reason})

        async def doing() -> Outcome:
            cycle = await self.town.cycle(code)
            asked = Fire(
                cycle_id=cycle.id,
                trigger=trigger,
                expected_revision=cycle.revision - late,
                reason=reason,
                **values,
            )
            return await fire(self.town.by(who, validate_only=trial), asked)

        await self.act(doing)

    async def work(self, code: str, word: str) -> None:
        """Begin where nobody has, report, and revise the plan, as the owner's lead."""
        lead = LEADS[PROJECTS[code]]
        if (await self.town.cycle(code)).stage is Stage.PLAN:
            await self.go_forward(code, 1)
        report, plan = Report(text=word), PlanEdit(values={"goal": word})
        await self.act(lambda: self.town.fire(lead, Trigger.REPORT_INTERIM, code, report=report))
        await self.act(
            lambda: self.town.fire(lead, Trigger.REVISE_PLAN, code, reason=word, plan=plan)
        )

    async def go_back(self, code: str, trigger: Trigger) -> None:
        """Send back or rescind, as the office."""
        await self.act(lambda: self.town.fire("office", trigger, code, reason="戻す"))

    async def edit(self, who: str, code: str, edit: SheetEdit) -> None:
        """Edit any part as anybody."""

        async def doing() -> Outcome:
            cycle = await self.town.cycle(code)
            return await edit_sheet(self.town.by(who), cycle.id, cycle.revision, edit)

        await self.act(doing)

    async def change_status(self, who: str, code: str, trigger: StatusTrigger, reason: str) -> None:
        """Change a status as anybody."""
        await self.act(lambda: self._status(who, code, trigger, reason))

    async def bring_back(self, code: str, trigger: StatusTrigger) -> None:
        """Take up again what was suspended or ended."""
        await self.act(lambda: self._status("office", code, trigger, "再開"))

    async def _status(self, who: str, code: str, trigger: StatusTrigger, reason: str) -> Outcome:
        project = await self.town.project(code)
        asked = StatusChange(
            project_id=project.id,
            trigger=trigger,
            expected_revision=project.revision,
            reason=reason,
        )
        return await change_status(self.town.by(who), asked)

    async def transfer(self, who: str, code: str, to: str, days: int) -> None:
        """Transfer a project, back in time or ahead."""

        async def doing() -> Outcome:
            project = await self.town.project(code)
            day = (self.now() + dt.timedelta(days=days)).date()
            asked = Transfer(
                project_id=project.id,
                expected_revision=project.revision,
                department_id=self.town.departments[to],
                group_id=None,
                effective_on=day,
                reason="所管替え",
            )
            return await transfer_ownership(self.town.by(who), asked)

        await self.act(doing)

    async def revise(self, who: str, code: str, title: str, *, withdraw: bool) -> None:
        """Change or withdraw a project."""

        async def doing() -> Outcome:
            project = await self.town.project(code)
            named = {"project_id": project.id, "expected_revision": project.revision}
            asked = Revision(
                summary="見直し",
                reason="情勢",
                effective_on=dt.date(2026, 10, 1),
                amendments=[] if withdraw else [Amendment(**named, title=title)],
                withdrawals=[Withdrawal(**named)] if withdraw else [],
            )
            return await revise_plan(self.town.by(who), asked)

        await self.act(doing)

    async def roll_out(self, code: str, to: str, *, accept: bool, reason: str) -> None:
        """Offer a result, and answer what is offered."""

        async def offering() -> Outcome:
            cycle = await self.town.cycle(code)
            asked = Proposal(
                cycle_id=cycle.previous_cycle_id or cycle.id,
                department_id=self.town.departments[to],
                message="いかが",
            )
            return await propose_rollout(self.town.by("office"), asked)

        async def answering() -> Outcome | None:
            rollout = await Rollout.of(self.town.id).order_by("-id").first()
            if rollout is None:
                return None
            asked = Answer(rollout_id=rollout.id, accept=accept, answer=reason)
            return await answer_rollout(self.town.by(LEADS[to]), asked)

        await self.act(offering)
        await self.act(answering)

    async def correct(self, who: str, back: int, edit: SheetEdit | None) -> None:
        """Correct some earlier entry."""

        async def doing() -> Outcome:
            entry = await self.town.last_event()
            entry = await Event.of(self.town.id).get(sequence=max(1, entry.sequence - back))
            cycle = await self.town.cycle()
            said = {"statement": "訂正", "reason": "誤記", "edit": edit}
            asked = CorrectionAsked(
                sequence=entry.sequence, expected_revision=cycle.revision, **said
            )
            return await correct(self.town.by(who), asked)

        await self.act(doing)

    async def appoint(self, who: str, whom: str, role: Role, to: str) -> None:
        """Appoint anybody to anything, for a month."""
        today = self.now().date()
        new = NewAppointment(
            person_id=self.town.people[whom],
            role=role,
            department_id=self.town.departments[to],
            starts_on=today,
            ends_on=today + dt.timedelta(days=30),
        )
        await self.act(lambda: appoint(self.town.by(who), new))

    async def end(self, whom: str) -> None:
        """End somebody's last appointment today."""

        async def doing() -> Outcome | None:
            mine = Appointment.of(self.town.id).filter(person_id=self.town.people[whom])
            last = await mine.order_by("-starts_on").first()
            if last is None:
                return None
            return await end_appointment(self.town.by("admin"), last.id, self.now().date())

        await self.act(doing)
