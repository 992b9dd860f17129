"""The commands, each in a process of its own, as an operator meets them."""

import asyncio
import os
import re
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from seed.town import HASHIKAMI_PLAN
from server.cli import app
from server.database import connected, sqlite_url
from server.keys import KeyFolder, introduce
from tests.schema.oversight import attach
from tests.server.processes import environment, run, served
from tests.town import Town
from workflows.records import Municipality


class Here(Protocol):
    """Runs a command in this process, which is faster, in an environment of its own."""

    def __call__(self, *arguments: str, **settings: str) -> Result:
        """Return what came of it."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Run commands in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: str, **settings: str) -> Result:
        unset = dict.fromkeys(os.environ.keys() - environment().keys())
        return CliRunner().invoke(app, arguments, env={**unset, **settings})

    return run_here


def test_help_comes_at_once_and_names_every_command(tmp_path: Path) -> None:
    """Nothing heavy is loaded for it, and no data folder appears."""
    text = run("--help", cwd=tmp_path).stdout
    for command in [
        "serve",
        "seed",
        "demo",
        "schema",
        "settings",
        "diagram",
        "doctor",
        "token",
        "people",
    ]:
        assert re.search(rf"\b{command}\b", text)
    loaded = subprocess.run(
        [sys.executable, "-c", "import server.cli, sys; print(*sys.modules)"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"tortoise", "strawberry", "starlette", "uvicorn", "pydantic"} & set(loaded)
    assert list(tmp_path.iterdir()) == []


def test_the_plan_is_loaded_once(tmp_path: Path) -> None:
    """A dry run loads nothing, a second run changes nothing, and the folder is its owner's."""
    dry = run("seed", "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0
    assert "To add (46): 1_01 " in dry.stdout
    assert "Nothing was loaded" in dry.stdout
    first = run("seed", cwd=tmp_path)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "取り込みました / Loaded")
    assert "56 places mended" in first.stdout
    again = run("seed", cwd=tmp_path)
    assert (again.returncode, "変更はありません" in again.stdout) == (0, True)
    assert "Loaded already" in run("seed", "--dry-run", cwd=tmp_path).stdout
    assert (tmp_path / ".data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_of_several_that_start_at_once_one_loads_the_plan(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The others find it loaded: each migrates, founds and loads an empty database, or waits."""
    make = request.getfixturevalue("new_postgres") if kind == "postgres" else None
    url = make() if make else sqlite_url(tmp_path / "new.sqlite3")
    with ThreadPoolExecutor() as threads:
        runs = [threads.submit(run, "seed", cwd=tmp_path, DATABASE_URL=url) for _ in range(3)]
        done = [each.result() for each in runs]
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    last = sorted(each.stdout.splitlines()[-1].partition(" / ")[2] for each in done)
    assert last == ["Loaded", "Loaded already; nothing to do", "Loaded already; nothing to do"]


def test_what_was_mended_is_listed(tmp_path: Path) -> None:
    """With line, place, rule, before, after and why."""
    listed = run("seed", "--dry-run", "--mends", cwd=tmp_path).stdout
    assert "52: 1-5 分類 [editorial] 'デバйд' → 'デバイド'" in listed
    assert len(re.findall(r"^\d+: ", listed, re.MULTILINE)) == 56


def test_a_later_text_is_previewed(tmp_path: Path) -> None:
    """What would be added, changed and left."""
    assert run("seed", cwd=tmp_path).returncode == 0
    later = tmp_path / "later.txt"
    text = HASHIKAMI_PLAN.read_text("utf-8").replace("事務処理の軽減など", "事務処理を軽減し", 1)
    later.write_text(text, "utf-8")
    preview = run("seed", str(later), "--dry-run", cwd=tmp_path)
    assert "To change: 1_08 (expected_effects, source_text)" in preview.stdout


def test_a_faulty_text_is_refused_with_every_line(tmp_path: Path) -> None:
    """Exit code 2, each problem with file and line, and nothing is loaded."""
    faulty = tmp_path / "faulty.txt"
    text = HASHIKAMI_PLAN.read_text("utf-8").replace("| 1_02 |", "| 1_0x |", 1)
    faulty.write_text(text.replace("| 1_04 |", "| 1_03 |", 1), "utf-8")
    done = run("seed", str(faulty), cwd=tmp_path)
    assert done.returncode == 2
    problems = re.findall(
        rf"^{re.escape(str(faulty))}:(\d+): ([A-Z_]+):", done.stderr, re.MULTILINE
    )
    assert ("80", "MALFORMED_CODE") in problems
    assert "nothing was loaded" in done.stderr
    assert "Traceback" not in done.stderr
    assert "no plan" in run("people", cwd=tmp_path).stderr


def test_a_town_file_that_cannot_be_used_is_refused(tmp_path: Path, here: Here) -> None:
    """It is named, with what is wrong."""
    town = tmp_path / "town.toml"
    town.write_text('code = "024465"\n', "utf-8")
    done = here("seed", "--town-file", str(town))
    assert (done.exit_code, f"{town} を読めません" in done.stderr) == (2, True)
    town.write_text('code = "024466"\nfirst_fiscal_year = 2026\ngrades = []\n', "utf-8")
    text = tmp_path / "plan.txt"
    text.write_text(HASHIKAMI_PLAN.read_text("utf-8").replace("デバйд", "デバイド"), "utf-8")
    done = here("seed", str(text), "--town-file", str(town))
    assert (done.exit_code, "check digit" in done.stderr) == (2, True), done.stderr


def test_the_schema_and_the_diagram_are_printed(tmp_path: Path) -> None:
    """As clients and documents use them."""
    schema = run("schema", cwd=tmp_path).stdout
    assert schema == (Path("schema") / "schema.graphql").read_text("utf-8")
    assert "PLAN --> DO: 実行を始める" in run("diagram", cwd=tmp_path).stdout
    assert "PLAN --> DO: Start" in run("diagram", "--lang", "en", cwd=tmp_path).stdout


def test_settings_are_listed_with_secrets_masked(tmp_path: Path) -> None:
    """What the environment sets is marked."""
    url = "postgresql://meguru:hunter2@127.0.0.1/meguru"
    done = run("settings", cwd=tmp_path, DATABASE_URL=url, MEGURU_PORT="8001")
    assert "* MEGURU_PORT=8001" in done.stdout
    assert "  MEGURU_HOST=127.0.0.1" in done.stdout
    assert "* DATABASE_URL=postgresql://meguru:••••@127.0.0.1/meguru" in done.stdout
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize("command", ["settings", "serve", "seed", "doctor", "people"])
def test_a_wrong_setting_is_told_in_one_line(command: str, here: Here) -> None:
    """By every command, with exit code 2 and no traceback."""
    done = here(command, MEGURU_PORT="x")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert done.stderr.startswith("MEGURU_PORT: ")


def test_the_first_person_is_registered_at_the_console(tmp_path: Path) -> None:
    """Registered, appointed, listed, and given a token that the API knows; then it is revoked."""
    assert run("seed", cwd=tmp_path).returncode == 0
    none = run("people", cwd=tmp_path)
    assert "meguru people add" in none.stdout
    arguments = ["people", "add", "柊 正人", "A001", "--role", "office", "--department", "総務課"]
    added = run(*arguments, "--since", "2026-04-01", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    assert re.search(
        "A001 +柊 正人 +DX推進担当 総務課 2026-04-01 –", run("people", cwd=tmp_path).stdout
    )
    issued = run("token", "issue", "A001", "--name", "試験", "--days", "1", cwd=tmp_path)
    (secret,) = re.findall(r"^meguru_\S{43}$", issued.stdout, re.MULTILINE)
    listed = run("token", "list", cwd=tmp_path).stdout
    assert re.search(r"tok_[0-9a-f]{32} +A001 柊 正人 +試験 +\S+ +有効 / valid", listed)
    assert secret not in listed
    with served(tmp_path) as server:
        asked = server.ask("{ viewer { person { name } } }", secret)
        assert asked.json()["data"]["viewer"]["person"]["name"] == "柊 正人"
        (token_id,) = re.findall(r"tok_[0-9a-f]{32}", listed)
        assert run("token", "revoke", token_id, cwd=tmp_path).returncode == 0
        assert server.ask("{ plan { title } }", secret).status_code == 401
    assert "取消済み / revoked" in run("token", "list", cwd=tmp_path).stdout
    assert run("token", "revoke", token_id, cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["token", "issue", "unknown"], "Nobody has the staff number unknown"),
        (["token", "issue", "lead", "--days", "366"], "valid for 1 to 365 days"),
        (["token", "revoke", "lead"], "32 hexadecimal digits"),
        (["token", "revoke", "tok_" + "0" * 32], "There is no such token"),
        (["people", "add", "x", "x", "--role", "boss"], "There is no role boss"),
        (["people", "add", "x", "x", "--role", "lead"], "Name a --department"),
        (["people", "add", "x", "x", "--role", "lead", "--department", "無課"], "No department"),
        (["people", "add", "x", "lead"], "That staff number is registered already"),
        (["people", "--town", "011002"], "Choose one with --town"),
        (["seed", "nowhere.txt"], "does not exist"),
    ],
)
def test_input_that_cannot_be_used_is_refused(
    arguments: list[str], said: str, own_town: str, here: Here
) -> None:
    """Exit code 2, with what to do; nothing happened."""
    done = here(*arguments, DATABASE_URL=own_town)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_the_doctor_finds_a_sound_installation_sound(own_town: str, here: Here) -> None:
    """Every line is ticked."""
    done = here("doctor", DATABASE_URL=own_town)
    assert done.exit_code == 0
    *lines, more = done.stdout.splitlines()
    assert [line[0] for line in lines] == ["✓"] * 7
    assert "meguru verify" in more


def test_the_doctor_tells_of_a_key_and_of_evidence_that_are_not_there(
    own_town: str, here: Here
) -> None:
    """Each with where it should be, and what to do; one that comes with the first use is no fault."""
    folder = Path(own_town.removeprefix("sqlite:///")).parent

    async def introduce_key() -> None:
        async with connected(own_town, upgrade=False):
            town = await Municipality.get()
            assert await introduce(town, KeyFolder(folder / "keys"), "meguru/024465")
            await attach(await Town.load(), "調査.pdf")

    asyncio.run(introduce_key())
    (folder / "evidence").mkdir(exist_ok=True)
    assert here("doctor", DATABASE_URL=own_town).exit_code == 0
    (folder / "evidence").rename(folder / "elsewhere")
    (folder / "keys" / "024465.pem").rename(folder / "024465.pem")
    done = here("doctor", DATABASE_URL=own_town)
    assert (done.exit_code, done.stdout.count("✗"), done.stdout.count("→")) == (1, 2, 2)
    assert "meguru key rotate --lost" in done.stdout
    assert f"{folder / 'keys' / '024465.pem'}" in done.stdout
    assert "MEGURU_EVIDENCE_DIR" in done.stdout
    (folder / "evidence").write_text("in the way")
    assert here("doctor", DATABASE_URL=own_town).stdout.count("✗") == 2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER events_refuse_delete", "missing events_refuse_delete"),
        ("UPDATE sheets SET goal = 'forged'", "differs from the events: goal"),
        ("UPDATE event_heads SET size = 3", "says 3 events"),
        ("DELETE FROM tortoise_migrations WHERE name >= '0003'", "0003_accounts, 0004_record"),
    ],
)
def test_the_doctor_finds_what_was_done_past_the_record(
    statement: str, said: str, own_town: str, here: Here
) -> None:
    """And leaves with 1, with what to do."""
    with sqlite3.connect(own_town.removeprefix("sqlite://")) as database:
        database.execute(statement)
    done = here("doctor", DATABASE_URL=own_town)
    assert (done.exit_code, done.stdout.count("✗"), done.stdout.count("→")) == (1, 1, 1)
    assert said in done.stdout


def test_the_doctor_tells_of_a_database_that_does_not_answer(tmp_path: Path) -> None:
    """With what was tried, but not the password."""
    url = "postgresql://meguru:hunter2@127.0.0.1:9/meguru"
    done = run("doctor", cwd=tmp_path, DATABASE_URL=url)
    assert done.returncode == 1
    assert "✗ データベース / Database: postgresql://meguru:••••@127.0.0.1:9/meguru" in done.stdout
    assert "Check DATABASE_URL" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["serve", "seed", "people"])
def test_a_database_that_does_not_answer_is_told_without_a_traceback(
    command: str, tmp_path: Path
) -> None:
    """In one line that says what to check."""
    url = "postgresql://meguru:hunter2@127.0.0.1:9/meguru"
    done = run(command, cwd=tmp_path, DATABASE_URL=url, MEGURU_PORT="0")
    assert done.returncode == 1
    assert "check DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_serving_an_empty_folder_loads_the_plan_first(tmp_path: Path) -> None:
    """It says where to look and where the data is; a second start finds it there."""
    for _ in range(2):
        with served(tmp_path, MEGURU_DATA_DIR="town") as server:
            assert f"{tmp_path}/town/meguru.sqlite3" in server.printed
            assert f"{server.url}graphql" in server.printed
            answer = server.ask("{ projects(first: 1) { totalCount } }")
            assert answer.json()["data"] == {"projects": {"totalCount": 46}}
            stored = httpx.get(server.url)
            assert "見本" not in stored.text
    size = "SELECT COUNT(*) FROM plans"
    with sqlite3.connect(tmp_path / "town" / "meguru.sqlite3") as database:
        assert database.execute(size).fetchone() == (1,)


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    """In one line, with how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, cwd=tmp_path)
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / ".data" / "meguru.sqlite3").exists()


def test_it_serves_on_the_second_kind_of_addresses_too(own_town: str, tmp_path: Path) -> None:
    """IPv6, with brackets in the URL."""
    with served(tmp_path, "--host", "::1", DATABASE_URL=own_town) as server:
        assert server.url.startswith("http://[::1]:")
        assert httpx.get(f"{server.url}readyz").status_code == 200


def test_on_sqlite_the_other_database_s_driver_is_not_loaded(own_town: str, tmp_path: Path) -> None:
    """It takes time and memory that an embedded installation does not need."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        maps = Path(f"/proc/{server.process.pid}/maps").read_text("utf-8")
    assert "asyncpg" not in maps
    assert "uvloop" in maps
    assert "httptools" in maps


def test_the_sample_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """It is marked, its tokens are shown and work, and the real plan is not touched."""
    assert run("seed", cwd=tmp_path).returncode == 0
    with served(tmp_path, "--demo") as server:
        assert f"{tmp_path}/.data/demo/meguru.sqlite3" in server.printed
        assert "これは見本データです" in httpx.get(server.url).text
        tokens = re.findall(r"Bearer (meguru_\S{43})", server.printed)
        assert len(tokens) >= 3
        for token in tokens:
            assert server.ask("{ viewer { person { name } } }", token).json()["data"]["viewer"]
    with served(tmp_path) as server:
        assert "見本" not in httpx.get(server.url).text
    refused = run("demo", cwd=tmp_path, DATABASE_URL=sqlite_url(tmp_path / ".data/meguru.sqlite3"))
    assert refused.returncode == 1
    assert "real data" in refused.stderr
