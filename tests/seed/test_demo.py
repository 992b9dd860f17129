"""The sample's history: believable, written in full, and honest about its dates."""

import datetime as dt
from collections import Counter
from uuid import UUID

import pytest

from seed.demo.content import HASHIKAMI, Measured
from seed.reader import read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from tests.seed.samples import AUTUMN, FILES, by_stage
from workflows.fiscal import TOKYO
from workflows.readings import ENTRIES, Reading
from workflows.records import (
    Comment,
    Cycle,
    Delegation,
    Department,
    Event,
    EventKind,
    Evidence,
    Finding,
    Indicator,
    Person,
    Plan,
    Project,
    Rollout,
    Sheet,
)
from workflows.replay import audit
from workflows.revise.findings import is_overdue
from workflows.stages import ProjectStatus, Role, Stage, Trigger
from workflows.verification import Given, verify


async def test_cycles_are_spread_over_the_stages(sample: UUID) -> None:
    """Last year's are mostly closed and a few late; this year's are mostly carried out."""
    stages = await by_stage(sample)
    assert stages[2025, Stage.CLOSED] >= 35
    assert stages[2025, Stage.CHECK] >= 2
    assert stages[2025, Stage.ACTION] >= 2
    assert stages[2026, Stage.DO] >= 30
    assert stages[2026, Stage.PLAN] >= 2
    assert stages[2026, Stage.CHECK] >= 2
    assert {year for year, _ in stages} == {2025, 2026}


async def test_the_record_agrees_with_the_tables(sample: UUID) -> None:
    """The sample went through the ledger like everything else."""
    assert await audit(sample) == []


async def test_everything_that_can_happen_has_happened(sample: UUID) -> None:
    """Every trigger was pulled, and every kind of entry is there but those about accounts, keys and copies."""
    events = await Event.of(sample)
    moves = Counter(e.trigger for e in events if e.kind is EventKind.TRANSITION)
    assert set(moves) == set(Trigger)
    assert moves[Trigger.SEND_BACK] >= 3
    assert moves[Trigger.REVISE_PLAN] >= 3
    assert moves[Trigger.RESCIND] >= 1
    sent_back_from = {e.source for e in events if e.trigger is Trigger.SEND_BACK}
    assert sent_back_from >= {Stage.DO, Stage.CHECK, Stage.ACTION}
    accounts = {kind for kind, what in ENTRIES.items() if what is Reading.ACCOUNTS}
    kept = {EventKind.KEY_CHANGED, EventKind.EXPORTED, EventKind.REDACTED}
    assert (
        set(EventKind) - {e.kind for e in events} == accounts | {EventKind.DELEGATION_ENDED} | kept
    )


async def test_somebody_decides_for_another(sample: UUID) -> None:
    """The leave holds on the day on which the sample is made, and for nearly a year from then."""
    (leave,) = await Delegation.of(sample)
    assert leave.starts_on == AUTUMN.date()
    assert leave.ends_on - leave.starts_on == dt.timedelta(days=364)
    shown = {p.number for p in HASHIKAMI.people if p.shown}
    assert (await Person.of(sample).get(id=leave.delegate_id)).staff_number in shown


async def test_people_talked(sample: UUID) -> None:
    """Some comments are answered, one is withdrawn, and all are about a cycle."""
    comments = await Comment.of(sample)
    said = {one.id for one in comments}
    assert len([one for one in comments if one.reply_to_id in said]) == 2
    assert [one.withdrawal_reason for one in comments if one.withdrawn]
    assert all(one.cycle_id for one in comments)


async def test_it_was_audited(sample: UUID) -> None:
    """One finding is open, one answered and to be followed up, one closed; none of them late."""
    findings = {str(f.status): f for f in await Finding.of(sample)}
    assert set(findings) == {"OPEN", "ANSWERED", "CLOSED"}
    assert not any(is_overdue(f, AUTUMN.date()) for f in findings.values())
    assert findings["ANSWERED"].follow_up_on
    assert findings["OPEN"].answer_due_on
    assert findings["CLOSED"].entry_sequence
    evidence = await Evidence.of(sample)
    assert len({one.cycle_id for one in evidence}) == 2
    assert Counter(one.withdrawn for one in evidence) == {False: 2, True: 1}
    for one in evidence:
        assert FILES.read(one.sha256).decode("utf-8-sig").endswith("\r\n")
        assert one.media_type.startswith("text/csv")
    assert (await verify(sample, Given(evidence=FILES.folder))).faults == []


async def test_projects_end_rest_and_change_hands(sample: UUID) -> None:
    """One is suspended, one completed, one abolished; one was suspended and goes on."""
    projects = await Project.of(sample)
    by_status = {p.status: p.code for p in projects if p.status is not ProjectStatus.ACTIVE}
    assert by_status == {
        ProjectStatus.SUSPENDED: "1_05",
        ProjectStatus.COMPLETED: "2_01",
        ProjectStatus.ABOLISHED: "2_14",
    }
    changes = await Event.of(sample).filter(kind=EventKind.STATUS_CHANGED)
    triggers = Counter(e.document["details"]["trigger"] for e in changes)
    assert triggers == {"SUSPEND": 2, "RESUME": 1, "COMPLETE": 1, "ABOLISH": 1}
    (transfer,) = await Event.of(sample).filter(kind=EventKind.OWNERSHIP_TRANSFERRED)
    later = Event.of(sample).filter(project_id=transfer.project_id, kind=EventKind.TRANSITION)
    owners = [e.owner_id for e in await later.order_by("sequence")]
    assert len(set(owners)) == 2


async def test_rollouts_are_proposed_accepted_and_declined(sample: UUID) -> None:
    """The accepted one has a linked project with a plan."""
    rollouts = {str(r.status): r for r in await Rollout.of(sample)}
    assert set(rollouts) == {"PROPOSED", "ACCEPTED", "DECLINED"}
    accepted = rollouts["ACCEPTED"]
    project = await Project.of(sample).get(id=accepted.new_project_id)
    assert (project.code, project.rolled_out_from_id) == ("1_20", accepted.project_id)
    cycle = await Cycle.of(sample).get(id=project.current_cycle_id)
    assert (await Sheet.of(sample).get(cycle_id=cycle.id)).schedule


async def test_attempts_were_refused_for_all_kinds_of_reasons(sample: UUID) -> None:
    """Somebody else's lead, the evaluator who closes, and whoever left something out."""
    refusals = await Event.of(sample).filter(kind=EventKind.REFUSAL)
    told = [e.document["details"]["refusal"] for e in refusals]
    assert "Forbidden" in {refusal["type"] for refusal in told}
    codes = {b["code"] for refusal in told for b in refusal.get("blockers", ())}
    assert codes >= {
        *("NO_INDICATOR", "NO_SCHEDULE", "NO_ACTUAL"),
        *("NO_REASON", "SAME_PERSON_EVALUATED"),
    }


async def test_grades_are_mixed(sample: UUID) -> None:
    """All four are given; most results are on target or above it."""
    grades = Counter(s.grade for s in await Sheet.of(sample).exclude(grade=None))
    assert set(grades) == {"A", "B", "C", "D"}
    assert grades["A"] + grades["B"] > 3 * (grades["C"] + grades["D"])
    assert grades["B"] > grades["A"]


async def test_times_are_honest(sample: UUID) -> None:
    """What is said to have taken effect did so in office hours, and before it was recorded."""
    untimed = await Event.of(sample).filter(effective_at=None)
    assert {e.kind for e in untimed} == {EventKind.REFUSAL}
    for event in await Event.of(sample).exclude(effective_at=None):
        assert event.effective_at is not None
        assert event.effective_at <= event.recorded_at
        local = event.effective_at.astimezone(TOKYO)
        assert local.weekday() < 5, event.sequence
        assert dt.time(8, 30) <= local.time() <= dt.time(17, 15), event.sequence


async def test_the_record_runs_as_time_did(sample: UUID) -> None:
    """Entries stand in the order in which they took effect."""
    events = await Event.of(sample).exclude(effective_at=None).order_by("sequence")
    times = [e.effective_at for e in events]
    assert times == sorted(times)  # type: ignore[type-var]  # none is None: excluded


async def test_what_is_closed_is_written_in_full(sample: UUID) -> None:
    """No text and no figure of a closed cycle is missing."""
    closed = [c.id for c in await Cycle.of(sample).filter(stage=Stage.CLOSED)]
    for sheet in await Sheet.of(sample).filter(cycle_id__in=closed):
        texts = (sheet.goal, sheet.schedule, sheet.activities, sheet.issues, sheet.improvement)
        assert all(texts)
        assert sheet.direction is not None
        assert sheet.budget_yen is not None
        assert sheet.spent_yen is not None
    for indicator in await Indicator.of(sample).filter(cycle_id__in=closed):
        if indicator.qualitative_goal:
            assert indicator.reason_no_number
            assert indicator.result
        else:
            assert indicator.baseline is not None
            assert indicator.target is not None
            assert indicator.actual or indicator.reason_not_measured


async def test_interim_reports_have_figures(sample: UUID) -> None:
    """A report has a text, and a figure where there is one to be had."""
    reports = [
        e.document["details"]["report"]
        for e in await Event.of(sample).filter(trigger=Trigger.REPORT_INTERIM)
    ]
    assert len(reports) >= 80
    assert all(report["text"] for report in reports)
    assert sum(bool(report["figures"]) for report in reports) >= 75


async def test_it_says_that_it_is_a_sample(sample: UUID) -> None:
    """Plan, title, staff numbers and approval numbers say so; the title says from when."""
    plan = await Plan.of(sample).get()
    assert plan.is_sample
    assert plan.title.endswith("（見本・令和7年度開始）")
    assert plan.first_fiscal_year == HASHIKAMI_TOWN.first_fiscal_year - 1
    assert all(p.staff_number.startswith("見本") for p in await Person.of(sample))
    closes = await Event.of(sample).filter(trigger=Trigger.CLOSE, kind=EventKind.TRANSITION)
    numbers = [e.document["details"]["approvalNumber"] for e in closes]
    assert all(number.startswith("見本") for number in numbers)


async def test_every_department_has_a_lead(sample: UUID) -> None:
    """And there are two of the office who lead nothing, and one who does both."""
    leads = {p.department for p in HASHIKAMI.people if Role.LEAD in p.roles}
    assert leads == {d.name for d in await Department.of(sample)}
    office = [p for p in HASHIKAMI.people if Role.OFFICE in p.roles]
    assert Counter(Role.LEAD in p.roles for p in office) == {False: 2, True: 1}


def test_every_project_of_the_plan_is_told() -> None:
    """The content covers the plan, and no sentence of it is empty."""
    text = read(HASHIKAMI_PLAN.read_bytes())
    assert set(HASHIKAMI.projects) == {p.code for p in text.projects} | {"1_20"}
    years = [year for project in HASHIKAMI.projects.values() for year in project]
    for year in years:
        assert year.measures
        sentences = (year.goal, year.schedule, year.interim, year.activities)
        assert all((*sentences, year.issues, year.improvement))
    activities = Counter(year.activities for year in years)
    assert activities.most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("measured", "so_far"),
    [
        (Measured(name="率", baseline="10.0", target="30", actual="25.5"), "16.2"),
        (Measured(name="日数", baseline="8", target="4", actual="3"), "6"),
        (Measured(name="件数", baseline="8", target="9", actual="10", starts_at_zero=True), "4"),
        (Measured(name="満足度", baseline="0", target="60", unmeasured="調査は翌年度"), None),
        (Measured(name="目標", goal="移行する", why="数では測れない", result="移行した"), None),
    ],
)
def test_figures_so_far_lie_on_the_way(measured: Measured, so_far: str | None) -> None:
    """A level moves on from the baseline, a count from nothing; no figure, no news."""
    assert measured.so_far(0.4) == so_far
