"""The log: one line an event on standard error, ours and the libraries' alike.

Nothing that people send gets in: no bodies, no query strings, no headers, no local variables of a
traceback. So libraries, which log SQL with its values and frames with their contents when they are
asked for details, are never heard below WARNING.
"""

import logging
import sys
from typing import Any, Final, Literal, TextIO

import orjson
import structlog
from structlog.typing import Processor

OURS: Final = ("server", "schema", "workflows", "seed")
"""Loggers that MEGURU_LOG_LEVEL is about."""


def configure(
    log_format: Literal["auto", "console", "json"], level: str, stream: TextIO | None = None
) -> None:
    """Configure structlog and logging once, for the whole process; `stream` is stderr if none."""
    stream = stream or sys.stderr
    as_json = log_format == "json" or (log_format == "auto" and not stream.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(as_json=as_json, colors=stream.isatty()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def _renderers(*, as_json: bool, colors: bool) -> list[Processor]:
    if as_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ]
    plain = structlog.dev.plain_traceback  # the default one shows local variables
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _dumps(event: object, **_: Any) -> str:  # noqa: ANN401 - structlog's own
    return orjson.dumps(event, default=str).decode()
