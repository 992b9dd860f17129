"""What auditors point out, and the evidence that they look at, as it comes to be in a town."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.schema.verbs import Desk
from tests.town import OWN, Town, applied
from workflows.records import Event, Evidence
from workflows.revise.evidence import KeptFile, NewEvidence, attach_evidence
from workflows.stages import SheetPart

ROOM: Final = 10**9


async def attach(town: Town, name: str, code: str = OWN) -> Event:
    """Attach evidence to the plan of a project's current cycle; its own file is kept nowhere."""
    cycle = await town.cycle(code)
    new = NewEvidence(
        cycle_id=cycle.id, part=SheetPart.PLAN, name=name, note="窓口での調査", room=ROOM
    )
    file = KeptFile(
        path=Path(__file__),
        sha256=sha256(name.encode()).hexdigest(),
        size=9,
        media_type="application/pdf",
    )
    return applied(await attach_evidence(town.by("staff"), new, file))


async def point_out(desk: Desk, department: str) -> None:
    """Evidence, attached and withdrawn; findings on an entry, a project and a department."""
    about = await attach(desk.town, "調査.pdf")
    evidence = await desk.first(Evidence)
    await desk.done("withdrawEvidence", "lead", evidence=evidence, reason="古い版")
    raised = await desk.done(
        "raiseFinding", "auditor", entry=about.public_id, text="古い版の書類が添付された"
    )
    finding = {"finding": raised["finding"]["id"]}
    answer = {"text": "差し替える", "followUpOn": "2048-03-31", "expectedStatus": "OPEN"}
    await desk.done("answerFinding", "lead", **finding, **answer)
    closed = {"conclusion": "差替えを確認", "expectedStatus": "ANSWERED"}
    await desk.done("closeFinding", "auditor", **finding, **closed)
    project = await desk.project()
    await desk.done("raiseFinding", "auditor", project=project["id"], text="周知の記録が無い")
    elsewhere = desk.department(department)
    await desk.done("raiseFinding", "auditor", department=elsewhere, text="回答が遅い")
    await attach(desk.town, "調査の再送.pdf")


async def talk(desk: Desk) -> None:
    """A comment, its answer by the office about the cycle, and one that is withdrawn."""
    project, cycle = await desk.project(), await desk.cycle()
    asked = await desk.done("comment", "staff", project=project["id"], text="様式はどれですか")
    answer = {"cycle": cycle["id"], "replyTo": asked["comment"]["id"]}
    await desk.done("comment", "office", **answer, text="第2号様式です")
    slip = await desk.done("comment", "lead", cycle=cycle["id"], text="別の事業の話")
    withdrawn = {"comment": slip["comment"]["id"], "reason": "書く場所の間違い"}
    await desk.done("withdrawComment", "lead", **withdrawn)
