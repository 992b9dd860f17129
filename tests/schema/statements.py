"""Counts the SQL statements that the database is sent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

_CLIENT = logging.getLogger("tortoise.db_client")
_FORM = "%s: %s"
"""What Tortoise's clients log of every statement: its text and its values."""


class _Collector(logging.Handler):
    def __init__(self, statements: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.statements = statements

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == _FORM and isinstance(record.args, tuple):
            self.statements.append(str(record.args[0]))


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent while the block runs."""
    sent: list[str] = []
    collector, level = _Collector(sent), _CLIENT.level
    _CLIENT.addHandler(collector)
    _CLIENT.setLevel(logging.DEBUG)
    _CLIENT.propagate = False
    try:
        yield sent
    finally:
        _CLIENT.propagate = True
        _CLIENT.setLevel(level)
        _CLIENT.removeHandler(collector)
