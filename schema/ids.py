"""Ids that leave the server: a prefix that tells the type, and a UUID. Opaque to clients."""

import re
from typing import Final
from uuid import UUID

from workflows.records import Row

_CODE_LENGTH: Final = 20
_ID: Final = re.compile(r"([a-z]{3})_([0-9a-f]{32})")


def parse(public: str) -> tuple[str, UUID] | None:
    """Return an id's prefix and UUID; None where it has not that form."""
    match = _ID.fullmatch(public)
    return (match[1], UUID(hex=match[2])) if match else None


def is_code(value: str) -> bool:
    """Return whether a text could be a project's code; a database would not take any other."""
    return len(value) <= _CODE_LENGTH and value.isprintable()


def uuid_of(public: str, model: type[Row]) -> UUID:
    """Return the UUID of a row's id; an id of anything else gives one that no row has."""
    parsed = parse(public)
    return parsed[1] if parsed and parsed[0] == model.prefix else UUID(int=0)


def optional_uuid_of(public: str | None, model: type[Row]) -> UUID | None:
    """Return the UUID of a row's id; None where none was given."""
    return uuid_of(public, model) if isinstance(public, str) else None
