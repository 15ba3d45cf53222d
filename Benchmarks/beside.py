"""How long messages wait while many use the program otherwise: 500 messages a second, with and without a crowd beside them, in turns.

    .venv/bin/python Benchmarks/beside.py console|visitors [--engine sqlite|postgres] [--nodes 2] [--pairs 3]

`console`: 50 people each have the console open: lists of all websites, the live page of one, a chat that changes every few seconds, pages of lists and a search now and then.
`visitors`: 2,000 visitors each look at another page every five seconds and beat once between, somebody watches the live page; and what a million views leave in the database.
With two nodes (PostgreSQL) visitors write on one and are answered on the other, and the crowd is on both. The crowd is a process of its own on the same
processors, as is the load generator. Everything that was acknowledged is looked up in the database afterwards. Nothing else should run meanwhile.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from live import Subject, build, say  # noqa: I001  its folders come first

import village
from private_postgres import PrivatePostgres, psql
from program import Program
from rounds import ENGINES
from talkers import Agent, signed_in, widget_of

PEOPLE, VISITORS = 50, 2_000
ALLOWED = 3
LOAD = "-R 100 -m open -r 500 -d 10 -w 3"
GROWTH_VIEWS = 20_000
FIRST_ACCOUNT = 10**15


@dataclass
class House:
    """The running nodes, and the database that they share."""

    engine: str
    members: list[Program]
    folder: Path
    cookies: list[str] = field(default_factory=list)

    def sql(self, *statements: str) -> str:
        if self.engine == "postgres":
            command = [psql(), str(self.members[0].database), "-Atq", *(part for statement in statements for part in ("-c", statement))]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        with contextlib.closing(sqlite3.connect(self.folder / "0/data/parley.db", timeout=10)) as database:
            rows = [database.execute(statement).fetchall() for statement in statements]
            database.commit()
        return "\n".join("|".join(map(str, row)) for row in rows[-1])

    def employ(self, count: int) -> None:
        """So many agents of all websites, signed in."""
        name = signed_in(self.members[0], village.CLARA).split("=")[0]
        now = round(time.time() * 1000)
        for number in range(count):
            token, account = secrets.token_hex(16), FIRST_ACCOUNT + number
            digest = hashlib.sha256(token.encode()).hexdigest()
            kept = f"decode('{digest}', 'hex')" if self.engine == "postgres" else f"X'{digest}'"
            self.sql(
                "INSERT INTO accounts (id, email, email_key, name, is_agent, is_manager, is_administrator, pseudonym, avatar, language, status, active, created_at) "
                f"VALUES ({account}, '{account}@load.invalid', '{account}@load.invalid', 'Agent {number}', TRUE, FALSE, FALSE, 'Agent {number}', 'fern', 'en', 'online', TRUE, 0)",
                f"INSERT INTO assignments (site_id, account_id) SELECT id, {account} FROM sites",
                "INSERT INTO sessions (token_digest, account_id, created_at, used_at, expires_at, address, browser) "
                f"VALUES ({kept}, {account}, {now}, {now}, {now + 86_400_000}, '127.0.0.1', '')",
            )
            self.cookies.append(f"{name}={token}")

    def size(self) -> int:
        if self.engine == "postgres":
            return int(self.sql("VACUUM", "CHECKPOINT", "SELECT pg_database_size(current_database())"))
        return int(self.sql("SELECT (SELECT * FROM pragma_page_count) * (SELECT * FROM pragma_page_size)"))


@contextlib.contextmanager
def house(engine: str, count: int) -> Iterator[House]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-beside-")))
        database = stack.enter_context(PrivatePostgres()).new_database() if engine == "postgres" else None
        options = [*village.UNHURRIED, *(["--bus", "postgres", "--keys", str(folder / "keys")] if count > 1 else [])]
        members = []
        for number in range(count):
            (folder / str(number)).mkdir()
            members.append(Program(folder / str(number), database, list(options)))
        if count > 1:
            for member in members:
                # One address for all, as if a proxy stood in front.
                member.options += ["--base-address", f"http://localhost:{members[0].port}"]
        try:
            for member in members:
                member.start()
            yield House(engine, members, folder)
        finally:
            for member in members:
                if member.runs:
                    member.kill()


# What the crowd does


@dataclass(frozen=True)
class Place:
    """Where the crowd finds a node."""

    port: int
    # In addresses: that of the first node.
    front: int
    origin: str
    widget: str


class Watcher:
    """Somebody whose console is open. What it is told is counted and not read, so that the crowd leaves the processors to the program."""

    def __init__(self, place: Place, cookie: str, account: int) -> None:
        self.place, self.cookie, self.account = place, cookie, account
        self.received = 0

    async def live(self, topics: list[str], chats: dict[str, None], dice: random.Random) -> None:
        reader, self.writer = await asyncio.open_connection("127.0.0.1", self.place.port)
        host = f"{village.CLARA.host}:{self.place.front}"
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        head = f"GET /live HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {self.cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.writer.write(f"{head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"no line: {answer[:200]!r}")
        self.say({"do": "hello", "protocol": 1})
        await reader.readuntil(b'"event":"Welcome"')
        for place, topic in enumerate([f"agent.{self.account}", *topics]):
            self.say({"do": "subscribe", "topic": topic, "id": f"t{place}"})
        working = asyncio.create_task(self.works(chats, dice))
        try:
            while data := await reader.read(1 << 18):
                self.received += len(data)
                last = data
            raise RuntimeError(f"a console was cut off: {last[-200:]!r}")
        finally:
            working.cancel()

    def say(self, command: dict[str, Any]) -> None:
        text = json.dumps(command).encode()
        size = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0x80 | 126]) + len(text).to_bytes(2)
        # A mask of zeros changes nothing (RFC 6455, section 5.3).
        self.writer.write(b"\x81" + size + bytes(4) + text)

    async def works(self, chats: dict[str, None], dice: random.Random) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.place.port)
        opened = ""
        turn = 0
        while True:
            await asyncio.sleep(dice.uniform(1.5, 2.5))
            self.say({"do": "pong"})
            turn += 1
            if turn % 2 and chats:
                if opened:
                    self.say({"do": "unsubscribe", "topic": f"chat.{opened}", "id": f"u{turn}"})
                opened = dice.choice(list(chats)[-100:])
                self.say({"do": "subscribe", "topic": f"chat.{opened}", "since": 0, "id": f"c{turn}"})
                self.say({"do": "view", "topic": f"chat.{opened}", "on": True})
            path = dice.choice(["/console/chats?status=active", "/console/chats?status=closed", "/console/found?words=friday", "/console/found?words=fr"])
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {village.CLARA.host}:{self.place.front}\r\nCookie: {self.cookie}\r\n\r\n".encode())
            await answered(reader)


async def answered(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    body = await reader.readexactly(length) if length else b""
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
        raise RuntimeError(f"{head[:100]!r} {body[:300]!r}")
    return body


class Crowd:
    """Lives in a process of its own."""

    def __init__(self, places: list[Place], cookies: list[str]) -> None:
        self.places, self.cookies = places, cookies
        self.chats: dict[str, None] = {}
        self.told_at: dict[str, float] = {}
        self.waits: list[float] = []
        self.views = 0

    async def leads(self, program: "Door") -> tuple[Agent, list[str]]:
        """One of them reads what it is told."""
        agent = Agent(village.CLARA, program, random.Random(1))  # type: ignore[arg-type]
        await agent.line.welcomed.wait()
        sites = (await agent.line.ask({"do": "subscribe", "topic": agent.line.welcome["topic"]}))["sites"]
        harbour = next(site["id"] for site in sites if site["name"] == village.HARBOUR.name)
        agent.line.on_event = self.heard
        topics = [f"visitors.{site['id']}" for site in sites]
        for topic in [f"visitors.{harbour}", f"monitoring.{harbour}"]:
            await agent.line.ask({"do": "subscribe", "topic": topic})
        return agent, [*topics, f"monitoring.{harbour}"]

    def heard(self, frame: dict[str, Any]) -> None:
        if frame["event"] == "ConversationChanged":
            self.chats.setdefault(frame["row"]["conversation"])
        elif frame["event"] == "MonitoringChanged":
            now = time.perf_counter()
            self.waits.extend(now - self.told_at.pop(row["page"]["title"]) for row in frame["rows"] if row["page"] and row["page"]["title"] in self.told_at)

    async def console(self) -> None:
        door = Door(self.places[0])
        _, topics = await self.leads(door)
        dice = random.Random(2)
        people = [Watcher(self.places[n % len(self.places)], cookie, FIRST_ACCOUNT + n) for n, cookie in enumerate(self.cookies)]
        await asyncio.gather(*(person.live(topics, self.chats, random.Random(dice.random())) for person in people))

    async def browse(self, place: Place, keys: list[str], number: int, seconds: float) -> None:
        """Some of the visitors over one connection: each a view every five seconds, and a beat half-way."""
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
        pause = seconds / len(keys) / 2
        due = time.perf_counter() + random.random() * pause
        views: dict[str, str] = {}
        turn = 0
        while True:
            for place_of, key in enumerate(keys):
                other = keys[(place_of + len(keys) // 2) % len(keys)]
                for body, path in [(self.view(place, key, f"{number}-{turn}"), "views"), (beat(other, views.get(other)), "beats")]:
                    due += pause
                    await asyncio.sleep(max(0, due - time.perf_counter()))
                    if body is None:
                        continue
                    text = json.dumps(body)
                    head = f"POST /api/v1/widget/{place.widget}/{path} HTTP/1.1\r\nHost: {village.FRONT}:{place.front}\r\nOrigin: {place.origin}\r\n"
                    writer.write(f"{head}Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
                    answer = await answered(reader)
                    if path == "views":
                        views[key] = json.loads(answer)["view"]
                        self.views += 1
                        self.told_at[f"{number}-{turn}"] = time.perf_counter()
                        turn += 1

    def view(self, place: Place, key: str, title: str) -> dict[str, Any]:
        return {"key": key, "url": f"{place.origin}/page-{title[-1]}", "title": title, "referrer": "https://search.example/", "language": "en"}

    async def visitors(self) -> None:
        await self.leads(Door(self.places[0]))
        each = 40
        groups = [[secrets.token_hex(16) for _ in range(each)] for _ in range(VISITORS // each)]
        await asyncio.gather(*(self.browse(self.places[n % len(self.places)], group, n, 5) for n, group in enumerate(groups)))


def beat(key: str, view: str | None) -> dict[str, Any] | None:
    return view and {"key": key, "view": view, "seconds": 3, "depth": 40, "actions": []}  # type: ignore[return-value]


class Door:
    """A node, for who signs in and talks there; it was started by another process."""

    tls = None

    def __init__(self, place: Place) -> None:
        self.port, self.tcp = place.front, place.port
        self.demo = self

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def get(self, host: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.tcp)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


def crowd(kind: str, places: list[Place], cookies: list[str], ready: Event, over: Event, told: "multiprocessing.Queue[dict[str, Any]]") -> None:
    async def run() -> None:
        people = Crowd(places, cookies)
        task = asyncio.create_task(people.console() if kind == "console" else people.visitors())
        await asyncio.sleep(6)
        people.waits.clear()
        ready.set()
        began, views = time.perf_counter(), people.views
        while not over.is_set() and not task.done():
            await asyncio.sleep(0.1)
        if task.done():
            task.result()
        told.put({"waits": people.waits, "views": (people.views - views) / (time.perf_counter() - began)})
        task.cancel()

    asyncio.run(run())


# Measuring


def beside(kind: str, engine: str, count: int, pairs: int) -> bool:
    with house(engine, count) as built:
        if kind == "console":
            built.employ(PEOPLE)
        first = built.members[0]
        subject = Subject(first, engine)
        if count > 1:
            subject.arguments += ["-Q", str(built.members[-1].port)]
            time.sleep(6)
        widget = widget_of(first, village.HARBOUR)
        places = [Place(member.port, first.port, first.url(village.HARBOUR.host, ""), widget) for member in built.members]
        calm: list[float] = []
        busy: list[float] = []
        spent: list[float] = []
        waits: list[float] = []
        spawn = multiprocessing.get_context("spawn")
        for _ in range(pairs):
            alone = subject.run(*LOAD.split())
            calm.append(alone["p99_ms"])
            ready, over, told = spawn.Event(), spawn.Event(), spawn.Queue()
            process = spawn.Process(target=crowd, args=(kind, places, built.cookies, ready, over, told), daemon=True)
            process.start()
            if not ready.wait(60):
                raise RuntimeError("the crowd did not come")
            along = subject.run(*LOAD.split())
            busy.append(along["p99_ms"])
            spent.append(along["srv_cpu_pct"] - alone["srv_cpu_pct"])
            over.set()
            found = told.get(timeout=30)
            process.join(30)
            waits += found["waits"]
            views = found["views"]
        ratios = [one / other for one, other in zip(busy, calm, strict=True)]
        name = f"{kind}, {engine}{f', {count} nodes' if count > 1 else ''}"
        ratio = statistics.median(ratios)
        say(name, f"p99 {statistics.median(calm):.1f} → {statistics.median(busy):.1f} ms", f"{ratio:.1f} × ({min(ratios):.1f}–{max(ratios):.1f})", f"≤ {ALLOWED}", f"the crowd costs {statistics.median(spent):.0f} % of a processor")
        if kind == "visitors":
            waits.sort()
            late = f"{waits[len(waits) // 2] * 1000:.0f} ms; {waits[len(waits) * 99 // 100] * 1000:.0f} ms; {waits[-1] * 1000:.0f} ms"
            say(name, f"{views:.0f} views a second; the live page is behind by (median; 99 %; most) {late}")
            say(name, f"{growth(built, places[0]) / 1e9:.2f} GB a million views")
        return ratio <= ALLOWED


def growth(built: House, place: Place) -> float:
    """Bytes that a million views leave behind, each with a beat, ten of them a visit."""

    async def run() -> None:
        people = Crowd([place], [])
        groups = [[secrets.token_hex(16) for _ in range(40)] for _ in range(GROWTH_VIEWS // 400)]
        tasks = [asyncio.create_task(people.browse(place, group, n, 0)) for n, group in enumerate(groups)]
        while people.views < GROWTH_VIEWS and not any(task.done() for task in tasks):
            await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
            if task.done() and not task.cancelled():
                task.result()

    before, views = built.size(), int(built.sql("SELECT COUNT(*) FROM page_views"))
    asyncio.run(run())
    time.sleep(2)
    return (built.size() - before) / (int(built.sql("SELECT COUNT(*) FROM page_views")) - views) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["console", "visitors"])
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=3)
    asked = parser.parse_args()
    build()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, {time.strftime('%Y-%m-%d')}\n", flush=True)
    good = [beside(asked.kind, engine, asked.nodes, asked.pairs) for engine in asked.engine or (ENGINES if asked.nodes == 1 else ["postgres"])]
    if not all(good):
        sys.exit(1)


if __name__ == "__main__":
    main()
