"""The program as its owner meets it: health, the end, the doctor, the way in."""

import asyncio
import json
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from private_postgres import PrivatePostgres
from rounds import ENGINES, running
from talkers import Visitor, widget_of

import program
import village
from program import Program
from wire import Line


@pytest.fixture(scope="module", params=ENGINES)
def parley(request: pytest.FixtureRequest) -> Iterator[Program]:
    with running(request.param) as started:
        yield started


def owner_says(parley: Program, *words: str) -> subprocess.CompletedProcess[str]:
    where = ["--data", str(parley.folder / "data"), *(["--database", parley.database] if parley.database else [])]
    return subprocess.run([str(program.BINARY), *words, *where], capture_output=True, text=True, timeout=60, cwd=parley.folder)


def test_health(parley: Program) -> None:
    """E82: health says how every part of the node is, to whoever asks and to the owner at a terminal."""
    deadline = time.monotonic() + 10
    while True:
        status, headers, body = parley.get(village.FRONT, "/health")
        assert (status, headers["content-type"]) == (200, "application/json")
        report = json.loads(body)
        # What is due at the start is done in a moment.
        if report["jobsDue"] == 0 or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    assert (report["status"], report["database"], report["jobsDue"]) == ("ok", "ok", 0)
    assert {part: seen["status"] for part, seen in report["parts"].items()} == dict.fromkeys(
        ("webSockets", "database", "cache", "disk", "jobs", "bus"), "ok"
    )
    assert report["diskFreeBytes"] > 0 and re.fullmatch(r"\d+\.\d+\.\d+", report["version"])
    told = owner_says(parley, "health")
    assert told.returncode == 0 and told.stdout.startswith("ok\nwebSockets  ok")


def test_health_without_database() -> None:
    """E82: without its database the node says that it fails, so that no load balancer sends anybody there, and so does the command."""
    with tempfile.TemporaryDirectory(prefix="parley-health-") as folder:
        server = PrivatePostgres()
        server.__enter__()
        parley = Program(Path(folder), server.new_database(), [])
        try:
            parley.start()
            server.__exit__()
            deadline = time.monotonic() + 30
            while (answer := parley.get(village.FRONT, "/health"))[0] == 200 and time.monotonic() < deadline:
                time.sleep(0.2)
            report = json.loads(answer[2])
            assert (answer[0], report["status"], report["database"]) == (503, "failing", "unreachable")
            assert report["parts"]["database"]["status"] == "failing" and report["parts"]["webSockets"]["status"] == "ok"
            told = owner_says(parley, "health")
            assert told.returncode == 1 and told.stdout.startswith("failing\n")
        finally:
            parley.kill()


def test_owner_asks_the_running_server(parley: Program) -> None:
    """E88a: while the server runs, doctor, migrate and admin create are done by it, and the link that they print opens once."""
    assert "every log is whole" in owner_says(parley, "doctor").stdout
    assert owner_says(parley, "migrate").returncode == 0
    made = owner_says(parley, "admin", "create", "--email", "noor@example.com", "--name", "Noor Haddad")
    link = re.search(r"/invitation/[0-9a-f]{32}", made.stdout)
    assert made.returncode == 0 and link is not None, made
    assert parley.get(village.FRONT, link[0])[0] == 200
    assert owner_says(parley, "files", "sealed").stdout == "0 sealed copies.\n"
    nothing = owner_says(parley, "files", "open", "5/00", "--to", str(parley.folder / "copy"))
    assert nothing.returncode == 1 and "There is no sealed copy 5/00." in nothing.stdout
    again = owner_says(parley, "admin", "create", "--email", "not an address", "--name", "Noor")
    assert again.returncode == 1 and "emailInvalid" in again.stdout


def test_stops_in_time(parley: Program) -> None:
    """E20: SIGTERM ends the program within five seconds, with clients connected, who are told 1001; stopped, the doctor works by itself."""
    codes = asyncio.run(stop_with_visitors(parley, 20))
    assert codes == [1001] * 20
    assert "every log is whole" in owner_says(parley, "doctor").stdout
    parley.start()


async def stop_with_visitors(parley: Program, count: int) -> list[int | None]:
    dice = random.Random(1)
    widget = widget_of(parley, village.HARBOUR)
    lines: list[Line] = [Visitor(f"Guest{place}", parley, dice, village.HARBOUR, widget).line for place in range(count)]
    for line in lines:
        await line.welcomed.wait()
    closings: asyncio.Queue[int | None] = asyncio.Queue()
    for line in lines:
        line.on_close = closings.put_nowait
    await asyncio.to_thread(parley.stop)
    codes = [await asyncio.wait_for(closings.get(), 5) for _ in lines]
    for line in lines:
        await line.close()
    return codes
