"""Verifying a record where it stands: what the database keeps beside the entries, and while it grows."""

import datetime as dt
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import rfc8785
from tortoise.exceptions import BaseORMException

from server.database import connected
from tests.town import Town, applied
from tests.verifier.fraudster import Fraudster
from tests.verifier.making import Ring, checkpoint, introduce
from workflows import tree
from workflows.changes import RECORDED
from workflows.entries import columns_as_json
from workflows.merkle import leaf_hash
from workflows.records import Checkpoint, Event, EventHead, EventKind, Grade, RecordTile, Row
from workflows.replay import comparing
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


async def _later_head(town: Town) -> None:
    moment = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    await EventHead.of(town.id).update(last_recorded_at=moment)


async def _head_before_checkpoint(town: Town) -> None:
    event = await town.last_event()
    await EventHead.of(town.id).update(last_recorded_at=event.recorded_at)


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
    "later head": (_later_head, {"STATE_DIFFERS"}),
    "head before checkpoint": (_head_before_checkpoint, {"STATE_DIFFERS"}),
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


_DEEP = "[" * 900 + "]" * 900
SPOILT: dict[str, str] = {
    "leaf_hash = 'zz'": "ENTRY_CHANGED",
    "leaf_hash = NULL": "ENTRY_CHANGED",
    "openings = '[1]'": "ENTRY_CHANGED",
    "openings = '{'": "ENTRY_CHANGED",
    f"openings = '{_DEEP}'": "ENTRY_CHANGED",
    f"body = '{_DEEP}'": "ENTRY_CHANGED",
    f"body = '{{\"changes\":{_DEEP}}}'": "ENTRY_CHANGED",
    "kind = 'X'": "UNREADABLE",
}


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt[:16])
async def test_a_row_that_cannot_be_read_is_a_fault(signed: Town, spoilt: str) -> None:
    """Spoiling a row does not stop the verification without a word: it is told which one it is."""
    async with Fraudster(signed.id):
        await _execute(f"UPDATE events SET {spoilt} WHERE sequence = 9")  # noqa: S608
        assert (SPOILT[spoilt], 9) in _found(await verify(signed.id))


async def _execute(statement: str) -> None:
    await EventHead._meta.db.execute_query(statement)  # noqa: SLF001 - Tortoise's documented way


BLINDING = {
    "head": "DELETE FROM event_heads",
    "tiles": "DROP TABLE record_tiles",
    "table": "ALTER TABLE plans RENAME TO plants",
    "column": "ALTER TABLE checkpoints RENAME COLUMN note TO node",
    "deep": f"UPDATE event_heads SET peaks = '{_DEEP}'",  # noqa: S608 - our own text
}


@pytest.mark.parametrize("name", BLINDING)
async def test_what_cannot_be_read_is_a_fault(signed: Town, name: str) -> None:
    """A row or a table that is not there, or is not as it was, does not blind the verification."""
    await _execute(BLINDING[name])
    report = await verify(signed.id)
    assert report.count > 0
    assert not report.tables_match
    if name != "deep":
        (fault,) = report.faults
        assert fault.name is FaultName.UNREADABLE
        assert fault.about.split()[0] in BLINDING[name], fault


UNDECODABLE = {
    "search": ("UPDATE events SET search_text = CAST(x'ff41' AS TEXT) WHERE sequence = 9", 9),
    "first": ("UPDATE events SET search_text = CAST(x'ff41' AS TEXT) WHERE sequence = 1", 1),
    "mended": ("UPDATE plans SET mended = '[['", None),
    "time": ("UPDATE event_heads SET last_recorded_at = 'x'", None),
    "note": ("UPDATE checkpoints SET note = CAST(x'ff' AS TEXT)", None),
}


@pytest.mark.parametrize("name", UNDECODABLE)
async def test_what_sqlite_cannot_read_back_is_a_fault(sqlite_town: str, name: str) -> None:
    """It takes whatever is written to a column, and what no driver can read as well."""
    async with connected(sqlite_town, upgrade=False):
        town, ring = await Town.load(), Ring()
        await introduce(town, ring)
        await checkpoint(town, ring)
        statement, sequence = UNDECODABLE[name]
        async with Fraudster(town.id):
            await _execute(statement)
        report = await verify(town.id)
        assert _found(report) == {("UNREADABLE", sequence)}
        assert "with text" not in report.faults[0].about
        told = _found(await last_checkpoint(town.id))
        assert told == ({("UNREADABLE", None)} if name == "note" else set())


async def test_a_database_that_is_away_was_not_tampered_with(postgres_town: str) -> None:
    """It is no fault: whoever asked is told, and may ask again once it is back."""
    name = urlsplit(postgres_town).path[1:]
    server = await asyncpg.connect(urlunsplit(urlsplit(postgres_town)._replace(path="/postgres")))
    away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    async with connected(postgres_town, upgrade=False):
        town = await Town.load()

        async def pause(_done: int, _total: int) -> None:
            await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            await server.execute(away, name)

        with pytest.raises(
            (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException)
        ):
            await verify(town.id, pause=pause)
        await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert (await verify(town.id)).faults == []
    await server.close()


async def test_a_checkpoint_that_was_there_is_missed(signed: Town) -> None:
    """Whoever looked before knows that it is gone."""
    signed_before = (await verify(signed.id)).signed
    assert len(signed_before) == 2
    gone = min(signed_before)
    async with Fraudster(signed.id):
        await Checkpoint.of(signed.id).filter(size=gone).delete()
    assert (await verify(signed.id)).faults == []
    report = await verify(signed.id, Given(signed=signed_before))
    assert _found(report) == {("STATE_DIFFERS", gone)}


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
    async with Fraudster(signed.id) as by:
        await by.forget_checkpoints()
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


async def test_tables_of_a_record_that_never_rests_are_compared(
    signed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some rows at a time, each time as the entries have it by then."""
    monkeypatch.setattr(comparing, "PAGE", 20)

    async def pause(_done: int, _total: int) -> None:
        applied(await signed.fill_in(Stage.PLAN, "1_07", "other_lead"))

    report = await verify(signed.id, pause=pause)
    assert (report.faults, report.tables_match) == ([], True)


async def test_tables_that_change_while_they_are_read_are_left(
    signed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some tries it says that the tables were not compared; nothing is wrong with that."""
    read = comparing.TableCheck.next_rows

    async def meanwhile(table: comparing.TableCheck) -> list[Row]:
        _ = applied(await signed.fill_in(Stage.PLAN, "1_07", "other_lead"))
        return await read(table)

    monkeypatch.setattr(comparing.TableCheck, "next_rows", meanwhile)
    report = await verify(signed.id)
    assert (report.faults, report.tables_match) == ([], None)


@pytest.mark.parametrize("page", [1, 7, 100])
async def test_rows_are_compared_page_by_page(
    signed: Town, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """However many at once: what was changed, taken away or added is found, wherever it stands."""
    monkeypatch.setattr(comparing, "PAGE", page)
    ids = sorted(await Grade.of(signed.id).values_list("id", flat=True), key=str)
    wrong = {ids[0], ids[-1], (added := uuid4())}
    await Grade.filter(id=ids[0]).update(label_ja="x")
    await Grade.filter(id=ids[-1]).delete()
    first = await Grade.get(id=ids[1])
    copied = {name: getattr(first, name) for name in first._meta.db_fields}  # noqa: SLF001 - all columns
    await Grade(**copied | {"id": added, "code": "Z", "position": 99}).save(force_create=True)
    pauses: list[int] = []

    async def pause(done: int, _total: int) -> None:
        pauses.append(done)

    report = await verify(signed.id, pause=pause)
    assert {fault.about.split()[1] for fault in report.faults} == set(map(str, wrong))
    tables = pauses.count(await signed.size())
    rows = sum([await model.of(signed.id).count() for model in RECORDED.values()])
    assert tables >= rows // page


async def test_entries_from_before_texts_were_sealed_hold(signed: Town) -> None:
    """Their names and texts stand in the body, and nothing opens them."""
    event = await signed.last_event()
    event.id, event.kind, event.sequence = uuid4(), EventKind.CORRECTED, event.sequence + 1
    event.trigger = event.source = event.target = event.grade = event.idempotency_key = None
    event.recorded_at += dt.timedelta(seconds=1)
    told = {"format": 1, "reason": "ガス", "details": {"statement": "訂正"}, "changes": []}
    event.body = rfc8785.dumps(columns_as_json(event) | told).decode()
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
