"""Several nodes on one PostgreSQL behind Debian's nginx, with a certificate that was made for them."""

import contextlib
import getpass
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import village
from bad_way import BadWay, bad_way
from private_postgres import PrivatePostgres, psql
from program import ROOT, Program, answered, ends_with_us, free_port

BUSES = ("postgres", "nats")
NAMES = [village.FRONT, village.HARBOUR.host, village.CLARA.host, village.BRUNO.host, village.ADMINISTRATOR.host]


@dataclass(frozen=True)
class Door:
    """A way in that looks to a talker like the program: by nginx with TLS, or to one node."""

    # What stands in addresses.
    port: int
    # Where the connection goes.
    tcp: int
    tls: ssl.SSLContext | None
    # The nodes themselves, for what no proxy passes on.
    behind: "tuple[Door, ...]" = ()

    @property
    def demo(self) -> "Door":
        return self.behind[0] if self.behind else self

    def url(self, host: str, path: str = "/") -> str:
        return f"https://{host}:{self.port}{path}"

    def get(self, host: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        return self.request("GET", host, path, headers=headers)

    def request(
        self, method: str, host: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.tcp, timeout=10)
        try:
            connection.connect()
            if self.tls:
                connection.sock = self.tls.wrap_socket(connection.sock, server_hostname=host)
            return answered(connection, method, path, body, {"Host": f"{host}:{self.port}", **(headers or {})})
        finally:
            connection.close()


class Cluster:
    """
    way: what stands between the nodes and NATS; None for the bus of PostgreSQL.
    """

    def __init__(self, folder: Path, postgres: PrivatePostgres, way: BadWay | None, count: int = 2) -> None:
        self.folder, self.postgres, self.way = folder, postgres, way
        bus = f"nats://127.0.0.1:{way.port}" if way else "postgres"
        self.database = postgres.new_database()
        self.certificate, self.key = make_certificate(folder)
        port = free_port()
        options = [
            *village.UNHURRIED, "--bus", bus, "--keys", str(folder / "keys"), "--base-address", f"https://localhost:{port}",
            "--trusted-proxies", "127.0.0.1",
        ]
        self.nodes = [Program(made(folder / f"node{number}"), self.database, options) for number in range(count)]
        behind = tuple(Door(port, node.port, None) for node in self.nodes)
        self.front = Door(port, port, ssl.create_default_context(cafile=str(self.certificate)), behind)

    def door(self, node: int) -> Door:
        return Door(self.front.port, self.nodes[node].port, None)

    def __enter__(self) -> "Cluster":
        for node in self.nodes:
            node.start()
        self.nginx = start_nginx(self.folder, self.front.port, [node.port for node in self.nodes], self.certificate, self.key)
        return self

    def __exit__(self, *_: object) -> None:
        self.nginx.terminate()
        self.nginx.wait(10)
        for node in self.nodes:
            if node.runs:
                node.kill()

    def sql(self, statement: str) -> str:
        told = subprocess.run([psql(), self.database, "-qAt", "-c", statement], check=True, capture_output=True, text=True)
        return told.stdout.strip()

    def log_ends(self) -> str:
        nginx = (self.folder / "nginx.log").read_text("utf-8", "replace").splitlines()[-10:]
        nodes = [f"the log of node {number} ends with\n{node.log_end()}" for number, node in enumerate(self.nodes)]
        return "\n".join([*nodes, "the log of nginx ends with", *nginx])


@contextlib.contextmanager
def running(bus: str) -> Iterator[Cluster]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-nodes-")))
        postgres = stack.enter_context(PrivatePostgres())
        way = None
        if bus == "nats":
            way = stack.enter_context(bad_way(stack.enter_context(nats_server(folder)).port))
        yield stack.enter_context(Cluster(folder, postgres, way))


class NATSServer:
    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log = folder / "nats.log"
        self.start()

    def start(self) -> None:
        command = ends_with_us(["nats-server", "-a", "127.0.0.1", "-p", str(self.port)])
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_for_port(self.port)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def nats_server(folder: Path) -> Iterator[NATSServer]:
    server = NATSServer(folder)
    try:
        yield server
    finally:
        server.kill()


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ",".join(f"DNS:{name}" for name in NAMES)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )
    return certificate, key


def start_nginx(folder: Path, port: int, nodes: list[int], certificate: Path, key: Path) -> subprocess.Popen[bytes]:
    """The configuration of deploy/, with the ports, paths and the user of a test."""
    text = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
    servers = iter(nodes)
    text, count = re.subn(r"server 10\.0\.0\.\d+:8080", lambda _: f"server 127.0.0.1:{next(servers)}", text)
    assert count == len(nodes), "deploy/nginx/nginx.conf names as many nodes as the test has"
    for old, new in [
        # Whoever runs the test: its workers need the folder of the test.
        ("user www-data;", f"user {getpass.getuser()};\ndaemon off;"),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        ("error_log /var/log/nginx/error.log warn;", f"error_log {folder}/nginx.log warn;"),
        ("/etc/parley/tls/fullchain.pem", str(certificate)),
        ("/etc/parley/tls/privkey.pem", str(key)),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("access_log off;", "access_log off;\n" + "".join(
            f"  {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))),
    ]:
        assert old in text, f"deploy/nginx/nginx.conf has lost “{old}”"
        text = text.replace(old, new)
    path = folder / "nginx.conf"
    path.write_text(text, "utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    log = (folder / "nginx.out").open("wb")
    process = subprocess.Popen(ends_with_us([nginx, "-c", str(path), "-e", f"{folder}/nginx.log"]), stdout=log, stderr=log)
    wait_for_port(port)
    return process


def wait_for_port(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
