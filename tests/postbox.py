"""A real mail server for the tests: it keeps what it is handed, and refuses what it is told to."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, SECRET = "meguru", "p@ss/wörd#1"
FROM = "meguru@town.example.jp"


class Postbox:
    """What a mail server was handed, and what it refuses."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port = port
        self.certificate = certificate
        self.handed: list[bytes] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []
        self.sessions: list[tuple[bool, bool]] = []
        """For each letter: whether it came encrypted, and from somebody known."""
        self.refused: dict[str, str] = {}
        """Recipients, and what is said of each."""
        self.answer = "250 OK"
        """What is said of a letter; `{text}` stands for its text."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a recipient, or not."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        """Take a letter, or not."""
        assert isinstance(envelope.content, bytes)
        if not self.answer.startswith("250"):
            (link,) = self._of(envelope.content).get_content().split("/link/")[1:]
            return self.answer.format(link=link.split()[0], to=envelope.rcpt_tos[0])
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        assert server.transport is not None
        encrypted = server.transport.get_extra_info("sslcontext") is not None
        self.sessions.append((encrypted, bool(session.authenticated)))
        self.handed.append(envelope.content)
        return self.answer

    @staticmethod
    def _of(content: bytes) -> EmailMessage:
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def letters(self) -> list[EmailMessage]:
        """What it was handed so far."""
        return [self._of(content) for content in self.handed]

    def wait_for(self, count: int) -> list[EmailMessage]:
        """Return the letters, once there are so many; fails where they do not come."""
        until = time.monotonic() + 10
        while len(self.handed) < count and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.handed) == count, [letter["Subject"] for letter in self.letters]
        return self.letters


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _authenticate(
    _server: SMTP,
    _session: Session,
    _envelope: Envelope,
    _mechanism: str,
    data: Any,  # noqa: ANN401 - aiosmtpd's
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (USER.encode(), SECRET.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def postbox(certificate: Path, *, tls: str = "starttls", auth: bool = True) -> Iterator[Postbox]:
    """Run a mail server: `tls` is starttls (which it insists on), smtps or none."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box = Postbox(free_port(), certificate)
    options: dict[str, Any] = {}
    if auth:
        options |= {"authenticator": _authenticate, "auth_required": True}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if tls == "smtps":
        options |= {"ssl_context": context}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
