"""A visitor and an agent without a browser: they talk as fast as they can and come back after every cut."""

import asyncio
import json
import random
import re
import urllib.parse
from typing import Any

import village
from program import Way
from wire import Frame, Line, Log, Outbox, ProtocolBroken


class Talker:
    """What both have in common: a line, logs, and an outbox for each conversation."""

    line: Line
    # A test that breaks something for a moment need not wait as long as people are told to.
    longest_wait = float("inf")
    # Clients with people have one message of a topic on its way: those behind one that is refused must not overtake it.
    one_at_a_time = False

    def __init__(self, name: str, program: Way, dice: random.Random) -> None:
        self.name, self.program, self.dice = name, program, dice
        self.logs: dict[str, Log] = {}
        self.outboxes: dict[str, Outbox] = {}
        self.refusals: list[Frame] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        # Topics on whose line what waited has been sent; before that a new message would overtake the older ones.
        self.flowing: set[str] = set()

    def use(self, line: Line) -> None:
        self.line = line
        line.on_event = self.on_event
        line.on_welcome = lambda: self.begin(self.resume())
        line.on_cut = self.flowing.clear

    def begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def resume(self) -> None:
        for topic in list(self.logs):
            await self.subscribe(topic)

    async def subscribe(self, topic: str) -> None:
        log = self.logs.setdefault(topic, Log())
        answer = await self.line.ask({"do": "subscribe", "topic": topic, "since": log.held})
        if answer["event"] != "Subscribed":
            raise ProtocolBroken(f"{self.name} may not read {topic}: {answer}")
        self.send_what_waits(topic)

    def send_what_waits(self, topic: str) -> None:
        self.flowing.add(topic)
        for client, text in list(self.outbox(topic).waiting.items())[: 1 if self.one_at_a_time else None]:
            self.push(topic, client, text)

    def outbox(self, topic: str) -> Outbox:
        return self.outboxes.setdefault(topic, Outbox())

    def write(self, topic: str, text: str) -> None:
        client = f"{self.dice.getrandbits(128):032x}"
        self.outbox(topic).add(client, text)
        if topic in self.flowing and (not self.one_at_a_time or len(self.outbox(topic).waiting) == 1):
            self.push(topic, client, text)

    def push(self, topic: str, client: str, text: str) -> None:
        self.line.say({"do": "send", "topic": topic, "client": client, "text": text, "id": client})

    def on_event(self, frame: Frame) -> None:
        topic = frame.get("topic", "")
        if frame["event"] == "Acknowledged":
            self.outbox(topic).acknowledge(frame)
            if self.one_at_a_time and topic in self.flowing:
                self.send_what_waits(topic)
        elif frame["event"] == "Subscribed":
            self.logs[topic].resume(frame)
            self.mark(topic)
        elif frame["event"] == "Refused":
            self.refused(frame)
        elif frame["event"] == "Ping":
            for behind in (topic for topic, head in frame["heads"].items() if topic in self.logs and head > self.logs[topic].held):
                self.begin(self.subscribe(behind))
        elif "n" in frame and topic in self.logs:
            if self.logs[topic].take(frame):
                self.mark(topic)
            else:
                self.begin(self.subscribe(topic))

    def refused(self, frame: Frame) -> None:
        """A message that was refused for now goes out again, those after it are held back; what is refused for good is a finding."""
        for topic, outbox in self.outboxes.items():
            if frame.get("id") in outbox.waiting and frame.get("retryAfterSeconds") is not None:
                if topic in self.flowing:
                    self.flowing.discard(topic)
                    self.begin(self.again(topic, frame["retryAfterSeconds"]))
                return
        self.refusals.append(frame)

    async def again(self, topic: str, seconds: float) -> None:
        await asyncio.sleep(min(seconds, self.longest_wait))
        self.send_what_waits(topic)

    def mark(self, topic: str) -> None:
        self.line.say({"do": "mark", "topic": topic, "delivered": self.logs[topic].held, "seen": self.logs[topic].held})

    @property
    def waits(self) -> bool:
        return any(outbox.waiting for outbox in self.outboxes.values())

    def history(self, topic: str) -> list[Frame]:
        """The whole conversation as the pages of the API give it, oldest first."""
        entries: list[Frame] = []
        before = 2**53
        while True:
            conversation = topic.removeprefix("chat.")
            path = f"/api/v1/chats/{conversation}/entries?before={before}&limit=50"
            status, _, body = self.program.get(self.line.host, path, self.credentials())
            if status != 200:
                raise ProtocolBroken(f"{self.name} asked for {path}: {status} {body}")
            page = json.loads(body)
            entries = page["entries"] + entries
            if not page["more"]:
                return entries
            before = page["entries"][0]["n"]

    def credentials(self) -> dict[str, str]:
        raise NotImplementedError

    async def close(self) -> None:
        await self.line.close()
        for task in self.tasks:
            task.cancel()


class Visitor(Talker):
    def __init__(self, name: str, program: Way, dice: random.Random, website: village.Website, widget: str) -> None:
        super().__init__(name, program, dice)
        self.widget = widget
        self.key = f"{dice.getrandbits(128):032x}"
        origin = program.url(website.host, "")
        page = {"url": f"{origin}/", "title": website.name}
        hello = {"do": "hello", "protocol": 1, "site": widget, "key": self.key, "page": page, "language": "en"}
        self.use(Line(program.port, village.FRONT, origin, hello, None, dice, program.tcp, program.tls))

    async def enter(self) -> str:
        """Opens the widget, fills the form, and answers the topic of this visitor's conversation."""
        await self.line.welcomed.wait()
        self.topic: str = self.line.welcome["topic"]
        await self.subscribe(self.topic)
        await done(self, {"do": "open", "topic": self.topic})
        form = {"name": self.name, "email": f"{self.name.lower()}@example.com", "phone": "+33 6 12 34 56 78", "service": ""}
        await done(self, {"do": "form", "topic": self.topic, **form})
        return self.topic

    def credentials(self) -> dict[str, str]:
        return {"Authorization": f"Visitor {self.widget}:{self.key}", "Origin": self.line.origin}


class Agent(Talker):
    def __init__(self, person: village.Person, program: Way, dice: random.Random) -> None:
        super().__init__(person.name, program, dice)
        self.cookie = signed_in(program, person)
        origin = program.url(person.host, "")
        self.use(Line(program.port, person.host, origin, {"do": "hello", "protocol": 1}, self.cookie, dice, program.tcp, program.tls))

    async def join(self, topic: str) -> None:
        await self.line.welcomed.wait()
        await self.subscribe(topic)
        await done(self, {"do": "join", "topic": topic})

    def refused(self, frame: Frame) -> None:
        """Who did not answer for too long lost the chat, and comes back by a click."""
        topic = next((topic for topic, outbox in self.outboxes.items() if frame.get("id") in outbox.waiting), None)
        if frame["reason"] != "notJoined" or topic is None:
            super().refused(frame)
        elif topic in self.flowing:
            self.flowing.discard(topic)
            self.begin(self.come_back(topic))

    async def come_back(self, topic: str) -> None:
        await done(self, {"do": "join", "topic": topic})
        self.send_what_waits(topic)

    def credentials(self) -> dict[str, str]:
        return {"Cookie": self.cookie}


async def done(talker: Talker, command: Frame) -> None:
    answer = await talker.line.ask(command)
    if answer["event"] != "Done":
        raise ProtocolBroken(f"{talker.name} was not allowed to {command['do']}: {answer}")


def signed_in(program: Way, person: village.Person) -> str:
    status, headers, body = program.demo.get(person.host, village.sign_in_path(person))
    if status not in (302, 303) or "set-cookie" not in headers:
        raise ProtocolBroken(f"{person.name} could not sign in: {status} {headers} {body[:200]}")
    return headers["set-cookie"].split(";", 1)[0]


def widget_of(program: Way, website: village.Website) -> str:
    """The widget key, read from the snippet in the website's page as a browser would."""
    _, _, page = program.get(website.host, "/")
    found = re.search(r'data-site="([^"]+)"', page)
    if found is None:
        raise ProtocolBroken(f"{website.host} carries no widget")
    return urllib.parse.unquote(found[1])
