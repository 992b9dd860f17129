"""Copies beside what is in them: how many entries, whether they can still be had, and their files."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from typing_extensions import override

from tests.town import OWN, Town, applied, refused
from tests.workflows.copying import Desk, lines_of, of_type, sight_of
from tests.workflows.test_redaction import write_down
from workflows import ledger
from workflows.exports import (
    CopyAsked,
    CopyFormat,
    KeptCopies,
    Part,
    UnavailableCode,
    available,
    content,
    entry_count,
    take_copy,
)
from workflows.records import Export
from workflows.refusals import Forbidden, IdempotencyMismatch
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.stages import Role, Stage


@pytest.fixture
async def desk(town: Town, tmp_path: Path) -> Desk:
    """Give a desk in a town where somebody worked."""
    _ = await write_down(town, "目標の文章")
    _ = await town.bring_to(Stage.CHECK)
    return await Desk(town, tmp_path).open()


async def test_how_many_entries_there_are_is_known_before(desk: Desk) -> None:
    """For every format and part, for whoever takes it; and it stays so."""
    town = desk.town
    project, department = (await town.project()).id, town.departments["町民生活課"]
    parts = (
        Part(),
        Part(project_id=project),
        Part(department_id=department),
        Part(fiscal_year=2026),
        Part(fiscal_year=1999),
    )
    cases = [(who, CopyFormat.JSONL, p) for who in ("auditor", "office", "admin") for p in parts]
    cases += [(who, CopyFormat.CSV, part) for who in ("auditor", "office") for part in parts]
    cases += [(who, CopyFormat.CSV, part) for who in ("lead", "staff") for part in parts[1:3]]
    taken = [
        (await desk.take(who, format=format_, part=part), format_) for who, format_, part in cases
    ]
    taken.append((await desk.take("office", disclosure=True), CopyFormat.JSONL))
    for export, format_ in taken:
        again = await Export.of(town.id).get(id=export.id)
        copy = await desk.fetch(again) if format_ is CopyFormat.JSONL else await _table(desk, again)
        if format_ is CopyFormat.JSONL:
            held = len(of_type(lines_of(copy), "entry"))
        else:
            held = len(copy.decode("utf-8-sig").split('"\r\n"')) - 1
        assert await entry_count(again) == held, (again.asked["format"], again.asked["part"])


async def _table(desk: Desk, export: Export) -> bytes:
    return b"".join([part async for part in content(export, "", desk.kept)])


async def test_a_project_that_was_given_away_is_seen_no_more(desk: Desk) -> None:
    """A table that a lead took of it cannot be fetched any more, though the lead is one still."""
    town = desk.town
    project = await town.project(OWN)
    of_project = await desk.take("lead", format=CopyFormat.CSV, part=Part(project_id=project.id))
    whole = await desk.take("auditor")

    async def why(who: str, export: Export) -> str | None:
        found = await available(export, await sight_of(town, who), ledger.now(), desk.kept)
        return str(found.code) if found else None

    assert await why("lead", of_project) is None
    asked = Transfer(
        project_id=project.id,
        expected_revision=(await town.project(OWN)).revision,
        department_id=town.departments["総務課"],
        group_id=None,
        effective_on=ledger.now().date(),
        reason="所管替え",
    )
    _ = applied(await transfer_ownership(town.by("office"), asked))
    assert await why("lead", of_project) == UnavailableCode.COPY_OUTDATED
    assert await why("auditor", whole) is None


async def test_a_refused_copy_leaves_no_file(desk: Desk) -> None:
    """Also where it is refused at the very end, after what it needs was written down."""
    town, folder = desk.town, desk.kept.folder
    files = sorted(folder.glob("*"))
    key = uuid4()
    done, export = await take_copy(
        town.by("office", idempotency_key=key), CopyAsked(format=CopyFormat.CSV), desk.kept
    )
    assert isinstance(done, ledger.Applied)
    assert export
    mismatch, none = await take_copy(
        town.by("office", idempotency_key=key, given={"other": 1}), CopyAsked(), desk.kept
    )
    assert isinstance(refused(mismatch), IdempotencyMismatch)
    assert none is None
    on_behalf = town.console(on_behalf_of_id=town.people["lead"])
    outcome, none = await take_copy(on_behalf, CopyAsked(), desk.kept)
    assert isinstance(refused(outcome), Forbidden)
    assert none is None
    assert sorted(folder.glob("*")) == sorted([*files, desk.kept.path_of(export)])


class SlowDisk(KeptCopies):
    """A folder on a disk that takes long to be sure of what was written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.secured: list[Path] = []
        self.waits, self.go_on = asyncio.Event(), asyncio.Event()

    @override
    async def secure(self, export: Export) -> None:
        """Wait until the test says so."""
        self.waits.set()
        await self.go_on.wait()
        await super().secure(export)
        self.secured.append(self.path_of(export))


async def test_the_lock_is_not_held_while_the_disk_is_waited_for(desk: Desk) -> None:
    """Others act meanwhile; whoever takes the copy is answered only once it is durable."""
    kept = SlowDisk(desk.kept.folder)
    taking = asyncio.create_task(take_copy(desk.town.by("auditor"), CopyAsked(), kept))
    try:
        async with asyncio.timeout(30):
            await kept.waits.wait()
            assert await Export.of(desk.town.id).exists()
            before = await desk.town.size()
            await desk.town.employ("later", role=Role.STAFF, department="税務課")
            assert await desk.town.size() > before
            assert not taking.done()
    finally:
        kept.go_on.set()
        outcome, export = await taking
    assert isinstance(outcome, ledger.Applied)
    assert export
    assert kept.secured == [kept.path_of(export)]
    await kept.check(export)
    kept.discard(export)
    await kept.secure(export)
