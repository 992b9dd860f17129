"""A browser without JavaScript, and people who come in with it."""

import re
from typing import Any

import httpx
import pyotp

from tests.server.processes import Served

PASSWORD = "紫陽花と傘と三味線と風鈴の夏祭り"  # noqa: S105 - of people made up here
SHORT = "紫陽花と傘と三味線"
LINK = re.compile(r"http://\S+/link/[\w-]+")


class Browser:
    """Keeps the session's cookie over plain HTTP to this machine, as browsers do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookie = ""

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes
        """Send a request as this site's own page would."""
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": self.cookie}
        headers |= request.pop("headers", {})
        url = httpx.URL(self.url).join(path)
        answer = httpx.request(method, url, headers=headers, timeout=20, **request)
        if (cookie := answer.headers.get("set-cookie")) is not None:
            pair = cookie.partition(";")[0]
            self.cookie = "" if pair.endswith("=") else pair
        return answer

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.send("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        return self.send("POST", path, data=fields)

    def ask(self, query: str) -> dict[str, Any]:
        """Ask the API with the session."""
        data: dict[str, Any] = self.send("POST", "/graphql", json={"query": query}).json()["data"]
        return data


def links_of(server: Served) -> list[str]:
    """Return the one-time links that a server printed."""
    return LINK.findall(server.printed)


def become_first_admin(server: Served) -> tuple[Browser, str, list[str]]:
    """Follow the first admin's link; give the browser, the second factor and recovery codes."""
    browser, (link,) = Browser(server.url), links_of(server)
    factor = re.findall(r'name="factor" value="(\w+)"', browser.get(link).text)[0]
    answer = browser.post(
        link,
        name="管理 花子",
        number="A001",
        password=SHORT,
        factor=factor,
        code=pyotp.TOTP(factor).now(),
    )
    codes = re.findall(r"<li><code>([\w-]+)</code>", answer.text)
    assert len(codes) == 10
    return browser, factor, codes
