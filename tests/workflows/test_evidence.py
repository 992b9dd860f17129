"""Evidence (証拠書類): attached to the parts that a cycle has come to, and withdrawn."""

import os
import time
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.delegating import let
from workflows.evidence_files import DAY, EvidenceFiles
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import Event, EventKind, Evidence
from workflows.refusals import Blocked, Forbidden, InvalidInput, NotFound, NotSignedIn
from workflows.replay import audit
from workflows.revise.evidence import (
    KeptFile,
    NewEvidence,
    admit_evidence,
    attach_evidence,
    withdraw_evidence,
)
from workflows.revise.evidence_upkeep import sweep_files
from workflows.stages import SheetPart, Stage

GIB: Final = 1 << 30
OURS: Final = "町民生活課"


async def new(town: Town, **values: Any) -> NewEvidence:  # noqa: ANN401 - NewEvidence's own
    """Return evidence for the own project's plan, or whatever differs."""
    given = {"part": SheetPart.PLAN, "name": "調査 結果.pdf", "note": "窓口", "room": GIB, **values}
    if "cycle_id" not in given:
        given["cycle_id"] = (await town.cycle()).id
    return NewEvidence(**given)


def file(content: str = "内容", size: int = 1000) -> KeptFile:
    """Return what is known of a file that is kept."""
    digest = sha256(content.encode()).hexdigest()
    there = Path(__file__)
    return KeptFile(path=there, sha256=digest, size=size, media_type="application/pdf")


async def attach(town: Town, who: str = "staff", content: str = "内容", **values: Any) -> Outcome:  # noqa: ANN401 - NewEvidence's own
    """Attach evidence."""
    return await attach_evidence(town.by(who), await new(town, **values), file(content))


async def withdraw(town: Town, who: str = "lead", reason: str = "別の事業のもの") -> Outcome:
    """Withdraw the evidence that there is."""
    return await withdraw_evidence(town.by(who), (await Evidence.of(town.id).get()).id, reason)


async def test_a_file_is_attached_and_withdrawn(town: Town) -> None:
    """Both are entries, bound to the file by its hash; its name and note are sealed."""
    event = applied(await attach(town))
    row = await Evidence.of(town.id).get()
    assert (event.kind, event.cycle_id) == (EventKind.EVIDENCE_ATTACHED, (await town.cycle()).id)
    details = {
        "evidence": str(row.id),
        "sha256": file().sha256,
        "size": 1000,
        "media_type": "application/pdf",
        "part": "PLAN",
    }
    assert event.document["details"] == details
    assert (row.name, row.note, row.withdrawn) == ("調査 結果.pdf", "窓口", False)
    assert (row.attached_by_id, row.attached_at) == (town.people["staff"], event.recorded_at)
    assert "窓口" not in event.body
    assert "調査" not in event.body
    assert file().sha256 in event.body
    gone = applied(await withdraw(town))
    assert (gone.document["details"], gone.document["reason"]) == (details, "別の事業のもの")
    await row.refresh_from_db()
    assert row.withdrawn
    assert blocker_codes(await withdraw(town)) == ["ALREADY_WITHDRAWN"]
    assert await audit(town.id) == []


async def test_who_attaches_and_withdraws(town: Town) -> None:
    """The owner's staff and lead; to others who may not see it, there is none to withdraw."""
    cycle = await town.cycle()
    asked = await new(town)
    applied(await attach(town))
    row = await Evidence.of(town.id).get()
    sees = {"lead", "staff", "office", "office_lead", "auditor"}
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        for outcome in (
            await admit_evidence(request, asked),
            await attach_evidence(request, asked, file("別の内容")),
        ):
            assert isinstance(outcome, Validated if who in {"lead", "staff"} else Refused), who
            if isinstance(outcome, Refused):
                assert isinstance(outcome.refusal, Forbidden)
                assert outcome.refusal.department_id == town.departments[OURS]
        outcome = await withdraw_evidence(request, row.id, "理由")
        if isinstance(outcome, Refused):
            unseen = outcome.refusal == NotFound("evidence")
            assert unseen == (who not in sees), who
        else:
            assert who in {"lead", "staff"}
    assert refused(await admit_evidence(town.by(None), asked)) == NotSignedIn()
    assert (await town.cycle()).revision == cycle.revision
    applied(await let(town, "other_staff", "lead"))
    behalf = town.by("other_staff", on_behalf_of_id=town.people["lead"])
    event = applied(await attach_evidence(behalf, asked, file("代決")))
    assert event.on_behalf_of_id == town.people["lead"]


async def test_only_parts_that_were_reached_and_cycles_that_run(town: Town) -> None:
    """Each part from its stage on; a closed cycle rests on what it rests on."""
    for at, stage in enumerate(list(Stage)[:-1]):
        cycle = await town.bring_to(stage)
        for of, part in enumerate(SheetPart):
            outcome = await attach(town, content=f"{stage}{part}", part=part, cycle_id=cycle.id)
            assert isinstance(outcome, Applied if of <= at else Refused), (stage, part)
            if isinstance(outcome, Refused):
                assert blocker_codes(outcome) == ["PART_NOT_REACHED"]
                assert isinstance(outcome.refusal, Blocked)
                assert outcome.refusal.owner_id == town.departments[OURS]
    closed = await town.bring_to(Stage.CLOSED)
    assert blocker_codes(await attach(town, content="後", cycle_id=closed.id)) == ["WRONG_STAGE"]
    row = await Evidence.of(town.id).first()
    assert row
    late = await withdraw_evidence(town.by("lead"), row.id, "理由")
    assert blocker_codes(late) == ["WRONG_STAGE"]
    assert await audit(town.id) == []


async def test_what_is_refused(town: Town) -> None:
    """Names that are none, a cycle that is none, the same file twice, and more than there is room for."""
    for name, kept in (
        ("", None),
        ("報告\x00.pdf", None),
        ("../../etc/passwd", None),
        ("C:\\報告.pdf", None),
        ("あ" * 197 + ".pdf", None),
        ("あ" * 196 + ".pdf", "あ" * 196 + ".pdf"),
        ("\u202egnp.告\u200b報.pdf", "gnp.告報.pdf"),
        ("改\n行.pdf", "改 行.pdf"),
    ):
        outcome = await attach(town, content=name, name=name)
        if kept is None:
            refusal = refused(outcome)
            assert isinstance(refusal, InvalidInput), name
            assert refusal.path == "name"
        else:
            applied(outcome)
            assert await Evidence.of(town.id).filter(name=kept).exists()
    assert refused(await attach(town, cycle_id=uuid4())) == NotFound("cycle")
    assert isinstance(refused(await attach(town, note="あ" * 2001)), InvalidInput)
    applied(await attach(town))
    assert blocker_codes(await attach(town)) == ["ALREADY_ATTACHED"]
    assert blocker_codes(await attach(town, content="次", room=4999)) == ["EVIDENCE_FULL"]
    applied(await attach(town, content="次", room=5000))
    withdrawn = await withdraw_evidence(
        town.by("staff"), (await Evidence.of(town.id).filter(note="窓口").first()).id, " "  # type: ignore[union-attr]
    )  # fmt: skip
    assert blocker_codes(withdrawn) == ["NO_REASON"]


async def test_a_file_that_would_be_refused_is_told_before_it_comes(town: Town) -> None:
    """The attempt is an entry, as any other; where it would be taken, nothing is."""
    size, asked = await town.size(), await new(town, room=10)
    assert isinstance(await admit_evidence(town.by("staff"), asked, 10), Validated)
    assert await town.size() == size
    assert blocker_codes(await admit_evidence(town.by("staff"), asked, 11)) == ["EVIDENCE_FULL"]
    assert isinstance(refused(await admit_evidence(town.by("other_lead"), asked)), Forbidden)
    events = await Event.of(town.id).filter(sequence__gt=size)
    assert [e.kind for e in events] == [EventKind.REFUSAL] * 2


async def test_files_that_any_evidence_speaks_of_are_not_swept(town: Town, tmp_path: Path) -> None:
    """Also withdrawn evidence; what nothing speaks of goes after a day."""
    files = EvidenceFiles(tmp_path / "evidence")
    assert await sweep_files(files) == 0
    kept: list[str] = []
    for content in (b"spoken of", b"orphan"):
        with files.receive() as incoming:
            incoming.write(content)
            incoming.keep()
        kept.append(incoming.sha256)
    there = files.path_of(kept[0])
    given = KeptFile(path=there, sha256=kept[0], size=9, media_type="text/plain")
    applied(await attach_evidence(town.by("staff"), await new(town), given))
    applied(await withdraw(town))
    assert await sweep_files(files) == 0
    then = time.time() - DAY - 1
    for name in kept:
        os.utime(files.path_of(name), (then, then))
    assert await sweep_files(files) == 1
    assert [path.name for path in files.folder.iterdir()] == [kept[0]]
