"""Honest records, as towns make them: no verifier raises a false alarm, on the server's own copies."""

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from server.database import connected, sqlite_url
from tests.schema.happenings import happen
from tests.schema.towns import HACHINOHE, found_small_town
from tests.town import Town, applied, build
from tests.verifier.making import Ring, checkpoint, introduce, saved
from tests.verifier.running import NODE, PYTHON, names
from tests.workflows.random_acts import RandomActs
from tests.workflows.random_steps import PROJECTS, STEP, Step
from tests.workflows.test_random_acts import SETTINGS
from verifier import meguru_verify
from workflows import ledger
from workflows.checkpoints import Issued, change_key, issue_of_size, known_keys, verifier_key
from workflows.exports import CopyAsked, KeptCopies, Part, content, take_copy
from workflows.ledger import Outcome
from workflows.notes import VerifierKey
from workflows.records import Event, EventKind
from workflows.redaction import Redact, Target, redact
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.verification import verify

LOGS: Final = int(os.environ.get("HONEST_LOGS", "4"))
"""Random records; a hundred were verified once."""


class QuickActs(RandomActs):
    """Random acts that are not audited one by one."""

    @override
    async def act(self, doing: Callable[[], Awaitable[Outcome | None]]) -> None:
        outcome = await doing()
        self.seen[type(outcome).__name__] += 1


async def _copy(
    town: Town,
    ring: Ring,
    folder: Path,
    who: str | None = "auditor",
    **asked: Any,  # noqa: ANN401 - as CopyAsked takes
) -> bytes:
    """Return a copy as the server makes it."""
    kept = KeptCopies(folder)
    request = town.by(who) if who else town.console()
    _, export = await take_copy(request, CopyAsked(**asked), kept)
    assert export is not None
    issued = await issue_of_size(town.id, export.size, ring)
    assert isinstance(issued, Issued)
    return b"".join([part async for part in content(export, issued.checkpoint.note, kept)])


async def _keys(town: Town) -> str:
    return "".join(f"{verifier_key(key)}\n" for key in await known_keys(town.id))


def _check(files: dict[str, Path], copy: str, *, node: bool) -> None:
    trust = ["--key", files["key"], "--checkpoint", files["kept"]]
    kept = meguru_verify.kept_note(files["kept"])
    found = meguru_verify.checked(files[copy], [files["key"]], [kept]).faults
    assert found == []
    if node:
        assert names(PYTHON, files[copy], *trust) == names(NODE, files[copy], *trust) == set()


async def _begin_anew(town: Town) -> Ring:
    """Replace a key of which the private part is lost."""
    ring, (last, *_) = Ring(), await known_keys(town.id)
    key = VerifierKey.of(last.origin, ring.make())
    changed = applied(await change_key(town.console(), key, replaces=last.key_id))
    issued = await issue_of_size(town.id, changed.sequence, ring, lost=[last.key_id])
    assert isinstance(issued, Issued)
    return ring


def test_every_kind_of_act(tmp_path: Path) -> None:
    """Every kind of entry there is, keys and redactions included, and a restart in between."""
    url = sqlite_url(tmp_path / "town.sqlite3")

    async def run() -> dict[str, bytes | str]:
        async with connected(url):
            await happen(await found_small_town(HACHINOHE, "八戸市", 5))
            town = await Town.load(HACHINOHE)
            kinds = set(await Event.of(town.id).distinct().values_list("kind", flat=True))
            assert kinds == set(EventKind)
            ring = await _begin_anew(town)
            kept = await checkpoint(town, ring)
        async with connected(url):
            await town.bring_to((await town.cycle()).stage)
            whole = await _copy(town, ring, tmp_path)
            office = await _copy(town, ring, tmp_path, "office")
            open_ = await _copy(town, ring, tmp_path, "office", disclosure=True)
            part = Part(project_id=(await town.project()).id)
            project = await _copy(town, ring, tmp_path, "office", part=part)
            assert (await verify(town.id)).faults == []
            told = {"whole": whole, "office": office, "open": open_, "project": project}
            return told | {"kept": kept, "key": await _keys(town)}

    files = saved(tmp_path, **asyncio.run(run()))
    for copy in ("whole", "office", "open", "project"):
        _check(files, copy, node=True)


def test_a_removed_value_that_was_replaced(tmp_path: Path, hamlet: Path) -> None:
    """A later entry still says what stood there before it; nobody can tell any more, and may not."""
    shutil.copy(hamlet, tmp_path / "town.sqlite3")

    async def run() -> dict[str, bytes | str]:
        async with connected(sqlite_url(tmp_path / "town.sqlite3"), upgrade=False):
            town, ring = await Town.load(), Ring()
            await introduce(town, ring)
            edits = []
            for goal in ("階上太郎さんの相談", "住民の相談", "相談"):
                cycle, edit = await town.cycle(), PlanEdit(values={"goal": goal})
                edits.append(await edit_sheet(town.by("lead"), cycle.id, cycle.revision, edit))
            target = Target(entry_id=applied(edits[0]).id, field="changes")
            applied(await redact(town.by("admin"), Redact(targets=[target], reason="誤記")))
            assert (await verify(town.id)).faults == []
            copy = await _copy(town, ring, tmp_path)
            return {"copy": copy, "kept": await checkpoint(town, ring), "key": await _keys(town)}

    files = saved(tmp_path, **asyncio.run(run()))
    _check(files, "copy", node=True)


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a town with three projects."""
    path = tmp_path_factory.mktemp("hamlet") / "template.sqlite3"
    build(sqlite_url(path), PROJECTS)
    return path


async def _remove_something(town: Town, chance: random.Random) -> None:
    """Redact the reason of some entry."""
    events = [e for e in await Event.of(town.id) if '"reason":{"sealed"' in e.body]
    if events:
        target = Target(entry_id=chance.choice(events).id, field="reason")
        _ = await redact(town.by("admin"), Redact(targets=[target], reason="誤記"))


async def _live(url: str, steps: list[Step], folder: Path, monkeypatch: Any) -> dict[str, Path]:  # noqa: ANN401 - pytest's
    """Let a town live, in two processes one after the other, its clock set as it likes."""
    ring, chance, half = Ring(), random.Random(len(steps)), len(steps) // 2  # noqa: S311 - no secret
    async with connected(url, upgrade=False):
        acts = QuickActs(await Town.load(), Counter())
        monkeypatch.setattr(ledger, "now", acts.now)
        await introduce(acts.town, ring)
        await acts.run(steps[:half])
        kept = await checkpoint(acts.town, ring)
    async with connected(url, upgrade=False):
        await acts.run(steps[half:])
        await introduce(acts.town, ring)
        await _remove_something(acts.town, chance)
        copy = await _copy(acts.town, ring, folder, None)
        assert (await verify(acts.town.id)).faults == []
        return saved(folder, copy=copy, kept=kept, key=await _keys(acts.town))


def test_random_records(hamlet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody does anything at any time; the clock is set back, keys change, words are removed."""
    count = Counter[str]()

    @settings(SETTINGS, max_examples=LOGS)
    @given(st.lists(STEP, min_size=10, max_size=30))
    def live(steps: list[Step]) -> None:
        folder = tmp_path / uuid4().hex
        folder.mkdir()
        shutil.copy(hamlet, folder / "town.sqlite3")
        url = sqlite_url(folder / "town.sqlite3")
        files = asyncio.run(_live(url, steps, folder, monkeypatch))
        _check(files, "copy", node=count["logs"] % 10 == 0)
        count["logs"] += 1
        count["entries"] += files["copy"].read_bytes().count(b'"type":"entry"')
        shutil.rmtree(folder)

    live()
    assert count["logs"] >= LOGS
    print(dict(count))  # noqa: T201 - figures to report
