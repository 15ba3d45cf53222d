"""How soon the console can be used on a machine four times as slow as this one, with 500 chats open.

    .venv/bin/python Benchmarks/console.py [--chats 500] [--slower 4] [--rounds 5]

Chromium slows its processor itself (Emulation.setCPUThrottlingRate of the DevTools protocol). A time is from the beginning of the navigation until the lists stand
and a key moves through them, once with an empty cache and then as people come back; and from the press on a row until its thread stands. Nothing else should run meanwhile.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds"), str(ROOT / "Tests/Journeys")]

from crowd import Crowd  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

import village  # noqa: E402
from program import Program  # noqa: E402
from rounds import running  # noqa: E402

# When the lists stand and the page has drawn them.
STANDS = """
new Promise((stands) => {
  const look = () => {
    const list = document.querySelector("parley-list");
    if (list?.querySelector("a.row") && list.getAttribute("aria-busy") !== "true") requestAnimationFrame(() => setTimeout(() => stands(performance.now())));
    else requestAnimationFrame(look);
  };
  look();
})
"""
# A key, and the row that has it.
MOVES = """
new Promise((moved) => {
  const began = performance.now();
  const look = () => {
    if (document.querySelector("parley-list a.row:focus")) requestAnimationFrame(() => setTimeout(() => moved(performance.now() - began)));
    else requestAnimationFrame(look);
  };
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true, composed: true }));
  look();
})
"""
OPENS = """
new Promise((opened) => {
  const began = performance.now();
  const look = () => {
    const chat = document.querySelector("parley-chat");
    if (chat?.querySelector("[role=log]") && !chat.querySelector("[aria-busy=true]")) requestAnimationFrame(() => setTimeout(() => opened(performance.now() - began)));
    else requestAnimationFrame(look);
  };
  document.querySelectorAll("parley-list a.row")[5].click();
  look();
})
"""


def one(page: Page, program: Program, slower: float) -> tuple[float, float, float]:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(program.url(village.CLARA.host, "/console"), wait_until="commit")
    return page.evaluate(STANDS), page.evaluate(MOVES), page.evaluate(OPENS)


def measure(browser: Browser, program: Program, slower: float, rounds: int) -> None:
    taken: dict[str, list[tuple[float, float, float]]] = {"empty cache": [], "back again": []}
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([cookie(program)])
        for name in taken:
            fresh = context.new_page()
            taken[name].append(one(fresh, program, slower))
            fresh.close()
        context.close()
    for name, times in taken.items():
        stands, moves, opens = (statistics.median(time[place] for time in times) for place in range(3))
        worst = max(time[0] for time in times)
        print(f"| {slower:g} × slower, {name} | {stands:.0f} ms (most {worst:.0f}) | {moves:.0f} ms | {opens:.0f} ms |", flush=True)


def cookie(program: Program) -> dict[str, str]:
    from talkers import signed_in

    name, value = signed_in(program, village.CLARA).split("=", 1)
    return {"name": name, "value": value, "url": program.url(village.CLARA.host, "/")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--slower", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with running("sqlite") as program, sync_playwright() as playwright:
        crowd = Crowd(program, village.HARBOUR, [f"Guest{number:03}" for number in range(asked.chats)])
        crowd.thread.start()
        if not crowd.are_in.wait(300):
            raise RuntimeError("the crowd did not get in")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"])
        time.sleep(3)
        print("| | lists stand | a key moves | a thread stands |\n|---|---|---|---|")
        for slower in (1.0, asked.slower):
            measure(browser, program, slower, asked.rounds)
        browser.close()
        crowd.leave()


if __name__ == "__main__":
    main()
