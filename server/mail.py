"""Handing letters to a mail server."""

import asyncio
import re
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import structlog
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from aiosmtplib import send as hand_over

from server.letters import message_of
from server.settings_mail import SmtpServer
from server.tries import Tried
from workflows.accounts.addresses import masked
from workflows.accounts.post import Letter
from workflows.ledger import now

log = structlog.get_logger(__name__)

PATIENCE: Final = 10.0
"""Seconds that a mail server has for a whole letter."""
AT_ONCE: Final = 2
"""Connections to it at a time, besides those that somebody waits for."""
WAITING: Final = 100
"""So much work at most is under way; more is given up, and logged."""
_LINK: Final = re.compile(r"/link/\S+")
_LONGEST_ANSWER: Final = 300


@dataclass(kw_only=True)
class Mailer:
    """Sends letters, at once or behind whoever asked. One for each process that sends."""

    server: SmtpServer
    sender: str
    seconds_waited_for: float = PATIENCE
    """A letter that somebody waits for is given up after so long."""
    tried: Tried | None = None
    """How it took the last letter."""
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _running: set[asyncio.Task[object]] = field(default_factory=set)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    async def send(self, letter: Letter, *, waited_for: bool = False) -> bool:
        """Return whether the mail server took a letter; why not is in the log."""
        if waited_for:
            return await self._sent(letter, min(PATIENCE, self.seconds_waited_for))
        async with self._turns:
            return await self._sent(letter, PATIENCE)

    async def _sent(self, letter: Letter, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hand_over(letter, seconds)
        except (SMTPException, OSError, TimeoutError) as error:
            answer = _answer(error, letter)
            self.tried = Tried(now(), f"{type(error).__name__}: {answer}")
            log.warning(
                "mail.failed",
                letter=type(letter).__name__,
                to=masked(letter.address),
                error=type(error).__name__,
                answer=answer,
            )
            return False
        self.tried = Tried(now())
        log.info("mail.sent", letter=type(letter).__name__, to=masked(letter.address))
        return True

    async def _hand_over(self, letter: Letter, seconds: float) -> None:
        server = self.server
        await hand_over(
            message_of(letter, self.sender),
            sender=self.sender,
            recipients=[letter.address],
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls == "from the start",
            start_tls=server.tls == "before anything is said",
            tls_context=None if server.tls == "none" else self._tls,
            local_hostname=self.sender.partition("@")[2],
            timeout=seconds,
        )

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do some work behind whoever asked; its failure is only logged."""
        if len(self._running) >= WAITING:
            work.close()
            log.error("mail.given_up", waiting=WAITING)
            return
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("mail.work_failed", exc_info=error)

    async def finish(self) -> None:
        """Wait for the work that was begun: part of a clean stop."""
        while self._running:
            await asyncio.wait(set(self._running))


def _answer(error: Exception, letter: Letter) -> str:
    """Return what a mail server said, without what of ours it repeats."""
    match error:
        case SMTPRecipientsRefused():
            said = " ".join(f"{one.code} {one.message}" for one in error.recipients)
        case SMTPResponseException():
            said = f"{error.code} {error.message}"
        case _:
            said = str(error)
    said = said.replace(letter.address, masked(letter.address))
    said = _LINK.sub("/link/••••", said)
    return "".join(c if c.isprintable() else " " for c in said)[:_LONGEST_ANSWER]
