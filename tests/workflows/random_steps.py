"""What hypothesis may draw: which act, by whom, about what."""

from typing import Any

from hypothesis import strategies as st

from tests.town import PEOPLE
from workflows.sheets import (
    EvaluationEdit,
    ImprovementEdit,
    PlanEdit,
    ResultsEdit,
    SheetEdit,
)
from workflows.stages import Direction, Role, StatusTrigger, Trigger

PROJECTS = {"1_02": "町民生活課", "2_01": "総務課", "1_07": "税務課"}
LEADS = {"町民生活課": "lead", "総務課": "office_lead", "税務課": "other_lead"}
OFFICE = st.sampled_from(["office", "office", "office", "office_lead", None, *PEOPLE])
ADMIN = st.sampled_from(["admin", "admin", "admin", None, *PEOPLE])
OWNERS = st.sampled_from(["lead", "office_lead", "other_lead", "staff", None, *PEOPLE])
CODE = st.sampled_from(list(PROJECTS))
DEPARTMENT = st.sampled_from(list(LEADS))
WORDS = st.sampled_from(["理由", "周知不足", "か\u3099", "x" * 3, ""])
EDITS: st.SearchStrategy[SheetEdit] = st.one_of(
    st.builds(lambda t: PlanEdit(values={"goal": t, "schedule": t}), WORDS),
    st.builds(lambda t: ResultsEdit(values={"activities": t}), WORDS),
    st.builds(
        lambda g, t: EvaluationEdit(values={"grade": g, "issues": t}),
        st.sampled_from(["A", "C", "Z", None]),
        WORDS,
    ),
    st.builds(
        lambda d, t: ImprovementEdit(values={"direction": d, "improvement": t}),
        st.sampled_from([*Direction, None]),
        WORDS,
    ),
)


STRATEGIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "let_time_pass": st.fixed_dictionaries({"days": st.sampled_from([-1, 1, 30, 200])}),
    "go_forward": st.fixed_dictionaries({"code": CODE, "times": st.integers(1, 4)}),
    "fire": st.fixed_dictionaries(
        {
            "who": OWNERS,
            "code": CODE,
            "trigger": st.sampled_from(Trigger),
            "reason": WORDS,
            "late": st.sampled_from([0, 0, 0, 1]),
            "trial": st.sampled_from([False, False, True]),
        }
    ),
    "work": st.fixed_dictionaries({"code": CODE, "word": WORDS}),
    "go_back": st.fixed_dictionaries(
        {"code": CODE, "trigger": st.sampled_from([Trigger.SEND_BACK, Trigger.RESCIND])}
    ),
    "edit": st.fixed_dictionaries({"who": OWNERS, "code": CODE, "edit": EDITS}),
    "change_status": st.fixed_dictionaries(
        {"who": OFFICE, "code": CODE, "trigger": st.sampled_from(StatusTrigger), "reason": WORDS}
    ),
    "bring_back": st.fixed_dictionaries(
        {"code": CODE, "trigger": st.sampled_from([StatusTrigger.RESUME, StatusTrigger.REOPEN])}
    ),
    "transfer": st.fixed_dictionaries(
        {"who": OFFICE, "code": CODE, "to": DEPARTMENT, "days": st.integers(-30, 60)}
    ),
    "revise": st.fixed_dictionaries(
        {
            "who": OFFICE,
            "code": CODE,
            "title": WORDS,
            "withdraw": st.sampled_from([False, False, False, True]),
        }
    ),
    "roll_out": st.fixed_dictionaries(
        {"code": CODE, "to": DEPARTMENT, "accept": st.booleans(), "reason": WORDS}
    ),
    "correct": st.fixed_dictionaries(
        {"who": OFFICE, "back": st.integers(0, 30), "edit": st.one_of(st.none(), EDITS)}
    ),
    "appoint": st.fixed_dictionaries(
        {
            "who": ADMIN,
            "whom": st.sampled_from(list(PEOPLE)),
            "role": st.sampled_from(Role),
            "to": DEPARTMENT,
        }
    ),
    "end": st.fixed_dictionaries({"whom": st.sampled_from(["nobody", "auditor"])}),
}
WEIGHTS = {"go_forward": 6, "fire": 4, "edit": 3, "roll_out": 3} | dict.fromkeys(
    ("work", "go_back", "change_status", "correct"), 2
)
"""How often an act is drawn; the others once."""
Step = tuple[str, dict[str, Any]]
STEP: st.SearchStrategy[Step] = st.sampled_from(
    [name for name in STRATEGIES for _ in range(WEIGHTS.get(name, 1))]
).flatmap(lambda name: st.tuples(st.just(name), STRATEGIES[name]))
