"""Founding a municipality's record: the row that everything of the town hangs on."""

import datetime as dt

from tortoise.transactions import in_transaction

from workflows.municipal_code import is_municipal_code
from workflows.records import EventHead, Municipality
from workflows.values import invalid


async def found(code: str, name: str, prefecture: str, host: str | None = None) -> Municipality:
    """Return the municipality with a code, founded with an empty record where it is new.

    Raises:
        Refuse: the code's check digit is wrong.
    """
    if not is_municipal_code(code):
        raise invalid(
            "code",
            f"全国地方公共団体コード {code} の検査数字が正しくありません。",
            f"The check digit of the municipality's code {code} is wrong.",
        )
    async with in_transaction():
        municipality, is_new = await Municipality.get_or_create(
            code=code, defaults={"name": name, "prefecture": prefecture, "host": host}
        )
        if is_new:
            head = EventHead(
                municipality_id=municipality.id,
                size=0,
                peaks=[],
                last_recorded_at=dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
            )
            await head.save(force_create=True)
    return municipality
