"""`meguru people import`, as an operator meets it on 1 April."""

import os
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from server.cli import app
from tests.server.processes import environment

HEAD = "職員番号,氏名,役割,課,開始日,終了日\r\n"
MOVES = HEAD + (
    "lead,lead さん,課長,税務課,R9.4.1,\r\n"
    "staff,staff さん,担当者,町民生活課,,\r\n"
    "Ｎ１,髙橋 新,担当者,税務課,2027/4/1,令和10年3月31日\r\n"
    ",,,,,\r\n"
)


def run(town: str, *arguments: str) -> Result:
    """Run `meguru people` in this process."""
    unset = dict.fromkeys(os.environ.keys() - environment().keys())
    return CliRunner().invoke(app, ["people", *arguments], env={**unset, "DATABASE_URL": town})


def squeezed(text: str) -> str:
    """Return text with single spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_list_is_shown_then_applied(sqlite_town: str, tmp_path: Path, encoding: str) -> None:
    """A dry run writes nothing; then it is done once, and the same list finds nothing to do."""
    file = tmp_path / "list.csv"
    file.write_bytes(MOVES.encode(encoding))
    asked = ("import", str(file), "--on", "2027-04-01")
    before = run(sqlite_town).stdout
    dry = run(sqlite_town, *asked, "--dry-run")
    assert dry.exit_code == 0
    for row in (
        "lead lead さん 任命 / appoint 課長・グループリーダー 税務課 2027-04-01 –",
        "lead lead さん 終了 / end 課長・グループリーダー 町民生活課 2024-04-01 – 2027-03-31",
        "staff staff さん 継続 / keep 担当者 町民生活課 2024-04-01 –",
        "N1 髙橋 新 登録 / register",
        "N1 髙橋 新 任命 / appoint 担当者 税務課 2027-04-01 – 2028-03-31",
        "Nothing was written",
    ):
        assert row in squeezed(dry.stdout)
    assert run(sqlite_town).stdout == before
    done = run(sqlite_town, *asked)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "反映しました / Applied: 4")
    people = squeezed(run(sqlite_town).stdout)
    assert "N1 髙橋 新 担当者 税務課 2027-04-01 – 2028-03-31" in people
    again = run(sqlite_town, *asked)
    assert (again.exit_code, "Nothing is to change" in again.stdout) == (0, True)


def test_every_fault_is_told_and_nothing_is_done(sqlite_town: str, tmp_path: Path) -> None:
    """With its line and column, and exit code 2."""
    file = tmp_path / "list.csv"
    file.write_text(HEAD + "lead,lead さん,社長,税務課,,\nstaff,staff さん,担当者,無課,x,\n")
    before = run(sqlite_town).stdout
    told = run(sqlite_town, "import", str(file), "--on", "2027-04-01")
    assert told.exit_code == 2
    lines = told.stderr.splitlines()
    assert lines[0].startswith("2行目 役割(Role): 役割は")
    assert lines[1].startswith("3行目 開始日(Starts on): ")
    assert lines[-1] == "何も書き込んでいません / Nothing was written (3)"
    assert run(sqlite_town).stdout == before


def test_everybody_else_may_be_ended(sqlite_town: str, tmp_path: Path) -> None:
    """But never the last admin; what was entered ahead is taken back."""
    file = tmp_path / "list.csv"
    file.write_text(HEAD + "lead,lead さん,課長,税務課,,\n")
    asked = ("import", str(file), "--on", "2027-04-01", "--replace-all")
    refused = run(sqlite_town, *asked)
    assert refused.exit_code == 2
    assert "there would be no admin" in refused.stderr
    ahead = ("add", "先 任", "A1", "--role", "admin", "--since", "2027-04-02")
    assert run(sqlite_town, *ahead).exit_code == 0
    file.write_text(HEAD + "lead,lead さん,課長,税務課,,\nadmin,admin さん,管理者,,,\n")
    done = run(sqlite_town, *asked)
    assert done.exit_code == 0
    assert "A1 先 任 終了 / end システム管理者 2027-04-02 取消し" in squeezed(done.stdout)
    assert "auditor auditor さん 終了 / end 監査委員 2024-04-01 – 2027-03-31" in squeezed(
        done.stdout
    )


def test_a_file_that_is_no_text(sqlite_town: str, tmp_path: Path) -> None:
    """It is said what to save it as."""
    file = tmp_path / "list.xlsx"
    file.write_bytes(b"PK\x03\x04\xff\xff\x81")
    told = run(sqlite_town, "import", str(file), "--on", "2027-04-01")
    assert told.exit_code == 2
    assert "CSV UTF-8" in told.stderr
    early = run(sqlite_town, "import", __file__, "--on", "2017-04-01")
    assert (early.exit_code, "more than a year ago" in early.stderr) == (2, True)
