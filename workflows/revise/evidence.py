"""Evidence (証拠書類): files that show what a part of a cycle's sheet says, attached and withdrawn.

The file itself is kept first (`workflows.evidence_files`); the record is bound to it by its hash.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from tortoise.functions import Sum

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import Case, case_of
from workflows.changes import Json
from workflows.ledger import Outcome, Refused, Validated, perform
from workflows.readings import Reading
from workflows.records import Event, EventKind, Evidence
from workflows.refusals import Blocked, IdempotencyMismatch, NotFound, Refuse, blocked
from workflows.revise.evidence_upkeep import removed_evidence
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

    path: Path
    sha256: str
    size: int
    media_type: str


async def admit_evidence(request: Request, new: NewEvidence, size: int = 1) -> Outcome:
    """Tell whether a file of a size would be taken, before it comes; a refusal is an entry.

    With a key that was used before, only what was asked then may be asked again.
    """
    earlier = await _earlier(request)
    if earlier is not None and _is_repeated(request, earlier):
        return Validated()

    async def decide(unit: Unit) -> None:
        if earlier is not None:
            raise Refuse(IdempotencyMismatch(earlier.sequence))
        _ = await _case(unit, new)
        await _check_room(unit, new, size)

    async def refuse(unit: Unit) -> None:
        _ = await _case(unit, new)
        if isinstance(tried, Refused):
            raise Refuse(tried.refusal)

    tried = await perform(replace(request, validate_only=True, idempotency_key=None), decide)
    if not isinstance(tried, Refused):
        return tried
    return await perform(replace(request, idempotency_key=None), refuse)


async def attach_evidence(request: Request, new: NewEvidence, file: KeptFile) -> Outcome:
    """Attach a file to a part of the sheet that the cycle has come to, as the owner's staff or lead.

    That the file is still there is asked under the record's lock, under which alone files that are
    not needed are taken away (`workflows.revise.evidence_upkeep`).
    """

    async def decide(unit: Unit) -> None:
        case = await _case(unit, new)
        await _check_room(unit, new, file.size)
        await _check_new(unit, new, file)
        if not await asyncio.to_thread(file.path.is_file):
            raise Refuse(blocked(BlockerCode.FILE_GONE))
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

    return await perform(_of_file(request, file.sha256), decide)


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


def _of_file(request: Request, sha256: str) -> Request:
    """Return a request with the file that it is about, as the key's fingerprint has it."""
    return replace(request, given={**request.given, "sha256": sha256})


async def _earlier(request: Request) -> Event | None:
    """Return the entry of an earlier act with the same key."""
    if request.idempotency_key is None or request.actor_id is None:
        return None
    own = Event.of(request.municipality_id).filter(actor_id=request.actor_id)
    return await own.filter(idempotency_key=request.idempotency_key).first()


def _is_repeated(request: Request, earlier: Event) -> bool:
    """Return whether an earlier act asked for the same, but for the file: that is not known yet."""
    sha256 = earlier.document["details"].get("sha256")
    return bool(sha256) and earlier.request_sha256 == _of_file(request, sha256).sha256()


async def _case(unit: Unit, new: NewEvidence) -> Case:
    case = await case_of(unit, new.cycle_id)
    owner_id = case.owner.department_id
    unit.authorise_person(ROLES[Act.ATTACH_EVIDENCE], owner_id)
    _check_running(case)
    if list(Stage).index(case.cycle.stage) < list(SheetPart).index(new.part):
        raise Refuse(Blocked(blocked(BlockerCode.PART_NOT_REACHED, "part").blockers, owner_id))
    file_name(new.name)
    text("note", new.note, limit=_NOTE)
    return case


async def _check_room(unit: Unit, new: NewEvidence, size: int) -> None:
    """Refuse more than a municipality's evidence may take up; what was removed takes up nothing."""
    there = Evidence.of(unit.municipality_id)
    if gone := await removed_evidence(unit.municipality_id):
        there = there.exclude(id__in=sorted(gone))
    ((so_far,),) = await there.annotate(taken=Sum("size")).values_list("taken")
    if (so_far or 0) + size > new.room:
        raise Refuse(blocked(BlockerCode.EVIDENCE_FULL, by=(Role.ADMIN,)))


def _check_running(case: Case) -> None:
    """Refuse to change what a closed cycle rests on."""
    if case.cycle.stage is Stage.CLOSED:
        raise Refuse(blocked(BlockerCode.WRONG_STAGE))


async def _check_new(unit: Unit, new: NewEvidence, file: KeptFile) -> None:
    """Refuse a file that the part has already."""
    there = Evidence.of(unit.municipality_id).filter(
        cycle_id=new.cycle_id, part=new.part, sha256=file.sha256, withdrawn=False
    )
    same = set(await there.values_list("id", flat=True))
    if same and same - await removed_evidence(unit.municipality_id):
        raise Refuse(blocked(BlockerCode.ALREADY_ATTACHED))


def _details(evidence: Evidence) -> dict[str, Json]:
    return {
        "evidence": str(evidence.id),
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": evidence.media_type,
        "part": str(evidence.part),
    }
