"""Files of evidence and their rows: no row without its file, and no file longer than it is needed."""

import asyncio
import os
import time
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from server.housekeeping import SWEEP_EVERY, Housekeeping
from tests.town import Town, applied, blocker_codes, found_town, refused
from tests.workflows.test_evidence import new
from workflows.evidence_files import DAY, EvidenceFiles
from workflows.exports import KeptCopies
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import Event, EventKind, Evidence
from workflows.redaction import Redact, Target, redact
from workflows.refusals import IdempotencyMismatch
from workflows.revise.evidence import KeptFile, admit_evidence, attach_evidence, withdraw_evidence
from workflows.revise.evidence_upkeep import is_removed, take_away
from workflows.stages import Stage

CONTENT = "名簿".encode()


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    """Give a folder."""
    return EvidenceFiles(tmp_path / "evidence")


def keeper(files: EvidenceFiles) -> Housekeeping:
    """Return what a process that has just begun tidies up with."""
    return Housekeeping(KeptCopies(files.folder / "copies"), files)


def keep(files: EvidenceFiles, content: bytes = CONTENT) -> KeptFile:
    """Keep a file."""
    with files.receive() as incoming:
        incoming.write(content)
        incoming.keep()
    digest = incoming.sha256
    return KeptFile(
        path=files.path_of(digest), sha256=digest, size=incoming.size, media_type="text/plain"
    )


async def attach(town: Town, file: KeptFile, **values: object) -> Outcome:
    """Attach a file that is kept."""
    return await attach_evidence(town.by("staff"), await new(town, **values), file)


async def remove(town: Town, entry: Event) -> UUID:
    """Remove the evidence that an entry tells of."""
    evidence_id = UUID(entry.document["details"]["evidence"])
    applied(await redact(town.by("admin"), Redact(evidence=[evidence_id], reason="誤添付")))
    return evidence_id


async def test_a_file_that_went_before_it_was_attached_is_asked_for_again(
    town: Town, files: EvidenceFiles
) -> None:
    """Kept, taken away, then attached: refused, with what to do; sent again it is taken."""
    file = keep(files)
    assert await take_away(files, [file.sha256]) == {file.sha256}
    assert blocker_codes(await attach(town, file)) == ["FILE_GONE"]
    assert await Evidence.of(town.id).all().count() == 0
    applied(await attach(town, keep(files)))
    assert await take_away(files, [file.sha256]) == set()
    assert files.read(file.sha256) == CONTENT


async def test_taking_away_and_attaching_wait_for_each_other(
    town: Town, files: EvidenceFiles
) -> None:
    """Whichever is first: where there is evidence, there is its file."""
    for turn in range(12):
        file = keep(files, f"{turn}".encode())
        acts = [attach(town, file), take_away(files, [file.sha256])]
        done = await asyncio.gather(*(acts if turn % 2 else reversed(acts)))
        (outcome,) = [one for one in done if not isinstance(one, set)]
        assert file.path.exists() is isinstance(outcome, Applied)
        if isinstance(outcome, Refused):
            assert blocker_codes(outcome) == ["FILE_GONE"]


async def test_an_upload_after_a_redaction_is_not_what_was_redacted(
    town: Town, files: EvidenceFiles
) -> None:
    """The same file sent again stays, at every later look, also of a process that begins anew."""
    running = keeper(files)
    _ = await remove(town, applied(await attach(town, keep(files))))
    await running.tidy()
    assert not files.there([sha256(CONTENT).hexdigest()])
    again = keep(files)
    for each in (running, keeper(files)):  # between keeping and attaching
        await each.tidy()
        assert again.path.exists()
    entry = applied(await attach(town, again))
    _ = await remove(town, applied(await attach(town, keep(files, b"other"))))
    for each in (running, keeper(files)):
        await each.tidy()
        assert files.there([again.sha256, sha256(b"other").hexdigest()]) == [again.sha256]
    _ = await remove(town, entry)
    await running.tidy()
    assert not again.path.exists()


async def test_a_file_is_shared_between_towns(town: Town, files: EvidenceFiles) -> None:
    """One town's redaction leaves it to the other; once both have removed it, it is gone."""
    await found_town("023019")
    other = await Town.load("023019")
    file = keep(files)
    entries = [applied(await attach(each, file)) for each in (town, other)]
    running = keeper(files)
    for each, entry, is_left in ((town, entries[0], True), (other, entries[1], False)):
        _ = await remove(each, entry)
        await running.tidy()
        assert file.path.exists() is is_left


async def test_what_was_redacted_is_attached_again_and_takes_up_no_room(
    town: Town, files: EvidenceFiles
) -> None:
    """The row of it stays, and is in nobody's way."""
    file = keep(files)
    first = applied(await attach(town, file, room=file.size))
    assert blocker_codes(await attach(town, file, room=10**9)) == ["ALREADY_ATTACHED"]
    evidence_id = await remove(town, first)
    admitted = await admit_evidence(town.by("staff"), await new(town, room=file.size), file.size)
    assert isinstance(admitted, Validated)
    applied(await attach(town, file, room=file.size))
    assert blocker_codes(await attach(town, keep(files, b"!"), room=file.size)) == ["EVIDENCE_FULL"]
    gone, there = await Evidence.of(town.id).order_by("attached_at")
    assert gone.id == evidence_id
    assert (await is_removed(gone), await is_removed(there)) == (True, False)


async def test_a_name_that_was_removed_alone_takes_no_file_with_it(
    town: Town, files: EvidenceFiles
) -> None:
    """Nor does a name that somebody gives a file: what was removed is told by the record."""
    file = keep(files)
    entry = applied(await attach(town, file))
    target = Target(entry_id=entry.id, field="changes.0.after.name")
    applied(await redact(town.by("admin"), Redact(targets=[target], reason="個人名")))
    evidence = await Evidence.of(town.id).get()
    assert evidence.name == "［消去］"
    assert not await is_removed(evidence)
    assert blocker_codes(await attach(town, file)) == ["ALREADY_ATTACHED"]
    await keeper(files).tidy()
    assert file.path.exists()
    applied(await attach(town, keep(files, b"named so"), name="［消去］"))
    for each in await Evidence.of(town.id):
        assert not await is_removed(each)


async def test_a_key_that_was_used_is_known_before_the_file_comes(
    town: Town, files: EvidenceFiles
) -> None:
    """For the same it is welcome, whatever has become of the cycle; for anything else it is refused."""
    asked = await new(town)
    request = town.by("staff", idempotency_key=uuid4(), given={"name": asked.name})
    entry = applied(await attach_evidence(request, asked, keep(files)))
    assert isinstance(await admit_evidence(request, asked, 10**12), Validated)
    other = town.by("staff", idempotency_key=request.idempotency_key, given={"name": "b.txt"})
    size = await town.size()
    assert refused(await admit_evidence(other, asked)) == IdempotencyMismatch(entry.sequence)
    assert await town.size() == size + 1
    assert (await town.last_event()).kind is EventKind.REFUSAL
    _ = await town.bring_to(Stage.CLOSED)
    assert isinstance(await admit_evidence(request, asked), Validated)
    again = await attach_evidence(request, asked, keep(files))
    assert isinstance(again, Applied)
    assert again.replayed


async def test_leftovers_are_swept_every_hour(town: Town, files: EvidenceFiles) -> None:
    """Not at the start alone, and never what is needed, withdrawn evidence's file included."""
    clock = [0.0]
    tidying = Housekeeping(KeptCopies(files.folder / "copies"), files, clock=lambda: clock[0])
    await tidying.tidy()
    needed = applied(await attach(town, keep(files)))
    withdrawn = UUID(needed.document["details"]["evidence"])
    applied(await withdraw_evidence(town.by("lead"), withdrawn, "古い版"))
    orphan, then = keep(files, b"orphan"), time.time() - DAY - 1
    half = files.folder / "incoming-0123"
    half.touch()
    for path in (orphan.path, half, files.path_of(sha256(CONTENT).hexdigest())):
        os.utime(path, (then, then))
    for at, left in ((SWEEP_EVERY - 1, 3), (SWEEP_EVERY, 1)):
        clock[0] = at
        await tidying.tidy()
        assert len([path for path in files.folder.iterdir() if path.is_file()]) == left
