"""How fast messages travel, as ratios to small C programs on the same machine in the same minutes.

    .venv/bin/python Benchmarks/live.py [LINE…] [--engine sqlite|postgres] [--pairs 5]

A line is one of LINES below; without one all are measured. Program and reference take turns, in bursts of some seconds; what counts is the
median of the ratios. Everything that was acknowledged is looked up in the database afterwards. `Benchmarks/reference/` has the C programs.
Nothing else should run meanwhile. The limits of what visitors and agents may send a minute are raised by the setting that exists for it.
"""

import argparse
import contextlib
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests/Rounds")]

import village  # noqa: E402
from private_postgres import psql  # noqa: E402
from program import Program, free_port  # noqa: E402
from rounds import ENGINES, running  # noqa: E402
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

    def run(self, *arguments: str) -> Figures:
        command = [str(BUILT / "loadgen"), *self.arguments, "-S", str(self.process), *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
        if done.returncode != 0 or not done.stdout:
            raise RuntimeError(f"the load generator failed: {done.stderr[-2000:]}")
        figures: Figures = json.loads(done.stdout)
        if figures["errs"]:
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
