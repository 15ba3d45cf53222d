"""A program with a token, written from docs/api.md alone: the example of that page runs as it stands."""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from talkers import Visitor, signed_in, widget_of

import village
from program import ROOT, Program

GREETING = "Good day. Somebody will be with you in a minute."


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path)
    program.start()
    yield program
    if program.runs:
        program.kill()


def token(parley: Program, person: village.Person, *scopes: str) -> str:
    """Made by a person on the page, as in a browser."""
    cookie = signed_in(parley, person)
    _, _, page = parley.get(person.host, "/profile/tokens", {"Cookie": cookie})
    form_token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert form_token is not None
    fields = [("form_token", form_token[1]), ("name", "Greeter"), ("days", "30"), *(("scopes", scope) for scope in scopes)]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": parley.url(person.host, "").rstrip("/")}
    status, _, made = parley.request("POST", person.host, "/profile/tokens", urllib.parse.urlencode(fields), headers)
    found = re.search(r"parley_[A-Za-z0-9_-]{43}", made)
    assert status == 200 and found is not None
    return found[0]


def example() -> str:
    return (ROOT / "docs/api.md").read_text("utf-8").split("```python\n", 1)[1].split("```", 1)[0]


async def asks(parley: Program) -> list[str]:
    """Ada opens a chat and waits for what she is told."""
    ada = Visitor("Ada", parley, random.Random(1), village.HARBOUR, widget_of(parley, village.HARBOUR))
    heard: asyncio.Queue[str] = asyncio.Queue()
    topic = await ada.enter()
    ada.line.on_event = lambda frame: heard.put_nowait(frame["body"]["text"]) if frame["event"] == "MessageSent" else None
    said = [frame["body"]["text"] for frame in ada.history(topic) if frame["event"] == "MessageSent"]
    while GREETING not in said:
        said.append(await asyncio.wait_for(heard.get(), 20))
    await ada.close()
    return [topic.removeprefix("chat."), *said]


def test_example(parley: Program) -> None:
    """P7: the example of the page on programs greets a visitor, and what it said stands in the history that a token reads."""
    writes, reads = token(parley, village.CLARA, "chats.write"), token(parley, village.CLARA, "chats.read")
    environment = {**os.environ, "PARLEY": f"http://localhost:{parley.port}", "PARLEY_TOKEN": writes}
    greeter = subprocess.Popen([sys.executable, "-c", example()], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        asyncio.run(wait_until_there(parley))
        conversation, *said = asyncio.run(asks(parley))
    finally:
        greeter.kill()
        problem = greeter.communicate()[1]
    assert GREETING in said, problem
    status, _, body = parley.get(village.FRONT, f"/api/v1/chats/{conversation}/entries", {"Authorization": f"Bearer {reads}"})
    entries = json.loads(body)["entries"]
    assert status == 200 and GREETING in [entry["body"].get("text") for entry in entries if entry["event"] == "MessageSent"]
    status, _, body = parley.get(village.FRONT, "/api/v1/me", {"Authorization": f"Bearer {reads}"})
    assert status == 200 and json.loads(body)["scopes"] == ["chats.read"]


def test_only_as_far(parley: Program) -> None:
    """P7: a program is told what its token lacks, and without one there is neither history nor a line."""
    notices = token(parley, village.CLARA, "notices.read")
    for header, status, error in (
        (f"Bearer {notices}", 403, 'error="insufficient_scope", scope="chats.read"'),
        ("Bearer nonsense", 401, 'error="invalid_token"'),
        (None, 401, 'Bearer realm="parley"'),
    ):
        headers = {"Authorization": header} if header else {}
        found = parley.get(village.FRONT, "/api/v1/chats/5/entries", headers)
        assert found[0] == status and error in found[1]["www-authenticate"], found
    environment = {**os.environ, "PARLEY": f"http://localhost:{parley.port}", "PARLEY_TOKEN": "parley_" + "A" * 43}
    ended = subprocess.run([sys.executable, "-c", example()], env=environment, capture_output=True, text=True, timeout=30)
    assert ended.returncode != 0 and "HTTP 401" in ended.stderr


async def wait_until_there(parley: Program) -> None:
    """A visitor may write once somebody is there: the program is, when its line stands."""
    watcher = Visitor("Eve", parley, random.Random(2), village.HARBOUR, widget_of(parley, village.HARBOUR))
    online = asyncio.Event()
    watcher.line.on_event = lambda frame: online.set() if frame.get("online") else None
    await asyncio.wait_for(online.wait(), 20)
    await watcher.close()
