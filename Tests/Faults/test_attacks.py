"""What strangers may try against the one port: every one is told clearly, memory stays bounded, and others notice nothing."""

import asyncio
import json
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from attackers import BINARY, CLOSE, CONTINUATION, PING, TEXT, Raw, Socket, frame, resident_bytes, upgrade
from rounds import running
from talkers import Visitor, widget_of

import village
from program import Program

MEGABYTE = 1 << 20
# What one attack may cost; the memory that a burst took is used again, and not given back at once.
GROWTH_LIMIT = 120 * MEGABYTE


@pytest.fixture(scope="module")
def parley() -> Iterator[Program]:
    with running("sqlite") as program:
        yield program


@pytest.fixture(autouse=True)
def bystander(parley: Program) -> Iterator[None]:
    """A visitor who was there before the attack, and is heard after it on the same line."""
    before = resident_bytes(parley)
    with Bystander(parley) as visitor:
        yield
        assert parley.runs, parley.log_end()
        visitor.says_something()
    assert resident_bytes(parley) - before < GROWTH_LIMIT
    assert parley.get(village.FRONT, "/health")[0] == 200


class Bystander:
    """A visitor on a thread of their own, so that attacks may block."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Bystander":
        self.thread.start()
        self.do(self.enter())
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self.visitor.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def do(self, work) -> None:  # type: ignore[no-untyped-def]
        asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def enter(self) -> None:
        dice = random.Random()
        name = f"Bystander{dice.getrandbits(32)}"
        self.visitor = Visitor(name, self.program, dice, village.HARBOUR, widget_of(self.program, village.HARBOUR))
        self.topic = await self.visitor.enter()

    def says_something(self) -> None:
        self.do(self.said())
        assert self.visitor.line.connections == 1, "the bystander was cut off"

    async def said(self) -> None:
        self.visitor.write(self.topic, "Bystander says 0")
        async with asyncio.timeout(20):
            while self.visitor.waits:
                await asyncio.sleep(0.01)


def hello(parley: Program) -> bytes:
    key = f"{random.getrandbits(128):032x}"
    return json.dumps({"do": "hello", "protocol": 1, "site": widget_of(parley, village.HARBOUR), "key": key}).encode()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"path": "/nowhere"}, 404),
        ({"Sec_WebSocket_Version": "12"}, 426),
        ({"Sec_WebSocket_Version": None}, 426),
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400),
        ({"Origin": None}, 403),
        ({"Origin": None, "Authorization": "Bearer parley_00000000000000000000000000000000"}, 401),
        ({"Connection": "keep-alive"}, 426),
    ],
    ids=["path", "version", "no version", "no key", "short key", "no origin", "token", "no wish"],
)
def test_refused_upgrades(parley: Program, changed: dict[str, str | None], status: int) -> None:
    """E20: an upgrade that is refused is told so with a status, and its connection ends."""
    with Raw(parley) as raw:
        raw.say(upgrade(parley, **changed))
        told = raw.until_the_end(5) if changed.get("Connection") is None else raw.head()
    assert told.status == status, told
    if status == 426:
        assert told.headers.get("sec-websocket-version") == "13"


def test_foreign_origin(parley: Program) -> None:
    """E20: who comes from a page that is not the website's is turned away at the hello, with the code for it."""
    with Raw(parley) as raw:
        raw.say(upgrade(parley, Origin="http://elsewhere.example"))
        assert raw.head().status == 101
    line = Socket.__new__(Socket)
    Raw.__init__(line, parley)
    with line:
        line.say(upgrade(parley, Origin="http://elsewhere.example"))
        line.head()
        line.say(frame(TEXT, hello(parley)))
        assert line.hear().code == 4403


def test_h2c(parley: Program) -> None:
    """E20: a plain request that would like HTTP/2 is answered as it is."""
    with Raw(parley) as raw:
        raw.say(
            f"GET /health HTTP/1.1\r\nHost: localhost:{parley.port}\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n".encode()
        )
        told = raw.until_the_end()
    assert (told.status, told.ended) == (200, True)
    assert b'"status":"ok"' in told.bytes


BAD_FRAMES: dict[str, tuple[bytes, int]] = {
    "unmasked": (frame(TEXT, b"{}", masked=False), 1002),
    "reserved bit 1": (frame(TEXT, b"{}", reserved=0x40), 1002),
    "reserved bit 2": (frame(TEXT, b"{}", reserved=0x20), 1002),
    "reserved bit 3": (frame(TEXT, b"{}", reserved=0x10), 1002),
    "reserved opcode": (frame(3, b"{}"), 1002),
    "reserved control opcode": (frame(11, b""), 1002),
    "binary": (frame(BINARY, b"{}"), 1003),
    "bad UTF-8": (frame(TEXT, b"\xce\xba\xff"), 1007),
    "half a letter": (frame(TEXT, b"\xe2\x82"), 1007),
    "a continuation of nothing": (frame(CONTINUATION, b"{}"), 1002),
    "a ping in fragments": (frame(PING, b"", fin=False), 1002),
    "a long ping": (frame(PING, b"p" * 126), 1002),
    "a close of one byte": (frame(CLOSE, b"\3"), 1002),
    "a close with 1005": (frame(CLOSE, struct.pack(">H", 1005)), 1002),
    "10 MB": (frame(TEXT, b" " * (10 * MEGABYTE)), 1009),
    "2^63 bytes": (b"\x81\xff\x7f" + b"\xff" * 7 + b"\0\0\0\0", 1009),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_bad_frames(parley: Program, name: str) -> None:
    """E20: a frame that may not be is answered with the code that says why, before and after the hello."""
    bad, code = BAD_FRAMES[name]
    for greeting in (None, hello(parley)):
        with Socket(parley, greeting) as line:
            # So large a frame is not taken to its end.
            sender = threading.Thread(target=line.say, args=(bad,))
            sender.start()
            heard = line.hear()
            line.cut()
            sender.join()
        assert heard.code == code


def test_endless_fragments(parley: Program) -> None:
    """E20: a message that never ends is ended at the limit of a frame, and fragments without a byte cost nothing."""
    with Socket(parley, hello(parley)) as line:
        line.say(frame(TEXT, b"a", fin=False) + frame(CONTINUATION, b"a", fin=False) * 70_000)
        assert line.hear().code == 1009
    with Socket(parley, hello(parley)) as line:
        line.say(frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b"", fin=False) * 100_000 + frame(CONTINUATION, b'"do":"dance","id":"x"}'))
        heard = line.hear(texts=3)
        assert json.loads(heard.texts[-1])["reason"] == "notUnderstood", heard


def test_endless_pings(parley: Program) -> None:
    """E20: pings are answered; who sends them without reading the answers is let go of, and has cost no more than its queue."""
    with Socket(parley, hello(parley)) as line:
        line.say(frame(PING, b"p" * 125) * 1000)
        assert line.hear(patience=1).pongs == 1000
    with Socket(parley, hello(parley), receive_buffer=4096) as line:
        flood = frame(PING, b"p" * 125) * 8192
        end = time.monotonic() + 30
        while line.say(flood):
            assert time.monotonic() < end, "the flood never met a limit"


DEEP = 100_000


def deep_json() -> list[bytes]:
    return [
        b"[" * 513, b'{"key":' * 512 + b"{", b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"key":' * DEEP, b'{"key":' * DEEP + b"1" + b"}" * DEEP,
        b'{"key":"' + b"k" * (10 * MEGABYTE) + b'"}',
    ]


def test_deep_json_in_frames(parley: Program) -> None:
    """E20: JSON as deep as a frame may be is refused as not understood, and the line goes on."""
    with Socket(parley, hello(parley)) as line:
        line.hear(texts=2)
        for deep in (b"[" * 513, b'{"a":' * 512 + b"{", b"[" * 65_000, b'{"do":' * 10_900, b'{"do":"pong","x":' + b"[" * 32_000 + b"]" * 32_000 + b"}"):
            line.say(frame(TEXT, deep))
        line.say(frame(TEXT, b'{"do":"open","topic":"kitchen.1","id":"last"}'))
        heard = line.hear(texts=6)
        assert json.loads(heard.texts[-1])["id"] == "last", heard
        assert {json.loads(text)["event"] for text in heard.texts} == {"Refused"}


def json_routes(parley: Program) -> list[str]:
    widget = widget_of(parley, village.HARBOUR)
    return [
        f"/api/v1/widget/{widget}/views", f"/api/v1/widget/{widget}/beats", "/api/v1/push/subscriptions", "/api/v1/push/forget",
        "/webhooks/payments/stripe", "/webhooks/payments/test",
    ]


def test_deep_json_in_requests(parley: Program) -> None:
    """E20: 10 MB of JSON, and JSON 100,000 deep, are refused by every route that reads JSON."""
    for path in json_routes(parley):
        for body in deep_json():
            with Raw(parley) as raw:
                raw.say(
                    f"POST {path} HTTP/1.1\r\nHost: localhost:{parley.port}\r\nOrigin: http://{village.HARBOUR.host}:{parley.port}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                )
                sender = threading.Thread(target=raw.say, args=(body,))
                sender.start()
                told = raw.head()
                raw.cut()
                sender.join()
            assert 400 <= told.status < 500, (path, len(body), told)


def test_numbers_at_the_edges(parley: Program) -> None:
    """E20: the largest and smallest numbers are values like others, in frames and in addresses."""
    edges = [2**63 - 1, -(2**63), 2**63, 2**64, 1e308, -1, 0]
    with Socket(parley, hello(parley)) as line:
        welcome = json.loads(line.hear(texts=1).texts[0])
        topic = welcome["topic"]
        count = 0
        for edge in edges:
            for command in (
                {"do": "subscribe", "since": edge}, {"do": "mark", "delivered": edge, "seen": edge}, {"do": "rate", "of": edge, "stars": edge},
                {"do": "rate", "of": edge, "stars": 5}, {"do": "tip", "of": edge, "units": edge, "client": "12345678"},
                {"do": "tip", "of": edge, "units": 1, "client": "12345678"}, {"do": "send", "client": "12345678", "text": "x", "price": edge},
                {"do": "subscribe", "topic": f"chat.{edge}"}, {"do": "hello", "protocol": edge},
            ):
                count += 1
                line.say(frame(TEXT, json.dumps({"topic": topic, "id": f"e{count}", **command}).encode()))
        line.say(frame(TEXT, b'{"do":"dance","id":"last"}'))
        heard = line.hear(texts=20)
        while not any('"last"' in text for text in heard.texts):
            more = line.hear(texts=1)
            assert more.texts, f"the line ended with {more.code}"
            heard.texts += more.texts
    conversation = topic.removeprefix("chat.")
    for edge in edges:
        for query in (f"before={edge}", f"limit={edge}", f"before={edge}&limit={edge}"):
            assert parley.get(village.FRONT, f"/api/v1/chats/{conversation}/entries?{query}")[0] < 500
        assert parley.get(village.FRONT, f"/api/v1/chats/{edge}/entries")[0] < 500
        assert parley.get(village.FRONT, f"/files/{edge}?pass=account.{edge}.{edge}.{edge}.x", {"Range": f"bytes={edge}-{edge}"})[0] < 500
        for path in ("/webhooks/payments/stripe", "/webhooks/payments/test"):
            for signature in ("Stripe-Signature", "Test-Signature", "Parley-Signature"):
                assert parley.request("POST", village.FRONT, path, "{}", {signature: f"t={edge},v1=00"})[0] < 500


def test_half_closed(parley: Program) -> None:
    """E20: who closes only the half that speaks is let go of, before and after the upgrade, in the middle of a request too."""
    for begun in (b"", b"GET / HT", upgrade(parley), b"POST /webhooks/payments/stripe HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"):
        with Raw(parley) as raw:
            raw.say(begun)
            if begun.startswith(b"GET /live"):
                raw.head()
            raw.socket.shutdown(socket.SHUT_WR)
            assert raw.until_the_end().ended


def test_pipelined_garbage(parley: Program) -> None:
    """E20: requests that come in one piece are answered in order, and what is no HTTP behind them ends the connection."""
    request = f"GET /health HTTP/1.1\r\nHost: localhost:{parley.port}\r\n\r\n".encode()
    with Raw(parley) as raw:
        raw.say(request * 3 + b"\x16\x03\x01 this is no HTTP\r\n\r\n" * 50)
        told = raw.until_the_end()
    assert told.ended and told.bytes.count(b"HTTP/1.1 200") == 3
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 5000, b"GET " + b"x" * 100_000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        with Raw(parley) as raw:
            raw.say(garbage + b"\r\n\r\n")
            told = raw.until_the_end()
        assert told.ended and told.status in (0, 400, 431, 505), told


def test_header_floods(parley: Program) -> None:
    """E20: a head is bounded, whether by one long header or by many short ones."""
    for flood in (b"X: " + b"y" * MEGABYTE, b"".join(b"X%d: y\r\n" % number for number in range(50_000)), b"Cookie: " + b"a=b; " * 50_000):
        with Raw(parley) as raw:
            raw.say(b"GET / HTTP/1.1\r\nHost: a\r\n" + flood + b"\r\n\r\n")
            told = raw.until_the_end()
        assert told.ended and told.status in (0, 400, 431), told


@pytest.mark.parametrize("path", ["/webhooks/payments/stripe", "/sign-in", "/health", "/live"])
def test_endless_body(parley: Program, path: str) -> None:
    """E20: a body without an end is read away only so far."""
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    with Raw(parley) as raw:
        raw.say(f"POST {path} HTTP/1.1\r\nHost: localhost:{parley.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        sent = 0
        try:
            while sent < 400 * MEGABYTE:
                raw.socket.sendall(chunk)
                sent += len(chunk)
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            pass
    assert sent < 100 * MEGABYTE


def test_silent_connections(parley: Program) -> None:
    """E20: five thousand connections that say nothing hold neither anybody up nor much memory."""
    before = resident_bytes(parley)
    silent = [Raw(parley) for _ in range(5000)]
    try:
        assert parley.get(village.FRONT, "/health")[0] == 200
        assert resident_bytes(parley) - before < 100 * MEGABYTE
    finally:
        for raw in silent:
            raw.socket.close()


