"""How many files of evidence somebody may be sending, or fetching, at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from server.pages.evidence_asked import Texts, refused

_PART: Final = 64 * 1024


class AtOnce:
    """Counts what is under way by whom.

    Args:
        most: files of one person.
        texts: what whoever asks for more is told.
    """

    def __init__(self, most: int, texts: Texts) -> None:
        self.most = most
        self.texts = texts
        self._now: Counter[str] = Counter()

    @contextmanager
    def one_more(self, caller: str) -> Iterator[None]:
        """Count one more while the block runs.

        Raises:
            RefusedError: 429, where there are too many.
        """
        if self._now[caller] >= self.most:
            raise refused(429, "TOO_MANY_FILES", self.texts, {"Retry-After": "5"})
        self._now[caller] += 1
        try:
            yield
        finally:
            self._now[caller] -= 1
            if not self._now[caller]:
                del self._now[caller]


class Counted(Response):
    """A file that counts until its reader has it, but for a part, or is gone.

    It is sent in parts, since the server keeps what it is given at once until it is read.
    """

    def __init__(self, content: bytes, headers: Mapping[str, str], held: ExitStack) -> None:
        super().__init__(content, headers=headers)
        self.content = content
        self.held = held

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        size = len(self.content)
        with self.held:
            await send(start)
            for at in range(0, size, _PART):
                part = self.content[at : at + _PART]
                more = {"more_body": at + _PART < size}
                await send({"type": "http.response.body", "body": part, **more})
