"""A valid input for every verb, all of them at once, in the larger town."""

import datetime as dt
from typing import Final

from tests.schema.asking import Answer, ask
from tests.schema.oversight import attach
from tests.schema.plan_texts import valid_import
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.records import (
    Appointment,
    Category,
    Comment,
    Cycle,
    Delegation,
    Event,
    EventKind,
    Evidence,
    Finding,
    Rollout,
)
from workflows.stages import Stage, Trigger

WHO: Final = {
    "fireTransition": "lead",
    "editSheet": "lead",
    "changeProjectStatus": "office",
    "transferOwnership": "office",
    "correct": "office",
    "revisePlan": "office",
    "importPlan": "office",
    "proposeRollout": "office",
    "answerRollout": "other_lead",
    "registerPerson": "admin",
    "appoint": "admin",
    "endAppointment": "admin",
    "applyAppointments": "admin",
    "delegate": "admin",
    "endDelegation": "admin",
    "raiseFinding": "auditor",
    "answerFinding": "lead",
    "closeFinding": "auditor",
    "withdrawEvidence": "staff",
    "comment": "lead",
    "withdrawComment": "staff",
    "takeCopy": "lead",
    "redact": "admin",
}
"""Who may, of every verb."""


LIST: Final = "職員番号,氏名,役割,課\nR1,異動　花子,STAFF,税務課"
"""A list of appointments that names somebody new."""


async def prepare(town: Town) -> Desk:
    """Make an offer that can be answered, and give leave that can be ended."""
    desk = Desk(town)
    cycle = await town.bring_to(Stage.ACTION, "1_02")
    offer = {"department": desk.department("税務課"), "message": "いかがですか"}
    await desk.done("proposeRollout", "office", cycle=cycle.public_id, **offer)
    leave = {"principal": desk.person("lead"), "delegate": desk.person("staff"), "reason": "出張"}
    days = {"startsOn": "2048-04-01", "endsOn": "2049-03-31"}
    await desk.done("delegate", "admin", **leave, **days)
    for text in ("答えられる指摘", "終わらせる指摘"):
        project = await desk.project("1_05")
        await desk.done("raiseFinding", "auditor", project=project["id"], text=text)
    await attach(town, "根拠.pdf", "1_05")
    project = await desk.project("1_05")
    await desk.done("comment", "staff", project=project["id"], text="取り下げられるコメント")
    return desk


async def valid_inputs(desk: Desk) -> dict[str, Answer]:
    """Return what each verb can be asked with, as things stand."""
    return {
        # First of all: the text tells the owners as they stand.
        "importPlan": await valid_import(desk.town),
        **await _of_cycles(desk),
        **await _of_projects(desk),
        **await _of_offers(desk),
        **await _of_people(desk),
        **await _of_reshuffles(desk),
        **await _of_auditors(desk),
        **await _of_comments(desk),
        **await _of_the_record(desk),
    }


async def _of_cycles(desk: Desk) -> dict[str, Answer]:
    doing, checking = await desk.cycle("1_05"), await desk.cycle("1_08")
    closed = await Cycle.of(desk.town.id).get(stage=Stage.CLOSED)
    evaluated = await Event.of(desk.town.id).get(trigger=Trigger.EVALUATE, cycle_id=closed.id)
    figure = {"indicator": doing["indicators"][0]["id"], "value": "12"}
    return {
        "fireTransition": {
            "cycle": doing["id"],
            "trigger": "REPORT_INTERIM",
            "expectedRevision": doing["revision"],
            "report": {"text": "順調", "figures": [figure]},
        },
        "editSheet": {
            "cycle": checking["id"],
            "expectedRevision": checking["revision"],
            "part": {"evaluation": {"grade": "B", "issues": "人手"}},
        },
        "correct": {
            "sequence": evaluated.sequence,
            "statement": "達成度はB",
            "reason": "誤記",
            "part": {"evaluation": {"grade": "B"}},
            "expectedRevision": closed.revision,
        },
    }


async def _of_projects(desk: Desk) -> dict[str, Answer]:
    found = {code: await desk.project(code) for code in ("2_01", "2_02", "2_03", "2_04")}
    named = {
        code: {"project": one["id"], "expectedRevision": one["revision"]}
        for code, one in found.items()
    }
    addition = {
        "category": await desk.first(Category),
        "department": desk.department("税務課"),
        "title": "足した取組",
        "content": "内容",
        "expectedEffects": ["効果"],
    }
    return {
        "changeProjectStatus": {**named["2_01"], "trigger": "SUSPEND", "reason": "組替え"},
        "transferOwnership": {
            **named["2_02"],
            "department": desk.department("総務課"),
            "effectiveOn": "2048-03-31",
            "reason": "機構改革",
        },
        "revisePlan": {
            "summary": "見直し",
            "reason": "国の方針",
            "effectiveOn": "2027-04-01",
            "additions": [addition],
            "amendments": [{**named["2_03"], "content": "改めた内容"}],
            "withdrawals": [named["2_04"]],
        },
    }


async def _of_offers(desk: Desk) -> dict[str, Answer]:
    offer = await Rollout.of(desk.town.id).order_by("-status").first()  # PROPOSED is the last
    assert offer
    closed = await Cycle.of(desk.town.id).get(stage=Stage.CLOSED)
    return {
        "proposeRollout": {
            "cycle": closed.public_id,
            "department": desk.department("総務課"),
            "message": "いかがですか",
        },
        "answerRollout": {
            "rollout": offer.public_id,
            "accept": True,
            "answer": "やります",
            "title": "受け継いだ取組",
        },
    }


async def _of_people(desk: Desk) -> dict[str, Answer]:
    appointment = await desk.first(Appointment, person_id=desk.town.people["staff"])
    return {
        "registerPerson": {"name": "新任　太郎", "staffNumber": "9999"},
        "appoint": {
            "person": desk.person("nobody"),
            "role": "STAFF",
            "department": desk.department("税務課"),
            "startsOn": "2026-04-01",
            "endsOn": "2048-03-31",
        },
        "endAppointment": {
            "appointment": appointment,
            "endsOn": dt.date(2040, 3, 31).isoformat(),
        },
    }


async def previewed(town: Town, csv: str, effective_on: str) -> str:
    """Return the fingerprint of what a list would lead to."""
    asked = """query($input: PreviewAppointmentsInput!) { previewAppointments(input: $input) {
      ... on AppointmentsPreview { sha256 } } }"""
    given = {"csv": csv, "effectiveOn": effective_on}
    found = (await ask(town, asked, "admin", input=given))["previewAppointments"]
    return str(found["sha256"])


async def _of_reshuffles(desk: Desk) -> dict[str, Answer]:
    return {
        "applyAppointments": {
            "csv": LIST,
            "effectiveOn": "2048-04-01",
            "expectedPreview": await previewed(desk.town, LIST, "2048-04-01"),
        },
        "delegate": {
            "principal": desk.person("lead"),
            "delegate": desk.person("nobody"),
            "startsOn": "2048-04-01",
            "endsOn": "2049-03-31",
            "reason": "育児休業",
        },
        "endDelegation": {
            "delegation": await desk.first(Delegation, starts_on=dt.date(2048, 4, 1)),
            "endsOn": "2048-12-31",
        },
    }


async def _of_auditors(desk: Desk) -> dict[str, Answer]:
    town = desk.town
    project = await town.project("1_05")
    return {
        "raiseFinding": {
            "project": project.public_id,
            "text": "根拠の書類が無い",
            "answerDueOn": "2048-03-31",
        },
        "answerFinding": {
            "finding": await desk.first(Finding, text="答えられる指摘"),
            "expectedStatus": "OPEN",
            "text": "年度内に整える",
            "followUpOn": "2048-03-31",
        },
        "closeFinding": {
            "finding": await desk.first(Finding, text="終わらせる指摘"),
            "expectedStatus": "OPEN",
            "conclusion": "書類を確認した",
        },
        "withdrawEvidence": {
            "evidence": await desk.first(Evidence, cycle_id=(await town.cycle("1_05")).id),
            "reason": "別の事業のもの",
        },
    }


async def _of_comments(desk: Desk) -> dict[str, Answer]:
    written = await desk.first(Comment, text="取り下げられるコメント")
    project = await desk.town.project("1_05")
    return {
        "comment": {"project": project.public_id, "text": "承知しました", "replyTo": written},
        "withdrawComment": {"comment": written, "reason": "書き間違い"},
    }


async def _of_the_record(desk: Desk) -> dict[str, Answer]:
    registered = await desk.first(Event, kind=EventKind.PERSON_REGISTERED)
    return {
        "takeCopy": {"format": "CSV", "department": desk.department("町民生活課")},
        "redact": {
            "targets": [{"entry": registered, "field": "changes.0.after.name"}],
            "reason": "本人の申出",
        },
    }
