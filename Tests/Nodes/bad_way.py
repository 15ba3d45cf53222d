"""A way between the nodes and NATS that can be slow, dead or cut: every byte of the bus goes through it."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Iterator
from typing import Any

from program import free_port


class BadWay:
    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self.delay_seconds = 0.0
        self.is_dead = False
        self.open: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()
        self.dice = random.Random(self.port)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()
        self.ready.wait(10)

    def live(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.pass_on, "127.0.0.1", self.port))
        self.ready.set()
        self.loop.run_forever()
        server.close()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_dead:
                raise ConnectionError
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self.open |= {writer, back}
        await asyncio.gather(self.carry(reader, back), self.carry(there, writer))
        self.open -= {writer, back}

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while block := await reader.read(self.dice.choice([100, 1000, 65_536])):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(block)
                await writer.drain()
        writer.close()

    def cut(self) -> None:
        """Ends every connection; who comes again is let through unless the way is dead."""
        self.call(lambda: [writer.transport.abort() for writer in list(self.open)])

    def call(self, act: Any) -> None:
        self.loop.call_soon_threadsafe(act)

    def close(self) -> None:
        self.cut()
        self.call(self.loop.stop)
        self.thread.join(10)


@contextlib.contextmanager
def bad_way(target: int) -> Iterator[BadWay]:
    way = BadWay(target)
    try:
        yield way
    finally:
        way.close()
