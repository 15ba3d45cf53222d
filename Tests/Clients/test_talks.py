"""A second client, written from docs/protocol.md alone: it talks, resumes, polls, and goes from one way to the other in between."""

import asyncio
import os
import random
import re
import secrets
import time
import urllib.parse
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from client import Client, Ended, older
from held import Log
from lines import Frame, Identity
from rounds import ENGINES, running
from talkers import signed_in, widget_of

import village
from program import Program


@pytest.fixture(scope="module", params=ENGINES)
def parley(request: pytest.FixtureRequest) -> Iterator[Program]:
    with running(request.param) as started:
        yield started


@pytest.fixture(scope="module")
def embedded() -> Iterator[Program]:
    with running("sqlite") as started:
        yield started


def play(story: Coroutine[Any, Any, None]) -> None:
    """A story that hangs says where."""
    asyncio.run(asyncio.wait_for(story, STORY_LIMIT_SECONDS))


def address(parley: Program) -> str:
    return f"127.0.0.1:{parley.port}"


def new_visitor(parley: Program, website: village.Website = village.HARBOUR) -> Identity:
    return Identity.visitor(widget_of(parley, website), secrets.token_hex(16), f"http://{website.host}:{parley.port}")


def agent(parley: Program, person: village.Person = village.CLARA) -> Identity:
    return Identity.account(f"http://{address(parley)}", signed_in(parley, person))


def token(parley: Program, person: village.Person, *scopes: str) -> str:
    cookie = signed_in(parley, person)
    _, _, page = parley.get(person.host, "/profile/tokens", {"Cookie": cookie})
    form_token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert form_token is not None
    fields = [("form_token", form_token[1]), ("name", "Poller"), ("days", "30"), *(("scopes", scope) for scope in scopes)]
    headers = {
        "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{person.host}:{parley.port}",
    }
    _, _, made = parley.request("POST", person.host, "/profile/tokens", urllib.parse.urlencode(fields), headers)
    found = re.search(r"parley_[A-Za-z0-9_-]+", made)
    assert found is not None
    return found[0]


# bin/soak tells more of them; a failure names its seed.
STORIES = int(os.environ.get("PARLEY_STORIES", "1"))
FIRST_SEED = int(os.environ.get("PARLEY_SEED", "4"))
STORY_LIMIT_SECONDS = 120

FORM = {"name": "Ada Moreau", "email": "ada@example.com", "phone": "+33 6 12 34 56 78", "service": "Thesis"}


async def begin(visitor: Client) -> Log:
    """Says hello, sends the form of the website and follows the own conversation."""
    welcome = await visitor.until(lambda: visitor.welcome)
    log = await visitor.follow(welcome["topic"])
    done = await visitor.insist("form", log.topic, **FORM)
    if done["event"] == "Refused" and done["reason"] == "formInvalid":
        # Each website asks for its own.
        done = await visitor.insist("form", log.topic, **{name: "" if name == "service" else value for name, value in FORM.items()})
    assert done["event"] == "Done", done
    return log


async def join(console: Client, topic: str) -> Log:
    log = await console.follow(topic)
    assert (await console.insist("join", topic))["event"] == "Done"
    return log


def assert_whole(log: Log, said: list[list[str]], story: str = "") -> None:
    """Everything that was acknowledged stands there once, in the order of its sender, and the numbers have no hole."""
    for entry, before in zip(log.entries[1:], log.entries, strict=False):
        assert entry["after"] == before["n"] < entry["n"], story
    clients = [entry["client"] for entry in log.entries if entry["event"] == "MessageSent"]
    assert len(clients) == len(set(clients)), story
    for texts in said:
        mine = set(texts)
        assert [text for text in log.texts if text in mine] == texts, story
    assert len(log.texts) == sum(len(texts) for texts in said), story


@pytest.mark.parametrize("polls", [(False, False), (True, False), (False, True), (True, True)], ids=["sockets", "visitor polls", "agent polls", "polls"])
def test_talk(parley: Program, polls: tuple[bool, bool]) -> None:
    """E20: visitor and agent talk with each other, over WebSockets and by polls; form, list, ring, marks and closing travel both ways."""
    play(talk(parley, *polls))


async def talk(parley: Program, visitor_polls: bool, agent_polls: bool) -> None:
    async with (
        Client(address(parley), new_visitor(parley), polls=visitor_polls) as ada,
        Client(address(parley), agent(parley), polls=agent_polls) as clara,
    ):
        await clara.until(lambda: clara.welcome)
        site = await harbour(clara)
        rows = await clara.watch(f"visitors.{site}")
        theirs = await begin(ada)
        conversation = theirs.topic.split(".")[1]
        await clara.until(lambda: conversation in rows.rows and rows.rows[conversation]["visitor"]["name"] == "Ada Moreau")
        ours = await join(clara, theirs.topic)
        first = await ada.send(theirs.topic, "Hello?")
        assert first["event"] == "Acknowledged"
        await clara.until(lambda: "Hello?" in ours.texts)
        await clara.send(theirs.topic, "Hello, yes.")
        await ada.until(lambda: "Hello, yes." in theirs.texts)
        # Both have it on the screen.
        await ada.until(lambda: theirs.tick(first["n"], "team") == "seen")
        await clara.until(lambda: rows.rows[conversation]["teamSeen"] == 1)
        await ada.until(lambda: theirs.people["agents"][0]["here"] and theirs.people["agents"][0]["status"] == "online")
        assert (await clara.insist("close", theirs.topic))["event"] == "Done"
        await ada.until(lambda: theirs.entries[-1]["event"] == "ChatClosed")
        assert_whole(theirs, [["Hello?"], ["Hello, yes."]])
        assert_whole(ours, [["Hello?"], ["Hello, yes."]])


async def harbour(console: Client) -> str:
    """The website's number, from the own desk."""
    assert console.welcome is not None
    topic = console.welcome["topic"]
    answer = await console.insist("subscribe", topic)
    return next(str(site["id"]) for site in answer["sites"] if site["name"] == village.HARBOUR.name)


def test_cuts_and_changes(parley: Program) -> None:
    """X4, E20: messages of both sides arrive once and in order while lines are cut and go from WebSocket to polls and back in the middle."""
    for seed in range(FIRST_SEED, FIRST_SEED + STORIES):
        play(cuts_and_changes(parley, seed))


async def cuts_and_changes(parley: Program, seed: int, messages: int = 40, kill: bool = False) -> None:
    dice = random.Random(seed)
    async with (
        Client(address(parley), new_visitor(parley), seed=seed, hurry=0.1) as ada,
        Client(address(parley), agent(parley), seed=seed + 1, hurry=0.1, polls=True) as clara,
    ):
        theirs = await begin(ada)
        ours = await join(clara, theirs.topic)
        said = [[f"ada {seed} {n}" for n in range(messages)], [f"clara {seed} {n}" for n in range(messages)]]
        waiting = []
        for place in range(messages):
            waiting += [ada.put(theirs.topic, said[0][place]), clara.put(theirs.topic, said[1][place])]
            match dice.randrange(12):
                case 0:
                    ada.cut()
                case 1:
                    clara.cut()
                case 2:
                    ada.change(polls=not ada.polls)
                case 3:
                    clara.change(polls=not clara.polls)
            if kill and place == messages // 2:
                await asyncio.to_thread(parley.kill)
                parley.launch()
                await asyncio.to_thread(parley.wait_until_healthy)
            await asyncio.sleep(dice.random() * 0.03)
        answers = await asyncio.wait_for(asyncio.gather(*waiting), 60)
        assert [answer["event"] for answer in answers] == ["Acknowledged"] * len(answers), f"seed {seed}"
        head = max(answer["n"] for answer in answers)
        for client, log in ((ada, theirs), (clara, ours)):
            await client.until(lambda log=log: log.head >= head, 60)
            assert_whole(log, said, f"seed {seed}")


def test_killed_while_polled(embedded: Program) -> None:
    """X4, E20: after kill -9 in the middle of a burst, whoever polls and whoever has a WebSocket hold the same whole log."""
    play(cuts_and_changes(embedded, seed=9, messages=24, kill=True))
    embedded.doctor()


def test_wait_is_long(embedded: Program) -> None:
    """E20: who polls and hears nothing asks twice a minute and not more, and what happens then is there at once."""
    play(wait_is_long(embedded))


async def wait_is_long(parley: Program) -> None:
    async with (
        Client(address(parley), new_visitor(parley), polls=True) as ada,
        Client(address(parley), agent(parley)) as clara,
    ):
        theirs = await begin(ada)
        await join(clara, theirs.topic)
        line = ada._line
        previous = -1
        # Who came and what was seen is told for a moment.
        async with asyncio.timeout(20):
            while line.polls != previous:
                previous = line.polls
                await asyncio.sleep(1.5)
        await clara.send(theirs.topic, "Still there?")
        await ada.until(lambda: "Still there?" in theirs.texts, 10)
        assert line.polls - previous < 10


def test_stops_with_a_poll(embedded: Program) -> None:
    """E20: SIGTERM ends the program in time while polls wait, and they are answered with what they have."""
    play(stops_with_a_poll(embedded))


async def stops_with_a_poll(parley: Program) -> None:
    async with Client(address(parley), new_visitor(parley), polls=True) as ada:
        theirs = await begin(ada)
        await asyncio.sleep(1)
        seconds = await asyncio.to_thread(parley.stop)
        assert seconds < 5
        # From here, because the program ends with the thread that started it.
        parley.launch()
        await asyncio.to_thread(parley.wait_until_healthy)
        assert (await ada.send(theirs.topic, "Back again"))["event"] == "Acknowledged"


def test_older_pages(embedded: Program) -> None:
    """E20, X4: who comes with nothing gets the newest fifty entries, and the pages before them end where those begin."""
    play(older_pages(embedded))


async def older_pages(parley: Program) -> None:
    identity = new_visitor(parley)
    async with Client(address(parley), identity) as ada:
        log = await begin(ada)
        for n in range(70):
            ada.put(log.topic, f"line {n}")
        await ada.until(lambda: len(log.texts) == 70)
        async with Client(address(parley), identity, polls=True) as again:
            fresh = await again.follow(log.topic)
            assert len(fresh.entries) == 50
            before = [entry async for entry in older(address(parley), identity, log.topic.split(".")[1], fresh.entries[0]["n"], 7)]
            assert [*reversed(before), *fresh.entries] == log.entries


def test_program_polls(embedded: Program) -> None:
    """E20, P7: a program with a token polls like everybody, within the scopes of its token."""
    play(program_polls(embedded))


async def program_polls(parley: Program) -> None:
    writes = Identity.program(token(parley, village.CLARA, "chats.read", "chats.write"))
    reads = Identity.program(token(parley, village.CLARA, "chats.read"))
    async with (
        Client(address(parley), new_visitor(parley)) as ada,
        Client(address(parley), writes, polls=True) as greeter,
        Client(address(parley), reads, polls=True) as reader,
    ):
        theirs = await begin(ada)
        await join(greeter, theirs.topic)
        await greeter.send(theirs.topic, "Welcome")
        await ada.until(lambda: "Welcome" in theirs.texts)
        log = await reader.follow(theirs.topic)
        assert log.texts == ["Welcome"]
        refused = await reader.insist("join", theirs.topic)
        assert refused["reason"] == "scopeMissing"


@pytest.mark.parametrize("polls", [False, True], ids=["socket", "polls"])
def test_turned_away(embedded: Program, polls: bool) -> None:
    """E20: who is not welcome is told why, and does not come again, whichever way was taken."""
    play(turned_away(embedded, polls))


async def turned_away(parley: Program, polls: bool) -> None:
    good = new_visitor(parley)
    elsewhere = Identity(good.hello, {"Origin": "https://evil.example"})
    nobody = Identity({"do": "hello", "protocol": 1}, {"Origin": f"http://{address(parley)}"})
    late = Identity({**good.hello, "protocol": 2}, good.headers)
    for identity, code, reason in [(elsewhere, 4403, "originNotAllowed"), (nobody, 4401, "signInNeeded"), (late, 4426, "protocolVersion")]:
        async with Client(address(parley), identity, polls=polls) as client:
            with pytest.raises(Ended) as ended:
                await client.until(lambda client=client: client.welcome)
            assert (ended.value.code, ended.value.reason) == (code, reason)


def test_fifty_users(embedded: Program) -> None:
    """E86a: fifty people talk at once, half of them by polls: every command has its answer, nothing is lost, doubled or out of order."""
    began = time.monotonic()
    play(fifty_users(embedded))
    print(f"fifty users: {time.monotonic() - began:.1f} s")


async def fifty_users(parley: Program, users: int = 50, messages: int = 4) -> None:
    widget = widget_of(parley, village.HARBOUR)
    identities = [
        Identity.visitor(widget, secrets.token_hex(16), f"http://{village.HARBOUR.host}:{parley.port}") for _ in range(users - 2)
    ]
    async with (
        Client(address(parley), agent(parley), seed=1) as clara,
        Client(address(parley), agent(parley, village.BRUNO), seed=2, polls=True) as bruno,
    ):
        await asyncio.gather(
            *(one_user(parley, identity, place, bruno if place % 8 == 0 else clara, messages) for place, identity in enumerate(identities))
        )
    parley.doctor()


async def one_user(parley: Program, identity: Identity, place: int, console: Client, messages: int) -> None:
    async with Client(address(parley), identity, polls=place % 2 == 0, seed=place) as visitor:
        theirs = await begin(visitor)
        ours = await join(console, theirs.topic)
        said = [[f"{place} asks {n}" for n in range(messages)], [f"{place} hears {n}" for n in range(messages)]]
        answers: list[Frame] = []
        for question, reply in zip(*said, strict=True):
            sent = [visitor.put(theirs.topic, question), console.put(theirs.topic, reply)]
            answers += await asyncio.wait_for(asyncio.gather(*sent), 60)
        assert [answer["event"] for answer in answers] == ["Acknowledged"] * len(answers)
        head = max(answer["n"] for answer in answers)
        await visitor.until(lambda: theirs.head >= head, 60)
        await console.until(lambda: ours.head >= head, 60)
        assert_whole(theirs, said)
        assert_whole(ours, said)
        assert (theirs.repeats, theirs.resets) == (0, 0)
