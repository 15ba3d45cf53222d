"""The two ways on which a client and the server talk: a WebSocket, and requests that wait."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import websockets
from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, Any]
HELLO_VERSION = 1
SILENCE_SECONDS = 25
POLL_SECONDS = 25
# Between two polls, so that many small things do not make as many requests.
REST_SECONDS = 0.05
# What the server may be asked to bring at once.
COMMANDS_AT_ONCE = 4

Take = Callable[[Frame], Awaitable[None]]


class Lost(Exception):
    """The line was cut before the answer came."""


@dataclass
class Identity:
    """Who says hello, and with what."""

    hello: Frame
    headers: dict[str, str]

    @staticmethod
    def visitor(site: str, key: str, origin: str, language: str = "en") -> "Identity":
        return Identity({"do": "hello", "protocol": HELLO_VERSION, "site": site, "key": key, "language": language}, {"Origin": origin})

    @staticmethod
    def account(origin: str, cookie: str) -> "Identity":
        return Identity({"do": "hello", "protocol": HELLO_VERSION}, {"Origin": origin, "Cookie": cookie})

    @staticmethod
    def program(token: str) -> "Identity":
        return Identity({"do": "hello", "protocol": HELLO_VERSION}, {"Authorization": f"Bearer {token}"})


class SocketLine:
    """One WebSocket (1, 5)."""

    def __init__(self, address: str, identity: Identity, take: Take) -> None:
        self.address = address
        self.identity = identity
        self.take = take
        self.socket: ClientConnection | None = None

    async def run(self) -> int:
        """Until the line ends; answers the close code."""
        headers = {name: value for name, value in self.identity.headers.items() if name != "Origin"}
        origin = self.identity.headers.get("Origin")
        try:
            async with connect(
                f"ws://{self.address}/live", origin=origin, additional_headers=headers, ping_interval=None, open_timeout=10, proxy=None,
                max_size=None,
            ) as socket:
                self.socket = socket
                await socket.send(json.dumps(self.identity.hello))
                while True:
                    async with asyncio.timeout(SILENCE_SECONDS):
                        text = await socket.recv()
                    frame = json.loads(text)
                    if frame["event"] == "Ping":
                        await socket.send('{"do":"pong"}')
                    await self.take(frame)
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except (OSError, TimeoutError, websockets.InvalidHandshake):
            return 1006
        finally:
            self.socket = None

    async def say(self, command: Frame) -> None:
        if self.socket is None:
            raise Lost
        try:
            await self.socket.send(json.dumps(command))
        except websockets.ConnectionClosed:
            raise Lost from None

    def cut(self) -> None:
        """As a lost network does: without a goodbye."""
        if self.socket is not None:
            self.socket.transport.abort()


class PollLine:
    """The same in requests that wait (8)."""

    def __init__(self, address: str, identity: Identity, take: Take, held: Callable[[str], int], topics: Callable[[], list[str]]) -> None:
        self.address = address
        self.identity = identity
        self.take = take
        self.held = held
        self.topics = topics
        self.seen: dict[str, str] = {}
        self.commands: list[Frame] = []
        self.under_way: list[Frame] = []
        self.waiting: asyncio.Task[Any] | None = None
        self.is_welcome = False
        self.polls = 0
        self.is_cut = False

    async def run(self) -> int:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=POLL_SECONDS + 15)) as session:
            while not self.is_cut:
                self.under_way, self.commands = self.commands[:COMMANDS_AT_ONCE], self.commands[COMMANDS_AT_ONCE:]
                self.waiting = asyncio.create_task(self.poll(session, self.under_way))
                try:
                    code = await self.waiting
                except asyncio.CancelledError:
                    if (current := asyncio.current_task()) and current.cancelling():
                        raise
                    # It gave way to something that is to be said.
                    continue
                except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError):
                    return 1006
                finally:
                    self.waiting = None
                if code is not None:
                    return code
                await asyncio.sleep(REST_SECONDS)
        return 1006

    async def poll(self, session: aiohttp.ClientSession, commands: list[Frame]) -> int | None:
        asked = {command["topic"] for command in commands if command["do"] == "subscribe"}
        followed = [
            {"do": "subscribe", "id": f"again.{topic}", "topic": topic, "since": self.held(topic)}
            for topic in self.topics()
            if topic not in asked
        ]
        # Whoever subscribes wants the whole state.
        seen = {topic: tag for topic, tag in self.seen.items() if topic not in asked}
        body = {"frames": [self.identity.hello, *followed, *commands], "seen": seen, "wait": POLL_SECONDS if self.is_welcome else 0}
        self.polls += 1
        headers = {**self.identity.headers, "Content-Type": "text/plain"}
        async with session.post(f"http://{self.address}/api/v1/live", data=json.dumps(body), headers=headers) as response:
            answer = await response.json()
            if response.status in (429, 503) and self.is_welcome:
                await asyncio.sleep(float(response.headers.get("Retry-After", 1)))
                self.commands = commands + self.commands
                return None
        for frame in answer.get("frames", []):
            if frame["event"] == "Welcome":
                if self.is_welcome:
                    continue
                self.is_welcome = True
            await self.take(frame)
        self.seen.update(answer.get("seen", {}))
        if response.status != 200 or "close" in answer:
            return int(answer.get("close", 1006))
        return None

    async def say(self, command: Frame) -> None:
        if not self.is_welcome or self.is_cut:
            raise Lost
        self.commands.append(command)
        # A request that only waits is cut off; one that carries commands may have done them.
        if self.waiting is not None and not any("id" in carried for carried in self.under_way):
            self.waiting.cancel()

    def cut(self) -> None:
        self.is_cut = True
        if self.waiting is not None:
            self.waiting.cancel()
