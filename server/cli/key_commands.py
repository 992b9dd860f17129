"""`meguru key`: the keys that the record's checkpoints are signed with."""

# ruff: noqa: PLC0415 - as in the package: each command loads only what it needs

from typing import Annotated

import typer

from server.cli.staff_commands import Town

key = typer.Typer(help="記録の署名鍵 / Keys that sign the record.", no_args_is_help=True)


@key.command("show")
def show_keys(town: Town = None) -> None:
    """公開鍵の一覧。監査委員に渡すもの / List the public keys, to be given to auditors."""
    from server.cli.checkpoints import show

    show(town)


@key.command("rotate")
def rotate_key(
    *,
    lost: Annotated[
        bool,
        typer.Option("--lost", help="前の鍵がない / The earlier key is gone: it vouches for none."),
    ] = False,
    town: Town = None,
) -> None:
    """新しい鍵に替える / Replace the key; the earlier one signs once more, then is deleted."""
    from server.cli.checkpoints import rotate

    rotate(town, lost=lost)
