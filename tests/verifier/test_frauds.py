"""Frauds by somebody who may write anything into the database: each is told by its name.

Each is done on a database of its own, on both engines. Then a copy is taken as always, and held
against what the auditor kept; and the database is verified where it stands.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server.database import connected
from tests.town import Town
from tests.verifier.conftest import Audited
from tests.verifier.fraudster import Body, Fraudster
from tests.verifier.making import ORIGIN, copy_of, saved, signed_anyway
from tests.verifier.running import NODE, PYTHON, names
from workflows.notes import VerifierKey
from workflows.records import Cycle, Event
from workflows.verification import Given, verify

Doing = Callable[[Fraudster, Audited], Awaitable[None]]
EARLY = 21
"""An entry long before the checkpoint that the auditor kept."""


@dataclass(frozen=True)
class Fraud:
    """What somebody does, and the names under which it has to be told."""

    do: Doing
    copy: set[str]
    """By a verifier, of a copy taken afterwards, with the auditor's key and checkpoint."""
    database: set[str] = field(default_factory=set)
    """By `meguru verify`, which has nothing from outside."""


def _other_role(body: Body) -> None:
    body["actor"]["role"] = "AUDITOR"


async def edit(by: Fraudster, _audited: Audited) -> None:
    """Somebody else's role in an entry, hash and all else as they were."""
    await by.edit(EARLY, _other_role)


async def edit_and_rehash(by: Fraudster, _audited: Audited) -> None:
    """Another reason, and every hash computed anew."""
    await by.reword(EARLY, "別の理由")
    await by.rehash()


async def rehash_and_forget(by: Fraudster, audited: Audited) -> None:
    """The same, and the stored checkpoints are taken away."""
    await edit_and_rehash(by, audited)
    await by.forget_checkpoints()


async def delete(by: Fraudster, _audited: Audited) -> None:
    """An entry out of the middle."""
    await by.delete(EARLY)


async def delete_and_close(by: Fraudster, _audited: Audited) -> None:
    """An entry out of the middle, the later ones renumbered, all hashes and checkpoints anew."""
    await by.delete(EARLY, close_gap=True)
    await by.rehash()
    await by.mend_tables()
    await by.forget_checkpoints()


async def cut(by: Fraudster, audited: Audited) -> None:
    """The end is gone; the head still says how long the record was."""
    await by.cut(audited.size - 2)


async def cut_and_mend(by: Fraudster, audited: Audited) -> None:
    """The end is gone, and head, tables, tiles and checkpoints know nothing of it."""
    await by.cut(audited.size - 2)
    await by.rehash()
    await by.mend_tables()
    await by.forget_checkpoints()


async def rewrite_with_own_key(by: Fraudster, audited: Audited) -> None:
    """Every entry another reason, and a new key in the place of the town's."""
    await by.replace_keys(lambda: VerifierKey.of(ORIGIN, audited.ring.make()))
    for event in await by.entries():
        await by.reword(event.sequence, "書き換え")
    await by.rehash()
    await by.mend_tables()
    await by.forget_checkpoints()


async def rewrite_with_the_key(by: Fraudster, _audited: Audited) -> None:
    """Every entry another reason; signed anew with the town's own keys."""
    for event in await by.entries():
        await by.reword(event.sequence, "書き換え")
    await by.rehash()
    await by.forget_checkpoints()


async def earlier_times(by: Fraudster, _audited: Audited) -> None:
    """The whole record a week earlier."""
    for event in await by.entries():
        await by.date(event.sequence, event.recorded_at - dt.timedelta(days=7))
    await by.rehash()
    await by.forget_checkpoints()


async def append_back_dated(by: Fraudster, audited: Audited) -> None:
    """One entry more, with a time before the checkpoint that the auditor has."""
    (before, *_) = [e for e in await by.entries() if e.sequence == audited.size - 1]
    await by.cut(audited.size)
    number = await by.append(EARLY)
    await by.date(number, before.recorded_at)
    await by.rehash()
    await by.mend_tables()
    await by.forget_checkpoints()


async def append_in_between(by: Fraudster, audited: Audited) -> None:
    """One entry more, as late as the last, but before the checkpoint was signed."""
    last = next(e for e in await by.entries() if e.sequence == audited.size)
    await by.cut(audited.size)
    number = await by.append(EARLY)
    await by.date(number, last.recorded_at)
    await by.rehash()
    await by.mend_tables()
    await by.forget_checkpoints()


async def table(by: Fraudster, _audited: Audited) -> None:
    """A value in a table, past the record."""
    row = await Cycle.of(by.municipality_id).first()
    assert row is not None
    await Cycle.filter(id=row.id).update(revision=99)


async def swap(by: Fraudster, _audited: Audited) -> None:
    """Two entries in each other's place."""
    for number, to in ((EARLY, 9999), (EARLY + 1, EARLY), (9999, EARLY + 1)):
        await by.move(number, to, says_so=False)


async def swap_and_rehash(by: Fraudster, audited: Audited) -> None:
    """Two entries in each other's place, saying so, and all hashes anew."""
    await swap(by, audited)
    for number in (EARLY, EARLY + 1):
        await by.edit(number, lambda body, number=number: body.update(sequence=number))
    await by.rehash()


async def false_opening(by: Fraudster, _audited: Audited) -> None:
    """Another text in the place of the one that was sealed."""
    event = await by.sealed_entry()
    await Event.filter(id=event.id).update(openings='["' + "a" * 22 + '\\"x\\""]')


async def silent_removal(by: Fraudster, _audited: Audited) -> None:
    """A text taken away, and nothing tells of it."""
    event = await by.sealed_entry()
    await Event.filter(id=event.id).update(openings="[]", search_text="")


async def evidence_swapped(_by: Fraudster, audited: Audited) -> None:
    """Another file in the place of the one that was attached."""
    (file,) = audited.evidence.iterdir()
    file.write_bytes(b"%PDF-1.7 others.")


async def evidence_gone(_by: Fraudster, audited: Audited) -> None:
    """The file is deleted."""
    (file,) = audited.evidence.iterdir()
    file.unlink()


_DELETED = {"ENTRY_MISSING", "STATE_DIFFERS"}
_SWAPPED = {"ENTRY_MOVED", "ROOT_DIFFERS", "TIME_BACKWARDS"}
_REHASHED = {"ROOT_DIFFERS", "TIME_BACKWARDS"}
_FALSE = {"OPENING_FALSE", "REMOVED_SILENTLY", "STATE_DIFFERS"}
_REMOVED = {"REMOVED_SILENTLY", "STATE_DIFFERS"}
FRAUDS = {
    "edit": Fraud(edit, {"ENTRY_CHANGED"}, {"ENTRY_CHANGED", "STATE_DIFFERS"}),
    "edit and rehash": Fraud(edit_and_rehash, {"ROOT_DIFFERS"}, {"ROOT_DIFFERS"}),
    "rehash and forget": Fraud(rehash_and_forget, {"ROOT_DIFFERS"}),
    "delete": Fraud(delete, _DELETED, {*_DELETED, "ROOT_DIFFERS"}),
    "delete and close": Fraud(delete_and_close, {"ROOT_DIFFERS", "TIME_OF_CHECKPOINT"}),
    "cut": Fraud(cut, {"ENTRY_MISSING", "STATE_DIFFERS"}, {"RECORD_CUT", "STATE_DIFFERS"}),
    "cut and mend": Fraud(cut_and_mend, {"RECORD_CUT"}),
    "rewrite, own key": Fraud(rewrite_with_own_key, {"ROOT_DIFFERS", "UNKNOWN_KEY"}),
    "rewrite, the key": Fraud(rewrite_with_the_key, {"ROOT_DIFFERS"}),
    "earlier times": Fraud(earlier_times, {"ROOT_DIFFERS", "TIME_OF_CHECKPOINT"}),
    "append back-dated": Fraud(
        append_back_dated, {"TIME_BACKWARDS", "TIME_OF_CHECKPOINT"}, {"TIME_BACKWARDS"}
    ),
    "append in between": Fraud(append_in_between, {"TIME_OF_CHECKPOINT"}),
    "table": Fraud(table, {"STATE_DIFFERS"}, {"STATE_DIFFERS"}),
    "swap": Fraud(swap, _SWAPPED, _SWAPPED),
    "swap and rehash": Fraud(swap_and_rehash, _REHASHED, _REHASHED),
    "false opening": Fraud(false_opening, _FALSE, _FALSE),
    "silent removal": Fraud(silent_removal, _REMOVED, _REMOVED),
    "evidence swapped": Fraud(evidence_swapped, {"EVIDENCE_CHANGED"}, {"EVIDENCE_CHANGED"}),
    "evidence gone": Fraud(evidence_gone, {"EVIDENCE_MISSING"}, {"EVIDENCE_MISSING"}),
}


def _defrauded(audited: Audited, fraud: Fraud, folder: Path) -> tuple[dict[str, Path], set[str]]:
    """Do it, take a copy as always, and verify the database."""

    async def run() -> tuple[bytes, set[str]]:
        async with connected(audited.url, upgrade=False):
            town = await Town.load()
            async with Fraudster(town.id) as by:
                await fraud.do(by, audited)
            report = await verify(town.id, Given(evidence=audited.evidence))
            note = await signed_anyway(town, audited.ring)
            copy = await copy_of(town, audited.ring, note=note)
            return copy, {fault.name for fault in report.faults}

    copy, found = asyncio.run(run())
    return saved(folder, copy=copy, key=audited.key, kept=audited.kept), found


def _asked(files: dict[str, Path], audited: Audited) -> list[object]:
    return [
        *(files["copy"], "--key", files["key"]),
        *("--checkpoint", files["kept"], "--evidence", audited.evidence),
    ]


@pytest.mark.parametrize("name", FRAUDS)
def test_a_fraud_is_told_by_its_name(audited: Audited, name: str, tmp_path: Path) -> None:
    """By both verifiers of a copy, and by the database's own where that can know."""
    fraud = FRAUDS[name]
    files, found = _defrauded(audited, fraud, tmp_path)
    asked = _asked(files, audited)
    assert names(PYTHON, *asked) == fraud.copy
    assert names(NODE, *asked) == fraud.copy
    assert found == fraud.database


def test_without_a_fraud_nothing_is_told(audited: Audited, tmp_path: Path) -> None:
    """The same way, with nothing done."""
    files, found = _defrauded(audited, Fraud(_nothing, set()), tmp_path)
    asked = _asked(files, audited)
    assert (names(PYTHON, *asked), names(NODE, *asked), found) == (set(), set(), set())


async def _nothing(_by: Fraudster, _audited: Audited) -> None:
    """Nothing is done."""
