"""A PostgreSQL server of the tests' own, from bin/private-postgres: it goes when we go, however we go."""

import shutil
import subprocess
from pathlib import Path

from program import ROOT


class PrivatePostgres:
    def __init__(self) -> None:
        self.databases = 0

    def __enter__(self) -> "PrivatePostgres":
        command = [str(ROOT / "bin/private-postgres")]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.server.stdout is not None and self.server.stderr is not None
        self.address = self.server.stdout.readline().strip()
        if not self.address:
            raise RuntimeError(f"PostgreSQL did not start:\n{self.server.stderr.read()}")
        return self

    def __exit__(self, *_: object) -> None:
        # The end of its input is the end of the server.
        self.server.communicate(timeout=30)

    def new_database(self) -> str:
        """The address of an empty database."""
        self.databases += 1
        name = f"parley_{self.databases}"
        subprocess.run([psql(), self.address, "-q", "-c", f"CREATE DATABASE {name}"], check=True)
        return self.address.replace("/postgres?", f"/{name}?")


def psql() -> str:
    """Debian's wrapper on the path would do, too, but wants a cluster of its own kind."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1]) if versions else shutil.which("psql") or "psql"
