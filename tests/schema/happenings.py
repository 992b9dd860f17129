"""Everything that can happen to a town, done once through the API."""

import datetime as dt

from tests.schema.verbs import Desk
from tests.town import Town, applied
from workflows.records import Category, Token
from workflows.revise.tokens import issue_token, revoke_token

PLAN = {
    "goal": "利用者を増やす",
    "schedule": "4月から",
    "budgetYen": 1_200_000,
    "indicators": [
        {"name": "交付率", "unit": "%", "baseline": "１０", "target": "50"},
        {"name": "満足度", "qualitativeGoal": "満足", "reasonNoNumber": "調査が無い"},
    ],
}
ELSEWHERE = "税務課"


async def happen(town: Town) -> None:
    """Let everything happen that can: every verb, every move, every kind of entry."""
    desk = Desk(town)
    await _do(desk)
    await _evaluate(desk)
    await _offer(desk)
    await _close(desk)
    await _administer(desk)
    await _revise(desk)
    await _issue(town)


async def _do(desk: Desk) -> None:
    """From a refused start over reports and a revised plan to the submitted results."""
    cycle = await desk.cycle()
    asked = {"cycle": cycle["id"], "trigger": "START", "expectedRevision": cycle["revision"]}
    assert (await desk.refused("fireTransition", "lead", **asked))["code"] == "BLOCKED"
    await desk.edit("staff", {"plan": PLAN})
    await desk.fire("lead", "START")
    indicators = (await desk.cycle())["indicators"]
    report = {"text": "順調", "figures": [{"indicator": indicators[0]["id"], "value": "12.5"}]}
    await desk.fire("staff", "REPORT_INTERIM", report=report)
    await desk.fire("lead", "REVISE_PLAN", reason="予算の減", plan={"budgetYen": 900_000})
    actuals = [
        {"indicator": indicators[0]["id"], "actual": "42"},
        {"indicator": indicators[1]["id"], "result": "良い"},
    ]
    results = {"activities": "導入した", "spentYen": 800_000, "actuals": actuals}
    await desk.edit("staff", {"results": results})
    await desk.fire("lead", "SUBMIT_RESULTS")
    await desk.fire("office", "SEND_BACK", reason="数値の根拠が無い")
    await desk.fire("lead", "SUBMIT_RESULTS")


async def _evaluate(desk: Desk) -> None:
    """A move that is taken back and made again, the evaluation, and a correction."""
    await desk.fire("office", "RESCIND", reason="誤って提出")
    sent = await desk.fire("lead", "SUBMIT_RESULTS")
    await desk.edit("lead", {"evaluation": {"grade": "A", "issues": "周知不足"}})
    await desk.fire("lead", "EVALUATE", effectiveAt=dt.datetime.now(dt.UTC).isoformat())
    cycle = await desk.cycle()
    await desk.done(
        "correct",
        "office",
        sequence=sent["transition"]["sequence"],
        statement="活動は8月から",
        reason="転記の誤り",
        part={"results": {"activities": "8月に導入した"}},
        expectedRevision=cycle["revision"],
    )


async def _offer(desk: Desk) -> None:
    """Offers to another department: one is declined, the next one accepted."""
    cycle = await desk.cycle()
    offer = {
        "cycle": cycle["id"],
        "department": desk.department(ELSEWHERE),
        "message": "いかがですか",
    }
    first = await desk.done("proposeRollout", "office", **offer)
    no = {"rollout": first["rollout"]["id"], "accept": False, "answer": "人手が無い"}
    await desk.done("answerRollout", "other_lead", **no)
    second = await desk.done("proposeRollout", "office", **offer)
    yes = {"rollout": second["rollout"]["id"], "accept": True, "answer": "やります"}
    await desk.done("answerRollout", "other_lead", **yes)


async def _close(desk: Desk) -> None:
    """The decision, and the next fiscal year's cycle that it opens."""
    await desk.edit("office", {"improvement": {"improvement": "広報", "direction": "CONTINUE"}})
    closed = await desk.fire("office", "CLOSE", approvalNumber="階総第123号")
    assert closed["opened"]["stage"] == "PLAN"


async def _administer(desk: Desk) -> None:
    """Status, ownership, people and their appointments."""
    for trigger in ("SUSPEND", "RESUME"):
        project = await desk.project()
        asked = {"project": project["id"], "expectedRevision": project["revision"]}
        await desk.done("changeProjectStatus", "office", trigger=trigger, reason="組替え", **asked)
    project = await desk.project()
    await desk.done(
        "transferOwnership",
        "office",
        project=project["id"],
        expectedRevision=project["revision"],
        department=desk.department(ELSEWHERE),
        effectiveOn="2048-03-31",
        reason="機構改革",
    )
    new = await desk.done("registerPerson", "admin", name="新田 花子", staffNumber="9001")
    appointed = await desk.done(
        "appoint",
        "admin",
        person=new["person"]["id"],
        role="STAFF",
        department=desk.department("町民生活課"),
        startsOn="2026-04-01",
    )
    appointment = {"appointment": appointed["appointment"]["id"], "endsOn": "2048-03-31"}
    await desk.done("endAppointment", "admin", **appointment)


async def _revise(desk: Desk) -> None:
    """The plan gets one project, changes one and loses one."""
    category = await desk.first(Category)
    addition = {
        "category": category,
        "department": desk.department("総務課"),
        "title": "新しい取組",
        "content": "内容",
        "expectedEffects": ["効果"],
    }
    amended, withdrawn = await desk.project("1_01"), await desk.project("1_03")
    given = {"summary": "見直し", "reason": "国の方針", "effectiveOn": "2027-04-01"}
    await desk.done(
        "revisePlan",
        "office",
        additions=[addition],
        amendments=[
            {
                "project": amended["id"],
                "expectedRevision": amended["revision"],
                "title": "改めた取組",
                "expectedEffects": ["効果1", "効果2"],
            }
        ],
        withdrawals=[{"project": withdrawn["id"], "expectedRevision": withdrawn["revision"]}],
        **given,
    )


async def _issue(town: Town) -> None:
    """A token is issued at the console, and revoked."""
    outcome, _ = await issue_token(town.console(), town.people["lead"], "端末", 30)
    applied(outcome)
    token = await Token.of(town.id).get()
    applied(await revoke_token(town.console(), token.id))
