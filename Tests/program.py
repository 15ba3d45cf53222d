"""The program under test: started on a free port with a data folder of its own, killed and started again."""

import http.client
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent
# Another build of the program may be put to the same tests.
BINARY = Path(os.environ.get("PARLEY_BINARY", ROOT / ".build/release/parley"))
# Texts, templates and assets of the source tree in the place of those that were built in.
FROM_SOURCES = os.environ.get("PARLEY_SOURCES") == "1"

START_LIMIT_SECONDS = 30
STOP_LIMIT_SECONDS = 5


class ProgramFailed(Exception):
    """The program did not do what every test takes for granted; carries the end of its log."""


class Way(Protocol):
    """How talkers reach the program: straight, or by a proxy in front of several nodes."""

    port: int

    @property
    def tcp(self) -> int: ...
    @property
    def tls(self) -> ssl.SSLContext | None: ...
    @property
    def demo(self) -> "Way":
        """The way in for what no proxy passes on."""
        ...
    def url(self, host: str, path: str = "/") -> str: ...
    def get(self, host: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]: ...
    def request(
        self, method: str, host: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]: ...


@dataclass
class Program:
    tls = None
    folder: Path
    database: str | None = None
    # Limits that would only slow a burst down are raised by the test that bursts.
    options: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.log = self.folder / "parley.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch()
        self.wait_until_healthy()

    def launch(self) -> None:
        """Starts and does not wait. Only from the main thread: the program is ended with the thread that started it."""
        if not BINARY.exists():
            raise ProgramFailed(f"{BINARY} is not there: run bin/build")
        command = [str(BINARY), "serve", "--demo", "--port", str(self.port), "--data", str(self.folder / "data"), *self.options]
        if self.database:
            command += ["--database", self.database]
        if FROM_SOURCES:
            command += ["--dev"]
        with self.log.open("ab") as log:
            place = ROOT if FROM_SOURCES else self.folder
            self.process = subprocess.Popen(self.wrapped(command), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=place)

    def wrapped(self, command: list[str]) -> list[str]:
        return ends_with_us(command)

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise ProgramFailed(f"the program ended by itself:\n{self.log_end()}")
            try:
                if self.get("localhost", "/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise ProgramFailed(f"the program was not healthy within {START_LIMIT_SECONDS} s:\n{self.log_end()}")

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; answers how many seconds the program took to go."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ProgramFailed(f"SIGTERM did not end the program within {STOP_LIMIT_SECONDS} s:\n{self.log_end()}") from None
        return time.monotonic() - began

    def doctor(self) -> None:
        """Has every log folded and compared with its state row, while the program serves."""
        command = [str(BINARY), "doctor", "--data", str(self.folder / "data"), *(["--database", self.database] if self.database else [])]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=self.folder)
        if told.returncode != 0:
            raise ProgramFailed(f"the doctor ended with {told.returncode}:\n{told.stdout}{told.stderr}")

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def tcp(self) -> int:
        return self.port

    @property
    def demo(self) -> "Program":
        return self

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def get(self, host: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        return self.request("GET", host, path, headers=headers)

    def request(
        self, method: str, host: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Names under .localhost are known to browsers alone, so the name goes into the Host header."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            return answered(connection, method, path, body, {"Host": f"{host}:{self.port}", **(headers or {})})
        finally:
            connection.close()

    def log_end(self, lines: int = 30) -> str:
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def answered(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> tuple[int, dict[str, str], str]:
    """Status, headers by their small names, and body."""
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    return response.status, {name.lower(): value for name, value in response.getheaders()}, text


def ends_with_us(command: list[str]) -> list[str]:
    """A test run that is killed must not leave servers behind."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=KILL", "--", *command] if setpriv else command


def free_port() -> int:
    """Below the range from which the system takes ports of outgoing connections: a restart needs the same port again."""
    dice = random.Random(os.urandom(8))
    for _ in range(200):
        port = dice.randrange(20_000, 30_000)
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise ProgramFailed("no free port between 20000 and 30000")
