"""How much the live page of visitors costs with thousands on one website, on both engines.

    .venv/bin/python Benchmarks/visitors.py [--engine sqlite] [--visitors 5000]

So many browsers tell of a page, each by a request of its own. Then somebody opens the live page, and 100 visitors a second go on to another page for ten seconds:
what is told is counted, and timed from the end of a visitor's request to the frame. The clients in Python are on the same machine. Nothing else should run meanwhile.
"""

import argparse
import asyncio
import http.client
import json
import random
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds")]

import village  # noqa: E402
from program import Program  # noqa: E402
from rounds import running  # noqa: E402
from talkers import Agent, widget_of  # noqa: E402

RATE, SECONDS = 100, 10


class Website:
    """All visitors of a website, over one connection."""

    def __init__(self, program: Program, count: int) -> None:
        self.origin = program.url(village.HARBOUR.host, "")
        self.path = f"/api/v1/widget/{widget_of(program, village.HARBOUR)}/views"
        self.host = f"{village.FRONT}:{program.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", program.port)
        self.keys = [secrets.token_hex(16) for _ in range(count)]

    def looks(self, key: str, page: str) -> None:
        body = {"key": key, "url": f"{self.origin}/{page}", "title": page, "referrer": "https://search.example/", "language": "en"}
        headers = {"Host": self.host, "Origin": self.origin, "Content-Type": "text/plain"}
        self.connection.request("POST", self.path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {text[:200]!r}")


def size(frame: Any) -> int:
    return len(json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode())


async def measure(program: Program, engine: str, count: int) -> None:
    website = Website(program, count)
    began = time.perf_counter()
    for number, key in enumerate(website.keys):
        website.looks(key, f"page-{number % 50}")
    print(f"{engine}: {count} first views in {time.perf_counter() - began:.1f} s", flush=True)
    agent = Agent(village.CLARA, program, random.Random(1))
    await agent.line.welcomed.wait()
    site = (await agent.line.ask({"do": "subscribe", "topic": agent.line.welcome["topic"]}))["sites"]
    topic = next(f"monitoring.{one['id']}" for one in site if one["name"] == village.HARBOUR.name)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        snapshot = await agent.line.ask({"do": "subscribe", "topic": topic})
        taken.append((time.perf_counter() - began) * 1000)
    rows = snapshot["rows"]
    print(f"{engine}: a snapshot of {len(rows)} rows ({snapshot['total']} in all), {size(snapshot):,} bytes, {min(taken):.0f} to {max(taken):.0f} ms", flush=True)

    told_at: dict[str, float] = {}
    waits: list[float] = []
    frames: list[int] = []

    def heard(frame: Any) -> None:
        if frame["event"] != "MonitoringChanged" or not frame["rows"]:
            return
        now = time.perf_counter()
        frames.append(size(frame))
        waits.extend(now - told_at.pop(row["page"]["title"]) for row in frame["rows"] if row["page"]["title"] in told_at)

    agent.line.on_event = heard

    def go_on() -> None:
        start = time.perf_counter()
        for number in range(RATE * SECONDS):
            time.sleep(max(0, start + number / RATE - time.perf_counter()))
            website.looks(website.keys[-1 - number % count], f"next-{number}")
            told_at[f"next-{number}"] = time.perf_counter()

    thread = threading.Thread(target=go_on)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    waits.sort()
    print(
        f"{engine}: {len(waits)} of {RATE * SECONDS} changes told in {len(frames)} frames of {max(frames):,} bytes at most, "
        f"{waits[len(waits) // 2] * 1000:.0f} ms in the middle, {waits[int(len(waits) * 0.99)] * 1000:.0f} ms at 99 %",
        flush=True,
    )
    await agent.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--visitors", type=int, default=5_000)
    asked = parser.parse_args()
    for engine in asked.engine or ["sqlite", "postgres"]:
        with running(engine) as program:
            asyncio.run(measure(program, engine, asked.visitors))


if __name__ == "__main__":
    main()
