"""Checkpoints: what they say is true, stays true, and is signed by whom it should be."""

import asyncio
import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.signing import ORIGIN, Ring
from tests.town import Town, applied, refused
from workflows import ledger, notes
from workflows.checkpoints import (
    UNSIGNED,
    Issued,
    KeyMissing,
    NothingToSign,
    Outgrown,
    UnsignedError,
    add_cosignature,
    change_key,
    checkpoint_of_size,
    covering_checkpoint,
    current_key,
    is_due,
    issue,
    issue_of_size,
    known_keys,
    latest_checkpoint,
    verifier_key,
)
from workflows.exports import CopyAsked, CopyFormat, KeptCopies, take_copy
from workflows.founding import found
from workflows.ledger import Applied, Refused, Validated
from workflows.merkle import leaf_hash, root_of
from workflows.notes import Note, VerifierKey, cosign, cosigned_at, is_signed_by
from workflows.records import Checkpoint, Event, EventHead, EventKind, RecordKey
from workflows.refusals import Forbidden, InvalidInput, NotFound, NotSignedIn
from workflows.replay import audit
from workflows.revise.people import register_person
from workflows.tree import root_at
from workflows.verification import verify

HOUR = dt.timedelta(hours=1)


async def happens(town: Town, number: int) -> Event:
    """Record something."""
    return applied(await register_person(town.console(), "新任 花子", f"N{number}"))


def said(checkpoint: Checkpoint) -> notes.Checkpoint:
    """Return what a checkpoint's note says, which its columns say too."""
    found = notes.Checkpoint.parse(Note.parse(checkpoint.note).text)
    assert (found.size, found.root.hex()) == (checkpoint.size, checkpoint.root)
    assert found.at == checkpoint.signed_at
    return found


async def test_the_record_is_signed_as_it_stands(town: Town) -> None:
    """Size, root over all bodies, and a time after the last entry's; once for each size."""
    ring = Ring()
    key = await ring.introduce(town)
    bodies = await Event.of(town.id).order_by("sequence").values_list("body", flat=True)
    checkpoint = await ring.sign(town)
    told = said(checkpoint)
    assert (told.origin, told.size) == (ORIGIN, await town.size())
    assert told.root == root_of([leaf_hash(str(body).encode()) for body in bodies])
    assert told.at > (await town.last_event()).recorded_at
    assert is_signed_by(Note.parse(checkpoint.note), key)
    assert (await ring.sign(town)).note == checkpoint.note
    assert await town.size() == told.size
    assert await audit(town.id) == []


async def test_later_entries_are_later_also_where_the_clock_is_set_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint's time is given out once, like an entry's."""
    ring = Ring()
    _ = await ring.introduce(town)
    first = await ring.sign(town)
    real = ledger.now
    monkeypatch.setattr(ledger, "now", lambda: real() - 2 * HOUR)
    event = await happens(town, 1)
    assert event.recorded_at > first.signed_at
    second = await ring.sign(town)
    assert second.signed_at > event.recorded_at
    assert (await happens(town, 2)).recorded_at > second.signed_at


async def test_a_new_key_is_vouched_for_by_the_one_before(town: Town) -> None:
    """Smaller trees by the old one, exactly that of its entry by both, larger ones by the new."""
    ring = Ring()
    old = await ring.introduce(town)
    before = await ring.sign(town)
    new = await ring.introduce(town)
    both = await ring.sign(town)
    _ = await happens(town, 1)
    after = await ring.sign(town)
    by = [
        [is_signed_by(Note.parse(one.note), key) for key in (old, new)]
        for one in (before, both, after)
    ]
    assert by == [[True, False], [True, True], [False, True]]
    current, retired = await known_keys(town.id)
    assert (verifier_key(current), verifier_key(retired)) == (new, old)
    assert current.first_sequence == retired.last_sequence == both.size
    assert await audit(town.id) == []


async def test_a_size_is_signed_while_the_record_has_it_or_never(town: Town) -> None:
    """Its time is the clock's, which no entry beyond it is before; later it could not be true."""
    ring = Ring()
    key = await ring.introduce(town)
    size = await town.size()
    before = ledger.now()
    issued = await issue_of_size(town.id, size, ring)
    assert isinstance(issued, Issued)
    told = said(issued.checkpoint)
    event = await happens(town, 1)
    last = await Event.of(town.id).get(sequence=size)
    assert last.recorded_at < before <= told.at < event.recorded_at
    assert (told.size, told.root) == (size, await root_at(town.id, size))
    assert is_signed_by(Note.parse(issued.checkpoint.note), key)
    again = await issue_of_size(town.id, size, ring)
    assert isinstance(again, Issued)
    assert again.checkpoint.note == issued.checkpoint.note
    _ = await happens(town, 2)
    assert isinstance(await issue_of_size(town.id, size + 1, ring), Outgrown)
    assert isinstance(await issue_of_size(town.id, size + 3, ring), NothingToSign)
    assert await Checkpoint.of(town.id).count() == 1
    assert (await verify(town.id)).faults == []


async def test_a_copy_is_signed_at_once(town: Town, tmp_path: Path) -> None:
    """With the time of its own entry, whatever is recorded before anybody fetches it."""
    ring, kept = Ring(), KeptCopies(tmp_path)
    _ = await ring.introduce(town)

    async def take() -> int:
        outcome, export = await take_copy(town.by("auditor"), CopyAsked(), kept, ring)
        assert isinstance(outcome, Applied)
        assert export is not None
        return int(export.size)

    acts: list[Any] = [take() for _ in range(4)]
    acts += [happens(town, number) for number in range(4)]
    sizes = [one for one in await asyncio.gather(*acts) if isinstance(one, int)]
    times = dict(await Event.of(town.id).values_list("sequence", "recorded_at"))
    for size in sizes:
        issued = await issue_of_size(town.id, size, UNSIGNED.ring)
        assert isinstance(issued, Issued)
        told = said(issued.checkpoint)
        assert told.at == times[size]
        assert size + 1 not in times or told.at < times[size + 1]
    assert (await verify(town.id)).faults == []


async def test_a_copy_without_a_key_can_be_signed_until_the_record_grows(
    town: Town, tmp_path: Path
) -> None:
    """And is refused then; a table needs none, and is no checkpoint."""
    ring, kept = Ring(), KeptCopies(tmp_path)
    _ = await ring.introduce(town)
    csv = CopyAsked(format=CopyFormat.CSV)
    assert isinstance((await take_copy(town.by("auditor"), csv, kept, ring))[0], Applied)
    tried = town.by("auditor", validate_only=True)
    assert isinstance((await take_copy(tried, CopyAsked(), kept, ring))[0], Validated)
    outcome, export = await take_copy(town.by("auditor"), CopyAsked(), kept, UNSIGNED.ring)
    assert isinstance(outcome, Applied)
    assert export is not None
    assert await latest_checkpoint(town.id) is None
    assert isinstance(await issue_of_size(town.id, export.size, UNSIGNED.ring), KeyMissing)
    _ = await happens(town, 1)
    assert isinstance(await issue_of_size(town.id, export.size, ring), Outgrown)


async def test_a_key_is_changed_with_both_signatures_or_not_at_all(town: Town) -> None:
    """In the entry's own transaction: a key that is missing leaves everything as it was."""
    ring = Ring()
    old = await ring.introduce(town)
    size, new = await town.size(), ring.make()
    change = partial(change_key, town.console(), new, replaces=old.id.hex())
    with pytest.raises(UnsignedError):
        await change(ring=UNSIGNED.ring)
    assert await town.size() == size
    assert await latest_checkpoint(town.id) is None
    entry = applied(await change(ring=ring))
    signed = await latest_checkpoint(town.id)
    assert signed is not None
    assert (signed.size, signed.signed_at) == (entry.sequence, entry.recorded_at)
    assert all(is_signed_by(Note.parse(signed.note), key) for key in (old, new))
    assert (await verify(town.id)).faults == []


async def test_without_its_key_nothing_is_signed(town: Town) -> None:
    """None yet, one that is elsewhere, and one of two; a lost one need not sign."""
    assert await issue(town.console(), Ring()) == KeyMissing(None)
    ring = Ring()
    old = await ring.introduce(town)
    assert await issue(town.console(), UNSIGNED.ring) == KeyMissing(old.id.hex())
    del ring.keys[old.public]
    new = await ring.introduce(town)
    assert await issue(town.console(), ring) == KeyMissing(old.id.hex())
    assert await latest_checkpoint(town.id) is None
    size = await town.size()
    issued = await issue_of_size(town.id, size, ring, lost=[old.id.hex()])
    assert isinstance(issued, Issued)
    assert is_signed_by(Note.parse(issued.checkpoint.note), new)


async def test_an_empty_record_has_nothing_to_sign(town: Town) -> None:
    """A town that was only founded."""
    other = await found("022039", "八戸市", "青森県")
    empty = Town(other.id, {}, {})
    assert isinstance(await issue(empty.console(), Ring()), NothingToSign)
    assert not await is_due(other.id, HOUR)
    assert await town.size() > 0


async def test_who_may_sign(town: Town) -> None:
    """The office, auditors and admins; tried, nothing is signed; refused, it is an entry."""
    ring = Ring()
    _ = await ring.introduce(town)
    assert isinstance(await issue(town.by("office", validate_only=True), ring), Validated)
    assert await latest_checkpoint(town.id) is None
    for who in ("office", "auditor", "admin"):
        assert isinstance(await issue(town.by(who), ring), Issued)
    size = await town.size()
    for number, who in enumerate(("lead", "staff", "nobody"), 1):
        answer = await issue(town.by(who), ring)
        assert isinstance(answer, Refused)
        assert isinstance(answer.refusal, Forbidden)
        assert await town.size() == size + number
    answer = await issue(town.by(None), ring)
    assert isinstance(answer, Refused)
    assert answer.refusal == NotSignedIn()


async def test_who_signs_at_once_finds_one_checkpoint(town: Town) -> None:
    """However many do, whatever is recorded meanwhile: one for each size, and all are true."""
    ring = Ring()
    key = await ring.introduce(town)
    acts: list[Any] = [issue(town.console(), ring) for _ in range(8)]
    acts += [happens(town, number) for number in range(4)]
    await asyncio.gather(*acts[::2], *acts[1::2])
    found = await Checkpoint.of(town.id).order_by("size")
    assert 1 <= len(found) == len({one.size for one in found})
    times = dict(await Event.of(town.id).values_list("sequence", "recorded_at"))
    for one in found:
        told = said(one)
        assert told.root == await root_at(town.id, one.size)
        assert is_signed_by(Note.parse(one.note), key)
        assert times[one.size] < told.at
        assert one.size + 1 not in times or told.at < times[one.size + 1]


async def test_a_key_comes_from_the_console_and_once(town: Town) -> None:
    """Nobody else's, not twice, not past another one, not under another name."""
    ring = Ring()
    key = await ring.introduce(town)
    size = await town.size()
    entry = await town.last_event()
    assert (entry.kind, entry.document["changes"][0]["table"]) == (
        EventKind.KEY_CHANGED,
        "record_keys",
    )
    assert isinstance(await change_key(town.console(), key, replaces=None), ledger.Applied)
    assert await town.size() == size
    other = ring.make()
    assert isinstance(refused(await change_key(town.by("admin"), other, replaces=None)), Forbidden)
    raced = refused(await change_key(town.console(), other, replaces=None))
    assert isinstance(raced, InvalidInput)
    elsewhere = VerifierKey("meguru/other", other.public)
    renamed = refused(await change_key(town.console(), elsewhere, replaces=key.id.hex()))
    assert isinstance(renamed, InvalidInput)
    current = await current_key(town.id)
    assert current is not None
    assert verifier_key(current) == key
    assert await RecordKey.of(town.id).count() == 1


async def test_checkpoints_are_found_by_size(town: Town) -> None:
    """The latest, exactly one, and the smallest that covers so many entries."""
    ring = Ring()
    _ = await ring.introduce(town)
    assert await latest_checkpoint(town.id) is None
    first = await ring.sign(town)
    for number in (1, 2, 3):
        _ = await happens(town, number)
    second = await ring.sign(town)
    latest = await latest_checkpoint(town.id)
    assert latest is not None
    assert latest.size == second.size == first.size + 3
    for asked, wanted in (
        (1, first.size),
        (first.size, first.size),
        (first.size + 1, second.size),
        (second.size, second.size),
    ):
        covering = await covering_checkpoint(town.id, asked)
        assert covering is not None
        assert covering.size == wanted
    assert await covering_checkpoint(town.id, second.size + 1) is None
    assert await checkpoint_of_size(town.id, first.size + 1) is None


async def test_when_a_checkpoint_is_due(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """At first, and then where the record grew and the last one is old, or of a clock set back."""
    ring = Ring()
    _ = await ring.introduce(town)
    assert await is_due(town.id, HOUR)
    checkpoint = await ring.sign(town)
    monkeypatch.setattr("workflows.checkpoints.issuing.now", lambda: checkpoint.signed_at + HOUR)
    assert not await is_due(town.id, HOUR)
    _ = await happens(town, 1)
    assert await is_due(town.id, HOUR)
    assert not await is_due(town.id, 2 * HOUR)
    monkeypatch.setattr("workflows.checkpoints.issuing.now", lambda: checkpoint.signed_at - HOUR)
    assert await is_due(town.id, 2 * HOUR)


async def test_a_witness_signs_below(town: Town) -> None:
    """A line that holds is kept, once, and the record's own signature goes on holding."""
    ring = Ring()
    key = await ring.introduce(town)
    checkpoint = await ring.sign(town)
    private = Ed25519PrivateKey.generate()
    witness = VerifierKey.of("監査委員", private, notes.WITNESS)
    text = Note.parse(checkpoint.note).text
    line = str(cosign(text, "監査委員", private, 1_800_000_000))
    size, head = await town.size(), await EventHead.of(town.id).get()
    tried = town.by("auditor", validate_only=True)
    assert isinstance(await add_cosignature(tried, checkpoint.size, line, [witness]), Validated)
    for given in (line, line, str(cosign(text, "監査委員", private, 1_900_000_000))):
        _ = await add_cosignature(town.by("auditor"), checkpoint.size, given, [witness])
    found = await checkpoint_of_size(town.id, checkpoint.size)
    assert found is not None
    assert found.note == checkpoint.note + line
    note = Note.parse(found.note)
    assert is_signed_by(note, key)
    assert cosigned_at(note.text, note.signatures[-1], witness) is not None
    assert (await town.size(), (await EventHead.of(town.id).get()).peaks) == (size, head.peaks)


async def test_what_is_no_cosignature_is_refused(town: Town) -> None:
    """Of somebody unknown, of another text, no line, no such size, by who may not."""
    ring = Ring()
    _ = await ring.introduce(town)
    checkpoint = await ring.sign(town)
    private = Ed25519PrivateKey.generate()
    known = [VerifierKey.of("witness.example", private, notes.WITNESS)]
    text = Note.parse(checkpoint.note).text
    good = str(cosign(text, "witness.example", private, 1))
    for line, witnesses in (
        (good, []),
        ("— witness.example AAAA", known),
        ("", known),
        (str(cosign(text + "x\n", "witness.example", private, 1)), known),
        (good + good, known),
    ):
        refusal = refused(
            await add_cosignature(town.by("auditor"), checkpoint.size, line, witnesses)
        )
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "line"
    missing = await add_cosignature(town.by("auditor"), 1, good, known)
    assert refused(missing) == NotFound("treeSize")
    barred = await add_cosignature(town.by("lead"), checkpoint.size, good, known)
    assert isinstance(refused(barred), Forbidden)
    found = await checkpoint_of_size(town.id, checkpoint.size)
    assert found is not None
    assert found.note == checkpoint.note
