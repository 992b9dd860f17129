"""The first view in a real Chromium, on a processor four times as slow: `python -m bench.page`.

Each page is opened anew, with nothing kept, in turns with an empty page of the same server; what is
told is the median. `--write` puts the table into docs/performance.md.
"""

import argparse
import datetime as dt
import re
import statistics
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, CDPSession

from tests.server.processes import served
from tests.web.browsing import chromium, enter

SLOWER: Final = 4
ROUNDS: Final = 5
PAGES: Final = (
    ("/plan", None, "main tbody tr"),
    ("/work", "lead", "main li, main tbody tr"),
    ("/board", None, "main .card"),
)
"""Address, who opens it, and what has to be there beside the main heading."""
EMPTY: Final = "/healthz"
_QUIET_MS: Final = 600
_DOCUMENT: Final = Path(__file__).parents[1] / "docs/performance.md"
_TABLE: Final = re.compile(r"(?<=<!-- bench.page -->\n).*?(?=<!-- end -->)", re.DOTALL)
_WATCH: Final = """(() => {
  window.seen = { longest: 0, last: 0, there: 0 };
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      seen.last = Math.max(seen.last, one.startTime + one.duration);
      seen.longest = Math.max(seen.longest, one.duration);
    }
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (document.querySelector("main h1") && document.querySelector("%s")) seen.there = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})()"""
_TOLD: Final = """async (quiet) => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  while (!seen.there || performance.now() - Math.max(seen.there, seen.last) < quiet) await wait(50);
  return { ...seen, paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime };
}"""


@dataclass
class View:
    """What one opening of a page took."""

    paint_ms: float = 0
    interactive_ms: float = 0
    longest_ms: float = 0
    heap_bytes: float = 0
    requests: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    """Bytes as they came, compressed, with their headers, by the kind of resource."""


def opened(browser: Browser, url: str, state: Any, awaited: str) -> View:  # noqa: ANN401 - as Playwright keeps it
    """Open a page with an empty cache, and tell what it took."""
    context = browser.new_context(storage_state=state, locale="ja-JP")
    page = context.new_page()
    session = context.new_cdp_session(page)
    view = View()
    _count(session, view)
    session.send("Performance.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if awaited:
        page.add_init_script(_WATCH % awaited)
    page.goto(url)
    if awaited:
        told = page.evaluate(_TOLD, _QUIET_MS)
        view.paint_ms, view.longest_ms = told["paint"], told["longest"]
        view.interactive_ms = max(told["there"], told["last"])
    else:
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        while not (found := page.evaluate(paint)):
            page.wait_for_timeout(20)
        view.paint_ms = view.interactive_ms = found
    metrics = session.send("Performance.getMetrics")["metrics"]
    view.heap_bytes = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")
    context.close()
    return view


def _count(session: CDPSession, view: View) -> None:
    kinds: dict[str, str] = {}

    def came(told: dict[str, Any]) -> None:
        kinds[told["requestId"]] = told["type"]
        view.requests += 1

    def ended(told: dict[str, Any]) -> None:
        kind = kinds.get(told["requestId"], "Other")
        view.sent[kind] = view.sent.get(kind, 0) + int(told["encodedDataLength"])

    session.on("Network.responseReceived", came)
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")


def _row(address: str, who: str | None, views: list[View], empty: float) -> str:
    def middle(of: Iterable[float]) -> float:
        return statistics.median(of)

    one = views[-1]
    ready = middle(v.interactive_ms for v in views)
    cells = (
        f"`{address}` ({who or 'anybody'})",
        f"{one.sent.get('Script', 0) / 1000:.0f}",
        f"{one.sent.get('Stylesheet', 0) / 1000:.0f}",
        f"{sum(one.sent.values()) / 1000:.0f}",
        f"{one.requests}",
        f"{middle(v.paint_ms for v in views):.0f}",
        f"{ready:.0f}",
        f"{middle(v.longest_ms for v in views):.0f}",
        f"{ready / empty:.1f}",
        f"{middle(v.heap_bytes for v in views) / 1e6:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def measured(rounds: int) -> str:
    """Return the table."""
    views: dict[str, list[View]] = {address: [] for address, _, _ in PAGES}
    empty = []
    unhindered = {"MEGURU_STREAMS_PERSON": "100", "MEGURU_RATE_ADDRESS": "100000"}
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        served(Path(folder), "--demo", **unhindered) as server,
    ):
        states = enter(browser, server)
        for _ in range(rounds):
            for address, who, awaited in PAGES:
                url, state = server.url + address[1:], states[who] if who else None
                views[address].append(opened(browser, url, state, awaited))
                empty.append(opened(browser, server.url + EMPTY[1:], None, "").paint_ms)
    middle = statistics.median(empty)
    head = (
        "| page | script kB | style kB | all kB | requests | first paint ms | interactive ms "
        "| longest task ms | ratio to an empty page | heap MB |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    rows = "\n".join(_row(address, who, views[address], middle) for address, who, _ in PAGES)
    today = f"{dt.datetime.now(dt.UTC):%-d %B %Y}"
    return f"{head}\n{rows}\n\nMedian of {rounds} on {today}; an empty page paints after {middle:.0f} ms.\n"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    given = parser.parse_args()
    table = measured(given.rounds)
    print(table)
    if given.write:
        text = _DOCUMENT.read_text("utf-8")
        _DOCUMENT.write_text(_TABLE.sub(lambda _: table, text), "utf-8")


if __name__ == "__main__":
    main()
