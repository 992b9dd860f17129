"""The past through the API: as it was, as far as it may be seen, and apart from the present."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Final

from tests.schema.asking import Answer, ask, context, error_codes, execute
from tests.schema.conftest import Towns
from tests.schema.oracle import VIEWERS, Viewer
from tests.schema.test_sight_matrix import drafts
from tests.town import PEOPLE, Town, applied
from workflows import ledger
from workflows.fiscal import fiscal_year_of
from workflows.records import Event, EventKind, Indicator
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.revise.sheets import edit_sheet
from workflows.sheets import IndicatorEdit, PlanEdit, Report
from workflows.stages import Stage, Trigger

_SHEET: Final = """goal schedule budgetYen activities spentYen grade gradeLabel issues improvement
  direction"""
_INDICATOR: Final = """name unit baseline target qualitativeGoal reasonNoNumber actual result
  reasonNotMeasured"""
_CYCLE: Final = f"""fiscalYear fiscalYearLabel stage enteredStageAt openedAt dueOn planRevision overdue
  sheet {{ {_SHEET} }} indicators {{ {_INDICATOR} }}"""
_PROJECT: Final = f"""code title content expectedEffects status stage category {{ code name }}
  policy {{ code name }} department {{ name groups {{ name }} }} group {{ name }}
  currentCycle {{ fiscalYear }} cycles {{ {_CYCLE} }}"""
_PROGRESS: Final = """fiscalYear total closed overdue byStage { stage count }
  byGrade { grade count } byStatus { status count }"""
_NAMED: Final = """... on Policy { code name } ... on Category { code name }
  ... on Department { name }"""
CODES: Final = ("1_02", "1_03", "1_05", "1_06", "1_08", "2_02")
_PLAN: Final = """title published firstFiscalYear lastFiscalYear policies { code name categories {
  code name projects { code } } }"""
_COUNTED: Final = ("POLICY", "CATEGORY", "DEPARTMENT")
_NAMED: Final = "... on Policy { code name } ... on Category { code name } ... on Department {name}"
NOW: Final = f"""{{ plan {{ {_PLAN} }} departments {{ name groups {{ name }} projects {{ code }} }}
  {" ".join(f'p{code}: project(ref: {{code: "{code}"}}) {{ {_PROJECT} }}' for code in CODES)}
  {" ".join(f"{by}: progress(by: {by}) {{ {_PROGRESS} subject {{ {_NAMED} }} }}" for by in _COUNTED)}
  progress {{ {_PROGRESS} }} years: progress(by: FISCAL_YEAR) {{ {_PROGRESS} }} }}"""
THEN: Final = f"""query($moment: MomentInput!) {{ asOf(moment: $moment) {{ {_PLAN}
  departments {{ name groups {{ name }} projects {{ code }} }}
  {" ".join(f'p{code}: projects(where: {{code: "{code}"}}) {{ {_PROJECT} }}' for code in CODES)}
  {" ".join(f"{by}: progress(by: {by}) {{ {_PROGRESS} subject {{ code name }} }}" for by in _COUNTED)}
  progress {{ {_PROGRESS} }} years: progress(by: FISCAL_YEAR) {{ {_PROGRESS} }} }} }}"""
HIDES: Final = "ひみつ"


async def told(town: Town, viewer: Viewer, document: str, **given: object) -> Answer:
    """Return what a viewer is answered, without errors."""
    asked = await context(town, viewer.who, credential=viewer.credential)
    answer, errors = await execute(asked, document, given)
    assert not errors, errors
    return answer


async def now(town: Town, viewer: Viewer) -> Answer:
    """Return the present, laid out as the past is."""
    answer = await told(town, viewer, NOW)
    for code in CODES:
        answer[f"p{code}"] = [answer[f"p{code}"]]
    for counted in answer["DEPARTMENT"]:
        counted["subject"]["code"] = None
    return {**answer.pop("plan"), **answer}


async def then(town: Town, viewer: Viewer, sequence: int) -> Answer:
    """Return the past just after an entry."""
    answer: Answer = (await told(town, viewer, THEN, moment={"sequence": sequence}))["asOf"]
    return answer


async def test_the_past_is_as_it_was_answered_then(towns: Towns) -> None:
    """To each viewer the same as the present was, before anything else happened."""
    town = towns.large
    await drafts(town)
    size = await town.size()
    before = {viewer: await now(town, viewer) for viewer in VIEWERS}
    applied(await town.fire("lead", Trigger.SUBMIT_RESULTS, "1_05"))
    await _transfer(town)
    for viewer, answer in before.items():
        assert await then(town, viewer, size) == answer, viewer
        assert await now(town, viewer) != answer


async def _transfer(town: Town) -> None:
    """Transfer a project and change another, so that the present is not the past."""
    project = await town.project("1_03")
    asked = Transfer(
        project_id=project.id,
        expected_revision=project.revision,
        department_id=town.departments["総務課"],
        group_id=None,
        effective_on=ledger.now().date(),
        reason="所管替え",
    )
    applied(await transfer_ownership(town.by("office"), asked))


def dumped(answer: object) -> str:
    """Return an answer as the text that a client gets."""
    return json.dumps(answer, ensure_ascii=False)


EVERYTHING: Final = f"""query($moment: MomentInput!) {{ asOf(moment: $moment) {{ id recordedAt on
  policies {{ id code name categories {{ id code name projects {{ id }} }} }}
  departments {{ id name groups {{ id name }} projects {{ id }} }}
  progress(by: DEPARTMENT) {{ subject {{ id code name }} {_PROGRESS} }}
  projects {{ id title content expectedEffects category {{ id }} policy {{ id }}
    department {{ id }} group {{ id }} currentCycle {{ id }} cycles {{ id {_CYCLE}
      indicators {{ id }} sheet {{ id indicators {{ id {_INDICATOR} }} }} }} }} }} }}"""


async def everything(town: Town, who: str | None, sequence: int) -> Answer:
    """Return every field of the past, of everything that there was."""
    return await ask(town, EVERYTHING, who, moment={"sequence": sequence})


async def hide(town: Town) -> int:
    """Leave what is not for all in a project of 税務課, then go on; return when it stood there."""
    cycle = await town.cycle("1_06")

    async def edit(*indicators: IndicatorEdit, **values: object) -> None:
        asked = PlanEdit(values=values, indicators=list(indicators))
        revision = (await town.cycle("1_06")).revision
        applied(await edit_sheet(town.by("other_lead"), cycle.id, revision, asked))

    await edit(IndicatorEdit(name=f"{HIDES}の指標", unit=HIDES, target="1"), goal=f"{HIDES}の目標")
    (indicator,) = await town.indicators("1_06")
    size = await town.size()
    await edit(IndicatorEdit(name="交付率", unit="%", baseline="1", target="2"), goal="目標")
    applied(await town.fill_in(Stage.PLAN, "1_06", "other_lead"))
    applied(await town.fire("other_lead", Trigger.START, "1_06"))
    assert (await Indicator.of(town.id).get(id=indicator.id)).withdrawn
    return size


async def test_a_draft_of_the_past_is_one_still(towns: Towns) -> None:
    """Seen by who sees drafts of the department that owned it then, or owns it now; by nobody else."""
    town = towns.large
    size = await hide(town)
    sees = {"other_lead", "other_staff", "office", "office_lead", "auditor"}
    for who in (*PEOPLE, None):
        assert (HIDES in dumped(await everything(town, who, size))) is (who in sees), who
    project = await town.project("1_06")
    asked = Transfer(
        project_id=project.id,
        expected_revision=project.revision,
        department_id=town.departments["町民生活課"],
        group_id=None,
        effective_on=ledger.now().date(),
        reason="所管替え",
    )
    applied(await transfer_ownership(town.by("office"), asked))
    for who in (*PEOPLE, None):
        assert (HIDES in dumped(await everything(town, who, size))) is (
            who in sees | {"lead", "staff"}
        ), who


async def test_what_was_taken_off_and_what_was_said_is_not_told(towns: Towns) -> None:
    """Withdrawn indicators, comments and reasons are in no snapshot, for whoever it is."""
    town = towns.large
    _ = await hide(town)
    secrets = {"reason": HIDES, "plan": PlanEdit(values={"goal": "新しい目標"})}
    applied(await town.fire("other_lead", Trigger.REVISE_PLAN, "1_06", **secrets))
    report = Report(text=f"{HIDES}の報告")
    applied(await town.fire("other_lead", Trigger.REPORT_INTERIM, "1_06", report=report))
    applied(await town.fire("office", Trigger.SEND_BACK, "1_06", reason=f"{HIDES}の差戻し"))
    for who in (*PEOPLE, None):
        assert HIDES not in dumped(await everything(town, who, await town.size())), who


def ids_in(value: object) -> Iterator[str]:
    """Yield every id in an answer."""
    if isinstance(value, list):
        for one in value:
            yield from ids_in(one)
    if isinstance(value, dict):
        if "id" in value:
            yield value["id"]
        for one in value.values():
            yield from ids_in(one)


async def test_snapshots_have_ids_of_their_own(read_towns: Towns) -> None:
    """No id of the past is that of anything present, or of another moment."""
    town = read_towns.small
    size = await town.size()
    seen = [set(ids_in(await everything(town, "auditor", s))) for s in (size - 1, size)]
    assert len(seen[0]) > 30
    assert seen[0].isdisjoint(seen[1])
    some = [*seen[0], *seen[1]]
    for start in range(0, len(some), 100):
        document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        found = await ask(town, document, "auditor", ids=some[start : start + 100])
        assert not any(found["nodes"])


async def test_a_moment_that_is_not_over_is_refused(read_towns: Towns) -> None:
    """Typed, in both languages; and so is one before there was a plan."""
    town, moment = read_towns.small, "{ asOf(moment: {%s}) { sequence } }"
    year, size = fiscal_year_of(dt.datetime.now(dt.UTC).date()), await town.size()
    for given in (f"fiscalYearEnd: {year}", f"sequence: {size + 1}", 'at: "2999-01-01T00:00:00Z"'):
        assert await error_codes(town, moment % given) == ["BAD_MOMENT"], given
    for given in ("sequence: 0", 'at: "1999-01-01T00:00:00Z"', "fiscalYearEnd: 2000"):
        assert await error_codes(town, moment % given) == ["NO_PLAN"], given
    for given in ("", f"sequence: 1, fiscalYearEnd: {year - 1}"):
        assert await error_codes(town, moment % given) != []
    _, errors = await execute(await context(town), moment % "sequence: 10000000", {})
    japanese, english = errors[0]["message"].split(" / ")
    assert str(size) in japanese
    assert str(size) in english
    closed = await context(town, public=False)
    data, errors = await execute(closed, moment % "sequence: 5", {})
    assert (data, errors[0]["extensions"]["code"]) == ({"asOf": None}, "UNAUTHENTICATED")
    beside = """{ asOf(moment: {sequence: 0}) { sequence } integrity { eventsChecked }
      diff(from: {sequence: 1}, to: {at: "2999-01-01T00:00:00Z"}) { totalCount } }"""
    data, errors = await execute(await context(town), beside, {})
    assert data == {"asOf": None, "diff": None, "integrity": {"eventsChecked": 0}}
    assert sorted(e["path"] for e in errors) == [["asOf"], ["diff"]]


async def test_a_project_as_of_a_moment(read_towns: Towns) -> None:
    """By the project too; null before it entered the plan."""
    town = read_towns.small
    project = await town.project("1_02")
    added = await Event.of(town.id).get(kind=EventKind.PROJECT_ADDED, project_id=project.id)
    document = """query($s: Int!) { project(ref: {code: "1_02"}) {
      asOf(moment: {sequence: $s}) { id code stage project { id code } } } }"""
    assert (await ask(town, document, s=added.sequence - 1))["project"]["asOf"] is None
    there = (await ask(town, document, s=added.sequence))["project"]["asOf"]
    assert (there["code"], there["stage"]) == ("1_02", "PLAN")
    assert there["project"] == {"id": project.public_id, "code": "1_02"}


async def test_filters_ask_how_it_was(towns: Towns) -> None:
    """Stage, owner, words and due days of then; what the viewer can do now is none of them."""
    town = towns.large
    before = await town.size()
    await town.bring_to(Stage.CHECK, "1_06", "other_lead")
    document = """query($where: ProjectWhere, $s: Int!) { asOf(moment: {sequence: $s}) {
      projects(where: $where) { code } } }"""
    here = {"where": {"stage": ["CHECK"], "department": [f"dep_{town.departments['税務課'].hex}"]}}
    then_, after = [
        [p["code"] for p in (await ask(town, document, s=s, **here))["asOf"]["projects"]]
        for s in (before, await town.size())
    ]
    assert "1_06" not in then_
    assert sorted([*then_, "1_06"]) == sorted(after)
    wrong = {"where": {"not": {"actionableByViewer": True}}}
    assert await error_codes(town, document, s=before, **wrong) == ["BAD_FILTER"]
