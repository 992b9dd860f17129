"""`meguru token`, `people` and `account`: what operators do about those who work with it."""

# ruff: noqa: PLC0415 - as in the package: each command loads only what it needs

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

token = typer.Typer(help="アクセストークン / Bearer tokens for the API.", no_args_is_help=True)
people = typer.Typer(help="職員 / People and their appointments.", invoke_without_command=True)
account = typer.Typer(help="アカウント / Who can sign in.", no_args_is_help=True)

Town = Annotated[
    str | None,
    typer.Option(
        "--town",
        metavar="CODE",
        help="全国地方公共団体コード（複数あるとき） / The municipality's code, if there are several.",
    ),
]


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


@people.command("import")
def import_people(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="一覧 (CSV) / The list: UTF-8 or CP932."),
    ],
    on: Annotated[
        dt.datetime,
        typer.Option("--on", formats=["%Y-%m-%d"], help="発令日 / From when on it holds."),
    ],
    *,
    replace_all: Annotated[
        bool,
        typer.Option("--replace-all", help="一覧にない職員の任命も終える / End everybody else's."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="何も書かずに示す / Tell, and write nothing.")
    ] = False,
    town: Town = None,
) -> None:
    """人事異動の一覧を反映する / Make a list of appointments true from a day on."""
    from server.cli.reshuffling import run

    run(file, on.date(), town, replace_all=replace_all, dry_run=dry_run)


@account.command("list")
def list_accounts(town: Town = None) -> None:
    """一覧 / List everybody with their accounts."""
    from server.cli.accounts import show

    show(town)


@account.command("link")
def link_account(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    *,
    clear_second_factor: Annotated[
        bool,
        typer.Option(
            "--clear-second-factor",
            help="二要素認証とパスワードを消す / Take away second factor and password at once.",
        ),
    ] = False,
    town: Town = None,
) -> None:
    """パスワードを設定する一回限りのリンク / Make a one-time link for setting a password."""
    from server.cli.accounts import link

    link(staff_number, town, clear_second_factor=clear_second_factor)


@account.command("email")
def email_account(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    address: Annotated[
        str | None, typer.Argument(help="メールアドレス / The mail address.")
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="取り除く / Take it away.")] = False,
    town: Town = None,
) -> None:
    """メールアドレスを登録する / Set where letters about an account go."""
    from server.cli.accounts import set_email

    if (address is None) != remove:
        raise typer.BadParameter("ADDRESS か --remove / either ADDRESS or --remove")
    set_email(staff_number, address, town)


@account.command("disable")
def disable_account(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    town: Town = None,
) -> None:
    """停止する / Keep a person out: sessions end, tokens are revoked."""
    from server.cli.accounts import switch

    switch(staff_number, town, enabled=False)


@account.command("enable")
def enable_account(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    town: Town = None,
) -> None:
    """再開する / Let a person in again."""
    from server.cli.accounts import switch

    switch(staff_number, town, enabled=True)


@account.command("unbind")
def unbind_account(
    staff_number: Annotated[str, typer.Argument(help="職員番号 / The person's staff number.")],
    town: Town = None,
) -> None:
    """IDプロバイダーとの結び付きを解く / Forget who the person is to the identity provider."""
    from server.cli.accounts import unbind

    unbind(staff_number, town)
