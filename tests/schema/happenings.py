"""Everything that can happen to a town, done once through the API."""

import datetime as dt
from dataclasses import replace

from pyotp import TOTP

from tests.schema.oversight import point_out, talk
from tests.schema.verbs import Desk
from tests.signing import Ring
from tests.town import Town, applied
from workflows.accounts.acceptance import Acceptance, accept_link
from workflows.accounts.links import issue_link
from workflows.accounts.manage import disable_account
from workflows.accounts.outcomes import Attempt, SignedIn, SignInFailed, Visitor
from workflows.accounts.policy import POLICY
from workflows.accounts.second_factor import begin_second_factor, confirm_second_factor
from workflows.accounts.sessions import end_session, sign_out
from workflows.accounts.sign_in import sign_in
from workflows.accounts.tokens import issue_token, revoke_token
from workflows.authority import Credential
from workflows.records import Category, Delegation, Token
from workflows.unit import Request

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
PASSWORD = "紫陽花と傘と三味線と風鈴の夏祭り"  # noqa: S105 - of somebody made up


async def happen(town: Town) -> None:
    """Let everything happen that can: every verb, every move, every kind of entry."""
    desk = Desk(town)
    await _do(desk)
    await _evaluate(desk)
    await _offer(desk)
    await point_out(desk, ELSEWHERE)
    await talk(desk)
    await _close(desk)
    await _administer(desk)
    await _revise(desk)
    await _issue(town)
    await _come_and_go(town)
    await _sign(town)
    await _copy_and_remove(desk)


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
    people = {"principal": desk.person("lead"), "delegate": desk.person("staff")}
    days = {"startsOn": "2040-04-01", "endsOn": "2040-04-30"}
    await desk.done("delegate", "admin", **people, **days, reason="出張")
    lent = await desk.first(Delegation)
    await desk.done("endDelegation", "admin", delegation=lent, endsOn="2040-04-15")


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


async def _sign(town: Town) -> None:
    """A key is introduced and replaced, and checkpoints are signed."""
    ring = Ring()
    _ = await ring.introduce(town)
    _ = await ring.sign(town)
    _ = await ring.introduce(town)
    _ = await ring.sign(town)


async def _copy_and_remove(desk: Desk) -> None:
    """Copies are taken, and somebody's name is removed from the record."""
    await desk.done("takeCopy", "auditor", format="JSONL")
    await desk.done("takeCopy", "lead", format="CSV", department=desk.department("町民生活課"))
    named = await desk.done("registerPerson", "admin", name="誤記 太郎", staffNumber="9002")
    target = {"entry": named["entry"]["id"], "field": "changes"}
    why = {"reason": "誤った登録", "basis": "個人情報の保護に関する法律"}
    await desk.done("redact", "admin", targets=[target], everywhere=True, **why)


async def _come_and_go(town: Town) -> None:
    """A lead sets password and second factor, is kept out after mistyping, signs out."""
    console = replace(town.console(), act="issueLink")
    _, secret = await issue_link(console, town.people["lead"])
    door = Request(municipality_id=town.id, act="test", at_door=True)
    visitor = Visitor(address="192.0.2.1")
    accept = Acceptance(password=PASSWORD)
    entered = await accept_link(door, secret, accept, visitor)
    assert isinstance(entered, SignedIn)
    right = Attempt(login="lead", password=PASSWORD)
    other = await sign_in(door, right, visitor)
    assert isinstance(other, SignedIn)
    applied(await end_session(town.console(), other.session.id))
    person = replace(
        town.console(),
        at_console=False,
        actor_id=town.people["lead"],
        credential=Credential(is_session=True),
    )
    factor = begin_second_factor("町", "lead").secret
    code = TOTP(factor).now()
    outcome, _ = await confirm_second_factor(
        person, entered.session.id, secret=factor, code=code, password=PASSWORD
    )
    applied(outcome)
    for _ in range(POLICY.login_failures):
        wrong = replace(right, password="another")  # noqa: S106 - it is refused
        assert isinstance(await sign_in(door, wrong, visitor), SignInFailed)
    applied(await sign_out(person, entered.session.id))
    applied(await disable_account(town.console(), town.people["nobody"]))
