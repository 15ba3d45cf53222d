import asyncio
import contextlib
import json
import random
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from cluster import Cluster, Door, make_certificate
from oracle import losses
from rounds import settled
from talkers import Agent, Talker, Visitor, done, signed_in, widget_of

import village
from program import ROOT
from wire import Frame

RESUME_LIMIT_SECONDS = 15
# A page that is changed is not an absence (10 s), and a second for the way.
GONE_LIMIT_SECONDS = 30
LIVES = "beat_at > EXTRACT(EPOCH FROM now()) * 1000 - 15000"


class Ears:
    """Everything that a talker's line hears, for questions of the kind “did this come?”."""

    def __init__(self, talker: Talker) -> None:
        self.heard: list[Frame] = []
        before = talker.line.on_event

        def hear(frame: Frame) -> None:
            self.heard.append(frame)
            before(frame)

        talker.line.on_event = hear

    async def hears(self, what: str, is_meant: Callable[[Frame], bool], seconds: float = 10) -> Frame:
        deadline = time.monotonic() + seconds
        while True:
            for place, frame in enumerate(self.heard):
                if is_meant(frame):
                    del self.heard[: place + 1]
                    return frame
            assert time.monotonic() < deadline, f"never heard {what}, but {json.dumps(self.heard)[:2000]}"
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def talking(*talkers: Talker) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for talker in talkers:
            await talker.close()


def test_talk_across_nodes(cluster: Cluster) -> None:
    """E74, E75, E20: a visitor on one node and an agent on another see each other come, type, write, change status and go."""
    asyncio.run(talk_across_nodes(cluster))


async def talk_across_nodes(cluster: Cluster) -> None:
    dice = random.Random(1)
    first, second = cluster.door(0), cluster.door(1)
    widget = await asyncio.to_thread(widget_of, cluster.front, village.HARBOUR)
    clara = Agent(village.CLARA, second, dice)
    ada = Visitor("Ada", first, dice, village.HARBOUR, widget)
    async with talking(clara, ada):
        hears_clara, hears_ada = Ears(clara), Ears(ada)
        await clara.line.welcomed.wait()
        await done(clara, {"do": "status", "status": "online"})
        await hears_ada.hears("that somebody is there", lambda f: f.get("topic", "").startswith("site.") and f["online"])
        site = await site_of(clara)
        snapshot = await clara.line.ask({"do": "subscribe", "topic": f"visitors.{site}", "since": 0})
        assert snapshot["event"] == "Snapshot"
        topic = await ada.enter()
        conversation = topic.removeprefix("chat.")
        ring = await hears_clara.hears("a ring", lambda f: f["event"] == "NewVisitorJoined" and f["row"]["conversation"] == conversation)
        assert ring["row"]["visitor"]["online"] is True
        await clara.join(topic)
        joined = await hears_ada.hears("Clara join", lambda f: f["event"] == "AgentJoinedChat")
        assert joined["by"]["name"] == "Clara"
        for place in range(5):
            ada.write(topic, f"Ada asks {place}")
            clara.write(topic, f"Clara answers {place}")
        await asyncio.wait_for(settled([ada, clara], [topic]), 20)
        # Longer than what travels whole.
        ada.write(topic, "ä" * 7900 + " 5")
        await asyncio.wait_for(settled([ada, clara], [topic]), 20)
        assert await asyncio.to_thread(losses, [ada, clara], topic) == []
        await hears_clara.hears("that all is seen", lambda f: f["event"] == "Marks" and f["marks"]["visitor"]["seen"] >= 13)

        ada.line.say({"do": "typing", "topic": topic, "on": True})
        await hears_clara.hears("Ada type", lambda f: f["event"] == "VisitorTyping" and f.get("topic") == topic and f["on"])
        clara.line.say({"do": "typing", "topic": topic, "on": True})
        await hears_ada.hears("Clara type", lambda f: f["event"] == "AgentTyping" and f["on"])
        begin = json.dumps({"key": ada.key, "url": ada.line.origin + "/", "title": "Home", "referrer": "", "language": "en"})
        headers = {"Origin": ada.line.origin, "Content-Type": "text/plain", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Firefox/153.0"}
        status, _, _ = await asyncio.to_thread(first.request, "POST", village.FRONT, f"/api/v1/widget/{widget}/views", begin, headers)
        assert status == 200
        page = {"url": ada.line.origin + "/prices", "title": "Prices"}
        ada.line.say({"do": "page", **page})
        await hears_clara.hears("another page", lambda f: f["event"] == "VisitorPageChanged" and f["page"]["url"] == page["url"])

        await done(clara, {"do": "status", "status": "offline"})
        await hears_ada.hears("that nobody is there", lambda f: f.get("topic", "").startswith("site.") and not f["online"])
        await done(clara, {"do": "status", "status": "online"})
        await hears_ada.hears("that somebody is there again", lambda f: f.get("topic", "").startswith("site.") and f["online"])

        await ada.line.close()
        await hears_clara.hears(
            "Ada go", lambda f: f["event"] == "VisitorPresence" and f["conversation"] == conversation and not f["online"], GONE_LIMIT_SECONDS)
        # What was told at once is written down a second later.
        rows = f"SELECT COUNT(*) FROM node_presences p JOIN nodes n ON n.number = p.node AND n.run = p.run WHERE {LIVES} AND key LIKE 'visitor.%'"
        deadline = time.monotonic() + GONE_LIMIT_SECONDS
        while await asyncio.to_thread(cluster.sql, rows) != "0":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)


async def site_of(agent: Talker) -> str:
    desk = await agent.line.ask({"do": "subscribe", "topic": f"agent.{agent.line.welcome['you']['id']}", "since": 0})
    return str(next(site["id"] for site in desk["sites"] if site["name"] == village.HARBOUR.name))


def test_sign_out_on_another_node(cluster: Cluster) -> None:
    """E76, X4: who signs out on one node is cut off on all of them at once."""
    asyncio.run(sign_out_on_another_node(cluster))


async def sign_out_on_another_node(cluster: Cluster) -> None:
    dice = random.Random(2)
    bruno = Agent(village.BRUNO, cluster.door(1), dice)
    other = Agent(village.CLARA, cluster.door(1), dice)
    async with talking(bruno, other):
        await bruno.line.welcomed.wait()
        await other.line.welcomed.wait()
        codes: asyncio.Queue[int | None] = asyncio.Queue()
        bruno.line.on_close = codes.put_nowait
        status = await asyncio.to_thread(sign_out, cluster.door(0), bruno)
        assert status in (302, 303)
        assert await asyncio.wait_for(codes.get(), RESUME_LIMIT_SECONDS) == 4401
        # Somebody else's session is not touched.
        assert other.line.welcomed.is_set() and other.line.connections == 1


def sign_out(door: Door, agent: Agent) -> int:
    _, _, page = door.get(agent.line.host, "/profile", {"Cookie": agent.cookie})
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token, page[:500]
    headers = {"Cookie": agent.cookie, "Origin": agent.line.origin, "Content-Type": "application/x-www-form-urlencoded"}
    return door.request("POST", agent.line.host, "/sign-out", f"form_token={token[1]}", headers)[0]


def test_node_killed_and_all_restarted_under_load(cluster: Cluster) -> None:
    """X4, E79c: behind nginx over wss, kill -9 of a node and a restart of one after the other lose, double and reorder nothing."""
    try:
        asyncio.run(killed_and_restarted(cluster, random.SystemRandom().randrange(1_000_000)))
    except Exception:
        print(cluster.log_ends())
        raise


async def killed_and_restarted(cluster: Cluster, seed: int) -> None:
    print(f"seed {seed}")
    dice = random.Random(seed)
    widget = await asyncio.to_thread(widget_of, cluster.front, village.HARBOUR)
    agents = [Agent(person, cluster.front, dice) for person in (village.CLARA, village.BRUNO)]
    visitors = [Visitor(f"Guest{place}", cluster.front, dice, village.HARBOUR, widget) for place in range(4)]
    talkers: list[Talker] = [*agents, *visitors]
    async with talking(*talkers), asyncio.timeout(90):
        topics = [await visitor.enter() for visitor in visitors]
        for agent in agents:
            for topic in topics:
                await agent.join(topic)
        load = [asyncio.create_task(steady(talker, topics, dice)) for talker in talkers]
        try:
            await asyncio.sleep(dice.uniform(0.3, 0.8))
            killed = cluster.nodes[dice.randrange(2)]
            killed.kill()
            began = time.monotonic()
            await asyncio.sleep(0.1)
            for talker in talkers:
                await asyncio.wait_for(talker.line.welcomed.wait(), RESUME_LIMIT_SECONDS)
            print(f"all clients were back after {time.monotonic() - began:.1f} s")
            killed.launch()
            await asyncio.to_thread(killed.wait_until_healthy)
            for node in cluster.nodes:
                await asyncio.to_thread(node.stop)
                await asyncio.sleep(dice.uniform(0, 0.3))
                node.launch()
                await asyncio.to_thread(node.wait_until_healthy)
        finally:
            for task in load:
                task.cancel()
        for talker in talkers:
            await talker.line.welcomed.wait()
        await settled(talkers, topics)
        assert sum(talker.line.connections for talker in talkers) >= len(talkers) + 4, "nobody was cut off"
        found = [loss for topic in topics for loss in await asyncio.to_thread(losses, talkers, topic)]
        assert found == []
    cluster.nodes[0].doctor()


async def steady(talker: Talker, topics: list[str], dice: random.Random) -> None:
    """Writes until it is stopped, as fast as a quick person pastes."""
    mine = [talker.topic] if isinstance(talker, Visitor) else topics
    for place in range(100_000):
        talker.write(dice.choice(mine), f"{talker.name} says {place}")
        await asyncio.sleep(dice.uniform(0.02, 0.1))


def test_front_speaks_tls(cluster: Cluster) -> None:
    """B5c, E79c: the proxy of deploy/ speaks TLS, and a session of one node is one of all."""
    status, headers, _ = cluster.front.get(village.FRONT, "/")
    assert status == 200 and "strict-transport-security" in headers
    cookie = signed_in(cluster.front, village.CLARA)
    assert cookie.startswith("__Host-")
    for node in (0, 1):
        status, _, page = cluster.door(node).get(village.CLARA.host, "/profile", {"Cookie": cookie})
        assert status == 200 and village.CLARA.name in page, "a session of one node is one of all"


def test_other_proxy(tmp_path: Path) -> None:
    """E79c: HAProxy takes the configuration that deploy/ has for it."""
    certificate, key = make_certificate(tmp_path)
    both = tmp_path / "parley.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    text = (ROOT / "deploy/haproxy/haproxy.cfg").read_text("utf-8")
    assert "/etc/parley/tls/parley.pem" in text
    path = tmp_path / "haproxy.cfg"
    path.write_text(text.replace("/etc/parley/tls/parley.pem", str(both)), "utf-8")
    told = subprocess.run([shutil.which("haproxy") or "/usr/sbin/haproxy", "-c", "-f", str(path)], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def test_nodes_have_numbers_of_their_own(cluster: Cluster) -> None:
    """E74: each node that runs leases a number and writes a heartbeat."""
    assert cluster.sql(f"SELECT COUNT(*) FROM nodes WHERE {LIVES}") >= "2"
