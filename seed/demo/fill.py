"""Filling an empty database with the sample, once; a run that was stopped is gone on with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from seed.demo.content import HASHIKAMI
from seed.demo.desk import Desk, key_of
from seed.demo.office_hours import opening_of
from seed.demo.script import Telling, script
from seed.demo.year import Act
from seed.load import load
from seed.reader import read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from seed.values import PlanText
from workflows import ledger
from workflows.evidence_files import EvidenceFiles
from workflows.fiscal import day_of, label_ja
from workflows.ledger import Applied, Refused
from workflows.records import Event, EventKind, Municipality, Person, Plan
from workflows.unit import Request

FIRST_FISCAL_YEAR: Final = HASHIKAMI_TOWN.first_fiscal_year - 1
"""A year before the real plan's, so that there are closed cycles to be seen."""
_LOADED: Final = key_of("plan")
_SAMPLE: Final = "sample"
"""Under which the input of every act says that it is one of the sample, and which."""

Progress = Callable[[int, int], None]


class SampleDataError(Exception):
    """The sample cannot be put into this database; the message says why, and what to do."""

    def __init__(self, message_ja: str, message_en: str) -> None:
        super().__init__(f"{message_ja} / {message_en}")
        self.message_ja, self.message_en = message_ja, message_en


class RealDataError(SampleDataError):
    """The database holds a plan or people that are no sample."""


class UnfinishedSampleError(SampleDataError):
    """There is a sample that was not completed, and cannot be any more."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The sample is in the database."""

    municipality_id: UUID
    acts: int
    """Done by this run; 0 where the sample was complete."""


async def fill(files: EvidenceFiles, progress: Progress = lambda _done, _of: None) -> Filled:
    """Fill the connected database with the sample, or complete what an earlier run began.

    Evidence is kept in `files`. Each act is a transaction of its own, told to `progress` once it is durable. The sample is told
    until the moment when its plan was loaded, and not beyond it in later runs. A complete one is
    left as it is, whatever has been done with it since.

    Raises:
        RealDataError: there is real data; nothing was written.
        UnfinishedSampleError: the sample there cannot be completed; what it has stays.
        SampleDataError: the server's clock stands before the sample's first day.
    """
    await _refuse_real_data()
    loaded = await _load()
    acts = script(
        Telling(
            content=HASHIKAMI,
            text=sample_text(HASHIKAMI_PLAN.read_bytes()),
            first_fiscal_year=FIRST_FISCAL_YEAR,
            until=loaded.recorded_at,
        )
    )
    desk = Desk(loaded.municipality_id, files)
    is_complete = await desk.knows(acts[-1].name)
    undone = [] if is_complete else await _undone(desk.municipality_id, acts)
    for number, act in enumerate(undone, 1):
        await _do(desk, act)
        progress(number, len(undone))
    return Filled(desk.municipality_id, len(undone))


async def _refuse_real_data() -> None:
    for municipality in await Municipality.all():
        plan = await Plan.of(municipality.id).first()
        is_sample = plan is not None and plan.is_sample
        if is_sample or not (plan or await Person.of(municipality.id).exists()):
            continue
        raise RealDataError(
            "実データがあるため、見本データは入れられません。空のデータフォルダーを指定してください。",
            "There is real data here, so no sample is put over it. Use an empty data directory.",
        )


def sample_text(source: bytes) -> PlanText:
    """Return the plan's text, under a title that says that it is a sample, and from when."""
    text = read(source)
    return replace(text, title=f"{text.title}（見本・{label_ja(FIRST_FISCAL_YEAR)}開始）")


async def _load() -> Event:
    """Return the entry that the sample plan was loaded by, as of the sample's first day."""
    opening = opening_of(FIRST_FISCAL_YEAR)
    if ledger.now() < opening:
        raise SampleDataError(
            f"サーバーの時計が見本の初日({day_of(opening)})より前です。時計を合わせてください。",
            f"The server's clock stands before the sample's first day ({day_of(opening)}). Set it.",
        )
    source = HASHIKAMI_PLAN.read_bytes()
    text = sample_text(source)
    town = replace(HASHIKAMI_TOWN, first_fiscal_year=FIRST_FISCAL_YEAR)
    await load(text, source, town, sample=True, effective_at=opening, idempotency_key=_LOADED)
    municipality = await Municipality.get(code=town.code)
    loaded = await Event.of(municipality.id).get_or_none(idempotency_key=_LOADED)
    if loaded is None:
        raise UnfinishedSampleError(
            "見本の計画が履歴なしで登録されています。空のデータフォルダーを指定してください。",
            "There is a sample plan, loaded without its history. Use an empty data directory.",
        )
    return loaded


async def _undone(municipality_id: UUID, acts: list[Act]) -> list[Act]:
    """Return the acts that the record does not tell of yet. A refusal carries no key."""
    events = Event.of(municipality_id)
    keys = set(await events.values_list("idempotency_key", flat=True))
    refusals = await events.filter(kind=EventKind.REFUSAL)
    tried = {event.document["details"]["given"].get(_SAMPLE) for event in refusals}
    return [a for a in acts if a.name not in tried and key_of(a.name) not in keys]


async def _do(desk: Desk, act: Act) -> None:
    request = Request(
        municipality_id=desk.municipality_id,
        act=act.deed.act,
        actor_id=await desk.person_id(act.by) if act.by else None,
        at_console=act.by is None,
        idempotency_key=key_of(act.name),
        effective_at=act.at,
        given=act.deed.given() | {_SAMPLE: act.name},
    )
    outcome = await act.deed.do(desk, request)
    if not isinstance(outcome, Refused if act.is_refused else Applied):
        raise UnfinishedSampleError(
            f"見本データの続き({act.name})を入れられません。"
            "データフォルダーを空にして、最初からやり直してください。",
            f"The sample cannot go on with {act.name}: {outcome}. "
            "Empty the data directory and begin again.",
        )
