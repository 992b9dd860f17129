"""The process that serves: its socket, its signals, and a stop that finishes what was begun."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, NoReturn

import structlog
import uvicorn
from typing_extensions import override

from server.app import GRACE, Application
from server.connections import Peers, WebSocket, http_with
from server.settings import Settings

log = structlog.get_logger(__name__)

_CLOSING: Final = 1.0
"""Seconds in which the database is closed, once nothing is waited for any more."""


class AddressError(Exception):
    """The address cannot be listened on; the message says why, and what to do."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.message_ja = f"{host}:{port} で待ち受けられません。--port か MEGURU_PORT で別のポートを指定してください"
        self.message_en = (
            f"Cannot listen on {host}:{port} ({reason}); choose another with --port or MEGURU_PORT"
        )
        super().__init__(f"{self.message_ja} / {self.message_en}")


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; connections wait in it until they are served.

    Raises:
        AddressError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise AddressError(host, port, str(error.strerror)) from error


def url_of(listener: socket.socket) -> str:
    """Return the URL that a browser on this machine reaches a listening socket by."""
    host, port, *_ = listener.getsockname()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class Server(uvicorn.Server):
    """Uvicorn, but it ends streams when it begins to stop, and says when it is ready."""

    def __init__(
        self, config: uvicorn.Config, application: Application, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.application = application
        self.tell_started = started

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.tell_started()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A driver's thread or a database that hangs may not hold the process up either.
        patience = self.application.settings.stop_seconds + GRACE + _CLOSING
        deadline = threading.Timer(patience, _give_up)
        deadline.daemon = True
        deadline.start()
        # Before the connections are told: a stream that is left to itself would hold the stop up.
        self.application.stop()
        await super().shutdown(sockets)


def _give_up() -> NoReturn:
    log.error("stop.forced")
    os._exit(1)  # what was not committed is rolled back by the database


def serve(
    settings: Settings,
    application: Application,
    listener: socket.socket,
    started: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, finish within `stop_seconds`, and raise the signal anew.

    What has not finished by then is rolled back, and the process exits with 1 if even that hangs.
    """
    peers = Peers(settings.connections_address, application.is_trusted)
    config = uvicorn.Config(
        application,
        http=http_with(settings.body_seconds, peers),
        ws=WebSocket,
        ws_max_size=settings.ws_message_limit,
        ws_per_message_deflate=False,  # no compressor for each connection: messages are short
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # server.forwarded reads them, where they may be believed
        server_header=False,
        limit_concurrency=settings.connections + 1,  # uvicorn counts the one that it refuses
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    Server(config, application, started).run(sockets=[listener])


def exit_on_signals() -> None:
    """Have SIGTERM and SIGINT end the process quietly, wherever it stands.

    Uvicorn takes the signals while it serves, and raises them anew once it has stopped.
    """

    def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(0)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, leave)
