"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from program import ends_with_us

START_LIMIT_SECONDS = 30


class PrivatePostgres:
    def __init__(self) -> None:
        # A socket's path is at most 107 bytes, and each folder above it must be passable for the user postgres.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.databases = 0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PrivatePostgres":
        data = self.folder / "data"
        data.mkdir()
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.folder, data):
                os.chown(path, user.pw_uid, user.pw_gid)
        settings = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(self.as_postgres([tool("initdb"), *settings, "-D", str(data)]), check=True, capture_output=True)
        command = [tool("postgres"), "-D", str(data), "-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=60"]
        with (self.folder / "postgres.log").open("wb") as log:
            # A change of user would forget a death signal that was set before it.
            command = self.as_postgres(command, "--pdeathsig=INT") if os.getuid() == 0 else ends_with_us(command, "INT")
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            # Fast shutdown: clients that are still connected are sent away.
            self.process.send_signal(2)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The address of an empty database."""
        self.databases += 1
        name = f"parley_{self.databases}"
        self.psql("postgres", f"CREATE DATABASE {name}")
        return f"postgres://postgres@/{name}?host={self.folder}"

    def psql(self, database: str, statement: str) -> str:
        command = [tool("psql"), "-h", str(self.folder), "-U", "postgres", "-d", database, "-tA", "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        ready = [tool("pg_isready"), "-q", "-h", str(self.folder)]
        while time.monotonic() < deadline:
            if subprocess.run(ready).returncode == 0:
                return
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'postgres.log').read_text()}")

    @staticmethod
    def as_postgres(command: list[str], *extra: str) -> list[str]:
        """PostgreSQL refuses to run as root."""
        if os.getuid() != 0:
            return command
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *extra, "--", *command]


def tool(name: str) -> str:
    """Debian keeps the server's programs out of the path; the newest version counts."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name) or name
