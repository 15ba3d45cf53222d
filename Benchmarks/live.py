"""How fast messages travel, as ratios to small C programs on the same machine in the same minutes.

    .venv/bin/python Benchmarks/live.py [LINE…] [--pairs 5]

LINE is one of those that --help names; without one all are measured. Program and reference take turns, in bursts of some seconds; what counts is the
median of the ratios. Everything that was acknowledged is looked up in the database afterwards. `Benchmarks/reference/` has the C programs.
Nothing else should run meanwhile. The limits of what visitors and agents may send a minute are raised by the setting that exists for it.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds"), str(ROOT / "Tests/Nodes")]

import village  # noqa: E402
from cluster import nats_server  # noqa: E402
from private_postgres import PrivatePostgres, psql  # noqa: E402
from program import Program, free_port  # noqa: E402
from rounds import running  # noqa: E402
from talkers import signed_in, widget_of  # noqa: E402

REFERENCE = ROOT / "Benchmarks/reference"
BUILT = ROOT / ".build/reference"

Figures = dict[str, float]


def build() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, libraries in {"cserver": ["-lsqlite3", "-lcrypto"], "loadgen": ["-lcrypto"], "sqlbench": ["-lsqlite3"]}.items():
        source, built = REFERENCE / f"{name}.c", BUILT / name
        if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["gcc", "-O2", "-w", "-o", str(built), str(source), *libraries], check=True)


@contextlib.contextmanager
def reference(durable: bool) -> Iterator[tuple[int, int]]:
    """The relay in C: its port and its process."""
    with tempfile.TemporaryDirectory(prefix="parley-reference-") as folder:
        port = free_port()
        kept = ["-D", f"{folder}/relay.db"] if durable else []
        server = subprocess.Popen([str(BUILT / "cserver"), "-p", str(port), *kept])
        try:
            time.sleep(0.2)
            yield port, server.pid
        finally:
            server.kill()
            server.wait()


class Load:
    """Runs the load generator against one server."""

    def __init__(self, arguments: list[str], process: int) -> None:
        self.arguments, self.process = arguments, process
        # Whether being told to come back later is an answer.
        self.may_be_turned_away = False

    def run(self, *arguments: str) -> Figures:
        command = [str(BUILT / "loadgen"), *self.arguments, *(["-S", str(self.process)] if self.process else []), *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
        if done.returncode != 0 or not done.stdout:
            raise RuntimeError(f"the load generator failed: {done.stderr[-2000:]}")
        figures: Figures = json.loads(done.stdout)
        if figures["errs"] and not self.may_be_turned_away:
            raise RuntimeError(f"{figures['errs']} errors: {done.stderr[-2000:]}")
        return figures


class Subject(Load):
    """The program, and everything that it has acknowledged."""

    def __init__(self, program: Program, engine: str) -> None:
        self.program, self.engine, self.runs = program, engine, 0
        assert program.process is not None
        self.widget = widget_of(program, village.HARBOUR)
        cookie = signed_in(program, village.CLARA)
        super().__init__(["-P", "parley", "-p", str(program.port), "-K", self.widget, "-C", cookie, "-O", village.HARBOUR.host], program.process.pid)

    def run(self, *arguments: str) -> Figures:
        self.runs += 1
        told = self.program.folder / f"acknowledged-{self.runs}"
        figures = super().run("-E", str(int(time.time()) % 100_000 * 100 + self.runs), "-o", str(told), *arguments)
        self.check(told)
        return figures

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.process}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def check(self, told: Path) -> None:
        """Each acknowledged message is in the log once, under the number that was told."""
        lines = [line.split() for line in told.read_text().splitlines()]
        expected = {(topic.removeprefix("chat."), client): int(n) for topic, client, n in lines}
        found = self.logged()
        lost = [key for key, n in expected.items() if found.get(key) != n]
        if lost:
            raise RuntimeError(f"{len(lost)} of {len(expected)} acknowledged messages are not in the log: {lost[:3]}")

    def logged(self) -> dict[tuple[str, str], int]:
        query = "SELECT conversation_id, client_id, n FROM entries WHERE client_id IS NOT NULL"
        if self.engine == "sqlite":
            with contextlib.closing(sqlite3.connect(f"file:{self.program.folder}/data/parley.db?mode=ro", uri=True)) as database:
                rows = [(str(row[0]), row[1], row[2]) for row in database.execute(query)]
        else:
            assert self.program.database is not None
            text = subprocess.run([psql(), self.program.database, "-Atq", "-c", query], check=True, stdout=subprocess.PIPE, text=True).stdout
            rows = [(a, b, int(c)) for a, b, c in (line.split("|") for line in text.splitlines())]
        found = {(conversation, client): n for conversation, client, n in rows}
        if len(found) != len(rows):
            raise RuntimeError("a message is in the log twice")
        return found


@contextlib.contextmanager
def subject(engine: str) -> Iterator[Subject]:
    with running(engine) as program:
        yield Subject(program, engine)


@dataclass(frozen=True)
class Line:
    """One figure beside its reference: the ratio of medians must stay above (or below) the floor."""

    name: str
    arguments: str
    figure: str
    durable: bool
    floor: float
    aim: float
    # Of latencies less is better.
    less: bool = False


LINES = {
    line.name: line
    for line in (
        Line("one-to-one-800", "-R 100 -W 8 -d 2 -w 1", "deliv_per_s", True, 0.12, 0.25),
        Line("one-to-one-100", "-R 100 -W 1 -d 2 -w 1", "deliv_per_s", True, 0.15, 0.30),
        Line("latency-500", "-R 100 -m open -r 500 -d 3 -w 1", "p99_ms", True, 3, 1.5, less=True),
        Line("fan-out-200", "-R 1 -M 201 -m fan -W 4 -d 2 -w 1", "deliv_per_s", False, 0.30, 0.60),
    )
}


def compared(line: Line, pairs: int) -> None:
    ours: list[float] = []
    theirs: list[float] = []
    spent: list[float] = []
    with subject("sqlite") as program, reference(line.durable) as (port, process):
        relay = Load(["-P", "ws", "-p", str(port)], process)
        for _ in range(pairs):
            figures = program.run(*line.arguments.split())
            ours.append(figures[line.figure])
            spent.append(figures["srv_cpu_pct"])
            theirs.append(relay.run(*line.arguments.split())[line.figure])
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    verdict = statistics.median(ratios)
    good = verdict <= line.floor if line.less else verdict >= line.floor
    met = verdict <= line.aim if line.less else verdict >= line.aim
    say(
        line.name, f"{statistics.median(ours):,.6g}", f"{statistics.median(theirs):,.6g}", f"{verdict:.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
        f"{line.floor} / {line.aim}", "aim met" if met else "above the floor" if good else "BELOW THE FLOOR",
        f"{statistics.median(spent):.0f} % of a processor",
    )


def on_postgres(pairs: int) -> None:
    """The same work on PostgreSQL beside pgbench with the same statements and as many connections as the program has."""
    ours: list[float] = []
    theirs: list[float] = []
    with subject("postgres") as program:
        for number in range(pairs):
            ours.append(program.run(*"-R 100 -W 1 -d 3 -w 1".split())["acks_per_s"])
            theirs.append(pgbench(program, first=number == 0))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    say("postgres-100", f"{statistics.median(ours):,.0f}", f"{statistics.median(theirs):,.0f}", f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})", "0.3 / 0.6", "", "")


def pgbench(program: Subject, first: bool) -> float:
    address = program.program.database
    assert address is not None
    if first:
        rooms = "CREATE TABLE bench_rooms AS SELECT row_number() OVER () AS room, id FROM (SELECT id FROM conversations WHERE state = 'active' ORDER BY id DESC LIMIT 100) AS latest"
        subprocess.run([psql(), address, "-q", "-c", rooms, "-c", "CREATE UNIQUE INDEX ON bench_rooms (room)"], check=True)
    command = [str(Path(psql()).parent / "pgbench"), "--no-vacuum", "--protocol", "prepared", "--client", "8", "--jobs", "2", "--time", "3"]
    told = subprocess.run([*command, "--file", str(ROOT / "Benchmarks/message.pgbench"), address], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"tps = ([\d.]+)", told)
    if rate is None or "failed transactions: 0" not in told:
        raise RuntimeError(told)
    return float(rate[1])


def nodes(pairs: int) -> None:
    """The visitors on one node and the agents on another, beside everybody on one: what a message costs more, and how much longer it takes."""
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(PrivatePostgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-nodes-")))
        server = f"nats://127.0.0.1:{stack.enter_context(nats_server(folder)).port}"
        for bus in ("postgres", server):
            costs: list[float] = []
            added: list[float] = []
            for number in range(pairs):
                one = crossing(postgres, folder / f"{len(bus)}-{number}-one", bus, 1)
                two = crossing(postgres, folder / f"{len(bus)}-{number}-two", bus, 2)
                costs.append(two[0] / one[0])
                added.append(two[1] - one[1])
            name = "postgres" if bus == "postgres" else "nats"
            say(f"two-nodes, {name}", f"{statistics.median(costs):.2f} × processor", "", f"({min(costs):.2f}–{max(costs):.2f})", "2.0 / 1.3", "", f"p99 at 500/s {statistics.median(added):+.1f} ms (10 / 3)")


def crossing(postgres: PrivatePostgres, folder: Path, bus: str, count: int) -> tuple[float, float]:
    """Processor seconds of the nodes a message at saturation, and the 99th percentile at 500 a second in milliseconds."""
    database = postgres.new_database()
    options = [*village.UNHURRIED, "--bus", bus, "--keys", str(folder / "keys")]
    members = []
    for number in range(count):
        (folder / str(number)).mkdir(parents=True)
        members.append(Program(folder / str(number), database, list(options)))
    for member in members:
        # One address for all, as if a proxy stood in front.
        member.options += ["--base-address", f"http://localhost:{members[0].port}"]
    try:
        for member in members:
            member.start()
        first = Subject(members[0], "postgres")
        first.arguments += ["-Q", str(members[-1].port), "-S", ",".join(str(member.process.pid) for member in members if member.process)]
        first.process = 0
        time.sleep(6)
        full = first.run(*"-R 100 -W 1 -d 3 -w 1".split())
        calm = first.run(*"-R 100 -m open -r 500 -d 3 -w 1".split())
        return 1 / full["deliv_per_srv_cpu_s"], calm["p99_ms"]
    finally:
        for member in members:
            if member.runs:
                member.kill()


def idle() -> None:
    with subject("sqlite") as program:
        figures = program.run(*"-R 10000 -M 1 -m idle -d 5 -w 5 -H 200".split())
        say("idle-10000", f"{figures['kb_per_conn_after_first']:.1f} kB each", "", "", "20 kB / 8 kB", "", f"{figures['rss_end_kb'] / 1024:.0f} MB in all")


def storm() -> None:
    with subject("sqlite") as program:
        figures = program.run(*"-R 10000 -M 1 -m storm -w 8 -H 1000".split())
        say("storm-10000", f"{figures['resumed_s']:.2f} s", "", "", "7 s / 2 s", "", f"{figures['missed']:.0f} entries missed and told")


def overload() -> None:
    """Twice as much is offered as can be done, for a minute."""
    with subject("sqlite") as program:
        alone = program.run(*"-R 100 -W 8 -d 3 -w 2".split())
        saturation, before = alone["acks_per_s"], program.resident_kb()
        program.may_be_turned_away = True
        figures = program.run("-R", "100", "-m", "open", "-r", str(round(2 * saturation)), "-d", "60", "-w", "1")
        goodput, memory = figures["acks_per_s"] / saturation, figures["rss_end_kb"] / before
        say("overload", f"{goodput:.0%} goodput, {memory:.2f} × memory", "", "", "80 %, 1.5 × / 95 %", "", f"{saturation:,.0f} a second alone; {figures['errs']:,.0f} told to come back")


def quiet() -> None:
    with running("sqlite") as program:
        time.sleep(5)
        kilobytes = Subject(program, "sqlite").resident_kb()
        say("idle program with the demo", f"{kilobytes / 1024:.0f} MB", "", "", "80 MB / 40 MB", "", "")


def million() -> None:
    """Starting, and a page of a conversation, with a million messages."""
    with subject("sqlite") as program:
        program.run(*"-R 100 -W 8 -d 2 -w 1".split())
        grow(program.program.folder / "data/parley.db", program.program, 1_000_000)
        starts = []
        for kill in (True, False, True, False, True, False):
            if kill:
                program.program.kill()
            else:
                program.program.stop()
            began = time.perf_counter()
            program.program.launch()
            ready(program.program)
            starts.append((kill, time.perf_counter() - began))
        after_kill = statistics.median(taken for kill, taken in starts if kill)
        after_stop = statistics.median(taken for kill, taken in starts if not kill)
        say("start with a million messages", f"{after_stop:.2f} s; after kill -9 {after_kill:.2f} s", "", "", "1 s; 2 s / 0.3 s; 1 s", "", "")
        late = pages(program.program)
        say("page of 50 entries at a million", f"{late:.2f} ms (99 %)", "", "", "5 ms / 1 ms", "", "request to answer, one after the other")


def ready(program: Program) -> None:
    while True:
        try:
            if program.get("localhost", "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.005)


def grow(path: Path, program: Program, count: int) -> None:
    """Repeats what was said until there are so many messages; the program is down meanwhile."""
    program.stop()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        have = database.execute("SELECT COUNT(*) FROM entries").fetchone()[0]
        rooms = database.execute("SELECT conversation_id, COUNT(*), MAX(n) FROM entries WHERE client_id IS NOT NULL GROUP BY conversation_id HAVING COUNT(*) > 50").fetchall()
        while have < count:
            for conversation, _, _ in rooms:
                head = database.execute("SELECT MAX(n) FROM entries WHERE conversation_id = ?", (conversation,)).fetchone()[0]
                made = database.execute(
                    """
                    INSERT INTO entries (conversation_id, n, public_after, chat_id, at, kind, audience, by_kind, by_account, by_name, by_avatar, by_colour, client_id, body)
                    SELECT conversation_id, ? + row_number() OVER (ORDER BY n), ? + row_number() OVER (ORDER BY n) - 1, chat_id, at, kind, audience, by_kind, by_account,
                      by_name, by_avatar, by_colour, lower(hex(randomblob(16))), body
                    FROM entries WHERE conversation_id = ? AND client_id IS NOT NULL ORDER BY n LIMIT 500
                    """,
                    (head, head, conversation),
                ).rowcount
                database.execute("UPDATE conversations SET head = head + ?, public_head = public_head + ? WHERE id = ?", (made, made, conversation))
                have += made
        database.commit()
    program.start()


def pages(program: Program) -> float:
    """The 99th percentile of reading a page of history over one connection, in milliseconds."""
    cookie = signed_in(program, village.CLARA)
    with contextlib.closing(sqlite3.connect(f"file:{program.folder}/data/parley.db?mode=ro", uri=True)) as database:
        rooms = database.execute("SELECT conversation_id, MAX(n) FROM entries GROUP BY conversation_id HAVING COUNT(*) > 1000").fetchall()
    dice, taken = random.Random(1), []
    connection = http.client.HTTPConnection("127.0.0.1", program.port)
    for _ in range(2000):
        conversation, head = dice.choice(rooms)
        began = time.perf_counter()
        headers = {"Host": f"{village.CLARA.host}:{program.port}", "Cookie": cookie}
        connection.request("GET", f"/api/v1/chats/{conversation}/entries?before={dice.randrange(60, head)}&limit=50", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:200]!r}")
    return sorted(taken)[int(len(taken) * 0.99)] * 1000


def say(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


OTHERS: dict[str, Callable[[], None]] = {"idle": idle, "storm": storm, "overload": overload, "quiet": quiet, "million": million}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="*", metavar="LINE", help=", ".join([*LINES, "postgres", "nodes", *OTHERS]))
    parser.add_argument("--pairs", type=int, default=5)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    build()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, {time.strftime('%Y-%m-%d')}\n", flush=True)
    say("line", "program", "reference", "ratio (range)", "floor / aim", "", "")
    say(*["---"] * 7)
    for name in asked.lines or [*LINES, "postgres", "nodes", *OTHERS]:
        if name in LINES:
            compared(LINES[name], asked.pairs)
        elif name == "postgres":
            on_postgres(asked.pairs)
        elif name == "nodes":
            nodes(asked.pairs)
        else:
            OTHERS[name]()


if __name__ == "__main__":
    main()
