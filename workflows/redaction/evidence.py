"""Evidence whose files are taken away: which entries name it, and which files may go then."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from workflows.records import Event, EventKind, Evidence
from workflows.redaction.sealed import Place, SealedField, fields_of
from workflows.refusals import NotFound, Refuse
from workflows.revise.evidence_upkeep import ids_in, needed_files, removed_evidence
from workflows.values import invalid

Named = list[tuple[Event, list[SealedField]]]
_COLUMNS = ("name", "note")
_KINDS = (EventKind.EVIDENCE_ATTACHED, EventKind.EVIDENCE_WITHDRAWN)


async def chosen_evidence(municipality_id: UUID, asked: Sequence[UUID]) -> list[Evidence]:
    """Return the evidence that is asked for, in that order.

    Raises:
        Refuse: there is no such evidence, or it was removed already.
    """
    rows = await Evidence.of(municipality_id).filter(id__in=sorted(set(asked)))
    found, gone = {row.id: row for row in rows}, await removed_evidence(municipality_id)
    for position, evidence_id in enumerate(asked):
        if evidence_id not in found:
            raise Refuse(NotFound(f"evidence.{position}"))
        if evidence_id in gone:
            raise invalid(
                f"evidence.{position}", "すでに消去されています。", "It was removed already."
            )
    return [found[one] for one in dict.fromkeys(asked)]


async def fields_about(evidence: Evidence) -> Named:
    """Return the entries that name a file and its note, with the fields that do."""
    about = Event.of(evidence.municipality_id).filter(cycle_id=evidence.cycle_id)
    found: Named = []
    async for event in about.filter(kind__in=_KINDS).order_by("sequence"):
        fields = [
            one
            for one in fields_of(event)
            if one.place in {Place("evidence", evidence.id, column) for column in _COLUMNS}
        ]
        found += [(event, fields)] if fields else []
    return found


async def shared(rows: Sequence[Evidence]) -> set[UUID]:
    """Return those whose files would stay, as other evidence needs them."""
    needed = await needed_files({row.sha256 for row in rows}, {row.id for row in rows})
    return {row.id for row in rows if row.sha256 in needed}


async def files_to_delete(municipality_id: UUID, after: int = 0) -> dict[str, dt.datetime]:
    """Return the files, by their SHA-256, that redactions after an entry removed, and when last.

    What came since then is another upload, and none of theirs.
    """
    redactions = Event.of(municipality_id).filter(kind=EventKind.REDACTED, sequence__gt=after)
    removed: dict[UUID, dt.datetime] = {}
    async for event in redactions.order_by("sequence"):
        removed |= dict.fromkeys(ids_in(event), event.recorded_at)
    rows = await Evidence.of(municipality_id).filter(id__in=sorted(removed)) if removed else ()
    moments = sorted((removed[row.id], row.sha256) for row in rows)
    return {sha256: moment for moment, sha256 in moments}
