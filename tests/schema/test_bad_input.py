"""Values that cannot be what they claim: a typed error on both databases alike, never a bug."""

import copy
import random
from collections import Counter
from typing import Any, Final

import orjson

from tests.schema import questions
from tests.schema.asking import Answer, ask, context, execute, key
from tests.schema.conftest import Towns
from tests.schema.paging import HISTORY, PROJECTS
from tests.schema.test_errors import changed
from tests.schema.valid import WHO, prepare, valid_inputs
from tests.schema.verbs import SUCCESS, VERBS
from tests.town import Town
from workflows.replay import audit

TYPED: Final = {"BAD_USER_INPUT", "TOO_MANY", "BAD_PAGE", "BAD_CURSOR", "BAD_SEARCH"}
ERRORS: Final = {
    *("NotFound", "InvalidInput", "Blocked", "RevisionConflict", "Forbidden"),
    *("IdempotencyMismatch", "FindingChanged", "PreviewOutdated"),
}
WORST: Final = [
    *(None, True, 0, -1, 2**31, 2**53, 2**63, 10**30, 1.5, -0.0, 1e300, "０", "1e5", "NaN"),
    *("", "x", " \n", "\0", "a\0b", "\ud800", "\x1b[0m", "\ufffe", "e" + "\u0301" * 50),
    *("2026-02-30", "2026-04-01", "2026-04-01T00:00:00", "2999-12-31T23:59:59Z", "9999-12-31"),
    *("0001-01-01", "0001-01-01T00:00:00+14:00", "prj_", "cyc_" + "0" * 32, "evt_" + "f" * 32),
    *("あ" * 10_001, "ﷺ" * 9_999, "START", "CLOSE", "REOPEN", "COMPLETE", "ADMIN"),
    *([], {}, [None], [[]], [""], ["\0"], {"x": 1}, {"plan": {}}, {"plan": {"goal": "\0"}}),
]


async def answered(town: Town, document: str, who: str | None, **variables: object) -> Answer:
    """Return the data of an operation whose errors, if there are any, are about its input."""
    data, errors = await execute(await context(town, who), document, variables)
    assert {error["extensions"]["code"] for error in errors} <= TYPED, errors
    assert all(error["message"] for error in errors)
    orjson.dumps(data)  # a message may repeat what was sent; HTTP lets no lone surrogate through
    return data


def places(given: Any, path: tuple[str, ...] = ()) -> list[str]:  # noqa: ANN401 - JSON
    """Return the paths to all values in an input, its lists and objects included."""
    items = {dict: dict.items, list: enumerate}.get(type(given), lambda _: ())(given)
    inner = [place for name, value in items for place in places(value, (*path, str(name)))]
    return [".".join(path), *inner] if path else inner


UNDATED: Final = {
    *("raiseFinding", "answerFinding", "closeFinding", "withdrawEvidence", "takeCopy", "redact"),
}
"""Verbs of what takes effect as it is recorded."""


def of_like(draw: random.Random, given: Answer, path: str) -> object:
    """Draw a value, mostly of the type of what stands at a path."""
    there: Any = given
    for step in path.split("."):
        there = there[int(step)] if isinstance(there, list) else there[step]
    alike = [value for value in WORST if type(value) is type(there)]
    return draw.choice(alike if draw.random() < 0.8 else WORST)


async def test_no_value_breaks_a_verb(towns: Towns) -> None:
    """Any value in any place of any input: a member of the union, or an error about the input."""
    desk, draw = await prepare(towns.large), random.Random(24465)  # noqa: S311 - the same every time
    inputs, seen = await valid_inputs(desk), Counter[str]()
    for verb in sorted(VERBS) * 10:
        asked: Answer = {"idempotencyKey": key(), "validateOnly": False}
        asked |= {"effectiveAt": None} if verb not in UNDATED else {}
        asked |= copy.deepcopy(inputs[verb])
        asked = changed(asked, {(path := draw.choice(places(asked))): of_like(draw, asked, path)})
        answer = await answered(desk.town, VERBS[verb], WHO[verb], input=asked)
        typename = (answer.get(verb) or {"__typename": "no answer"})["__typename"]
        assert typename in ERRORS | {SUCCESS[verb], "Validated", "no answer"}
        seen[typename] += 1
        if typename == SUCCESS[verb]:
            inputs = await valid_inputs(desk)
    assert seen.keys() >= {"NotFound", "InvalidInput", "Blocked", "no answer"}
    assert seen["no answer"] < sum(seen.values()) * 0.6, seen
    orjson.dumps(await ask(desk.town, questions.HISTORY))
    assert await audit(desk.town.id) == []


FINDINGS: Final = """query($where: FindingWhere, $first: Int, $after: String) {
  findings(where: $where, first: $first, after: $after) { totalCount nodes { id } } }"""
QUERIES: Final[list[tuple[str, Answer]]] = [
    (PROJECTS, {
        "where": {
            "and": [{"code": ["1_02"]}], "or": [{"overdue": True}], "not": {"search": "x"},
            "search": "取組", "code": ["1_02"], "status": ["ACTIVE"], "policy": ["pol_"],
            "category": ["cat_"], "department": ["dep_"], "group": ["grp_"], "stage": ["PLAN"],
            "overdue": True, "inStageLongerThanDays": 1, "actionableByViewer": True,
        },
        "orderBy": [{"field": "CODE", "direction": "ASC"}], "fiscalYear": 2026, "first": 3,
        "after": None, "last": None, "before": None,
    }),
    (HISTORY, {
        "where": {
            "kind": ["TRANSITION"], "project": "prj_", "cycle": "cyc_", "actor": "per_",
            "department": "dep_", "actorDepartment": "dep_", "trigger": ["START"], "to": ["DO"],
            "from": ["PLAN"], "grade": ["A"], "text": "a", "authority": ["OWN"],
            "onBehalfOf": "per_", "person": "per_", "departmentNow": "dep_",
            "recordedFrom": "2026-04-01T00:00:00Z", "recordedBefore": "2026-04-01T00:00:00Z",
        },
        "newestFirst": True, "first": 3, "after": None, "last": None, "before": None,
    }),
    (FINDINGS, {
        "where": {
            "status": ["OPEN"], "department": "dep_", "project": "prj_", "overdue": True,
        },
        "first": 3, "after": None,
    }),
    (questions.NODES, {"ids": ["x", "y"]}),
    (questions.PROGRESS, {"by": "POLICY"}),
    (questions.DETAIL, {"code": "1_02"}),
    ("query($r: ProjectRef!) { project(ref: $r) { id } }", {"r": {"id": "prj_"}}),
    ("query($r: ProjectRef!) { project(ref: $r) { id } }", {"r": {"code": "1_02"}}),
    ("query($y: Int) { departments { progress(fiscalYear: $y) { total } } }", {"y": 2026}),
    ("query($on: Date) { departments { projects(on: $on) { id } } }", {"on": "2026-04-01"}),
]  # fmt: skip


async def test_no_value_breaks_a_query(read_towns: Towns) -> None:
    """Wrong values in every variable, one at a time: an answer, or an error about the input."""
    draw = random.Random(24465)  # noqa: S311 - the same every time
    for document, usual in QUERIES:
        for path in places(usual):
            for value in ("", "\0", "\ud800", 2**63, -1, *draw.sample(WORST, 3)):
                variables = changed(usual, {path: value})
                await answered(read_towns.small, document, "lead", **variables)
