"""`meguru`, the command line: each command loads only what it needs, so that help comes at once."""

# ruff: noqa: PLC0415 - see above: importing everything takes 1.3 s, the command line alone 0.2 s

import datetime as dt
import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="meguru",
    help="めぐる: 行動計画をPDCAで回す / Keeps a town's action plan turning through PDCA.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it shows local variables, which may be secrets
)
token = typer.Typer(help="アクセストークン / Bearer tokens for the API.", no_args_is_help=True)
people = typer.Typer(help="職員 / People and their appointments.", invoke_without_command=True)
app.add_typer(token, name="token")
app.add_typer(people, name="people")

Town = Annotated[
    str | None,
    typer.Option(
        "--town",
        metavar="CODE",
        help="全国地方公共団体コード（複数あるとき） / The municipality's code, if there are several.",
    ),
]


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
def settings() -> None:
    """設定の一覧 / List every setting with its present value."""
    from server.cli.settings import run

    run()


@app.command()
def doctor() -> None:
    """点検する / Check the installation, and say what to do."""
    from server.cli.doctor import run

    run()


@token.command("issue")
def issue_token(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    *,
    name: Annotated[str, typer.Option(help="用途 / What it is for.")] = "meguru token issue",
    days: Annotated[int, typer.Option(help="有効日数 / For how many days.")] = 90,
    town: Town = None,
) -> None:
    """発行する。秘密は一度だけ表示 / Issue a token; its secret is shown once."""
    from server.cli.tokens import issue

    issue(staff_number, name, days, town)


@token.command("list")
def list_tokens(town: Town = None) -> None:
    """一覧 / List tokens."""
    from server.cli.tokens import show

    show(town)


@token.command("revoke")
def revoke_token(
    token_id: Annotated[str, typer.Argument(help="tok_…（meguru token list）")], town: Town = None
) -> None:
    """取り消す / Revoke a token at once."""
    from server.cli.tokens import revoke

    revoke(token_id, town)


@people.callback()
def list_people(context: typer.Context, town: Town = None) -> None:
    """一覧 / List people with their appointments."""
    from server.cli.people import show

    if context.invoked_subcommand is None:
        show(town)


@people.command("add")
def add_person(
    name: Annotated[str, typer.Argument(help="氏名 / The person's name.")],
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The staff number.")],
    *,
    role: Annotated[
        str | None, typer.Option(help="STAFF LEAD OFFICE AUDITOR ADMIN", metavar="ROLE")
    ] = None,
    department: Annotated[str | None, typer.Option(help="課 / The department's name.")] = None,
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="任命の日（省略時は今日） / From; today if none."),
    ] = None,
    town: Town = None,
) -> None:
    """登録し、任命する / Register a person, and appoint them where a role is given."""
    from server.cli.people import add

    add(name, staff_number, role, department, since.date() if since else None, town)
