"""Sealed values: names and free text stand in an entry's body as salted commitments. Pure.

A value is sealed as `{"sealed": h}`, where h is the SHA-256 of its opening: 22 characters of salt
(128 random bits in base64url), then the value as JSON. Openings are kept beside the body. One that
is taken away takes the value with it, and leaves every hash of the record as it was.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

import orjson

SALT: Final = 22
"""Characters of an opening before its value."""
_PLAIN: Final = frozenset(
    {
        *("act", "action", "actual", "appointment", "attempted", "baseline", "code"),
        *("codes", "comment", "commitments", "delegation", "department", "direction"),
        "effectiveOn",
        *("endsOn", "evidence", "expected", "fields", "finding", "format", "from"),
        *("fromDepartment", "fromGroup", "grade", "group", "id", "key", "key_id", "kind"),
        *("last_source", "last_trigger", "link", "media_type", "method", "opened"),
        *("origin", "part", "path", "project", "public_key", "purpose", "resolvable_by"),
        *("role", "roles", "rollout", "session", "sha256", "source", "source_sha256"),
        *("stage", "startsOn", "status", "subject", "target", "toDepartment", "toGroup"),
        *("token", "trigger", "type", "until", "what", "workflow"),
    }
)
"""Names under which text is none that anybody wrote: ids, codes, figures. All other text is sealed."""
_PLAIN_ENDINGS: Final = ("_id", "_ids", "_on", "_at")
PEOPLE: Final = frozenset(
    {
        *("answered_by_id", "attached_by_id", "closed_by_id", "delegate", "delegate_id"),
        *("evaluated_for_id", "evaluator_id", "onBehalfOf", "person", "person_id", "principal"),
        *("principal_id", "raised_by_id", "written_by_id"),
    }
)
"""Names under which people's ids stand: sealed, so that who did what is not told by a number either."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PARTS: Final = frozenset(
    {"blockers", "figures", "indicators", "refusal", "removed", "report", "sheet"}
)
"""Names of what is sealed part by part rather than as a whole."""


class Removed(str):
    """Stands where a sealed value was removed from the record; nobody can tell what it was."""

    __slots__ = ()


REMOVED: Final = Removed("［消去］")


class Commitment(str):
    """Stands for a sealed value that cannot be sealed anew: what is known of it is this alone."""

    __slots__ = ()


def commitment(opening: str) -> str:
    """Return what an opening is known by in a body, in hexadecimal."""
    return sha256(opening.encode()).hexdigest()


class Sealer:
    """Seals the values of one entry, and keeps their openings."""

    def __init__(self) -> None:
        self.openings: list[str] = []

    def members(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return members of an object, sealed where their names ask for it."""
        return {name: self.value(name, value) for name, value in values.items()}

    def value(self, name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Return a value as a body has it."""
        if isinstance(value, Commitment):
            return {"sealed": str(value)}
        if not value or isinstance(value, bool | int) or _is_plain(name):
            return value
        if name in _PARTS and isinstance(value, dict):
            return self.members(value)
        if name in _PARTS and isinstance(value, list):
            return [self.members(item) for item in value]
        opening = token_urlsafe(16) + orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        self.openings.append(opening)
        return {"sealed": commitment(opening)}


def _is_plain(name: str) -> bool:
    return name not in PEOPLE and (name in _PLAIN or name.endswith(_PLAIN_ENDINGS))


def opened(value: Any, openings: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """Return a body, or a part of one, with its sealed values in place; REMOVED for those gone."""
    known = {commitment(opening): opening for opening in openings}
    return _opened(value, known)


def _opened(value: Any, known: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [_opened(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sealed"}:
        opening = known.get(value["sealed"])
        return REMOVED if opening is None else orjson.loads(opening[SALT:])
    return {name: _opened(item, known) for name, item in value.items()}


def commitments(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return every commitment in a body, or in a part of one, in order."""
    if isinstance(value, list):
        return [found for item in value for found in commitments(item)]
    if not isinstance(value, dict):
        return []
    if value.keys() == {"sealed"}:
        return [value["sealed"]]
    return [found for item in value.values() for found in commitments(item)]


def words(openings: Iterable[str]) -> list[str]:
    """Return the texts that openings hold, for whoever searches."""
    return [text for opening in openings for text in texts(orjson.loads(opening[SALT:]))]


def texts(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return the texts in a value, in order; names of members are none."""
    match value:
        case str():
            return [] if _UUID.fullmatch(value) else [value]
        case list():
            return [text for item in value for text in texts(item)]
        case dict():
            return [text for item in value.values() for text in texts(item)]
        case _:
            return []
