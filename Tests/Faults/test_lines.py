"""Connections that break in ways that nobody is told of, and clients that do not read, or say everything twice."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator

import pytest
from attackers import TEXT, Raw, Socket, frame, resident_bytes
from faults import Company, fragile, seed_of_today, suffer
from talkers import Visitor, widget_of

import village
from program import Program

MEGABYTE = 1 << 20


class Swallower:
    """A proxy that from some moment on takes everything and passes nothing on, as a lost network does."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.swallows = False
        self.ended = asyncio.Event()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", self.program.port)
        onward = asyncio.create_task(self.pass_on(reader, to))
        await self.pass_on(there, writer)
        # The server has ended it.
        self.ended.set()
        onward.cancel()
        writer.close()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if not self.swallows:
                    writer.write(data)
                    await writer.drain()


def test_half_open_and_slow() -> None:
    """E20, E74: a line whose other end is gone without a word is let go of within 30 s, and so are those who speak a letter at a time."""
    with fragile() as program:
        asyncio.run(wait_for_the_patience(program))


async def wait_for_the_patience(program: Program) -> None:
    dice = random.Random()
    widget = widget_of(program, village.HARBOUR)
    swallower = Swallower(program)
    async with swallower.open() as port:
        visitor = Visitor(f"Guest{dice.getrandbits(40)}", program, dice, village.HARBOUR, widget)
        topic = await visitor.enter()
        through = Visitor(f"Guest{dice.getrandbits(40)}", program, dice, village.HARBOUR, widget)
        await through.close()
        lost = Visitor.__new__(Visitor)
        moved = Program(program.folder)
        moved.port = port
        Visitor.__init__(lost, f"Guest{dice.getrandbits(40)}", moved, dice, village.HARBOUR, widget)
        lost.line.origin = visitor.line.origin
        await lost.enter()
        swallower.swallows = True
        began = time.monotonic()
        slow = [asyncio.to_thread(dribble, program, start, letter) for start, letter in DRIBBLES]
        ends = await asyncio.gather(*slow)
        assert all(ends), ends
        # Its end is the proxy's to see: the client hears nothing.
        await asyncio.wait_for(swallower.ended.wait(), 35)
        assert time.monotonic() - began < 35
        await lost.close()
        visitor.write(topic, "Guest says 0")
        while visitor.waits:
            await asyncio.sleep(0.02)
        assert visitor.line.connections == 1
        await visitor.close()


# What is said first, and what then comes for ever, a letter a second.
DRIBBLES = [
    (b"", b"G"),
    (b"\r\n" * 5000, b"\r\n"),
    (b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"x"),
    (b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\nX-Slow: ", b"x"),
    (b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nemail=", b"a"),
    (b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
]


def dribble(program: Program, start: bytes, letter: bytes) -> bool:
    """Whether the server has ended it in time."""
    with Raw(program) as raw:
        raw.say(start)
        raw.socket.settimeout(0.5)
        end = time.monotonic() + 35
        while time.monotonic() < end:
            if not raw.say(letter):
                return True
            with contextlib.suppress(TimeoutError):
                try:
                    if raw.socket.recv(65_536) == b"":
                        return True
                except ConnectionResetError:
                    return True
    return False


def test_one_message_said_twenty_times_at_once() -> None:
    """X4: one message that twenty lines of a visitor send at the same moment stands there once, and all twenty hear the same number."""
    seed = seed_of_today()
    dice = random.Random(seed)
    with fragile() as program:
        widget = widget_of(program, village.HARBOUR)

        async def story() -> None:
            first = Visitor(f"Guest{dice.getrandbits(40)}", program, dice, village.HARBOUR, widget)
            topic = await first.enter()
            tabs = [first]
            for _ in range(19):
                tab = Visitor.__new__(Visitor)
                Visitor.__init__(tab, first.name, program, dice, village.HARBOUR, widget)
                tab.key = tab.line.hello["key"] = first.key
                tabs.append(tab)
            for tab in tabs[1:]:
                await tab.line.welcomed.wait()
                await tab.subscribe(topic)
            for place in range(10):
                client = f"{dice.getrandbits(128):032x}"
                for tab in tabs:
                    tab.outbox(topic).add(client, f"Guest says {place}")
                for tab in dice.sample(tabs, len(tabs)):
                    tab.push(topic, client, f"Guest says {place}")
                while any(tab.waits for tab in tabs):
                    await asyncio.sleep(0.01)
            assert len({json.dumps(tab.outbox(topic).acknowledged) for tab in tabs}) == 1
            history = await asyncio.to_thread(first.history, topic)
            said = [entry["client"] for entry in history if entry["event"] == "MessageSent"]
            assert said == list(first.outbox(topic).acknowledged)
            for tab in tabs:
                assert not tab.refusals
                await tab.close()

        asyncio.run(asyncio.wait_for(story(), 60))


@pytest.mark.parametrize("readers", [6])
def test_readers_that_stand_still(readers: int) -> None:
    """E20: who follows a busy chat without reading is let go of, told 1013, costs no more than its queue, and nobody else waits for it."""
    with fragile() as program:
        before = resident_bytes(program)
        stalled: list[Socket] = []

        async def stall_and_talk(company: Company) -> None:
            visitor = company.visitors[0]
            for _ in range(readers):
                stalled.append(await asyncio.to_thread(stands_still, program, visitor))
            for _ in range(900):
                company.say(visitor, "long " * 1500)
                while len(visitor.outbox(visitor.topic).waiting) > 40:
                    await asyncio.sleep(0.005)

        suffer(program, seed_of_today(), stall_and_talk, visitors=1)
        codes = [line.hear(patience=5).code for line in stalled]
        for line in stalled:
            line.socket.close()
        # A line that was cut in the middle of a frame hears no code; it was not waited for either.
        assert set(codes) <= {1013, 0}, codes
        assert resident_bytes(program) - before < 150 * MEGABYTE


def stands_still(program: Program, visitor: Visitor) -> Socket:
    """Another tab of the visitor, which subscribes and never reads again."""
    line = Socket(program, json.dumps(visitor.line.hello).encode(), receive_buffer=4096)
    line.hear(texts=2)
    line.say(frame(TEXT, json.dumps({"do": "subscribe", "topic": visitor.topic, "since": 0}).encode()))
    return line
