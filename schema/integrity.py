"""Whether the record is still what it was, as the server itself last found."""

import datetime as dt

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.history import HistoryEntry
from schema.nodes import field, plain
from workflows.readings import Reading
from workflows.records import Event
from workflows.verification import MEANINGS, Fault, FaultName, Standing


def _message(parent: strawberry.Parent[Fault], lang: LANG = Lang.JA) -> str:
    japanese, english = MEANINGS[parent.name]
    return japanese if lang is Lang.JA else english


async def _entry_of(parent: strawberry.Parent[Fault], info: Info) -> Event | None:
    return await info.context.loaders.event(parent.sequence)


@strawberry.type(description="Something that is wrong with the record, or with what it gives.")
class IntegrityFault:
    """One of what a verification found."""

    name: FaultName = plain("By its name.")
    sequence: int | None = plain("The entry that shows it; null where none does.")
    entry = field(
        _entry_of, HistoryEntry | None, "That entry; null where there is none for the viewer."
    )
    about: str = plain("What more is known of it, for whoever looks into it.")
    message = field(_message, str, "What it means.")


def _is_keeper(info: Info) -> bool:
    return info.context.sight.sees(Reading.COPIES)


def _faults(parent: strawberry.Parent[Standing], info: Info) -> list[Fault]:
    return list(parent.faults) if _is_keeper(info) else []


async def _first_mismatch(parent: strawberry.Parent[Standing], info: Info) -> Event | None:
    sequences = [one.sequence for one in parent.faults if one.sequence is not None]
    if not sequences or not _is_keeper(info):
        return None
    return await info.context.loaders.event(min(sequences))


@strawberry.type(
    description="What the server found when it last verified its record. It is no proof: who has "
    "the server can make it say anything. See docs/record.md for one that needs no trust."
)
class Integrity:
    """The auditor's own verification of a copy counts for more."""

    verified: bool | None = plain(
        "Whether nothing is wrong; null before all of it was checked once since the server began."
    )
    checked: int = plain("How many entries were checked.", name="eventsChecked")
    checked_at: dt.datetime | None = plain("When; null before.")
    tables_match: bool | None = plain(
        "Whether the tables are what the entries give; null where that was not found out.",
        name="tablesMatchEvents",
    )
    first_mismatch = field(
        _first_mismatch,
        HistoryEntry | None,
        "The first entry that shows a fault; null where none does, and for others than auditors, "
        "the office and admins.",
    )
    faults = field(
        _faults,
        list[IntegrityFault],
        "What is wrong, up to 100; empty for others than auditors, the office and admins.",
    )


def integrity(info: Info) -> Standing:
    """Return what is known of the record that is asked about."""
    return info.context.standings.of(info.context.municipality_id)
