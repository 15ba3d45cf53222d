"""A client of Parley as somebody else would write it: from docs/protocol.md, and from nothing else.

It talks as a visitor of a website, as an account with the cookie of a session, or as a program with a token; over a WebSocket or by polls, and goes
from one to the other in the middle of a conversation. What it keeps is what the page tells a client to keep.
"""

import asyncio
import contextlib
import json
import random
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from held import Log, Outgoing, Rows
from lines import Frame, Identity, Lost, PollLine, SocketLine

ANSWER_SECONDS = 20
BACK_OFF_SECONDS = (0.5, 1, 2, 4, 8, 15)
ENDING_CODES = {4400, 4401, 4403, 4426}


class Ended(Exception):
    """Trying again would be useless."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Client:
    """Somebody who talks: keeps a line, logs, lists and an outbox."""

    def __init__(self, address: str, identity: Identity, *, polls: bool = False, seed: int = 1, hurry: float = 1.0) -> None:
        """`address` is host:port. `hurry` shortens the back-off of tests."""
        self.address = address
        self.identity = identity
        self.polls = polls
        self.dice = random.Random(seed)
        self.hurry = hurry
        self.logs: dict[str, Log] = {}
        self.lists: dict[str, Rows] = {}
        self.states: dict[str, Frame] = {}
        self.welcome: Frame | None = None
        self.outbox: list[Outgoing] = []
        self.events: list[Frame] = []
        self.attempts = 0
        self.welcomes = 0
        self.ended: Ended | None = None
        self.marks_by_itself = True
        self._line: SocketLine | PollLine | None = None
        self._is_open = asyncio.Event()
        # What is said in a topic is refused before it is followed.
        self._is_resumed = False
        self._changed = asyncio.Condition()
        self._asked: dict[str, asyncio.Future[Frame]] = {}
        self._last_id = 0
        self._refusal = ""
        self._sending: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    # The line

    async def __aenter__(self) -> "Client":
        self.spawn(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._tasks:
            # Once more for one that was about to go on when it was told.
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=1)

    def spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        while True:
            if self.polls:
                self._line = PollLine(self.address, self.identity, self._take, self._held, self._topics)
            else:
                self._line = SocketLine(self.address, self.identity, self._take)
            code = await self._line.run()
            self._is_open.clear()
            self._is_resumed = False
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(Lost())
            self._asked.clear()
            self._sending.clear()
            if code in ENDING_CODES:
                self.ended = Ended(code, self._refusal)
                await self._tell()
                return
            ceiling = BACK_OFF_SECONDS[min(self.attempts, len(BACK_OFF_SECONDS) - 1)]
            self.attempts += 1
            await asyncio.sleep(self.dice.random() * ceiling * self.hurry)

    def cut(self) -> None:
        if self._line is not None:
            self._line.cut()

    def change(self, *, polls: bool) -> None:
        """Goes over to the other way of travelling, in the middle of whatever happens."""
        self.polls = polls
        self.cut()

    def _held(self, topic: str) -> int:
        return self.logs[topic].head if topic in self.logs else 0

    def _topics(self) -> list[str]:
        return [*self.logs, *self.lists]

    # What comes

    async def _take(self, frame: Frame) -> None:
        self.events.append(frame)
        if frame["event"] == "Welcome":
            self.welcome = frame
            self.welcomes += 1
            self.attempts = 0
            self._is_open.set()
            self.spawn(self._resume())
        elif frame["event"] == "Ping":
            for topic, head in frame["heads"].items():
                if topic in self.logs and head > self.logs[topic].head:
                    self.spawn(self._fill(topic))
        else:
            if frame["event"] == "Refused" and "id" not in frame:
                self._refusal = frame["reason"]
            self._take_topic(frame)
            if (future := self._asked.pop(frame.get("id", ""), None)) and not future.done():
                future.set_result(frame)
        await self._tell()

    def _take_topic(self, frame: Frame) -> None:
        topic = frame.get("topic")
        if topic in self.logs and frame["event"] not in ("Acknowledged", "Refused"):
            log = self.logs[topic]
            before = log.head
            if not log.take(frame):
                self.spawn(self._fill(topic))
            elif log.head > before and self.marks_by_itself:
                self.spawn(self._mark(topic, log.head))
        elif topic in self.lists and "text" not in frame:
            self.lists[topic].take(frame)
        elif frame["event"] == "Snapshot" and topic is not None:
            self.states[topic] = frame

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, what: Callable[[], Any], seconds: float = 30) -> Any:
        """Waits until something is so."""
        async with asyncio.timeout(seconds):
            async with self._changed:
                await self._changed.wait_for(lambda: self.ended or what())
        if self.ended and not what():
            raise self.ended
        return what()

    # What is said

    async def _resume(self) -> None:
        with contextlib.suppress(Lost, TimeoutError):
            for topic in [*self.logs, *self.lists]:
                await self._subscribe(topic)
            self._is_resumed = True
            await self._send_outbox()

    async def ask(self, verb: str, topic: str | None = None, **fields: Any) -> Frame:
        """One command and its answer. Raises `Lost` when the line goes before that."""
        self._last_id += 1
        name = f"c{self._last_id}"
        command = {"do": verb, "id": name, **({"topic": topic} if topic else {}), **fields}
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[name] = future
        try:
            if self._line is None or not self._is_open.is_set():
                raise Lost
            await self._line.say(command)
            async with asyncio.timeout(ANSWER_SECONDS):
                return await future
        finally:
            self._asked.pop(name, None)
            if future.done() and not future.cancelled():
                future.exception()

    async def insist(self, verb: str, topic: str | None = None, **fields: Any) -> Frame:
        """A command that may be said again after a cut, until it is answered."""
        while True:
            await self.until(self._is_open.is_set)
            try:
                return await self.ask(verb, topic, **fields)
            except (Lost, TimeoutError):
                await asyncio.sleep(0.02)

    async def tell(self, verb: str, **fields: Any) -> None:
        """Said, not answered, and not missed when the line is cut."""
        if self._line is not None and self._is_open.is_set():
            with contextlib.suppress(Lost):
                await self._line.say({"do": verb, **fields})

    async def follow(self, topic: str) -> Log:
        log = self.logs.setdefault(topic, Log(topic))
        await self.insist("subscribe", topic, since=log.head)
        await self.until(lambda: log.is_loaded)
        return log

    async def watch(self, topic: str) -> Rows:
        rows = self.lists.setdefault(topic, Rows())
        await self.insist("subscribe", topic)
        await self.until(lambda: rows.is_loaded)
        return rows

    async def _subscribe(self, topic: str) -> None:
        if topic in self.logs:
            await self.ask("subscribe", topic, since=self.logs[topic].head)
        else:
            await self.ask("subscribe", topic)

    async def _fill(self, topic: str) -> None:
        """A gap, or a head that is not held: what is missing is asked for."""
        with contextlib.suppress(Lost, TimeoutError):
            await self._subscribe(topic)

    async def _mark(self, topic: str, head: int) -> None:
        await self.tell("mark", topic=topic, delivered=head, seen=head)

    # The outbox

    async def send(self, topic: str, text: str) -> Frame:
        """Ends when the message is on the server's disk."""
        return await self.put(topic, text)

    def put(self, topic: str, text: str) -> asyncio.Future[Frame]:
        """Puts a message into the outbox, which keeps the order and tries until it is acknowledged."""
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.outbox.append(Outgoing(secrets.token_hex(16), topic, text, future))
        self.spawn(self._send_outbox())
        return future

    async def _send_outbox(self) -> None:
        """One after the other: a refusal holds back what comes after."""
        if not self._is_resumed:
            return
        for message in list(self.outbox):
            if message.client in self._sending or self._sending:
                return
            self._sending.add(message.client)
            try:
                if not await self._deliver(message):
                    return
            finally:
                self._sending.discard(message.client)
        if self.outbox and self._is_open.is_set():
            self.spawn(self._send_outbox())

    async def _deliver(self, message: Outgoing) -> bool:
        try:
            answer = await self.ask("send", message.topic, client=message.client, text=message.text)
        except Lost:
            return False
        except TimeoutError:
            self.spawn(self._try_later(1))
            return False
        if answer["event"] == "Refused" and "retryAfterSeconds" in answer:
            self.spawn(self._try_later(answer["retryAfterSeconds"]))
            return False
        self.outbox.remove(message)
        if not message.done.done():
            message.done.set_result(answer)
        return True

    async def _try_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._send_outbox()


async def older(address: str, identity: Identity, conversation: str, before: int, limit: int = 50) -> AsyncIterator[Frame]:
    """Everything before a number, newest page first (3)."""
    headers = dict(identity.headers)
    if "site" in identity.hello:
        headers["Authorization"] = f"Visitor {identity.hello['site']}:{identity.hello['key']}"
    async with aiohttp.ClientSession() as session:
        while True:
            url = f"http://{address}/api/v1/chats/{conversation}/entries?before={before}&limit={limit}"
            async with session.get(url, headers=headers) as response:
                page = await response.json()
            for entry in reversed(page["entries"]):
                yield entry
            if not page["more"] or not page["entries"]:
                return
            before = page["entries"][0]["n"]
