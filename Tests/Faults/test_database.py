"""PostgreSQL that goes away and comes back."""

import asyncio
import contextlib
import random
import re
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from faults import Company, Fragile, fragile, seed_of_today, suffer
from private_postgres import psql


class Cluster:
    """The server behind an address of bin/private-postgres."""

    def __init__(self, address: str) -> None:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
        self.data = Path(query["host"][0]) / "data"
        self.control = str(Path(psql()).resolve().parent / "pg_ctl")

    def does(self, *words: str) -> None:
        owner = self.data.owner()
        command = [self.control, "-D", str(self.data), "-s", "-w", *words]
        as_owner = ["setpriv", "--reuid", owner, "--regid", owner, "--init-groups", *command]
        subprocess.run(command if Path.home().owner() == owner else as_owner, check=True, cwd="/", stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def restarts(self, how: str) -> None:
        self.does("restart", "-m", how, "-l", str(self.data / "restarted.log"))


@contextlib.contextmanager
def restartable() -> Iterator[tuple[Fragile, Cluster]]:
    with fragile("postgres") as program:
        assert program.database is not None and re.match("postgres://", program.database)
        cluster = Cluster(program.database)
        try:
            yield program, cluster
        finally:
            # Whoever started the first server knows nothing of the one that runs now.
            cluster.does("stop", "-m", "immediate")


def test_database_restarted_under_load() -> None:
    """X4: while the database is restarted again and again, politely or not, nothing that was acknowledged is lost or doubled."""
    seed = seed_of_today()
    dice = random.Random(seed)
    with restartable() as (program, cluster):

        async def restart_often(company: Company) -> None:
            for _ in range(4):
                acknowledged = company.acknowledged
                while company.acknowledged < acknowledged + 10:
                    await asyncio.sleep(0.02)
                await asyncio.to_thread(cluster.restarts, dice.choice(["fast", "immediate"]))

        company = suffer(program, seed, restart_often)
        assert set(company.reasons) <= {"unavailable"}
        assert program.runs
