"""Evidence whose files are taken away: which entries name it, and which files nobody needs then."""

from collections.abc import Iterable
from uuid import UUID

from workflows.records import Event, EventKind, Evidence
from workflows.redaction.sealed import SealedField, fields_of
from workflows.refusals import NotFound, Refuse

Named = list[tuple[Event, list[SealedField]]]


async def fields_about(municipality_id: UUID, evidence_id: UUID, path: str) -> Named:
    """Return the entries that name a file and its note, with the fields that do.

    Raises:
        Refuse: there is no such evidence.
    """
    evidence = await Evidence.of(municipality_id).get_or_none(id=evidence_id)
    if evidence is None:
        raise Refuse(NotFound(path))
    about = Event.of(municipality_id).filter(cycle_id=evidence.cycle_id)
    kinds = (EventKind.EVIDENCE_ATTACHED, EventKind.EVIDENCE_WITHDRAWN)
    found: Named = []
    for event in await about.filter(kind__in=kinds).order_by("sequence"):
        fields = [
            one
            for one in fields_of(event)
            if one.place and (one.place.table, one.place.row_id) == ("evidence", evidence_id)
        ]
        found += [(event, fields)] if fields else []
    return found


async def files_to_delete(municipality_id: UUID) -> set[str]:
    """Return the files, by their SHA-256, that redactions took away and no other evidence needs.

    To be deleted once the redaction is durable, and again when the server starts.
    """
    redactions = Event.of(municipality_id).filter(kind=EventKind.REDACTED)
    gone: set[UUID] = set()
    async for event in redactions:
        gone |= set(_ids(event))
    if not gone:
        return set()
    hashes = {row.sha256 for row in await Evidence.of(municipality_id).filter(id__in=sorted(gone))}
    # Two towns may have attached the same file.
    needed = Evidence.filter(sha256__in=sorted(hashes)).exclude(id__in=sorted(gone))
    return hashes - {row.sha256 for row in await needed}


def _ids(event: Event) -> Iterable[UUID]:
    return map(UUID, event.document["details"].get("evidence", ()))
