"""`meguru key`: showing and replacing signing keys, as the operator at the console."""

import asyncio

from server.cli.console import (
    OUT,
    REFUSED,
    fail,
    settings_or_exit,
    table,
    tell_diverged,
    town_of,
    with_database,
)
from server.keys import KeyFolder, is_at_hand
from server.keys import rotate as rotate_key
from workflows.checkpoints import KeyMissing, is_diverged, known_keys, verifier_key
from workflows.ledger import Refused
from workflows.records import Municipality, RecordKey


def show(town: str | None) -> None:
    """List every key of a record, and where the current one's private part is."""
    settings = settings_or_exit()
    folder = KeyFolder(settings.keys_folder)

    async def work() -> tuple[Municipality, list[RecordKey], bool]:
        municipality = await town_of(town)
        keys = await known_keys(municipality.id)
        here = bool(keys) and await asyncio.to_thread(is_at_hand, municipality, folder, keys[0])
        return municipality, keys, here

    municipality, keys, here = with_database(work, settings)
    rows = table("公開鍵 / Verifier key", "記録番号 / Sizes", "状態 / State")
    for key in keys:
        current = "現在 / current" if key.last_sequence is None else "引退 / retired"
        rows.add_row(
            str(verifier_key(key)), f"{key.first_sequence} – {key.last_sequence or ''}", current
        )
    OUT.print(rows)
    path = folder.path(municipality.code)
    if not keys:
        OUT.print("鍵は meguru serve の最初の起動で作られます / The first meguru serve makes one")
    elif here:
        OUT.print(f"秘密鍵 / Private key: {path}", markup=False)
    else:
        _tell_missing(str(path))


def rotate(town: str | None, *, lost: bool) -> None:
    """Replace a record's key."""
    settings = settings_or_exit()
    folder = KeyFolder(settings.keys_folder)

    async def work() -> RecordKey | KeyMissing | Refused:
        municipality = await town_of(town)
        origin = settings.origin_of(municipality.code)
        return await rotate_key(municipality, folder, origin, lost=lost)

    try:
        done = with_database(work, settings)
    except OSError as error:
        fail(
            f"署名鍵のフォルダー {folder.folder} に書けません",
            f"Cannot write to the folder of keys ({error.strerror or error})",
        )
    match done:
        case RecordKey():
            OUT.print(f"新しい鍵 / The new key: {verifier_key(done)}", markup=False)
            OUT.print("監査委員に渡してください / Give it to the auditors")
        case KeyMissing():
            _tell_missing(str(folder.folder))
        case _ if is_diverged(done):
            tell_diverged()
        case _:
            fail("鍵を替えられませんでした。meguru key show", "The key was not replaced", REFUSED)


def _tell_missing(path: str) -> None:
    fail(
        f"秘密鍵がありません: {path}。バックアップから戻すか、meguru key rotate --lost を",
        "The private key is missing: restore it from a backup, or run meguru key rotate --lost",
        REFUSED,
    )
