"""Several who act, and several acts: conflicts, moves in one call, and mutations in one document."""

from tests.schema.asking import Answer, ask, error_codes, key
from tests.schema.conftest import Towns
from tests.schema.verbs import FIRE_ALL, Desk
from workflows.replay import audit
from workflows.stages import Stage


async def test_a_conflict_tells_what_happened_since(towns: Towns) -> None:
    """Whoever comes too late sees what the others did, and how things stand now."""
    desk = Desk(towns.hashikami)
    seen = await desk.cycle()
    await desk.fire("staff", "REPORT_INTERIM", report={"text": "順調"})
    indicator = {"indicator": seen["indicators"][0]["id"], "actual": "42"}
    await desk.edit("staff", {"results": {"activities": "導入", "actuals": [indicator]}})
    await desk.fire("lead", "SUBMIT_RESULTS")
    await desk.fire("office", "OPEN_NEXT")
    asked = {"cycle": seen["id"], "expectedRevision": seen["revision"], "trigger": "SUBMIT_RESULTS"}
    error = await desk.refused("fireTransition", "lead", **asked)
    assert [one["__typename"] for one in error["since"]] == [
        *("Transition", "SheetEdit", "Transition", "Transition")
    ]
    assert error["expected"] == seen["revision"]
    assert error["currentRevision"] == error["currentCycle"]["revision"] == seen["revision"] + 4
    assert error["currentCycle"]["stage"] == Stage.CHECK
    asked["expectedRevision"] = error["currentRevision"] + 1
    ahead = await desk.refused("fireTransition", "lead", **asked)
    assert ahead["since"] == []
    asked["expectedRevision"] = error["currentRevision"] - 1
    assert len((await desk.refused("fireTransition", "lead", **asked))["since"]) == 1


async def test_a_projects_conflict_tells_of_the_project(towns: Towns) -> None:
    """Also where a cycle's close ended it: that entry is about the project alone."""
    town, desk = towns.hashikami, Desk(towns.hashikami)
    seen = await desk.project()
    await town.bring_to(Stage.ACTION)
    await desk.edit("office", {"improvement": {"improvement": "無", "direction": "COMPLETE"}})
    await desk.fire("office", "CLOSE")
    asked = {"project": seen["id"], "expectedRevision": seen["revision"]}
    error = await desk.refused(
        "changeProjectStatus", "office", **asked, trigger="SUSPEND", reason="休止"
    )
    assert error["since"][-1]["__typename"] == "StatusChange"
    assert error["currentCycle"] is None
    assert error["currentProject"] == {"id": seen["id"], "revision": seen["revision"] + 1}


async def moves(desk: Desk, **of: object) -> list[Answer]:
    """Return inputs of a report and then the submission, each with the revision it will meet."""
    cycle = await desk.cycle()
    asked = {"cycle": cycle["id"], **of}
    return [
        {
            **asked,
            "trigger": "REPORT_INTERIM",
            "report": {"text": "順調"},
            "expectedRevision": cycle["revision"],
            "idempotencyKey": key(),
        },
        {
            **asked,
            "trigger": "SUBMIT_RESULTS",
            "expectedRevision": cycle["revision"] + 1,
            "idempotencyKey": key(),
        },
    ]


async def test_moves_in_one_call_succeed_each_on_its_own(towns: Towns) -> None:
    """What is refused does not stop what follows; each has its answer, in the order of the input."""
    desk = Desk(towns.hashikami)
    report, submit = await moves(desk)
    lost = {**report, "cycle": "cyc_", "idempotencyKey": key()}
    late = {**report, "idempotencyKey": key()}
    asked = [report, lost, submit, late, report, {**submit, "validateOnly": True}]
    answers = (await ask(desk.town, FIRE_ALL, "lead", input=asked))["fireTransitions"]
    assert [one["__typename"] for one in answers] == [
        *("TransitionApplied", "NotFound", "Blocked", "RevisionConflict"),
        *("TransitionApplied", "Blocked"),
    ]
    assert [answers[0]["replayed"], answers[4]["replayed"]] == [False, True]
    assert answers[0]["transition"] == answers[4]["transition"]
    assert await audit(desk.town.id) == []


async def test_answers_of_one_call_agree(towns: Towns) -> None:
    """Each shows the cycle as it is once all have been fired, down to what can be done next."""
    desk = Desk(towns.hashikami)
    cycle = await desk.cycle()
    actual = {"indicator": cycle["indicators"][0]["id"], "actual": "42"}
    await desk.edit("staff", {"results": {"activities": "導入", "actuals": [actual]}})
    asked = await moves(desk)
    first, second = (await ask(desk.town, FIRE_ALL, "lead", input=asked))["fireTransitions"]
    assert (first["transition"]["to"], second["transition"]["to"]) == ("DO", "CHECK")
    assert first["cycle"] == second["cycle"]
    assert first["cycle"]["stage"] == "CHECK"
    triggers = {one["trigger"] for one in first["cycle"]["availableTransitions"]}
    assert "EVALUATE" in triggers
    assert "SUBMIT_RESULTS" not in triggers


async def test_a_call_has_bounds(towns: Towns) -> None:
    """No move is fine; more than a hundred are told to be too many, and none is made."""
    desk = Desk(towns.hashikami)
    assert await ask(desk.town, FIRE_ALL, "lead", input=[]) == {"fireTransitions": []}
    size = await desk.town.size()
    asked = (await moves(desk))[:1] * 101
    assert await error_codes(desk.town, FIRE_ALL, "lead", input=asked) == ["TOO_MANY"]
    assert await desk.town.size() == size


async def test_each_mutation_of_a_document_shows_its_own_moment(towns: Towns) -> None:
    """They run one after another, and what one answers is not what the one before had read."""
    desk = Desk(towns.hashikami)
    project = await desk.project()
    document = """mutation($a: ChangeProjectStatusInput!, $b: ChangeProjectStatusInput!) {
      a: changeProjectStatus(input: $a) { ... on ProjectStatusChanged { project { ...P } } }
      b: changeProjectStatus(input: $b) { ... on ProjectStatusChanged { project { ...P } } } }
      fragment P on Project { status revision history(first: 1) { nodes { sequence } }
        currentCycle { availableTransitions { blockedBy { code } } } }"""
    asked = {"project": project["id"], "reason": "組替え"}
    first = {**asked, "trigger": "SUSPEND", "expectedRevision": project["revision"]}
    second = {**asked, "trigger": "RESUME", "expectedRevision": project["revision"] + 1}
    size = await desk.town.size()
    answer = await ask(
        desk.town,
        document,
        "office",
        a={**first, "idempotencyKey": key()},
        b={**second, "idempotencyKey": key()},
    )
    shown = [answer[name]["project"] for name in ("a", "b")]
    assert [one["status"] for one in shown] == ["SUSPENDED", "ACTIVE"]
    assert [one["history"]["nodes"][0]["sequence"] for one in shown] == [size + 1, size + 2]
    inactive = [
        {b["code"] for m in one["currentCycle"]["availableTransitions"] for b in m["blockedBy"]}
        for one in shown
    ]
    assert "PROJECT_NOT_ACTIVE" in inactive[0]
    assert "PROJECT_NOT_ACTIVE" not in inactive[1]


async def test_moves_in_one_call_show_what_an_earlier_mutation_did(towns: Towns) -> None:
    """In one document: what the first mutation read is not what the second one shows."""
    desk = Desk(towns.hashikami)
    (report, _), (again, _) = await moves(desk), await moves(desk)
    again["expectedRevision"] += 1
    document = """mutation($a: [FireInput!]!, $b: [FireInput!]!) {
      a: fireTransitions(input: $a) { ... on TransitionApplied { cycle { revision } } }
      b: fireTransitions(input: $b) { ... on TransitionApplied { cycle { revision } } } }"""
    answer = await ask(desk.town, document, "lead", a=[report], b=[again])
    first, second = (answer[name][0]["cycle"]["revision"] for name in ("a", "b"))
    assert (first, second) == (again["expectedRevision"], again["expectedRevision"] + 1)
