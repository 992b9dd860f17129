"""`meguru people import`: a list of appointments, shown and made true."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import typer
from rich.table import Table

from server.cli.console import (
    ERR,
    OUT,
    REFUSED,
    applied_or_exit,
    fail,
    settings_or_exit,
    table,
    town_of,
    with_database,
)
from workflows.labels import label
from workflows.records import Department
from workflows.refusals import InvalidInput, Refusal, Refuse
from workflows.reshuffle import Plan, Step, StepKind
from workflows.revise.reshuffle import Reshuffle, preview, reshuffle
from workflows.roster import HEADERS, Fault, decode
from workflows.unit import Request

_COLUMNS = (
    *("職員番号 / Number", "氏名 / Name", "内容 / What", "役割 / Role", "課 / Department"),
    "期間 / Period",
)
_DONE = {
    StepKind.REGISTER: "登録 / register",
    StepKind.END: "終了 / end",
    StepKind.APPOINT: "任命 / appoint",
    StepKind.KEEP: "継続 / keep",
}


def run(
    file: Path, effective_on: dt.date, town: str | None, *, replace_all: bool, dry_run: bool
) -> None:
    """Show what a list leads to and do it, or tell everything wrong with it."""
    asked = Reshuffle(csv=_text(file), effective_on=effective_on, replace_all=replace_all)

    async def work() -> None:
        municipality = await town_of(town)
        request = Request(municipality_id=municipality.id, act="applyAppointments", at_console=True)
        plan = await preview(request, asked)
        if not isinstance(plan, Plan):
            _refuse(plan)
        departments: dict[UUID | None, str] = {
            d.id: d.name for d in await Department.of(municipality.id)
        }
        if plan.faults:
            _tell(plan.faults)
        OUT.print(_shown(plan, departments))
        if not plan.changes:
            OUT.print("変わる任命はありません / Nothing is to change")
        elif dry_run:
            OUT.print("何も書き込んでいません / Nothing was written")
        else:
            outcome = await reshuffle(request, asked, plan.sha256())
            applied_or_exit(outcome, "反映できませんでした", "Not applied")
            OUT.print(f"反映しました / Applied: {len(plan.changes)}")

    with_database(work, settings_or_exit())


def _text(file: Path) -> str:
    try:
        return decode(file.read_bytes())
    except Refuse as refused:
        _refuse(refused.refusal)


def _refuse(refusal: Refusal) -> NoReturn:
    if isinstance(refusal, InvalidInput):
        fail(refusal.message_ja, refusal.message_en, REFUSED)
    fail("取り込めません", f"It cannot be imported: {refusal}", REFUSED)


def _tell(faults: tuple[Fault, ...]) -> NoReturn:
    """Show every fault with its line and column, and leave."""
    for fault in faults:
        ja, en = HEADERS[fault.column] if fault.column else ("", "")
        place = (f"{fault.line}行目" if fault.line else "一覧") + (f" {ja}({en})" if ja else "")
        ERR.print(f"{place}: {fault.message_ja} / {fault.message_en}", style="red", markup=False)
    ERR.print(f"何も書き込んでいません / Nothing was written ({len(faults)})")
    raise typer.Exit(REFUSED)


def _shown(plan: Plan, departments: Mapping[UUID | None, str]) -> Table:
    rows = table(*_COLUMNS)
    for step in plan.steps:
        rows.add_row(
            step.staff_number,
            step.name,
            _DONE[step.kind],
            label(step.role) if step.role else "",
            departments.get(step.department_id, ""),
            _period(step),
        )
    return rows


def _period(step: Step) -> str:
    if step.starts_on is None:
        return ""
    if step.ends_on and step.ends_on < step.starts_on:
        return f"{step.starts_on} 取消し / taken back"
    return f"{step.starts_on} – {step.ends_on or ''}".strip()
