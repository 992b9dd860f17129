"""Verifying a record where it stands: what the database keeps beside the entries, and while it grows."""

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from tests.town import Town, applied
from tests.verifier.fraudster import Fraudster
from tests.verifier.making import Ring, checkpoint, introduce
from workflows import tree
from workflows.entries import columns_as_json
from workflows.merkle import leaf_hash
from workflows.records import Checkpoint, Event, EventHead, EventKind, RecordTile
from workflows.stages import Stage
from workflows.verification import (
    MEANINGS,
    MOST,
    FaultName,
    Given,
    Kept,
    Report,
    last_checkpoint,
    verify,
)
from workflows.verification import entries as reading


@pytest.fixture
async def signed(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Give a town with a key, checkpoints, and tiles of four entries."""
    monkeypatch.setattr(tree, "_BITS", 2)
    monkeypatch.setattr(tree, "TILE", 4)
    async with Fraudster(town.id) as by:
        await by.rehash()
    ring = Ring()
    await introduce(town, ring)
    await checkpoint(town, ring)
    await town.bring_to(Stage.DO)
    await checkpoint(town, ring)
    assert (await verify(town.id)).faults == []
    return town


def _found(report: Report) -> set[tuple[str, int | None]]:
    return {(str(fault.name), fault.sequence) for fault in report.faults}


async def _tile(town: Town) -> None:
    tile = await RecordTile.of(town.id).filter(level=2).order_by("position").first()
    assert tile is not None
    await RecordTile.filter(id=tile.id).update(sha256="0" * 64)


async def _no_tile(town: Town) -> None:
    await RecordTile.of(town.id).filter(level=1, position=3).delete()


async def _peaks(town: Town) -> None:
    head = await EventHead.of(town.id).get()
    assert head.peaks
    await EventHead.of(town.id).update(peaks=[*head.peaks[:-1], "0" * 64])


async def _fewer_peaks(town: Town) -> None:
    await EventHead.of(town.id).update(peaks=[])


async def _longer_head(town: Town) -> None:
    await EventHead.of(town.id).update(size=await town.size() + 1)


async def _earlier_head(town: Town) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    await EventHead.of(town.id).update(last_recorded_at=moment)


async def _search(town: Town) -> None:
    await Event.of(town.id).filter(sequence=5).update(search_text="x")


async def _grade(town: Town) -> None:
    await Event.of(town.id).filter(sequence=5).update(grade="A")


async def _root(town: Town) -> None:
    await Checkpoint.of(town.id).update(root="0" * 64)


async def _no_note(town: Town) -> None:
    await Checkpoint.of(town.id).update(note="x")


async def _leaf(town: Town) -> None:
    await Event.of(town.id).filter(sequence=5).update(leaf_hash="0" * 64)


async def _later(town: Town) -> None:
    row = await Checkpoint.of(town.id).order_by("-size").first()
    assert row is not None
    await Checkpoint.filter(id=row.id).update(size=1000)


BESIDE: dict[str, tuple[Callable[[Town], Awaitable[None]], set[str]]] = {
    "tile": (_tile, {"ROOT_DIFFERS"}),
    "no tile": (_no_tile, {"ROOT_DIFFERS"}),
    "peaks": (_peaks, {"ROOT_DIFFERS"}),
    "fewer peaks": (_fewer_peaks, {"ROOT_DIFFERS"}),
    "longer head": (_longer_head, {"RECORD_CUT"}),
    "earlier head": (_earlier_head, {"STATE_DIFFERS"}),
    "search text": (_search, {"STATE_DIFFERS"}),
    "grade": (_grade, {"STATE_DIFFERS"}),
    "root": (_root, {"STATE_DIFFERS"}),
    "no note": (_no_note, {"BAD_SIGNATURE"}),
    "leaf": (_leaf, {"ENTRY_CHANGED", "ROOT_DIFFERS"}),
    "later checkpoint": (_later, {"RECORD_CUT"}),
}


@pytest.mark.parametrize("name", BESIDE)
async def test_what_is_kept_beside_the_entries_is_held(signed: Town, name: str) -> None:
    """Tiles, head, derived columns and checkpoints follow from the entries."""
    change, expected = BESIDE[name]
    async with Fraudster(signed.id):
        await change(signed)
    assert {found for found, _ in _found(await verify(signed.id))} == expected


@pytest.mark.parametrize(
    "spoilt",
    ["leaf_hash = 'zz'", "leaf_hash = NULL", "openings = '[1]'", "openings = '{'", "kind = 'X'"],
)
async def test_a_row_that_cannot_be_read_is_a_fault(signed: Town, spoilt: str) -> None:
    """Spoiling a row does not stop the verification without a word."""
    async with Fraudster(signed.id):
        client = EventHead._meta.db  # noqa: SLF001 - Tortoise's documented way
        await client.execute_query(f"UPDATE events SET {spoilt} WHERE sequence = 9")  # noqa: S608
        assert "ENTRY_CHANGED" in {name for name, _ in _found(await verify(signed.id))}


async def test_the_last_checkpoint_alone(signed: Town) -> None:
    """By the tree as it is kept: quickly, without reading the entries."""
    assert (await last_checkpoint(signed.id)).count == 0
    async with Fraudster(signed.id) as by:
        await by.edit(5, lambda body: body.update(reason="x"))
        await by.rehash()
    size = (await Checkpoint.of(signed.id).order_by("-size").first()).size  # type: ignore[union-attr]
    assert _found(await last_checkpoint(signed.id)) == {("ROOT_DIFFERS", size)}
    async with Fraudster(signed.id) as by:
        await by.cut(size - 1)
    assert _found(await last_checkpoint(signed.id)) == {("RECORD_CUT", size)}
    await Checkpoint.of(signed.id).delete()
    assert (await last_checkpoint(signed.id)).count == 0


async def test_a_kept_checkpoint_of_more_entries(signed: Town) -> None:
    """The record was cut since, or the checkpoint is another record's."""
    (row, *_) = await Checkpoint.of(signed.id).order_by("size")
    longer = Kept.parse(row.note.replace(f"\n{row.size}\n", "\n900\n"), "kept")
    report = await verify(signed.id, Given(checkpoints=[longer]))
    assert _found(report) == {("RECORD_CUT", 900)}
    other = Kept.parse(row.note.replace("meguru/024465\n", "other\n", 1), "kept")
    report = await verify(signed.id, Given(checkpoints=[other]))
    assert {name for name, _ in _found(report)} == {"UNKNOWN_KEY", "WRONG_RECORD"}


async def test_it_reads_on_while_the_record_grows(signed: Town) -> None:
    """Entries that come meanwhile are checked too, and no table is held against older ones."""
    grown = 0

    async def pause(done: int, total: int) -> None:
        nonlocal grown
        assert done <= total
        if grown < 5:
            grown += 1
            applied(await signed.fill_in(Stage.PLAN, "1_07", "other_lead"))

    report = await verify(signed.id, pause=pause)
    assert (report.faults, report.tables_match) == ([], True)
    assert report.checked == await signed.size()
    assert grown == 5


async def test_tables_of_a_record_that_never_rests_are_left(signed: Town) -> None:
    """After some tries it says that the tables were not compared; nothing is wrong with that."""

    async def pause(_done: int, _total: int) -> None:
        applied(await signed.fill_in(Stage.PLAN, "1_07", "other_lead"))

    report = await verify(signed.id, pause=pause)
    assert (report.faults, report.tables_match) == ([], None)


async def test_entries_from_before_texts_were_sealed_hold(signed: Town) -> None:
    """Their names and texts stand in the body, and nothing opens them."""
    event = await signed.last_event()
    event.id, event.kind, event.sequence = uuid4(), EventKind.CORRECTED, event.sequence + 1
    event.trigger = event.source = event.target = event.grade = event.idempotency_key = None
    event.recorded_at += dt.timedelta(seconds=1)
    told = {"format": 1, "reason": "ガス", "details": {"statement": "訂正"}, "changes": []}
    event.body = json.dumps(columns_as_json(event) | told, ensure_ascii=False, sort_keys=True)
    event.leaf_hash, event.openings = leaf_hash(event.body.encode()).hex(), None
    event.search_text = reading.fold("ガス\n訂正")
    async with Fraudster(signed.id) as by:
        await Event.bulk_create([event])
        await by.rehash()
    assert _found(await verify(signed.id)) == set()


async def test_only_the_first_faults_are_kept(signed: Town) -> None:
    """But all are counted."""
    async with Fraudster(signed.id):
        await Event.of(signed.id).update(search_text="x", grade="Z")
    report = await verify(signed.id)
    assert len(report.faults) == MOST
    assert report.count == 2 * await signed.size()


def test_every_fault_is_explained_in_both_languages() -> None:
    """Each name, once in Japanese and once in English."""
    assert set(MEANINGS) == set(FaultName)
    assert all(ja.endswith("。") and en.endswith(".") for ja, en in MEANINGS.values())
