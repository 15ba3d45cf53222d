"""A push, read and judged by other people's libraries: http-ece for what is sealed, py-vapid for who signed it."""

import base64
import http.cookies
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import http_ece
import pytest
from crowd import Crowd
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from push_service import PushService, open_service
from py_vapid import Vapid02
from talkers import signed_in
from websockets.sync.client import connect

import village
from program import Program

PATIENCE_SECONDS = 20


@pytest.fixture
def service() -> Iterator[PushService]:
    with open_service() as opened:
        yield opened


@pytest.fixture
def parley(service: PushService, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path, options=["--push-hosts", f"127.0.0.1:{service.port}"])
    program.start()
    yield program
    if program.runs:
        program.kill()


@pytest.fixture
def knock(parley: Program) -> Iterator[Callable[[str], None]]:
    """Somebody asks for help at Harbour Essays, where Clara sits at her console."""
    headers = {"Cookie": signed_in(parley, village.CLARA)}
    address = f"ws://{village.CLARA.host}:{parley.port}/live"
    crowds: list[Crowd] = []

    def enter(name: str) -> None:
        crowd = Crowd(parley, village.HARBOUR, [name])
        crowds.append(crowd)
        crowd.enter()

    line = socket.create_connection(("127.0.0.1", parley.port))
    with connect(address, sock=line, origin=parley.url(village.CLARA.host, ""), additional_headers=headers) as console:
        console.send(json.dumps({"do": "hello", "protocol": 1}))
        assert json.loads(console.recv(10))["event"] == "Welcome"
        yield enter
        for crowd in crowds:
            crowd.leave()


def url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def bytes64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def post(parley: Program, person: village.Person, cookie: str, path: str, content: object) -> int:
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Origin": parley.url(person.host, "")}
    return parley.request("POST", person.host, path, json.dumps(content), headers)[0]


def end_quiet_hours(parley: Program, person: village.Person, cookie: str) -> None:
    """The test is not about the time of day at which it runs."""
    _, headers, page = parley.get(person.host, "/profile/notices", {"Cookie": cookie})
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    keys = http.cookies.SimpleCookie(headers.get("set-cookie", ""))
    cookies = "; ".join([cookie, *(f"{name}={morsel.value}" for name, morsel in keys.items())])
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "Origin": parley.url(person.host, "")}
    fields = f"newVisitor.push=yes&starts=22%3A00&ends=07%3A00&form_token={token[1]}"
    assert parley.request("POST", person.host, "/profile/notices", fields, form)[0] == 303


def test_judged(parley: Program, service: PushService, knock: Callable[[str], None]) -> None:
    """E35: other people's libraries read what was pushed, with the browser's keys alone, and find it signed for this push service."""
    cookie = signed_in(parley, village.BRUNO)
    end_quiet_hours(parley, village.BRUNO, cookie)
    key, secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = url64(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    subscription = {"endpoint": f"{service.origin}/push/laptop", "keys": {"p256dh": point, "auth": url64(secret)}}
    assert post(parley, village.BRUNO, cookie, "/api/v1/push/subscriptions", subscription) == 204
    knock("Ada")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not service.taken:
        assert time.monotonic() < deadline, parley.log_end()
        time.sleep(0.05)
    [push] = service.taken
    assert push.path == "/push/laptop" and push.headers["content-encoding"] == "aes128gcm" and int(push.headers["ttl"]) > 0
    words = json.loads(http_ece.decrypt(push.body, private_key=key, auth_secret=secret, version="aes128gcm"))
    assert "Ada" in words["title"] and "Harbour Essays" in words["body"] and words["path"].startswith("/console#")
    assert b"Ada" not in push.body and b"Harbour" not in push.body
    # The library wants the parts of the header without the space that RFC 8292 shows between them.
    header = push.headers["authorization"].replace(", ", ",")
    assert Vapid02.verify(header)
    token = header.split("t=")[1].split(",")[0]
    claims = json.loads(bytes64(token.split(".")[1]))
    assert claims["aud"] == service.origin and claims["sub"].startswith(("mailto:", "https:"))
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    _, _, told = parley.get(village.BRUNO.host, "/api/v1/push/key", {"Cookie": cookie})
    assert header.endswith(f"k={json.loads(told)['key']}")


def test_key_stays(parley: Program, service: PushService) -> None:
    """E35: after a restart the house signs with the same key, which lies beside the data for its owner alone."""
    def key() -> str:
        cookie = signed_in(parley, village.BRUNO)
        return str(json.loads(parley.get(village.BRUNO.host, "/api/v1/push/key", {"Cookie": cookie})[2])["key"])

    before = key()
    parley.stop()
    parley.start()
    assert key() == before
    assert (parley.folder / "data/keys/push").stat().st_mode & 0o777 == 0o600
