"""How fast the program is on this machine: durable messages a second, memory of an idle connection, time to start.

    .venv/bin/python Benchmarks/measure.py [--engine sqlite|postgres] [--rooms 16] [--seconds 10] [--idle 1000]

The clients are Python and run on the same processors as the program, so the figures are a lower bound of what the program can do.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds")]

from websockets.asyncio.client import ClientConnection, connect  # noqa: E402

import village  # noqa: E402
from program import Program  # noqa: E402
from rounds import ENGINES, running  # noqa: E402
from talkers import widget_of  # noqa: E402

WARM_UP_SECONDS = 2
# A restart of all clients at once would only measure how fast Python opens sockets.
CONNECT_AT_ONCE = 50


class Room:
    """One conversation, in which its visitor writes and reads."""

    def __init__(self, program: Program, widget: str, key: str) -> None:
        self.port, self.widget, self.key = program.port, widget, key
        self.socket: ClientConnection
        self.topic = ""
        self.waits: list[float] = []
        # Never the same twice: a message seen before is acknowledged without being stored.
        self.written = 0

    async def enter(self) -> None:
        origin = f"http://{village.HARBOUR.host}:{self.port}"
        address = f"ws://{village.FRONT}:{self.port}/live"
        self.socket = await connect(
            address, host="127.0.0.1", port=self.port, origin=origin,  # type: ignore[arg-type]
            open_timeout=30, ping_interval=None, compression=None, proxy=None,
        )
        hello = {"do": "hello", "protocol": 1, "site": self.widget, "key": self.key, "page": {"url": f"{origin}/", "title": "Home"}, "language": "en"}
        await self.socket.send(json.dumps(hello))
        self.topic = (await self.hears("Welcome"))["topic"]
        await self.socket.send(json.dumps({"do": "subscribe", "topic": self.topic, "since": 0}))
        await self.hears("Subscribed")

    async def sends_form(self) -> None:
        form = {"name": "Ada Moreau", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": ""}
        await self.socket.send(json.dumps({"do": "form", "topic": self.topic, **form}))
        await self.hears("Done")

    async def hears(self, event: str) -> dict[str, str]:
        async for text in self.socket:
            frame: dict[str, str] = json.loads(text)
            if frame["event"] == event:
                return frame
            if frame["event"] == "Refused":
                raise RuntimeError(f"refused: {frame}")
        raise RuntimeError(f"the line ended before {event}")

    async def writes(self, in_flight: int, until: float) -> None:
        """Closed loop: a new message goes out when one is acknowledged."""
        self.waits = []
        sent: dict[str, float] = {}

        async def write() -> None:
            self.written += 1
            client = f"message-{self.written}"
            sent[client] = time.perf_counter()
            text = "Could it be ready before Friday noon? I would send the last chapter tonight."
            await self.socket.send(json.dumps({"do": "send", "topic": self.topic, "client": client, "text": text}))

        for _ in range(in_flight):
            await write()
        async for text in self.socket:
            # Most frames are the entries themselves, which need no look.
            if text.startswith('{"event":"Acknowledged"'):  # type: ignore[arg-type]
                now = time.perf_counter()
                self.waits.append(now - sent.pop(json.loads(text)["client"]))
                if now < until:
                    await write()
                elif not sent:
                    return
            elif text.startswith('{"event":"Ping"'):  # type: ignore[arg-type]
                await self.socket.send('{"do":"pong"}')
            elif text.startswith('{"event":"Refused"'):  # type: ignore[arg-type]
                raise RuntimeError(f"refused: {text!r}")

    async def answers_pings(self) -> None:
        async for text in self.socket:
            if text.startswith('{"event":"Ping"'):  # type: ignore[arg-type]
                await self.socket.send('{"do":"pong"}')


async def messages(program: Program, count: int, seconds: int) -> None:
    widget, dice = widget_of(program, village.HARBOUR), random.Random(1)
    rooms = [Room(program, widget, f"{dice.getrandbits(128):032x}") for _ in range(count)]
    for room in rooms:
        await room.enter()
        await room.sends_form()
    for in_flight in (1, 16):
        await together(rooms, in_flight, WARM_UP_SECONDS)
        spent_before, began = program_seconds(program), time.perf_counter()
        await together(rooms, in_flight, seconds)
        took = time.perf_counter() - began
        waits = sorted(wait for room in rooms for wait in room.waits)
        middle, late = statistics.median(waits) * 1000, waits[int(len(waits) * 0.99)] * 1000
        share = (program_seconds(program) - spent_before) / took
        say(f"durable messages, {count} rooms, {in_flight} in flight each",
            f"{len(waits) / took:,.0f} a second, acknowledged after {middle:.1f} ms (median), {late:.1f} ms (99 %); the program used {share:.2f} processors")
    for room in rooms:
        await room.socket.close()


async def together(rooms: list[Room], in_flight: int, seconds: float) -> None:
    until = time.perf_counter() + seconds
    await asyncio.gather(*(room.writes(in_flight, until) for room in rooms))


async def idle(program: Program, count: int) -> None:
    widget, dice = widget_of(program, village.HARBOUR), random.Random(2)
    rooms = [Room(program, widget, f"{dice.getrandbits(128):032x}") for _ in range(count)]
    # What the first connections bring into memory for all is not theirs.
    first, rest = rooms[:CONNECT_AT_ONCE], rooms[CONNECT_AT_ONCE:]
    pongs = [asyncio.create_task(room.answers_pings()) for room in await entered(first)]
    await asyncio.sleep(3)
    before = resident_bytes(program)
    for start in range(0, len(rest), CONNECT_AT_ONCE):
        pongs += [asyncio.create_task(room.answers_pings()) for room in await entered(rest[start : start + CONNECT_AT_ONCE])]
    await asyncio.sleep(3)
    after = resident_bytes(program)
    each = (after - before) / len(rest) / 1024
    say(f"memory, {len(rest):,} visitors who said hello and follow their conversation", f"{each:.1f} KiB each ({before / 2**20:.0f} MiB before, {after / 2**20:.0f} MiB after)")
    for pong in pongs:
        pong.cancel()
    await asyncio.gather(*(room.socket.close() for room in rooms))


async def entered(rooms: list[Room]) -> list[Room]:
    await asyncio.gather(*(room.enter() for room in rooms))
    return rooms


def starts(program: Program) -> None:
    """From the command to the first healthy answer, on a data folder that has been used."""
    taken = []
    for _ in range(5):
        program.kill()
        began = time.perf_counter()
        program.launch()
        program.wait_until_healthy()
        taken.append(time.perf_counter() - began)
    say("start, to a healthy answer", f"{statistics.median(taken) * 1000:.0f} ms (median of {len(taken)}, looked at every 50 ms)")


def resident_bytes(program: Program) -> int:
    assert program.process is not None
    line = next(line for line in Path(f"/proc/{program.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def program_seconds(program: Program) -> float:
    """The time of processors that the program has used."""
    assert program.process is not None
    fields = Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def say(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--rooms", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--idle", type=int, default=1000)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    load = os.getloadavg()[0]
    print(f"{asked.engine}, {os.cpu_count()} processors, {platform.machine()}, load {load:.1f} before, {time.strftime('%Y-%m-%d')}\n", flush=True)
    with running(asked.engine) as program:
        starts(program)
        asyncio.run(idle(program, asked.idle))
        asyncio.run(messages(program, asked.rooms, asked.seconds))


if __name__ == "__main__":
    main()
