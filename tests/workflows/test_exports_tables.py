"""Copies as tables for spreadsheets: what stands in them, and in which characters."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.town import OWN, Town, applied
from tests.workflows.copying import Desk
from tests.workflows.test_redaction import write_down
from workflows.exports import (
    CopyFormat,
    Part,
)
from workflows.exports.encoding import GETA, HEADING, Encoder
from workflows.exports.table import HEADINGS, rows_as_csv
from workflows.sheets import PlanEdit
from workflows.stages import Trigger

VERIFIER = Path(__file__).parents[2] / "verifier" / "meguru_verify.py"
Lines = list[dict[str, Any]]


@pytest.fixture
async def desk(town: Town, tmp_path: Path) -> Desk:
    """Give a desk in a town where somebody worked."""
    await write_down(town, "目標の文章")
    return await Desk(town, tmp_path).open()


async def test_a_table_has_a_line_for_each_entry_that_is_seen(desk: Desk) -> None:
    """With names as they were, in Japanese, for a spreadsheet."""
    export = await desk.take("office", format=CopyFormat.CSV)
    copy = await desk.fetch(export)
    assert copy.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(copy.decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADINGS
    sequences = [int(row["記録番号"]) for row in rows]
    assert sequences == sorted(sequences)
    begun = next(row for row in rows if row["きっかけ"] == "実行を始める")
    assert (begun["種類"], begun["前の段階"], begun["後の段階"]) == ("遷移", "計画", "実行")
    assert (begun["取組番号"], begun["課"], begun["職員"]) == (OWN, "町民生活課", "lead さん")
    edited = [row for row in rows if row["種類"] == "シートの編集"]
    assert "目標「」→「目標の文章」" in edited[0]["変更"]
    assert all(len(row) == len(HEADINGS) and None not in row for row in rows)
    mine = await desk.take(
        "other_lead",
        format=CopyFormat.CSV,
        part=Part(department_id=desk.town.departments["税務課"]),
    )
    assert "目標の文章" not in (await desk.fetch(mine)).decode()


async def test_cells_are_no_formulas() -> None:
    """Whatever a spreadsheet would calculate is text there."""
    cells = [
        "=1+1",
        "+81",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1",
        "=cmd|' /C calc'!A0",
        "a=1",
        "-",
    ]
    (row,) = csv.reader(io.StringIO(rows_as_csv([cells]), newline=""))
    assert row == [f"'{cell}" if cell != "a=1" else cell for cell in cells]
    assert len(next(csv.reader(io.StringIO(rows_as_csv([["あ" * 40_000]]))))[0]) < 32_767


async def test_cp932_tells_what_it_could_not_write(desk: Desk) -> None:
    """Characters that it lacks become 〓, and are listed with where they were."""
    text = "髙﨑〜①Ⅲ𠮷😀é"
    plan = PlanEdit(values={"schedule": text})
    applied(await desk.town.fire("lead", Trigger.REVISE_PLAN, reason="理由", plan=plan))
    revised = await desk.town.last_event()
    copy = (await desk.fetch(await desk.take("office", format=CopyFormat.CSV_CP932))).decode(
        "cp932"
    )
    assert "髙﨑～①Ⅲ〓〓〓" in copy
    table, _, listed = copy.partition(f'"{HEADING}"')
    assert GETA in table
    found = {row[0]: row[1:] for row in csv.reader(io.StringIO(listed)) if len(row) == 3}
    assert found["U+20BB7"] == ["1", str(revised.sequence)]
    assert {"U+1F600", "U+00E9"} <= found.keys()
    plain = (await desk.fetch(await desk.take("office", format=CopyFormat.CSV))).decode("utf-8-sig")
    assert text in plain
    assert HEADING not in plain


def test_the_list_of_what_was_replaced_stays_small() -> None:
    """Entries are named up to twenty times a character, however long the record."""
    encoder = Encoder(is_cp932=True)
    for sequence in range(1, 1001):
        assert encoder.encoded(sequence, "a😀") == "a〓".encode("cp932")
    _, _, _, line = encoder.replaced()
    assert line[:2] == ["U+1F600", "1000"]
    assert line[2].endswith("20 …")
