"""A real identity provider in a process of its own, and a browser that signs people in there."""

import json
import re
import socket
import subprocess
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from structlog.typing import EventDict

from server.app import Application
from tests.server.npm import node

SITE = "https://dx.example"
CALLBACK = f"{SITE}/auth/oidc/callback"
COOKIE = "__Host-meguru"
SECRET = "secret-of-the-tests"  # noqa: S105 - of tests
_FORM = re.compile(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Provider:
    """npm's `oidc-provider`; it can be stopped and started anew, with other keys."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        """Its issuer."""
        return f"http://127.0.0.1:{self.port}"

    def knows(self, **people: dict[str, Any]) -> None:
        """Say what it tells of each person, by subject."""
        (self.folder / "people.json").write_text(json.dumps(people), "utf-8")

    def start(self) -> None:
        """Start it, with keys of its own."""
        log = (self.folder / "log").open("a")
        script = [str(Path(__file__).with_name("provider.mjs")), str(self.port), str(self.folder)]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*node(), *script], stdout=subprocess.PIPE, stderr=log, text=True
        )
        log.close()
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        assert told == "ready\n", told + (self.folder / "log").read_text("utf-8")

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None and self.process.stdout is not None:
            self.process.kill()
            self.process.wait(10)
            self.process.stdout.close()


class Browser:
    """Keeps cookies, follows redirects and fills in forms, at the provider and in Meguru."""

    def __init__(self, application: Application) -> None:
        inside = httpx.ASGITransport(application)
        self.client = httpx.AsyncClient(mounts={"all://dx.example": inside}, trust_env=False)

    async def __aenter__(self) -> Self:
        """Open it."""
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        """Close it."""
        await self.client.aclose()

    async def get(self, url: str) -> httpx.Response:
        """Ask for one page, and go nowhere else."""
        return await self.client.get(urljoin(SITE, url))

    async def leave_for_provider(self) -> str:
        """Press the button; return where it leads."""
        response = await self.get("/auth/oidc")
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def agree(self, address: str, subject: str) -> str:
        """Sign in at the provider and agree; return the address that it sends the browser back to."""
        response = await self.get(address)
        while not response.headers.get("location", "").startswith(CALLBACK):
            if response.is_redirect:
                response = await self.get(urljoin(str(response.url), response.headers["location"]))
                continue
            response = await self._submit(response, subject)
        return response.headers["location"]

    async def _submit(self, response: httpx.Response, subject: str) -> httpx.Response:
        form = _FORM.search(response.text)
        assert form, f"{response.status_code} {response.url}\n{response.text}"
        typed = {unescape(n): unescape(v) for n, v in _HIDDEN.findall(form[2])}
        if "login" in form[2]:
            typed |= {"login": subject, "password": "any"}
        return await self.client.post(urljoin(str(response.url), unescape(form[1])), data=typed)

    async def way_back(self, subject: str) -> str:
        """Sign in at the provider; return the address that would complete it."""
        return await self.agree(await self.leave_for_provider(), subject)

    async def sign_in(self, subject: str) -> httpx.Response:
        """Sign in all the way; return the answer of Meguru."""
        return await self.get(await self.way_back(subject))

    async def viewer(self) -> str | None:
        """Return the staff number of who is signed in."""
        query = {"query": "{ viewer { person { staffNumber } } }"}
        answer = await self.client.get(f"{SITE}/graphql", params=query)
        viewer = answer.json()["data"]["viewer"]
        return viewer and str(viewer["person"]["staffNumber"])


def parameters(url: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def is_failure(answer: httpx.Response, status: int = 403, code: str = "SIGN_IN_FAILED") -> bool:
    """Tell whether it is the typed page, and no session begins."""
    assert (answer.status_code, code in answer.text) == (status, True), answer.text
    assert "Traceback" not in answer.text
    return COOKIE not in answer.cookies


def reasons(logs: list[EventDict]) -> list[str]:
    """Return why sign-ins failed, by the log."""
    return [line["reason"] for line in logs if line["event"].startswith("oidc.")]
