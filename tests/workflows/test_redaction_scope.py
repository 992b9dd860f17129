"""How far a redaction reaches: told before it is done, bounded, and what it left is told."""

from uuid import UUID, uuid4

import pytest

from tests.schema.oversight import attach
from tests.town import Town, applied, refused
from tests.workflows.test_redaction import WHY, check_whole_record, write_down
from workflows.records import Event, Evidence, Ownership
from workflows.redaction import Preview, Redact, Target, preview_redaction, redact, removal
from workflows.redaction.sealed import SealedField, fields_of
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.revise.people import register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit

NAME = "階上　太郎"


async def everywhere(town: Town) -> Redact:
    """Register somebody whose name stands within two texts, too; ask for it to go everywhere."""
    entry = applied(await register_person(town.console(), NAME, "T-1"))
    await write_down(town, f"{NAME}さんの相談から")
    target = Target(entry_id=entry.id, field="changes.0.after.name")
    return Redact(targets=[target], reason=WHY, everywhere=True)


async def previewed(town: Town, asked: Redact, who: str = "admin") -> Preview:
    """Return a preview; nothing is written by it."""
    before = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    found = await preview_redaction(town.by(who), asked)
    assert isinstance(found, Preview), found
    after = await Event.of(town.id).order_by("sequence").values_list("openings", flat=True)
    assert before == after
    return found


async def test_what_is_left_within_other_texts_is_told(town: Town) -> None:
    """Whole values go, longer texts stay; the entry says which, and so does the preview."""
    asked = await everywhere(town)
    preview = await previewed(town, asked)
    event = applied(await redact(town.by("admin"), asked))
    details = event.document["details"]
    held = [
        {"sequence": one.sequence, "fields": [f.path for f in fields_of(one) if _holds(f)]}
        for one in await Event.of(town.id).filter(search_text__contains="太郎").order_by("sequence")
    ]
    assert len(held) == 2  # the edit, and the sheet as it stood at the move
    assert details["left"] == held
    assert details["left_count"] == preview.left_count == 2
    assert [{"sequence": p.sequence, "fields": p.fields} for p in preview.left] == held
    named = [Target(entry_id=await _id(town, p.sequence), field=p.fields[0]) for p in preview.left]
    rest = Redact(targets=named, reason=WHY, everywhere=True)
    assert "left" not in applied(await redact(town.by("admin"), rest)).document["details"]
    for row in await Event.of(town.id):
        assert "太郎" not in f"{row.openings}{row.search_text}"
    await check_whole_record(town)


def _holds(one: SealedField) -> bool:
    return isinstance(one.value, str) and NAME in one.value


async def _id(town: Town, sequence: int) -> UUID:
    return (await Event.of(town.id).get(sequence=sequence)).id


async def test_a_preview_tells_all_that_goes(town: Town) -> None:
    """Entries with their values, rows with their columns, files; then just that goes."""
    asked = await everywhere(town)
    evidence = [
        UUID((await attach(town, name)).document["details"]["evidence"])
        for name in ("a.pdf", "b.pdf")
    ]
    asked = Redact(targets=asked.targets, reason=WHY, everywhere=True, evidence=evidence)
    preview = await previewed(town, asked)
    assert preview.shared == set()
    assert [row.id for row in preview.evidence] == evidence
    event = applied(await redact(town.by("admin"), asked))
    details = event.document["details"]
    removed = {
        one["sequence"]: len(one["commitments"])
        for one in details["removed"]
        if one["sequence"] != event.sequence
    }
    assert {one.sequence: len(one.fields) for one in preview.entries} == removed
    changes = {(c["table"], c["id"]): sorted(c["after"]) for c in event.document["changes"]}
    assert {(r.table, str(r.row_id)): r.columns for r in preview.rows} == changes
    assert {table for table, _ in changes} == {"people", "evidence"}


async def test_a_file_that_others_need_is_told(town: Town) -> None:
    """Evidence of another cycle is the same file: it stays until both are gone."""
    owned = Ownership.of(town.id).filter(department_id=town.departments["町民生活課"])
    codes = await owned.limit(2).values_list("project__code", flat=True)
    entries = [await attach(town, "名簿.pdf", str(code)) for code in codes]
    first, second = [UUID(entry.document["details"]["evidence"]) for entry in entries]
    one = await previewed(town, Redact(evidence=[first]))
    assert one.shared == {first}
    both = await previewed(town, Redact(evidence=[first, second]))
    assert both.shared == set()


async def test_who_previews_and_what_is_refused(town: Town) -> None:
    """As with the redaction itself; no entry tells of an attempt to look."""
    asked = await everywhere(town)
    size = await town.size()
    for who in ("lead", "office", "auditor", "nobody"):
        assert isinstance(await preview_redaction(town.by(who), asked), Forbidden), who
    assert await preview_redaction(town.by("admin"), Redact(evidence=[uuid4()])) == NotFound(
        "evidence.0"
    )
    assert isinstance(await preview_redaction(town.by("admin"), Redact()), InvalidInput)
    many = Redact(evidence=[uuid4()] * 101)
    assert isinstance(await preview_redaction(town.by("admin"), many), InvalidInput)
    assert await town.size() == size


async def test_evidence_goes_once(town: Town) -> None:
    """Without targets; a second time it is refused, and named twice it is one."""
    event = await attach(town, "名簿.pdf")
    evidence = UUID(event.document["details"]["evidence"])
    asked = Redact(evidence=[evidence, evidence], reason=WHY)
    done = applied(await redact(town.by("admin"), asked))
    assert done.document["details"]["evidence"] == [str(evidence)]
    why = refused(await redact(town.by("admin"), asked))
    assert isinstance(why, InvalidInput)
    assert why.path == "evidence.0"
    assert await Evidence.of(town.id).filter(id=evidence, name="［消去］").exists()
    await check_whole_record(town)


@pytest.mark.parametrize(("most_entries", "most_read"), [(2, 1_000), (1_000, 4)])
async def test_it_stops_while_it_gathers(
    town: Town, monkeypatch: pytest.MonkeyPatch, most_entries: int, most_read: int
) -> None:
    """A bound is told once it is passed, and not when everything has been read."""
    for turn in range(12):
        cycle = await town.cycle()
        edit = PlanEdit(values={"goal": "同じ目標" if turn % 2 else "ほかの目標"})
        applied(await edit_sheet(town.by("staff"), cycle.id, cycle.revision, edit))
    entry = await Event.of(town.id).filter(search_text__contains="同じ目標").first()
    assert entry
    looked_at: list[int] = []

    def counted(event: Event) -> list[SealedField]:
        looked_at.append(event.sequence)
        return fields_of(event)

    monkeypatch.setattr(removal, "fields_of", counted)
    monkeypatch.setattr(removal, "BATCH", 2)
    monkeypatch.setattr(removal, "MOST_ENTRIES", most_entries)
    monkeypatch.setattr(removal, "MOST_READ", most_read)
    target = Target(entry_id=entry.id, field="changes.0.after.goal")
    why = await preview_redaction(town.by("admin"), Redact(targets=[target], everywhere=True))
    assert isinstance(why, InvalidInput)
    assert why.path == "everywhere"
    assert len(looked_at) <= 4
