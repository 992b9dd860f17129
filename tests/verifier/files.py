"""Files of evidence, attached by hand: as an act of the record, with the file under its hash."""

import datetime as dt
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from tests.town import Town
from workflows.ledger import Outcome, perform
from workflows.records import EventKind, Evidence
from workflows.stages import SheetPart
from workflows.unit import Unit


async def attach(town: Town, folder: Path, content: bytes) -> Outcome:
    """Attach a file to the current cycle's plan."""
    cycle, digest = await town.cycle(), sha256(content).hexdigest()
    (folder / digest).write_bytes(content)

    async def decide(unit: Unit) -> None:
        row = Evidence(
            id=uuid4(),
            municipality_id=town.id,
            project_id=cycle.project_id,
            cycle_id=cycle.id,
            part=SheetPart.PLAN,
            name="議事録.pdf",
            media_type="application/pdf",
            size=len(content),
            sha256=digest,
            attached_by_id=town.people["lead"],
            attached_at=dt.datetime.now(dt.UTC),
        )
        draft = unit.draft(EventKind.EVIDENCE_ATTACHED, project_id=cycle.project_id)
        draft.insert(row)

    return await perform(town.by("lead"), decide)
