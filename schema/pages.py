"""Keyset pages: a cursor says where a page ended, so that pages neither skip nor repeat."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import strawberry

from schema.errors import ClientError

MAX_PAGE: Final = 100
Key = tuple[Any, ...]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before it.")
    start_cursor: str | None = strawberry.field(description="The first item's cursor.")
    end_cursor: str | None = strawberry.field(description="The last item's cursor.")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted: forwards after a key, or backwards before one."""

    size: int
    key: Key | None
    backwards: bool


def page(
    of: str, first: int | None, after: str | None, last: int | None, before: str | None
) -> Page:
    """Return the page that connection arguments ask for; 50 items where none are counted.

    `of` names the list and its order: a cursor of another list is refused.

    Raises:
        ClientError: BAD_PAGE or BAD_CURSOR.
    """
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise ClientError("BAD_PAGE", "first/after と last/before は併用できません。 / "
                          "Use first and after, or last and before, not both.")  # fmt: skip
    backwards = last is not None or before is not None
    size = last if backwards else first
    if size is not None and not 1 <= size <= MAX_PAGE:
        raise ClientError("BAD_PAGE", f"first と last は1から{MAX_PAGE}までです。 / "
                          f"first and last must be from 1 to {MAX_PAGE}.")  # fmt: skip
    cursor = before if backwards else after
    return Page(size or 50, decode(of, cursor) if cursor is not None else None, backwards)


def check_count(count: int) -> None:
    """Refuse more of anything than a page may have.

    Raises:
        ClientError: TOO_MANY.
    """
    if count > MAX_PAGE:
        raise ClientError("TOO_MANY", f"一度に指定できるのは{MAX_PAGE}件までです({count}件あります)。 / "
                          f"At most {MAX_PAGE} at once; there are {count}.")  # fmt: skip


def encode(of: str, key: Key) -> str:
    """Return the cursor of an item."""
    return base64.urlsafe_b64encode(orjson.dumps([of, *key])).decode().rstrip("=")


def decode(of: str, cursor: str) -> Key:
    """Return the key in a cursor of this list.

    Raises:
        ClientError: BAD_CURSOR.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        values = None
    if not isinstance(values, list) or values[:1] != [of]:
        raise bad_cursor()
    return tuple(values[1:])


def number_in(key: Key, largest: int) -> int:
    """Return the number, from 1 to the largest, that is all of a key.

    Raises:
        ClientError: BAD_CURSOR.
    """
    match key:
        case (bool(),):
            raise bad_cursor()
        case (int(number),) if 0 < number <= largest:
            return number
    raise bad_cursor()


def bad_cursor() -> ClientError:
    """Return the error of a cursor of another list, or of none."""
    return ClientError(
        "BAD_CURSOR",
        "カーソルが正しくありません。この一覧の endCursor を使ってください。 / "
        "This is no cursor of this list; use its endCursor.",
    )


def page_info(cursors: Sequence[str], wanted: Page, *, more: bool) -> PageInfo:
    """Return a page's PageInfo; `more` tells whether there is more in the page's direction."""
    started_somewhere = wanted.key is not None
    return PageInfo(
        has_next_page=started_somewhere if wanted.backwards else more,
        has_previous_page=more if wanted.backwards else started_somewhere,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def listed(
    of: str, found: Sequence[Any], wanted: Page, column: str
) -> tuple[list[Any], list[str], PageInfo]:
    """Return a page's rows, their cursors and where the page stands.

    `found` has one row more than wanted where there is more; `column` is what rows are ordered by.
    """
    rows = list(found[: wanted.size])
    cursors = [encode(of, (getattr(row, column),)) for row in rows]
    return rows, cursors, page_info(cursors, wanted, more=len(found) > wanted.size)
