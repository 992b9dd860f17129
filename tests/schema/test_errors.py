"""What a verb answers where it cannot be done: typed, at the input's own place, in two languages."""

import copy
import re
from typing import Any, Final

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_list_type, is_non_null_type

from tests.schema.asking import Answer
from tests.schema.conftest import Towns
from tests.schema.documents import BUILT
from tests.schema.valid import WHO, prepare, valid_inputs
from tests.schema.verbs import Desk
from workflows.records import Group, Indicator

UNKNOWN: Final = "00000000000000000000000000000001"
PLAN: Final = {"plan": {"indicators": [{"name": "一"}, {"name": "二"}]}}
RESULTS: Final = {"results": {"spentYen": 1, "actuals": []}}
Case = tuple[str, Answer, str, str]
"""A verb, what is changed of its valid input (by path), the error's type, and its path."""

CASES: Final[list[Case]] = [
    ("fireTransition", {"cycle": f"cyc_{UNKNOWN}"}, "NotFound", "cycle"),
    ("fireTransition", {"cycle": f"prj_{UNKNOWN}"}, "NotFound", "cycle"),
    ("fireTransition", {"cycle": ""}, "NotFound", "cycle"),
    ("fireTransition", {"report.figures.0.indicator": f"ind_{UNKNOWN}"}, "NotFound",
     "report.figures.0.indicator"),
    ("fireTransition", {"report.figures.0.value": "多い"}, "InvalidInput",
     "report.figures.0.value"),
    ("fireTransition", {"report.text": "a\0"}, "InvalidInput", "report.text"),
    ("fireTransition", {"approvalNumber": "x" * 101}, "InvalidInput", "approvalNumber"),
    ("fireTransition", {"reason": "\ud800"}, "InvalidInput", "reason"),
    ("fireTransition", {"effectiveAt": "2999-01-01T00:00:00Z"}, "InvalidInput", "effectiveAt"),
    ("fireTransition", {"effectiveAt": "2026-01-01T00:00:00Z"}, "InvalidInput", "effectiveAt"),
    ("fireTransition", {"plan": {}}, "InvalidInput", "plan"),
    ("fireTransition", {"trigger": "REVISE_PLAN", "report": None, "reason": "減",
                        "plan": {"indicators": [{"name": ""}]}},
     "InvalidInput", "plan.indicators.0.name"),
    ("fireTransition", {"expectedRevision": 1}, "RevisionConflict", "expectedRevision"),
    ("fireTransition", {"trigger": "START", "report": None}, "Blocked", ""),
    ("editSheet", {"part.evaluation.grade": "Z"}, "InvalidInput", "part.evaluation.grade"),
    ("editSheet", {"part.evaluation.issues": "x" * 10_001}, "InvalidInput",
     "part.evaluation.issues"),
    ("editSheet", {"expectedRevision": 99}, "RevisionConflict", "expectedRevision"),
    ("editSheet", {"part": {"evaluation": {}}}, "Blocked", ""),
    ("editSheet", {"part": PLAN}, "Blocked", ""),
    ("changeProjectStatus", {"project": f"prj_{UNKNOWN}"}, "NotFound", "project"),
    ("changeProjectStatus", {"trigger": "RESUME"}, "Blocked", ""),
    ("changeProjectStatus", {"reason": " "}, "Blocked", ""),
    ("changeProjectStatus", {"expectedRevision": 0}, "RevisionConflict", "expectedRevision"),
    ("transferOwnership", {"department": f"dep_{UNKNOWN}"}, "NotFound", "department"),
    ("transferOwnership", {"group": f"grp_{UNKNOWN}"}, "NotFound", "group"),
    ("transferOwnership", {"group": ""}, "NotFound", "group"),
    ("transferOwnership", {"effectiveOn": "0001-01-01"}, "InvalidInput", "effectiveOn"),
    ("transferOwnership", {"reason": ""}, "Blocked", ""),
    ("correct", {"sequence": 1}, "NotFound", "sequence"),
    ("correct", {"sequence": 2**31 - 1}, "NotFound", "sequence"),
    ("correct", {"statement": ""}, "InvalidInput", "statement"),
    ("correct", {"expectedRevision": None}, "InvalidInput", "expectedRevision"),
    ("correct", {"expectedRevision": 0}, "RevisionConflict", "expectedRevision"),
    ("correct", {"part.evaluation.grade": "Z"}, "InvalidInput", "part.evaluation.grade"),
    ("correct", {"part": {"plan": {"indicators": [{"name": "一"}, {"name": "\u3000"}]}}},
     "InvalidInput", "part.plan.indicators.1.name"),
    ("correct", {"part": {"results": {"spentYen": -1}}}, "InvalidInput", "part.results.spentYen"),
    ("correct", {"part": {"results": {"actuals": [{"indicator": f"ind_{UNKNOWN}"}]}}},
     "NotFound", "part.results.actuals.0.indicator"),
    ("revisePlan", {"summary": ""}, "InvalidInput", "summary"),
    ("revisePlan", {"additions.0.title": ""}, "InvalidInput", "additions.0.title"),
    ("revisePlan", {"additions.0.expectedEffects": []}, "InvalidInput",
     "additions.0.expectedEffects"),
    ("revisePlan", {"additions.0.expectedEffects": ["一", ""]}, "InvalidInput",
     "additions.0.expectedEffects.1"),
    ("revisePlan", {"additions.0.category": f"cat_{UNKNOWN}"}, "NotFound",
     "additions.0.category"),
    ("revisePlan", {"additions.0.department": "税務課"}, "NotFound", "additions.0.department"),
    ("revisePlan", {"amendments.0.title": ""}, "InvalidInput", "amendments.0.title"),
    ("revisePlan", {"amendments.0.expectedEffects": []}, "InvalidInput",
     "amendments.0.expectedEffects"),
    ("revisePlan", {"amendments.0.expectedRevision": 9}, "RevisionConflict",
     "amendments.0.expectedRevision"),
    ("revisePlan", {"withdrawals.0.expectedRevision": 9}, "RevisionConflict",
     "withdrawals.0.expectedRevision"),
    ("revisePlan", {"withdrawals.0.project": f"prj_{UNKNOWN}"}, "NotFound",
     "withdrawals.0.project"),
    ("revisePlan", {"effectiveOn": "2099-04-01"}, "Blocked", ""),
    ("revisePlan", {"additions": None, "amendments": [], "withdrawals": None}, "Blocked", ""),
    ("proposeRollout", {"department": "dep_"}, "NotFound", "department"),
    ("proposeRollout", {"message": ""}, "InvalidInput", "message"),
    ("answerRollout", {"rollout": f"rol_{UNKNOWN}"}, "NotFound", "rollout"),
    ("answerRollout", {"title": "x" * 301}, "InvalidInput", "title"),
    ("answerRollout", {"group": f"grp_{UNKNOWN}"}, "NotFound", "group"),
    ("answerRollout", {"accept": False, "answer": None}, "Blocked", ""),
    ("registerPerson", {"name": "\n"}, "InvalidInput", "name"),
    ("registerPerson", {"staffNumber": "lead"}, "InvalidInput", "staffNumber"),
    ("appoint", {"person": f"per_{UNKNOWN}"}, "NotFound", "person"),
    ("appoint", {"department": None}, "InvalidInput", "department"),
    ("appoint", {"endsOn": "2025-01-01"}, "InvalidInput", "endsOn"),
    ("endAppointment", {"appointment": f"apt_{UNKNOWN}"}, "NotFound", "appointment"),
    ("endAppointment", {"endsOn": "2000-01-01"}, "InvalidInput", "endsOn"),
]  # fmt: skip


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down where every verb has something to do."""
    return await prepare(towns.large)


def changed(given: Answer, changes: Answer) -> Answer:
    """Return an input with values put at paths."""
    given = copy.deepcopy(given)
    for path, value in changes.items():
        *steps, last = path.split(".")
        place: Any = given
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[int(last) if isinstance(place, list) else last] = value
    return given


def is_input_path(verb: str, path: list[str]) -> bool:
    """Return whether a path leads to a field of the verb's input, or an item of its lists."""
    assert BUILT.mutation_type
    kind: Any = BUILT.mutation_type.fields[verb].args["input"].type
    for step in path:
        while is_non_null_type(kind):
            kind = kind.of_type
        if is_list_type(kind) and step.isdecimal():
            kind = kind.of_type
            continue
        named = get_named_type(kind)
        if not isinstance(named, GraphQLInputObjectType) or step not in named.fields:
            return False
        kind = named.fields[step].type
    return True


async def test_an_error_says_what_is_wrong_and_where(desk: Desk) -> None:
    """Each wrong value gives its own type of error, with the path from the input to the value."""
    inputs, size = await valid_inputs(desk), await desk.town.size()
    for refused, (verb, changes, typename, path) in enumerate(CASES, 1):
        error = await desk.refused(verb, WHO[verb], **changed(inputs[verb], changes))
        where = (verb, changes, error)
        assert error["__typename"] == typename, where
        assert error["code"] == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", typename).upper()
        assert ".".join(error["path"] or []) == path, where
        assert is_input_path(verb, error["path"] or []), where
        assert re.search("[ぁ-んァ-ン一-龥]", error["message"]), where
        assert not re.search("[ぁ-んァ-ン一-龥]", error["en"]), where
        assert await desk.town.size() == size + refused


async def test_a_wrong_group_is_of_another_department(desk: Desk) -> None:
    """There is such a group, but not in the department that is named."""
    group = await Group.of(desk.town.id).get(department_id=desk.town.departments["町民生活課"])
    inputs = await valid_inputs(desk)
    for verb, path in (
        ("transferOwnership", "group"),
        ("revisePlan", "additions.0.group"),
        ("answerRollout", "group"),
    ):
        given = changed(inputs[verb], {path: group.public_id})
        error = await desk.refused(verb, WHO[verb], **given)
        assert (error["__typename"], ".".join(error["path"])) == ("InvalidInput", path)


async def test_one_revision_names_a_project_once(desk: Desk) -> None:
    """The second mention is the one that is refused."""
    given = (await valid_inputs(desk))["revisePlan"]
    given["withdrawals"] += [given["withdrawals"][0]]
    error = await desk.refused("revisePlan", "office", **given)
    assert error["path"] == ["withdrawals", "1", "project"]


async def test_a_plans_indicators_are_named_by_their_place(desk: Desk) -> None:
    """In the sheet's part as well: the path leads through the part."""
    cycle = await desk.cycle("3_03")
    asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"]}
    foreign = await Indicator.of(desk.town.id).first()
    assert foreign
    wrong: list[tuple[Answer, str]] = [
        ({"name": "二", "baseline": "1e5"}, "baseline"),
        ({"name": "二", "target": "1" * 16}, "target"),
        ({"name": "二\0"}, "name"),
        ({"name": "二", "id": foreign.public_id}, "id"),
        ({"name": "二", "qualitativeGoal": "\x07"}, "qualitativeGoal"),
        ({"name": "二", "reasonNoNumber": "x" * 10_001}, "reasonNoNumber"),
    ]
    for indicator, name in wrong:
        part = {"plan": {"indicators": [{"name": "一"}, indicator]}}
        error = await desk.refused("editSheet", "other_lead", **asked, part=part)
        assert error["path"] == ["part", "plan", "indicators", "1", name], error


async def test_blockers_tell_what_is_missing_and_who_can_help(desk: Desk) -> None:
    """All at once, with the sheet's own fields and indicators, and the people of the owner."""
    part = {"plan": {"indicators": [{"name": "一", "baseline": "1"}]}}
    await desk.edit("other_staff", part, "3_03")
    cycle = await desk.cycle("3_03")
    asked = {"cycle": cycle["id"], "expectedRevision": cycle["revision"], "trigger": "START"}
    error = await desk.refused("fireTransition", "other_lead", **asked)
    indicator = cycle["indicators"][0]["id"]
    told = [(one["code"], one["fields"]) for one in error["blockedBy"]]
    assert told == [
        ("INDICATOR_INCOMPLETE", [f"indicators.{indicator}.target"]),
        ("NO_SCHEDULE", ["schedule"]),
    ]
    names = {one["name"] for one in error["blockedBy"][0]["resolvableBy"]}
    assert names == {"八戸市のother_lead", "八戸市のother_staff"}
    assert error["message"].split("\n") == [one["message"] for one in error["blockedBy"]]
    assert error["en"].split("\n") == [one["en"] for one in error["blockedBy"]]
