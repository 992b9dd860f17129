"""What a redaction would remove, and what it would leave, told before anything is written."""

from dataclasses import dataclass, replace
from uuid import UUID

from workflows.authority import ROLES, Act
from workflows.ledger import Refused, perform
from workflows.records import EventKind, Evidence
from workflows.redaction.act import Redact, gathered
from workflows.redaction.evidence import chosen_evidence, shared
from workflows.redaction.removal import Removal
from workflows.redaction.sealed import fields_of
from workflows.refusals import Refusal
from workflows.unit import Request, Unit


@dataclass(frozen=True, slots=True)
class InEntry:
    """Values of an entry, by their paths."""

    sequence: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class InRow:
    """Columns of a row."""

    table: str
    row_id: UUID
    columns: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a redaction would do."""

    entries: list[InEntry]
    """Which values would go."""
    rows: list[InRow]
    """What would be overwritten in tables."""
    evidence: list[Evidence]
    shared: set[UUID]
    """Evidence whose file would stay, since other evidence needs it."""
    left: list[InEntry]
    """Which values would stay, though they hold a removed text within a longer one."""
    left_count: int
    """In how many entries."""


async def preview_redaction(request: Request, asked: Redact) -> Preview | Refusal:
    """Tell what a redaction would do; nothing is written. Needs Act.REDACT."""
    found: list[Preview] = []

    async def decide(unit: Unit) -> None:
        _ = unit.authorise_person(ROLES[Act.REDACT])
        found.append(await _previewed(unit, asked))

    only_asked = replace(request, validate_only=True, idempotency_key=None)
    outcome = await perform(only_asked, decide)
    return outcome.refusal if isinstance(outcome, Refused) else found[0]


async def _previewed(unit: Unit, asked: Redact) -> Preview:
    removal = await gathered(unit, asked)
    draft = unit.draft(EventKind.REDACTED)
    _ = await removal.draft_tables(draft)
    evidence = await chosen_evidence(unit.municipality_id, asked.evidence)
    return Preview(
        entries=[InEntry(n, _paths(removal, n)) for n in sorted(removal.gone)],
        rows=[InRow(each.table, each.id, sorted(each.after)) for each in draft.changes],
        evidence=evidence,
        shared=await shared(evidence),
        left=[InEntry(*each) for each in removal.first_left()],
        left_count=len(removal.left),
    )


def _paths(removal: Removal, sequence: int) -> list[str]:
    gone = removal.gone[sequence]
    return [one.path for one in fields_of(removal.events[sequence]) if one.commitment in gone]
