"""The act of taking a copy: it is recorded, and its own entry is the last one in the copy."""

import datetime as dt
from typing import Final
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act, Capacity
from workflows.cases import project_of
from workflows.checkpoints import KeyRing, sign_at_end
from workflows.exports.asked import CopyAsked, CopyFormat
from workflows.exports.kept import KeptCopies
from workflows.exports.sights import at_work, sight_as_json
from workflows.exports.snapshot import snapshot
from workflows.ledger import Applied, Outcome, perform
from workflows.records import Department, Event, EventKind, Export, Municipality
from workflows.refusals import NotFound, Refuse
from workflows.sight import Sight
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid

MOST_A_DAY: Final = 50
"""Copies that one person takes within a day: each is kept for a week."""
_DAY: Final = dt.timedelta(days=1)
_YEARS: Final = range(1970, 9999)
_WHOLE: Final = frozenset({Role.OFFICE, Role.AUDITOR, Role.ADMIN})
"""Who sees bodies of entries at all."""
_OFFICE: Final = frozenset({Role.OFFICE})
_OPERATOR: Final = Sight(person_id=None, capacities=(Capacity(Role.AUDITOR, None),))
"""Whoever has the console has the database."""


async def take_copy(
    request: Request, asked: CopyAsked, kept: KeptCopies, ring: KeyRing | None = None
) -> tuple[Outcome, Export | None]:
    """Take a copy; what is to be fetched is given with the outcome.

    At the console the copy is nobody's, and is given once. One that can be verified is signed at
    once, as far as the key is in the ring; a record that is not what was signed before is not copied.
    """
    made: list[Export] = []

    async def decide(unit: Unit) -> None:
        made.append(await _draft(unit, asked, kept, ring))

    try:
        outcome = await perform(request, decide)
    except Exception:
        for export in made:
            kept.discard(export)
        raise
    if isinstance(outcome, Applied):
        return outcome, await _taken(outcome, made, kept)
    for export in made:
        kept.discard(export)
    return outcome, None


async def _draft(unit: Unit, asked: CopyAsked, kept: KeptCopies, ring: KeyRing | None) -> Export:
    """Draft the entry, and keep what the copy needs beside the record."""
    _check(asked)
    capacity = await _authorised(unit, asked)
    await _check_count(unit)
    sight = await _sight(unit)
    export = await _export(unit, asked, sight)
    draft = unit.draft(EventKind.EXPORTED, capacity=capacity)
    draft.project_id = asked.part.project_id
    draft.owner_id = asked.part.department_id or unit.about.get("owner_id")
    draft.details = {"size": export.size, "export_id": str(export.id)} | asked.as_json()
    if not unit.request.at_console:
        unit.beside.append(export)
    if asked.format is CopyFormat.JSONL and ring is not None:
        await sign_at_end(unit, ring, lambda _: None)
    if not unit.request.validate_only:
        lines = snapshot(unit.municipality_id, asked, export.size, sight)
        export.asked["kept"] = await kept.keep(export, lines)
    return export


async def _taken(outcome: Applied, made: list[Export], kept: KeptCopies) -> Export | None:
    """Return the copy that was taken, now or by an earlier call.

    Its file is made durable only now that the lock was given back: who loses it to a power cut was
    not answered, and is told when they fetch the copy.
    """
    if not made:
        return await export_of(outcome.events[0])
    (export,) = made
    await kept.secure(export)
    return export


async def export_of(event: Event) -> Export | None:
    """Return the copy that an entry tells of; None for one that was taken at the console."""
    export_id = UUID(event.document["details"]["export_id"])
    return await Export.of(event.municipality_id).get_or_none(id=export_id)


def _check(asked: CopyAsked) -> None:
    if not asked.part.is_one:
        raise invalid(
            "project",
            "取組事業、課、年度は、どれか1つだけを指定してください。",
            "Name a project, a department or a fiscal year: only one of them.",
        )
    if asked.part.fiscal_year is not None and asked.part.fiscal_year not in _YEARS:
        raise invalid("fiscalYear", "年度が正しくありません。", "There is no such fiscal year.")
    if asked.disclosure and not (asked.part.is_all and asked.format is CopyFormat.JSONL):
        raise invalid(
            "disclosure",
            "情報公開用の写しは、全体のJSON Linesだけです。",
            "A copy for disclosure is whole, and JSON Lines.",
        )


async def _authorised(unit: Unit, asked: CopyAsked) -> Capacity | None:
    """Return in which capacity a copy may be taken; refuse where there is none.

    Staff and leads take lists of what is about their own department; a copy to be verified is for
    those who see entries whole, and one for disclosure is the office's to give out.
    """
    part, owner_id = asked.part, asked.part.department_id
    if part.project_id is not None:
        _ = await project_of(unit, part.project_id)
        owner_id = unit.about["owner_id"]
    departments = Department.of(unit.municipality_id)
    if (
        part.department_id is not None
        and not await departments.filter(id=part.department_id).exists()
    ):
        raise Refuse(NotFound("department"))
    if asked.disclosure:
        return unit.authorise(_OFFICE)
    roles = _WHOLE if asked.format is CopyFormat.JSONL else ROLES[Act.TAKE_COPY]
    return unit.authorise(roles, owner_id)


async def _check_count(unit: Unit) -> None:
    taken = Export.of(unit.municipality_id).filter(
        person_id=unit.request.actor_id or UUID(int=0), created_at__gt=unit.now - _DAY
    )
    if await taken.count() >= MOST_A_DAY:
        raise invalid(
            "format",
            f"写しは1人につき1日{MOST_A_DAY}件までです。明日以後に行ってください。",
            f"One person takes at most {MOST_A_DAY} copies a day. Come back tomorrow.",
        )


async def _sight(unit: Unit) -> Sight:
    """Return what whoever asks sees, with what their departments own today."""
    if unit.request.at_console:
        return _OPERATOR
    return await at_work(unit.municipality_id, unit.sight, unit.today)


async def _export(unit: Unit, asked: CopyAsked, sight: Sight) -> Export:
    town = await Municipality.get(id=unit.municipality_id)
    return Export(
        id=uuid4(),
        municipality_id=unit.municipality_id,
        person_id=unit.request.actor_id or UUID(int=0),
        size=unit.size + 1,
        created_at=unit.now,
        asked=asked.as_json() | {"town": _town(town), "sight": sight_as_json(sight)},
    )


def _town(town: Municipality) -> dict[str, str]:
    return {"id": str(town.id), "code": town.code, "name": town.name}
