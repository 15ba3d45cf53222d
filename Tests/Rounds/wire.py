"""A client of the wire protocol, written from docs/protocol.md alone."""

import asyncio
import contextlib
import itertools
import json
import random
import ssl
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Frame = dict[str, Any]

LOUDEST_WAIT_SECONDS = 1.0


class ProtocolBroken(AssertionError):
    """The server said what docs/protocol.md does not allow."""


class Log:
    """What one reader holds of one conversation, kept by the rule of `n` and `after`."""

    def __init__(self) -> None:
        self.entries: list[Frame] = []
        self.gaps = 0

    @property
    def held(self) -> int:
        return self.entries[-1]["n"] if self.entries else 0

    def take(self, entry: Frame) -> bool:
        """False when something is missing before this entry."""
        if entry["n"] <= self.held:
            return True
        if entry["after"] != self.held:
            self.gaps += 1
            return False
        self.entries.append(entry)
        return True

    def resume(self, subscribed: Frame) -> None:
        if subscribed["reset"]:
            self.entries = []
            if subscribed["entries"]:
                # The first entry of a reset follows something that this client does not hold.
                self.entries.append(subscribed["entries"][0])
        for entry in subscribed["entries"]:
            if not self.take(entry):
                raise ProtocolBroken(f"the answer to a subscription has a gap before {entry}")


class Outbox:
    """Messages that are not acknowledged yet, oldest first; sent again after every reconnect."""

    def __init__(self) -> None:
        self.waiting: dict[str, str] = {}
        self.acknowledged: dict[str, int] = {}

    def add(self, client: str, text: str) -> None:
        self.waiting[client] = text

    def acknowledge(self, frame: Frame) -> None:
        client, number = frame["client"], frame["n"]
        if self.acknowledged.setdefault(client, number) != number:
            raise ProtocolBroken(f"{client} was acknowledged as {self.acknowledged[client]}, then as {number}")
        self.waiting.pop(client, None)


class Line:
    """A connection that comes back by itself, says hello and resumes, until it is closed."""

    def __init__(
        self, port: int, host: str, origin: str, hello: Frame, cookie: str | None, dice: random.Random, tcp: int | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.port, self.host, self.origin, self.hello, self.cookie, self.dice = port, host, origin, hello, cookie, dice
        # Where the connection goes, when that is not the port in addresses; with TLS when there is a context.
        self.tcp, self.tls = tcp or port, tls
        self.outgoing: asyncio.Queue[str] = asyncio.Queue()
        self.welcome: Frame = {}
        self.welcomed = asyncio.Event()
        self.answers: dict[str, asyncio.Future[Frame]] = {}
        self.numbers = itertools.count(1)
        self.connections = 0
        self.broken: BaseException | None = None
        # Set by who uses the line.
        self.on_event: Callable[[Frame], None] = lambda frame: None
        self.on_welcome: Callable[[], Any] = lambda: None
        self.on_cut: Callable[[], Any] = lambda: None
        self.on_close: Callable[[int | None], Any] = lambda code: None
        self.task = asyncio.create_task(self.live())

    async def live(self) -> None:
        wait = 0.05
        while True:
            try:
                headers = {"Cookie": self.cookie} if self.cookie else {}
                async with connect(
                    f"{'wss' if self.tls else 'ws'}://{self.host}:{self.port}/live", host="127.0.0.1", port=self.tcp, ssl=self.tls,
                    origin=self.origin,  # type: ignore[arg-type]
                    additional_headers=headers, open_timeout=5, ping_interval=None, proxy=None, max_size=8 << 20,
                ) as socket:
                    self.connections += 1
                    # What was meant for the line before must not overtake the hello of this one.
                    self.outgoing = asyncio.Queue()
                    self.say(self.hello)
                    writer = asyncio.create_task(self.write(socket, self.outgoing))
                    try:
                        async for text in socket:
                            wait = 0.05
                            self.read(json.loads(text))
                    finally:
                        writer.cancel()
                        self.on_close(socket.close_code)
                        # A server that stops says over how many seconds its clients spread.
                        wait = float(socket.close_reason) if (socket.close_reason or "").isdigit() else wait
            except (OSError, TimeoutError, WebSocketException):
                pass
            except ProtocolBroken as broken:
                self.broken = broken
                return
            self.welcomed.clear()
            self.on_cut()
            for answer in self.answers.values():
                answer.cancel()
            self.answers.clear()
            await asyncio.sleep(self.dice.uniform(0, wait))
            wait = min(wait * 2, LOUDEST_WAIT_SECONDS)

    def read(self, frame: Frame) -> None:
        match frame["event"]:
            case "Welcome":
                self.welcome = frame
                self.welcomed.set()
                self.on_welcome()
            case "Ping":
                self.say({"do": "pong"})
                self.on_event(frame)
            case "Refused" if frame.get("id") is None:
                # With a time to come back the server is only too busy now, and closes with 1013.
                if frame.get("retryAfterSeconds") is None:
                    raise ProtocolBroken(f"refused at hello: {frame}")
            case _:
                waiting = self.answers.pop(str(frame.get("id")), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
                self.on_event(frame)

    def say(self, frame: Frame) -> None:
        """Sends without waiting for anything; what meets a dead line is lost, as on the net."""
        self.outgoing.put_nowait(json.dumps(frame))

    async def write(self, socket: ClientConnection, outgoing: asyncio.Queue[str]) -> None:
        with contextlib.suppress(WebSocketException, OSError):
            while True:
                await socket.send(await outgoing.get())

    async def ask(self, frame: Frame) -> Frame:
        """Sends and waits for the answer, again after every reconnect; a refusal is an answer."""
        while True:
            if self.broken:
                raise self.broken
            await self.welcomed.wait()
            number = f"c{next(self.numbers)}"
            answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
            self.answers[number] = answer
            self.say({**frame, "id": number})
            try:
                return await asyncio.wait_for(answer, 10)
            except (asyncio.CancelledError, TimeoutError):
                current = asyncio.current_task()
                if current is not None and current.cancelling():
                    raise
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
