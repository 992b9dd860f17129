"""What is shown to auditors in the sample, what they point out, and what becomes of it."""

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Final

from seed.demo.deeds import Given
from seed.demo.desk import Desk
from workflows.evidence_files import EvidenceFiles
from workflows.ledger import Outcome
from workflows.media_types import media_type_of
from workflows.revise.evidence import KeptFile, NewEvidence, attach_evidence, withdraw_evidence
from workflows.revise.findings import (
    Conclusion,
    FindingAnswer,
    NewFinding,
    answer_finding,
    close_finding,
    raise_finding,
)
from workflows.stages import FindingStatus, SheetPart
from workflows.unit import Request

_ROOM: Final = 10_000_000
"""Bytes: the sample's files are some lines each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(Given):
    """Attaches a table of figures to a cycle's results."""

    act: ClassVar[str] = "attachEvidence"
    code: str
    fiscal_year: int
    name: str
    note: str
    lines: tuple[str, ...]

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Keep the file, then attach it."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        content = "\r\n".join([*self.lines, ""]).encode("utf-8-sig")
        file = await asyncio.to_thread(_kept, desk.files, self.name, content)
        new = NewEvidence(
            cycle_id=cycle.id, part=SheetPart.RESULTS, name=self.name, note=self.note, room=_ROOM
        )
        return await attach_evidence(request, new, file)


def _kept(files: EvidenceFiles, name: str, content: bytes) -> KeptFile:
    with files.receive() as incoming:
        incoming.write(content)
        incoming.flush()
        media_type = media_type_of(incoming.path, name)
        if media_type is None:
            raise ValueError(f"{name} is of no type that is taken as evidence")
        incoming.keep()
        return KeptFile(
            path=files.path_of(incoming.sha256),
            sha256=incoming.sha256,
            size=incoming.size,
            media_type=media_type,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Given):
    """Withdraws a file."""

    act: ClassVar[str] = "withdrawEvidence"
    attached: str
    """The act by which it was attached."""
    reason: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Withdraw."""
        evidence_id = await desk.named_by(self.attached, "evidence")
        return await withdraw_evidence(request, evidence_id, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOut(Given):
    """Points something out about an act of the sample, or else about a project."""

    act: ClassVar[str] = "raiseFinding"
    code: str
    about: str | None
    text: str
    answer_due_on: dt.date | None

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Raise the finding."""
        about = None if self.about is None else (await desk.entry(self.about)).id
        project = await desk.project(self.code)
        new = NewFinding(
            text=self.text,
            entry_id=about,
            project_id=project.id if about is None else None,
            answer_due_on=self.answer_due_on,
        )
        return await raise_finding(request, new)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding(Given):
    """Answers a finding."""

    act: ClassVar[str] = "answerFinding"
    raised: str
    """The act by which it was raised."""
    text: str
    follow_up_on: dt.date | None

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Answer."""
        answer = FindingAnswer(
            finding_id=await desk.named_by(self.raised, "finding"),
            text=self.text,
            expected_status=FindingStatus.OPEN,
            follow_up_on=self.follow_up_on,
        )
        return await answer_finding(request, answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFinding(Given):
    """Closes a finding that was answered."""

    act: ClassVar[str] = "closeFinding"
    raised: str
    """The act by which it was raised."""
    text: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Close."""
        conclusion = Conclusion(
            finding_id=await desk.named_by(self.raised, "finding"),
            text=self.text,
            expected_status=FindingStatus.ANSWERED,
        )
        return await close_finding(request, conclusion)
