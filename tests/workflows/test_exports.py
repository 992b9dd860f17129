"""Copies: what is in them, for whom, that they can be verified, and that they stay the same."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.town import OWN, Town, applied
from tests.workflows.copying import Desk, lines_of, of_type, sight_of
from tests.workflows.test_redaction import take_out, write_down
from workflows import ledger
from workflows.changes import RECORDED
from workflows.exports import (
    CopyAsked,
    CopyFormat,
    Part,
    UnavailableCode,
    available,
    take_copy,
)
from workflows.exports.words import COLUMNS, KINDS, TABLES
from workflows.merkle import Frontier, is_included, leaf_hash
from workflows.records import Checkpoint, Event, EventKind, Export, Project, Sheet
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.revise.people import register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import EvaluationEdit, PlanEdit, Report, ResultsEdit
from workflows.stages import Stage, Trigger

VERIFIER = Path(__file__).parents[2] / "verifier" / "meguru_verify.py"
Lines = list[dict[str, Any]]


@pytest.fixture
async def desk(town: Town, tmp_path: Path) -> Desk:
    """Give a desk in a town where somebody worked."""
    await write_down(town, "目標の文章")
    return await Desk(town, tmp_path).open()


async def test_a_whole_copy_verifies_and_holds_the_tables(desk: Desk) -> None:
    """An auditor's copy has every entry, the tables, earlier checkpoints; its last entry is itself."""
    kept = desk.folder / "kept.txt"
    kept.write_text(await desk.sign(), "utf-8")
    copy = await desk.fetch(await desk.take("auditor"))
    lines = lines_of(copy)
    header, entries = lines[0], of_type(lines, "entry")
    assert (header["complete"], header["state"], header["part"]) == (True, True, None)
    assert [one["sequence"] for one in entries] == list(range(1, header["size"] + 1))
    assert header["size"] == await desk.town.size()
    last = orjson.loads(entries[-1]["body"])
    assert (last["kind"], last["details"]["size"]) == ("EXPORTED", header["size"])
    frontier = Frontier()
    for one in entries:
        assert leaf_hash(one["body"].encode()).hex() == one["leaf"]
        frontier, _ = frontier.add(bytes.fromhex(one["leaf"]))
    issued = await Checkpoint.of(desk.town.id).get(size=header["size"])
    assert (frontier.root.hex(), header["checkpoint"]) == (issued.root, issued.note)
    earlier = Checkpoint.of(desk.town.id).filter(size__lt=header["size"]).order_by("size")
    notes = [one["note"] for one in of_type(lines, "checkpoint")]
    assert notes == [one.note for one in await earlier]
    rows = of_type(lines, "row")
    assert {one["table"] for one in rows} >= {"projects", "sheets", "people", "record_keys"}
    assert len(rows) == sum([await model.of(desk.town.id).count() for model in RECORDED.values()])
    assert desk.verified(copy, "--checkpoint", str(kept), "--key", await desk.key()) == []


async def test_the_same_bytes_whenever_it_is_fetched(desk: Desk) -> None:
    """Whatever happens afterwards: acts, new names, checkpoints, a witness's line."""
    for who, asked in (
        ("auditor", {}),
        ("office", {"disclosure": True}),
        ("office", {"part": Part(fiscal_year=2026)}),
        (
            "lead",
            {"format": CopyFormat.CSV, "part": Part(project_id=(await desk.town.project()).id)},
        ),
    ):
        export = await desk.take(who, **asked)
        first = await desk.fetch(export)
        await Project.of(desk.town.id).filter(code=OWN).update(title="別の名前")
        applied(await register_person(desk.town.console(), "新人", f"n{export.size}"))
        await desk.sign()
        await desk.cosign(export.size)
        again = await Export.of(desk.town.id).get(id=export.id)
        assert await desk.fetch(again) == first


async def test_what_may_not_be_seen_whole_is_place_and_hash_alone(desk: Desk) -> None:
    """The office's copy verifies, without people's entries and without the tables."""
    copy = await desk.fetch(await desk.take("office"))
    lines = lines_of(copy)
    assert (lines[0]["complete"], lines[0]["state"]) == (True, False)
    assert of_type(lines, "row") == []
    hidden = [one for one in of_type(lines, "entry") if "body" not in one]
    assert hidden
    assert all(one.keys() == {"type", "sequence", "leaf"} for one in hidden)
    seen = {orjson.loads(o["body"])["kind"] for o in of_type(lines, "entry") if "body" in o}
    assert not seen & {"PERSON_REGISTERED", "APPOINTED", "EXPORTED"}
    assert "TRANSITION" in seen
    assert desk.verified(copy) == []
    admin = {
        orjson.loads(o["body"])["kind"]
        for o in of_type(await desk.lines("admin"), "entry")
        if "body" in o
    }
    assert "PERSON_REGISTERED" in admin
    assert not admin & {"TRANSITION", "SHEET_EDITED"}


@pytest.mark.parametrize("kind", ["project", "department", "year"])
async def test_parts_prove_each_of_their_entries(desk: Desk, kind: str) -> None:
    """Exactly the entries that were asked for, each proved to be in the checkpoint's tree."""
    town, project = desk.town, await desk.town.project()
    parts = {
        "project": Part(project_id=project.id),
        "department": Part(department_id=town.departments["町民生活課"]),
        "year": Part(fiscal_year=ledger.now().year - (ledger.now().month < 4)),
    }
    part = parts[kind]
    copy = await desk.fetch(await desk.take("auditor", part=part))
    lines = lines_of(copy)
    header = lines[0]
    assert (header["complete"], header["state"]) == (False, False)
    assert header["part"] == part.as_json()
    root = (await Checkpoint.of(town.id).get(size=header["size"])).root
    for one in of_type(lines, "entry"):
        path = [bytes.fromhex(h) for h in one["path"]]
        proof = (one["sequence"] - 1, header["size"], bytes.fromhex(one["leaf"]), path)
        assert is_included(*proof, bytes.fromhex(root))
    found = [one["sequence"] for one in of_type(lines, "entry")]
    wanted = Event.of(town.id).filter(part.condition, sequence__lte=header["size"])
    assert found == await wanted.order_by("sequence").values_list("sequence", flat=True)
    assert found
    assert len(found) < header["size"] or kind == "year"
    assert desk.verified(copy, "--key", await desk.key()) == []


async def test_a_copy_for_disclosure_tells_published_words_alone(desk: Desk) -> None:
    """Names, reasons, comments and drafts are nowhere in it, and it verifies all the same."""
    town = desk.town
    edit = PlanEdit(values={"goal": "見直した目標"})
    applied(await town.fire("lead", Trigger.REVISE_PLAN, reason="秘密の理由", plan=edit))
    report = Report(text="秘密の報告")
    applied(
        await town.fire("staff", Trigger.REPORT_INTERIM, report=report, approval_number="秘密の号")
    )
    cycle = await town.cycle()
    results = ResultsEdit(values={"activities": "書きかけの活動", "spent_yen": 98_765_432})
    applied(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, results))
    applied(await town.fire("office", Trigger.SEND_BACK, reason="秘密の差戻し"))
    copy = await desk.fetch(await desk.take("office", disclosure=True))
    said = copy.decode()
    title = (await town.project()).title
    assert title in said
    for secret in ("秘密の", "書きかけ", "98765432", "lead さん", "staff"):
        assert secret not in said, secret
    lines = lines_of(copy)
    assert (lines[0]["complete"], lines[0]["state"]) == (True, False)
    assert desk.verified(copy) == []
    # Sent back to the plan, even the goal is a draft again; once begun anew, it is published.
    assert "見直した目標" not in said
    applied(await town.fire("lead", Trigger.START))
    again = (await desk.fetch(await desk.take("office", disclosure=True))).decode()
    assert "見直した目標" in again
    assert "98765432" not in again
    await desk.town.bring_to(Stage.CHECK)
    cycle = await town.cycle()
    graded = EvaluationEdit(values={"grade": "C", "issues": "書きかけの課題"})
    applied(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, graded))
    applied(await town.fire("office", Trigger.SEND_BACK, reason="秘密"))
    last = await town.last_event()
    assert last.document["details"]["sheet"]["grade"] == "C"
    told = of_type(lines_of(await desk.fetch(await desk.take("office", disclosure=True))), "entry")
    assert "body" not in told[last.sequence - 1]


async def test_who_may_take_which_copy(desk: Desk) -> None:
    """Staff and leads take tables of their own; copies with bodies are for those who see them."""
    ours, theirs = (desk.town.departments[name] for name in ("町民生活課", "税務課"))
    table = CopyFormat.CSV
    for who in ("lead", "staff"):
        await desk.take(who, format=table, part=Part(department_id=ours))
        for asked in (
            {},
            {"format": table},
            {"format": table, "part": Part(department_id=theirs)},
            {"part": Part(department_id=ours)},
            {"disclosure": True},
        ):
            assert isinstance(await desk.refusal(who, **asked), Forbidden), (who, asked)
    assert isinstance(await desk.refusal("nobody", format=table), Forbidden)
    assert isinstance(await desk.refusal("auditor", disclosure=True), Forbidden)
    both = Part(department_id=ours, fiscal_year=2026)
    for asked in (
        {"part": both},
        {"disclosure": True, "format": table},
        {"disclosure": True, "part": Part(department_id=ours)},
        {"part": Part(fiscal_year=99_999)},
    ):
        assert isinstance(await desk.refusal("office", **asked), InvalidInput), asked
    missing = Part(project_id=desk.town.id)
    assert await desk.refusal("office", part=missing) == NotFound("project")
    missing = Part(department_id=desk.town.id)
    assert await desk.refusal("office", part=missing) == NotFound("department")


async def test_when_a_copy_can_be_fetched_no_more(desk: Desk) -> None:
    """After a week, after a redaction, with less sight, or without its file: each is told."""
    town = desk.town
    export = await desk.take("auditor")
    now, sight = ledger.now(), await sight_of(town, "auditor")

    async def why(**other: Any) -> str | None:  # noqa: ANN401 - of two types
        asked = {"sight": sight, "now": now, **other}
        found = await available(export, asked["sight"], asked["now"], desk.kept)
        if found is None:
            return None
        assert found.message() != found.message(japanese=False)
        return str(found.code)

    assert await why() is None
    assert await why(now=now + dt.timedelta(days=7, minutes=1)) == UnavailableCode.COPY_EXPIRED
    assert await why(sight=await sight_of(town, "office")) == UnavailableCode.COPY_OUTDATED
    path = desk.kept.path_of(export)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert await why() == UnavailableCode.COPY_LOST
    path.unlink()
    assert await why() == UnavailableCode.COPY_LOST
    path.write_bytes(whole)
    assert await why() is None
    edited = await Event.of(town.id).filter(kind=EventKind.SHEET_EDITED).first()
    assert edited
    applied(await take_out(town, edited, "changes.0.after.goal", everywhere=True))
    assert await why() == UnavailableCode.COPY_OUTDATED
    copy = await desk.fetch(await desk.take("auditor"))
    assert desk.verified(copy) == []
    assert "目標の文章" not in copy.decode()


async def test_a_table_that_was_tampered_with_is_found(desk: Desk) -> None:
    """Rows are the tables' own, so that the verifier sees what the entries do not say."""
    await Sheet.of(desk.town.id).filter(cycle_id=(await desk.town.cycle()).id).update(goal="偽")
    copy = await desk.fetch(await desk.take("auditor"))
    assert desk.verified(copy) == ["STATE_DIFFERS"]


async def test_the_console_takes_a_copy_too(desk: Desk) -> None:
    """It is recorded, and is nobody's to fetch."""
    export = await desk.take(None)
    assert desk.verified(await desk.fetch(export)) == []
    assert not await Export.of(desk.town.id).filter(id=export.id).exists()
    assert (await desk.town.last_event()).kind is EventKind.EXPORTED


async def test_files_go_after_a_week_and_where_the_act_fails(desk: Desk, tmp_path: Path) -> None:
    """The folder holds no more than what can be fetched."""
    export = await desk.take("auditor")
    path = desk.kept.path_of(export)
    assert path.stat().st_mode & 0o777 == 0o600
    desk.kept.sweep()
    assert path.exists()
    os.utime(path, (0, 0))
    desk.kept.sweep()
    assert not path.exists()
    trial, none = await take_copy(
        desk.town.by("auditor", validate_only=True), CopyAsked(), desk.kept
    )
    assert isinstance(trial, ledger.Validated)
    assert none is None
    assert list((tmp_path / "copies").iterdir()) == []


def test_every_kind_and_column_has_a_word() -> None:
    """A new kind of entry or table fails here until it is called something."""
    assert KINDS.keys() == set(EventKind)
    assert TABLES.keys() == RECORDED.keys()
    columns = {name for model in RECORDED.values() for name in model._meta.db_fields}  # noqa: SLF001 - Tortoise's
    assert COLUMNS.keys() <= columns
