"""The books on PostgreSQL beside pgbench, which runs the same statements without a program around them.

    .venv/bin/python Benchmarks/ledger.py [--rounds 3] [--seconds 5] [--in-flight 32]

Each round measures both on a fresh database of a server of its own, one after the other; the medians are compared.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
PARLEY = ROOT / ".build/release/parley"


def programs() -> Path:
    """Where Debian keeps the newest version's programs."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))


class Server:
    def __init__(self) -> None:
        self.process = subprocess.Popen([ROOT / "bin/private-postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        self.folder = parse_qs(urlsplit(self.address).query)["host"][0]

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    def run(self, program: str, *words: str | Path) -> str:
        command = [programs() / program, "--host", self.folder, "--username", "postgres", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def database(self, name: str) -> str:
        self.run("createdb", "--template", "template0", name)
        return self.address.replace("/postgres?", f"/{name}?")


def program_deeds(server: Server, name: str, options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as data:
        words = ["load", "ledger", "--data", data, "--database", server.database(name), "--seconds", str(options.seconds)]
        told = subprocess.run([PARLEY, *words, "--in-flight", str(options.in_flight)], check=True, capture_output=True, text=True).stdout
    return int(told.split()[0])


def pgbench_deeds(server: Server, name: str, clients: int, options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as data:
        subprocess.run([PARLEY, "migrate", "--data", data, "--database", server.database(name)], check=True, capture_output=True)
    server.run("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", name, "--file", HERE / "ledger_people.sql")
    words = ["--no-vacuum", "--protocol", "prepared", "--client", str(clients), "--jobs", "2", "--time", str(options.seconds)]
    told = server.run("pgbench", *words, "--file", HERE / "ledger.pgbench", name)
    rate = re.search(r"tps = ([\d.]+)", told)
    assert rate and "failed transactions: 0" in told, told
    # A run is a hold and its end.
    return int(float(rate[1]) * 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--in-flight", type=int, default=32)
    options = parser.parse_args()
    ours: list[int] = []
    theirs: list[int] = []
    few: list[int] = []
    with Server() as server:
        for number in range(options.rounds):
            print(f"round {number + 1}, load {os.getloadavg()[0]:.1f}", flush=True)
            ours.append(program_deeds(server, f"ours{number}", options))
            theirs.append(pgbench_deeds(server, f"theirs{number}", options.in_flight, options))
            few.append(pgbench_deeds(server, f"few{number}", 8, options))
            print(f"  parley {ours[-1]}, pgbench {theirs[-1]}, pgbench with 8 connections {few[-1]} deeds a second", flush=True)
    middle = statistics.median(ours)
    print(f"medians: parley {middle}, pgbench {statistics.median(theirs)}, with 8 connections {statistics.median(few)}")
    print(f"ratio {middle / statistics.median(theirs):.2f}, {middle / statistics.median(few):.2f}")


if __name__ == "__main__":
    main()
