"""A desk from which files of evidence are sent over HTTP, and what a town then has of them."""

import asyncio
import io
import socket
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from server.database import connected
from tests.server.conftest import tokens_for
from tests.server.processes import Served, served
from tests.town import Town
from workflows.records import Event, EventKind, Evidence
from workflows.replay import audit

PDF: Final = b"%PDF-1.7\n" + "本文".encode() * 1000
CSV: Final = "年度,交付率\r\n令和8年度,12.5\r\n".encode("cp932")
LIMIT: Final = 10 * 1024 * 1024
PEOPLE: Final = ("lead", "staff", "office", "other_lead", "auditor", "nobody", "admin")


def xlsx() -> bytes:
    """Return a small workbook."""
    said = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{said}"/></Types>')
    return made.getvalue()


class Desk:
    """A server with a town of its own, tokens for its people, and the folder of its evidence."""

    def __init__(self, running: Served, folder: Path, tokens: dict[str, str], cycle: str) -> None:
        self.running = running
        self.folder = folder / "evidence"
        self.tokens = tokens
        self.cycle = cycle

    def send(
        self,
        content: bytes = PDF,
        name: str = "調査.pdf",
        who: str | None = "staff",
        **given: Any,  # noqa: ANN401 - parameters, and what httpx takes
    ) -> httpx.Response:
        """Send a file for the own project's plan, or whatever differs."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        headers |= given.pop("headers", {})
        asked = {"cycle": self.cycle, "part": "PLAN", "name": name, **given}
        url = f"{self.running.url}evidence?{urlencode(asked)}"
        return httpx.post(url, content=content, headers=headers, timeout=60)

    def fetch(self, path: str, who: str | None = "staff") -> httpx.Response:
        """Fetch a file."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return httpx.get(f"{self.running.url.rstrip('/')}{path}", headers=headers, timeout=60)

    def redact(self, evidence: str) -> None:
        """Remove evidence for good, as the admin."""
        document = """mutation($input: RedactInput!) { redact(input: $input) {
          __typename ... on Redacted { evidenceCount } } }"""
        given = {"evidence": [evidence], "reason": "誤添付", "idempotencyKey": str(uuid4())}
        headers = {"Authorization": f"Bearer {self.tokens['admin']}"}
        asked = {"query": document, "variables": {"input": given}}
        answer = httpx.post(f"{self.running.url}graphql", json=asked, headers=headers, timeout=60)
        assert answer.json()["data"]["redact"] == {"__typename": "Redacted", "evidenceCount": 1}

    def read(self, path: str, who: str = "staff") -> socket.socket:
        """Ask for a file, and do not read it; return the line."""
        host, port = self.running.host.split(":")
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect((host, int(port)))
        head = f"GET {path} HTTP/1.1\r\nHost: {self.running.host}\r\n"
        line.sendall(f"{head}Authorization: Bearer {self.tokens[who]}\r\n\r\n".encode())
        return line

    def begin(self, who: str = "staff", sent: bytes = PDF, key: str | None = None) -> socket.socket:
        """Begin to send a file of which the rest never comes; return the line."""
        host, port = self.running.host.split(":")
        line = socket.create_connection((host, int(port)), 20)
        asked = urlencode({"cycle": self.cycle, "part": "PLAN", "name": "a.pdf"})
        head = f"POST /evidence?{asked} HTTP/1.1\r\nHost: {self.running.host}\r\n"
        head += f"Idempotency-Key: {key}\r\n" if key else ""
        head += f"Authorization: Bearer {self.tokens[who]}\r\nContent-Length: 1000000\r\n\r\n"
        line.sendall(head.encode() + sent)
        return line

    @property
    def kept(self) -> list[str]:
        """The names of the files that are kept, and of those that are coming."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return how a request was refused; the message is in both languages, and in each."""
    (error,) = answer.json()["errors"]
    code, (japanese, _, english) = error["extensions"]["code"], error["message"].partition(" / ")
    assert not japanese.isascii()
    assert english
    if code != "FOREIGN_ORIGIN":  # which is told before anybody looks at what is asked
        messages = error["extensions"]["messages"]
        assert error["message"] == f"{messages['ja']} / {messages['en']}"
    return answer.status_code, code


def cycle_of(url: str) -> str:
    """Return the id of the own project's cycle."""

    async def read() -> str:
        async with connected(url, upgrade=False):
            return (await (await Town.load()).cycle()).public_id

    return asyncio.run(read())


@contextmanager
def opened(url: str, folder: Path, **settings: str) -> Iterator[Desk]:
    """Serve a town from a folder, and sit down."""
    tokens, cycle = tokens_for(url, *PEOPLE), cycle_of(url)
    with served(folder, DATABASE_URL=url, **settings) as running:
        yield Desk(running, folder, tokens, cycle)


def told(url: str) -> tuple[list[Evidence], list[Event], list[Any]]:
    """Return the evidence, its entries, and what the record and the tables do not agree on."""

    async def read() -> tuple[list[Evidence], list[Event], list[Any]]:
        async with connected(url, upgrade=False):
            town = await Town.load()
            entries = Event.of(town.id).filter(kind=EventKind.EVIDENCE_ATTACHED)
            return await Evidence.of(town.id), await entries, await audit(town.id)

    return asyncio.run(read())


def wait_for(holds: Any) -> None:  # noqa: ANN401 - a condition
    """Wait until a condition holds; it has to within seconds."""
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
