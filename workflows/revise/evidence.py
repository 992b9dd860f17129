"""Evidence (証拠書類): files that show what a part of a cycle's sheet says, attached and withdrawn.

The file itself is kept first (`workflows.evidence_files`); the record is bound to it by its hash.
"""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.functions import Sum

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import Case, case_of
from workflows.changes import Json
from workflows.evidence_files import EvidenceFiles
from workflows.ledger import Outcome, Refused, perform
from workflows.readings import Reading
from workflows.records import EventKind, Evidence
from workflows.refusals import Blocked, NotFound, Refuse, blocked
from workflows.stages import Role, SheetPart, Stage
from workflows.unit import Request, Unit
from workflows.values import invalid, line, text

_NOTE: Final = 2_000
_NAME: Final = 200
_BY: Final = (Role.STAFF, Role.LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """What a file is to be evidence of, and what its owner calls it."""

    cycle_id: UUID
    part: SheetPart
    name: str
    note: str = ""
    room: int
    """Bytes that a municipality's evidence may take up in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that is in its place."""

    sha256: str
    size: int
    media_type: str


async def admit_evidence(request: Request, new: NewEvidence, size: int = 1) -> Outcome:
    """Tell whether a file of a size would be taken, before it comes; a refusal is an entry."""

    async def decide(unit: Unit) -> None:
        await _check(unit, new, size)

    async def refuse(unit: Unit) -> None:
        await _check(unit, new, size)
        if isinstance(tried, Refused):
            raise Refuse(tried.refusal)

    tried = await perform(replace(request, validate_only=True, idempotency_key=None), decide)
    if not isinstance(tried, Refused):
        return tried
    return await perform(replace(request, idempotency_key=None), refuse)


async def attach_evidence(request: Request, new: NewEvidence, file: KeptFile) -> Outcome:
    """Attach a file to a part of the sheet that the cycle has come to, as the owner's staff or lead."""

    async def decide(unit: Unit) -> None:
        case = await _check(unit, new, file.size)
        await _check_new(unit, new, file)
        evidence = Evidence(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            project_id=case.project.id,
            cycle_id=case.cycle.id,
            part=new.part,
            name=file_name(new.name),
            note=text("note", new.note, limit=_NOTE),
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            attached_by_id=unit.request.actor_id,
            attached_at=unit.now,
        )
        draft = unit.draft(EventKind.EVIDENCE_ATTACHED, **unit.about, details=_details(evidence))
        draft.insert(evidence)

    return await perform(request, decide)


async def withdraw_evidence(request: Request, evidence_id: UUID, reason: str) -> Outcome:
    """Withdraw a file that should not count: it stays, and is marked."""

    async def decide(unit: Unit) -> None:
        evidence = await Evidence.of(unit.municipality_id).get_or_none(id=evidence_id)
        if evidence is None:
            raise Refuse(NotFound("evidence"))
        case = await case_of(unit, evidence.cycle_id)
        owner_id = case.owner.department_id
        is_own = unit.request.actor_id == evidence.attached_by_id
        if not unit.sight.sees(Reading.EVIDENCE, owner_id, own=is_own):
            unit.about.clear()
            raise Refuse(NotFound("evidence"))
        unit.authorise_person(ROLES[Act.ATTACH_EVIDENCE], owner_id)
        _check_running(case)
        why = text("reason", reason)
        if not why:
            raise Refuse(
                Blocked(blocked(BlockerCode.NO_REASON, "reason", by=_BY).blockers, owner_id)
            )
        if evidence.withdrawn:
            raise Refuse(blocked(BlockerCode.ALREADY_WITHDRAWN))
        draft = unit.draft(EventKind.EVIDENCE_WITHDRAWN, **unit.about, details=_details(evidence))
        draft.reason = why
        draft.update(evidence, withdrawn=True)

    return await perform(request, decide)


async def sweep_files(files: EvidenceFiles) -> int:
    """Remove files that no evidence of any municipality speaks of for a day; return how many."""
    names = await asyncio.to_thread(files.old)
    if not names:
        return 0
    # Of all towns, as files are shared between them: nothing of any of them is told to anybody.
    needed: Any = await Evidence.all().distinct().values_list("sha256", flat=True)
    return await asyncio.to_thread(partial(files.sweep, names, set(needed)))


def file_name(name: str) -> str:
    """Return a file's name as it may be kept: one line, without a path."""
    clean = line("name", name, limit=_NAME)
    if "/" in clean or "\\" in clean:
        raise invalid(
            "name",
            "ファイル名に / と \\ は使えません。フォルダーを除いた名前を指定してください。",
            "A file's name has no / or \\ in it: leave the folders out.",
        )
    return clean


async def _check(unit: Unit, new: NewEvidence, size: int) -> Case:
    case = await case_of(unit, new.cycle_id)
    owner_id = case.owner.department_id
    unit.authorise_person(ROLES[Act.ATTACH_EVIDENCE], owner_id)
    _check_running(case)
    if list(Stage).index(case.cycle.stage) < list(SheetPart).index(new.part):
        raise Refuse(Blocked(blocked(BlockerCode.PART_NOT_REACHED, "part").blockers, owner_id))
    file_name(new.name)
    text("note", new.note, limit=_NOTE)
    taken = Evidence.of(unit.municipality_id).annotate(taken=Sum("size"))
    ((so_far,),) = await taken.values_list("taken")
    if (so_far or 0) + size > new.room:
        raise Refuse(blocked(BlockerCode.EVIDENCE_FULL, by=(Role.ADMIN,)))
    return case


def _check_running(case: Case) -> None:
    """Refuse to change what a closed cycle rests on."""
    if case.cycle.stage is Stage.CLOSED:
        raise Refuse(blocked(BlockerCode.WRONG_STAGE))


async def _check_new(unit: Unit, new: NewEvidence, file: KeptFile) -> None:
    """Refuse a file that the part has already."""
    there = Evidence.of(unit.municipality_id).filter(
        cycle_id=new.cycle_id, part=new.part, sha256=file.sha256, withdrawn=False
    )
    if await there.exists():
        raise Refuse(blocked(BlockerCode.ALREADY_ATTACHED))


def _details(evidence: Evidence) -> dict[str, Json]:
    return {
        "evidence": str(evidence.id),
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": evidence.media_type,
        "part": str(evidence.part),
    }
