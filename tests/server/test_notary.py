"""Checkpoints that are issued by themselves: on schedule, after each close, by several processes."""

import asyncio
import datetime as dt
import json
import sqlite3
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from server.database import connected
from server.keys import KeyFolder, introduce, rotate
from server.notary import Notary
from server.settings import read_settings
from tests.server.conftest import tokens_for
from tests.server.processes import Served, served
from tests.town import Town
from tests.verifier.fraudster import Fraudster
from workflows.checkpoints import (
    KeyMissing,
    Signing,
    change_key,
    current_key,
    latest_checkpoint,
    verifier_key,
)
from workflows.founding import found
from workflows.ledger import Applied
from workflows.notes import Note, VerifierKey, is_signed_by
from workflows.records import Checkpoint, EventKind, Municipality, RecordKey
from workflows.stages import Stage

Begin = Callable[..., Awaitable[Notary]]
LONG = 3600.0


def notary_in(folder: Path, seconds: float = LONG) -> Notary:
    """Return a notary whose keys are in a folder."""
    keys = KeyFolder(folder)
    every = dt.timedelta(seconds=seconds)
    return Notary(Signing(keys), keys, lambda code: f"meguru/{code}", every)


@pytest.fixture
async def begun(town: Town, tmp_path: Path) -> AsyncIterator[Begin]:
    """Begin notaries in the town, and end them."""
    assert town.id
    notaries = []

    async def begin(seconds: float = LONG) -> Notary:
        notary = notary_in(tmp_path / "keys", seconds)
        await notary.start()
        notaries.append(notary)
        return notary

    yield begin
    await asyncio.wait_for(asyncio.gather(*(one.finish() for one in notaries)), 5)


def names(folder: Path, pattern: str = "*") -> list[str]:
    """Return the names of what is in a folder."""
    return sorted(path.name for path in folder.glob(pattern))


async def covered(town: Town, size: int) -> Checkpoint:
    """Wait until a checkpoint covers so many entries."""
    for _ in range(750):
        latest = await latest_checkpoint(town.id)
        if latest is not None and latest.size >= size:
            return latest
        await asyncio.sleep(0.02)
    raise AssertionError(f"no checkpoint of {size}")


async def test_the_first_checkpoint_comes_at_once(town: Town, begun: Begin) -> None:
    """Of a record that had none; the key's own entry is in it."""
    size = await town.size()
    await begun()
    assert await town.size() == size + 1
    assert (await town.last_event()).kind is EventKind.KEY_CHANGED
    assert (await covered(town, size + 1)).size == size + 1


async def test_each_close_is_signed(town: Town, begun: Begin) -> None:
    """Moves before it are not: they wait for the schedule."""
    await begun()
    first = await covered(town, await town.size())
    await town.bring_to(Stage.ACTION)
    await asyncio.sleep(0.2)
    assert await Checkpoint.of(town.id).count() == 1
    await town.bring_to(Stage.CLOSED)
    size = await town.size()
    signed = await covered(town, size)
    assert first.size < signed.size == size


async def test_a_record_that_grows_is_signed_on_schedule(town: Town, begun: Begin) -> None:
    """And one that does not is left alone."""
    await begun(0.1)
    first = await covered(town, await town.size())
    await asyncio.sleep(0.4)
    assert await Checkpoint.of(town.id).count() == 1
    await town.bring_to(Stage.DO)
    size = await town.size()
    assert (await covered(town, size)).size > first.size


async def test_every_town_of_the_installation_is_signed(
    town: Town, begun: Begin, tmp_path: Path
) -> None:
    """Each with a key of its own, also one that is founded while it runs."""
    await begun(0.1)
    other = Town((await found("022039", "八戸市", "青森県")).id, {}, {})
    checkpoint = await covered(other, 1)
    (key,) = await RecordKey.of(other.id)
    assert key.origin == "meguru/022039"
    assert is_signed_by(Note.parse(checkpoint.note), verifier_key(key))
    own = await current_key(town.id)
    assert own is not None
    assert own.public_key != key.public_key
    assert names(tmp_path / "keys") == ["022039.pem", "024465.pem"]


async def test_a_folder_that_cannot_be_written_stops_nothing(town: Town, tmp_path: Path) -> None:
    """It is told by the probe, and tried again."""
    blocked = tmp_path / "keys"
    blocked.write_text("in the way")
    notary = notary_in(blocked, 0.1)
    await notary.start()
    assert await notary.codes_without_key() == ["024465"]
    assert await current_key(town.id) is None
    blocked.unlink()
    assert (await covered(town, 1)).size == await town.size()
    assert await notary.codes_without_key() == []
    await asyncio.wait_for(notary.finish(), 5)


async def test_a_rewritten_record_is_not_signed_and_told(
    town: Town, begun: Begin, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, until it is what was signed again."""
    notary = await begun(0.1)
    first = await covered(town, await town.size())
    async with Fraudster(town.id) as by:
        (was,) = [event.body for event in await by.entries() if event.sequence == 7]
        await by.edit(7, lambda body: body.update(reason="別の理由"))
        await by.rehash()
    await town.bring_to(Stage.DO)
    async with asyncio.timeout(10):
        while town.id not in notary.diverged:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    assert await Checkpoint.of(town.id).count() == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "record.fault" in line]
    assert len(told) == 1
    assert "ROOT_DIFFERS" in told[0]
    async with Fraudster(town.id) as by:
        await by.edit(7, lambda body: body.update(json.loads(was)))
        await by.rehash()
    assert (await covered(town, await town.size())).size > first.size
    assert not notary.diverged


def test_a_process_that_cannot_sign_is_not_ready(own_town: str, tmp_path: Path) -> None:
    """Where the record was rewritten while it ran, it says so; what is asked for is not signed."""
    tokens = tokens_for(own_town, "auditor")
    asked = """mutation ($i: IssueCheckpointInput!) { issueCheckpoint(input: $i) {
      __typename ... on RecordDiverged { code treeSize message english: message(lang: EN) } } }"""

    async def defraud() -> None:
        async with connected(own_town, upgrade=False):
            town = await Town.load()
            async with Fraudster(town.id) as by:
                await by.edit(7, lambda body: body.update(reason="別の理由"))
                await by.rehash()
            await town.bring_to(Stage.CLOSED)

    with served(tmp_path, DATABASE_URL=own_town) as server:
        assert httpx.get(f"{server.url}readyz").status_code == 200
        asyncio.run(defraud())
        until = time.monotonic() + 20
        while not any(line.get("about") == "nothing was signed" for line in server.logged()):
            assert time.monotonic() < until
            time.sleep(0.1)
        server.line(event="record.fault", about="nothing was signed", level="error")
        ready = httpx.get(f"{server.url}readyz")
        codes = [reason["code"] for reason in ready.json()["reasons"]]
        assert (ready.status_code, codes) == (503, ["RECORD_FAULT"])
        answer = server.ask(asked, tokens["auditor"], i={"idempotencyKey": str(uuid4())}).json()
        found = answer["data"]["issueCheckpoint"]
        assert found["code"] == "RECORD_DIVERGED"
        assert found["treeSize"] > 50
        assert "監査委員に連絡" in found["message"]
        assert "call the auditors" in found["english"]


def test_of_many_who_make_a_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    """Whole, its owner's only, and nothing is left lying about."""
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda _: KeyFolder(folder).make("024465"), range(64)))
    assert len({key.public_key().public_bytes_raw() for key in made}) == 1
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    public = made[0].public_key().public_bytes_raw()
    assert KeyFolder(folder).private_key("024465", public) is not None
    assert KeyFolder(folder).private_key("024465", bytes(32)) is None
    assert KeyFolder(folder).private_key("022039", public) is None


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_no_key(tmp_path: Path, content: bytes) -> None:
    """And is not written over."""
    folder = KeyFolder(tmp_path)
    folder.path("024465").write_bytes(content)
    assert folder.private_key("024465", bytes(32)) is None
    with pytest.raises(OSError, match="holds no Ed25519 key"):
        folder.make("024465")
    assert folder.path("024465").read_bytes() == content


async def test_a_rotation_that_was_interrupted_is_finished(town: Town, tmp_path: Path) -> None:
    """After the entry, before the signature: the next one signs with both and cleans up."""
    folder, municipality = KeyFolder(tmp_path), await Municipality.get(id=town.id)
    assert await introduce(municipality, folder, "meguru/024465")
    old = await current_key(town.id)
    assert old is not None
    # As far as it came: the next key's file is there, and its entry.
    size = await town.size()
    next_key = VerifierKey.of(old.origin, folder.make("024465", upcoming=True))
    changed = await change_key(town.console(), next_key, replaces=old.key_id)
    assert isinstance(changed, Applied)
    done = await rotate(municipality, KeyFolder(tmp_path), "ignored")
    assert isinstance(done, RecordKey)
    assert verifier_key(done) == next_key
    again = await current_key(town.id)
    assert again is not None
    assert again.id == done.id
    assert await town.size() == size + 1
    note = Note.parse((await covered(town, size + 1)).note)
    assert is_signed_by(note, verifier_key(done))
    assert is_signed_by(note, verifier_key(old))
    assert names(tmp_path, "*.pem") == ["024465.pem"]
    folder.path("024465").unlink()
    assert await rotate(municipality, folder, "ignored") == KeyMissing(done.key_id)


def test_several_processes_that_start_at_once_are_one_notary(own_town: str, tmp_path: Path) -> None:
    """One key, one entry, one checkpoint of each size; all are ready."""
    folders = [tmp_path / str(n) for n in range(3)]
    for folder in folders:
        folder.mkdir()

    def enter(stack: ExitStack, folder: Path) -> Served:
        return stack.enter_context(served(folder, DATABASE_URL=own_town))

    with ExitStack() as stack, ThreadPoolExecutor(3) as threads:
        servers = list(threads.map(lambda folder: enter(stack, folder), folders))
        for server in servers:
            assert httpx.get(f"{server.url}readyz").json() == {"status": "ready", "reasons": []}
        keys = {httpx.get(f"{server.url}record/key").text for server in servers}
        assert len(keys) == 1
        assert len(keys.pop().splitlines()) == 1
        logged = [line["event"] for server in servers for line in server.logged()]
        assert not {"notary.interrupted", "record.key_missing"} & set(logged)
    with sqlite3.connect(own_town.removeprefix("sqlite://")) as database:
        count = "SELECT count(*) FROM events WHERE kind = 'KEY_CHANGED'"
        assert database.execute(count).fetchone() == (1,)
    assert names(tmp_path / "keys") == ["024465.pem"]


def test_where_the_keys_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As set; else beside the SQLite file; else in the data folder. Never in the database."""
    monkeypatch.setenv("MEGURU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert read_settings().keys_folder == tmp_path / "data" / "keys"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a%20town/town.sqlite3")
    assert read_settings().keys_folder == tmp_path / "a town" / "keys"
    monkeypatch.setenv("DATABASE_URL", "postgresql://meguru@127.0.0.1/meguru")
    assert read_settings().keys_folder == tmp_path / "data" / "keys"
    monkeypatch.setenv("MEGURU_RECORD_KEYS", str(tmp_path / "elsewhere"))
    assert read_settings().keys_folder == tmp_path / "elsewhere"
