"""A real Chromium, and people who come in with it."""

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.server.npm import install, node
from tests.server.processes import Served

FOLDER: Final = Path(__file__).parent
LINK: Final = re.compile(r"http://\S+/link/[\w-]+")
ROLES: Final = ("admin", "office", "lead", "auditor")
"""Whose links a demo prints, in its order."""
PASSWORD: Final = "紫陽花と傘と三味線と風鈴の夏祭り"  # noqa: S105 - of people made up here
_LAUNCHER: Final = (
    'import c from "@sparticuz/chromium";'
    "console.log(JSON.stringify([await c.executablePath(), c.args]))"
)


def _chromium() -> tuple[str, list[str]]:
    """Return this machine's Chromium, or else npm's, with what it has to be started with."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found, ["--no-sandbox"]
    said = subprocess.check_output(  # noqa: S603 - our own command
        [*node(), "--input-type=module", "--eval", _LAUNCHER], cwd=FOLDER, text=True
    )
    path, arguments = json.loads(said)
    return path, [a for a in arguments if a != "--single-process"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser that asks nobody but this machine."""
    install(FOLDER)
    path, arguments = _chromium()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*arguments, *quiet])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser: a page that may ask this server only, and may not complain."""

    page: Page
    context: BrowserContext
    url: str
    wrong: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def watch(self) -> None:
        """Remember every complaint, and every request that goes elsewhere."""
        page = self.page
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("console", lambda said: self.wrong.append(said.text) if _is_bad(said) else None)
        page.on("request", lambda asked: self._check(asked.url))
        page.on("response", self._remember)

    def _remember(self, came: Response) -> None:
        self.answers.append(came)

    def _check(self, url: str) -> None:
        if not url.startswith((self.url, "data:")):
            self.wrong.append(f"asked elsewhere: {url}")

    def open(self, path: str) -> Page:
        """Open an address, and wait until the screen shows."""
        self.page.goto(self.url + path.removeprefix("/"))
        self.page.locator("main h1").wait_for()
        return self.page

    def violations(self) -> list[str]:
        """Return what axe-core finds on the page as it stands."""
        source = (FOLDER / "node_modules/axe-core/axe.min.js").read_text("utf-8")
        self.page.evaluate(source)
        tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
        found: list[dict[str, Any]] = self.page.evaluate(
            "tags => axe.run({ runOnly: tags }).then(found => found.violations)", tags
        )
        return [f"{one['id']}: {[node['html'] for node in one['nodes']][:3]}" for one in found]


def _is_bad(said: Any) -> bool:  # noqa: ANN401 - Playwright's own
    # Svelte notes that a screen which has just gone was asked once more: nobody sees what it says.
    return said.type in {"error", "warning"} and not said.text.endswith("/derived_inert")


def enter(browser: Browser, server: Served) -> dict[str, Any]:
    """Let everybody of a demo follow their link and set a password; return their cookies."""
    states = {}
    for role, link in zip(ROLES, LINK.findall(server.printed), strict=True):
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.fill('input[name="password"]', PASSWORD)
        page.click('button[type="submit"]')
        page.wait_for_url("**/account")
        states[role] = context.storage_state()
        context.close()
    return states


def add_factor(browser: Browser, server: Served, state: Any) -> Any:  # noqa: ANN401 - as Playwright has it
    """Let somebody who is signed in set up a second factor; return the cookies from then on."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{server.url}account/second-factor")
    secret = page.locator('input[name="factor"]').get_attribute("value") or ""
    page.fill('input[name="code"]', pyotp.TOTP(secret).now())
    page.fill('input[name="password"]', PASSWORD)
    page.locator('main form button[type="submit"]').click()
    page.locator("ol.codes").wait_for()
    state = context.storage_state()
    context.close()
    return state


def script_size(answers: list[Response]) -> int:
    """Return how many bytes of script came, compressed."""
    return sum(len(gzip.compress(a.body(), 5)) for a in answers if a.url.endswith(".js"))
