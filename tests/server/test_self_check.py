"""A server that finds its record changed says so everywhere, and goes on looking."""

import asyncio
import datetime as dt
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from server.database import connected
from server.self_check import SelfCheck
from tests.server.conftest import tokens_for
from tests.server.processes import Served, run, served
from tests.town import Town
from tests.verifier.fraudster import Body, Fraudster
from tests.verifier.making import Ring, checkpoint, introduce
from workflows.records import EventHead
from workflows.verification import FaultName

QUERY = """{ integrity { verified eventsChecked checkedAt tablesMatchEvents
  firstMismatch { sequence } faults { name sequence entry { sequence } message(lang: EN) } } }"""


def _until(done: Callable[[], Any], seconds: float = 30) -> Any:  # noqa: ANN401 - whatever it waits for
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := done():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def _integrity(server: Served, token: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = server.ask(QUERY, token).json()["data"]["integrity"]
    return answer


def _signed(url: str) -> None:
    async def sign() -> None:
        async with connected(url, upgrade=False):
            town, ring = await Town.load(), Ring()
            await introduce(town, ring)
            await checkpoint(town, ring)

    asyncio.run(sign())


def _defraud(url: str, sequence: int, spoil: Callable[[Body], object], *, rehash: bool) -> None:
    async def doing() -> None:
        async with connected(url, upgrade=False), Fraudster((await Town.load()).id) as by:
            await by.edit(sequence, spoil)
            if rehash:
                await by.rehash()

    asyncio.run(doing())


def test_an_honest_record_is_verified(own_town: str, tmp_path: Path) -> None:
    """All of it, soon after the start, and everybody may know."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        found = _until(lambda: (f := _integrity(server))["verified"] is not None and f)
        assert found["verified"] is True
        assert found["tablesMatchEvents"] is True
        assert found["eventsChecked"] > 50
        assert found["faults"] == []
        assert httpx.get(f"{server.url}readyz").status_code == 200
        assert 'class="alarm"' not in httpx.get(server.url).text
    checked = run("verify", cwd=tmp_path, DATABASE_URL=own_town)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "✓ 階上町" in checked.stdout


def test_a_changed_record_is_told_everywhere(own_town: str, tmp_path: Path) -> None:
    """Readiness, the API, the page, the log; in detail only to those who keep the record."""
    tokens = tokens_for(own_town, "admin", "lead")
    _defraud(own_town, 7, lambda body: body["actor"].update(role="AUDITOR"), rehash=False)
    with served(tmp_path, DATABASE_URL=own_town) as server:
        found = _until(
            lambda: (f := _integrity(server, tokens["admin"]))["verified"] is False and f
        )
        assert found["firstMismatch"] == {"sequence": 7}
        assert "ENTRY_CHANGED" in {fault["name"] for fault in found["faults"]}
        for fault in found["faults"]:
            number = fault["sequence"]
            assert fault["entry"] == (None if number is None else {"sequence": number})
        assert "changed after it was written" in found["faults"][0]["message"] + str(found)
        for token in (None, tokens["lead"]):
            other = _integrity(server, token)
            assert other["verified"] is False
            assert (other["faults"], other["firstMismatch"]) == ([], None)
        ready = httpx.get(f"{server.url}readyz")
        assert ready.status_code == 503
        assert [one["code"] for one in ready.json()["reasons"]] == ["RECORD_FAULT"]
        page = httpx.get(server.url).text
        assert 'class="alarm"' in page
        assert "記録の検証で異状が見つかりました" in page
        server.line(event="record.fault", fault="ENTRY_CHANGED", entry=7, level="error")
    checked = run("verify", cwd=tmp_path, DATABASE_URL=own_town)
    assert checked.returncode == 1
    assert "✗ ENTRY_CHANGED: 記録7番 / entry 7" in checked.stdout


def test_a_rewritten_record_is_found_at_the_start(own_town: str, tmp_path: Path) -> None:
    """By the last checkpoint alone, before anything else is read."""
    _signed(own_town)
    _defraud(own_town, 7, lambda body: body["actor"].update(role="AUDITOR"), rehash=True)
    with served(tmp_path, DATABASE_URL=own_town) as server:
        assert httpx.get(f"{server.url}readyz").status_code == 503
        assert _integrity(server)["verified"] is False
        server.line(event="record.fault", fault="ROOT_DIFFERS")


def test_verify_takes_what_was_kept(own_town: str, tmp_path: Path) -> None:
    """A checkpoint of more entries, a key of somebody else, and files that are neither."""
    _signed(own_town)
    asked = {"cwd": tmp_path, "DATABASE_URL": own_town}
    with sqlite3.connect(own_town.removeprefix("sqlite://")) as database:
        (note,) = database.execute("SELECT note FROM checkpoints").fetchone()
    kept, other = tmp_path / "kept.txt", tmp_path / "other.txt"
    kept.write_text(note, "utf-8")
    assert run("verify", "--checkpoint", str(kept), **asked).returncode == 0
    kept.write_text(note.replace("\n", "\n9", 1), "utf-8")
    cut = run("verify", "--checkpoint", str(kept), **asked)
    assert cut.returncode == 1
    assert "RECORD_CUT" in cut.stdout
    assert run("verify", "--key", str(kept), **asked).returncode == 2
    other.write_text("nothing", "utf-8")
    assert run("verify", "--checkpoint", str(other), **asked).returncode == 2


SPOILT = "UPDATE events SET search_text = CAST(x'ff41' AS TEXT) WHERE sequence = 7"
UNNAMED = "UPDATE municipalities SET code = CAST(x'ff41' AS TEXT)"


def _spoil(url: str, statement: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite://")) as database:
        database.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"), [(SPOILT, "記録7番 / entry 7 events"), (UNNAMED, "cannot be read")]
)
def test_verify_says_what_it_cannot_read(
    sqlite_town: str, tmp_path: Path, statement: str, told: str
) -> None:
    """In a sentence, and leaves with 1."""
    _spoil(sqlite_town, statement)
    checked = run("verify", cwd=tmp_path, DATABASE_URL=sqlite_town)
    assert checked.returncode == 1
    assert told in checked.stdout + checked.stderr
    assert "Traceback" not in checked.stdout + checked.stderr


def test_what_cannot_be_read_is_told_everywhere(sqlite_town: str, tmp_path: Path) -> None:
    """One row that no driver can read does not blind the check: it is a fault as any other."""
    tokens = tokens_for(sqlite_town, "admin")
    _spoil(sqlite_town, SPOILT)
    with served(tmp_path, DATABASE_URL=sqlite_town) as server:
        found = _until(
            lambda: (f := _integrity(server, tokens["admin"]))["verified"] is False and f
        )
        ((name, sequence),) = [(one["name"], one["sequence"]) for one in found["faults"]]
        assert (name, sequence) == ("UNREADABLE", 7)
        ready = httpx.get(f"{server.url}readyz")
        assert ready.status_code == 503
        assert [one["code"] for one in ready.json()["reasons"]] == ["RECORD_FAULT"]
        server.line(event="record.fault", fault="UNREADABLE", entry=7, level="error")


BLINDING = [
    "DELETE FROM event_heads",
    "DROP TABLE record_tiles",
    "ALTER TABLE municipalities RENAME TO towns",
]


@pytest.mark.parametrize("statement", BLINDING)
async def test_it_is_not_blinded(database_url: str, statement: str) -> None:
    """What was verified before is not, once it cannot be read any more."""
    async with connected(database_url, upgrade=False):
        town, check = await Town.load(), SelfCheck(dt.timedelta(seconds=0.2), Path("/nowhere"))
        await check.start()
        await _known(check, town, verified=True)
        await EventHead._meta.db.execute_query(statement)  # noqa: SLF001 - Tortoise's documented way
        await _known(check, town, verified=False)
        assert {one.name for one in check.standings.of(town.id).faults} == {FaultName.UNREADABLE}
        assert check.standings.is_faulty
        await asyncio.wait_for(check.finish(), 5)


async def test_it_waits_for_a_database_that_is_away(postgres_town: str) -> None:
    """Nothing is wrong with the record then; once it is back, it is looked at again."""
    name = urlsplit(postgres_town).path[1:]
    server = await asyncpg.connect(urlunsplit(urlsplit(postgres_town)._replace(path="/postgres")))
    away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    async with connected(postgres_town, upgrade=False):
        town, check = await Town.load(), SelfCheck(dt.timedelta(seconds=0.2), Path("/nowhere"))
        await check.start()
        await _known(check, town, verified=True)
        await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await server.execute(away, name)
        await asyncio.sleep(2)
        before = check.standings.of(town.id)
        assert (before.verified, check.standings.is_faulty) == (True, False)
        await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        async with asyncio.timeout(30):
            while check.standings.of(town.id).checked_at == before.checked_at:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        assert check.standings.of(town.id).verified is True
        await asyncio.wait_for(check.finish(), 5)
    await server.close()


async def test_it_misses_a_checkpoint_that_it_has_seen(database_url: str) -> None:
    """While it runs, nobody takes one away unnoticed."""
    async with connected(database_url, upgrade=False):
        town, ring = await Town.load(), Ring()
        await introduce(town, ring)
        await checkpoint(town, ring)
        check = SelfCheck(dt.timedelta(seconds=0.2), Path("/nowhere"))
        await check.start()
        await _known(check, town, verified=True)
        async with Fraudster(town.id) as by:
            await by.forget_checkpoints()
        await _known(check, town, verified=False)
        (fault,) = check.standings.of(town.id).faults
        assert (fault.name, fault.sequence) == (FaultName.STATE_DIFFERS, await town.size())
        await asyncio.wait_for(check.finish(), 5)


@pytest.mark.parametrize("every", [0.2])
async def test_it_goes_on_looking_and_rests(database_url: str, every: float) -> None:
    """A table that is changed later is found the next time round; most of the time it rests."""
    async with connected(database_url, upgrade=False):
        town, check = await Town.load(), SelfCheck(dt.timedelta(seconds=every), Path("/nowhere"))
        await check.start()
        began, used = time.perf_counter(), time.process_time()
        await _known(check, town, verified=True)
        busy = (time.process_time() - used) / (time.perf_counter() - began)
        cycle = await town.cycle()
        await type(cycle).filter(id=cycle.id).update(revision=99)
        await _known(check, town, verified=False)
        (fault,) = check.standings.of(town.id).faults
        assert fault.name is FaultName.STATE_DIFFERS
        assert check.standings.is_faulty
        await type(cycle).filter(id=cycle.id).update(revision=cycle.revision)
        await _known(check, town, verified=True)
        assert not check.standings.is_faulty
        await asyncio.wait_for(check.finish(), 5)
        assert busy < 0.3  # the machine's other work counts here too


async def _known(check: SelfCheck, town: Town, *, verified: bool) -> None:
    async with asyncio.timeout(30):
        while check.standings.of(town.id).verified is not verified:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
