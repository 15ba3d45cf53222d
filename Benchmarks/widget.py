"""What the widget costs a page that carries it: requests, bytes, scripting time and the longest task, as the browser of today counts them.

    .venv/bin/python Benchmarks/widget.py [--looks 5]

The home page of a website of the demo is loaded anew in a context of its own, with the snippet and with the snippet's script refused, at full speed and with a processor that is four
times slower (CDP `Emulation.setCPUThrottlingRate`), looked at for eight seconds; then the button is pressed. A task of 50 ms and more is a long one (PerformanceObserver). What the page does without the widget
is taken away from what it does with it. Nothing else should run meanwhile.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Journeys")]

import village  # noqa: E402
from program import Program  # noqa: E402

LOOKED_AT_MILLISECONDS = 8_000
OPENED_MILLISECONDS = 4_000
OBSERVE = "window.longTasks = []; new PerformanceObserver(all => longTasks.push(...all.getEntries().map(one => one.duration))).observe({type: 'longtask', buffered: true})"


def look(browser: Browser, program: Program, rate: int, widget: bool) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/widget" in request.url or "/assets/" in request.url else None)
    if not widget:
        context.route("**/widget.js", lambda route: route.abort())
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.add_init_script(OBSERVE)
    page.goto(program.url(village.HARBOUR.host, "/"))
    page.wait_for_timeout(LOOKED_AT_MILLISECONDS)
    found = {"closed": figures(page, cdp), "requests": len(asked)}
    if widget:
        page.locator("parley-widget").locator("[aria-expanded]").first.click()
        page.wait_for_timeout(OPENED_MILLISECONDS)
        found["open"] = figures(page, cdp)
    found["asked"] = asked
    context.close()
    return found


def figures(page: Any, cdp: Any) -> tuple[float, list[float]]:
    """Milliseconds of scripting since the page began, and every long task."""
    metrics = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return metrics["ScriptDuration"] * 1000, page.evaluate("longTasks")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--looks", type=int, default=5)
    looks = parser.parse_args().looks
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = Program(Path(folder), None, village.UNHURRIED)
        program.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"])
        for rate in (1, 4):
            bare = [look(browser, program, rate, False) for _ in range(looks)]
            seen = [look(browser, program, rate, True) for _ in range(looks)]
            without = statistics.median(one["closed"][0] for one in bare)
            closed = statistics.median(one["closed"][0] for one in seen) - without
            opened = statistics.median(one["open"][0] for one in seen) - without
            print(f"processor {rate} times slower, {looks} looks:")
            print(f"  scripting of the widget: {closed:.1f} ms before a press, {opened:.1f} ms with the panel open")
            for what, all_looks, key in (("page alone", bare, "closed"), ("with the button", seen, "closed"), ("with the panel open", seen, "open")):
                tasks = [task for one in all_looks for task in one[key][1]]
                print(f"  {what}: {len(tasks)} long tasks, the longest {max(tasks, default=0):.0f} ms")
        print(f"requests before a press: {seen[-1]['requests']}")
        browser.close()
        program.stop()
    built = ROOT / "Client/built"
    for name in ("widget.js", *sorted(str(path.relative_to(built)) for path in built.glob("assets/*.js") if path.name.split("-")[0] in ("watch", "panel", "talking", "invitation"))):
        print(f"{name}: {(built / name).stat().st_size} bytes")


main()
