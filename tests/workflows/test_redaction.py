"""Redaction: what is taken out is nowhere any more, and all else stays as it was and provable."""

import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest
from tortoise.exceptions import IntegrityError

from server.database import connected
from server.housekeeping import Housekeeping
from tests.schema.oversight import attach
from tests.town import Town, applied, refused
from workflows import ledger
from workflows.authority import UNLIMITED
from workflows.evidence_files import EvidenceFiles
from workflows.exports import CopyAsked, KeptCopies, take_copy
from workflows.fiscal import day_of
from workflows.merkle import Frontier, leaf_hash
from workflows.records import (
    Event,
    EventHead,
    EventKind,
    Evidence,
    Ownership,
    Person,
    Project,
    Sheet,
)
from workflows.redaction import Redact, SealedField, Target, redact, removal, seen_fields
from workflows.refusals import Blocked, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from workflows.replay import audit
from workflows.revise.people import register_person
from workflows.revise.sheets import edit_sheet
from workflows.sealing import REMOVED, commitment, commitments
from workflows.sheets import PlanEdit
from workflows.sight import Sight
from workflows.stages import Trigger
from workflows.standing import known_capacities
from workflows.unit import Request

SAID = "階上　太郎さん(字大字1番地)の相談"
WHY = "個人情報が記載されていたため"


async def write_down(town: Town, goal: str = SAID) -> Event:
    """Have somebody write a text into the plan of a sheet, and begin with it."""
    cycle = await town.cycle()
    edit = PlanEdit(values={"goal": goal})
    entry = applied(await edit_sheet(town.by("staff"), cycle.id, cycle.revision, edit))
    await town.fill_in(cycle.stage)
    applied(await town.fire("lead", Trigger.START))
    return entry


def field_of(event: Event, ending: str) -> SealedField:
    """Return the one sealed value whose path ends so."""
    everything = Sight(person_id=None, capacities=())
    (found,) = [f for f in seen_fields(everything, event) if f.path.endswith(ending)]
    return found


async def take_out(town: Town, entry: Event, field: str, **more: object) -> ledger.Outcome:
    """Ask for a value to be removed, as the admin."""
    target = Target(entry_id=entry.id, field=field)
    asked = Redact(**{"targets": [target], "reason": WHY, **more})  # type: ignore[arg-type]
    return await redact(town.by("admin"), asked)


async def check_whole_record(town: Town) -> None:
    """Hold everything that the record proves: hashes, tree, openings, tables."""
    assert await audit(town.id) == []
    told: set[tuple[int, str]] = set()
    missing: set[tuple[int, str]] = set()
    frontier = Frontier()
    for event in await Event.of(town.id).order_by("sequence"):
        assert event.leaf_hash == leaf_hash(event.body.encode()).hex()
        frontier, _ = frontier.add(bytes.fromhex(event.leaf_hash))
        sealed = commitments(orjson.loads(event.body))
        held = set(map(commitment, orjson.loads(event.openings or "[]")))
        assert held <= set(sealed)
        missing |= {(event.sequence, one) for one in sealed if one not in held}
        if event.kind is EventKind.REDACTED:
            for removed in event.document["details"]["removed"]:
                told |= {(removed["sequence"], one) for one in removed["commitments"]}
    head = await EventHead.of(town.id).get()
    assert [peak.hex() for peak in frontier.peaks] == head.peaks
    assert missing == told


async def test_a_removed_text_is_nowhere_and_everything_still_holds(town: Town) -> None:
    """Openings, what is searched, and the table lose it; bodies and hashes stay as they were."""
    written = await write_down(town)
    bodies = await Event.of(town.id).order_by("sequence").values_list("body", "leaf_hash")
    event = applied(await take_out(town, written, "changes.0.after.goal", everywhere=True))
    assert event.kind is EventKind.REDACTED
    assert event.document["reason"] == WHY
    removed = event.document["details"]["removed"]
    # The edit itself, the sheet as it stood when the cycle began, and the redaction's own `before`.
    assert len(removed) == 3
    assert removed[-1]["sequence"] == event.sequence
    for row in await Event.of(town.id):
        assert "太郎" not in f"{row.body}{row.openings}{row.search_text}"
    sheet = await Sheet.of(town.id).get(cycle_id=(await town.cycle()).id)
    assert sheet.goal == REMOVED
    after = await Event.of(town.id).order_by("sequence").values_list("body", "leaf_hash")
    assert after[:-1] == bodies
    await check_whole_record(town)


async def test_only_the_named_value_goes(town: Town) -> None:
    """Without `everywhere`, the same text in another entry stays; the table's value goes."""
    written = await write_down(town)
    sealed = field_of(written, "after.goal").commitment
    event = applied(await take_out(town, written, sealed))
    removed = event.document["details"]["removed"]
    assert [one["sequence"] for one in removed] == [written.sequence, event.sequence]
    assert {tuple(one["commitments"]) for one in removed} == {(sealed,)}
    begun = await Event.of(town.id).filter(trigger=Trigger.START).order_by("-sequence").first()
    assert begun
    assert begun.document["details"]["sheet"]["goal"] == SAID
    await check_whole_record(town)


async def test_what_the_table_says_otherwise_by_now_stays_there(town: Town) -> None:
    """A value that was replaced since goes from the record, and the table is left alone."""
    written = await write_down(town)
    plan = PlanEdit(values={"goal": "別の目標"})
    applied(await town.fire("lead", Trigger.REVISE_PLAN, reason="減額", plan=plan))
    event = applied(await take_out(town, written, "changes.0.after.goal", everywhere=True))
    assert event.document["changes"] == []
    assert (await Sheet.of(town.id).get(cycle_id=(await town.cycle()).id)).goal == "別の目標"
    for row in await Event.of(town.id):
        assert "太郎" not in f"{row.openings}{row.search_text}"
    await check_whole_record(town)


async def test_two_people_in_columns_that_are_unique(town: Town) -> None:
    """Staff numbers that go are told apart by a number, so that both can."""
    entries = [applied(await register_person(town.console(), f"人{n}", f"N{n}")) for n in (1, 2)]
    for entry in entries:
        applied(await take_out(town, entry, "changes"))
    numbers = await Person.of(town.id).filter(name=REMOVED).values_list("staff_number", flat=True)
    assert len(set(numbers)) == 2
    assert all(str(number).startswith(REMOVED) for number in numbers)
    again = applied(await register_person(town.console(), "人3", "N3"))
    both = [Target(entry_id=again.id, field="changes")]
    asked = Redact(targets=both, reason=WHY, everywhere=True)
    applied(await redact(town.by("admin"), asked))
    await check_whole_record(town)


async def test_lists_and_search_words_of_a_project(town: Town) -> None:
    """Effects become a list of one, and what projects are found by follows."""
    project = await town.project()
    entry = (
        await Event.of(town.id).filter(kind=EventKind.PROJECT_ADDED, project_id=project.id).first()
    )
    assert entry
    body = orjson.loads(entry.body)
    at = next(n for n, c in enumerate(body["changes"]) if c["id"] == str(project.id))
    targets = [
        Target(entry_id=entry.id, field=f"changes.{at}.after.{column}")
        for column in ("title", "expected_effects")
    ]
    applied(await redact(town.by("admin"), Redact(targets=targets, reason=WHY)))
    after = await Project.of(town.id).get(id=project.id)
    assert (after.title, after.expected_effects) == (REMOVED, [REMOVED])
    assert REMOVED.strip("［］") in after.search_text
    await check_whole_record(town)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_what_was_asked_is_forgotten_and_its_key_does_nothing_twice(
    town: Town, *, everywhere: bool
) -> None:
    """The fingerprint of what held the text could be guessed: it goes, and the key stays used."""
    cycle, key = await town.cycle(), uuid4()
    edit = PlanEdit(values={"goal": SAID})
    request = town.by("staff", idempotency_key=key, given={"goal": SAID})
    entry = applied(await edit_sheet(request, cycle.id, cycle.revision, edit))
    other = town.by("staff", idempotency_key=uuid4(), given={"schedule": "4月から"})
    schedule = PlanEdit(values={"schedule": "4月から"})
    untouched = applied(await edit_sheet(other, cycle.id, cycle.revision + 1, schedule))
    assert entry.request_sha256 == request.sha256()
    applied(await take_out(town, entry, "changes.0.after.goal", everywhere=everywhere))
    assert (await Event.of(town.id).get(id=entry.id)).request_sha256 is None
    assert (await Event.of(town.id).get(id=untouched.id)).request_sha256 == other.sha256()
    revision = (await town.cycle()).revision
    for asked in (request, replace(request, given={"goal": "別の目標"})):
        outcome = await edit_sheet(asked, cycle.id, cycle.revision, edit)
        assert refused(outcome) == IdempotencyMismatch(entry.sequence)
        attempt = await town.last_event()
        assert attempt.document["details"]["given"] == {}
        assert "太郎" not in f"{attempt.openings}{attempt.search_text}"
    again = await edit_sheet(other, cycle.id, cycle.revision + 1, schedule)
    assert isinstance(again, ledger.Applied)
    assert again.replayed
    assert (await town.cycle()).revision == revision
    assert (await Sheet.of(town.id).get(cycle_id=cycle.id)).goal == REMOVED
    await check_whole_record(town)


async def test_a_refused_attempt_that_holds_the_text_loses_it(town: Town) -> None:
    """What was given for an act that was refused is sealed as a whole, and goes as a whole."""
    written = await write_down(town)
    cycle = await town.cycle()
    request = town.by("staff", given={"part": {"plan": {"goal": f" {SAID}\n"}}})
    edit = PlanEdit(values={"goal": SAID})
    refused(await edit_sheet(request, cycle.id, cycle.revision, edit))
    attempt = await town.last_event()
    assert attempt.kind is EventKind.REFUSAL
    applied(await take_out(town, written, "changes.0.after.goal", everywhere=True))
    left = await Event.of(town.id).get(id=attempt.id)
    assert "太郎" not in f"{left.openings}"
    assert left.document["details"]["given"] == REMOVED
    await check_whole_record(town)


async def test_who_may_and_what_is_refused(town: Town) -> None:
    """Only an admin, only what is there, only with a reason, and never with the text in it."""
    written = await write_down(town)
    field = "changes.0.after.goal"
    target = Target(entry_id=written.id, field=field)
    for who in ("lead", "office", "auditor", "nobody"):
        outcome = await redact(town.by(who), Redact(targets=[target], reason=WHY))
        assert isinstance(refused(outcome), Forbidden), who
    console = await redact(town.console(), Redact(targets=[target], reason=WHY))
    assert isinstance(refused(console), Forbidden)
    assert isinstance(refused(await take_out(town, written, field, reason=" ")), Blocked)
    for given in ({"reason": f"「{SAID}」を消す"}, {"basis": SAID}, {"targets": []}):
        assert isinstance(refused(await take_out(town, written, field, **given)), InvalidInput)
    for wrong in ("kind", "changes.9.after.goal", "changes.0.aft", "", "0" * 64):
        assert isinstance(refused(await take_out(town, written, wrong)), InvalidInput), wrong
    missing = [Target(entry_id=uuid4(), field=field)]
    assert refused(await take_out(town, written, field, targets=missing)) == NotFound(
        "targets.0.entry"
    )
    applied(await take_out(town, written, field))
    assert isinstance(refused(await take_out(town, written, field)), InvalidInput)
    await check_whole_record(town)


async def test_a_refusal_does_not_write_down_what_was_to_go(town: Town) -> None:
    """The text in a reason is refused; the entry of that attempt does not hold it either."""
    written = await write_down(town)
    asked = Redact(
        targets=[Target(entry_id=written.id, field="changes.0.after.goal")],
        reason=f"「{SAID}」を消す",
    )
    given = {"reason": asked.reason, "basis": SAID, "targets": []}
    request: Request = town.by("admin", given=given)
    refused(await redact(request, asked))
    attempt = await town.last_event()
    assert attempt.kind is EventKind.REFUSAL
    assert "太郎" not in f"{attempt.body}{attempt.openings}{attempt.search_text}"


@pytest.mark.parametrize("everywhere", [False, True])
async def test_trying_it_changes_nothing(town: Town, *, everywhere: bool) -> None:
    """With `validate_only` every opening is still there afterwards."""
    written = await write_down(town)
    openings = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    asked = Redact(
        targets=[Target(entry_id=written.id, field="changes.0.after.goal")],
        reason=WHY,
        everywhere=everywhere,
    )
    outcome = await redact(town.by("admin", validate_only=True), asked)
    assert isinstance(outcome, ledger.Validated)
    left = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    assert left == openings


async def test_one_that_fails_half_way_leaves_nothing(town: Town) -> None:
    """Openings that were taken away come back with the transaction."""
    entry = applied(await register_person(town.console(), "人1", "N1"))
    # Somebody has the very number that a removed one would be given.
    taken = f"{REMOVED}{await town.size() + 2}-1"
    applied(await register_person(town.console(), "人2", taken))
    openings = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    with pytest.raises(IntegrityError):
        await take_out(town, entry, "changes")
    left = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    assert left == openings
    await check_whole_record(town)


async def test_more_than_anybody_means_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that stands in ever so many entries is not removed by a slip."""
    written = await write_down(town)
    monkeypatch.setattr(removal, "MOST_ENTRIES", 1)
    why = refused(await take_out(town, written, "changes.0.after.goal", everywhere=True))
    assert isinstance(why, InvalidInput)
    assert why.path == "everywhere"
    short = applied(await register_person(town.console(), "仮", "Z"))
    why = refused(await take_out(town, short, "changes", everywhere=True))
    assert isinstance(why, InvalidInput)


async def test_values_are_shown_as_far_as_they_may_be_seen(town: Town) -> None:
    """The admin is told where values stand; the auditor also what they are."""
    written = await write_down(town)
    admin, auditor = await sight_of(town, "admin"), await sight_of(town, "auditor")
    (blind,) = [f for f in seen_fields(admin, written) if f.path.endswith("after.goal")]
    (seen,) = [f for f in seen_fields(auditor, written) if f.path.endswith("after.goal")]
    assert (blind.value, seen.value) == (None, SAID)
    assert blind.commitment == seen.commitment
    applied(await take_out(town, written, "changes.0.after.goal"))
    gone = await Event.of(town.id).get(id=written.id)
    assert [f.is_removed for f in seen_fields(admin, gone) if f.path.endswith("after.goal")] == [
        True
    ]


async def sight_of(town: Town, who: str) -> Sight:
    """Return what somebody sees today."""
    person_id = town.people[who]
    held = await known_capacities(town.id, person_id)
    return Sight.of(person_id, held, UNLIMITED, day_of(ledger.now()))


async def test_a_file_of_evidence_goes_with_its_name(town: Town, tmp_path: Path) -> None:
    """Once nobody else needs it: it may have been attached twice, or by another town."""
    copies, store = KeptCopies(tmp_path / "copies"), EvidenceFiles(tmp_path / "evidence")
    store.folder.mkdir()
    keeping = Housekeeping(copies, store)
    owned = Ownership.of(town.id).filter(department_id=town.departments["町民生活課"])
    codes = await owned.limit(2).values_list("project__code", flat=True)
    entries = [await attach(town, "名簿.pdf", str(code)) for code in codes]
    first, second = [UUID(entry.document["details"]["evidence"]) for entry in entries]
    sha256 = (await Evidence.of(town.id).get(id=first)).sha256
    store.path_of(sha256).write_bytes(b"x")
    outcome, export = await take_copy(town.by("auditor"), CopyAsked(), copies)
    applied(outcome)
    assert export
    await keeping.tidy()
    assert copies.path_of(export).exists()
    for evidence_id, left in ((first, True), (second, False)):
        asked = Redact(targets=[], evidence=[evidence_id], reason=WHY)
        applied(await redact(town.by("admin"), asked))
        row = await Evidence.of(town.id).get(id=evidence_id)
        assert (row.name, row.note, row.sha256) == (REMOVED, REMOVED, sha256)
        await keeping.tidy()
        assert store.path_of(sha256).exists() is left
        assert not copies.path_of(export).exists()
    missing = Redact(targets=[], evidence=[uuid4()], reason=WHY)
    assert refused(await redact(town.by("admin"), missing)) == NotFound("evidence.0")
    await check_whole_record(town)


async def test_a_copy_that_a_crash_left_unnamed_is_removed(town: Town, tmp_path: Path) -> None:
    """A process that is killed while a copy is taken leaves a file that no redaction would find."""
    copies = KeptCopies(tmp_path / "copies")
    outcome, export = await take_copy(town.by("auditor"), CopyAsked(), copies)
    applied(outcome)
    assert export
    kept = copies.path_of(export)
    old, fresh, other = (kept.with_name(f"{town.id.hex}-{uuid4().hex}.gz") for _ in range(3))
    other = other.with_name("notes.gz")
    for path in (old, fresh, other):
        path.write_bytes(b"x")
    for path in (kept, old, other):
        os.utime(path, (time.time() - 700, time.time() - 700))
    await Housekeeping(copies, EvidenceFiles(tmp_path)).tidy()
    assert sorted(copies.folder.iterdir()) == sorted([kept, fresh, other])


async def test_the_file_holds_nothing_of_it(sqlite_town: str) -> None:
    """Once the database was tidied up, its files do not hold the text in any form."""
    async with connected(sqlite_town, upgrade=False):
        town = await Town.load()
        written = await write_down(town)
        applied(await take_out(town, written, "changes.0.after.goal", everywhere=True))
    path = Path(sqlite_town.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as file:
        file.execute("VACUUM")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    forms = [SAID.encode(), "太郎".encode(), SAID.encode("utf-16-le"), b"\\u592a\\u90ce"]
    for each in path.parent.glob(f"{path.name}*"):
        content = each.read_bytes()
        assert not any(form in content for form in forms), each.name
