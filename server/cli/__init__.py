"""`meguru`, the command line: each command loads only what it needs, so that help comes at once."""

# ruff: noqa: PLC0415 - see above: importing everything takes 1.3 s, the command line alone 0.2 s

import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from server.cli.key_commands import key
from server.cli.staff_commands import account, people, token

app = typer.Typer(
    name="meguru",
    help="めぐる: 行動計画をPDCAで回す / Keeps a town's action plan turning through PDCA.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it shows local variables, which may be secrets
)
app.add_typer(account, name="account")
app.add_typer(token, name="token")
app.add_typer(people, name="people")
app.add_typer(key, name="key")


class Format(StrEnum):
    """How a copy of the record is written."""

    JSONL = "jsonl"
    CSV = "csv"
    CP932 = "csv-cp932"


class Language(StrEnum):
    """A language that texts come in."""

    JA = "ja"
    EN = "en"


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    *,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="見本データで / With sample data, in a folder of its own."),
    ] = False,
    host: Annotated[str | None, typer.Option(help="MEGURU_HOST")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="MEGURU_PORT")] = None,
) -> None:
    """サーバーを動かす。空なら計画を先に取り込む / Serve; an empty database gets the plan first."""
    gc.disable()  # until it serves: what is loaded now stays, and looking through it takes 0.2 s
    from server.cli.serving import run

    run(demo=demo, host=host, port=port)


@app.command()
def seed(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="計画の文書 / The plan's text, UTF-8."),
    ] = None,
    *,
    town_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="団体の設定 / The town's settings, TOML."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="何も書かずに示す / Tell, and write nothing.")
    ] = False,
    mends: Annotated[
        bool, typer.Option("--mends", help="補正の一覧 / List what was mended in the text.")
    ] = False,
) -> None:
    """計画を取り込む。何度行っても同じ / Load a plan's text; doing it again changes nothing."""
    from server.cli.seeding import run

    run(file, town_file, dry_run=dry_run, list_mends=mends)


@app.command()
def demo() -> None:
    """見本データを作る / Fill a folder of its own with sample data."""
    from server.cli.demo import run

    run()


@app.command("export")
def export_record(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="作るファイル / The file to make.")],
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="形式 / How: only jsonl can be verified.")
    ] = Format.JSONL,
    project: Annotated[str | None, typer.Option(help="取組番号 / A project's code.")] = None,
    department: Annotated[str | None, typer.Option(help="課 / What it owned then.")] = None,
    fiscal_year: Annotated[int | None, typer.Option(help="年度 / As 2026.")] = None,
    disclosure: Annotated[
        bool, typer.Option("--disclosure", help="情報公開用 / Published words alone.")
    ] = False,
    town: Annotated[str | None, typer.Option(help="団体コード / A municipality's code.")] = None,
) -> None:
    """記録の写しを取る。取ったことも記録される / Take a copy of the record; that is an entry too."""
    from server.cli.exporting import Wanted, run
    from workflows.exports import CopyFormat

    run(
        Wanted(
            file=file,
            format=CopyFormat[format_.name if format_ is not Format.CP932 else "CSV_CP932"],
            project=project,
            department=department,
            fiscal_year=fiscal_year,
            disclosure=disclosure,
            town=town,
        )
    )


@app.command()
def verify(
    *,
    key: Annotated[
        list[Path] | None, typer.Option(help="検証用の公開鍵 / A file of verifier keys.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="預かった チェックポイント / A checkpoint you kept.")
    ] = None,
    town: Annotated[str | None, typer.Option(help="団体コード / A municipality's code.")] = None,
) -> None:
    """記録の全体を検証する / Verify the whole record, and what was kept of it."""
    from server.cli.verifying import run

    run(town, key or [], checkpoint or [])


@app.command()
def schema() -> None:
    """GraphQLのスキーマ / Print the GraphQL schema (SDL)."""
    from schema.api import SCHEMA

    typer.echo(SCHEMA.as_str())


@app.command()
def diagram(lang: Language = Language.JA) -> None:
    """状態遷移図 / Print the workflow's diagram as Mermaid text."""
    from workflows.machine import mermaid

    typer.echo(mermaid(japanese=lang is Language.JA), nl=False)


@app.command()
def matrix() -> None:
    """閲覧と操作の権限の一覧 / Print who may see and do what, as Markdown."""
    from server.cli.matrix import run

    run()


@app.command()
def settings() -> None:
    """設定の一覧 / List every setting with its present value."""
    from server.cli.settings import run

    run()


@app.command()
def doctor() -> None:
    """点検する / Check the installation, and say what to do."""
    from server.cli.doctor import run

    run()
