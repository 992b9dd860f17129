"""What the tests of the sample share: moments to tell it until, and what to count in it."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path
from uuid import UUID

from seed.demo.content import HASHIKAMI
from seed.demo.fill import FIRST_FISCAL_YEAR, sample_text
from seed.demo.script import Telling
from seed.town import HASHIKAMI_PLAN
from workflows.evidence_files import EvidenceFiles
from workflows.fiscal import TOKYO
from workflows.records import Cycle, EventHead
from workflows.stages import Stage

FILES = EvidenceFiles(Path(tempfile.gettempdir()) / "meguru-sample-evidence")
"""The same few files in every run."""
AUTUMN = dt.datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
"""Most of the second fiscal year's cycles are being carried out."""
SPRING = dt.datetime(2025, 5, 20, 10, 0, tzinfo=TOKYO)
"""The first fiscal year has just begun: a short sample."""
AFTERWARDS = dt.datetime(2028, 5, 15, 10, 0, tzinfo=TOKYO)
"""The plan's period is over, its last checks are not."""


def telling(until: dt.datetime) -> Telling:
    """Return what the sample is told from."""
    return Telling(
        content=HASHIKAMI,
        text=sample_text(HASHIKAMI_PLAN.read_bytes()),
        first_fiscal_year=FIRST_FISCAL_YEAR,
        until=until,
    )


async def size_of(municipality_id: UUID) -> int:
    """Return how many entries a record has."""
    return (await EventHead.of(municipality_id).get()).size


async def by_stage(municipality_id: UUID) -> Counter[tuple[int, Stage]]:
    """Count cycles by fiscal year and stage."""
    return Counter((c.fiscal_year, c.stage) for c in await Cycle.of(municipality_id))
