"""The report page in a real browser: its size, how long it takes to load, and how long each filter takes.

    python -m bench.page [--rows 20000] [--axe FILE]

Drives Chromium through chromedriver, both of which must be installed. The times are what staff wait: from the
keystroke or choice to the next painted frame, the pause that typing waits for included. With `--axe`, it runs
that copy of axe-core over the page instead and prints what it finds.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from gpsync.reports.page import render_page
from gpsync.reports.report import Report
from tests.unit.reports.building import large, report

_WORK = Path(__file__).parent / ".work"
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1400,1800"
)
_TIMES = 5
#: A filter kind, its field and the values tried in turn.
_FILTERS = (
    ("first text typed", "text", ["disagree z0"]),
    ("text", "text", ["disagree", "9000123", "nothing like it", "placeholder z00"]),
    ("severity", "severity", ["critical", "low", ""]),
    ("owner", "owner", ["PCSE-PL", "OPS", ""]),
    ("kind of mismatch", "code", ["NAME_DIFFERS", "GMC_ERASED_ON_LIST", ""]),
    ("practice", "practice", ["Z0", "Z00013", ""]),
    ("age", "age", ["0-2", "31", "late", ""]),
    ("state", "state", ["unresolved", "ACKNOWLEDGED", ""]),
)
_CHANGE = """
const [name, value, done] = arguments;
const field = document.getElementById("filters").elements[name];
const said = document.getElementById("said");
field.value = value;
const start = performance.now();
new MutationObserver((_, self) => {
  self.disconnect();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
}).observe(said, { childList: true });
field.dispatchEvent(new Event("input", { bubbles: true }));
"""
_PRINT = """
const start = performance.now();
dispatchEvent(new Event("beforeprint"));
const rows = document.getElementById("rows").rows.length;
document.body.offsetHeight;
const taken = performance.now() - start;
dispatchEvent(new Event("afterprint"));
return [rows, taken];
"""
_TILES = """
const done = arguments[0], tiles = {};
(async () => {
  for (const tile of document.querySelectorAll("[data-tile]")) {
    const link = tile.querySelector("a");
    if (!link || !link.hash.includes("=")) continue;
    location.hash = link.hash;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const shown = document.getElementById("said").textContent.split(" ")[0];
    tiles[tile.dataset.tile] = [tile.querySelector("strong").textContent, shown];
  }
  done(tiles);
})();
"""
_WIDTH = """
const box = document.querySelector("#browser .scroll"), table = box.querySelector("table");
const cut = [...table.querySelectorAll("th, td")].filter((cell) => cell.scrollWidth > cell.clientWidth).length;
return [document.documentElement.scrollWidth, innerWidth, table.offsetWidth, box.clientWidth, cut];
"""
_AXE = "const done = arguments[0]; axe.run().then((found) => done(found.violations), (error) => done(String(error)));"


def main() -> None:
    options = _options()
    _WORK.mkdir(exist_ok=True)
    with _browser() as browser:
        if options.axe:
            sys.exit(_check(browser, options.axe))
        _measure(browser, options.rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--axe", type=Path, help="axe.min.js of the axe-core package")
    return parser.parse_args()


def _measure(browser: "_Browser", rows: int) -> None:
    start = time.perf_counter()
    path = _written(large(rows), "page.html")
    print(f"{rows:,} rows: {path.stat().st_size / 1e6:.1f} MB, rendered in {time.perf_counter() - start:.2f} s")
    loads = [browser.open(path) for _ in range(_TIMES)]
    print(f"{'loaded':20} median {median(loads):6.0f} ms, longest {max(loads):6.0f} ms")
    for kind, field, values in _FILTERS:
        tried = values * (1 if kind.startswith("first") else _TIMES)
        taken = [browser.run(_CHANGE, field, value, wait=True) for value in tried]
        print(f"{kind:20} median {median(taken):6.0f} ms, longest {max(taken):6.0f} ms")
        browser.run(_CHANGE, field, "", wait=True)
    printed, taken = browser.run(_PRINT)
    print(f"{'print':20} {printed:,} rows drawn in {taken:.0f} ms")
    _check_width(browser)
    tiles = browser.run(_TILES, wait=True)
    print("tiles and the rows they lead to:", ", ".join(f"{name} {a} = {b}" for name, (a, b) in tiles.items()))
    if any(a != b for a, b in tiles.values()):
        sys.exit("A tile shows another number than its filter finds.")


def _check_width(browser: "_Browser") -> None:
    """At 1280 px the table fits beside nothing: no column is out of sight, and no cell is cut off."""
    browser.resize(1280)
    page, window, table, box, cut = browser.run(_WIDTH)
    print(f"at 1280 px the table takes {table} of {box} px, cells cut off: {cut}")
    if page > window or table > box or cut:
        sys.exit("The table does not fit at 1280 px.")


def _check(browser: "_Browser", axe: Path) -> int:
    """Print what axe-core finds on an empty, a small and a filtered page; 1 if anything is serious."""
    worst = 0
    for name, value in (("empty", report()), ("small", large(30)), ("large", large(1_000))):
        browser.open(_written(value, f"{name}.html"))
        browser.run("for (const one of document.querySelectorAll('details')) one.open = true;")
        browser.run(axe.read_text(encoding="utf-8"))
        found = browser.run(_AXE, wait=True)
        print(f"{name}: {len(found)} violations")
        for one in found:
            print(f"  {one['impact']}: {one['id']}: {one['help']} ({len(one['nodes'])}, {one['nodes'][0]['target']})")
            worst = max(worst, one["impact"] in ("serious", "critical"))
    return int(worst)


def _written(value: Report, name: str) -> Path:
    path = _WORK / name
    path.write_text(render_page(value), encoding="utf-8")
    return path


class _Browser:
    """A browser behind chromedriver: opens pages, runs scripts."""

    def __init__(self, port: int) -> None:
        self._opener = build_opener(ProxyHandler({}))
        self._address = f"http://127.0.0.1:{port}"

    def begin(self, profile: str) -> None:
        options = {"args": [*_FLAGS.split(), f"--user-data-dir={profile}"]}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self._address += f"/session/{self._ask('/session', wanted)['sessionId']}"

    def open(self, path: Path) -> float:
        """Open a page; milliseconds until it had loaded and its script had run."""
        self._ask("/url", {"url": path.resolve().as_uri()})
        return float(self.run("return performance.getEntriesByType('navigation')[0].loadEventEnd"))

    def run(self, script: str, *arguments: object, wait: bool = False) -> Any:
        way = "async" if wait else "sync"
        return self._ask(f"/execute/{way}", {"script": script, "args": list(arguments)})

    def resize(self, width: int) -> None:
        """Give the window another width, in CSS pixels."""
        self._ask("/window/rect", {"width": width, "height": 1800})

    def end(self) -> None:
        self._opener.open(Request(self._address, method="DELETE")).close()

    def ready(self) -> bool:
        try:
            self._opener.open(f"{self._address}/status").close()
        except URLError:
            return False
        return True

    def _ask(self, path: str, body: object) -> Any:
        request = Request(self._address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with self._opener.open(request) as answer:
            return json.load(answer)["value"]


@contextmanager
def _browser() -> Iterator[_Browser]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    browser = _Browser(port)
    with tempfile.TemporaryDirectory() as profile:
        driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        try:
            for _ in range(50):
                if browser.ready():
                    break
                time.sleep(0.1)
            browser.begin(profile)
            yield browser
            browser.end()
        finally:
            driver.terminate()
            driver.wait()


if __name__ == "__main__":
    main()
