"""`meguru seed`: a plan's text into the database, and everything that is said about it on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from seed.load import load
from seed.preview import PlannedLoad, plan_load
from seed.reader import HASHIKAMI, Mends, PlanText, PlanTextError, read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN, Town, read_town
from server.cli.console import ERR, OUT, REFUSED, bar, fail, settings_or_exit, with_database
from workflows.ledger import Outcome
from workflows.refusals import InvalidInput, Refuse


@dataclass(frozen=True, slots=True)
class Source:
    """A plan's text, as received and as read, and its town."""

    raw: bytes
    text: PlanText
    town: Town


def run(file: Path | None, town_file: Path | None, *, dry_run: bool, list_mends: bool) -> None:
    """Load a text, or tell what loading it would do."""
    settings = settings_or_exit()
    source = source_of(file, town_file)
    text = source.text
    OUT.print(f"{text.title}（{text.municipality_name}、{text.published}）", markup=False)
    OUT.print(
        f"基本方針{len(text.policies)}、分類{len(text.categories)}、"
        f"取組事業{len(text.projects)}、課{len(text.departments)}、補正{len(text.mended)}か所"
        f" / {len(text.policies)} policies, {len(text.categories)} categories,"
        f" {len(text.projects)} projects, {len(text.departments)} departments;"
        f" {len(text.mended)} places mended (--mends)"
    )
    if list_mends:
        _list_mends(text)
    if dry_run:
        with_database(lambda: preview(source), settings)
    else:
        with_database(lambda: load_source(source), settings, by_itself=True)


def source_of(file: Path | None, town_file: Path | None) -> Source:
    """Read a text, that of 階上町 where none is given; leave with all its problems where refused."""
    raw = (file or HASHIKAMI_PLAN).read_bytes()
    try:
        town = read_town(town_file) if town_file else HASHIKAMI_TOWN
    except (KeyError, TypeError, ValueError) as error:
        fail(f"{town_file} を読めません", f"It cannot be read: {error!r}", REFUSED)
    try:
        return Source(raw, read(raw, Mends() if town_file else HASHIKAMI), town)
    except PlanTextError as error:
        for problem in error.problems:
            place = f"{file or HASHIKAMI_PLAN}:{problem.line}"
            said = f"{problem.message_ja} / {problem.message_en}"
            ERR.print(f"{place}: {problem.code}: {said}", markup=False)
        fail(
            f"誤りが{len(error.problems)}件あるため、何も取り込みませんでした",
            f"{len(error.problems)} problems; nothing was loaded",
            REFUSED,
        )


async def load_source(source: Source) -> None:
    """Load a text into the connected database, with a bar to look at."""
    try:
        outcome = await _load(source)
    except ValueError as error:
        fail("この文書は取り込めません", f"This text cannot be loaded: {error}", REFUSED)
    except Refuse as refused:
        refusal = refused.refusal
        if not isinstance(refusal, InvalidInput):
            raise
        fail(refusal.message_ja, refusal.message_en, REFUSED)
    if outcome is None:
        OUT.print("既に取り込まれています。変更はありません / Loaded already; nothing to do")
    else:
        OUT.print("取り込みました / Loaded")


async def _load(source: Source) -> Outcome | None:
    done, total = count(1), len(source.text.projects)
    with bar("取り込み / Loading") as tell:
        return await load(
            source.text, source.raw, source.town, progress=lambda _: tell(next(done), total)
        )


async def preview(source: Source) -> None:
    """Tell what loading a text would do."""
    planned = await plan_load(source.text, source.raw, source.town, sample=False)
    if planned.blocked_by:
        fail("取り込めません", f"It cannot be loaded: {planned.blocked_by}", REFUSED)
    for line in _told(planned):
        OUT.print(line, markup=False)


def _told(planned: PlannedLoad) -> Iterator[str]:
    if planned.same_text:
        yield "既に取り込まれています / Loaded already"
    if planned.added:
        yield f"追加 / To add ({len(planned.added)}): {' '.join(planned.added)}"
    for change in (*planned.headings, *planned.changed):
        columns = ", ".join(one.column for one in change.differences)
        yield f"変更 / To change: {change.code or change.name} ({columns})"
    if planned.units:
        yield f"課・グループの追加 / Departments and groups to add: {'、'.join(planned.units)}"
    if planned.missing:
        codes = " ".join(planned.missing)
        yield f"文書にない（そのまま残る） / Not in the text, and left as they are: {codes}"
    yield "何も取り込んでいません / Nothing was loaded (--dry-run)"


def _list_mends(text: PlanText) -> None:
    for mend in text.mended:
        OUT.print(
            f"{mend.line}: {mend.where} [{mend.rule}] {mend.before!r} → {mend.after!r}\n"
            f"      {mend.note_ja} / {mend.note_en}",
            markup=False,
        )
