"""What a storm of sign-ins does to those who chat: 200 people sign in at once while 16 conversations go on as people write.

    .venv/bin/python Benchmarks/login_storm.py [--engine sqlite|postgres] [--people 200] [--rooms 16] [--seconds 10]

Each sign-in costs a hash of Argon2id, known address or not. The people come from addresses of their own, so that no limit turns them away.
Exits with 1 when the 99th percentile of acknowledgements is more than three times that of calm.
"""

import argparse
import asyncio
import concurrent.futures
import http.client
import json
import multiprocessing
import os
import random
import re
import statistics
import sys
import time
import urllib.parse
from dataclasses import dataclass

from measure import Room, say  # noqa: I001  its folders come first

import village
from program import Program
from rounds import ENGINES, running
from talkers import widget_of

ALLOWED = 3
WRITES_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Form:
    """A sign-in page as somebody has it on the screen."""

    cookie: str
    token: str
    address: str


def opened(program: Program, count: int) -> list[Form]:
    forms = []
    connection = http.client.HTTPConnection("127.0.0.1", program.port)
    for number in range(count):
        address = f"198.51.{100 + number // 250}.{1 + number % 250}"
        connection.request("GET", "/sign-in", headers={"Host": f"{village.FRONT}:{program.port}", "X-Forwarded-For": address, "Accept": "text/html"})
        answer = connection.getresponse()
        page = answer.read().decode()
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token is not None, page[:500]
        forms.append(Form((answer.getheader("Set-Cookie") or "").split(";")[0], token[1], address))
    connection.close()
    return forms


def sign_in_all(port: int, forms: list[Form]) -> list[int]:
    async def at_once() -> list[int]:
        return await asyncio.gather(*(signs_in(port, form, number) for number, form in enumerate(forms)))

    return asyncio.run(at_once())


async def signs_in(port: int, form: Form, number: int) -> int:
    body = urllib.parse.urlencode({"form_token": form.token, "email": f"person-{number}@example.com", "password": "nine blue herons at dawn"})
    head = [
        "POST /sign-in HTTP/1.1", f"Host: {village.FRONT}:{port}", f"Origin: http://{village.FRONT}:{port}",
        f"X-Forwarded-For: {form.address}", f"Cookie: {form.cookie}", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", "Connection: close",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    status = await reader.readline()
    await reader.read()
    writer.close()
    return int(status.split()[1])


class Writer:
    """Somebody who writes ten messages a second, whatever becomes of the last one."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.sent: dict[str, float] = {}
        self.waits: list[float] = []
        self.written = 0

    async def writes(self, until: asyncio.Event) -> None:
        listening = asyncio.create_task(self.listens())
        await asyncio.sleep(random.random() * WRITES_EVERY_SECONDS)
        while not until.is_set():
            self.written += 1
            client = f"{self.room.key[:16]}-{self.written}"
            self.sent[client] = time.perf_counter()
            await self.room.socket.send(json.dumps({"do": "send", "topic": self.room.topic, "client": client, "text": "Before Friday noon?"}))
            await asyncio.sleep(WRITES_EVERY_SECONDS)
        while self.sent:
            await asyncio.sleep(0.02)
        listening.cancel()

    async def listens(self) -> None:
        async for text in self.room.socket:
            if text.startswith('{"event":"Acknowledged"'):  # type: ignore[arg-type]
                client = re.search(r'"client":"([^"]+)"', text)[1]  # type: ignore[index, type-var]
                self.waits.append(time.perf_counter() - self.sent.pop(client))
            elif text.startswith('{"event":"Ping"'):  # type: ignore[arg-type]
                await self.room.socket.send('{"do":"pong"}')

    def told(self) -> list[float]:
        waits, self.waits = self.waits, []
        return waits


async def measured(program: Program, forms: list[Form], count: int, seconds: float) -> tuple[list[float], list[float]]:
    widget, dice = widget_of(program, village.HARBOUR), random.Random(1)
    writers = []
    for _ in range(count):
        room = Room(program, widget, f"{dice.getrandbits(128):032x}")
        await room.enter()
        await room.sends_form()
        writers.append(Writer(room))
    over = asyncio.Event()
    writing = [asyncio.create_task(writer.writes(over)) for writer in writers]
    await asyncio.sleep(2)
    for writer in writers:
        writer.told()
    await asyncio.sleep(seconds)
    calm = [wait for writer in writers for wait in writer.told()]
    began = time.perf_counter()
    # In a process of their own: two hundred connections opened at once would keep the clock of the writers waiting.
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as crowd:
        answers = await asyncio.get_running_loop().run_in_executor(crowd, sign_in_all, program.port, forms)
    took = time.perf_counter() - began
    storm = [wait for writer in writers for wait in writer.told()]
    over.set()
    await asyncio.gather(*writing)
    assert set(answers) == {422}, f"nobody of them has an account here: {set(answers)}"
    say(f"{len(forms)} sign-ins at once", f"all answered after {took:.1f} s")
    return calm, storm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rooms", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    print(f"{asked.engine}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, {time.strftime('%Y-%m-%d')}\n", flush=True)
    with running(asked.engine, ["--trusted-proxies", "127.0.0.1"]) as program:
        calm, storm = asyncio.run(measured(program, opened(program, asked.people), asked.rooms, asked.seconds))
    late = {}
    for name, waits in (("calm", calm), ("storm", storm)):
        waits.sort()
        late[name] = waits[int(len(waits) * 0.99)] * 1000
        say(f"{len(waits):,} messages in {name}", f"acknowledged after {statistics.median(waits) * 1000:.1f} ms (median), {late[name]:.1f} ms (99 %)")
    if late["storm"] > ALLOWED * late["calm"]:
        sys.exit(f"{late['storm']:.1f} ms is more than {ALLOWED} times {late['calm']:.1f} ms")


if __name__ == "__main__":
    main()
