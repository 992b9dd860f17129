"""A record that is not what was signed of it before is not signed again, and an honest one always."""

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.signing import ORIGIN, Ring
from tests.town import Town, applied
from tests.verifier.fraudster import Fraudster
from workflows import notes
from workflows.checkpoints import Issued, change_key, current_key, issue, issue_of_size, sign_at_end
from workflows.exports import CopyAsked, CopyFormat, KeptCopies, take_copy
from workflows.ledger import Applied, Refused, perform
from workflows.merkle import Frontier
from workflows.records import Checkpoint, Event, EventHead, EventKind
from workflows.redaction import Redact, Target, redact
from workflows.refusals import NotFound, RecordDiverged, Refuse
from workflows.revise.people import register_person
from workflows.stages import Stage
from workflows.tree import grown, root_at
from workflows.unit import Unit

Spoil = Callable[[Fraudster], Awaitable[object]]


def _office(body: dict[str, object]) -> None:
    body["actor"] = {"person": None, "role": "OFFICE", "department": None}


async def _rewrite(by: Fraudster) -> None:
    await by.edit(7, _office)
    await by.rehash()


async def _cut(by: Fraudster) -> None:
    await by.cut(20)
    await by.rehash()


async def _cut_the_tail(by: Fraudster) -> None:
    """Up to fewer entries than were signed, with the head left as it was."""
    await by.cut(await Event.of(by.municipality_id).count() - 3)


async def _delete(by: Fraudster) -> None:
    await by.delete(9, close_gap=True)
    await by.rehash()


async def _forge(by: Fraudster) -> None:
    """Rewrite the record, and the checkpoint too, with a key of one's own."""
    await _rewrite(by)
    last = await Checkpoint.of(by.municipality_id).get()
    root = await root_at(by.municipality_id, last.size)
    forged = notes.Checkpoint(ORIGIN, last.size, root, last.signed_at)
    signed = notes.signed(forged.text, [(ORIGIN, Ed25519PrivateKey.generate())])
    await Checkpoint.filter(id=last.id).update(note=str(signed), root=forged.root.hex())


async def _no_hash(by: Fraudster) -> None:
    await Event.of(by.municipality_id).filter(sequence=5).update(leaf_hash="none")


async def _head(by: Fraudster) -> None:
    """The head remembers a tree that is not that of the entries."""
    head = await EventHead.of(by.municipality_id).get()
    assert head.peaks
    await EventHead.filter(id=head.id).update(peaks=[*head.peaks[:-1], "0" * 64])


async def _head_set_back(by: Fraudster) -> None:
    """The head remembers fewer entries than were signed, though all are there."""
    leaves = [str(event.leaf_hash) for event in await by.entries()]
    frontier, _ = grown(by.municipality_id, Frontier(), leaves[:20])
    peaks = [peak.hex() for peak in frontier.peaks]
    await EventHead.of(by.municipality_id).update(size=20, peaks=peaks)


FRAUDS: dict[str, Spoil] = {
    "rewritten": _rewrite,
    "cut": _cut,
    "tail": _cut_the_tail,
    "deleted": _delete,
    "forged": _forge,
    "no hash": _no_hash,
    "head": _head,
    "head set back": _head_set_back,
}


@pytest.fixture
async def signed(town: Town) -> tuple[Town, Ring]:
    """Give a town whose record is signed, and has grown since."""
    ring = Ring()
    _ = await ring.introduce(town)
    _ = await ring.sign(town)
    for number in (1, 2):
        applied(await register_person(town.console(), "新任 花子", f"N{number}"))
    return town, ring


@pytest.mark.parametrize("fraud", FRAUDS)
async def test_what_was_rewritten_is_not_signed(
    signed: tuple[Town, Ring], fraud: str, tmp_path: Path
) -> None:
    """By nobody, in no way: not as it stands, for a copy, nor with a new key."""
    town, ring = signed
    kept, current = KeptCopies(tmp_path), await current_key(town.id)
    assert current is not None
    stored = await Checkpoint.of(town.id).get()
    async with Fraudster(town.id) as by:
        await FRAUDS[fraud](by)
    diverged = RecordDiverged(stored.size)
    for request in (town.console(), town.by("auditor", validate_only=True)):
        answer = await issue(request, ring)
        assert isinstance(answer, Refused)
        assert answer.refusal == diverged
    size = (await EventHead.of(town.id).get()).size
    answer = await issue_of_size(town.id, size, ring)
    assert isinstance(answer, Refused)
    outcome, export = await take_copy(town.console(), CopyAsked(), kept, ring)
    assert isinstance(outcome, Refused)
    assert (outcome.refusal, export) == (diverged, None)
    changed = await change_key(town.console(), ring.make(), replaces=current.key_id, ring=ring)
    assert isinstance(changed, Refused)
    assert changed.refusal == diverged
    assert await Checkpoint.of(town.id).count() == 1
    assert (await EventHead.of(town.id).get()).size == size


async def test_who_is_refused_leaves_an_entry_and_no_checkpoint(
    signed: tuple[Town, Ring], tmp_path: Path
) -> None:
    """Tables are given all the same: they prove nothing."""
    town, ring = signed
    async with Fraudster(town.id) as by:
        await _rewrite(by)
    answer = await issue(town.by("auditor"), ring)
    assert isinstance(answer, Refused)
    entry = await town.last_event()
    assert entry.kind is EventKind.REFUSAL
    assert entry.document["details"]["refusal"]["type"] == "RecordDiverged"
    kept = KeptCopies(tmp_path / "copies")
    outcome, _ = await take_copy(town.by("auditor"), CopyAsked(), kept, ring)
    assert isinstance(outcome, Refused)
    assert not kept.folder.exists()
    csv = CopyAsked(format=CopyFormat.CSV)
    assert isinstance((await take_copy(town.by("auditor"), csv, kept, ring))[0], Applied)
    assert await Checkpoint.of(town.id).count() == 1


async def test_what_is_refused_after_all_signs_nothing(signed: tuple[Town, Ring]) -> None:
    """Neither the act nor the entry of the attempt."""
    town, ring = signed
    told: list[object] = []

    async def decide(unit: Unit) -> None:
        await sign_at_end(unit, ring, told.append)
        raise Refuse(NotFound("project"))

    assert isinstance(await perform(town.by("auditor"), decide), Refused)
    assert (await town.last_event()).kind is EventKind.REFUSAL
    assert told == []
    assert await Checkpoint.of(town.id).count() == 1


async def test_an_honest_record_is_always_signed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After moves, redactions, new keys, a clock set back, and with few or many tiles."""
    monkeypatch.setattr("workflows.tree._BITS", 2)
    monkeypatch.setattr("workflows.tree.TILE", 4)
    async with Fraudster(town.id) as by:
        await by.rehash()
    ring = Ring()
    for stage in (Stage.DO, Stage.CHECK, Stage.ACTION, Stage.CLOSED):
        _ = await ring.introduce(town)
        await town.bring_to(stage)
        named = applied(await register_person(town.console(), "誤記 太郎", f"N{stage}"))
        for _ in range(5):
            assert isinstance(await issue(town.by("auditor"), ring), Issued)
            applied(await register_person(town.console(), "人", f"{await town.size()}"))
        target = Target(entry_id=named.id, field="changes")
        applied(await redact(town.by("admin"), Redact(targets=[target], reason="誤り")))
        assert isinstance(await issue(town.by("auditor"), ring), Issued)
    real = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    monkeypatch.setattr("workflows.ledger.now", lambda: real)
    applied(await register_person(town.console(), "人", "N9"))
    assert isinstance(await issue(town.by("auditor"), ring), Issued)
    assert await Checkpoint.of(town.id).count() == 25
