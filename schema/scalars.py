"""Scalars: what they accept, how they are written, and where that is specified."""

import datetime as dt
import re
import uuid
from typing import Final, NewType

from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition, scalar

Decimal = NewType("Decimal", str)
Yen = NewType("Yen", int)
Hash = NewType("Hash", str)

_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_UUID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_MAX_YEN: Final = 2**53


def _parse_moment(value: object) -> dt.datetime:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise GraphQLError(
            "DateTime must be RFC 3339 with an offset, for instance 2026-04-01T09:00:00+09:00"
        )
    try:
        return dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise GraphQLError(f"DateTime does not exist: {value}") from None


def _write_moment(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _parse_day(value: object) -> dt.date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError("Date must be a day that exists, written YYYY-MM-DD")


def _parse_uuid(value: object) -> uuid.UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise GraphQLError("UUID must be 32 hexadecimal digits, hyphens allowed")
    return uuid.UUID(hex=value)


def _parse_decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise GraphQLError('Decimal must be a number as text, for instance "12.5"')
    return Decimal(str(value))


def _parse_yen(value: object) -> Yen:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_YEN:
        raise GraphQLError("Yen must be a whole number")
    return Yen(value)


def _parse_hash(value: object) -> Hash:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise GraphQLError("Hash must be sha256: and 64 hexadecimal digits")
    return Hash(value)


DATE_TIME: Final = scalar(
    name="DateTime",
    description="A moment, RFC 3339 with an offset; written in UTC. Without an offset: refused.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    parse_value=_parse_moment,
    serialize=_write_moment,
)
DATE: Final = scalar(
    name="Date",
    description="A day in Japan, YYYY-MM-DD (RFC 3339 full-date).",
    specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
    parse_value=_parse_day,
    serialize=dt.date.isoformat,
)
UUID: Final = scalar(
    name="UUID",
    description="RFC 9562, for instance 0190b2a4-6a5e-7cc1-9d1b-2f6f7e1a4b3c.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
    parse_value=_parse_uuid,
    serialize=str,
)
DECIMAL: Final = scalar(
    name="Decimal",
    description="A decimal number as text, exactly as it was given: up to 15 digits before the "
    "point and 6 after. Full-width digits and thousands separators are accepted.",
    parse_value=_parse_decimal,
    serialize=str,
)
YEN: Final = scalar(
    name="Yen",
    description="An amount in yen (円): a whole number from 0, up to 15 digits.",
    parse_value=_parse_yen,
    serialize=int,
)

HASH: Final = scalar(
    name="Hash",
    description="A SHA-256 as text: `sha256:` and 64 hexadecimal digits.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc6234",
    parse_value=_parse_hash,
    serialize=str,
)

SCALARS: Final[dict[object, ScalarDefinition]] = {
    dt.datetime: DATE_TIME,
    dt.date: DATE,
    uuid.UUID: UUID,
    Decimal: DECIMAL,
    Yen: YEN,
    Hash: HASH,
}


def config() -> StrawberryConfig:
    """Return how Strawberry names and maps things here."""
    return StrawberryConfig(scalar_map=SCALARS)
