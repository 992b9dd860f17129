"""How a setting is declared, and what several of them have in common."""

from typing import Any, Final

from pydantic import Field

THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Host names by which a machine reaches itself: nobody listens on the way."""


def setting(default: object, description: str, example: str, **limits: Any) -> Any:  # noqa: ANN401 - as Field
    """Declare a setting, with a value that could be given."""
    return Field(default, description=description, examples=[example], **limits)


def listed(value: object) -> object:
    """Return the parts of a text that has them between commas; any other value as it is."""
    if not isinstance(value, str):
        return value
    return tuple(part for part in map(str.strip, value.split(",")) if part)
